"""Queries for deleting the content of requests whose time is over. None of them decides when that is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.database.changed import changed
from storage.database.locked import LOCKED
from storage.queries import holds
from storage.queries.parts import IS_PART, NUMBER_OF_WHOLE
from storage.tables.checksums import canonical
from storage.tables.covered import SAID, note
from storage.tables.models import (
    ENDED,
    ENDED_ELSEWHERE,
    Answer,
    Base,
    Comment,
    Event,
    File,
    MatchKey,
    MatchLabel,
    Offer,
    Post,
    Request,
)
from storage.tables.words import DraftState, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How much is deleted, or would be."""

    requests: int = 0
    answers: int = 0
    comments: int = 0
    files: int = 0
    match_keys: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)})


def next_type(after: str) -> tuple[Select[str], Select[str]]:
    """The first type after one of what has ended here, and elsewhere."""
    query = select(Request.type).where(Request.type > after).order_by(Request.type).limit(1)
    return query.where(text(ENDED)), query.where(text(ENDED_ELSEWHERE))


async def types(session: AsyncSession) -> list[str]:
    """The types of what has ended and still has its content: one step into the index for each."""
    found = set[str]()
    for which in (0, 1):
        last: str | None = ""
        while last is not None:
            last = await session.scalar(next_type(last)[which])
            if last is not None:
                found.add(last)
    return sorted(found)


_WHOLE = aliased(Request)


def _ended_here(before: datetime) -> ColumnElement[bool]:
    """Closed, declined, cancelled or not approved at this desk; a reopened one has no time of closing."""
    states = Request.state.in_((State.CLOSED, State.DECLINED, State.CANCELLED, State.UNAPPROVED))
    return and_(
        text(ENDED), Request.closed_at < before, states, ~holds.stands(), or_(~IS_PART, _with_whole(before))
    )


def _with_whole(before: datetime) -> ColumnElement[bool]:
    """Of a part: what it is part of has ended as long ago, so that the two go together."""
    over = or_(_WHOLE.closed_at < before, _WHOLE.purged_at.is_not(None))
    return exists().where(_WHOLE.number == NUMBER_OF_WHOLE, over).correlate(Request)


def _ended_elsewhere(before: datetime) -> ColumnElement[bool]:
    """Imported: over with its answer, or, without one, when it was asked. ``asked_at`` is what the index has;
    nothing is answered before it was asked."""
    answered = or_(Request.answered_at.is_(None), Request.answered_at < before)
    return and_(text(ENDED_ELSEWHERE), Request.asked_at < before, answered, ~holds.stands())


async def due(
    session: AsyncSession, ended: Mapping[str, datetime], limit: int, *, but_not: Collection[int] = ()
) -> Sequence[Request]:
    """Requests of these types that ended before the time of each and still have their content, locked; type by type,
    the oldest first. What somebody else works on at this moment is left for later."""
    found: list[Request] = []
    for type_, before in ended.items():
        for which, order in (
            (_ended_here(before), Request.closed_at),
            (_ended_elsewhere(before), Request.asked_at),
        ):
            if len(found) == limit:
                return found
            query = select(Request).where(Request.type == type_, which)
            query = query.order_by(order).limit(limit - len(found))
            if but_not:
                query = query.where(Request.id.not_in(but_not))
            locked = query.with_for_update(skip_locked=True, **LOCKED).execution_options(
                populate_existing=True
            )
            found += (await session.scalars(locked)).all()
    return found


async def count(session: AsyncSession, before: datetime, types: Collection[str] | None = None) -> Counts:
    """What there is to delete of requests that ended before a time, of some ``types`` or of all. Reads the whole
    match index."""
    which = or_(_ended_here(before), _ended_elsewhere(before))
    if types is not None:
        which = and_(Request.type.in_(types), which)
    ids = select(Request.id).where(which)
    answers = select(Answer.id).where(Answer.request_id.in_(ids))
    return Counts(
        requests=await _number(session, ids),
        answers=await _number(session, answers),
        comments=await _number(session, select(Comment.id).where(Comment.request_id.in_(ids))),
        files=await _number(
            session, select(File.id).where(or_(File.request_id.in_(ids), File.answer_id.in_(answers)))
        ),
        match_keys=await _number(session, select(MatchKey.key).where(MatchKey.request_id.in_(ids))),
    )


