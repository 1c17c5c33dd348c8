"""What became of a file's rows: for the person on stderr, and as JSON in a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from bot.commands.telling import tell_terminal
from bot.commands.wording import words
from bot.runtime.private_file import private_file
from storage.ledger.reading import LedgerReader
from storage.ledger.why import Why
from workflow.ledger.report import WORDS, Counts, Report, as_json

_SHOWN_NAMES = 12  # columns that are not the ledger's, in one line


def write_report(path: Path, report: Report, reader: LedgerReader) -> None:
    with private_file(path) as file:
        file.write(json.dumps(worded(as_json(report, reader)), ensure_ascii=False, indent=1))
        file.write("\n")


def writer_of(file: IO[str]) -> Callable[[Mapping[str, Any]], object]:
    """What writes rejected rows into a file, one JSON object a line."""
    return lambda row: file.write(json.dumps(worded(row), ensure_ascii=False) + "\n")


def worded(value: Any) -> Any:
    """What is to be written as JSON, its reasons in words."""
    match value:
        case Why():
            return words(value)
        case dict():
            return {name: worded(one) for name, one in value.items()}
        case list():
            return [worded(one) for one in value]
    return value


def tell(path: Path, report: Report, reader: LedgerReader) -> None:
    """The account in words; the last line says of all rows where they went."""
    several = len(reader.sheets) > 1
    for name, row in report.first:
        where = f"{path.name}:{name}:{row.line}" if several else f"{path.name}:{row.line}"
        tell_terminal(f"{where}: {words(row.reason)}")
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
            tell_terminal(f"{begin}{words(note)}")
    for left in reader.left_out:
        tell_terminal(f"left out: sheet {left.name}: {words(left.why)}")
    if doubtful := report.total("doubtful"):
        tell_terminal(
            f"{doubtful} rows have numbers that do not fit (wrong check digit or length), kept as they are written: "
            + _places(path, report, doubtful, several=several)
        )
    if deleted := report.total("deleted"):
        tell_terminal(f"{deleted} left out since their content was deleted here")
    if report.import_id is not None:
        tell_terminal(f"import {report.import_id}; crossbeat import --undo {report.import_id} takes it back")
    lines = [(sheet.name, report.of(place)) for place, sheet in enumerate(reader.sheets)]
    for name, counts in lines if several else ():
        tell_terminal(f"{name}: {counts.line()}")
    counted = ("read", *WORDS)
    tell_terminal(
        Counts(**{word: sum(getattr(counts, word) for _, counts in lines) for word in counted}).line()
    )


def _places(path: Path, report: Report, count: int, *, several: bool) -> str:
    """Where the first rows stand whose numbers do not fit, and of which kinds these are."""
    shown = []
    for row in report.doubted[:_SHOWN_NAMES]:
        sheet = f"{row.sheet}:" if several else ""
        shown.append(f"{sheet}{row.line} {', '.join(row.kinds)}")
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    return f"{path.name}:" + "; ".join(shown) + more
