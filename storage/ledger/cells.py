"""What the cell of a spreadsheet says, as text; and what of it is lost for good."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from storage.ledger.fields import NUMBERS, PROSE, TIMES
from storage.ledger.items import Cell, Wrong
from storage.ledger.why import Cause, why
from storage.ledger.xlsx_cells import serial_date

#: Fields in which a plain number of a workbook is a day, counted as spreadsheets count.
_DATED = frozenset((*TIMES, "period"))
#: Days from 1954 to 2119: what is outside is a year, or 20240301.
_DAYS = (20_000, 80_000)
_EXACT_DIGITS = 15  # a spreadsheet's numbers keep so many
#: What a spreadsheet leaves of a long number, 3.20583E+17: its last digits are lost. The same written out.
_ROUNDED = r"[1-9](?:\.\d+)?E\+?\d{2,3}|\d{16,}\.0+"
_ALL_ROUNDED = re.compile(rf"""\s*[='"]*(?:{_ROUNDED})["']?\s*""", re.IGNORECASE)
_SOME_ROUNDED = re.compile(rf"(?<![\w.])(?:{_ROUNDED})(?![\w.])", re.IGNORECASE)
_ERROR = re.compile(
    r"\s*#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)\s*|Err:\d{3}"
)
_TOO_NARROW = re.compile(r"\s*#{3,}\s*")
_DAMAGED = "\ufffd"


def is_number_field(field: str | None) -> bool:
    """Whether its cells are numbers that must be whole: of the request, of a case, of a subject, of an officer."""
    return field is not None and (field in NUMBERS or ".ids." in field)


def text_of(  # noqa: PLR0911 (one for each sort of cell)
    cell: Cell, field: str | None, *, epoch_1904: bool = False
) -> str | Wrong:
    """What a cell says; :class:`Wrong` where what it should say is not there."""
    if isinstance(cell, str):
        return _checked(cell, field)
    if cell is None:
        return ""
    if isinstance(cell, Wrong):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell, field, epoch_1904=epoch_1904)
    if is_number_field(field):
        return Wrong(why(Cause.MADE_A_DATE, date=_moment(cell)))
    return _moment(cell)


def _checked(text: str, field: str | None) -> str | Wrong:
    if len(text) < 80 and (text[:1].isdigit() or text[:1] in "#='\" E\t"):
        if _ALL_ROUNDED.fullmatch(text):
            return Wrong(why(Cause.ROUNDED, number=text.strip()), text)
        if _ERROR.fullmatch(text):
            return Wrong(why(Cause.ERROR, error=text.strip()), text)
        if _TOO_NARROW.fullmatch(text):
            return Wrong(why(Cause.TOO_NARROW), text)
    if is_number_field(field) and "E" in text.upper() and (lost := _SOME_ROUNDED.search(text)):
        return Wrong(why(Cause.ROUNDED, number=lost[0]), text)
    if _DAMAGED in text and field is not None and field not in PROSE:
        return Wrong(why(Cause.DAMAGED_CHARACTER), text)
    return text


def _number(value: float, field: str | None, *, epoch_1904: bool) -> str | Wrong:
    if field in _DATED and _DAYS[0] <= value < _DAYS[1]:
        day = serial_date(value, epoch_1904=epoch_1904)
        return _moment(day) if day is not None else repr(value)
    if abs(value) >= 10**_EXACT_DIGITS:
        return Wrong(why(Cause.MANY_DIGITS, most=_EXACT_DIGITS), repr(value))
    return str(int(value)) if float(value).is_integer() else repr(value)


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def shown(cell: Cell) -> str:
    """A cell as it stands in the file, for whoever has to put it right."""
    if cell is None:
        return ""
    if isinstance(cell, Wrong):
        return cell.text
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    return _moment(cell) if isinstance(cell, date | time | timedelta) else str(cell)


def letters(column: int) -> str:
    """The name of a column in a spreadsheet: 0 is A."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
