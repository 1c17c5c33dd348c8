"""Under which code an answer may be passed on, and how far it is to be trusted; said by the unit that gave it."""

from __future__ import annotations

import re

from storage.tables.models import Answer, Request
from storage.tables.words import Handling, Quality, Source
from workflow.actions import picking
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.results import Marked
from workflow.kernel.tx import Tx
from workflow.notices.merged import strictest
from workflow.organisation.owning import handling_of
from workflow.organisation.work import Work
from workflow.request.requests import Ref, access_request, do_action
from workflow.reuse import followers

EXAMPLE = "/mark KS26-0042 H2 B2"
_HANDLING = re.compile(r"H[0-3]")
_EVALUATION = re.compile(r"[ABCX][1-4]")


async def show(work: Work, request_id: int) -> Marked:
    """The button 处理码: what the answer given last carries, with what it may carry instead."""
    async with work.write() as tx:
        request = await access_request(tx, request_id, Action.MARK, example=EXAMPLE)
        return await tx.conclude(
            _marked(tx, request, (await picking.access_answer(tx, request, None)).answer)
        )


async def pick(work: Work, request_id: int, answer_id: int, code: str) -> Marked:
    """A tap on one of the codes: H0 to H3, or one half of the evaluation, A to X or 1 to 4."""
    async with work.write() as tx:
        request = await access_request(tx, request_id, Action.MARK, example=EXAMPLE)
        answer = (await picking.access_answer(tx, request, answer_id)).answer
        evaluation = answer.evaluation or Source.X + Quality.OPEN
        source, quality = evaluation[0], evaluation[1]
        if code in set(Handling):
            await _do_mark(tx, request, answer, code, answer.evaluation)
        elif code in set(Source):
            await _do_mark(tx, request, answer, answer.handling, code + quality)
        elif code in set(Quality):
            await _do_mark(tx, request, answer, answer.handling, source + code)
        else:
            raise Refused("error.button_old")
        return await tx.conclude(_marked(tx, request, answer))


async def mark(work: Work, ref: Ref, words: str) -> Marked:
    """``/mark N H2 B2``: either or both."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.MARK, example=EXAMPLE)
        answer = (await picking.access_answer(tx, request, None)).answer
        handling, evaluation = answer.handling, answer.evaluation
        given = words.upper().split()
        for word in given:
            if _HANDLING.fullmatch(word):
                handling = word
            elif _EVALUATION.fullmatch(word):
                evaluation = word
            else:
                raise Refused("error.mark", given=word, example=EXAMPLE)
        if not given:
            raise Refused("error.mark", given="—", example=EXAMPLE)
        await _do_mark(tx, request, answer, handling, evaluation)
        return await tx.conclude(_marked(tx, request, answer))


async def _do_mark(
    tx: Tx, request: Request, answer: Answer, handling: str | None, evaluation: str | None
) -> None:
    handling = await strictest(tx, request, Handling(handling) if handling else None)
    if (handling, evaluation) == (answer.handling, answer.evaluation):
        return
    before = {"handling_before": answer.handling, "evaluation_before": answer.evaluation}
    answer.handling, answer.evaluation = handling, evaluation
    now = {"handling": handling, "evaluation": evaluation}
    detail = {"answer": answer.id, "giver": answer.unit_id, **before, **now}
    await do_action(tx, request, Action.MARK, detail=detail)
    await followers.marked(tx, request, answer)


def _marked(tx: Tx, request: Request, answer: Answer) -> Marked:
    return Marked(
        request_id=request.id,
        number=request.number or "",
        answer_id=answer.id,
        handling=handling_of(tx, request, answer),
        evaluation=answer.evaluation,
    )
