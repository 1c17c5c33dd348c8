"""A request is refused: on one ground of a closed list, with words beside it. What only lacks something is returned
instead, which is offered first (Directive (EU) 2023/977, art. 6; 公安机关办理刑事案件程序规定, art. 348).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from storage.queries import drafts as draft_rows
from storage.tables.models import Request, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.actions.answering import do_return
from workflow.kernel.actions import Action
from workflow.kernel.carried import meant
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.parts import Part
from workflow.kernel.pressed import close_pickers
from workflow.kernel.results import Done, Dropped, GroundsToChoose, done
from workflow.kernel.tx import Tx
from workflow.notices.drafts import notify_ground
from workflow.notices.merged import notify_if_all_in
from workflow.notices.progress import notify_declined
from workflow.organisation import rights
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.acting import keep_comment, need
from workflow.request.drafts import DraftBody
from workflow.request.family import check_parts
from workflow.request.questions import access_question
from workflow.request.requests import Ref, access_request, do_action
from workflow.reuse import reuse

KIND = DraftKind.DECLINE
CALL = worded("decline")
#: Picked instead of a ground: it goes back to the asker for more, with the same words.
RETURN = "return"
#: What stands between the ground and the words beside it, by the language of the desk.
BETWEEN = {"zh": "：", "en": ": "}
#: A ground by its number. ``2:30`` is a time and ``2.5`` an amount: no digit follows.
_NUMBERED = re.compile(r"(\d{1,2})\s*[.、:：)）](?!\d)\s*")


async def decline(work: Work, ref: Ref, why: str) -> Done | GroundsToChoose:
    """``/decline N why``: refused. Where the words do not begin with a ground, or with its number (``2. …``), it is
    asked for, and the words are kept."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.DECLINE, example=CALL)
        await check_parts(tx, request, Action.DECLINE)
        ground, words = _told_apart(why.strip(), tx.policy.declines)
        if ground is not None or not tx.policy.declines:
            if ground is None:
                words = need(words, "error.why_decline", request, CALL)
            return await tx.conclude(await _do_decline(tx, request, ground, words))
        words = need(words, "error.why_decline", request, CALL)
        return await tx.conclude(await _ask(tx, request, Part(text=words, sent=tx.sent)))


async def choose(work: Work, draft_id: int, key: str) -> Done:
    """A ground was tapped, or that it is returned instead. The data may be forged: it must be one of the list."""
    async with work.write() as tx:
        action = Action.RETURN if key == RETURN else Action.DECLINE
        ground = None if key == RETURN else meant(key, tx.policy.declines)
        draft, request, part = await access_question(tx, draft_id, action, kind=KIND, example=CALL)
        draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)
        await notify_ground(tx, draft, ground)
        if ground is None:
            await do_return(tx, request, part.text)
            return await tx.conclude(done(request, Action.RETURN))
        return await tx.conclude(await _do_decline(tx, request, ground, part.text))


async def say_again(work: Work, draft_id: int, text: str) -> Done | Dropped | GroundsToChoose:
    """A reply to the question on which ground: a ground, by its words or its number; or that it is dropped."""
    async with work.write() as tx:
        draft, request, part = await access_question(tx, draft_id, Action.DECLINE, kind=KIND, example=CALL)
        if drafts.withdraws(text):
            draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)
            await close_pickers(tx, draft=draft)
            return await tx.conclude(Dropped(draft_id=draft.id, kind=KIND))
        bare = text.strip()
        ground, more = _told_apart(f"{bare}." if bare.isdigit() else bare, tx.policy.declines)
        if ground is None:
            raise Refused("error.ground_unclear", number=request.number)
        draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)
        await close_pickers(tx, draft=draft)
        return await tx.conclude(await _do_decline(tx, request, ground, more or part.text))


def _told_apart(text: str, listed: Sequence[str]) -> tuple[str | None, str]:
    """The ground that words begin with, and the rest of them."""
    if (numbered := _NUMBERED.match(text)) is not None and 0 < int(numbered[1]) <= len(listed):
        return listed[int(numbered[1]) - 1], text[numbered.end() :].strip()
    found = max((one for one in listed if text.startswith(one)), key=len, default=None)
    return (found, text.removeprefix(found).strip(" \n:：,，;；")) if found is not None else (None, text)


async def _ask(tx: Tx, request: Request, part: Part) -> GroundsToChoose:
    asked = GroundsToChoose(
        action=Action.DECLINE,
        request_id=request.id,
        number=request.number or "",
        options=tx.policy.declines,
        returns=rights.may(tx.who, Action.RETURN, request) is None,
    )
    if tx.place is None:  # there is no message that an answer could reply to
        return asked
    if await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0) is not None:
        return replace(asked, again=True)
    unit = await tx.session.get_one(Unit, request.to_unit_id)
    body = DraftBody(parts=[part], chosen={"request": request.id})
    draft = await drafts.new(tx, unit, body, kind=KIND)
    return replace(asked, draft_id=draft.id)


async def _do_decline(tx: Tx, request: Request, ground: str | None, words: str) -> Done:
    why = BETWEEN[tx.policy.language].join(filter(None, (ground, words)))
    await keep_comment(tx, request, Action.DECLINE, why)
    detail = {"ground": ground} if ground is not None else {}
    await do_action(tx, request, Action.DECLINE, closed_at=tx.now, detail=detail)
    await reuse.forget(tx, request)
    await notify_declined(tx, request, why)
    await notify_if_all_in(tx, request)
    return done(request, Action.DECLINE)
