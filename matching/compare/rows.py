"""Ledger rows, as people and other programs write them, to records. Nonsense is dropped, never raised.

A row may lack anything, hold it in the wrong field, in the wrong JSON type or at any length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from matching.dates.dates import read_moment
from matching.dates.period import Period, read_period
from matching.form.apart import parted
from matching.identifiers import mentions
from matching.identifiers.identifiers import find, identify
from matching.identifiers.kinds import READERS
from matching.identifiers.values import Identifier, Record, Subject
from matching.text.normalise import compact, fold, stars
from matching.text.spoken import is_han
from matching.text.understood import Read
from matching.words import names
from matching.words.kind_words import ID_KINDS, WORDS

MAX_SUBJECTS = 50
MAX_IDS = 6  #: of one kind and subject
MAX_REASON = 4_000

_ID_KIND_OF = {word: kind for kind, known in WORDS.items() for word in known.all} | {
    kind.replace("_", ""): kind for kind in ID_KINDS
}
_SUBJECT_WORDS = {
    "person": "person people 人 人员 个人 对象 自然人 嫌疑人",
    "vehicle": "vehicle car 车 车辆 机动车 汽车",
    "phone": "phone 手机 电话 号码 手机号",
    "account": "account card 账户 账号 银行卡 银行账户 卡",
    "company": "company organisation organization 公司 企业 单位 法人",
}
_SUBJECT_KIND_OF = {word: kind for kind, words in _SUBJECT_WORDS.items() for word in words.split()}
_BETWEEN_VALUES = re.compile(r"[,，;；、/|\n]+|\s+(?:和|及|and)\s+")
_NO_NAME_WORDS = (
    "不详 未知 无 暂无 待查 不明 无名氏 匿名 未提供 男子 女子 某男 某女 *男 *女 *人 * ** *** **** - "
    "NONE NULL NA NAN UNKNOWN NIL"
)
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
#: Of a row, not of a subject: who is to be called about it. Two people of one officer's are not one person.
_OF_OFFICERS = frozenset(
    ("contact", "handler", "联系电话", "联系方式", "联系人", "承办人", "经办人", "承办民警")
)
#: Kinds of which letters alone are one.
_LETTERS_ALONE = frozenset({"account", "email", "domain"})
#: What is left of a label where its number was taken out.
_LABEL_LEFT = re.compile(r"(?:身份证|手机|电话|护照|车牌|卡)?号?码?\s*[:：]?\s*$")
_MASKED_PHONE = re.compile(r"1[3-9]\d[\d*]{8}")
_MASKED_ID = re.compile(r"\d{2,}\*[\d*]*[\dX*]")
_NUMBER_LIKE = re.compile(r"\d{14,20}[Xx]?")
#: Two days on which nothing that hangs on today reads alike.
_ANY_DAYS = (date(2035, 1, 20), date(2040, 10, 5))
_DATE = re.compile(r"((?:19|20)\d\d)(?:\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2}))?|(\d\d)(\d\d))")


def record_from_row(row: Mapping[str, Any], resolve_type: Callable[[str], str], zone: tzinfo) -> Record:
    """The record of a ledger row or match query (docs/ledger.md). Never raises.

    ``zone``: what a moment without an offset means, and where a day begins.
    """
    reason = _text(row.get("reason"))[:MAX_REASON]
    asked = _moment(row.get("asked_at"), zone)
    given = [(one, _subject(one)) for whole in _subject_rows(row) for one in _apart(whole)]
    known = any(s.name or s.ids for _, s in given)
    # Beside another, one of whom nothing can be read stays: what is known of the other does not cover it.
    subjects = [s for one, s in given if s.name or s.ids or (known and _says_something(one))]
    case = mentions.case_numbers(_text(row.get("case"))[:MAX_REASON]) or mentions.case_of(reason)
    return Record(
        id=_printable(_text(row.get("id") or row.get("query"))[:200]),
        type=resolve_type(_text(row.get("type"))[:200]),
        subjects=tuple(mentions.complete(subjects[:MAX_SUBJECTS], reason)),
        case=case,
        period=_period(row.get("period"), asked and asked.astimezone(zone).date()),
        reason=fold(reason),
        asked_at=asked,
        answered_at=_moment(row.get("answered_at"), zone),
        outcome=fold(_text(row.get("outcome")))[:40].lower(),
        state=fold(_text(row.get("state")))[:40].lower(),
    )


_HAN_WORDS, _LATIN_WORDS = re.compile(r"[\s,，;；、]+"), re.compile(r"[,;]+")


def record_from_words(words: str, resolve_type: Callable[[str], str]) -> Record:
    """What somebody looks for: numbers (masked ones too), a case, a type, and the rest as names. Never raises."""
    text = words[:MAX_REASON]
    ids: list[Identifier] = []
    case = ""
    for found in reversed(find(text)):
        text = text[: found.start] + " " + text[found.end :]
        if found.identifier.kind == "case":
            case = found.identifier.value
        elif found.identifier.kind in ID_KINDS:
            ids.append(found.identifier)
    type_, wanted = "", []
    for word in (_HAN_WORDS if is_han(text) else _LATIN_WORDS).split(text):
        known = resolve_type(word) if word.strip() else ""
        type_ = type_ or known
        name = "" if known else _name_and_ids(word)[0]
        if name:
            wanted.append(name)
    name = wanted[0] if len(wanted) == 1 else ""
    subjects = [_named(name, ids)] if name or ids else []
    subjects += [_named(one, []) for one in wanted[:MAX_SUBJECTS] if len(wanted) > 1]
    return Record(id="", type=type_, subjects=tuple(subjects), case=case)


def _named(name: str, ids: list[Identifier]) -> Subject:
    return Subject(
        kind=mentions.kind_by_ids(name, ids), name=name, ids=tuple(_distinct(ids)), sound=names.sound(name)
    )


def _moment(value: object, zone: tzinfo) -> datetime | None:
    read = read_moment(value, zone=zone)
    return read.at if read else None


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def _text(value: object) -> str:
    """What a scalar says; "" for what is none. Long whole floats are what spreadsheets make of numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else ""
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() and abs(value) < 1e40 else ""
    if isinstance(value, list | tuple):
        return " ".join(_text(item) for item in value[:50] if isinstance(item, str | int | float))
    return ""


