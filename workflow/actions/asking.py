"""What the asking unit does with its request: completes, nudges, closes, rates, reopens, cancels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.queries import comments
from storage.tables.models import Request
from workflow.actions import changes
from workflow.actions.approving import do_put_anew
from workflow.deadlines import deadlines
from workflow.deadlines.clocks import due_for, terms_of
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.results import Done, done
from workflow.kernel.states import WAITING
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.attachments import FileIn
from workflow.notices.card_buttons import STARS
from workflow.notices.progress import notify_cancelled, notify_completed, notify_nudged, notify_reopened
from workflow.notices.telling import sides
from workflow.organisation import units
from workflow.organisation.work import Work
from workflow.request import approval, family
from workflow.request.acting import keep_comment, need
from workflow.request.requests import Ref, access_request, do_action
from workflow.reuse import reuse
from workflow.reuse.called_off import call_off


async def do_complete(tx: Tx, request: Request, text: str, files: Sequence[FileIn]) -> Action:
    """The asker gives more after a return: it becomes part of the request, which is read, checked and matched
    again, and goes to the asked unit, whose clock stood still; or, where it makes another request of one that was
    approved, to whoever approves. Gives back which of the two."""
    text = text.strip()
    if not text and not files:
        raise Refused("error.complete_empty", number=request.number)
    changed = await changes.by_reply(tx, request, text)
    if files:
        changed = await changes.with_file(tx, request, changed)
    await attachments.keep(tx, files, request_id=request.id)
    if changed is not None and changed.anew:
        await do_put_anew(tx, request, changed, changes.told(request, changed))
        return Action.PUT_ANEW
    values = await after_return(tx, request, changed.values if changed else {})
    detail = {
        **(changes.told(request, changed) if changed else {"fields": [], "text_before": None}),
    }
    await do_action(tx, request, Action.COMPLETE, detail=detail, **values)
    if changed is not None:
        await changes.look_again(tx, request, changed)
    await notify_completed(tx, request, text, has_files=bool(files))
    return Action.COMPLETE


async def after_return(tx: Tx, request: Request, values: dict[str, Any]) -> dict[str, Any]:
    """The columns of a request that its asker gives back: nobody has it, and the clock stood still, unless
    the asker has just named another time."""
    due, first = values.get("due_at", request.due_at), request.first_due_at
    if due == request.due_at:
        returned_at = await comments.last_at(tx.session, request.id, Action.RETURN)
        due = deadlines.due_after_pause(due, returned_at, tx.now)
        first = deadlines.due_after_pause(first, returned_at, tx.now)
    else:
        first = due
    in_time = due is not None and due > tx.now
    accept_by = (
        deadlines.accept_by(tx.policy, tx.now, due, urgency=request.urgency)
        if due and in_time
        else request.accept_by
    )
    back = {"handler_id": None, "accepted_at": None, "accept_by": accept_by}
    return values | back | {"due_at": due, "first_due_at": first}


async def nudge(work: Work, ref: Ref) -> Done:
    """``/nudge N``: reminds whoever has it, once an hour."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.NUDGE, example="/nudge KS26-0042")
        again = request.nudged_at + tx.policy.nudge_every if request.nudged_at else None
        if again is not None and again > tx.now:
            raise Refused("error.nudge_soon", number=request.number, again=again)
        both = await sides(tx, request)
        if not both.asked:
            to_unit = await units.by_id(tx, request.to_unit_id)
            raise Refused("error.nudge_nobody", number=request.number, unit=to_unit.name if to_unit else "—")
        await do_action(tx, request, Action.NUDGE, nudged_at=tx.now)
        await notify_nudged(tx, request, both.asked)
        return await tx.conclude(done(request, Action.NUDGE))


async def close(work: Work, ref: Ref) -> Done:
    """``/close N``: done; its card asks for a rating."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.CLOSE, example="/close KS26-0042")
        await do_action(tx, request, Action.CLOSE, closed_at=tx.now)
        await call_off(tx, request)  # one that was opened again after the answer
        return await tx.conclude(done(request, Action.CLOSE))


async def rate(work: Work, ref: Ref, count: int) -> Done:
    """A tap on the stars of a closed request's card."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.RATE, example="/close KS26-0042")
        if count not in STARS:
            raise Refused("error.button_old")
        await do_action(tx, request, Action.RATE, rating=count, detail={"stars": count})
        return await tx.conclude(done(request, Action.RATE))


async def reopen(work: Work, ref: Ref, why: str) -> Done:
    """``/reopen N why``: within 30 days; the asked unit has its time to answer again."""
    async with work.write() as tx:
        example = worded("reopen")
        request = await access_request(tx, ref, Action.REOPEN, example=example)
        await _check_whole(tx, request)
        ended = request.closed_at or request.answered_at or request.asked_at
        if ended + tx.policy.reopen_within < tx.now:
            raise Refused("error.reopen_late", number=request.number, within=tx.policy.reopen_within)
        why = need(why, "error.why_reopen", request, example)
        approval.check_adds(tx, request, why, has_files=False)
        await keep_comment(tx, request, Action.REOPEN, why)
        due = max(request.due_at or tx.now, due_for(tx.policy, await terms_of(tx, request), tx.now))
        await do_action(
            tx,
            request,
            Action.REOPEN,
            handler_id=None,
            accepted_at=None,
            answered_at=None,
            closed_at=None,
            outcome=None,
            rating=None,
            reused_from_id=None,
            partial=False,
            due_at=due,
            accept_by=deadlines.accept_by(tx.policy, tx.now, due, urgency=request.urgency),
        )
        await reuse.index(tx, request, Body.of(request, tx.sealer))
        await notify_reopened(tx, request, why)
        return await tx.conclude(done(request, Action.REOPEN))


async def _check_whole(tx: Tx, request: Request) -> None:
    """A part of what is over is asked of nobody again. Raises :class:`Refused`."""
    of = await family.whole(tx, request)
    if of is not None and of.state not in WAITING:
        raise Refused("error.part_over", number=request.number, whole=of.number, state=t(f"state.{of.state}"))


async def cancel(work: Work, ref: Ref) -> Done:
    """``/cancel N``: while unanswered."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.CANCEL, example="/cancel KS26-0042")
        return await tx.conclude(await do_cancel(tx, request))


async def do_cancel(tx: Tx, request: Request) -> Done:
    """Cancel a request that its asker may cancel."""
    await do_action(tx, request, Action.CANCEL, closed_at=tx.now)
    await reuse.forget(tx, request)
    await notify_cancelled(tx, request)
    await call_off(tx, request)
    return done(request, Action.CANCEL)
