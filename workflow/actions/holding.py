"""Legal hold: nothing of a request is deleted while one stands, by whatever rule or order.

Who looks after one of its two units, or stands above one, may place one: what either did may be asked about later
(whoever asked answers for what was done as asked, whoever helped for what went beyond). It ends by who placed it, or by
who supervises them: one liaison does not take away what another keeps as evidence. That a unit holds a request is shown
to that unit and to those above it, not to the other side.
"""

from __future__ import annotations

from dataclasses import replace

from storage.queries import holds as rows
from storage.queries import requests as request_rows
from storage.tables.models import LegalHold, Request
from workflow.kernel.actions import Right
from workflow.kernel.errors import Refused
from workflow.kernel.examples import Example, numbered, worded
from workflow.kernel.results import Held, HoldReleased
from workflow.kernel.tx import Actor, Tx
from workflow.organisation import rights
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.acting import need
from workflow.request.requests import Ref, access_request, find_number, refuse_purged

RELEASE = "/release_hold KS26-0042"


async def hold(work: Work, ref: Ref, why: str) -> Held:
    """``/hold N why``, in private: nothing of it is deleted from now on. Once for each person."""
    async with work.write() as tx:
        request = await _access(tx, ref, worded("hold"))
        refuse_purged(request)
        why = need(why, "error.why_hold", request, worded("hold"))
        if any(one.person_id == tx.who.person_id for one in await rows.standing(tx.session, request.id)):
            raise Refused(
                "error.held_already", number=request.number, example=numbered(RELEASE, request.number)
            )
        placed = LegalHold(
            request_id=request.id,
            person_id=tx.who.person_id,
            unit_id=_unit_of(tx, request),
            at=tx.now,
            sealed=tx.sealer.seal("legal_holds", {"text": why}),
        )
        tx.session.add(placed)
        await tx.session.flush()
        await record(tx, request, "hold", actor=_acting(tx, placed.unit_id), hold=placed.id)
        return await tx.conclude(Held(request_id=request.id, number=request.number or ""))


async def release(work: Work, ref: Ref) -> HoldReleased:
    """``/release_hold N``, in private: those holds end that the actor may end."""
    async with work.write() as tx:
        request = await _held(tx, ref) or await _access(tx, ref, RELEASE)
        standing = [
            one
            for one in await rows.standing(tx.session, request.id)
            if one.person_id == tx.who.person_id or rights.sees_hold(tx.who, one.unit_id)
        ]
        if not standing:
            raise Refused("error.not_held", number=request.number)
        ours = [one for one in standing if _may_release(tx, one)]
        if not ours:
            raise Refused("denied.release_hold", number=request.number)
        for one in ours:
            one.released_at = tx.now
        await tx.session.flush()
        for one in ours:
            await record(tx, request, "release_hold", actor=_acting(tx, one.unit_id), hold=one.id)
        left = len(standing) - len(ours)
        return await tx.conclude(HoldReleased(request_id=request.id, number=request.number or "", left=left))


async def _held(tx: Tx, ref: Ref) -> Request | None:
    """The request of a full number under a hold that the actor may end, though another unit is asked by now and they
    see nothing else of it. Raises :class:`Refused` in a group."""
    _check_alone(tx)
    found = await find_number(tx, ref) if isinstance(ref, str) else None
    request = await request_rows.hold(tx.session, found.id) if found is not None else None
    if request is None or not any(
        _may_release(tx, one) for one in await rows.standing(tx.session, request.id)
    ):
        return None
    return request


def _may_release(tx: Tx, one: LegalHold) -> bool:
    return rights.may_release(tx.who, placed_by=one.person_id, unit_id=one.unit_id)


async def _access(tx: Tx, ref: Ref, example: Example) -> Request:
    """The request, for who may have it held. Raises :class:`Refused`; also in a group, whose members may be those who
    are looked into."""
    _check_alone(tx)
    return await access_request(tx, ref, Right.HOLD, example=example)


def _check_alone(tx: Tx) -> None:
    if not tx.alone:
        raise Refused("error.hold_private", bot=tx.policy.bot_username)


def _acting(tx: Tx, unit_id: int | None) -> Actor:
    """Who acts, for that unit: the record has it by which unit the hold is, and shows it to that one."""
    near = [one for one in tx.who.standings if unit_id == one.unit_id or unit_id in one.below]
    return replace(tx.who, standings=tuple(near))


def _unit_of(tx: Tx, request: Request) -> int | None:
    """For which of their units somebody has it held: one of the two that they look after, else one above."""
    sides = [unit for unit in (request.from_unit_id, request.to_unit_id) if unit in tx.who.units]
    own = next((unit for unit in sides if rights.looks_after(tx.who, unit)), None)
    if own is not None:
        return own
    for one in tx.who.standings:
        above = one.below & {request.from_unit_id, request.to_unit_id}
        if above and rights.looks_after(tx.who, one.unit_id):
            return one.unit_id
    return None
