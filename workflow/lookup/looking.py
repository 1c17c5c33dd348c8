"""A look at words in full: for which purpose, and what is shown then.

Whose work a request is reads it without being asked. Everybody else who may read it says for which purpose, by one tap;
that counts for the same request for a shift, so that nobody is asked twice in a night.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage.queries import events
from storage.tables.models import Request
from storage.tables.words import PostPurpose
from workflow.kernel import pressed
from workflow.kernel.actions import Right
from workflow.kernel.carried import meant
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import Under
from workflow.kernel.states import State
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.lookup.views import Shown, WhyLook
from workflow.notices.full_texts import load_full, purpose_of
from workflow.notices.offers_shown import OfferedTo
from workflow.organisation import rights
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import Ref, access_request
from workflow.reuse.taking import source_of

OFFER = "offer"  # the ground of a look at an answer that is offered
REMEMBERED = timedelta(hours=12)  # a shift


async def look(work: Work, ref: Ref, key: str, offered: OfferedTo | None = None) -> Shown:
    """The whole of a request for a purpose that was picked, by its key (:func:`key_of`), to who reads it alone.
    ``offered``: to what its answer is offered, which is a right of its own. Raises :class:`Refused` for a purpose that
    there is not (any more)."""
    async with work.write() as tx:
        if not tx.alone:
            raise Refused("error.button_old")
        purpose = purpose_by_key(tx, key)
        if offered is None:
            request = await access_request(tx, ref, Right.FULL, example="/show KS26-0042")
        else:
            request = await access_offered(tx, ref, offered)
        under = Under(request_id=request.id, purposes=(PostPurpose.LOOK,))
        await pressed.close(tx, under, t("look.picked", purpose=purpose))
        return await tx.conclude(await _do_show(tx, request, offered, purpose))


async def access_offered(tx: Tx, ref: Ref, offered: OfferedTo) -> Request:
    """An earlier request whose answer is offered to one. Both ids may be forged: who may not see it is told what is
    told of a button that is gone."""
    source = await source_of(tx, ref)
    if source is None or not await offered.may_look(tx, tx.who, source):
        raise Refused("error.button_old")
    return source


async def do_look(
    tx: Tx, request: Request, offered: OfferedTo | None = None, purpose: str = ""
) -> Shown | WhyLook:
    """The whole of a request, or the question why somebody looks at it, where they did not say. That they may has been
    asked."""
    named = purpose.strip() in tx.policy.purposes
    why = purpose.strip() if named else await _remembered(tx, request)
    if why is None and _is_asked_why(tx, request):
        number = request.number if offered is None else None
        return WhyLook(
            request_id=request.id, number=number or "", purposes=tx.policy.purposes, offered=offered
        )
    return await _do_show(tx, request, offered, why, again=not named)


def _is_asked_why(tx: Tx, request: Request) -> bool:
    if request.purged_at is not None:  # no word of it is left
        return False
    return not rights.works_on(tx.who, request)


async def _remembered(tx: Tx, request: Request) -> str | None:
    """The purpose that somebody said within a shift for opening this request. One that was itself remembered does not
    count: it would go on for ever."""
    looked = await events.of_actor_in(
        tx.session, request.id, tx.who.person_id, action="read", since=tx.now - REMEMBERED
    )
    for event in looked:
        purpose = purpose_of(tx, event)
        if purpose in tx.policy.purposes and not tx.sealer.unseal("events", event.sealed).get("again"):
            return purpose
    return None


async def _do_show(
    tx: Tx, request: Request, offered: OfferedTo | None, purpose: str | None, *, again: bool = False
) -> Shown:
    """That somebody reads it is recorded, as what and why. ``again``: for a purpose that they said before."""
    person = tx.who.person_id
    why: dict[str, Any] = {"purpose": purpose} if purpose is not None else {}
    if purpose is not None and again:
        why["again"] = True
    if offered is None:
        why |= {"ground": _ground(tx, request), "number": request.number}
    else:
        why |= {"ground": OFFER, "request": offered.request_id}
    await record(tx, request, "read", person=person, **why)
    view = None
    if tx.place is None:
        view = await load_full(tx, request.id, person, offered=offered, purpose=purpose)
    return Shown(request_id=request.id, full=True, offered=offered, purpose=purpose, view=view)


def _ground(tx: Tx, request: Request) -> str:
    """As what somebody reads a request."""
    if rights.is_asker(tx.who, request):
        return "asker"
    if rights.is_handler(tx.who, request):
        return "handler"
    if request.state == State.PENDING and rights.approves(tx.who, request):
        return "approver"
    return "unit" if tx.who.units & {request.from_unit_id, request.to_unit_id} else "admin"


def purpose_by_key(tx: Tx, key: str) -> str:
    """The purpose of a pressed button. Raises :class:`Refused` for one that there is not (any more)."""
    return meant(key, tx.policy.purposes)
