"""The times of a request, and why each is what it is, worded for the chat in which somebody asked."""

from __future__ import annotations

from workflow.kernel.ladder import Stage
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.time_views import DueBy, DueMoved, DueTimes, Reminded


async def say_times(tx: Tx, why: DueTimes) -> None:
    """Line by line; what is over has no reminders to come."""
    lines = [_due_line(one) for one in why.moved]
    if why.approve_by is not None:
        lines.append(t("times.approve_by", at=why.approve_by))
    if why.accept_by is not None:
        share, hours = f"{round(100 * why.accept_share)} %", None if why.any_hour else t("times.office_hours")
        lines.append(t("times.accept_by", at=why.accept_by, share=share, hours=hours))
    elif why.accepted_at is not None:
        lines.append(t("times.accepted", at=why.accepted_at))
    lines += [_reminded(one) for one in why.reminders]
    if why.quiet is not None and not all(one.done for one in why.reminders):
        begin, end = (f"{at:%H:%M}" for at in why.quiet)
        lines.append(t("times.quiet", hours=f"{begin} – {end}"))
    head = t(
        "times",
        number=why.number,
        stands=_stands(why),
        first=why.first_due if why.first_due != why.due else None,
        late=why.late if why.answered_at is None else None,
    )
    await tx.say(t("times.all", head=head, lines=lines))


def _stands(why: DueTimes) -> Text:
    """How its time stands now."""
    if why.answered_at is not None:
        return t("times.answered_late" if why.late else "times.answered", at=why.answered_at, late=why.late)
    if why.stands_still:
        return t("times.stands_still", due=why.due)
    if why.due is None:
        return t("times.no_due")
    return t("times.left" if why.left is not None else "times.was_due", due=why.due, left=why.left)


def _due_line(one: DueMoved) -> Text:
    """What set the time, or moved it."""
    if one.by is None:
        return t("times.unknown", due=one.due)
    spans = (
        [t("times.working_days", count=one.span.working_days)] if one.span and one.span.working_days else []
    )
    seconds = one.span.timedelta() if one.span is not None else None
    how = t(
        f"times.by.{one.by}",
        span=[*spans, *([seconds] if seconds else [])],
        urgency=t(f"urgency.{one.urgency}") if one.urgency else None,
        type=one.type,
        since=one.since if one.by in (DueBy.URGENCY, DueBy.TYPE, DueBy.REMOTE) else None,
        paused=one.paused,
        before=one.before,
    )
    off = t("times.off", days=list(one.off), more=one.more_off or None) if one.off else None
    return t("times.moved", at=one.at, action=t(f"history.{one.action}"), how=how, due=one.due, off=off)


def _reminded(one: Reminded) -> Text:
    if one.nobody:
        return t("times.nobody", at=one.at)
    who = one.to if one.to is not Stage.DESK else "before" if one.before else "after"
    what = t(f"times.reminder.{who}")
    if one.unreached:
        return t("times.unreached", at=one.at, what=what)
    if not one.done:
        return t("times.comes", at=one.at, what=what)
    return t(
        "times.sent",
        at=one.at,
        what=what,
        reached=list(one.reached) or None,
        seen=list(one.seen) or None,
        later=one.later,
        until=one.until,
    )
