"""How an answer came out, picked by a tap of the one who gave it.

The answer goes out at once and waits for nothing; its outcome follows. It can be picked anew until the asker has
closed the request, and for the first time also after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.queries import answers as answer_rows
from storage.queries.answers import Standing
from storage.tables.models import Answer, Request
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.carried import carry
from workflow.kernel.errors import Refused
from workflow.kernel.outcomes import MORE, PICKED, named, suggested
from workflow.kernel.pressed import OUTCOME, Under, close
from workflow.kernel.states import State
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.cards import text_of
from workflow.notices.telling import asker_mention, sides, tell
from workflow.organisation import rights, units
from workflow.organisation.work import Work
from workflow.request.acting import receipt
from workflow.request.requests import apply, facts, reach
from workflow.reuse import followers, offers, reuse

EXAMPLE = "/answer KS26-0042 查无"


async def ask(tx: Tx, request: Request, answer: Answer, *, done: str) -> Text:
    """Tell the one who answered that it is done, and ask for the outcome where they have not said it. It is the
    one message under theirs. ``done``: the key of what was done.
    """
    if answer.partial or answer.outcome is not None:
        told = t(f"{done}.outcome", number=request.number, outcome=_said(answer))
        await receipt(tx, request, told)
    else:
        told = t(f"{done}.pick", number=request.number)
        buttons = _buttons(tx, request, answer)
        await tx.say(told, buttons=buttons, request_id=request.id, purpose=OUTCOME)
    return told


def _said(answer: Answer) -> Text:
    return t("outcome.more") if answer.partial else named(answer.outcome)


def _buttons(tx: Tx, request: Request, answer: Answer) -> list[list[Button]]:
    """The likely one first; two in a row, so that a phone shows each in full."""
    buttons = [
        Button(label=t(f"pick.{word}"), data=carry(Action.OUTCOME, request.id, answer.id, word))
        for word in suggested(text_of(tx, "answers", answer))
    ]
    return [buttons[:2], buttons[2:]]


async def choose(work: Work, request_id: int) -> Text:
    """The button 结果 on a card: the outcomes to pick from, for what was answered last."""
    async with work.write() as tx:
        request = await reach(tx, request_id, Action.OUTCOME, example=EXAMPLE)
        standing = await access_answer(tx, request, None)
        await tx.say(
            t("answered.pick", number=request.number),
            chat_id=tx.where.chat_id,
            thread_id=tx.where.thread_id,
            reply_to=tx.where.message_id,
            buttons=_buttons(tx, request, standing.answer),
            request_id=request.id,
            purpose=OUTCOME,
            once=f"outcome:{request.id}:{tx.who.person_id}",
        )
        return t("toast.reply")


async def pick(work: Work, request_id: int, answer_id: int, word: str) -> Text:
    """A tap on one of the outcomes. Gives back what is so now."""
    if word not in PICKED:
        raise Refused("error.button_old")
    async with work.write() as tx:
        request = await reach(
            tx, request_id, Action.MORE if word == MORE else Action.OUTCOME, example=EXAMPLE
        )
        answer = (await access_answer(tx, request, answer_id)).answer
        told = t("answered.outcome", number=request.number, outcome=t(f"outcome.{word}"))
        if (answer.partial, answer.outcome) != (word == MORE, None if word == MORE else word):
            await _set(tx, request, answer, word)
        await close(tx, Under(request_id=request.id, purposes=(OUTCOME,)), told)
        return told


async def access_answer(tx: Tx, request: Request, answer_id: int | None, *, last: bool = True) -> Standing:
    """What stands in the place of an answer (None: of what was answered last), if the actor may say how it came
    out and put it right. ``last``: only if nothing was answered since. Raises :class:`Refused`."""
    given = await answer_rows.standing(tx.session, request.id)
    meant = given[-1:] if last else given
    standing = next((one for one in reversed(meant) if answer_id is None or answer_id in one.ids), None)
    if standing is None:
        raise Refused("error.button_old")
    if standing.answer.reused_from_id is not None:
        raise Refused("error.answer_reused", number=request.number)
    denied = rights.may_on_answer(tx.who, standing.answer)
    if denied is not None:
        raise Refused(denied.key, **await facts(tx, request))
    return standing


async def _set(tx: Tx, request: Request, answer: Answer, word: str) -> None:
    before = _said(answer) if answer.outcome is not None or answer.partial else None
    if request.state == State.CLOSED and request.outcome is not None:
        raise Refused("error.state", action=t("action.outcome"), **await facts(tx, request))
    detail: dict[str, Any] = {"answer": answer.id, "outcome_before": answer.outcome, "outcome": word}
    finishes = request.state == State.ACCEPTED
    answer.partial, answer.outcome = word == MORE, None if word == MORE else word
    if word == MORE:
        values: dict[str, Any] = {"outcome": None, "partial": True, "answered_at": None}
        await apply(tx, request, Action.MORE, detail=detail, **values)
    else:
        values = {"outcome": word, "partial": False}
        values |= {"answered_at": tx.now} if finishes else {}
        await apply(tx, request, Action.OUTCOME, detail=detail, **values)
    body = Body.of(request, tx.sealer)
    await reuse.index_answer(tx, request, body)
    if finishes:
        await offers.offer_to_waiting(tx, request, body)
    await followers.outcome(tx, request, answer, told=before is not None)
    if before is not None or word == MORE:
        await _tell_asker(tx, request, before, word)


async def _tell_asker(tx: Tx, request: Request, before: Text | None, word: str) -> None:
    """Who asked has read another outcome, or believed the matter done."""
    unit = await units.by_id(tx, request.to_unit_id)
    told = t(
        "outcome_more" if word == MORE else "outcome_changed",
        number=request.number,
        unit=unit.name if unit else "",
        by=tx.who.name,
        before=before,
        outcome=t(f"outcome.{word}"),
        due=request.due_at,
        asker=await asker_mention(tx, request),
    )
    await tell(tx, request, told, _elsewhere(tx, (await sides(tx, request)).asking))


def _elsewhere(tx: Tx, chats: Sequence[int]) -> list[int]:
    """Whoever pressed sees it where they did."""
    return [chat for chat in chats if chat != tx.where.chat_id]
