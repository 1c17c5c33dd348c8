"""Figures of a unit, worded for the chat in which somebody asked for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from workflow.figures.counting import Answers
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.figures_views import JointStats, ReportWanted, Side, Stats, WeekShown
from workflow.notices.sending import send_picture, send_report
from workflow.record.grounds import told

TYPES = 8  # that are told, those with most first


async def say_stats(tx: Tx, stats: Stats) -> None:
    sides = [_side("received", stats.received), _side("sent", stats.sent)]
    if stats.by_person:
        lines = [t("stats.person", name=one.name, **_how_well(one.answers)) for one in stats.by_person]
        sides.append(t("stats.people", lines=lines))
    if stats.received.answers.own or stats.sent.answers.own:
        sides.append(t("stats.how"))
    below = stats.below or None
    if stats.span is None:
        head = t("stats.calendar", unit=stats.unit, below=below, period=stats.calendar, zone=stats.zone)
    else:
        head = t("stats.length", unit=stats.unit, below=below, span=stats.span, since=stats.since)
    await tx.say(t("stats", head=head, sides=sides))


async def say_joint(tx: Tx, stats: JointStats) -> None:
    sides = [t("stats.of", units=list(stats.units)), _side("between", stats.between)]
    if stats.between.answers.own:
        sides.append(t("stats.how"))
    if stats.span is None:
        head = t("stats.calendar", unit=stats.name, below=None, period=stats.calendar, zone=stats.zone)
    else:
        head = t("stats.length", unit=stats.name, below=None, span=stats.span, since=stats.since)
    await tx.say(t("stats", head=head, sides=sides))


def _side(name: str, side: Side) -> Text:
    answers = side.answers
    return t(
        f"stats.{name}",
        new=side.new,
        answered=answers.answered,
        reused=answers.reused,
        own=answers.own,
        on_time=answers.on_time,
        share=_share(answers),
        declined=side.declined,
        grounds=told(side.grounds),
        median=answers.median if answers.median is not None else "—",
        within=answers.most_within,
        waiting=side.waiting,
        late=side.late,
        returned=side.returned,
        pending=side.pending or None,
        more=_more(side) or None,
    )


def _more(side: Side) -> list[Text]:
    lines = []
    if any(side.ages):
        day, three, week, month, over = side.ages
        lines.append(t("stats.ages", day=day, three=three, week=week, month=month, over=over))
    if side.saved:
        lines.append(t("stats.saved", count=side.answers.reused, saved=side.saved))
    if side.rated.mean is not None:
        lines.append(t("stats.rated", mean=side.rated.mean, count=side.rated.count))
    shown: Sequence[Text] = [
        t("stats.type", type=one.type, answered=one.answers.answered, **_how_well(one.answers))
        for one in side.by_type[:TYPES]
    ]
    if len(side.by_type) > 1:
        left = len(side.by_type) - len(shown)
        lines.append(t("stats.types", lines=shown, left=left or None))
    return lines


def _how_well(answers: Answers) -> dict[str, Any]:
    return {"own": answers.own or None, "on_time": answers.on_time, "median": answers.median}


def _share(answers: Answers) -> int | None:
    """How many of a hundred were on time; of none, nothing is said."""
    return round(100 * answers.on_time / answers.own) if answers.own else None


async def say_report(tx: Tx, wanted: ReportWanted) -> None:
    """It is made when it is sent, to the private chat."""
    await send_report(tx, unit_id=wanted.unit_id, period=wanted.period, tree=wanted.tree)
    if not tx.where.private:
        await tx.say(t("report.sent"))


async def show_week(tx: Tx, shown: WeekShown) -> None:
    if shown.view.empty:
        await tx.say(t("week.empty", unit=shown.view.unit))
    else:
        await send_picture(tx, shown.view, shown.theme)


FIGURES: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    Stats: say_stats,
    JointStats: say_joint,
    ReportWanted: say_report,
    WeekShown: show_week,
}
