"""Who is on duty, and what was done about it, worded for the chat in which they asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from matching.dates.shifts import DAYS_OFF, EVERY_DAY, MON_FRI, WEEKEND, WORKDAYS
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation.duty.results import DutyDone, DutyRuleLine, DutyWeek
from workflow.organisation.duty.words import gaps_words, time_words

#: Days that have a word of their own.
_CALLED = {
    EVERY_DAY: "every", MON_FRI: "mon_fri", WEEKEND: "weekend", WORKDAYS: "workdays", DAYS_OFF: "days_off",
}  # fmt: skip
_BITS = {**{1 << n: f"day_{n}" for n in range(7)}, WORKDAYS: "workdays", DAYS_OFF: "days_off"}


async def say_week(tx: Tx, week: DutyWeek) -> None:
    await tx.say(week_words(week))


def week_words(week: DutyWeek) -> Text:
    """The seven days from now, a line for each time, then where nobody is, then the rules by their numbers."""
    if not week.set_up and not week.stand_in_unit:
        return t("duty.no_duty", unit=week.unit, example="/duty set @user Mon-Fri 08:30-17:30")
    return t(
        "duty.week",
        unit=week.unit,
        now=t("duty.now", name=week.now.name, until=week.now.ends) if week.now is not None else None,
        nobody=t("duty.nobody_now") if week.now is None else None,
        lines=[time_words(one) for one in week.times] or None,
        gaps=gaps_words(week.gaps),
        rules=[rule_words(one, numbered=True) for one in week.rules] or None,
        stand_in=t("duty.stand_in_unit", unit=week.stand_in_unit, until=week.stand_in_until)
        if week.stand_in_unit
        else None,
    )


def rule_words(rule: DutyRuleLine, *, numbered: bool = False) -> Text:
    return t(
        "duty.rule",
        number=rule.number if numbered and rule.number > 0 else None,
        configured=t("duty.configured") if rule.number < 0 else None,
        days=days_words(rule.days),
        hours=_hours(rule),
        names=list(rule.names) or None,
        empty=t("duty.by_design") if rule.empty else None,
        nobody=t("duty.nobody_left") if not rule.names and not rule.empty else None,
        turn=t(f"duty.by_{rule.turn}") if rule.turn else None,
        first=rule.first,
        last=rule.last,
    )


def days_words(days: int) -> list[Text]:
    if days in _CALLED:
        return [t(f"duty.{_CALLED[days]}")]
    return [t(f"duty.{name}") for bit, name in _BITS.items() if days & bit]


def _hours(rule: DutyRuleLine) -> str:
    ends = "24:00" if rule.ends == 0 else _clock(rule.ends)
    return f"{_clock(rule.begins)}–{ends}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


async def say_done(tx: Tx, done: DutyDone) -> None:
    await tx.say(done_words(done))


def done_words(done: DutyDone) -> Text:
    """What is now so, in a line; and where nobody will be by it."""
    return t(
        f"duty.done_{done.what}",
        unit=done.unit,
        names=list(done.names) or None,
        rule=rule_words(done.rule) if done.rule is not None else None,
        first=done.first,
        last=done.last if done.last != done.first else None,
        since=done.since,
        at=done.at,
        other=done.other or None,
        gaps=gaps_words(done.gaps),
    )


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {DutyWeek: say_week, DutyDone: say_done}
TOAST: dict[type, Callable[[Any], Text]] = {}
