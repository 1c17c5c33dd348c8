"""Workbooks of Excel, WPS and LibreOffice (``.xlsx``, ``.xlsm``), row by row.

A reader of our own, because a ledger may have a million rows and needs more than values. python-calamine holds a
whole sheet in memory (253 MB for 200,000 rows of twelve columns, where 400 are allowed for a million), and gives
neither the built-in date formats of Chinese programs (27 to 36, 50 to 58) nor which formulas were never calculated
nor which rows are hidden; openpyxl stops at styles that Excel and WPS read, and takes a second for 5,000 rows.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from storage.ledger.items import LedgerUnreadable, Merge, SheetRow
from storage.ledger.why import Cause, Why, why
from storage.ledger.xlsx_cells import Book, SharedStrings, read_rows
from storage.ledger.xml import DANGEROUS, parsed

MAX_UNPACKED_BYTES = 4_000_000_000  # a file that unpacks to more is an attack, not a ledger
MAX_PART_BYTES = 50_000_000  # of a part that is read as a whole
MAX_RATIO, LARGE_BYTES = 400, 50_000_000  # packed that much, so large a sheet holds nothing
MAX_MERGES = 500_000
_MERGE = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"'
)
#: Built-in formats that show a date or a time, those of Chinese, Japanese and Korean programs too.
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_A_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_SHOWS_A_DATE = re.compile(r"[ymdhs]|年|月|日|aaa", re.IGNORECASE)


class Workbook:
    """The sheets of a workbook. A context manager. Raises :class:`LedgerUnreadable`."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
            self._check_size()
        except (zipfile.BadZipFile, OSError) as error:
            raise LedgerUnreadable(why(Cause.DAMAGED, name=path.name, error=str(error))) from None

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._zip.close()

    def _check_size(self) -> None:
        parts = self._zip.infolist()
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or any(
            part.file_size > LARGE_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1)
            for part in parts
        ):
            raise LedgerUnreadable(why(Cause.UNPACKS, name=self.name))

    def sheets(self) -> list[XlsxSheet]:
        """All sheets, in the order of the workbook; those that are no tables say so themselves."""
        try:
            return self._sheets()
        except (*DANGEROUS, KeyError, ElementTree.ParseError, ValueError, NotImplementedError) as error:
            raise LedgerUnreadable(why(Cause.DAMAGED, name=self.name, error=str(error))) from None

    def _sheets(self) -> list[XlsxSheet]:
        main, root = self._main()
        targets = self._relations(main)
        properties = root.find("workbookPr")
        epoch = (properties.get("date1904") or "") if properties is not None else ""
        book = Book(
            epoch_1904=epoch.lower() in ("1", "true", "on"),
            dates=self._date_styles(main),
            strings=self._strings(main, targets),
        )
        found: list[XlsxSheet] = []
        for sheet in root.iterfind("sheets/sheet"):
            kind, target = targets.get(sheet.get("id") or "", ("", ""))
            left_out = None if kind in ("worksheet", "") else why(Cause.NO_TABLE)
            if not target or target not in self._zip.namelist():
                left_out = left_out or why(Cause.LACKS_CONTENT)
            found.append(
                XlsxSheet(
                    name=sheet.get("name") or f"sheet {len(found) + 1}",
                    hidden=(sheet.get("state") or "visible") != "visible",
                    left_out=left_out,
                    packed=self._zip,
                    part=target,
                    book=book,
                )
            )
        return found

    def _main(self) -> tuple[str, ElementTree.Element]:
        """The part that names the sheets: where the package says, else where it usually is."""
        names = self._zip.namelist()
        told = [target for kind, target in self._relations("").values() if kind == "officeDocument"]
        for part in (*told, "xl/workbook.xml", *(n for n in names if n.endswith("workbook.xml"))):
            if part in names:
                return part, self._tree(part)
        raise LedgerUnreadable(why(Cause.NAMES_NO_SHEETS, name=self.name))

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to, by its key: the kind (the end of its address, which varies) and where it is."""
        folder, _, name = part.rpartition("/")
        path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if path not in self._zip.namelist():
            return {}
        found: dict[str, tuple[str, str]] = {}
        for relation in self._tree(path):
            target = (relation.get("Target") or "").replace("\\", "/")
            base = "" if target.startswith("/") else folder
            steps: list[str] = []
            for step in f"{base}/{target}".split("/"):
                if step == "..":
                    steps = steps[:-1]
                elif step not in ("", "."):
                    steps.append(step)
            kind = (relation.get("Type") or "").rpartition("/")[2]
            found[relation.get("Id") or ""] = (kind, "/".join(steps))
        return found

    def _strings(self, main: str, targets: dict[str, tuple[str, str]]) -> SharedStrings:
        told = [target for kind, target in targets.values() if kind == "sharedStrings"]
        part = next((p for p in (*told, "xl/sharedStrings.xml") if p in self._zip.namelist()), "")
        return SharedStrings(self._zip, part)

    def _date_styles(self, main: str) -> frozenset[int]:
        """The styles whose numbers are dates. Nothing else of the styles is looked at, whatever is wrong there."""
        told = [target for kind, target in self._relations(main).values() if kind == "styles"]
        part = next((p for p in (*told, "xl/styles.xml") if p in self._zip.namelist()), "")
        if not part:
            return frozenset()
        try:
            root = self._tree(part)
        except (ElementTree.ParseError, LedgerUnreadable):
            return frozenset()
        own = {f.get("numFmtId"): f.get("formatCode") or "" for f in root.iterfind("numFmts/numFmt")}
        return frozenset(
            at
            for at, style in enumerate(root.iterfind("cellXfs/xf"))
            if _is_date(style.get("numFmtId") or "0", own)
        )

    def _tree(self, part: str) -> ElementTree.Element:
        if self._zip.getinfo(part).file_size > MAX_PART_BYTES:
            raise LedgerUnreadable(why(Cause.LARGE_PART, name=self.name, part=part))
        return parsed(self._zip.read(part), self.name)


def _is_date(number: str, own: dict[str | None, str]) -> bool:
    code = own.get(number)
    if code is None:
        return number.isdigit() and int(number) in _DATE_FORMATS
    shown = _NOT_A_FORMAT.sub("", code.split(";")[0])
    return "general" not in shown.lower() and _SHOWS_A_DATE.search(shown) is not None


class XlsxSheet:
    """One sheet of a workbook."""

    text = False

    def __init__(
        self, *, name: str, hidden: bool, left_out: Why | None, packed: zipfile.ZipFile, part: str, book: Book
    ) -> None:
        self.name = name
        self.hidden = hidden
        self.left_out = left_out
        self.epoch_1904 = book.epoch_1904
        self._zip = packed
        self._part = part
        self._book = book
        self._reading: IO[bytes] | None = None

    def _open(self) -> IO[bytes]:
        return self._zip.open(self._part)

    def share(self) -> float:
        size = self._zip.getinfo(self._part).file_size
        return self._reading.tell() / max(size, 1) if self._reading and not self._reading.closed else 0.0

    def merges(self) -> Sequence[Merge]:
        return self._merges

    @cached_property
    def _merges(self) -> Sequence[Merge]:
        """They stand behind the rows, and are needed before them."""
        try:
            return self._found_merges()
        except DANGEROUS as error:
            raise LedgerUnreadable(why(Cause.DAMAGED_SHEET, sheet=self.name, error=str(error))) from None

    def _found_merges(self) -> Sequence[Merge]:
        found: list[Merge] = []
        with self._open() as file:
            rest = b""
            while chunk := file.read(1 << 20):
                text = rest + chunk
                if b"mergeCell" in text:
                    for match in _MERGE.finditer(text):
                        first, top, last, bottom = match.groups()
                        found.append((int(top), int(bottom), column_number(first), column_number(last)))
                rest = text[text.rfind(b"<") :][-300:]
                if len(found) > MAX_MERGES:
                    raise LedgerUnreadable(why(Cause.MANY_MERGES, sheet=self.name))
        return found

    def rows(self) -> Iterator[SheetRow]:
        try:
            with self._open() as file:
                self._reading = file
                yield from read_rows(file, self._book)
        except DANGEROUS as error:
            raise LedgerUnreadable(why(Cause.DAMAGED_SHEET, sheet=self.name, error=str(error))) from None


def column_number(letters: bytes) -> int:
    """The place of a column: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
