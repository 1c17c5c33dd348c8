"""What the asked unit gives back: an answer, a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from storage.queries import drafts as draft_rows
from storage.queries import files as file_rows
from storage.tables.models import Answer, File, Request, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.actions import picking
from workflow.actions.talking import do_comment
from workflow.deadlines import deadlines
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import numbered, worded
from workflow.kernel.openings import Opening, read_opening
from workflow.kernel.outcomes import MORE
from workflow.kernel.parts import Part
from workflow.kernel.pressed import CHOOSE, Under, close, close_pickers
from workflow.kernel.results import Answered, Done, Dropped, PartsOut, done
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.answers import notify_answered
from workflow.notices.attachments import FileIn
from workflow.notices.merged import strictest
from workflow.notices.progress import notify_returned
from workflow.organisation.work import Work
from workflow.request import drafts, sources
from workflow.request.acting import keep_comment, need
from workflow.request.drafts import DraftBody
from workflow.request.family import named, open_parts
from workflow.request.questions import access_question
from workflow.request.requests import Ref, access_request, do_action
from workflow.request.turn import take_turn
from workflow.reuse import offers, reuse
from workflow.reuse.called_off import call_off, close_answered

CALL = worded("answer")
KIND = DraftKind.WITHOUT


async def answer(work: Work, ref: Ref, text: str, files: Sequence[FileIn] = ()) -> Answered | Done | PartsOut:
    """``/answer N text``, or a reply that starts ``#反馈``. Where the text does not begin with the outcome, it is
    asked for; the answer waits for nothing but parts that are out: whether it is given without them is asked. ``H2``
    in front of the text: the code under which it may be passed on."""
    async with work.write() as tx:
        await take_turn(tx)
        album = files[0].media_group if files else None
        if await attachments.album_is_known(tx, tx.chat_id, album):
            # An item without the words came first and is the answer; these are the words to it.
            request = await access_request(tx, ref, Action.COMMENT, example=CALL)
            await do_comment(tx, request, text, files)
            return await tx.conclude(done(request, Action.COMMENT))
        request = await access_request(tx, ref, Action.ANSWER, example=CALL)
        said = read_opening(text)
        if not said.text and not files:
            example = numbered(CALL, request.number)
            raise Refused("error.answer_empty", number=request.number, example=example)
        out = await _ask_without(tx, request, text, files) if said.outcome != MORE else None
        if out is not None:
            return await tx.conclude(out)
        row = await do_answer(tx, request, said, files)
        return await tx.conclude(await picking.answered(tx, request, row, Action.ANSWER, said.handling))


async def answer_without(work: Work, draft_id: int) -> Answered:
    """The same, though parts of it are out, which nobody waits for any more: now that it was tapped. What was said is
    kept till then."""
    async with work.write() as tx:
        await take_turn(tx)
        draft, request, part = await access_question(tx, draft_id, Action.ANSWER, kind=KIND, example=CALL)
        said = read_opening(part.text)
        draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)
        kept = list(await file_rows.of_draft(tx.session, draft.id))
        await close(
            tx, Under(draft_id=draft.id, purposes=(CHOOSE,)), t("parts.without", number=request.number)
        )
        await call_off(tx, request)
        row = await do_answer(tx, request, said, kept=kept)
        return await tx.conclude(await picking.answered(tx, request, row, Action.ANSWER, said.handling))


async def say_again(work: Work, draft_id: int, text: str) -> Dropped:
    """A reply to that question: that the answer is dropped; anything else waits for a tap. Raises :class:`Refused`."""
    async with work.write() as tx:
        draft, request, _ = await access_question(tx, draft_id, Action.ANSWER, kind=KIND, example=CALL)
        if not drafts.withdraws(text):
            raise Refused("error.parts_tap", number=request.number)
        draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)
        await close_pickers(tx, draft=draft)
        return await tx.conclude(Dropped(draft_id=draft.id, kind=KIND))


async def do_answer(
    tx: Tx,
    request: Request,
    said: Opening,
    files: Sequence[FileIn] = (),
    *,
    kept: Sequence[File] = (),
    noted: bool = True,
) -> Answer:
    """A request is answered, and whoever may reuse that is offered it. ``files``: of the message at hand; ``kept``:
    that there are already; ``noted``: an edit of the message at hand is an edit of this answer."""
    partial = said.outcome == MORE
    row = await _keep(tx, request, said)
    await attachments.keep(tx, files, request_id=request.id, answer_id=row.id)
    tx.session.add_all([attachments.copy_of(file, request_id=request.id, answer_id=row.id) for file in kept])
    if noted:
        await sources.note(tx, "answer", request_id=request.id, answer_id=row.id)
    await do_action(
        tx,
        request,
        Action.PARTIAL if partial else Action.ANSWER,
        detail={"outcome": row.outcome, "answer": row.id, "handling": row.handling},
        **_changes(tx, request, row),
    )
    await notify_answered(tx, request, row, has_files=bool(files or kept))
    if not partial:
        body = Body.of(request, tx.sealer)
        await reuse.index_answer(tx, request, body)
        await offers.offer_to_waiting(tx, request, body)
        await close_answered(tx, request)
    return row


async def _ask_without(
    tx: Tx,
    request: Request,
    text: str,
    files: Sequence[FileIn],
) -> PartsOut | None:
    """Whether to answer without the parts that are out; what was said waits for that. None where none is."""
    if not (out := await open_parts(tx, request)):
        return None
    asked = PartsOut(
        request_id=request.id,
        number=request.number or "",
        parts=tuple(await named(tx, out)),
        example=f"/cancel {out[0].number}",
    )
    if tx.place is None:  # there is no message that an answer could reply to
        return asked
    if await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0) is not None:
        return replace(asked, again=True)
    unit = await tx.session.get_one(Unit, request.to_unit_id)
    body = DraftBody(parts=[Part(text=text, sent=tx.sent)], chosen={"request": request.id})
    draft = await drafts.new(tx, unit, body, kind=KIND)
    await attachments.keep(tx, files, draft_id=draft.id)
    return replace(asked, draft_id=draft.id)


async def do_answer_one(tx: Tx, ref: Ref, text: str, outcome: str) -> None:
    """The same words to one of several requests, of which it was said how all came out; ``H2`` in front of them is the
    code of each. An edit of the message that gave them puts none of the answers right: which of them would be meant?"""
    request = await access_request(tx, ref, Action.ANSWER, example=CALL)
    said = read_opening(text)
    if not said.text:
        raise Refused("error.answer_empty", number=request.number, example=numbered(CALL, request.number))
    if said.outcome not in (None, outcome):
        raise Refused("error.several_outcome", number=request.number)
    await do_answer(tx, request, replace(said, outcome=outcome), noted=False)


async def _keep(tx: Tx, request: Request, said: Opening) -> Answer:
    rule = tx.policy.types.get(request.type)
    row = Answer(
        request_id=request.id,
        person_id=tx.who.person_id,
        unit_id=request.to_unit_id,
        at=deadlines.done_at(tx, request),
        due_at=request.first_due_at,
        outcome=None if said.outcome == MORE else said.outcome,
        partial=said.outcome == MORE,
        fresh_until=tx.now + rule.fresh_for if rule else None,
        handling=await strictest(tx, request, said.handling),
        sealed=tx.sealer.seal("answers", {"text": said.text}),
    )
    tx.session.add(row)
    await tx.session.flush()
    return row


def _changes(tx: Tx, request: Request, answer: Answer) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "outcome": answer.outcome,
        "partial": answer.partial,
        "handler_id": request.handler_id or tx.who.person_id,
        "accepted_at": request.accepted_at or answer.at,
    }
    return changes if answer.partial else changes | {"answered_at": answer.at}


async def give_back(work: Work, ref: Ref, why: str) -> Done:
    """``/return N why``: back to the asker for more."""
    async with work.write() as tx:
        example = worded("return")
        request = await access_request(tx, ref, Action.RETURN, example=example)
        why = need(why, "error.why_return", request, example)
        await do_return(tx, request, why)
        return await tx.conclude(done(request, Action.RETURN))


async def do_return(tx: Tx, request: Request, why: str) -> None:
    """It goes back to the asker, who hears why."""
    await keep_comment(tx, request, Action.RETURN, why)
    await do_action(tx, request, Action.RETURN)
    await notify_returned(tx, request, why)
