"""Ledgers as text: fields divided by a sign, in whatever encoding a program of the country writes.

Read line by line, so that what is wrong with one line is no reason to lose another: a quotation mark that is
never closed swallows nothing, half a character spoils its own row.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from storage.ledger.items import Cell, LedgerUnreadable, Merge, SheetRow
from storage.ledger.json_lines import MAX_LINE_BYTES
from storage.ledger.sniff import utf_16_without_mark
from storage.ledger.why import Cause, Why, why

DIVIDERS = (",", "\t", ";", "|", "，")  # Excel writes what the country's settings say
_SAMPLE = 256_000  # bytes by which an encoding is told where the whole is none
_LONGEST_CELL_LINES = 2_000  # of one quoted cell
_LONGEST_CELL = 2_000_000  # characters, when it has several lines
_SEP = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_LINE_ENDS = "\r\n"


class TextSheet:
    """The one table of a text file. Raises :class:`LedgerUnreadable` where its bytes are no text."""

    hidden = False
    left_out: Why | None = None
    epoch_1904 = False
    text = True

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        self.name = path.name
        self.path = path
        self.encoding = encoding or encoding_of(path)
        self.divider = ""  # told by whoever knows what a header is
        self.width = 0  # fields of a row, where the header is known
        self._read = 0

    def share(self) -> float:
        return self._read / max(self.path.stat().st_size, 1)

    def merges(self) -> Sequence[Merge]:
        return ()

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of the file with their numbers and ends; one that is too long comes as far as it is read."""
        with (
            self.path.open("rb") as raw,
            io.TextIOWrapper(raw, encoding=self.encoding, errors="replace", newline="") as file,
        ):
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if number % 500 == 0:
                    self._read = raw.tell()
                while len(line) > MAX_LINE_BYTES and (more := file.readline(MAX_LINE_BYTES)):
                    if more.endswith(("\n", "\r")):
                        break
                yield number, line

    def sep(self) -> str:
        """The divider that the file's own first line names (Excel's ``sep=``); "" where it names none."""
        for _, line in self.lines():
            found = _SEP.fullmatch(line.strip("\ufeff\r\n").strip('"'))
            return found[1] if found else ""
        return ""

    def rows(self) -> Iterator[SheetRow]:
        lines = self.lines()
        if self.sep():
            next(lines)
        return records(lines, self.divider or ",", self.width)


def records(lines: Iterator[tuple[int, str]], divider: str, width: int) -> Iterator[SheetRow]:
    """The rows of lines. ``width``: how many fields a row has, 0 where that is not known yet."""
    waiting: deque[tuple[int, str]] = deque()

    def following() -> tuple[int, str] | None:
        return waiting.popleft() if waiting else next(lines, None)

    while (at := following()) is not None:
        number, line = at
        if len(line) > MAX_LINE_BYTES:
            yield SheetRow(number, [line[:200]], fault=why(Cause.LONG_LINE, most=MAX_LINE_BYTES))
            continue
        bare = line.rstrip(_LINE_ENDS)
        if '"' not in bare:
            yield SheetRow(number, bare.split(divider))
            continue
        taken: list[tuple[int, str]] = []
        cells = fields(bare, divider)
        text = line
        while cells is None and len(taken) < _LONGEST_CELL_LINES:
            more = following()
            if more is None:
                break
            taken.append(more)
            if _is_a_row(more[1], divider, width) or len(text) > _LONGEST_CELL:
                break  # a line that is a row by itself does not belong to a cell
            text += more[1]
            cells = fields(text.rstrip(_LINE_ENDS), divider, whole=True) if '"' in more[1] else None
            if cells is not None and width and len(cells) != width:
                cells = None
                break
        if cells is None:
            waiting.extendleft(reversed(taken))
            cells = literal_fields(bare, divider)
        yield SheetRow(number, cells)


def _is_a_row(line: str, divider: str, width: int) -> bool:
    bare = line.rstrip(_LINE_ENDS)
    return width > 2 and bare.count('"') % 2 == 0 and len(literal_fields(bare, divider)) == width


