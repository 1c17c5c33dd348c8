"""A single day within the words of a period: 11月20日, yesterday, 上周五, 本月1日, last Monday."""

from __future__ import annotations

import re
from datetime import date

from matching.dates.dates import add_months, make_date, match_date
from matching.dates.period_words import Period, named_day
from matching.text.numerals import NUMBER, number
from matching.text.understood import Doubts

_OF_MONTH = re.compile(
    rf"(?P<step>上上|上一?|本|这|当|下)个?月(?P<n>{NUMBER})[日号]"
    r"|(?:the )?(?P<e>[0-9]{1,2})(?:st|nd|rd|th)? (?:of )?(?P<en>this|last|next) month"
)
_STEPS = {"上上": -2, "上": -1, "上一": -1, "last": -1, "next": 1, "下": 1}
_BESIDE = re.compile(r"^(?:the |on |自|从)+|[ ,的]+$")


def day_of_month(text: str, pos: int, today: date) -> tuple[date, int] | None:
    """上月20号, 本月1日, the 3rd of last month, at ``pos`` of a text, and where its words end."""
    found = _OF_MONTH.match(text, pos)
    if found is None:
        return None
    first = add_months(today.replace(day=1), _STEPS.get(found["step"] or found["en"], 0))
    day = make_date(first.year, first.month, number(found["n"] or found["e"]) or 0)
    return (day, found.end()) if day else None


def one_day(text: str, today: date, doubts: Doubts) -> date | None:
    """The day that the whole text names; of a date without a year the last that has come."""
    text = _BESIDE.sub("", text)
    if (of_month := day_of_month(text, 0, today)) and of_month[1] == len(text):
        return of_month[0]
    if (named := named_day(text, 0, today)) and named[1] == len(text):
        return _single(named[0])
    read = match_date(text, 0, today=today, order=doubts)
    if read is None or read[1] != len(text) or read[0].day is None:
        return None
    years = [read[0].year] if read[0].year else [today.year, today.year - 1]
    days = (make_date(year, read[0].month, read[0].day) for year in years)
    return next((day for day in days if day and (read[0].year or day <= today)), None)


def _single(period: Period) -> date | None:
    return period[0] if period[0] == period[1] else None
