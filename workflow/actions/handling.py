"""What the asked unit does with a request before it answers: takes it, gives it to a colleague, passes it on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from storage.queries import people as people_rows
from storage.tables.models import Membership, Person, Request, Unit
from storage.tables.words import MembershipState
from workflow.deadlines import deadlines
from workflow.kernel.actions import Action
from workflow.kernel.carried import carry
from workflow.kernel.errors import Refused
from workflow.kernel.results import Done, Option, ToChoose, done
from workflow.kernel.roles import HANDLING
from workflow.kernel.text import Button, t
from workflow.kernel.tx import Tx
from workflow.notices.progress import notify_accepted, notify_assigned, notify_transferred
from workflow.organisation import groups, involving, people, rights, takers, units
from workflow.organisation.work import Work
from workflow.request import family
from workflow.request.requests import Ref, access_request, do_action

MOST_CHOICES = 20  # that are offered: more do not fit a phone


async def accept(work: Work, ref: Ref) -> Done:
    """``/accept N``: takes it."""
    async with work.write() as tx:
        return await tx.conclude(await do_accept(tx, ref))


async def do_accept(tx: Tx, ref: Ref) -> Done:
    """The actor has it from now on. Raises :class:`Refused`."""
    request = await access_request(tx, ref, Action.ACCEPT, example="/accept KS26-0042")
    taken_at = deadlines.done_at(tx, request)
    await do_action(tx, request, Action.ACCEPT, handler_id=tx.who.person_id, accepted_at=taken_at)
    await notify_accepted(tx, request)
    return done(request, Action.ACCEPT)


async def assign(work: Work, ref: Ref, who: int | str) -> Done:
    """``/assign N @user``: to a handler of the asked unit. ``who``: a person's id (button) or what was typed."""
    async with work.write() as tx:
        return await tx.conclude(await do_assign(tx, ref, who))


async def do_assign(tx: Tx, ref: Ref, who: int | str) -> Done:
    """They have it from now on. Raises :class:`Refused`."""
    example = "/assign KS26-0042 @user"
    request = await access_request(tx, ref, Action.ASSIGN, example=example)
    person = await _check_handler(tx, request, who, example.replace("KS26-0042", request.number or ""))
    await do_action(
        tx,
        request,
        Action.ASSIGN,
        handler_id=person.id,
        accepted_at=request.accepted_at or tx.now,
        detail={"to": person.id},
    )
    await notify_assigned(tx, request, person)
    return done(request, Action.ASSIGN)


async def _check_handler(tx: Tx, request: Request, who: int | str, example: str) -> Person:
    """Who is meant, if they handle requests of the asked unit. Raises :class:`Refused`."""
    if isinstance(who, str) and not who.strip():
        raise Refused("error.assign_whom", number=request.number, example=example)
    person = await tx.session.get(Person, who) if isinstance(who, int) else await people.find(tx, who)
    if person is None or not _can_handle(await _membership(tx, person, request)):
        known = await people_rows.with_role(tx.session, request.to_unit_id or 0, HANDLING)
        names = [people.name_of(tx, p) for p in known]
        raise Refused(
            "error.not_a_handler", given=people.as_called(str(who)), unit=await _asked_name(tx, request),
            handlers=names, example=example,
        )  # fmt: skip
    return person


async def _asked_name(tx: Tx, request: Request) -> str:
    unit = await units.by_id(tx, request.to_unit_id)
    return unit.name if unit else "—"


async def _membership(tx: Tx, person: Person, request: Request) -> Membership | None:
    return await people_rows.membership(tx.session, person.id, request.to_unit_id or 0)


def _can_handle(member: Membership | None) -> bool:
    return member is not None and member.state == MembershipState.ACTIVE and member.role in HANDLING


