"""An answer put right: by who gave it, or a liaison of that unit, by command, by button, or by an edit of the
message that answered.

The corrected answer is a new one that stands in the place of the old; both texts stay in the record. Whoever asked
is told, and so is everybody who was given the answer for a request of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.queries import answers as rows
from storage.queries import requests
from storage.queries.answers import Standing
from storage.tables.models import Answer, Request
from storage.tables.words import Handling
from workflow.actions import picking
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import numbered, worded
from workflow.kernel.openings import read_opening
from workflow.kernel.outcomes import MORE, is_no
from workflow.kernel.results import Answered, Unchanged
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.answers import notify_corrected
from workflow.notices.attachments import FileIn
from workflow.notices.cards import text_of
from workflow.notices.merged import strictest
from workflow.organisation.work import Work
from workflow.request import sources
from workflow.request.requests import Ref, access_request, do_action
from workflow.request.sources import Became
from workflow.reuse import followers, reuse

ONE_MESSAGE = 4096  # characters: what is longer came in several
CALL = worded("correct")


async def correct(work: Work, ref: Ref, text: str, files: Sequence[FileIn] = ()) -> Answered:
    """``/correct N text``, or a reply to the prompt of 更正: what was answered last is put right, and with ``H2`` in
    front of the text the code under which it may be passed on."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.CORRECT, example=CALL)
        standing = await picking.access_answer(tx, request, None)
        example = numbered(CALL, request.number)
        if not text.strip() and not files:
            raise Refused("error.correct_empty", number=request.number, example=example)
        handling = read_opening(text).handling
        answer = await _do_correct(tx, request, standing, text, files, handling=handling)
        if answer is None:
            raise Refused("error.correct_same", number=request.number, example=example)
        return await tx.conclude(await picking.answered(tx, request, answer, Action.CORRECT, handling))


async def edited(
    work: Work, became: Became, text: str, *, by_hand: bool, files: Sequence[FileIn] = ()
) -> Answered | Unchanged:
    """The message that answered was edited. One that says the same as before changes nothing, nor does what
    a channel reports of a reaction or a link preview. The code that the message began with may have been put right
    since, so an edit does not set it anew."""
    if not by_hand or became.request_id is None or became.answer_id is None:
        return Unchanged()
    async with work.write() as tx:
        request = await requests.hold(tx.session, became.request_id)
        if request is None:
            return Unchanged()
        given = await rows.standing(tx.session, request.id)
        meant = next((one for one in given if became.answer_id in one.ids), None)
        if meant is None or not text.strip() or _same(tx, meant.answer, text):
            return Unchanged()
        request = await access_request(tx, request.id, Action.CORRECT, example=CALL)
        if len(text_of(tx, "answers", meant.answer)) > ONE_MESSAGE:  # the message is but a piece of it
            raise Refused("error.edit_joined", number=request.number, example=f"/correct {request.number}")
        standing = await picking.access_answer(tx, request, became.answer_id, last=False)
        answer = await _do_correct(tx, request, standing, text, files)
        if answer is None:
            return Unchanged()
        return await tx.conclude(await picking.answered(tx, request, answer, Action.CORRECT))


def _same(tx: Tx, answer: Answer, text: str) -> bool:
    """Whether a text says what the answer says already."""
    opening = read_opening(text)
    before = text_of(tx, "answers", answer)
    said = answer.partial if opening.outcome == MORE else opening.outcome in (None, answer.outcome)
    return said and before in (opening.text, text.strip())


async def _do_correct(
    tx: Tx,
    request: Request,
    standing: Standing,
    text: str,
    files: Sequence[FileIn],
    *,
    handling: Handling | None = None,
) -> Answer | None:
    """The answer that stands in the place of the one before, under the code ``handling`` where one was said; None
    where nothing would change."""
    former = standing.answer
    if handling is not None:
        handling = await strictest(tx, request, handling)
    if _same(tx, former, text) and not files and handling in (None, former.handling):
        return None
    answer = await _keep(tx, former, text, handling)
    await rows.hand_files_on(tx.session, former, answer)
    has_files = await attachments.keep(tx, files, request_id=request.id, answer_id=answer.id)
    await sources.note(tx, "answer", request_id=request.id, answer_id=answer.id)
    last = (await rows.standing(tx.session, request.id))[-1].answer.id == answer.id
    detail = {
        "answer": answer.id, "corrects": former.id, "giver": answer.unit_id,
        "outcome_before": former.outcome, "outcome": answer.outcome,
        "handling_before": former.handling, "handling": answer.handling,
    }  # fmt: skip
    values: dict[str, Any] = {"outcome": answer.outcome} if last else {}
    await do_action(tx, request, Action.CORRECT, detail=detail, **values)
    await reuse.index_answer(tx, request, Body.of(request, tx.sealer))
    await notify_corrected(tx, request, answer, has_files=has_files)
    await followers.corrected(tx, request, former, answer, files=has_files)
    return answer


async def _keep(tx: Tx, former: Answer, text: str, handling: Handling | None) -> Answer:
    """What was said of the outcome holds on, unless a no has become of a yes, or the other way round."""
    before = text_of(tx, "answers", former)
    opening = read_opening(text)
    outcome, words = opening.outcome, opening.text
    if outcome == MORE:
        outcome, words = None, words if former.partial else text.strip()
    if outcome is None and is_no(words) == is_no(before):
        outcome = former.outcome
    answer = Answer(
        request_id=former.request_id,
        person_id=tx.who.person_id,
        unit_id=former.unit_id,
        at=tx.now,
        outcome=None if former.partial else outcome,
        partial=former.partial,
        fresh_until=former.fresh_until,
        corrects_id=former.id,
        handling=handling or former.handling,
        evaluation=former.evaluation,
        sealed=tx.sealer.seal("answers", {"text": words or before}),
    )
    tx.session.add(answer)
    await tx.session.flush()
    return answer
