"""Days that are written without their year, where the title of the sheet, its name or the file's tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

#: When somebody filled the sheet in: nothing that its days are of.
_A_DATE = re.compile(r"(?<!\d)20\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)(?:\s*[-.年]\s*(\d{1,2})(?!\d))?")
_MONTH = re.compile(r"(\d{1,2})\s*月份?")
_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?(?!\d)")
_TITLE = 60  # characters; what is longer is a remark


class YearTold(NamedTuple):
    """The year of a sheet and, where it is of one month, that; ``where``: what tells it."""

    year: int
    month: int | None
    where: str

    def dated(self, field: str, text: str) -> str:
        """The day with its year; as it is where it has one, is none, or may be of another year: one of December in
        the sheet of January."""
        found = _DAY.match(text.strip())
        if found is None:
            return text
        month = int(found[1])
        fits = month >= self.month if self.month and field != "asked_at" else month == self.month
        return f"{self.year}年{text.strip()}" if self.month is None or fits else text


def year_told(titles: Iterable[str], sheet: str, file: str) -> YearTold | None:
    """What year a sheet is of, as its title and its name say, else the file's; None where none does, or where they
    say two: a title is copied from last year's."""
    for where in ([*(title for title in titles if len(title) <= _TITLE), sheet], [file]):
        found = [
            (year, month, text) for text in where for year, month in _YEAR.findall(_A_DATE.sub("", text))
        ]
        if len({year for year, _, _ in found}) > 1:
            return None
        if found:
            year, _, text = found[0]
            named = _MONTH.fullmatch(sheet.strip())
            months = {int(month) for month in (named[1] if named else "", *(m for _, m, _ in found)) if month}
            return None if len(months) > 1 else YearTold(int(year), next(iter(months), None), text)
    return None
