"""``/watch``: what is out of the ordinary in the units that somebody supervises. Facts, in private, to who may be told
of them; that they were asked for stands in the record."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

from matching.dates.when import DurationError, parse_duration
from storage.queries.watching import Span
from workflow.kernel.errors import Refused
from workflow.kernel.policy import LONGEST_WATCH
from workflow.kernel.tx import Actor, Tx
from workflow.notices.watches import Watch
from workflow.organisation import people, rights, units
from workflow.organisation.rights import Watched
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.scheduled.watches import build, codes, reach_of

EXAMPLE = "/watch 7"
_DAY = 86_400  # seconds
INSTANT = timedelta(microseconds=1)  # what happened just now is in it


async def watch(work: Work, words: str = "") -> Watch:
    """``/watch [days] [unit]``: of all units that one supervises, or of one with what lies below it. Raises
    :class:`Refused` for who supervises nobody, and for days that there are not."""
    days, unit = _read(words)
    async with work.read() as tx:  # reading through takes long: not under the write lock
        actor = await people.present(tx)
        reach = await _reach(tx, actor, unit) if actor is not None and tx.alone else None
        span = _span(tx, days)
        view = await build(tx, reach, span=span) if reach is not None else None
    async with work.write() as tx:
        if not tx.alone:
            raise Refused("error.watch_private", bot=tx.policy.bot_username)
        reach_now = await _reach(tx, tx.who, unit)
        if (
            view is None or reach_now != reach
        ):  # they have never written here before, or are not what they were
            view = await build(tx, reach_now, span=_span(tx, days))
        of = await codes(tx, reach_now.units)
        await record(tx, None, "watched", person=tx.who.person_id, units=of, since=view.since)
        return await tx.conclude(view)


def _read(words: str) -> tuple[int | None, str]:
    """The days, and how the unit is called; either may stand first."""
    listed = unicodedata.normalize("NFKC", words).split()
    named = [word for word in listed if not _is_length(word)]
    lengths = [word for word in listed if _is_length(word)]
    if not lengths:
        return None, " ".join(named)
    days = _days(lengths[0])
    if len(lengths) > 1 or days is None:
        given = " ".join(lengths)
        raise Refused("error.watch_days", given=given, most=LONGEST_WATCH, example=EXAMPLE)
    return days, " ".join(named)


def _is_length(word: str) -> bool:
    return word.lstrip("+-")[:1].isdigit()


def _days(word: str) -> int | None:
    """Whole days: ``7``, ``7d``, ``2w``; None for what are none that may be looked back over."""
    try:
        seconds = int(word) * _DAY if word.isascii() and word.isdigit() else parse_duration(word).seconds
    except (DurationError, ValueError):  # also what has more digits than a number may have
        return None
    days, rest = divmod(seconds, _DAY)
    return int(days) if not rest and 0 < days <= LONGEST_WATCH else None


def _span(tx: Tx, days: int | None) -> Span:
    return Span(since=tx.now - timedelta(days=days or tx.policy.watch.days), until=tx.now + INSTANT)


async def _reach(tx: Tx, actor: Actor, called: str) -> Watched:
    """Raises :class:`Refused` for who supervises nobody, or not the unit that they name."""
    reach = await reach_of(tx, actor)
    if reach is None:
        raise Refused("denied.watch")
    if not called:
        return reach
    unit = await units.named(tx, called, example=f"/watch {await units.some_code(tx)}")
    if not rights.may_for_unit(actor, "watch", unit.id) or unit.id not in reach.units:
        raise Refused("denied.watch")
    below = (await units.current(tx)).below(unit.id)
    return replace(
        reach,
        units=reach.units & (below | {unit.id}),
        own=reach.own & (below | {unit.id}),
        everything=False,
    )