def _subject_rows(row: Mapping[str, Any]) -> Iterable[Any]:
    given = row.get("subjects")
    if given is None:
        given = row.get("subject")
    if given is None:  # a row with its one subject spread out
        loose = {
            key: value
            for key, value in row.items()
            if key != "id" and key not in _OF_OFFICERS and _id_kind(key)
        }
        given = loose | {key: row[key] for key in ("kind", "name", "ids") if row.get(key)}
    if isinstance(given, list | tuple):
        return given[: 2 * MAX_SUBJECTS]
    return [given] if isinstance(given, dict | str | int) and given else []


def _apart(subject: Any) -> list[Any]:
    """Each of several people whom one entry names."""
    if isinstance(subject, str):
        subject = {"name": subject}
    return list(parted(subject)) if isinstance(subject, dict) else [subject]


def _says_something(subject: object) -> bool:
    """Whether a subject's entry stands for somebody, though no name and no number could be read."""
    return any(map(_text, subject.values())) if isinstance(subject, dict) else bool(_text(subject).strip())


def _subject(row: object) -> Subject:
    if not isinstance(row, dict):
        row = {"name": _text(row)}
    ids = _identifiers(row.get("ids"))
    loose = {key: value for key, value in row.items() if _id_kind(key) and key not in ("ids", "name", "kind")}
    ids += _identifiers(loose)
    written = _text(row.get("name"))[:500]
    name, ids_in_name = _name_and_ids(written)
    of_some = [replace(i, found=True) for i in _identifiers(row.get("loose"))] if "loose" in row else []
    ids = _distinct([*ids, *ids_in_name, *of_some])
    kind = _SUBJECT_KIND_OF.get(compact(_text(row.get("kind"))[:40]).lower(), "") or mentions.kind_by_ids(
        name, ids
    )
    return Subject(kind=kind, name=name, ids=tuple(ids), sound=names.sound(name))


def _name_and_ids(written: str) -> tuple[str, list[Identifier]]:
    """A name, and the numbers that were written into its field."""
    ids: list[Identifier] = []
    if sum(c.isdigit() for c in fold(written)) >= 3:
        found = find(written)
        ids = [f.identifier for f in found if f.identifier.kind in ID_KINDS]
        for f in reversed(found):
            written = written[: f.start] + " " + written[f.end :]
        for run in _NUMBER_LIKE.findall(written):  # an ID with a digit lost or too many
            value = identify("cn_id", run)
            ids.append(replace(value, state="length"))
            written = written.replace(run, " ")
        ids = [i for i in ids if _tells_something(i)]
        written = _LABEL_LEFT.sub("", written)
    name = names.clean(written)
    plain = not name or name in _NO_NAME or sum(c.isdigit() for c in name) * 2 > len(name)
    return ("" if plain else name), ids


def _id_kind(key: object) -> str:
    return _kind_named(key[:40]) if isinstance(key, str) else ""


@lru_cache(maxsize=1024)
def _kind_named(key: str) -> str:
    return _ID_KIND_OF.get(compact(key).lower(), "")


def _identifiers(given: object) -> list[Identifier]:
    if isinstance(given, dict):
        pairs = [(_id_kind(key), value) for key, value in list(given.items())[:40]]
    elif isinstance(given, list | tuple):
        pairs = [("", value) for value in given[:40]]
    else:
        pairs = [("", given)]
    ids: list[Identifier] = []
    for kind, value in pairs:
        several = value if isinstance(value, list | tuple) else [value]
        for one in several[:MAX_IDS]:
            if isinstance(one, dict):
                ids += _values(_id_kind(one.get("kind")), one.get("value"))  # no deeper: nonsense nests
            else:
                ids += _values(kind, one)
    return ids


