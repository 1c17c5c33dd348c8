"""Those who have an answer by reuse: what becomes of it becomes of theirs, and they are told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from storage.queries import answers as answer_rows
from storage.queries import files as file_rows
from storage.queries import offers as offer_rows
from storage.queries import requests as rows
from storage.tables.models import Answer, Request
from storage.tables.words import OfferState
from workflow.deadlines import deadlines
from workflow.deadlines.clocks import due_for, terms_of
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.states import after
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.revealing import notify_asker_in_full
from workflow.notices.telling import asker_mention, show, sides, tell
from workflow.notices.words import quoted
from workflow.organisation import owning, units
from workflow.record.record import record
from workflow.request.requests import do_action
from workflow.reuse import references, reuse


async def of(tx: Tx, answer_ids: Collection[int]) -> list[tuple[Request, Answer]]:
    """The requests that an answer was given to besides its own, locked, with their copies of it.

    One whose content was deleted has none any more.
    """
    found = []
    for copy in await answer_rows.copies_of(tx.session, answer_ids):
        request = await rows.hold(tx.session, copy.request_id)
        if request is not None and request.purged_at is None:
            found.append((request, copy))
    return found


async def outcome(tx: Tx, request: Request, answer: Answer, *, told: bool) -> None:
    """The answer came out otherwise than it was copied. ``told``: they have read another outcome."""
    word = t(f"outcome.{'more' if answer.partial else answer.outcome or 'unset'}")
    copies = await of(tx, [answer.id])
    for other, copy in copies:
        before = copy.outcome
        copy.outcome = answer.outcome
        if other.answered_at is not None and await _stands_for(tx, other, request):
            state = other.state
            await rows.change(tx.session, other, before=state, state=state, outcome=answer.outcome)
        await record(
            tx,
            other,
            Action.OUTCOME,
            source=request.id,
            answer=copy.id,
            outcome_before=before,
            outcome=answer.outcome,
        )
        await show(tx, other)
        if told:
            words = await _words(tx, "followed_outcome", request, answer, other, outcome=word)
            await tell(tx, other, words, (await sides(tx, other)).asking)
    await references.outcome(tx, answer.unit_id, [(request, answer), *copies], word, told=told)


async def corrected(tx: Tx, request: Request, former: Answer, answer: Answer, *, files: bool) -> None:
    """The answer was put right: whoever has a copy of it has the corrected one from now on, and the asker is
    shown it. ``files``: it came with new ones."""
    copies = await of(tx, [former.id])
    for other, copy in copies:
        new = await _copy(tx, other, copy, answer)
        if files:
            await _copy_new_files(tx, answer, new)
        if other.answered_at is not None and await _stands_for(tx, other, request):
            state = other.state
            await rows.change(tx.session, other, before=state, state=state, outcome=answer.outcome)
        await record(tx, other, Action.CORRECT, source=request.id, answer=new.id, corrects=copy.id)
        await show(tx, other)
        words = quoted(other, "answer", str(tx.sealer.unseal("answers", answer.sealed)["text"]))
        told = await _words(tx, "followed_correction", request, answer, other, text=words)
        asking = (await sides(tx, other)).asking
        await tell(tx, other, told, asking)
        if files:
            await attachments.send(tx, other, asking)
        await notify_asker_in_full(tx, other)
    await references.corrected(tx, answer.unit_id, [(request, former), *copies])


async def marked(tx: Tx, request: Request, answer: Answer) -> None:
    """Its codes go with the answer wherever it was passed on."""
    for other, copy in await of(tx, [answer.id]):
        copy.handling, copy.evaluation = owning.handling_of(tx, request, answer), answer.evaluation
        await record(
            tx, other, Action.MARK, source=request.id, answer=copy.id, handling=copy.handling,
            evaluation=copy.evaluation,
        )  # fmt: skip


async def withdrawn(tx: Tx, request: Request, answer: Answer, why: str, *, stays: bool) -> None:
    """The answer was taken back: whoever has a copy of it has it no longer, and what it answered is open again.
    ``stays``: what was answered after it stands, here and there."""
    copies = await of(tx, [answer.id])
    sources = {request.id, *(other.id for other, _ in copies)}
    for other, copy in copies:
        copy.withdrawn_at = tx.now
        for offer in await offer_rows.of_request(tx.session, other.id):
            if offer.source_id in sources and offer.state == OfferState.TAKEN:
                offer.state, offer.done_at = OfferState.STALE, tx.now  # what is answered anew is offered anew
        values: dict[str, Any] = {"partial": False}
        reopened = not stays and other.answered_at is not None and await _stands_for(tx, other, request)
        if reopened:
            due = max(other.due_at or tx.now, due_for(tx.policy, await terms_of(tx, other), tx.now))
            values |= {
                "answered_at": None, "closed_at": None, "outcome": None, "rating": None, "reused_from_id": None,
                "handler_id": None, "accepted_at": None, "due_at": due,
                "accept_by": deadlines.accept_by(tx.policy, tx.now, due, urgency=other.urgency),
            }  # fmt: skip
        waits = reopened or (other.answered_at is None and after(other.state, Action.LOSE) is not None)
        if waits:
            await do_action(
                tx, other, Action.LOSE, detail={"source": request.id, "answer": copy.id}, **values
            )
            await reuse.index(tx, other, Body.of(other, tx.sealer))
        else:  # another answer stands for it, or it is over
            await record(tx, other, Action.LOSE, source=request.id, answer=copy.id)
            await show(tx, other)
        both = await sides(tx, other)
        words = await _words(
            tx, "followed_withdrawal", request, answer, other, why=quoted(other, "why", why),
            again=t("followed_again") if reopened else None,
        )  # fmt: skip
        await tell(tx, other, words, both.asking)
        again = t("followed_open_again", number=other.number, due=other.due_at)
        if reopened:
            await tell(tx, other, again, [chat for chat in both.asked if chat not in both.asking])
    await references.withdrawn(tx, answer.unit_id, [(request, answer), *copies])


async def _copy(tx: Tx, other: Request, copy: Answer, answer: Answer) -> Answer:
    new = Answer(
        request_id=other.id,
        person_id=answer.person_id,
        unit_id=answer.unit_id,
        at=tx.now,
        outcome=answer.outcome,
        partial=copy.partial,
        fresh_until=answer.fresh_until,
        reused_from_id=answer.id,
        corrects_id=copy.id,
        handling=answer.handling or copy.handling,
        evaluation=answer.evaluation,
        sealed=answer.sealed,
    )
    tx.session.add(new)
    await tx.session.flush()
    await answer_rows.hand_files_on(tx.session, copy, new)
    return new


async def _copy_new_files(tx: Tx, answer: Answer, new: Answer) -> None:
    for file in await file_rows.of_request(tx.session, answer.request_id, answer.id):
        if file.at == tx.now:  # the others were copied with the answer itself
            tx.session.add(attachments.copy_of(file, request_id=new.request_id, answer_id=new.id))
    await tx.session.flush()


async def _stands_for(tx: Tx, other: Request, request: Request) -> bool:
    """Whether a request was answered as a whole with the answer of another one, however often it was passed on."""
    source: Request | None = other
    while source is not None and source.reused_from_id is not None:
        source = await tx.session.get(Request, source.reused_from_id)
    return source is not None and source.id == request.id


async def _words(
    tx: Tx, key: str, request: Request, answer: Answer, other: Request, **params: object
) -> Text:
    """``source``: only where it was the same unit that asked."""
    unit = await units.by_id(tx, answer.unit_id)
    return t(
        key,
        number=other.number,
        source=owning.known_as(request, other) or None,
        unit=unit.name if unit else "",
        by=tx.who.name,
        asker=await asker_mention(tx, other),
        **params,
    )
