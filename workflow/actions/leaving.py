"""What becomes of the work of somebody who leaves a unit: it goes back to the desk, or to a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from storage.database.seal import SealBroken
from storage.queries import people as people_rows
from storage.queries import requests as rows
from storage.tables.models import Person, Request, Unit
from storage.tables.words import MembershipState
from workflow.actions.handling import untaken
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices.leaving import notify_handed_over
from workflow.organisation import groups, people, rights
from workflow.organisation.people import unit_at_hand
from workflow.organisation.results import HandedOver
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import do_action

log = structlog.get_logger(__name__)

EXAMPLE = "/handover @a @b"
MOST = 500  # requests of one person that are looked at together; handed over at once


async def give_back(tx: Tx, person_id: int, unit_id: int) -> tuple[str, ...]:
    """All that somebody has in hand for a unit waits at its desk again; the numbers."""
    numbers: list[str] = []
    after, more = 0, True
    while more:
        waiting = await rows.waiting(tx.session, to_unit=unit_id, handler=person_id, limit=MOST, after=after)
        for request in await _held_by(tx, waiting, person_id, unit_id):
            if _is_sound(tx, request):
                detail = {"from": person_id}
                await do_action(tx, request, Action.GIVE_BACK, detail=detail, **untaken(tx, request))
                numbers.append(request.number or "")
        after, more = max((one.id for one in waiting), default=after), len(waiting) == MOST
    return tuple(numbers)


def _is_sound(tx: Tx, request: Request) -> bool:
    """A damaged request stays as it is, for who looks after the desk; nobody keeps their access by it."""
    try:
        tx.sealer.unseal("requests", request.sealed)
    except SealBroken as error:
        log.error("not_given_back", number=request.number, why=str(error))
        return False
    return True


async def _in_hand(tx: Tx, person_id: int, unit_id: int) -> list[Request]:
    """What somebody has taken for a unit and not answered, held."""
    waiting = await rows.waiting(tx.session, to_unit=unit_id, handler=person_id, limit=MOST)
    return await _held_by(tx, waiting, person_id, unit_id)


async def _held_by(tx: Tx, waiting: Sequence[Request], person_id: int, unit_id: int) -> list[Request]:
    held = await _held(tx, [one.id for one in waiting if one.state == State.ACCEPTED])
    # Looked at again: another may have been given it while it was waited for.
    return [r for r in held if (r.state, r.handler_id, r.to_unit_id) == (State.ACCEPTED, person_id, unit_id)]


async def _asked(tx: Tx, person_id: int, unit_id: int) -> list[Request]:
    """What somebody asked in a unit's name and has not closed, held."""
    waiting = await rows.waiting(tx.session, from_unit=unit_id, asker=person_id, limit=MOST)
    answered = await rows.answered_of(tx.session, person_id, limit=MOST)
    held = await _held(tx, [one.id for one in (*waiting, *answered) if one.from_unit_id == unit_id])
    return [r for r in held if r.asker_id == person_id]


async def _held(tx: Tx, ids: list[int]) -> list[Request]:
    """In one order, so that of two who hold several neither waits for the other for ever."""
    held = [await rows.hold(tx.session, one) for one in sorted(ids)]
    return [request for request in held if request is not None]


async def handover(work: Work, *, giver: str, taker: str, code: str = "") -> HandedOver:
    """``/handover @a @b``: what one has in hand for a unit, and asked in its name, is the other's from now on."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "handover", code)
        if not giver or not taker:
            raise Refused("error.handover_whom", example=EXAMPLE)
        gives, takes = await _named(tx, giver), await _named(tx, taker)
        if gives.id == takes.id:
            raise Refused("error.handover_same", example=EXAMPLE)
        if takes.id == tx.who.person_id and await _belongs(tx, gives, unit):
            raise Refused("error.handover_self", name=people.name_of(tx, gives), example=EXAMPLE)
        handled, asked = await _in_hand(tx, gives.id, unit.id), await _asked(tx, gives.id, unit.id)
        if not handled and not asked:
            raise Refused("error.handover_nothing", name=people.name_of(tx, gives), unit=unit.name)
        await _check_taker(tx, takes, unit, handles=bool(handled))
        for request in handled:
            await _move(tx, request, Action.ASSIGN, gives, takes, handler_id=takes.id)
        for request in asked:
            place = await _place(tx, request, takes)
            await _move(tx, request, Action.HAND_ON, gives, takes, asker_id=takes.id, **place)
        await record(tx, None, "handover", person=gives.id, to=takes.id, unit=unit.code)
        over = HandedOver(
            giver=people.name_of(tx, gives),
            taker=people.name_of(tx, takes),
            unit=unit.name,
            handled=tuple(r.number or "" for r in handled),
            asked=tuple(r.number or "" for r in asked),
        )
        await notify_handed_over(tx, takes, over)
        return await tx.conclude(over)


async def _named(tx: Tx, who: str) -> Person:
    person = await people.find(tx, who)
    if person is None:
        raise Refused("error.person_unknown", given=people.as_called(who))
    return person


async def _belongs(tx: Tx, person: Person, unit: Unit) -> bool:
    """Whether somebody is still of the unit, who can hand over themselves what is theirs: a liaison who took it would
    read in full what they have to name a purpose for."""
    one = await people_rows.membership(tx.session, person.id, unit.id)
    return one is not None and one.state == MembershipState.ACTIVE


async def _check_taker(tx: Tx, person: Person, unit: Unit, *, handles: bool) -> None:
    """Raises :class:`Refused` for who does not belong to the unit, or handles nothing there and is to."""
    one = await people_rows.membership(tx.session, person.id, unit.id)
    name = people.name_of(tx, person)
    if one is None or one.state != MembershipState.ACTIVE or one.newcomer:
        raise Refused("error.not_member", name=name, unit=unit.name)
    if handles and one.role not in HANDLING:
        raise Refused("error.handover_handler", name=name, unit=unit.name, example="/role @b handler")


async def _move(
    tx: Tx, request: Request, action: Action, gives: Person, takes: Person, **values: Any
) -> None:
    denied = rights.may(tx.who, action, request)
    if denied is not None:
        raise Refused(denied.key, number=request.number)
    await do_action(tx, request, action, detail={"from": gives.id, "to": takes.id}, **values)


async def _place(tx: Tx, request: Request, takes: Person) -> dict[str, Any]:
    """Where what was asked in private is heard from now on: not where only who asked before reads."""
    if request.chat_id is None or not await groups.is_private(tx, request.chat_id):
        return {}
    return {"chat_id": takes.open_chat, "message_id": None, "thread_id": None}