def fields(line: str, divider: str, *, whole: bool = False) -> list[Cell] | None:
    """The fields of a line; None where a quotation mark is open at its end.

    A field that begins with a quotation mark ends with one before a divider. One that goes on behind it
    (``"小区门口"抓拍``) is taken as it stands; not where ``whole`` lines are put together, which it would swallow.
    """
    found: list[Cell] = []
    at = 0
    while True:
        if not line.startswith('"', at):
            end = line.find(divider, at)
            found.append(line[at:] if end < 0 else line[at:end])
        else:
            close = _closing(line, at, divider)
            if close is None or (whole and close.literal):
                return None
            quoted, end, _ = close
            found.append(quoted)
        if end < 0:
            return found
        at = end + 1


class _Closed(NamedTuple):
    text: str
    end: int  # where the divider behind it is; -1: the end
    literal: bool  # its quotation marks are signs like others


def _closing(line: str, at: int, divider: str) -> _Closed | None:
    """The field that begins with the quotation mark at ``at``; None where it does not end in this line."""
    look = at + 1
    while True:
        mark = line.find('"', look)
        if mark < 0:
            return None
        after = line[mark + 1 : mark + 2]
        if after == '"':
            look = mark + 2
        elif after in ("", divider):
            return _Closed(line[at + 1 : mark].replace('""', '"'), mark + 1 if after else -1, False)
        elif after.isspace() and (rest := line[mark + 1 :].lstrip(" ")) and rest[:1] in ("", divider):
            return _Closed(line[at + 1 : mark].replace('""', '"'), len(line) - len(rest), False)
        else:  # it goes on behind the mark
            end = line.find(divider, mark)
            return _Closed(line[at:] if end < 0 else line[at:end], end, True)


def literal_fields(line: str, divider: str) -> list[Cell]:
    """The fields of a line in which a quotation mark is never closed: it is a sign like others."""
    found: list[Cell] = []
    at = 0
    while True:
        close = _closing(line, at, divider) if line.startswith('"', at) else None
        if close is None:
            end = line.find(divider, at)
            found.append(line[at:] if end < 0 else line[at:end])
        else:
            quoted, end, _ = close
            found.append(quoted)
        if end < 0:
            return found
        at = end + 1


def encoding_of(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 likewise, else GB18030 (a superset of GBK), or what it looks like.

    Where the whole is none of them, that in which most lines are sound: one damaged character does not condemn
    a file. Raises :class:`LedgerUnreadable` when the bytes are no text.
    """
    with path.open("rb") as raw:
        head = raw.read(_SAMPLE)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if (wide := utf_16_without_mark(head[:4096])) != "":
        return wide
    if _is_whole(path, "utf-8"):
        return "utf-8-sig"
    lines = [line for line in _all_lines(path) if not line.isascii()]
    sound = {encoding: sum(_decodes(line, encoding) for line in lines) for encoding in ("utf-8", "gb18030")}
    # Text in GB18030 is hardly ever sound UTF-8, while the other way round half of the lines are.
    if 2 * sound["utf-8"] >= len(lines):
        return "utf-8-sig"
    if 2 * sound["gb18030"] >= len(lines):
        return "gb18030"
    what, advice = why(Cause.WHAT_ENCODING), why(Cause.WORKS)
    raise LedgerUnreadable(why(Cause.IS, name=path.name, what=what, advice=advice))


def guessed_encoding(path: Path) -> str | None:
    """What else the text may be encoded in (Big5, for one), by how often its characters stand together."""
    from charset_normalizer import from_bytes  # takes 40 ms; hardly ever needed

    with path.open("rb") as raw:
        best = from_bytes(raw.read(_SAMPLE)).best()
    return best.encoding if best else None


def _is_whole(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _all_lines(path: Path) -> list[bytes]:
    with path.open("rb") as raw:
        return raw.read(16 * _SAMPLE).splitlines()


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def write_csv(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Writes a table in the form that Excel opens by a double click."""
    import csv

    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows(rows)
    text.detach()  # the stream is the caller's to close
