"""When somebody is on duty and when nobody is, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from workflow.kernel.text import Text, t
from workflow.organisation.duty.results import GAPS_SHOWN, DutyTime

DAY = timedelta(days=1)


def span(begins: datetime, ends: datetime) -> dict[str, datetime | None]:
    """From when until when, as parameters: of what is over within a day the end is a time of the clock, ``clock``."""
    short = ends - begins < DAY
    return {"begins": begins, "ends": None if short else ends, "clock": ends if short else None}


def time_words(one: DutyTime) -> Text:
    key = "duty.time_stands_in" if one.stands_in else "duty.time"
    return t(key, **span(one.begins, one.ends), name=one.name, missing=one.missing or None)


def gaps_words(gaps: Sequence[DutyTime]) -> Text | None:
    """When nobody will be there, and how to say that it is to be so; None where somebody always is."""
    if not gaps:
        return None
    lines = [gap_words(one) for one in gaps[:GAPS_SHOWN]]
    more = len(gaps) - GAPS_SHOWN
    return t("duty.gaps", lines=lines, more=more if more > 0 else None, example="/duty none 22:00-08:00")


def gap_words(one: DutyTime) -> Text:
    return t("duty.gap", **span(one.begins, one.ends), missing=one.missing or None)
