"""Holidays as periods: 国庆期间, 去年国庆, 2025年五一, over Christmas, 暑假.

How many days were free differs from year to year and from office to office, so the usual ones are asked. Holidays
that follow the moon are not read: their days stand in a calendar.
"""

from __future__ import annotations

import re
from datetime import date

from matching.dates.dates import make_date
from matching.dates.period_words import Period, year_of
from matching.text.understood import Doubts

_Day = tuple[int, int]
#: The words of a holiday, and what people mean by it: first and last day as month and day.
_FEASTS: tuple[tuple[str, tuple[tuple[_Day, _Day], ...]], ...] = (
    (r"国庆|十一(?![月点])|national day", (((10, 1), (10, 7)), ((10, 1), (10, 8)))),
    (r"五一|劳动|may day", (((5, 1), (5, 5)), ((5, 1), (5, 3)))),
    (r"元旦|new year'?s(?: day)?", (((1, 1), (1, 3)), ((1, 1), (1, 1)))),
    (r"圣诞|christmas|xmas", (((12, 24), (12, 26)), ((12, 25), (12, 25)))),
    (r"暑假|暑期|(?:the )?summer holidays?", (((7, 1), (8, 31)),)),
)
_FEAST = re.compile(
    r"(?:over |during |the )?(?:(?P<y>(?:19|20)?[0-9]{2}|[今去前本])年的?)?(?:(?P<step>last |this ))?(?:"
    + "|".join(f"(?P<f{n}>{words})" for n, (words, _) in enumerate(_FEASTS))
    + r")节?(?:小?长假|黄金周|假期|假日|放假|节日| holidays?| week| period)?(?:期间)?(?:,? (?P<ey>(?:19|20)[0-9]{2}))?"
)


def feast_period(text: str, today: date, doubts: Doubts) -> Period | None:
    """The holiday that the whole text names; without a year, the last that has begun."""
    found = _FEAST.fullmatch(text)
    if found is None:
        return None
    doubts.unsure = True
    spans = next(spans for n, (_, spans) in enumerate(_FEASTS) if found[f"f{n}"])
    (first, last) = doubts.pick("feast", spans)
    year = int(found["ey"]) if found["ey"] else year_of(found["y"], today) if found["y"] else None
    if year is None:
        year = today.year - (date(today.year, *first) > today or found["step"] == "last ")
    start, end = make_date(year, *first), make_date(year, *last)
    return (start, end) if start and end and start <= today else None
