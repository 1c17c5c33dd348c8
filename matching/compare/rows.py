"""Ledger rows, as people and other programs write them, to records. Nonsense is dropped, never raised.

A row may lack anything, hold it in the wrong field, in the wrong JSON type or at any length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, tzinfo
from itertools import islice
from typing import Any

from matching.compare.row_ids import distinct, id_kind, identifiers_of, tells_something, text_of
from matching.dates.dates import read_moment
from matching.dates.period import Period, read_period
from matching.form.apart import parted
from matching.identifiers import mentions
from matching.identifiers.identifiers import find, identify
from matching.identifiers.values import Identifier, Record, Subject
from matching.text.normalise import compact, fold
from matching.text.spoken import is_han
from matching.text.understood import Read
from matching.words import names
from matching.words.kind_words import ID_KINDS

MAX_SUBJECTS = 50
MAX_REASON = 4_000

_SUBJECT_WORDS = {
    "person": "person people 人 人员 个人 对象 自然人 嫌疑人",
    "vehicle": "vehicle car 车 车辆 机动车 汽车",
    "phone": "phone 手机 电话 号码 手机号",
    "account": "account card 账户 账号 银行卡 银行账户 卡",
    "company": "company organisation organization 公司 企业 单位 法人",
}
_SUBJECT_KIND_OF = {word: kind for kind, words in _SUBJECT_WORDS.items() for word in words.split()}
_NO_NAME_WORDS = (
    "不详 未知 无 暂无 待查 不明 无名氏 匿名 未提供 男子 女子 某男 某女 *男 *女 *人 * ** *** **** - "
    "NONE NULL NA NAN UNKNOWN NIL"
)
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
#: Of a row, not of a subject: who is to be called about it. Two people of one officer's are not one person.
_OF_OFFICERS = frozenset(
    ("contact", "handler", "联系电话", "联系方式", "联系人", "承办人", "经办人", "承办民警")
)
#: What is left of a label where its number was taken out.
_LABEL_LEFT = re.compile(r"(?:身份证|手机|电话|护照|车牌|卡)?号?码?\s*[:：]?\s*$")
_NUMBER_LIKE = re.compile(r"\d{14,20}[Xx]?")
#: Two days on which nothing that hangs on today reads alike.
_ANY_DAYS = (date(2035, 1, 20), date(2040, 10, 5))
_DATE = re.compile(r"((?:19|20)\d\d)(?:\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2}))?|(\d\d)(\d\d))")


def record_from_row(row: Mapping[str, Any], resolve_type: Callable[[str], str], zone: tzinfo) -> Record:
    """The record of a ledger row or match query (docs/ledger.md). Never raises.

    ``zone``: what a moment without an offset means, and where a day begins.
    """
    reason = text_of(row.get("reason"))[:MAX_REASON]
    asked = _moment(row.get("asked_at"), zone)
    people = islice((one for whole in _subject_rows(row) for one in _apart(whole)), 2 * MAX_SUBJECTS)
    given = [(one, _subject(one)) for one in people]
    known = any(s.name or s.ids for _, s in given)
    # Beside another, one of whom nothing can be read stays: what is known of the other does not cover it.
    subjects = [s for one, s in given if s.name or s.ids or (known and _says_something(one))]
    case = mentions.case_numbers(text_of(row.get("case"))[:MAX_REASON]) or mentions.case_of(reason)
    return Record(
        id=_printable(text_of(row.get("id") or row.get("query"))[:200]),
        type=resolve_type(text_of(row.get("type"))[:200]),
        subjects=tuple(mentions.complete(subjects[:MAX_SUBJECTS], reason)),
        case=case,
        period=_period(row.get("period"), asked and asked.astimezone(zone).date()),
        reason=fold(reason),
        asked_at=asked,
        answered_at=_moment(row.get("answered_at"), zone),
        outcome=fold(text_of(row.get("outcome")))[:40].lower(),
        state=fold(text_of(row.get("state")))[:40].lower(),
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
        kind=mentions.kind_by_ids(name, ids), name=name, ids=tuple(distinct(ids)), sound=names.sound(name)
    )


def _moment(value: object, zone: tzinfo) -> datetime | None:
    read = read_moment(value, zone=zone)
    return read.at if read else None


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def _subject_rows(row: Mapping[str, Any]) -> Iterable[Any]:
    given = row.get("subjects")
    if given is None:
        given = row.get("subject")
    if given is None:  # a row with its one subject spread out
        loose = {
            key: value
            for key, value in row.items()
            if key != "id" and key not in _OF_OFFICERS and id_kind(key)
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
    return (
        any(map(text_of, subject.values())) if isinstance(subject, dict) else bool(text_of(subject).strip())
    )


def _subject(row: object) -> Subject:
    if not isinstance(row, dict):
        row = {"name": text_of(row)}
    ids = identifiers_of(row.get("ids"))
    loose = {key: value for key, value in row.items() if id_kind(key) and key not in ("ids", "name", "kind")}
    ids += identifiers_of(loose)
    written = text_of(row.get("name"))[:500]
    name, ids_in_name = _name_and_ids(written)
    of_some = [replace(i, found=True) for i in identifiers_of(row.get("loose"))] if "loose" in row else []
    ids = distinct([*ids, *ids_in_name, *of_some])
    kind = _SUBJECT_KIND_OF.get(compact(text_of(row.get("kind"))[:40]).lower(), "") or mentions.kind_by_ids(
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
        ids = [i for i in ids if tells_something(i)]
        written = _LABEL_LEFT.sub("", written)
    name = names.clean(written)
    plain = not name or name in _NO_NAME or sum(c.isdigit() for c in name) * 2 > len(name)
    return ("" if plain else name), ids


def _period(value: object, asked: date | None) -> Period | None:
    if isinstance(value, dict):
        value = [
            value.get("from") or value.get("start"),
            value.get("to") or value.get("until") or value.get("end"),
        ]
    if isinstance(value, list | tuple):
        days = [day for item in value[:2] for day in _dates(text_of(item))[:1]]
        return (min(days), max(days)) if len(days) == 2 else None
    text = text_of(value)
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
    if (
        len(text) == 10 and text[4] == text[7] == "-" and text[:2] in ("19", "20")
    ):  # as ledgers of programs have it
        digits = text[:4] + text[5:7] + text[8:]
        if digits.isascii() and digits.isdecimal():
            with suppress(ValueError):
                return [date.fromisoformat(text)]
            return []
    days = []
    for found in _DATE.finditer(fold(text[:200])):
        month, day = found[2] or found[4] or "1", found[3] or found[5] or "1"
        try:
            days.append(date(int(found[1]), int(month), int(day)))
        except ValueError:
            continue
    return days
