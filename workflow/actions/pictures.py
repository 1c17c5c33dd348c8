"""Pictures of identity documents are for private chats: those that came with the message at hand, with others of its
album, or before an edit said what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from matching.form.papers import Says, is_paper
from storage.database.locked import LOCKED
from storage.queries import files as file_rows
from storage.tables.models import File, Request
from workflow.kernel.tx import Tx
from workflow.notices import attachments, moved
from workflow.notices.attachments import PRIVATE, FileIn
from workflow.organisation import groups
from workflow.record.record import record


async def do_move(tx: Tx, files: Sequence[FileIn]) -> None:
    """At the end of the transaction of a message: the pictures of it and of its album, which may have become a
    request's, an answer's, a draft's or nobody's by then, are marked, and leave the group. Nothing is done about who is
    in no unit, or in a group of none."""
    if not tx.who.standings or tx.place is None or tx.place.message_id is None:
        return
    in_group = not tx.alone and bool(await groups.units_of(tx, tx.where.chat_id))
    if not tx.alone and not in_group:
        return
    await tx.session.flush()
    albums = {file.media_group for file in files if file.media_group}
    known = list(
        await file_rows.of_message(tx.session, tx.where.chat_id, tx.place.message_id, sorted(albums))
    )
    if not _are_papers(tx, files, known):
        return
    came = {file.message_id for file in known}
    if in_group and tx.place.message_id not in came:  # it belongs to nothing: for as long as it is passed on
        loose = [attachments.row_of(tx, replace(file, private=True)) for file in files]
        tx.session.add_all(loose)
        known += loose
    new = [file for file in known if not moved.is_private(tx, file)]
    for file in new:
        file.sealed = tx.sealer.seal("files", tx.sealer.unseal("files", file.sealed) | {PRIVATE: True})
    await tx.session.flush()
    leaving = [file for file in known if file in new or file.message_id == tx.place.message_id]
    await _do_leave(tx, leaving if in_group else (), new)


def _are_papers(tx: Tx, files: Sequence[FileIn], known: Sequence[File]) -> bool:
    """By all that is known of the message and its album; what was taken for one before stays it."""
    plain = [tx.sealer.unseal("files", file.sealed) for file in known]
    if any(one.get(PRIVATE) for one in plain):
        return True
    said = max((Says(max((one.get("says", 0) for one in plain), default=0)), *(file.says for file in files)))
    return is_paper(said, shaped=any(f.shaped for f in files) or any(one.get("shaped") for one in plain))


async def _do_leave(tx: Tx, leaving: Sequence[File], new: Sequence[File]) -> None:
    """``leaving``: those that go from the group at hand; ``new``: those that were not known for what they are."""
    by_request: defaultdict[int, list[File]] = defaultdict(list)
    for file in {id(one): one for one in (*leaving, *new)}.values():
        if file.request_id is not None:
            by_request[file.request_id].append(file)
    gone: set[int] = set()  # one post may be the post of several requests
    for request_id, found in sorted(by_request.items()):
        request = await tx.session.get_one(Request, request_id, with_for_update=LOCKED)
        await record(tx, request, "moved", files=len(found))
        ids = {file.message_id for file in found if file in leaving and file.message_id} - gone
        if ids:
            await moved.queue_move(tx, request, ids, tx.who.person_id)
            gone |= ids
        if any(file in new for file in found):
            await attachments.send(tx, request, await moved.take_back_copies(tx, request))
    loose = [file for file in leaving if file.request_id is None and file.message_id not in gone]
    to = tx.who.chat_id if tx.who.private_ok else None
    for file in loose if to is not None else ():
        await moved.give_back(tx, file, to=to or 0)
    if loose and to is None:
        await moved.tell_to_open(tx)


async def do_move_kept(tx: Tx, request: Request) -> None:
    """What a request was made of, by and by, has pictures that stand in the group at hand still."""
    if tx.place is None or tx.place.private:
        return
    found = [
        file
        for file in await file_rows.at_home(tx.session, {"request_id": request.id})
        if file.chat_id == tx.place.chat_id and file.message_id and moved.is_private(tx, file)
    ]
    if found:
        ids = {file.message_id for file in found if file.message_id}
        await moved.queue_move(tx, request, ids, tx.who.person_id)
