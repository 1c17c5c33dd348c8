"""What became of a ledger's rows, or would, as a value: for whoever words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.ledger.columns import PART, PART_LABELS
from storage.ledger.fields import COLUMNS
from storage.ledger.reading import LedgerReader
from storage.ledger.why import Cause, Why
from workflow.kernel.text import Text, t
from workflow.ledger.report import WORDS, Report, as_json, told_of
from workflow.ledger.wording import told

_SHOWN_OTHERWISE = (Cause.NO_UNIT_ASKED, Cause.AS_TOLD)  # as ``nobodys``, among the columns


@dataclass(frozen=True, kw_only=True, slots=True)
class Perhaps:
    """A column whose name is not known, and a field that its cells look like; ``label``: what that is called."""

    column: str
    field: str
    label: Text | str


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetTold:
    name: str
    header_row: int | None
    taken: int
    columns: tuple[tuple[str, Text | str], ...]  # header, what the field is called
    ignored: tuple[str, ...]  # headers of what is not the ledger's
    perhaps: tuple[Perhaps, ...]  # what some of these may hold
    nobodys: bool  # it has columns, and none that says which unit was asked
    notes: tuple[Text, ...]  # what else is to know of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """``counts``: read, and each of :data:`workflow.ledger.report.WORDS`, of all sheets together."""

    counts: Mapping[str, int]
    correctable: int  # rejected rows that would be corrected, were that asked for
    doubtful: int  # rows with numbers whose check digit or length is wrong
    doubted: tuple[tuple[str, int, tuple[Text, ...]], ...]  # sheet, line, kinds; the first of them
    sheets: tuple[SheetTold, ...]
    left_out: tuple[tuple[str, Text], ...]  # sheet, why
    rejects: tuple[tuple[str, int, Text], ...]  # sheet, line, why; the first of them
    report: dict[str, Any]  # all of it, the first rejected rows with their cells; its texts are worded later


def account_of(reader: LedgerReader, report: Report) -> Account:
    whole = as_json(report, reader) | {"rejects": [told_of(sheet, row) for sheet, row in report.first]}
    return Account(
        correctable=report.total("correctable"),
        doubtful=report.total("doubtful"),
        doubted=tuple(
            (row.sheet, row.line, tuple(t(f"kind.{kind}") for kind in row.kinds)) for row in report.doubted
        ),
        counts={word: report.total(word) for word in ("read", *WORDS)},
        sheets=tuple(
            SheetTold(
                name=sheet.name,
                header_row=sheet.header_row,
                taken=report.of(place).taken,
                columns=tuple((header, _label(field)) for header, field in sheet.columns.items()),
                ignored=tuple(sheet.ignored),
                perhaps=tuple(
                    Perhaps(column=header, field=field, label=_label(field))
                    for header, field in sheet.perhaps
                ),
                nobodys=any(note.cause is Cause.NO_UNIT_ASKED for note in sheet.notes),
                notes=tuple(told(note) for note in sheet.notes if note.cause not in _SHOWN_OTHERWISE),
            )
            for place, sheet in enumerate(reader.sheets)
        ),
        left_out=tuple((one.name, told(one.why)) for one in reader.left_out),
        rejects=tuple((sheet, row.line, told(row.reason)) for sheet, row in report.first),
        report=_told_all(whole),
    )


def _told_all(value: Any) -> Any:
    match value:
        case Why():
            return told(value).json()
        case dict():
            return {name: _told_all(one) for name, one in value.items()}
        case list():
            return [_told_all(one) for one in value]
    return value


def _label(field: str) -> Text | str:
    """A field of a ledger as people call it; of a subject behind the first also which."""
    if field == "subjects":
        return t("field.subject")
    if field in COLUMNS:
        return t(f"ledger_field.{field}")
    part = PART.fullmatch(field)
    if part is None or part[2] not in PART_LABELS:
        return field
    _, _, kind = part[2].partition(".")
    label = t(f"kind.{kind}") if kind else t(f"ledger_field.{part[2]}")
    return t("ledger.of_subject", number=int(part[1]) + 1, part=label) if int(part[1]) else label