async def choose_handler(work: Work, ref: Ref) -> ToChoose:
    """The 转派 button: the asked unit's handlers."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.ASSIGN, example="/assign KS26-0042 @user")
        found = await people_rows.with_role(tx.session, request.to_unit_id or 0, HANDLING)
        if not found:
            raise await _no_handlers(tx, request)
        options = tuple(Option(id=p.id, name=people.name_of(tx, p)) for p in found[:MOST_CHOICES])
        return await tx.conclude(
            ToChoose(
                action=Action.ASSIGN, request_id=request.id, number=request.number or "", options=options
            )
        )


async def _no_handlers(tx: Tx, request: Request) -> Refused:
    """Nobody to assign it to: whoever may pass it on is offered the units above."""
    asked = await units.by_id(tx, request.to_unit_id)
    may = rights.may(tx.who, Action.TRANSFER, request) is None
    above = await takers.above(tx, request, asked) if may and asked is not None else []
    refused = Refused(
        "error.no_handlers", buttons=_to_above(request, above), number=request.number,
        unit=asked.name if asked else "—", above=[u.name for u in above] or None, example="/role @user handler",
    )  # fmt: skip
    refused.request_id = request.id
    return refused


async def transfer(work: Work, ref: Ref, to: int | str) -> Done:
    """``/transfer N unit``: to another unit. The deadline stays: the asker waits no longer for it."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.TRANSFER, example="/transfer KS26-0042 CZ")
        unit = await _check_unit(tx, request, to)
        before, handler = request.to_unit_id, request.handler_id
        desks = await groups.desks_over(tx, request)
        detail = {"from": before, "to": unit.id}
        await do_action(
            tx, request, Action.TRANSFER, to_unit_id=unit.id, sealed=involving.passed_on(tx, request, unit.id, desks),
            detail=detail, **untaken(tx, request),
        )  # fmt: skip
        await notify_transferred(tx, request, unit, before=before, handler=handler)
        return await tx.conclude(done(request, Action.TRANSFER))


def untaken(tx: Tx, request: Request) -> dict[str, Any]:
    """The columns of a request that nobody has any more: it is to be accepted anew, in a share of what is left."""
    due = request.due_at
    in_time = due is not None and due > tx.now
    by = deadlines.accept_by(tx.policy, tx.now, due, urgency=request.urgency) if due and in_time else None
    return {"handler_id": None, "accepted_at": None, "accept_by": by or request.accept_by}


async def _check_unit(tx: Tx, request: Request, to: int | str) -> Unit:
    """The unit that is meant, if a request may go there and is seen there. Raises :class:`Refused`."""
    of = await family.whole(tx, request)
    but_not = frozenset(
        {request.to_unit_id or 0, request.from_unit_id or 0, of.from_unit_id or 0 if of else 0}
    )
    known = await units.current(tx)
    other = next((u.name for u in known if u.id not in but_not), "CZ")
    example = f"/transfer {request.number} {other}"
    if isinstance(to, str) and not to.strip():
        raise Refused("error.transfer_where", number=request.number, example=example)
    unit = await tx.session.get(Unit, to) if isinstance(to, int) else known.meant(to)
    if unit is None and isinstance(to, str):
        try:
            unit = await units.named(
                tx,
                to,
                press=lambda u: carry(Action.TRANSFER, request.id, u),
                but_not=but_not,
                example=example,
            )
        except Refused as refused:
            refused.request_id = request.id
            raise
    if unit is None or unit.retired_at is not None or unit.id in but_not:
        raise Refused("error.transfer_same", number=request.number, example=example)
    if await takers.has_twin(tx, request, unit):  # the post asked several units
        raise Refused("error.transfer_twin", number=request.number, unit=unit.name)
    if of is not None:
        await family.check_free(tx, of, request, unit)
    if not await takers.can_take(tx, request, unit):
        raise await _nobody_there(tx, request, unit, but_not)
    return unit


async def _nobody_there(tx: Tx, request: Request, unit: Unit, but_not: Collection[int]) -> Refused:
    """A request that goes to nobody lies there unseen: the units above are offered instead."""
    above = await takers.above(tx, request, unit, but_not)
    refused = Refused(
        "error.transfer_nobody", buttons=_to_above(request, above), number=request.number, unit=unit.name,
        above=[u.name for u in above] or None,
    )  # fmt: skip
    refused.request_id = request.id
    return refused


def _to_above(request: Request, above: Sequence[Unit]) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (Button(label=t("plain", text=u.name), data=carry(Action.TRANSFER, request.id, u.id)),) for u in above
    )


async def choose_unit(work: Work, ref: Ref) -> ToChoose:
    """The 转办 button: the other units."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.TRANSFER, example="/transfer KS26-0042 CZ")
        of = await family.whole(tx, request)
        not_to = (request.to_unit_id, request.from_unit_id, of.from_unit_id if of is not None else None)
        others = [u for u in await units.current(tx) if u.id not in not_to]
        if not others:
            raise Refused("error.no_other_unit", number=request.number)
        options = tuple(Option(id=u.id, name=u.name) for u in others[:MOST_CHOICES])
        return await tx.conclude(
            ToChoose(
                action=Action.TRANSFER, request_id=request.id, number=request.number or "", options=options
            )
        )
