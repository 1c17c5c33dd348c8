"""Edited posts: a draft or a request follows its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.queries import drafts as draft_rows
from storage.queries import requests as rows
from storage.tables.models import Draft, Request
from storage.tables.words import DraftKind, DraftState
from workflow.actions import changes, following
from workflow.actions.approving import do_edit_withheld, do_put_anew
from workflow.actions.asking import after_return
from workflow.intake.intake import advance_edited, register_post
from workflow.intake.registering import origin_key
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.results import (
    DraftKept,
    Edited,
    Incomplete,
    Registered,
    TooMany,
    Unchanged,
)
from workflow.kernel.states import State, after
from workflow.kernel.tx import Tx
from workflow.notices.attachments import FileIn
from workflow.notices.progress import notify_edited
from workflow.organisation.work import Work
from workflow.request import approval, misread
from workflow.request.drafts import DraftBody
from workflow.request.requests import check_allowed, do_action
from workflow.request.turn import take_turn

#: Nobody can edit an older message (48 hours): what is reported for
#: one is a reaction or a link preview.
#: A question about what was said, in words that are kept as they were; what somebody has looked up.
_OF_NO_POST = frozenset({
    DraftKind.DELAY, DraftKind.DECLINE, DraftKind.WITHOUT, DraftKind.FIND, DraftKind.SUBJECT, DraftKind.CASE,
    DraftKind.AUDIT, DraftKind.ALERT,
})  # fmt: skip
EDITABLE = timedelta(hours=48)
ONE_MESSAGE = 4096  # characters: what is longer came in several


async def edited(
    work: Work,
    *,
    marked: str | None,
    text: str,
    sent_at: datetime,
    files: Sequence[FileIn] = (),
    by_hand: bool = True,
) -> Edited | Registered | DraftKept | Incomplete | TooMany | Unchanged:
    """The message was edited. ``marked``: what stands behind its marker now; None without one.

    A channel reports invisible changes too (a reaction, a link preview): an equal text changes nothing, nor does
    anything that is not ``by_hand`` where there is no text any more to compare with.
    """
    async with work.write() as tx:
        place = tx.where
        words = marked if marked is not None else text
        draft = await draft_rows.of_message(tx.session, place.chat_id, place.message_id or 0)
        requests = await rows.by_origin(tx.session, origin_key(place))
        if draft is not None and draft.kind in _OF_NO_POST:
            return Unchanged()
        if requests:
            return await tx.conclude(
                await _edit_requests(tx, [r.id for r in requests], words, by_hand=by_hand)
            )
        if draft is not None:
            return await tx.conclude(await _edit_draft(tx, draft, words, marked=marked is not None))
        if marked is not None and tx.now - sent_at < EDITABLE:
            return await tx.conclude(await register_post(tx, words, files))
        return Unchanged()


async def _edit_draft(
    tx: Tx, draft: Draft, words: str, *, marked: bool
) -> Registered | DraftKept | Unchanged:
    """The draft follows its post. ``marked``: the words stand behind a marker."""
    if draft.state == DraftState.OPEN and (draft.kind != DraftKind.OFFER or marked):
        return await advance_edited(tx, draft, words)
    if draft.state == DraftState.OPEN:  # the offer to register is for the words as edited
        first, *_ = DraftBody.of(tx, draft).parts
        DraftBody(parts=[first.edited(words, tx.sent)]).keep(tx, draft)
        return DraftKept(draft_id=draft.id, kind=draft.kind, until=draft.expires_at)
    if draft.state == DraftState.DROPPED and marked:
        draft.state, draft.expires_at = DraftState.OPEN, tx.now + tx.policy.draft_for
        return await advance_edited(tx, draft, words)
    return Unchanged()


async def _edit_requests(tx: Tx, ids: Sequence[int], text: str, *, by_hand: bool) -> Edited | Unchanged:
    """Every request that the message made is changed, with the change in its record, until it is answered."""
    await take_turn(tx)
    held = [await rows.hold(tx.session, i) for i in sorted(ids)]
    requests = [request for request in held if request is not None]
    whole = [request for request in requests if request.purged_at is None]
    if not whole:
        if by_hand:
            await check_allowed(tx, requests[0], Action.EDIT)
        return Unchanged()
    first = Body.of(whole[0], tx.sealer)
    if first.parts[0].text == text:
        return Unchanged()
    if by_hand and len(first.parts[0].text) > ONE_MESSAGE:  # the message is but a piece of it
        number = whole[0].number
        raise Refused("error.edit_joined", number=number, example=f"/cancel {number}")
    open_ones = [r for r in requests if after(r.state, Action.EDIT) is not None]
    for request in open_ones or requests:
        await check_allowed(tx, request, Action.EDIT)
    for request in open_ones:
        await _do_edit(tx, request, text)
    return Edited(
        request_ids=tuple(r.id for r in open_ones),
        numbers=tuple(r.number or "" for r in open_ones),
        late=tuple(r.number or "" for r in requests if r not in open_ones),
    )


async def _do_edit(tx: Tx, request: Request, text: str) -> None:
    changed = await changes.by_edit(tx, request, text)
    misread.note_changed(tx, request, changed.before, changed.body, changed.values)
    was = request.state
    detail = changes.told(request, changed)
    if approval.is_withheld(request):
        await do_edit_withheld(tx, request, changed, detail)
        return
    if changed.anew:
        await do_put_anew(tx, request, changed, detail)
        return
    values = await after_return(tx, request, changed.values) if was == State.RETURNED else changed.values
    await do_action(tx, request, Action.EDIT, detail=detail, **values)
    await changes.look_again(tx, request, changed)
    await following.follow(tx, request, changed.fields)
    if was != State.OPEN:
        await notify_edited(tx, request, changed.fields)
