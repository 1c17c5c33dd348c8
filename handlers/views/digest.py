"""A group's day, in one message."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from handlers.views.reader import Reader
from handlers.views.rich import Rich, joined
from workflow.kernel.text import Text
from workflow.notices.cards_view import DigestView, Tally
from workflow.organisation.duty.words import span
from workflow.record.grounds import told

LINES_MAX = 12  # of each list; the rest is counted
GAPS_MAX = 4  # the same of times at which nobody is on duty


def digest(view: DigestView, *, language: str, zone: tzinfo, now: datetime) -> Rich:
    """The digest; short enough for one message unless names are absurdly long."""
    reader = Reader(language=language, zone=zone, now=now)
    blocks = (
        _head(view, reader),
        _overdue(view, reader),
        _due_today(view, reader),
        _gaps(view, reader),
        _below(view, reader),
        _rest(view, reader),
    )
    return joined("\n\n", [joined("\n", block) for block in blocks if block])


def _head(view: DigestView, reader: Reader) -> list[Rich]:
    lines = [reader.say("digest.head", day=view.day)]
    if view.operation:
        lines.append(reader.say("digest.operation", name=view.operation))
    if view.units or view.title:
        lines.append(reader.say("digest.units", units=list(view.units) or [view.title]))
    if view.since and view.until:
        lines.append(reader.say("digest.window", since=view.since, until=view.until, now=view.made_at))
    for key, tally in (
        ("digest.received", view.received), ("digest.sent", view.sent), ("digest.between", view.between)
    ):  # fmt: skip
        if tally is not None:
            lines.append(_tally(key, tally, reader))
    if view.empty:
        lines.append(reader.say("digest.quiet"))
    return lines


def _tally(key: str, tally: Tally, reader: Reader) -> Rich:
    how = Text(
        "digest.how_sent" if key == "digest.sent" else "digest.how",
        {
            "reused": tally.reused,
            "own": tally.own or None,
            "on_time": tally.on_time,
            "median": None if tally.median_hours is None else timedelta(hours=tally.median_hours),
        },
    )
    return reader.say(
        key, new=tally.new, answered=tally.answered, how=how if tally.answered else None,
        declined=tally.declined or None, grounds=told(tally.grounds),
    )  # fmt: skip


def _overdue(view: DigestView, reader: Reader) -> list[Rich]:
    if not view.overdue_count:
        return []
    lines = [reader.say("digest.overdue", count=view.overdue_count)]
    lines.extend(
        reader.say(
            "digest.overdue_line", number=line.number, who=line.who, late=timedelta(seconds=line.late_seconds)
        )
        for line in view.overdue[:LINES_MAX]
    )
    return lines + _more(view.overdue_count, reader)


def _due_today(view: DigestView, reader: Reader) -> list[Rich]:
    if not view.due_today_count:
        return []
    lines = [reader.say("digest.due_today", count=view.due_today_count)]
    lines.extend(
        reader.say("digest.due_line", number=line.number, who=line.who, at=line.at)
        for line in view.due_today[:LINES_MAX]
    )
    return lines + _more(view.due_today_count, reader)


def _gaps(view: DigestView, reader: Reader) -> list[Rich]:
    if not view.gaps:
        return []
    lines = [reader.say("digest.gaps", example="/duty")]
    lines.extend(
        reader.say(
            "digest.gap_line", **span(line.begins, line.ends), missing=line.missing or None,
            unit=line.unit or None,
        )
        for line in view.gaps[:GAPS_MAX]
    )  # fmt: skip
    more = len(view.gaps) - GAPS_MAX
    return lines + ([reader.say("digest.gaps_more", count=more)] if more > 0 else [])


def _below(view: DigestView, reader: Reader) -> list[Rich]:
    if not view.below:
        return []
    lines = [reader.say("digest.below", waiting=sum(line.waiting for line in view.below))]
    lines.extend(
        reader.say("digest.below_line", unit=line.unit, waiting=line.waiting, late=line.late or None)
        for line in view.below[:LINES_MAX]
    )
    more = len(view.below) - LINES_MAX
    return lines + ([reader.say("digest.below_more", count=more)] if more > 0 else [])


def _rest(view: DigestView, reader: Reader) -> list[Rich]:
    lines = []
    if view.returned:
        lines.append(reader.say("digest.returned", count=view.returned))
    if view.pending:
        lines.append(reader.say("digest.pending", count=view.pending))
    if view.oldest_open:
        number, asked_at = view.oldest_open
        lines.append(reader.say("digest.oldest", number=number, at=asked_at, age=reader.now - asked_at))
    for key, numbers in (("digest.unreachable", view.unreachable), ("digest.passed_over", view.passed_over)):
        if numbers:
            lines.append(reader.say(key, numbers=list(numbers[:LINES_MAX])))
            lines += _more(len(numbers), reader)
    if view.day_seal:
        lines.append(reader.say("digest.seal", seal=view.day_seal))
    return lines


def _more(count: int, reader: Reader) -> list[Rich]:
    return [reader.say("digest.more", count=count - LINES_MAX)] if count > LINES_MAX else []
