"""``/stats`` and ``/report``: the figures of a unit, and of all that lies below it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.queries import figures
from storage.queries.scopes import Scope
from storage.tables.models import Unit
from workflow.figures import periods, week
from workflow.figures.counting import Answers, Tally, tally
from workflow.figures.periods import Sort
from workflow.kernel.errors import Refused
from workflow.kernel.labels import type_label
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup import joint_figures
from workflow.lookup.figures_views import JointStats, OfPerson, OfType, ReportWanted, Side, Stats, WeekShown
from workflow.lookup.joint_figures import Together
from workflow.organisation import groups, people, rights, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.record.record import record

USUAL = "7d"
PEOPLE = 20  # that are named, those with most first


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What stands behind a command: over which time, of which unit, with those below."""

    span: str
    code: str
    tree: bool


def _asked(words: tuple[str, ...], usual: str) -> _Asked:
    span, code, tree = usual, "", False
    for word in words:
        if word.lower() in periods.TREE:
            tree = True
        elif word[:1].isdigit():
            span = word
        else:
            code = word
    return _Asked(span=span, code=code, tree=tree)


async def stats(work: Work, *words: str) -> Stats | WeekShown | JointStats:
    """``/stats [7d]``, of a year or a month as well, for a unit that may be named before or after; ``tree``: with all
    that lies below it; of an operation, or of units that have an agreement, by its name; ``picture``: the last seven
    days as a picture, ``dark`` as well.

    A year of a large unit takes seconds to count: that is done outside of the transaction that tells it, so that nobody
    who has something to write waits for it.
    """
    drawn = {word.lower() for word in words} & (periods.PICTURE | periods.DARK)
    asked = _asked(tuple(word for word in words if word.lower() not in drawn)[:3], USUAL)
    counted: Stats | WeekShown | JointStats | None = None
    async with work.read() as tx:
        tx.actor = await people.present(tx)
        if tx.actor is not None:
            counted = await _counted(tx, asked, drawn)
    async with work.write() as tx:  # who was not known yet is by now
        return await tx.conclude(counted or await _counted(tx, asked, drawn))


async def _counted(tx: Tx, asked: _Asked, drawn: set[str]) -> Stats | WeekShown | JointStats:
    """Raises :class:`Refused`."""
    together = None if drawn else await joint_figures.meant(tx, asked.code)
    if together is not None:
        return await _joint(tx, together, asked.span)
    unit = await unit_at_hand(tx, "stats", asked.code)
    scope = await scope_of(tx, unit, "stats", tree=asked.tree)
    zone = await periods.zone_of_unit(tx, unit.id)
    if drawn & periods.PICTURE:
        view = await week.build(tx, scope, unit.name, own=unit.id, until=tx.now + periods.INSTANT, zone=zone)
        return WeekShown(view=view, theme="dark" if drawn & periods.DARK else tx.policy.picture_theme)
    period = periods.calendar(asked.span, zone) or periods.length(asked.span, tx.now, zone)
    if period is None or period.since > tx.now:
        raise Refused("error.duration", given=periods.said_back(asked.span), example="/stats 7d")
    people_of = unit.id if _tells_of_people(tx, unit) else None
    received = await tally(tx, scope.received, period.since, period.until, by_asked=True, people_of=people_of)
    sent = await tally(tx, scope.sent, period.since, period.until)
    return Stats(
        unit=unit.name,
        below=len(scope.desk) - 1 if asked.tree else None,
        span=period.until - period.since if period.sort is Sort.LENGTH else None,
        calendar=period.said,
        since=period.since,
        zone=str(zone),
        received=_side(tx, received),
        sent=_side(tx, sent, pending=await _pending(tx, unit)),
        by_person=await _named(tx, received.by_person),
    )


async def _joint(tx: Tx, together: Together, span: str) -> JointStats:
    zone = tx.policy.zone
    period = periods.calendar(span, zone) or periods.length(span, tx.now, zone)
    if period is None or period.since > tx.now:
        raise Refused("error.duration", given=periods.said_back(span), example="/stats 7d")
    return JointStats(
        name=together.name,
        units=together.units,
        span=period.until - period.since if period.sort is Sort.LENGTH else None,
        calendar=period.said,
        since=period.since,
        zone=str(zone),
        between=_side(tx, await tally(tx, together.which, period.since, period.until)),
    )


async def scope_of(tx: Tx, unit: Unit, command: str, *, tree: bool) -> Scope:
    """The unit alone, or with all below it. Raises :class:`Refused` for who may not look over one of those."""
    known = await units.current(tx)
    wanted = {unit.id} | (known.below(unit.id) if tree else set())
    for one in wanted:
        if not rights.may_for_unit(tx.who, command, one):
            raise Refused("denied.unit_command", unit=known.by_id[one].name)
    return Scope.of(*wanted)


async def _pending(tx: Tx, unit: Unit) -> int:
    """How much waits for approval, where its own unit alone reads it."""
    among_us = (
        rights.hears_of_pending(tx.who, unit.id)
        if tx.alone
        else not await groups.read_by_others(tx, tx.where.chat_id, unit.id)
    )
    return await figures.pending(tx.session, Scope.of(unit.id).sent) if among_us else 0


def _tells_of_people(tx: Tx, unit: Unit) -> bool:
    """What each of the colleagues did is for who leads the unit, and reads it alone."""
    return tx.alone and rights.leads(tx.who, unit.id)


async def _named(tx: Tx, by_person: tuple[tuple[int, Answers], ...]) -> tuple[OfPerson, ...]:
    return tuple(
        [
            OfPerson(name=await people.name_by_id(tx, person_id), answers=one)
            for person_id, one in by_person[:PEOPLE]
        ]
    )


def _side(tx: Tx, of: Tally, *, pending: int = 0) -> Side:
    return Side(
        new=of.new,
        answers=of.answers,
        declined=of.declined,
        grounds=of.grounds,
        saved=of.saved,
        rated=of.rated,
        by_type=tuple(OfType(type=type_named(tx, key), answers=one) for key, one in of.by_type),
        waiting=of.waiting,
        late=of.late,
        returned=of.returned,
        ages=of.ages,
        pending=pending,
    )


def type_named(tx: Tx, key: str) -> Text:
    """What a type of request is called; its key where it is configured no more."""
    rule = tx.policy.types.get(key)
    return type_label(rule) if rule else t("plain", text=key)


async def report(work: Work, *words: str) -> ReportWanted:
    """``/report 2026`` or ``/report 2026-11``: the figures of a year or a month as a workbook, sent in private.
    ``tree``: with all that lies below the unit. That it was taken stands in the record."""
    async with work.write() as tx:
        asked = _asked(words[:3], "")
        unit = await unit_at_hand(tx, "report", asked.code)
        scope = await scope_of(tx, unit, "report", tree=asked.tree)
        zone = await periods.zone_of_unit(tx, unit.id)
        period = periods.calendar(asked.span, zone)
        if period is None or period.since > tx.now:
            key = "error.period_missing" if not asked.span else "error.period"
            raise Refused(
                key, given=periods.said_back(asked.span), example=f"/report {tx.now.astimezone(zone).year}"
            )
        if not tx.who.private_ok and not tx.alone:
            raise Refused("error.export_private", bot=tx.policy.bot_username)
        told = {"unit": unit.code, "person": tx.who.person_id, "period": period.said, "tree": asked.tree}
        actor = rights.looking_for(tx.who, *scope.desk)
        await record(tx, None, "report", actor=actor, **told)
        return await tx.conclude(
            ReportWanted(unit_id=unit.id, person_id=tx.who.person_id, period=period.said, tree=asked.tree)
        )
