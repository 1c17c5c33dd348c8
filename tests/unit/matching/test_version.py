"""Stored keys carry the version of what made them: whoever changes what makes them raises it, and ``crossbeat reindex``
makes those of before anew."""

from __future__ import annotations

import hashlib
from typing import Any

from matching.compare.engine import Engine
from matching.compare.keys import key_texts
from matching.identifiers.kinds import BY_KEY
from matching.identifiers.values import TypeRule
from matching.text.normalise import VERSION

ENGINE = Engine({"household": TypeRule(key="household", labels={"zh": "户籍证明"})})
#: The version, and the digest of the keys of the rows below. Where the digest is another, requests that are on file
#: are not found by their old keys: raise VERSION, and write here what the test says.
KEYS = (4, "04f95ec2e25167e7")

#: One number of each kind, as people write it.
NUMBERS = {
    "cn_id": "320583 19900101 0010",
    "phone": "0086-138 1234 5678",
    "plate": "苏E·12345",
    "bank_card": "6228 4804 1888 7776 668",
    "uscc": "91320583ma1n0abc3f",
    "passport": "ej1234567",
    "permit": "H10234567",
    "officer_id": "警官证012345",
    "vin": "LSVAM4187C2184841",
    "imei": "861234045678901",
    "imsi": "460001234567890",
    "iccid": "89860123456789012348",
    "mac": "a4-5e-60-12-34-56",
    "ip": "203.0.113.45:8080",
    "email": "Guo.Xf@Example.com",
    "domain": "https://www.bc-8807.example.com/x?y",
    "wallet": "1CrRQEPy7kxPzBqXRH8tycGkY8Vc9hM1ZM",
    "account": "微信 zhangsanfeng",
}


def person(name: str, **ids: str) -> dict[str, Any]:
    return {"type": "户籍证明", "subjects": [{"kind": "person", "name": name, "ids": ids}]}


ROWS = [
    *(person("陳望舒", **{kind: value}) for kind, value in NUMBERS.items()),
    person("犯罪嫌疑人单小红（女）", cn_id="320583********0010"),
    person("Ouyang Xiaohua", cn_id="32O583l990O1010010"),
    person("买买提·吐尔逊", cn_id="320583900101001"),
    person("张某某", cn_id="32058319900101001", phone="138****5678"),
    {"type": "户口", "subjects": ["张三 320583199001010010 13812345678；李四"], "case": "锡公（刑）立字〔2026〕88号"},
    {"subjects": [{"kind": "company", "name": "昆山鼎盛电子有限公司"}], "reason": "李四320583199001010029涉嫌诈骗"},
]  # fmt: skip


def test_every_kind_of_number_is_among_the_rows() -> None:
    assert set(NUMBERS) == set(BY_KEY)


def test_keys_that_change_have_a_version_of_their_own() -> None:
    keys = [key_texts(ENGINE.record_from_row(row), ("household",)) for row in ROWS]
    assert all(keys)
    digest = hashlib.sha256("\n".join(map(",".join, keys)).encode()).hexdigest()[:16]
    assert (VERSION, digest) == KEYS
