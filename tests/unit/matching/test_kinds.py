"""One table of kinds: whatever lists kinds of number is made of it, and a number is read as none but its own."""

from __future__ import annotations

import pytest

from handlers.views.catalogue import LANGUAGES, has
from matching.compare import keys, packing, reasons
from matching.form.fields import FIELD_OF
from matching.form.form import read
from matching.form.labels import KIND_OF
from matching.identifiers.identifiers import find, identify
from matching.identifiers.kinds import BY_KEY, DECIDING, KINDS, SUPPORTING, TELLING
from matching.identifiers.readers import OF_PEOPLE
from matching.identifiers.readers_net import OF_THE_NET
from matching.identifiers.readers_papers import PAPERS
from matching.identifiers.values import Identifier, Reason, Record, Subject
from matching.masking.masking import mask
from matching.words.kind_words import ALIASES, CONTACTS, ID_KINDS, NONE_OF_OURS, REMARKS, WORDS, squeezed
from storage.ledger.columns import PART_LABELS

ID = "320583199001010010"


def test_the_table_and_the_names_of_its_kinds_are_one() -> None:
    assert tuple(BY_KEY) == ID_KINDS == tuple(WORDS)
    assert {kind.key for kind in (*OF_PEOPLE, *PAPERS, *OF_THE_NET)} == set(ID_KINDS)
    assert {part for part in PART_LABELS if part.startswith("ids.")} == {f"ids.{key}" for key in ID_KINDS}
    listed = [kind for kinds in (*DECIDING.values(), *TELLING.values()) for kind in kinds]
    assert len(listed) == len(set(listed))
    assert set(SUPPORTING) <= set(ID_KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_is_packed_keyed_named_and_masked(kind: object) -> None:
    assert isinstance(kind, type(KINDS[0]))
    number = Identifier(kind=kind.key, value="AB12345678CD", state="valid")
    record = Record(id="1", subjects=(Subject(kind=kind.about, name="张三", ids=(number,)),))
    assert packing.unpack(packing.pack(record)).subjects[0].ids == (number,)
    assert any("12345678CD" in text for text in keys.key_texts(record))
    assert kind.chinese in reasons.words(Reason(code="same_id", params={"kind": kind.key}), "zh")
    assert "3456" not in mask(number)
    assert all(has(f"kind.{kind.key}", language) for language in LANGUAGES)


def test_a_word_says_one_thing_only() -> None:
    for word in (w for known in WORDS.values() for w in known.all):
        assert word == squeezed(word)
        assert sum(word in known.all for known in WORDS.values()) == 1, word
    others = (ALIASES, CONTACTS, REMARKS, NONE_OF_OURS, frozenset(KIND_OF))
    for at, some in enumerate(others):
        for more in others[at + 1 :]:
            assert not some & more


def test_a_label_of_a_field_is_no_label_of_a_number() -> None:
    assert not set(KIND_OF) & set(FIELD_OF)
    assert FIELD_OF["联系电话"] == "contact"


@pytest.mark.parametrize(
    ("text", "kind", "value", "state"),
    [
        (f"身份证：{ID}", "cn_id", ID, "valid"),
        ("居住证810000199001010035", "cn_id", "810000199001010035", "valid"),
        ("永居证 931840198501010013", "cn_id", "931840198501010013", "valid"),
        ("931840198501010013", "cn_id", "931840198501010013", "valid"),
        ("932840198501010014", "cn_id", "932840198501010014", "valid"),
        ("身份证：3205831990010100100", "cn_id", "3205831990010100100", "length"),
        ("身份证：32058319900101001", "cn_id", "32058319900101001", "length"),
        ("手机：1381234567", "phone", "1381234567", "length"),
        ("手机：138123456789", "phone", "138123456789", "length"),
        ("电话：0085291234567", "phone", "+85291234567", "valid"),
        ("电话：(0512)57123456", "phone", "051257123456", "valid"),
        ("电话：+86 512 5712 3456", "phone", "051257123456", "valid"),
        ("电话：0912345678", "phone", "+886912345678", "valid"),
        ("手机尾号6789", "phone", "*******6789", "masked"),
        ("尾号6789的银行卡", "bank_card", "************6789", "masked"),
        ("身份证A123456(3)", "permit", "A1234563", "valid"),
        ("A123456(3)", "permit", "A1234563", "valid"),
        ("香港身份证：A123456(4)", "permit", "A1234564", "damaged"),
        ("澳门身份证：1234567(8)", "permit", "12345678", "valid"),
        ("回乡证H1234567801", "permit", "H1234567801", "valid"),
        ("往来港澳通行证：C12345678", "permit", "C12345678", "valid"),
        ("台胞证：0012345678(B)", "permit", "0012345678B", "valid"),
        ("永久居留证：USA110090010101", "permit", "USA110090010101", "valid"),
        ("USA110090010101", "permit", "USA110090010101", "valid"),
        ("护照：C1234567", "passport", "C1234567", "valid"),
        ("护照M12345678", "passport", "M12345678", "valid"),
        ("军官证：军字第1234567号", "officer_id", "军字1234567", "valid"),
        ("警号320123", "officer_id", "320123", "valid"),
        ("车牌VA12345", "plate", "VA12345", "valid"),
        ("车牌：MA-12-34", "plate", "MA1234", "valid"),
        ("车牌：苏州A12345", "plate", "苏州A12345", "valid"),
        ("临苏E12345", "plate", "临苏E12345", "valid"),
        ("WJ苏1234X", "plate", "WJ苏1234X", "valid"),
        ("车牌：苏E1234", "plate", "苏E1234", "length"),
        ("车架号：LSVAM4187C2184841", "vin", "LSVAM4187C2184841", "valid"),
        ("ICCID：89860123456789012348", "iccid", "89860123456789012348", "valid"),
        ("IMSI：460001234567890", "imsi", "460001234567890", "valid"),
        ("460001234567890", "imsi", "460001234567890", "valid"),
        ("IMEI861234045678901", "imei", "861234045678901", "damaged"),
        ("MAC：A4:5E:60:12:34:56", "mac", "A45E60123456", "valid"),
        ("A4-5E-60-12-34-56", "mac", "A45E60123456", "valid"),
        ("登录IP 203.0.113.45:8080", "ip", "203.0.113.45", "valid"),
        ("2001:db8::8a2e:370:7334", "ip", "2001:db8::8a2e:370:7334", "valid"),
        ("支付宝：SY8807@example.com", "email", "sy8807@example.com", "valid"),
        ("网址：www.bc-8807.example.com/x?y", "domain", "www.bc-8807.example.com", "valid"),
        ("0xb017266cd4ad9c55e605a67bf971a2f76369807e", "wallet", "0xb017266cd4ad9c55e605a67bf971a2f76369807e", "valid"),
        ("钱包1CrRQEPy7kxPzBqXRH8tycGkY8Vc9hM1ZM", "wallet", "1CrRQEPy7kxPzBqXRH8tycGkY8Vc9hM1ZM", "valid"),
        ("微信：zhangsanfeng", "account", "zhangsanfeng", "valid"),
        ("QQ群765432109", "account", "765432109", "valid"),
        ("FB ID：100012345678901", "account", "100012345678901", "valid"),
        ("账号：a_b1、c_d2", "account", "a_b1", "valid"),
        ("对公账户110060149018800123456", "account", "110060149018800123456", "valid"),
        ("统一社会信用代码：91320583MA1N0ABC3F", "uscc", "91320583MA1N0ABC3F", "valid"),
        ("91320583MA1N0ABC3F", "uscc", "91320583MA1N0ABC3F", "valid"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_own_kind(text: str, kind: str, value: str, state: str) -> None:
    if state == "other":
        assert identify(kind, text).state != "valid"
        return
    first = find(text)[0].identifier
    assert (first.kind, first.value, first.state) == (kind, value, state)


@pytest.mark.parametrize(
    "text",
    [
        "发动机号：CDZ123456",
        "注册号：320583000123456",
        "学号20210101123",
        "户号：3205830012345",
        "订单号：1234567890123456789",
        "微信订单号4200001234567890123456",
        "交易号：2026112722001412345678901234",
        "警情编号：32058320261127001234",
        "坐标：31.385597,120.980737",
        "苏(2021)昆山市不动产权第1234567号",
        "设备ID：861234045678908",
        "快递单号 SF1234567890123",
        "会员卡号 6228480412345678905",
        "VA12345",
        "M12345678",
        "WX26-0042",
        "于2026-02-01至2026-02-28间转账1200000元",
        "支付宝5000元",
    ],
)
def test_a_number_of_none_of_ours_is_read_as_none(text: str) -> None:
    assert [f.identifier for f in find(text) if f.identifier.kind != "case"] == []


@pytest.mark.parametrize(
    "label", ["FB ID", "ICCID", "游戏ID", "QQ ID", "设备ID", "会员编号", "Steam ID", "VALID"]
)
def test_an_id_of_something_else_is_no_resident_id_and_nobody(label: str) -> None:
    for post in (f"对象：张三\n{label}：100012345678901", f"对象：张三，{label}：100012345678901"):
        form = read(f"户籍\n{post}\n事由：核实")
        assert [subject.name for subject in form.subjects] == ["张三"]
        assert [i.kind for i in form.subjects[0].ids if i.kind == "cn_id"] == []
        assert "100012345678901" in form.note or form.subjects[0].ids


@pytest.mark.parametrize(
    "code", ["91320583MA1N0ABC3F", "9132058BMAB3S5Z8O2", "91110108MA01ZS0B8G", "52100000500000BS5O"]
)
def test_a_company_code_stays_as_it_is_written(code: str) -> None:
    for text in (f"统一社会信用代码：{code}", f"信用代码{code}"):
        [found] = find(text)
        assert found.identifier.kind == "uscc"
        assert found.identifier.value == code or found.identifier.guessed
    assert all(found.identifier.value == code or found.identifier.guessed for found in find(code))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("32O583199001O10010", ID),
        ("3205831990010l0010", ID),
        ("l3812345678", "13812345678"),
        ("9132O583MA1N0ABC3F", "91320583MA1N0ABC3F"),
        ("苏E1234O", "苏E12340"),
    ],
)
def test_letters_in_the_place_of_digits_are_a_guess(written: str, value: str) -> None:
    [found] = find(written)
    assert (found.identifier.value, found.identifier.guessed) == (value, True)
    assert not find(value)[0].identifier.guessed
