"""Somebody of the asking unit says whether its request goes out; what nobody decides lapses after a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from storage.queries import files as file_rows
from storage.queries import posts as post_rows
from storage.queries import registered
from storage.queries import requests as rows
from storage.tables.models import Post, Request, Unit
from storage.tables.words import PostPurpose
from workflow.actions.changes import Changed
from workflow.deadlines import deadlines
from workflow.deadlines.clocks import due_for, terms_of
from workflow.kernel import pressed
from workflow.kernel.actions import Action, Side
from workflow.kernel.body import Body, WentOut
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.pressed import CLOSED
from workflow.kernel.results import Done, done
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import moved
from workflow.notices.approvals import (
    notify_approved,
    notify_lapsed,
    notify_pending_anew,
    notify_rejected,
)
from workflow.notices.keyboards import full_post
from workflow.notices.own_posts import queue_deletion
from workflow.notices.progress import notify_registered
from workflow.notices.telling import sides, tell
from workflow.organisation import groups, units
from workflow.organisation.audience import actor_by_person, audience_of
from workflow.organisation.rights import may_for_unit
from workflow.organisation.work import Work
from workflow.request import approval, tags
from workflow.request.acting import keep_comment, need
from workflow.request.requests import Ref, access_request, do_action
from workflow.reuse import offers, reuse
from workflow.reuse.called_off import call_off


async def approve(work: Work, ref: Ref) -> Done:
    """``/approve N``, or a tap under its whole text: it goes out, and the clock of the asked unit starts."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.APPROVE, example="/approve KS26-0042")
        await _check_seen(tx, request)
        await _check_holds(tx, request)
        unit = await _go_out(tx, request, Action.APPROVE, approved_by=tx.who.person_id)
        await notify_approved(tx, request, unit)
        return await tx.conclude(done(request, Action.APPROVE))


async def reject(work: Work, ref: Ref, why: str) -> Done:
    """``/reject N why``: it does not go out. Its asker may change it, and thereby put it anew."""
    async with work.write() as tx:
        example = worded("reject")
        request = await access_request(tx, ref, Action.REJECT, example=example)
        await _check_seen(tx, request)
        why = need(why, "error.why_reject", request, example)
        await keep_comment(tx, request, Action.REJECT, why)
        await do_action(tx, request, Action.REJECT, closed_at=tx.now)
        await notify_rejected(tx, request, why)
        return await tx.conclude(done(request, Action.REJECT))


async def do_lapse(tx: Tx, request: Request) -> None:
    """Nobody has decided within the day: it does not go out."""
    await do_action(tx, request, Action.LAPSE, closed_at=tx.now, detail={"by_itself": True})
    await notify_lapsed(tx, request)


async def do_edit_withheld(tx: Tx, request: Request, changed: Changed, detail: dict[str, Any]) -> None:
    """An edit of what has not gone out: it is put to those who approve as it is now, with a day from now; or goes out
    where it needs no approval any more."""
    values = changed.values | {
        "due_at": changed.values["due_at"] if changed.values["due_fixed"] else None,
        "accept_by": tx.now + tx.policy.approve_within,
        "closed_at": None,
    }
    values["first_due_at"] = values["due_at"]
    await tags.keep(tx, request.id, changed.body.tagged, before=changed.before.tagged)
    waits = await approval.needed(
        tx,
        type_=values["type"],
        urgency=values["urgency"],
        asker_id=await registered.registrant(tx.session, request.id),
        origin_key=request.origin_key,
    )
    await do_action(tx, request, Action.EDIT, detail=detail, **values)
    if waits:
        await notify_pending_anew(tx, request)
    else:
        await _go_out(tx, request, Action.GO_OUT, approved_by=None)


