"""How an answer came out, picked by a tap of the one who gave it.

The answer goes out at once and waits for nothing; its outcome follows. It can be picked anew until the asker has
closed the request, and for the first time also after that.
"""

from __future__ import annotations

from typing import Any

from storage.queries import answers as answer_rows
from storage.queries.answers import Standing
from storage.tables.models import Answer, Request
from storage.tables.words import Handling
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.outcomes import MORE, PICKED, named, suggested
from workflow.kernel.results import Answered, OutcomeSet, OutcomesToPick
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.answers import notify_outcome
from workflow.notices.cards import text_of
from workflow.notices.merged import load, notify_if_all_in
from workflow.organisation import rights
from workflow.organisation.work import Work
from workflow.request.requests import access_request, do_action, facts, not_theirs
from workflow.request.turn import take_turn
from workflow.reuse import followers, offers, reuse

CALL = worded("answer")


async def answered(
    tx: Tx, request: Request, answer: Answer, action: Action, handling: Handling | None = None
) -> Answered:
    """That an answer was given or put right; and how it may have come out, where that was not said. ``handling``: the
    code that was read in front of its words; the stricter one is told that it has, made of parts as it may be."""
    open_ = not answer.partial and answer.outcome is None
    return Answered(
        action=action,
        request_id=request.id,
        number=request.number or "",
        state=State(request.state),
        answer_id=answer.id,
        outcome=answer.outcome,
        partial=answer.partial,
        suggested=await suggested_for(tx, request, answer) if open_ else (),
        handling=Handling(answer.handling) if handling is not None and answer.handling else handling,
    )


def _suggested(tx: Tx, answer: Answer) -> tuple[str, ...]:
    return tuple(suggested(text_of(tx, "answers", answer)))


async def suggested_for(tx: Tx, request: Request, answer: Answer) -> tuple[str, ...]:
    """How an answer may have come out, the likely one first: by what its words say, and of a request that was split by
    what its parts came to."""
    merged = await load(tx, request)
    return merged.suggested if merged is not None and merged.given else _suggested(tx, answer)


async def choose(work: Work, request_id: int) -> OutcomesToPick:
    """The button 结果 on a card: the outcomes to pick from, for what was answered last."""
    async with work.write() as tx:
        request = await access_request(tx, request_id, Action.OUTCOME, example=CALL)
        answer = (await access_answer(tx, request, None)).answer
        return await tx.conclude(
            OutcomesToPick(
                request_id=request.id,
                number=request.number or "",
                answer_id=answer.id,
                suggested=await suggested_for(tx, request, answer),
            )
        )


async def pick(work: Work, request_id: int, answer_id: int, word: str) -> OutcomeSet:
    """A tap on one of the outcomes."""
    if word not in PICKED:
        raise Refused("error.button_old")
    async with work.write() as tx:
        await take_turn(tx)
        request = await access_request(
            tx, request_id, Action.MORE if word == MORE else Action.OUTCOME, example=CALL
        )
        answer = (await access_answer(tx, request, answer_id)).answer
        if (answer.partial, answer.outcome) != (word == MORE, None if word == MORE else word):
            await _do_set(tx, request, answer, word)
        return await tx.conclude(
            OutcomeSet(
                request_id=request.id,
                number=request.number or "",
                state=State(request.state),
                answer_id=answer.id,
                outcome=word,
            )
        )


async def access_answer(tx: Tx, request: Request, answer_id: int | None, *, last: bool = True) -> Standing:
    """What stands in the place of an answer (None: of what was answered last), if the actor may say how it came
    out and put it right. ``last``: only if their unit answered nothing since; another one, that it was passed on
    to, may have. Raises :class:`Refused`."""
    given = await answer_rows.standing(tx.session, request.id)
    own = [one for one in given if one.answer.unit_id in tx.who.units] or given
    meant = own[-1:] if last else given
    standing = next((one for one in reversed(meant) if answer_id is None or answer_id in one.ids), None)
    if standing is None:
        raise Refused("error.button_old" if tx.pressed else "error.not_answered", number=request.number)
    if standing.answer.reused_from_id is not None:
        raise Refused("error.answer_reused", number=request.number)
    denied = rights.may_on_answer(tx.who, standing.answer)
    if denied is not None:
        raise await not_theirs(tx, request, standing.answer, denied.key)
    return standing


async def _do_set(tx: Tx, request: Request, answer: Answer, word: str) -> None:
    before = _named(answer) if answer.outcome is not None or answer.partial else None
    if request.state == State.CLOSED and request.outcome is not None:
        raise Refused("error.state", action=t("action.outcome"), **await facts(tx, request))
    detail: dict[str, Any] = {"answer": answer.id, "outcome_before": answer.outcome, "outcome": word}
    finishes = request.state == State.ACCEPTED
    answer.partial, answer.outcome = word == MORE, None if word == MORE else word
    if word == MORE:
        values: dict[str, Any] = {"outcome": None, "partial": True, "answered_at": None}
        await do_action(tx, request, Action.MORE, detail=detail, **values)
    else:
        values = {"outcome": word, "partial": False}
        values |= {"answered_at": tx.now} if finishes else {}
        await do_action(tx, request, Action.OUTCOME, detail=detail, **values)
    body = Body.of(request, tx.sealer)
    await reuse.index_answer(tx, request, body)
    if finishes:
        await notify_if_all_in(tx, request)
        await offers.offer_to_waiting(tx, request, body)
    await followers.outcome(tx, request, answer, told=before is not None)
    if before is not None or word == MORE:
        await notify_outcome(tx, request, word, before=before)


def _named(answer: Answer) -> Text:
    return t("outcome.more") if answer.partial else named(answer.outcome)
