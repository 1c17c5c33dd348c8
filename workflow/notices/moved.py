"""Pictures of identity documents in a group: kept where they belong, or given back in private, and only then deleted
there, with a word that says so and names nobody.

The order holds over a kill at any moment. With a request the file is stored before the line that deletes is written;
what belongs to nothing, or to a draft that may be dropped, is passed on first, and that line is written when it was.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from storage.queries import files as file_rows
from storage.queries import limits
from storage.queries import posts as post_rows
from storage.queries.limits import Spent
from storage.tables.models import File, Person, Request
from storage.tables.words import LineKind, PostPurpose
from workflow.kernel.text import t
from workflow.kernel.tx import THEN, Tx, follows
from workflow.notices.attachments import PRIVATE
from workflow.notices.own_posts import TOLD_ONCE_IN
from workflow.notices.telling import lane_of
from workflow.notices.words import full_button
from workflow.organisation import groups

#: In what is sealed of a file: that it was given back.
_GIVEN = "given"


async def queue_move(tx: Tx, request: Request, message_ids: Collection[int], person_id: int) -> None:
    """The messages of the chat at hand that brought them go, behind what is queued before; ``person_id``: whose they
    are."""
    chat_id, thread_id = tx.where.chat_id, tx.where.thread_id
    word = {
        "text": t("picture.moved", number=request.number).json(),
        "buttons": [[full_button(request).json()]],
        "ask": False,
    }
    then = follows(
        LineKind.SAY,
        chat_id=chat_id,
        payload=word,
        thread_id=thread_id,
        request_id=request.id,
        coalesce_key=f"moved:{request.id}:{chat_id}",
    )
    await tx.queue(
        LineKind.DELETE,
        chat_id=chat_id,
        thread_id=thread_id,
        request_id=request.id,
        purpose=PostPurpose.MOVED,
        lane=lane_of(request),
        payload={"message_ids": sorted(message_ids), "person_id": person_id, THEN: then},
    )


async def give_back(tx: Tx, file: File, *, to: int) -> None:
    """One that belongs to no request goes to the private chat ``to`` of who sent it; then it goes where it was. Once:
    where it has to stay, an edit of its message gives nothing more."""
    chat_id, thread_id = tx.where.chat_id, tx.where.thread_id
    plain = tx.sealer.unseal("files", file.sealed)
    if plain.get(_GIVEN):
        return
    file.sealed = tx.sealer.seal("files", plain | {_GIVEN: True})
    word = {"text": t("picture.moved_alone").json(), "buttons": [], "ask": False}
    said = follows(
        LineKind.SAY,
        chat_id=chat_id,
        payload=word,
        thread_id=thread_id,
        coalesce_key=f"moved:{tx.who.person_id}:{chat_id}",
    )
    gone: dict[str, Any] = {
        "message_ids": [file.message_id], "person_id": tx.who.person_id, "given": True, THEN: said
    }  # fmt: skip
    then = follows(
        LineKind.DELETE, chat_id=chat_id, payload=gone, thread_id=thread_id, purpose=PostPurpose.MOVED
    )
    await tx.queue(
        LineKind.FILES,
        chat_id=to,
        payload={
            "files": [{"kind": file.kind, "file_id": plain["file_id"], "name": plain.get("name") or ""}],
            "caption": t("picture.given_back").json(),
            THEN: then,
        },
    )


async def tell_to_open(tx: Tx) -> None:
    """Who has no private chat with us can be given nothing back: it stays, and they hear once how to have it moved."""
    if await _first(tx, f"unopened:{tx.who.person_id}"):
        await tx.say(t("picture.unopened", bot=tx.policy.bot_username))


async def take_back_copies(tx: Tx, request: Request, among: Collection[int] | None = None) -> list[int]:
    """What groups (``among`` these) were sent of a request's files is deleted there; gives back which groups. With a
    line of :func:`workflow.notices.attachments.send` those come again that a group may see."""
    stand = await post_rows.of_purpose(tx.session, request.id, PostPurpose.FILES)
    there = {post.chat_id for post in stand if among is None or post.chat_id in among}
    chats = [chat for chat in sorted(there) if not await groups.is_private(tx, chat)]
    for chat_id in chats:
        ids = sorted(post.message_id for post in stand if post.chat_id == chat_id)
        await tx.queue(
            LineKind.DELETE,
            chat_id=chat_id,
            request_id=request.id,
            lane=lane_of(request),
            payload={"message_ids": ids},
        )
    return chats


async def load_moved(tx: Tx, chat_id: int, message_ids: Collection[int], *, given: bool) -> tuple[int, ...]:
    """Which of these messages may go now: those whose pictures are kept with a request, or were ``given`` back. Not a
    request's own post while no card of it stands there: what is asked must not disappear."""
    ids: dict[int, None] = {}
    for file in await file_rows.of_messages(tx.session, chat_id, message_ids):
        if not is_private(tx, file) or file.message_id is None:
            continue
        if given or (file.request_id is not None and await _stands(tx, file)):
            ids[file.message_id] = None
    return tuple(ids)


async def _stands(tx: Tx, file: File) -> bool:
    request = await tx.session.get_one(Request, file.request_id)
    if (request.chat_id, request.message_id) != (file.chat_id, file.message_id):
        return True
    return await post_rows.card_of(tx.session, request.id, request.chat_id or 0) is not None


def is_private(tx: Tx, file: File) -> bool:
    """Whether it was taken for a picture of an identity document."""
    return bool(tx.sealer.unseal("files", file.sealed).get(PRIVATE))


async def notify_not_moved(tx: Tx, person_id: int, *, chat_id: int, thread_id: int | None) -> None:
    """The one whose picture stays in a group hears once how to send such a one."""
    person = await tx.session.get(Person, person_id)
    if person is None or not await _first(tx, f"picture:{person_id}"):
        return
    told = t("picture.stays", bot=tx.policy.bot_username)
    if person.open_chat is not None:
        await tx.say(told, chat_id=person.open_chat)
    else:
        await tx.say(told, chat_id=chat_id, thread_id=thread_id)


async def _first(tx: Tx, what: str) -> bool:
    spent = await limits.spend(tx.session, what, most=1, at=tx.now, window=TOLD_ONCE_IN)
    return spent is Spent.WITHIN
