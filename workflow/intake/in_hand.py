"""Words for a request that name none: ``/answer 未查到该人信息``, with one request in hand, is its answer.

With several in hand it is asked which one is meant; the words are kept, sealed, until a button says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from storage.queries import drafts as draft_rows
from storage.queries import files as file_rows
from storage.queries import requests as rows
from storage.tables.models import Draft, File, Request, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.actions import pictures
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.parts import Part
from workflow.kernel.pressed import close_pickers
from workflow.kernel.results import (
    Answered,
    Done,
    GroundsToChoose,
    InHand,
    PartsOut,
    TimesToChoose,
    Withdrawn,
    WordsUsed,
)
from workflow.kernel.states import after
from workflow.kernel.tx import Tx
from workflow.lookup.pages import line
from workflow.lookup.views import WhichRequest
from workflow.notices import attachments
from workflow.notices.attachments import FileIn
from workflow.organisation import groups, people, rights
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.drafts import DraftBody

KIND = DraftKind.HELD
MOST = 8  # requests that are offered as buttons

#: Does something with words to a request.
Do = Callable[
    [Work, int, str, Sequence[FileIn]],
    Awaitable[Answered | Done | PartsOut | GroundsToChoose | TimesToChoose | Withdrawn],
]


async def meant(work: Work, action: Action) -> InHand:
    """The requests that somebody has in hand, to which this may be done, as far as this chat may hear of them."""
    async with work.read() as tx:
        actor = await people.present(tx)
        if actor is None:
            return InHand()
        found = await rows.waiting(tx.session, handler=actor.person_id)
        fitting = [r.id for r in found if await _fits(tx, r, action) and not rights.may(actor, action, r)]
        return InHand(request_ids=tuple(fitting))


async def _fits(tx: Tx, request: Request, action: Action) -> bool:
    return after(request.state, action) is not None and await groups.concerns(tx, request)


async def ask(
    work: Work, action: Action, text: str, ids: Sequence[int], files: Sequence[FileIn] = ()
) -> WhichRequest:
    """Which of these is meant? The words are kept meanwhile."""
    async with work.write() as tx:
        known = await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0)
        if known is not None:  # it was delivered again
            return WhichRequest(action=action, draft_id=known.id, again=True)
        found = [await tx.session.get_one(Request, request_id) for request_id in ids[:MOST]]
        unit = await tx.session.get_one(Unit, found[0].to_unit_id)
        body = DraftBody(parts=[Part(text=text, sent=tx.sent)], chosen={"action": action})
        draft = await drafts.new(tx, unit, body, kind=KIND)
        await attachments.keep(tx, files, draft_id=draft.id)
        lines = tuple([await line(tx, request) for request in found])
        return await tx.conclude(WhichRequest(action=action, draft_id=draft.id, lines=lines))


async def choose(work: Work, draft_id: int, request_id: int, doing: Mapping[Action, Do]) -> WordsUsed:
    """The request that is meant was tapped: what was said is done to it. ``doing``: how."""
    async with work.read() as tx:
        draft = await _kept(tx, draft_id)
        body = DraftBody.of(tx, draft)
        files = [_file_in(tx, file) for file in await file_rows.of_draft(tx.session, draft.id)]
    result = await doing[Action(body.chosen["action"])](work, request_id, body.parts[0].text, files)
    async with work.write() as tx:
        draft = await tx.session.get_one(Draft, draft_id, with_for_update=True)
        draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)
        for file in await file_rows.of_draft(tx.session, draft.id):
            await tx.session.delete(file)
        await pictures.do_move_kept(tx, await tx.session.get_one(Request, request_id))
        await close_pickers(tx, draft=draft)
        return await tx.conclude(WordsUsed(draft_id=draft.id, result=result))


async def _kept(tx: Tx, draft_id: int) -> Draft:
    actor = await people.present(tx)
    draft = await tx.session.get(Draft, draft_id)
    if draft is not None and (actor is None or draft.person_id != actor.person_id):
        raise Refused("denied.asked_another")
    if draft is None or draft.kind != KIND or draft.state != DraftState.OPEN:
        raise Refused("error.button_old")
    return draft


def _file_in(tx: Tx, file: File) -> FileIn:
    plain = tx.sealer.unseal("files", file.sealed)
    return FileIn(
        kind=file.kind,
        file_id=plain["file_id"],
        unique_id=plain["unique_id"],
        name=plain.get("name") or "",
        private=bool(plain.get(attachments.PRIVATE)),
        message_id=file.message_id,
    )
