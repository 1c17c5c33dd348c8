"""When somebody is on duty and when nobody is, as texts."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.kernel.text import Text, t
from workflow.organisation.duty.results import GAPS_SHOWN, DutyTime


def time_words(one: DutyTime) -> Text:
    key = "duty.time_stands_in" if one.stands_in else "duty.time"
    return t(key, begins=one.begins, ends=one.ends, name=one.name, missing=one.missing or None)


def gaps_words(gaps: Sequence[DutyTime]) -> Text | None:
    """When nobody will be there, and how to say that it is to be so; None where somebody always is."""
    if not gaps:
        return None
    lines = [gap_words(one) for one in gaps[:GAPS_SHOWN]]
    more = len(gaps) - GAPS_SHOWN
    return t("duty.gaps", lines=lines, more=more if more > 0 else None, example="/duty none 22:00-08:00")


def gap_words(one: DutyTime) -> Text:
    return t("duty.gap", begins=one.begins, ends=one.ends, missing=one.missing or None)
