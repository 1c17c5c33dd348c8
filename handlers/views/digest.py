"""A group's day, in one message."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from handlers.views.html import Reader
from workflow.cards_view import DigestView

LINES_MAX = 12  # of each list; the rest is counted


def digest(view: DigestView, *, language: str, zone: tzinfo, now: datetime) -> str:
    """The digest as Telegram HTML; short enough for one message unless names are absurdly long."""
    reader = Reader(language=language, zone=zone, now=now)
    blocks = (_head(view, reader), _overdue(view, reader), _due_today(view, reader), _rest(view, reader))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _head(view: DigestView, reader: Reader) -> list[str]:
    lines = [reader.say("digest.head", day=view.day)]
    if view.units or view.title:
        lines.append(reader.say("digest.units", units=list(view.units) or [view.title]))
    lines.append(reader.say("digest.figures", new=view.new, answered=view.answered, reused=view.reused))
    if view.median_hours is not None:
        lines.append(reader.say("digest.median", length=timedelta(hours=view.median_hours)))
    if view.empty:
        lines.append(reader.say("digest.quiet"))
    return lines


def _overdue(view: DigestView, reader: Reader) -> list[str]:
    if not view.overdue:
        return []
    lines = [reader.say("digest.overdue", count=len(view.overdue))]
    lines.extend(
        reader.say(
            "digest.overdue_line", number=line.number, who=line.who, late=timedelta(seconds=line.late_seconds)
        )
        for line in view.overdue[:LINES_MAX]
    )
    return lines + _more(len(view.overdue), reader)


def _due_today(view: DigestView, reader: Reader) -> list[str]:
    if not view.due_today:
        return []
    lines = [reader.say("digest.due_today", count=len(view.due_today))]
    lines.extend(
        reader.say("digest.due_line", number=line.number, who=line.who, at=line.at)
        for line in view.due_today[:LINES_MAX]
    )
    return lines + _more(len(view.due_today), reader)


def _rest(view: DigestView, reader: Reader) -> list[str]:
    lines = []
    if view.oldest_open:
        number, asked_at = view.oldest_open
        lines.append(reader.say("digest.oldest", number=number, at=asked_at, age=reader.now - asked_at))
    if view.unreachable:
        lines.append(reader.say("digest.unreachable", who=list(view.unreachable[:LINES_MAX])))
    if view.day_seal:
        lines.append(reader.say("digest.seal", seal=view.day_seal))
    return lines


def _more(count: int, reader: Reader) -> list[str]:
    return [reader.say("digest.more", count=count - LINES_MAX)] if count > LINES_MAX else []
