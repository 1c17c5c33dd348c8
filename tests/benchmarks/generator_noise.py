"""What happens to a row between two people: noise, field by field, seeded."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from pypinyin import lazy_pinyin

from tests.benchmarks.generator_world import HOMOPHONES, LOOK_ALIKES, TRADITIONAL

Row = dict[str, Any]
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_LETTERS = {"0": "O", "1": "l", "8": "B", "5": "S", "2": "Z"}
_SURNAME_READINGS = {
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "曾": "zeng",
    "查": "zha",
    "盖": "ge",
    "翟": "zhai",
    "覃": "qin",
}
STARS = ("*", "＊", "●", "X", "x", "█")

#: Noise after which a number can no longer be told from another one: no engine can use it.
LOSSY = frozenset({"slip", "swap", "lost", "mask", "no_province"})


class Noise:
    """Disturbs rows; ``strength`` is the chance of each field to be disturbed."""

    def __init__(self, rng: random.Random, strength: float) -> None:
        self.rng = rng
        self.strength = strength

    def row(self, row: Row, about: str) -> tuple[Row, set[str]]:
        """A disturbed copy, and the names of what was done to it (``cn_id:slip``)."""
        row = copy.deepcopy(row)
        done: set[str] = set()
        for subject in row["subjects"]:
            self._subject(subject, about, done)
        rng = self.rng
        if rng.random() < self.strength and row.get("case"):
            row["case"], how = self._case(row["case"])
            done.add(f"case:{how}")
        one = row["subjects"][0]
        if len(row["subjects"]) == 1 and rng.random() < self.strength * 0.25:
            self._rearrange(row, one, done)
        if rng.random() < self.strength:
            row["type"] = rng.choice(_TYPE_WORDS[row["type"]])
        if rng.random() < self.strength:
            row["reason"] = reword(row["reason"], rng)
        return row, done

    def _subject(self, subject: Row, about: str, done: set[str]) -> None:
        rng = self.rng
        ids = subject["ids"]
        for kind in list(ids):
            if rng.random() < self.strength:
                how, change = rng.choice(_CHANGES[kind])
                if (
                    how == "slip" and kind == about == "phone"
                ):  # without a check digit it is another telephone
                    continue
                ids[kind] = change(ids[kind], rng)
                done.add(f"{kind}:{how}")
        if subject["name"] and rng.random() < self.strength:
            how, change = rng.choice(_NAME_CHANGES if subject["kind"] != "company" else _COMPANY_CHANGES)
            subject["name"] = change(subject["name"], rng)
            done.add(f"name:{how}")
        if len(ids) > 1 and rng.random() < self.strength * 0.3:
            gone = rng.choice(list(ids))
            del ids[gone]
            done.add(f"{gone}:missing")
        elif (
            subject["kind"] == "person"
            and rng.random() < self.strength * 0.2
            and "cn_id" in ids
            and subject["name"]
        ):
            del ids["cn_id"]
            done.add("cn_id:missing")

    def _rearrange(self, row: Row, subject: Row, done: set[str]) -> None:
        """Fields swapped, or a number only in the words."""
        ids = subject["ids"]
        how = self.rng.choice(("swapped", "in_text", "in_name"))
        kind = next(iter(ids), None)
        if how == "swapped" and {"cn_id", "phone"} <= set(ids):
            ids["cn_id"], ids["phone"] = ids["phone"], ids["cn_id"]
        elif how == "in_text" and kind is not None and subject["name"]:
            row["reason"] = f"{subject['name']}，{_CALLED[kind]}{ids.pop(kind)}，" + row["reason"]
            done.add(f"{kind}:in_text")
        elif how == "in_name" and kind == "cn_id" and subject["name"]:
            subject["name"] += " " + ids.pop("cn_id")
            done.add("cn_id:in_name")

    def _case(self, case: str) -> tuple[str, str]:
        rng = self.rng
        if case.startswith("A"):
            return rng.choice(
                ((case.lower(), "case"), (case[:13] + " " + case[13:], "space"), ("", "missing"))
            )
        square = case.replace("（", "(").replace("）", ")").replace("〔", "[").replace("〕", "]")
        bare = case.replace("（", "").replace("）", "")
        return rng.choice(
            ((square, "brackets"), (bare, "brackets"), (case.replace("〕", "〕第0"), "zero"), ("", "missing"))
        )


_TYPE_WORDS = {
    "household": ("户籍证明", "户籍", "Household Certificate", "HOUSEHOLD", "戶籍證明"),
    "whereabouts": ("落脚点核查", "whereabouts check", "落脚点"),
    "residence": ("居住核实", "residence check"),
    "vehicle": ("车辆核查", "vehicle check", "車輛核查"),
    "calls": ("通话记录", "call records", "话单"),
    "statement": ("银行流水", "bank statement", "流水"),
    "company": ("企业核查", "company check"),
}
_CALLED = {
    "cn_id": "身份证号",
    "phone": "联系电话",
    "plate": "车牌号",
    "bank_card": "银行卡号",
    "passport": "护照号",
    "uscc": "统一社会信用代码",
}


def reword(reason: str, rng: random.Random) -> str:
    return (
        rng.choice(("请协助：", "烦请核查，", "因办案需要，", "", ""))
        + reason
        + rng.choice(("。", "，谢谢", "", "，请尽快反馈"))
    )


Change = Callable[[str, random.Random], str]


def _full_width(value: str, rng: random.Random) -> str:
    return value.translate(_FULL_WIDTH)


def _grouped(value: str, rng: random.Random) -> str:
    mark, size = rng.choice(" -"), rng.choice((3, 4, 6))
    return mark.join(value[i : i + size] for i in range(0, len(value), size))


def _slip(value: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(value) if c.isdigit()]
    at = rng.choice(places)
    return value[:at] + rng.choice([d for d in "0123456789" if d != value[at]]) + value[at + 1 :]


def _swap(value: str, rng: random.Random) -> str:
    places = [
        i
        for i in range(len(value) - 1)
        if value[i].isdigit() and value[i + 1].isdigit() and value[i] != value[i + 1]
    ]
    if not places:
        return value
    at = rng.choice(places)
    return value[:at] + value[at + 1] + value[at] + value[at + 2 :]


def _lost(value: str, rng: random.Random) -> str:
    at = rng.randrange(2, len(value))
    return value[:at] + value[at + 1 :]


def _letters(value: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(value) if c in _LETTERS and i > 0]
    for at in rng.sample(places, min(len(places), rng.randrange(1, 3))):
        value = value[:at] + _LETTERS[value[at]] + value[at + 1 :]
    return value


def _short(value: str, rng: random.Random) -> str:
    """The 15-digit form, of those born in the twentieth century."""
    return value[:6] + value[8:17] if len(value) == 18 and value[6:8] == "19" else value


def _lower(value: str, rng: random.Random) -> str:
    return value.lower()


def _mask_id(value: str, rng: random.Random) -> str:
    head, tail = rng.choice(((6, 4), (6, 4), (4, 4), (3, 4), (14, 0), (10, 4), (1, 1), (6, 2)))
    hidden = len(value) - head - tail
    count = hidden if rng.random() < 0.7 else max(3, hidden + rng.choice((-4, -2, 2)))
    return value[:head] + rng.choice(STARS) * count + value[len(value) - tail :]


def _mask_phone(value: str, rng: random.Random) -> str:
    return value[:3] + rng.choice(STARS[:3]) * rng.choice((4, 4, 4, 3, 5)) + value[-4:]


def _mask_card(value: str, rng: random.Random) -> str:
    return rng.choice(
        (value[:6] + "*" * (len(value) - 10) + value[-4:], value[:4] + " **** **** " + value[-4:])
    )


def _mask_plate(value: str, rng: random.Random) -> str:
    return value[:2] + "*" * (len(value) - 4) + value[-2:]


def _dotted(value: str, rng: random.Random) -> str:
    return value[:2] + rng.choice("·•. -") + value[2:]


def _abroad(value: str, rng: random.Random) -> str:
    return rng.choice(("+86 ", "+86", "86-", "0086")) + value


def _homophone(name: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(name) if c in HOMOPHONES]
    at = rng.choice(places) if places else None
    return name if at is None else name[:at] + HOMOPHONES[name[at]] + name[at + 1 :]


def _look_alike(name: str, rng: random.Random) -> str:
    places = [i for i, c in enumerate(name) if c in LOOK_ALIKES]
    at = rng.choice(places) if places else None
    return name if at is None else name[:at] + LOOK_ALIKES[name[at]] + name[at + 1 :]


def _traditional(name: str, rng: random.Random) -> str:
    return name.translate(TRADITIONAL)


def _mask_name(name: str, rng: random.Random) -> str:
    return name[0] + rng.choice(("*" * max(1, len(name) - 1), "某", "某某", "*"))


def _pinyin(name: str, rng: random.Random) -> str:
    if not "\u4e00" <= name[0] <= "\u9fff" or "·" in name:
        return name.upper()
    letters = [_SURNAME_READINGS.get(name[0]) or lazy_pinyin(name)[0], *lazy_pinyin(name)[1:]]
    surname, given = letters[0].title(), "".join(letters[1:]).title()
    return rng.choice(
        (
            f"{surname} {given}",
            f"{surname.upper()} {given.upper()}",
            f"{given} {surname.upper()}",
            surname.lower() + given.lower(),
        )
    )


def _spaced(name: str, rng: random.Random) -> str:
    return (
        rng.choice((" ", "\u3000", "\u200b")).join(name) if "\u4e00" <= name[0] <= "\u9fff" else f" {name}  "
    )


def _titled(name: str, rng: random.Random) -> str:
    before = rng.choice(("犯罪嫌疑人", "当事人", "嫌疑人：", "被害人", "违法行为人", ""))
    return before + name + rng.choice(("（男）", "(女)", "（男，汉族）", "，男", ""))


def _legal_form(name: str, rng: random.Random) -> str:
    return name.replace("有限公司", rng.choice(("公司", "有限责任公司", "")))


_EXACT: tuple[tuple[str, Change], ...] = (
    ("full_width", _full_width),
    ("grouped", _grouped),
    ("letters", _letters),
)
_DIGITS: tuple[tuple[str, Change], ...] = (*_EXACT, ("slip", _slip), ("swap", _swap), ("lost", _lost))
_CHANGES: dict[str, tuple[tuple[str, Change], ...]] = {
    "cn_id": (*_DIGITS, ("lower", _lower), ("short", _short), ("mask", _mask_id), ("mask", _mask_id)),
    "phone": (*_EXACT, ("abroad", _abroad), ("slip", _slip), ("mask", _mask_phone)),
    "plate": (
        ("full_width", _full_width),
        ("dotted", _dotted),
        ("lower", _lower),
        ("mask", _mask_plate),
        ("no_province", lambda v, rng: v[1:]),
    ),
    "bank_card": (*_DIGITS, ("mask", _mask_card)),
    "passport": (("full_width", _full_width), ("lower", _lower), ("grouped", _grouped)),
    "uscc": (("full_width", _full_width), ("lower", _lower), ("slip", _slip)),
}
_NAME_CHANGES: tuple[tuple[str, Change], ...] = (
    ("homophone", _homophone),
    ("look_alike", _look_alike),
    ("traditional", _traditional),
    ("mask", _mask_name),
    ("pinyin", _pinyin),
    ("spaced", _spaced),
    ("titled", _titled),
    ("missing", lambda name, rng: ""),
)
_COMPANY_CHANGES: tuple[tuple[str, Change], ...] = (("legal_form", _legal_form), ("spaced", _spaced))
