"""Which files of a request a chat gets now: chosen when they are sent, so that an album goes out together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from storage import requests as rows
from storage.models import File, Post, Request
from workflow import owning
from workflow.attachments import PURPOSE, takes_files
from workflow.audience import audience_of
from workflow.cards_view import FileLine
from workflow.work import Tx


async def load_files(
    tx: Tx, request_id: int, chat_id: int, *, since: datetime
) -> tuple[str, tuple[FileLine, ...]]:
    """The request's number; the files from elsewhere that this chat has not been sent, oldest first.

    ``since``: when the line of the outbox at hand was written. The first such line for a chat brings all
    that there is (a draft's files are older than its request), a later one what has come since.
    A chat on neither side gets nothing, nor does a group that has become a shared one since; of an answer that
    was taken from an earlier request, only who has that answer.
    """
    request = await tx.session.get(Request, request_id)
    if request is None:
        return "", ()
    audience = await audience_of(tx, request, chat_id)
    if audience.side == "observer":
        return "", ()
    if not await takes_files(tx, chat_id):
        return "", ()
    query = select(File).where(
        File.request_id == request_id, or_(File.chat_id.is_(None), File.chat_id != chat_id)
    )
    if await _sent_before(tx, request_id, chat_id):
        query = query.where(File.at >= since)
    answers = await rows.answers(tx.session, request_id)
    readable = {a.id for a in owning.shown_in(audience.units, request, answers)}
    found = []
    for file in (await tx.session.scalars(query.order_by(File.id))).all():
        if file.answer_id is not None and file.answer_id not in readable:
            continue
        sealed = tx.sealer.unseal("files", file.sealed)
        found.append(
            FileLine(
                kind=file.kind,
                file_id=sealed["file_id"],
                name=sealed.get("name") or "",
                of_answer=file.answer_id is not None,
            )
        )
    return request.number or "", tuple(found)


async def _sent_before(tx: Tx, request_id: int, chat_id: int) -> bool:
    """Whether files went to the chat before. By what stands there, for lines of the outbox are swept."""
    posts = select(Post.message_id).where(
        Post.request_id == request_id, Post.chat_id == chat_id, Post.purpose == PURPOSE
    )
    return await tx.session.scalar(posts.limit(1)) is not None