async def do_put_anew(tx: Tx, request: Request, changed: Changed, detail: dict[str, Any]) -> None:
    """What was returned has become another request than the one that was approved: it waits for approval once more,
    and the asked unit has it no more until then. It is told so, for it knows of it; whatever stands there of it goes.
    """
    told = t("put_anew", number=request.number, from_unit=await units.name_of(tx, request.from_unit_id))
    due = changed.values["due_at"] if changed.values["due_fixed"] else None
    body = replace(changed.body, withheld_from=request.to_unit_id, went_out=None)
    await tell(tx, request, told, (await sides(tx, request)).asked)
    await pressed.take_back(tx, await _cards_of_others(tx, request))
    await moved.take_back_copies(tx, request, (await sides(tx, request)).asked)
    await reuse.forget(tx, request)
    await call_off(tx, request)
    await tags.keep(tx, request.id, body.tagged, before=changed.before.tagged)
    values = changed.values | {
        "sealed": body.seal(tx.sealer),
        "to_unit_id": None,
        "handler_id": None,
        "accepted_at": None,
        "due_at": due,
        "first_due_at": due,
        "accept_by": tx.now + tx.policy.approve_within,
    }
    await do_action(tx, request, Action.PUT_ANEW, detail=detail, **values)
    await notify_pending_anew(tx, request, has_files=True)


async def _cards_of_others(tx: Tx, request: Request) -> list[Post]:
    """Its cards that stand where others than the asking unit read."""
    others = []
    for post in await post_rows.cards_of(tx.session, request.id):
        side = (await audience_of(tx, request, post.chat_id)).side
        shared = await groups.read_by_others(tx, post.chat_id, request.from_unit_id)
        if shared or side not in (Side.ASKER, Side.BOTH):
            others.append(post)
    return others


async def _check_seen(tx: Tx, request: Request) -> None:
    """Nobody decides about a text that they were not shown as it is now. A tap decides about what stands above the
    button; words about what stands in the private chat of who says them. Raises :class:`Refused` under anything else,
    and under a text that was changed since."""
    if not tx.pressed:
        chat_id = tx.who.chat_id
        if chat_id is None or await full_post(tx, request.id, chat_id) is None:
            raise Refused("error.approve_unseen", number=request.number, bot=tx.policy.bot_username)
        return
    post = await post_rows.one(tx.session, tx.where.chat_id, tx.where.message_id or 0)
    if post is not None and post.request_id == request.id:
        if post.purpose == PostPurpose.FULL:
            return
        if post.purpose == CLOSED:
            raise Refused("error.approve_changed", number=request.number)
    raise Refused("error.button_old")


async def _check_holds(tx: Tx, request: Request) -> None:
    """Raises :class:`Refused` for what has lapsed, and for one whose asker may ask for the unit no more."""
    if request.accept_by is not None and request.accept_by <= tx.now:
        raise Refused("error.approve_lapsed", number=request.number, at=request.accept_by)
    asker = await actor_by_person(tx, request.asker_id) if request.asker_id is not None else None
    if asker is None or not may_for_unit(asker, "ask", request.from_unit_id):
        raise Refused("error.approve_left", number=request.number)


async def _go_out(tx: Tx, request: Request, action: Action, *, approved_by: int | None) -> Unit:
    """The asked unit has it from now on, and its clock starts: at receipt (Directive (EU) 2023/977, art. 5). A time
    that the asker named stands, unless it has run out before anybody there could read it."""
    body = Body.of(request, tx.sealer)
    unit = await units.by_id(tx, body.withheld_from)
    if unit is None or unit.retired_at is not None:
        raise Refused("error.approve_unit", number=request.number, unit=unit.name if unit else "—")
    if request.origin_key and await rows.to_unit_by_origin(tx.session, request.origin_key, unit.id):
        # the post asked several units, of which another has passed its part on to this one
        raise Refused("error.approve_twin", number=request.number, unit=unit.name)
    fixed = request.due_fixed and request.due_at is not None and request.due_at > tx.now
    due = request.due_at if fixed else None
    due = due or due_for(tx.policy, await terms_of(tx, request), tx.now)
    body = replace(body, withheld_from=None, went_out=WentOut(at=tx.now, approved_by=approved_by))
    await do_action(
        tx,
        request,
        action,
        to_unit_id=unit.id,
        sealed=body.seal(tx.sealer),
        due_at=due,
        first_due_at=due,
        due_fixed=fixed,
        accept_by=deadlines.accept_by(tx.policy, tx.now, due, urgency=request.urgency),
        detail={"to": unit.code},
    )
    if request.chat_id is not None and await groups.read_by_others(tx, request.chat_id, request.from_unit_id):
        # Its card stands there from now on, and did not before.
        await queue_deletion(tx, request, draft_id=None)
    has_files = bool(await file_rows.of_request(tx.session, request.id))
    await notify_registered(tx, request, unit, has_files=has_files)
    await offers.look_back(tx, request, await reuse.index_new(tx, request, body), new=True)
    return unit
