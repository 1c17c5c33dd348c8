"""``/audit``: who did and who read what. Of one request; of one person; of one number, whoever asked about it.

Whoever looks after one of the two units of a request, or after what lies above, may look into its record, and admins
into every one. What is another unit's business is left out for all but admins; and every look is recorded itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from storage.queries import events as rows
from storage.queries import requests
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Event, Request
from workflow.kernel.actions import Right
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.standing import name_of
from workflow.kernel.tx import Actor, Tx
from workflow.lookup.search import Wanted, mentions, wanted
from workflow.lookup.views import Audit, Trail, TrailLine
from workflow.notices.cards_view import HistoryLine
from workflow.notices.full_texts import history, purpose_of
from workflow.organisation import owning, people, rights, units
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import access_request, is_number
from workflow.reuse import reuse

EXAMPLE = "/audit KS26-0042"
BACK = timedelta(days=30)  # of what a person did
EXPORT = "export"  # a unit's whole ledger was taken away
MOST = 40  # lines of a trail, the newest; the rest is counted
READ_THROUGH = 2000  # events of one person, and of the newest requests


async def of_request(work: Work, ref: int | str) -> Audit:
    """``/audit N``: who did and who read what, in order."""
    async with work.write() as tx:
        if not (tx.who.admin or any(rights.looks_after(tx.who, unit) for unit in tx.who.units)):
            raise Refused("denied.audit")
        request = await access_request(tx, ref, Right.AUDIT, example=EXAMPLE)
        if not (tx.who.admin or tx.alone):
            raise Refused("error.audit_private", bot=tx.policy.bot_username)
        lines = await history(tx, request, reader=None if tx.who.admin else tx.who)
        lines += [await _exported(tx, event) for event in await exports(tx, request)]
        lines.sort(key=lambda line: line.at)
        await record(tx, request, "audited", person=tx.who.person_id)
        return await tx.conclude(Audit(number=request.number or "", lines=tuple(lines)))


async def of_person(work: Work, who: str) -> Trail:
    """``/audit @user``: what somebody did and read in the last 30 days, the newest first."""
    async with work.write() as tx:
        _check_alone(tx)
        person = await people.find(tx, who)
        theirs = await people.units_of(tx, person) if person is not None else ()
        if person is None or not (tx.who.admin or any(rights.looks_after(tx.who, unit) for unit in theirs)):
            raise Refused("denied.audit_person", given=who)
        found = await rows.of_actor(tx.session, person.id, tx.now - BACK, limit=READ_THROUGH)
        lines = await _lines(tx, found)
        await record(tx, None, "audited", person=tx.who.person_id, of=person.id)
        return await tx.conclude(_trail(people.name_of(tx, person), lines))


def names_value(words: str) -> bool:
    """Whether somebody writes of a number that requests name, such as a telephone, and not of a request."""
    return not is_number(words) and bool(wanted(words).identifiers)


async def of_value(work: Work, value: str) -> Trail:
    """``/audit VALUE``: what was done and read about a number, in every request that names it, the newest first."""
    asked = wanted(value)
    if asked.words:
        raise Refused("error.audit_what", given=value, example=EXAMPLE)
    async with work.read() as tx:  # reading through takes long: not under the write lock
        actor = await people.present(tx)
        ids = await _naming(tx, actor, asked) if actor is not None else None
    async with work.write() as tx:
        _check_alone(tx)
        if not (tx.who.admin or any(rights.looks_after(tx.who, unit) for unit in tx.who.units)):
            raise Refused("denied.audit")
        if ids is None:  # they have never written here before
            ids = await _naming(tx, tx.who, asked)
        named = [await tx.session.get_one(Request, one) for one in ids]
        named = [request for request in named if rights.may(tx.who, Right.AUDIT, request) is None]
        taken = {event.id: event for request in named for event in await exports(tx, request)}
        chains = await rows.of_chains(tx.session, [request.id for request in named])
        lines = await _lines(tx, [*chains, *taken.values()])
        for request in named:
            await record(tx, request, "audited", person=tx.who.person_id)
        return await tx.conclude(_trail(value, lines))


async def _naming(tx: Tx, actor: Actor, asked: Wanted) -> list[int]:
    """The requests that name a number, of those whose record the reader may see: by the index, however old; and, of
    what is not compared any more (cancelled, declined, answered by an earlier one), among the newest."""
    ids = [int(one.id) for one in await reuse.candidates(tx, asked.record())]
    indexed = [await tx.session.get(Request, one) for one in ids]
    near = [unit.id for unit in await units.current(tx) if actor.admin or rights.looks_over(actor, unit.id)]
    newest = await requests.newest_of(tx.session, near, None, limit=READ_THROUGH, far=True)
    found = {request.id: request for request in (*indexed, *newest) if request is not None}
    return [
        request.id
        for request in found.values()
        if rights.may(actor, Right.AUDIT, request) is None
        and mentions(asked, Body.of(request, tx.sealer), number=request.number or "")
    ]


async def exports(tx: Tx, request: Request) -> list[Event]:
    """The ledgers that somebody took away in which a request stood: they are in the desk's record once, and not in
    those of a hundred thousand requests. A unit that was asked had it in its own from when it went out."""
    out = Body.of(request, tx.sealer).went_out
    asks, asked = await units.by_id(tx, request.from_unit_id), await units.by_id(tx, request.to_unit_id)
    since = {asked.code: out.at if out is not None else request.asked_at} if asked else {}
    since |= {asks.code: request.asked_at} if asks else {}
    found = await rows.of_kind(tx.session, DESK_CHAIN, EXPORT, since=request.asked_at)
    theirs = [(event, tx.sealer.unseal("events", event.sealed).get("unit")) for event in found]
    return [event for event, code in theirs if code in since and event.at >= since[code]]


async def _exported(tx: Tx, event: Event) -> HistoryLine:
    return HistoryLine(
        at=event.at,
        action=event.action,
        purpose=purpose_of(tx, event),
        unit=await units.name_of(tx, event.unit_id),
        name=await people.name_by_id(tx, event.actor_id) if event.actor_id else "",
    )


def _check_alone(tx: Tx) -> None:
    """Raises :class:`Refused` where others read what is answered."""
    if not tx.alone:
        raise Refused("error.audit_private", bot=tx.policy.bot_username)


async def _lines(tx: Tx, found: Iterable[Event]) -> list[TrailLine]:
    """Of some events those that the reader may see."""
    lines = []
    for event in found:
        request = await tx.session.get(Request, event.chain) if event.chain else None
        taken = event.action == EXPORT and rights.looks_after(tx.who, event.unit_id)
        if request is None and not (tx.who.admin or taken):
            continue  # of the desk as a whole
        if request is not None:
            hidden = not tx.who.admin and not owning.tells(
                event, request, Body.of(request, tx.sealer), tx.who
            )
            if hidden or rights.may(tx.who, Right.AUDIT, request) is not None:
                continue
        lines.append(
            TrailLine(
                at=event.at,
                action=event.action,
                purpose=purpose_of(tx, event),
                number=name_of(request) if request is not None else "",
                unit=await units.name_of(tx, event.unit_id),
                name=await people.name_by_id(tx, event.actor_id) if event.actor_id else "",
            )
        )
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _trail(of: str, lines: Sequence[TrailLine]) -> Trail:
    return Trail(of=of, lines=tuple(lines[:MOST]), count=len(lines))
