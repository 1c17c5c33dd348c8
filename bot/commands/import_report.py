"""What became of a file's rows: for the person on stderr, and as JSON in a file, in the language of the desk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from bot.commands.telling import tell_terminal
from bot.commands.wording import labelled, say, words
from bot.runtime.private_file import private_file
from storage.ledger.reading import LedgerReader
from storage.ledger.why import Why
from workflow.ledger.report import WORDS, Counts, Report, as_json

_SHOWN_NAMES = 12  # columns that are not the ledger's, in one line


def write_report(path: Path, report: Report, reader: LedgerReader, language: str) -> None:
    with private_file(path) as file:
        file.write(json.dumps(worded(as_json(report, reader), language), ensure_ascii=False, indent=1))
        file.write("\n")


def writer_of(file: IO[str], language: str) -> Callable[[Mapping[str, Any]], object]:
    """What writes rejected rows into a file, one JSON object a line."""
    return lambda row: file.write(json.dumps(worded(row, language), ensure_ascii=False) + "\n")


def worded(value: Any, language: str) -> Any:
    """What is to be written as JSON, its reasons in words."""
    match value:
        case Why():
            return words(value, language)
        case dict():
            return {name: worded(one, language) for name, one in value.items()}
        case list():
            return [worded(one, language) for one in value]
    return value


def tell(path: Path, report: Report, reader: LedgerReader, language: str) -> None:
    """The account in words; the last line says of all rows where they went, in the same words in every language."""
    several = len(reader.sheets) > 1
    for name, row in report.first:
        where = f"{path.name}:{name}:{row.line}" if several else f"{path.name}:{row.line}"
        tell_terminal(f"{where}: {words(row.reason, language)}")
    if (more := report.total("rejected") - len(report.first)) > 0:
        tell_terminal(say(language, "import.more", count=more))
    _tell_sheets(reader, language, several=several)
    if doubtful := report.total("doubtful"):
        places = _places(path, report, language, several=several)
        rest = doubtful - len(report.doubted[:_SHOWN_NAMES])
        tell_terminal(say(language, "import.doubtful", count=doubtful, places=places, more=rest or None))
    if deleted := report.total("deleted"):
        tell_terminal(say(language, "import.deleted", count=deleted))
    if report.import_id is not None:
        tell_terminal(say(language, "import.undo", number=report.import_id))
    lines = [(sheet.name, report.of(place)) for place, sheet in enumerate(reader.sheets)]
    for name, counts in lines if several else ():
        tell_terminal(f"{name}: {counts.line()}")
    counted = ("read", *WORDS)
    tell_terminal(
        Counts(**{word: sum(getattr(counts, word) for _, counts in lines) for word in counted}).line()
    )


def _tell_sheets(reader: LedgerReader, language: str, *, several: bool) -> None:
    for sheet in reader.sheets:
        begin = f"{sheet.name}: " if several else ""
        if sheet.ignored:
            shown = ", ".join(sheet.ignored[:_SHOWN_NAMES])
            rest = max(0, len(sheet.ignored) - _SHOWN_NAMES)
            tell_terminal(begin + say(language, "import.not_ours", names=shown, more=rest or None))
        for note in sheet.notes:
            tell_terminal(f"{begin}{words(note, language)}")
    for left in reader.left_out:
        tell_terminal(say(language, "import.left_out", sheet=left.name, why=words(left.why, language)))


def _places(path: Path, report: Report, language: str, *, several: bool) -> str:
    """Where the first rows stand whose numbers do not fit, and of which kinds these are."""
    shown = []
    for row in report.doubted[:_SHOWN_NAMES]:
        sheet = f"{row.sheet}:" if several else ""
        kinds = [say(language, f"kind.{kind}") if labelled(language) else kind for kind in row.kinds]
        shown.append(f"{sheet}{row.line} {', '.join(kinds)}")
    return f"{path.name}:" + "; ".join(shown)
