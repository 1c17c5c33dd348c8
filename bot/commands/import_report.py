"""What became of a file's rows: for the person on stderr, and as JSON in a file."""

from __future__ import annotations

import json
from pathlib import Path

from bot.commands.telling import tell_terminal
from bot.runtime.private_file import private_file
from storage.ledger.reading import LedgerReader
from workflow.ledger.report import WORDS, Counts, Report, as_json

_SHOWN_NAMES = 12  # columns that are not the ledger's, in one line


def write_report(path: Path, report: Report, reader: LedgerReader) -> None:
    with private_file(path) as file:
        json.dump(as_json(report, reader), file, ensure_ascii=False, indent=1)
        file.write("\n")


def tell(path: Path, report: Report, reader: LedgerReader) -> None:
    """The account in words; the last line says of all rows where they went."""
    several = len(reader.sheets) > 1
    for name, row in report.first:
        where = f"{path.name}:{name}:{row.line}" if several else f"{path.name}:{row.line}"
        tell_terminal(f"{where}: {row.reason}")
    more = report.total("rejected") - len(report.first)
    if more > 0:
        tell_terminal(f"… and {more} more; --rejects FILE takes them all")
    for sheet in reader.sheets:
        begin = f"{sheet.name}: " if several else ""
        if sheet.ignored:
            shown = ", ".join(sheet.ignored[:_SHOWN_NAMES])
            rest = len(sheet.ignored) - _SHOWN_NAMES
            shown += f" and {rest} more" if rest > 0 else ""
            tell_terminal(f"{begin}columns that are not the ledger's, kept with their rows: {shown}")
        for note in sheet.notes:
            tell_terminal(f"{begin}{note}")
    for left in reader.left_out:
        tell_terminal(f"left out: sheet {left.name}: {left.why}")
    if deleted := report.total("deleted"):
        tell_terminal(f"{deleted} left out since their content was deleted here")
    if report.import_id is not None:
        tell_terminal(f"import {report.import_id}; crossbeat import --undo {report.import_id} takes it back")
    lines = [(sheet.name, report.of(place)) for place, sheet in enumerate(reader.sheets)]
    for name, counts in lines if several else ():
        tell_terminal(f"{name}: {counts.line()}")
    words = ("read", *WORDS)
    tell_terminal(
        Counts(**{word: sum(getattr(counts, word) for _, counts in lines) for word in words}).line()
    )