def _values(kind: str, value: object) -> list[Identifier]:
    text = _text(value)[:500]
    lossy = isinstance(value, float) and abs(value) >= 2**53  # a spreadsheet has rounded it
    several = _BETWEEN_VALUES.search(text) is not None and not _is_one(kind, text)
    pieces = _BETWEEN_VALUES.split(text) if several else [text]
    ids = [_value(kind, piece) for piece in pieces[:MAX_IDS] if piece.strip()]
    if lossy:
        ids = [i and Identifier(kind=i.kind, value=i.value, state="damaged", raw=i.raw) for i in ids]
    return [i for i in ids if i is not None]


def _is_one(kind: str, text: str) -> bool:
    """Whether what would divide values belongs to one."""
    return kind == "account" or (kind in READERS and READERS[kind](fold(text))[1] in ("valid", "masked"))


def _value(kind: str, text: str) -> Identifier | None:
    """One identifier; of another kind when it is a good one of that and none of its own (swapped fields)."""
    given = identify(kind or None, text)
    if kind and given.state in ("other", "damaged", "length", "partial"):
        by_shape = identify(None, text)
        good = by_shape.kind in ID_KINDS and by_shape.kind != kind and by_shape.state in ("valid", "masked")
        good = good and not (by_shape.kind == "passport" and by_shape.value.isdigit())
        if good and not _is_mistyped(given, by_shape):
            given = by_shape
    if (
        given.kind == "account"
        and given.state == "valid"
        and given.value.isdigit()
        and len(given.value) >= 16
    ):
        card = identify("bank_card", text)
        given = card if card.state == "valid" else given
    if given.kind == "account" and "@" in given.value:
        mail = identify("email", text)
        given = mail if mail.state != "other" else given
    given = _swapped_mask(kind, given, text)
    return given if given.kind in ID_KINDS and _tells_something(given) else None


def _tells_something(identifier: Identifier) -> bool:
    """Not a placeholder: 000000000000000000, a mask that shows one digit."""
    told = set(identifier.value) - set("*")
    return len(told) > 1 and (identifier.kind in _LETTERS_ALONE or any(c.isdigit() for c in told))


def _swapped_mask(kind: str, given: Identifier, text: str) -> Identifier:
    """A masked telephone number in the ID's field, or a masked ID in the telephone's, by its length."""
    if given.state != "masked" or kind not in ("cn_id", "phone"):
        return given
    token = compact(stars(fold(text)))
    if kind == "cn_id" and _MASKED_PHONE.fullmatch(token):
        return identify("phone", text)
    if kind == "phone" and _MASKED_ID.fullmatch(token) and len(token) in (15, 18):
        return identify("cn_id", text)
    return given


def _is_mistyped(given: Identifier, by_shape: Identifier) -> bool:
    """Whether it is rather a mistyped one of its own kind than a good one of another.

    A mistyped ID has the check digit of a card once in ten times, that of a company code once in 31.
    """
    if given.kind == "cn_id":
        return by_shape.kind in ("bank_card", "uscc", "imei", "imsi", "iccid") and given.value[:-1].isdigit()
    return given.kind == "imei" and by_shape.kind == "cn_id"


def _distinct(ids: list[Identifier]) -> list[Identifier]:
    kept: dict[tuple[str, str], Identifier] = {}
    for identifier in ids:
        kept.setdefault((identifier.kind, identifier.value), identifier)
    counted: dict[str, int] = {}
    result = []
    for identifier in kept.values():
        counted[identifier.kind] = counted.get(identifier.kind, 0) + 1
        if counted[identifier.kind] <= MAX_IDS:
            result.append(identifier)
    return result


def _period(value: object, asked: date | None) -> Period | None:
    if isinstance(value, dict):
        value = [
            value.get("from") or value.get("start"),
            value.get("to") or value.get("until") or value.get("end"),
        ]
    if isinstance(value, list | tuple):
        days = [day for item in value[:2] for day in _dates(_text(item))[:1]]
        return (min(days), max(days)) if len(days) == 2 else None
    text = _text(value)
    days = _dates(text)
    return (min(days), max(days)) if len(days) == 2 else _period_in_words(text, asked)


def _period_in_words(text: str, asked: date | None) -> Period | None:
    """2026年2月, 2月1日-2月28日: by the day of asking, or, where that is not known, if it makes no difference."""
    if not text.strip():
        return None
    days = [asked] if asked else _ANY_DAYS
    first, *others = (read_period(text, today=day) for day in days)
    return first.value if isinstance(first, Read) and all(other == first for other in others) else None


def _dates(text: str) -> list[date]:
    days = []
    for found in _DATE.finditer(fold(text[:200])):
        month, day = found[2] or found[4] or "1", found[3] or found[5] or "1"
        try:
            days.append(date(int(found[1]), int(month), int(day)))
        except ValueError:
            continue
    return days
