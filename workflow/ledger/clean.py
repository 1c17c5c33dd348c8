"""A row as it is kept: what people and spreadsheets write into cells, brought into the shape of docs/ledger.md.

Pure. Nothing is guessed: what cannot be read stays as it was written, and is refused or kept where it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from matching.compare.row_ids import identifiers_of
from matching.dates.dates import read_moment
from matching.form.apart import is_told, parted
from matching.identifiers.identifiers import identify
from matching.identifiers.kinds import KINDS
from matching.text.normalise import compact, fold
from storage.ledger.bare import Literal, bare, whole
from storage.ledger.fields import TIMES
from storage.ledger.outcomes import stage_of
from storage.ledger.why import Cause, Why, why

#: Numbers whose kind has one spelling; of others the letters' case and the signs belong to them.
_SPELLED = frozenset(kind.key for kind in KINDS if kind.one_spelling)
_BETWEEN = re.compile(r"\s*[,，;；、/|\n\r]+\s*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
_ANOTHER = 5  # digits beside a number: they are of another one
_ZEROS = re.compile(r"\d{15}0{3,}")


class LooksRounded(ValueError):
    """A number whose digits behind the fifteenth are lost; ``why`` says which."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def cleaned(row: Mapping[str, Any], *, zone: tzinfo, from_table: bool) -> dict[str, Any]:
    """The row as it is kept. A row of JSON stays as it came but for moments that are not in ISO 8601.

    Raises :class:`LooksRounded`.
    """
    made = dict(row)
    if from_table:
        for name, value in row.items():
            if isinstance(value, str):
                made[name] = bare(name, value)
                if value and not made[name]:
                    del made[name]
        if isinstance(row.get("subjects"), list):
            made["subjects"] = _subjects(row["subjects"])
            if not made["subjects"]:
                del made["subjects"]
    for name in TIMES:
        if name in made:
            made[name] = _moment(made[name], zone, from_table=from_table)
    said = made.get("answered_at")
    if isinstance(said, str) and not said[:1].isdigit() and (state := stage_of(said)):  # 未回: it waits
        del made["answered_at"]
        made["state"] = made.get("state") or state
    if from_table and isinstance(made.get("period"), list):
        made["period"] = [_moment(day, zone, from_table=True) if day else day for day in made["period"]]
    return made


def _subjects(given: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for subject in given:
        if not isinstance(subject, dict):
            continue
        plain = {key: bare(key, value) if isinstance(value, str) else value for key, value in subject.items()}
        apart = parted(plain)
        for one in apart if is_told(apart) else [plain]:
            ids = one.get("ids")
            kept = {key: value for key, value in one.items() if value and key != "ids"}
            if isinstance(ids, dict) and (numbers := _numbers(ids)):
                kept["ids"] = numbers
            if kept:
                found.append(kept)
    return found


def _numbers(ids: Mapping[str, Any]) -> dict[str, Any]:
    numbers: dict[str, Any] = {}
    for kind, value in ids.items():
        text = _number(kind, value) if isinstance(value, str) else value
        told = kind
        if text and isinstance(value, str) and not isinstance(value, Literal):
            told = _kind_by_shape(kind, text)
        if told != kind and told not in ids.keys() | numbers.keys():
            numbers[told] = _number(told, text)
        elif text:
            numbers[kind] = text
    return numbers


def _kind_by_shape(kind: str, text: str) -> str:
    """The kind that a number is of: under 证件号码 stand passports and travel permits too, as matching takes them."""
    if kind not in _SPELLED or identify(kind, text).state in ("valid", "masked"):
        return kind
    told = identifiers_of({kind: text})
    return told[0].kind if len(told) == 1 and told[0].state == "valid" else kind


def _number(kind: str, value: str) -> str:
    text = bare("id", value)
    if kind not in _SPELLED or isinstance(value, Literal):
        return text
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    spelled = [_spelled(kind, piece) for piece in pieces]
    if len(pieces) == 1 and spelled[0] is not None:
        return spelled[0]
    return ";".join(one for one in spelled if one) if pieces and all(spelled) else text


def _spelled(kind: str, text: str) -> str | None:
    """The number in the spelling of its kind, where that has the same letters and digits; None for none."""
    text = whole(text)
    known = identify(kind, text)
    if known.state != "valid" and _ZEROS.fullmatch(fold(text)):
        raise LooksRounded(why(Cause.ZEROS, kind=kind, number=text))
    written = compact(text)
    if known.state not in ("valid", "masked") or known.value not in written:
        return None
    beside = written.replace(known.value, "", 1)
    return None if sum(map(str.isdigit, beside)) >= _ANOTHER else known.value


def _moment(value: Any, zone: tzinfo, *, from_table: bool) -> Any:
    """ISO 8601 of what can be read; a day alone stays a day."""
    if isinstance(value, str):
        iso = _ISO.fullmatch(value)
        if _DAY.fullmatch(value) or (iso is not None and (iso[1] or not from_table)):
            return value
    read = read_moment(value, zone=zone)
    if read is None:
        return value
    return read.at.isoformat() if read.timed else read.at.date().isoformat()
