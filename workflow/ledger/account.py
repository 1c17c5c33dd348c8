"""What became of a ledger's rows, or would, as a value: for whoever words it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from storage.ledger.columns import PART, PART_LABELS
from storage.ledger.fields import COLUMNS
from storage.ledger.reading import LedgerReader
from workflow.kernel.text import Text, t
from workflow.ledger.report import WORDS, Report, as_json, told_of


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetTold:
    name: str
    header_row: int | None
    taken: int
    columns: tuple[tuple[str, Text | str], ...]  # header, what the field is called
    ignored: tuple[str, ...]  # headers of what is not the ledger's
    nobodys: bool  # it has columns, and none that says which unit was asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """``counts``: read, and each of :data:`workflow.ledger.report.WORDS`, of all sheets together."""

    counts: Mapping[str, int]
    sheets: tuple[SheetTold, ...]
    left_out: tuple[tuple[str, str], ...]  # sheet, why
    rejects: tuple[tuple[str, int, str], ...]  # sheet, line, why; the first of them
    report: str  # all of it as JSON, the first rejected rows with their cells


def account_of(reader: LedgerReader, report: Report) -> Account:
    whole = as_json(report, reader) | {"rejects": [told_of(sheet, row) for sheet, row in report.first]}
    return Account(
        counts={word: report.total(word) for word in ("read", *WORDS)},
        sheets=tuple(
            SheetTold(
                name=sheet.name,
                header_row=sheet.header_row,
                taken=report.of(place).taken,
                columns=tuple((header, _label(field)) for header, field in sheet.columns.items()),
                ignored=tuple(sheet.ignored),
                nobodys=bool(sheet.columns) and "to_unit" not in sheet.columns.values(),
            )
            for place, sheet in enumerate(reader.sheets)
        ),
        left_out=tuple((one.name, one.why) for one in reader.left_out),
        rejects=tuple((sheet, row.line, row.reason) for sheet, row in report.first),
        report=json.dumps(whole, ensure_ascii=False, indent=1),
    )


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
