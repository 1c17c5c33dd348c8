"""Queries for what the desk holds about somebody, and for taking it away. None of them decides what may go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, cast, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.changed import changed
from storage.tables.models import (
    Answer,
    Comment,
    Draft,
    Event,
    File,
    InboxUpdate,
    LegalHold,
    Misread,
    OutboxLine,
    Request,
)
from storage.tables.words import DraftState

FINISHED_UPDATES = ("done", "aside")
FINISHED_LINES = ("sent", "failed")


async def of_request(
    session: AsyncSession, request_id: int
) -> Sequence[Answer | Comment | File | LegalHold | Event]:
    """All that was said of a request and done to it, one sort after the other."""
    answers = (
        await session.scalars(select(Answer).where(Answer.request_id == request_id).order_by(Answer.id))
    ).all()
    comments = (
        await session.scalars(select(Comment).where(Comment.request_id == request_id).order_by(Comment.id))
    ).all()
    of = or_(File.request_id == request_id, File.answer_id.in_([answer.id for answer in answers]))
    files = (await session.scalars(select(File).where(of).order_by(File.id))).all()
    holds = (await session.scalars(select(LegalHold).where(LegalHold.request_id == request_id))).all()
    events = (await session.scalars(select(Event).where(Event.chain == request_id).order_by(Event.seq))).all()
    return [*answers, *comments, *files, *holds, *events]


class Named(NamedTuple):
    """What tells a request apart in every copy of a desk."""

    id: int
    number: str | None
    external_id: str | None
    asked_at: datetime


async def following(session: AsyncSession, after: int, *, limit: int) -> Sequence[Named]:
    """The next requests that have their content."""
    query = select(Request.id, Request.number, Request.external_id, Request.asked_at)
    query = query.where(Request.id > after, Request.purged_at.is_(None)).order_by(Request.id).limit(limit)
    return [Named(*row) for row in await session.execute(query)]


async def standing_holds(session: AsyncSession) -> Sequence[LegalHold]:
    """All holds that stand."""
    return (await session.scalars(select(LegalHold).where(LegalHold.released_at.is_(None)))).all()


async def done_by_desk(session: AsyncSession, action: str) -> Sequence[Event]:
    """What of one kind stands in the desk's own chain."""
    query = select(Event).where(Event.chain == 0, Event.action == action).order_by(Event.seq)
    return (await session.scalars(query)).all()


async def drop_updates(session: AsyncSession, ids: Collection[int]) -> int:
    """Updates that were handled, or set aside; how many. One that waits stays."""
    which = (InboxUpdate.update_id.in_(ids), InboxUpdate.state.in_(FINISHED_UPDATES))
    return await changed(session, delete(InboxUpdate).where(*which))


async def drop_lines(
    session: AsyncSession, ids: Collection[int] = (), *, of_requests: Collection[int] = ()
) -> int:
    """Messages that were sent, or given up, by their ids or those of their requests; how many."""
    which = or_(OutboxLine.id.in_(ids), OutboxLine.request_id.in_(of_requests))
    return await changed(session, delete(OutboxLine).where(which, OutboxLine.state.in_(FINISHED_LINES)))


async def drop_misread(session: AsyncSession, ids: Collection[int]) -> int:
    return await changed(session, delete(Misread).where(Misread.id.in_(ids)))


async def empty_drafts(session: AsyncSession, ids: Collection[int], *, emptied: bytes) -> int:
    """Drafts that nobody completes any more have no content from now on, but for those of a request that is kept; how
    many."""
    asked = cast(Draft.chat_id, String) + ":" + cast(Draft.message_id, String)
    kept = exists().where(Request.origin_key == asked, Request.purged_at.is_(None))
    which = (Draft.id.in_(ids), Draft.state != DraftState.OPEN, ~kept)
    return await changed(session, update(Draft).where(*which).values(sealed=emptied))


async def drop_finished(session: AsyncSession, *, before: datetime, emptied: bytes) -> None:
    """What the queues have sent and handled from before a time, what was not understood, and what drafts said that
    nobody completed: copies that housekeeping would take away some days later."""
    handled = (InboxUpdate.received_at < before, InboxUpdate.state.in_(FINISHED_UPDATES))
    sent = (OutboxLine.created_at < before, OutboxLine.state.in_(FINISHED_LINES))
    await changed(session, delete(InboxUpdate).where(*handled))
    await changed(session, delete(OutboxLine).where(*sent))
    await changed(session, delete(Misread).where(Misread.at < before))
    dropped = (Draft.at < before, Draft.state == DraftState.DROPPED)
    await changed(session, update(Draft).where(*dropped).values(sealed=emptied))
