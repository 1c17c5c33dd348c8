"""A unit is closed, and another takes over: what it is asked, its people, its groups and the units below it.

First it is said what would go over, and what stands in the way; only a second tap does it, and looks at all of it anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.queries import chats as chat_rows
from storage.queries import events
from storage.queries import people as people_rows
from storage.queries import requests as rows
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Membership, Request, Unit
from storage.tables.words import Role
from workflow.actions.handling import untaken
from workflow.kernel.actions import Action
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import Refused
from workflow.kernel.roles import by_liaison
from workflow.kernel.text import Button, t
from workflow.kernel.tx import Tx
from workflow.notices.progress import notify_transferred
from workflow.notices.standing_over import notify_closed
from workflow.organisation import binding, groups, reshaping, rights, takers, units
from workflow.organisation.reshaping import CLOSE, EXAMPLES, MOVE, Said
from workflow.organisation.results import UnitChanged, UnitToClose
from workflow.organisation.setup import stands_in
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import do_action

ASKED = "unit_closing"  # that what closing a unit would do was shown
HOLDS = timedelta(days=1)  # so long the button under that does it
MOST = 50  # requests that go over at once: more are passed on one by one first
MOST_OFFERED = 8
EXAMPLE = EXAMPLES[CLOSE]
_INTO = re.compile(r"(?:^|\s)(?:into|to|并入|并到|接管|由)\s*[:：=]?\s*(.*)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Closing:
    """What goes over."""

    unit: Unit
    into: Unit
    waiting: Sequence[Request]
    members: Sequence[Membership]
    below: Sequence[Unit]
    chats: Sequence[int]


async def ask(work: Work, args: str) -> UnitToClose:
    """``/unit close KSHQ into KS``: what would go over, and a button that does it."""
    said = Said.read(args)
    async with work.write() as tx:
        unit, known = await reshaping.access(tx, said.unit, EXAMPLE)
        found = _INTO.search(said.rest)
        called = found[1].strip() if found else said.rest
        if not called:
            raise _into_which(unit, known)
        into = await units.named(
            tx, called, example=EXAMPLE, press=lambda u: carry(Press.CLOSE_INTO, unit.id, u)
        )
        return await tx.conclude(await _shown(tx, unit, known[into.code], known, said.why))


async def ask_by_id(work: Work, unit_id: int, into_id: int) -> UnitToClose:
    """A tap on one of the units that may take over."""
    async with work.write() as tx:
        known = await reshaping.hold(tx)
        by_id = {unit.id: unit for unit in known.values()}
        unit, into = by_id.get(unit_id), by_id.get(into_id)
        if unit is None or into is None:
            raise Refused("error.button_old")
        if not rights.shapes(tx.who, unit.id):
            raise Refused("denied.unit_change", unit=unit.name)
        return await tx.conclude(await _shown(tx, unit, into, known, ""))


def _into_which(unit: Unit, known: Mapping[str, Unit]) -> Refused:
    """Those that stand beside it or above are asked about first."""
    live = [u for u in known.values() if u.retired_at is None and unit.id not in (u.id, u.parent_id)]
    near = [u for u in live if u.id == unit.parent_id] + [u for u in live if u.parent_id == unit.parent_id]
    buttons = tuple(
        (Button(label=t("plain", text=u.name), data=carry(Press.CLOSE_INTO, unit.id, u.id)),)
        for u in near[:MOST_OFFERED]
    )
    return Refused("error.unit_into", buttons=buttons, unit=unit.name, example=EXAMPLE)


async def _shown(tx: Tx, unit: Unit, into: Unit, known: Mapping[str, Unit], why: str) -> UnitToClose:
    closing = await _check(tx, unit, into, known)
    listed = await record(tx, None, ASKED, unit=unit.code, into=into.code, why=why)
    return UnitToClose(
        unit=unit.name,
        code=unit.code,
        into=into.name,
        listed=listed,
        waiting=tuple(sorted(request.number or "" for request in closing.waiting)),
        members=len(closing.members),
        groups=len(closing.chats),
        below=tuple(one.name for one in closing.below),
    )


async def _check(tx: Tx, unit: Unit, into: Unit, known: Mapping[str, Unit]) -> _Closing:
    """What goes over. Raises :class:`Refused` for what stands in the way."""
    if unit.retired_at is not None:
        raise Refused("error.unit_gone", unit=unit.name)
    by_id = {one.id: one for one in known.values()}
    if into.retired_at is not None or stands_in(by_id, into.id, unit.id):
        raise Refused("error.unit_into_below", unit=unit.name, into=into.name, example=EXAMPLE)
    if not rights.may_place_under(tx.who, into.id):
        raise Refused("denied.unit_change", unit=into.name)
    asked = [
        *await rows.waiting(tx.session, from_unit=unit.id),
        *await rows.pending(tx.session, from_unit=unit.id),
    ]
    if asked:
        numbers = [request.number for request in asked[:MOST]]
        raise Refused("error.unit_asks", unit=unit.name, numbers=numbers, example=f"/cancel {numbers[0]}")
    waiting = await rows.waiting(tx.session, to_unit=unit.id, limit=MOST + 1)
    stuck = [r.number for r in waiting if r.from_unit_id == into.id or await takers.has_twin(tx, r, into)]
    if stuck:
        raise Refused(
            "error.unit_asked_by",
            unit=unit.name,
            into=into.name,
            numbers=stuck,
            example=f"/cancel {stuck[0]}",
        )
    if len(waiting) > MOST:
        raise Refused(
            "error.unit_has_much",
            unit=unit.name,
            most=MOST,
            example=f"/transfer {waiting[0].number} {into.code}",
        )
    return _Closing(
        unit=unit,
        into=into,
        waiting=waiting,
        members=[membership for membership, _ in await people_rows.of_unit(tx.session, unit.id)],
        below=[one for one in known.values() if one.parent_id == unit.id and one.retired_at is None],
        chats=await chat_rows.ids_of_unit(tx.session, unit.id),
    )


async def close(work: Work, listed: int) -> UnitChanged:
    """The second tap. ``listed``: which was shown, by its place in the record."""
    async with work.write() as tx:
        known = await reshaping.hold(tx)
        event = await events.at(tx.session, DESK_CHAIN, listed)
        if event is None or event.action != ASKED or tx.now - event.at > HOLDS:
            raise Refused("error.button_old")
        plain = tx.sealer.unseal("events", event.sealed)
        unit, into = known[plain["unit"]], known[plain["into"]]
        if not rights.shapes(tx.who, unit.id):
            raise Refused("denied.unit_change", unit=unit.name)
        closing = await _check(tx, unit, into, known)
        requests = [await rows.hold(tx.session, one) for one in sorted(r.id for r in closing.waiting)]
        await _do_close(tx, closing, why=plain.get("why", ""))
        for request in requests:
            if request is not None and request.to_unit_id == unit.id:
                await _hand_over(tx, request, unit, into)
        await notify_closed(tx, unit, into, closing.chats)
        return await tx.conclude(UnitChanged(what=CLOSE, code=unit.code, name=unit.name, above=into.name))


async def _do_close(tx: Tx, closing: _Closing, *, why: str) -> None:
    unit, into = closing.unit, closing.into
    for membership in closing.members:
        await _take_in(tx, membership, into)
    for one in closing.below:
        one.parent_id = into.id
        await reshaping.note(tx, one, MOVE, before={"under": unit.code}, after={"under": into.code}, why=why)
    unit.retired_at, unit.successor_id = tx.now, into.id
    after = {
        "into": into.code,
        "members": len(closing.members),
        "requests": [r.number for r in closing.waiting],
    }
    await reshaping.note(tx, unit, CLOSE, before={"name": unit.name}, after=after, why=why)
    for chat_id in closing.chats:
        await chat_rows.unbind(tx.session, chat_id, unit.id)
        groups.forget(tx)
        await binding.put(tx, chat_id, into, None)
        await record(tx, None, "bind", chat=chat_id, unit=into.code, purpose=None, topics=[])


async def _take_in(tx: Tx, membership: Membership, into: Unit) -> None:
    """Somebody of the closed unit belongs to the one that took over, as what they were; a role that an admin alone
    gives goes over by an admin alone. Who belongs there already stays what they are."""
    membership.until = tx.now
    if await people_rows.membership(tx.session, membership.person_id, into.id) is not None:
        return
    kept = tx.who.admin or by_liaison(membership.role, membership.role_then)
    tx.session.add(
        Membership(
            person_id=membership.person_id,
            unit_id=into.id,
            role=membership.role if kept else Role.OFFICER,
            state=membership.state,
            since=tx.now,
            chat_id=membership.chat_id,
            newcomer=membership.newcomer,
            confirmed_at=membership.confirmed_at,
            role_until=membership.role_until if kept else None,
            role_then=membership.role_then if kept else None,
        )
    )


async def _hand_over(tx: Tx, request: Request, unit: Unit, into: Unit) -> None:
    handler, detail = request.handler_id, {"from": unit.id, "to": into.id, "why": "closed"}
    await do_action(tx, request, Action.TRANSFER, to_unit_id=into.id, detail=detail, **untaken(tx, request))
    await notify_transferred(tx, request, into, before=unit.id, handler=handler)
