"""The items of an album: each comes in a message of its own, and belongs where the one with the words belongs."""

from __future__ import annotations

from collections.abc import Sequence

from storage.database.locked import LOCKED
from storage.queries import files as file_rows
from storage.tables.models import Request
from workflow.kernel.actions import Action
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.approvals import notify_pending_anew
from workflow.notices.attachments import NOWHERE, FileIn
from workflow.notices.telling import show, sides
from workflow.organisation import rights
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request import approval


async def has_home(work: Work, album: str) -> bool:
    """Whether an earlier item of this album, in this chat, belongs to something of ours."""
    async with work.read() as tx:
        return await attachments.album_is_known(tx, tx.where.chat_id, album)


async def add_item(work: Work, files: Sequence[FileIn]) -> None:
    """An item of an album without a caption of its own: it belongs where the captioned one belongs.

    The items come as separate updates, in any order, and nothing says which is the last. One whose album
    is not known yet is kept loose; it is found when the captioned one comes, or swept.
    """
    async with work.write() as tx:
        for file in files:
            album = {file.media_group} if file.media_group else ()
            siblings = await file_rows.of_albums(tx.session, tx.where.chat_id, album)
            homes = {attachments.home_of(s) for s in siblings} - {NOWHERE} or {NOWHERE}
            for home in homes:
                await _do_add(tx, file, *home)


async def _do_add(
    tx: Tx, file: FileIn, request_id: int | None, answer_id: int | None, draft_id: int | None
) -> None:
    request = await tx.session.get(Request, request_id, with_for_update=LOCKED) if request_id else None
    if request is not None and rights.may(tx.who, Action.COMMENT, request) is not None:
        return  # who sent the words has left meanwhile
    if request is not None and not approval.is_withheld(request):
        approval.check_adds(tx, request, "", has_files=True)
    tx.session.add(
        attachments.row_of(tx, file, request_id=request_id, answer_id=answer_id, draft_id=draft_id)
    )
    await tx.session.flush()
    if request is None:
        return
    await record(tx, request, "file", answer=answer_id)
    if request.state == State.PENDING:
        # Whoever approves must have seen this one too.
        await notify_pending_anew(tx, request, has_files=True)
    else:
        both = await sides(tx, request)
        await attachments.send(tx, request, [chat for chat in both.all if chat != tx.where.chat_id])
    await show(tx, request)