async def _number(session: AsyncSession, rows: Select[int]) -> int:
    return int(await session.scalar(select(func.count()).select_from(rows.subquery())) or 0)


async def purged(session: AsyncSession, since: datetime | None, until: datetime | None) -> int:
    """How many requests that were asked in a time have no content any more."""
    query = select(Request.id).where(Request.purged_at.is_not(None))
    if since is not None:
        query = query.where(Request.asked_at >= since)
    if until is not None:
        query = query.where(Request.asked_at < until)
    return await _number(session, query)


class KeptLong(NamedTuple):
    """How many requests of a type between two units."""

    type: str
    from_unit_id: int | None
    to_unit_id: int | None
    requests: int


async def kept_long(session: AsyncSession, before: datetime, types: Collection[str]) -> Sequence[KeptLong]:
    """What of these types ended before a time, still has its content and is under no hold. Reads all of it."""
    which = and_(Request.type.in_(types), or_(_ended_here(before), _ended_elsewhere(before)))
    by = (Request.type, Request.from_unit_id, Request.to_unit_id)
    rows = await session.execute(select(*by, func.count()).where(which).group_by(*by))
    return [KeptLong(*row) for row in rows]


async def chains(session: AsyncSession, ids: Collection[int]) -> Sequence[Event]:
    """All events of these requests, chain by chain in order."""
    query = select(Event).where(Event.chain.in_(ids)).order_by(Event.chain, Event.seq)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def empty(session: AsyncSession, ids: Collection[int], *, answer: bytes, event: bytes) -> Counts:
    """Take away what was said of these requests and about them; ``answer``, ``event``: what is put in the place
    of the sealed content. Rows of answers and events stay: figures, references and the record need them."""
    answers = select(Answer.id).where(Answer.request_id.in_(ids)).scalar_subquery()
    files = await changed(
        session, delete(File).where(or_(File.request_id.in_(ids), File.answer_id.in_(answers)))
    )
    counts = Counts(
        answers=await changed(
            session, update(Answer).where(Answer.request_id.in_(ids)).values(sealed=answer)
        ),
        comments=await changed(session, delete(Comment).where(Comment.request_id.in_(ids))),
        files=files,
    )
    await holds.drop(session, ids)  # those that ended: what they say may name somebody
    labels = or_(MatchLabel.request_id.in_(ids), MatchLabel.candidate_id.in_(ids))
    await changed(session, delete(MatchLabel).where(labels))
    await changed(session, delete(Offer).where(or_(Offer.request_id.in_(ids), Offer.source_id.in_(ids))))
    # A hash of what the cards show: whoever guesses the text could see by it that they are right.
    await changed(session, update(Post).where(Post.request_id.in_(ids)).values(shown=None))
    await changed(session, update(Event).where(Event.chain.in_(ids)).values(sealed=event))
    return counts


async def note_answers(session: AsyncSession, ids: Collection[int], *, plain: bytes) -> None:
    """What is left of the answers of these requests goes into the next event of each; ``plain``: what all of them
    say now."""
    table, columns = Answer.__table__, SAID[Answer]
    query = select(table.c.id, table.c.request_id, *(table.c[name] for name in columns))
    for number, request_id, *values in await session.execute(query.where(table.c.request_id.in_(ids))):
        note(session, request_id, f"answers:{number}", canonical((request_id, *values)) + plain)


_DRAFTS = Base.metadata.tables["drafts"]
_EMPTY_DRAFTS = (
    update(_DRAFTS)
    .where(
        _DRAFTS.c.chat_id == bindparam("in_chat"),
        _DRAFTS.c.message_id == bindparam("of_message"),
        _DRAFTS.c.state != DraftState.OPEN,
    )
    .values(sealed=bindparam("emptied"))
)


async def empty_drafts(session: AsyncSession, posts: Collection[tuple[int, int]], *, emptied: bytes) -> None:
    """Of posts as (chat, message): what was written before it was complete."""
    if posts:
        rows = [{"in_chat": chat, "of_message": message, "emptied": emptied} for chat, message in posts]
        await session.execute(_EMPTY_DRAFTS, rows)
