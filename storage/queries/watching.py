"""What the people of some units asked, answered, refused, read and took away in a time: rows for facts that a
supervisor is told of. Each is bounded, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.queries import purging
from storage.queries.parts import IS_PART
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import ENDED, WATCHED, Answer, Comment, Event, Membership, Person, Request
from storage.tables.words import WAITING, WITH_ASKED, MembershipState, State

ASKED = 10_000  # requests
ACTS = 5_000  # of each kind
NAMED = 20_000  # members
AT_ONCE = 500  # ids in a statement
#: States in which a request is not over.
GOING_ON = (*WAITING, State.PENDING, State.ANSWERED)
_WATCHED = text(f"events.{WATCHED}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """From one moment up to another."""

    since: datetime
    until: datetime

    def holds(self, column: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return column >= self.since, column < self.until


async def asked(
    session: AsyncSession, units: Collection[int], span: Span, *, also_held: Collection[int]
) -> Sequence[Any]:
    """What these units asked of others; what has not gone out, of ``also_held`` alone. Parts of what they were asked
    themselves are no curiosity of theirs.

    The unit is not looked for by its index, which holds all that it ever asked, but in the time.
    """
    out = or_(Request.to_unit_id.is_not(None), Request.from_unit_id.in_(also_held))
    rows = await session.execute(
        select(
            Request.id, Request.number, Request.urgency, Request.from_unit_id, Request.to_unit_id,
            Request.asker_id, Request.asked_at, Request.purged_at, Request.confidential, Request.sealed,
        )
        .where(
            Request.number.is_not(None), ~IS_PART, *span.holds(Request.asked_at), out,
            _unsought(Request.from_unit_id).in_(units),
        )
        .order_by(Request.asked_at.desc(), Request.id.desc())
        .limit(ASKED)
    )  # fmt: skip
    return rows.all()


async def acts(
    session: AsyncSession, action: str, span: Span, *, units: Collection[int] | None
) -> Sequence[Any]:
    """What was done of one kind, to which request, for one of these units; by anybody, without ``units``. Not of a
    request whose content was deleted: its events say no more than that they were."""
    theirs = () if units is None else (Event.unit_id.in_(units),)
    rows = await session.execute(
        select(
            Event.id, Event.at, Event.actor_id, Event.unit_id, Event.sealed, Event.chain, Request.number,
            Request.from_unit_id, Request.to_unit_id, Request.asker_id, Request.handler_id,
        )
        .join(Request, Request.id == Event.chain)
        .where(
            _WATCHED, Event.action == action, *span.holds(Event.at), *theirs, Request.purged_at.is_(None)
        )
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(ACTS)
    )  # fmt: skip
    return rows.all()


async def taken(session: AsyncSession, action: str, span: Span) -> Sequence[Any]:
    """What of one kind was done to the desk as a whole, such as a ledger taken away."""
    rows = await session.execute(
        select(Event.at, Event.actor_id, Event.sealed)
        .where(_WATCHED, Event.action == action, Event.chain == DESK_CHAIN, *span.holds(Event.at))
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(ACTS)
    )
    return rows.all()


async def late(session: AsyncSession, units: Collection[int], span: Span) -> Sequence[Any]:
    """Answers by somebody's own work that came after the time first set."""
    rows = await session.execute(
        select(
            Answer.at, Answer.person_id, Answer.unit_id, Request.id, Request.number, Request.from_unit_id,
            Request.to_unit_id,
        )
        .join(Request, Request.id == Answer.request_id)
        .where(
            Request.number.is_not(None), *span.holds(Answer.at), _unsought(Answer.unit_id).in_(units),
            Answer.at > func.coalesce(Answer.due_at, Request.first_due_at),
            Answer.partial.is_(False), Answer.corrects_id.is_(None), Answer.withdrawn_at.is_(None),
            Answer.reused_from_id.is_(None),
        )
        .order_by(Answer.at.desc(), Answer.id.desc())
        .limit(ACTS)
    )  # fmt: skip
    return rows.all()


async def overdue(session: AsyncSession, units: Collection[int], until: datetime) -> Sequence[Any]:
    """What these units owe and is late, the latest first."""
    rows = await session.execute(
        select(Request.id, Request.number, Request.to_unit_id, Request.handler_id, Request.due_at)
        .where(
            Request.number.is_not(None), Request.to_unit_id.in_(units), Request.state.in_(WITH_ASKED),
            Request.due_at < until,
        )
        .order_by(Request.due_at, Request.id)
        .limit(ACTS)
    )  # fmt: skip
    return rows.all()


async def own_work(
    session: AsyncSession, people: Collection[int], units: Collection[int], since: datetime
) -> Sequence[Any]:
    """Requests that some people ask or have, and that were not over before a time: who, from when, until when.

    What is open is found by its state, what has ended meanwhile by its end: somebody may have a thousand behind them.
    """
    if not people:
        return ()
    columns = (Request.asker_id, Request.handler_id, Request.asked_at, Request.closed_at)
    of_them = or_(_unsought(Request.asker_id).in_(people), _unsought(Request.handler_id).in_(people))
    still = select(*columns).where(
        Request.from_unit_id.in_(units), Request.state.in_(GOING_ON), Request.number.is_not(None), of_them
    )
    found = list((await session.execute(still)).all())
    for type_ in await purging.types(session):
        ended = select(*columns).where(
            text(ENDED),
            Request.type == type_,
            Request.closed_at >= since,
            Request.number.is_not(None),
            of_them,
        )
        found += (await session.execute(ended)).all()
    return found


async def reasons(session: AsyncSession, kind: str, requests: Collection[int], span: Span) -> Sequence[Any]:
    """The words of one kind that were said of some requests."""
    found: list[Any] = []
    for some in _some(requests):
        rows = await session.execute(
            select(Comment.request_id, Comment.person_id, Comment.at, Comment.sealed)
            .where(Comment.request_id.in_(some), Comment.kind == kind, *span.holds(Comment.at))
            .order_by(Comment.id.desc())
        )
        found += rows.all()
    return found


async def members(session: AsyncSession) -> Sequence[Any]:
    """Who belongs to any unit of the desk: their sealed names, and by which username they are found."""
    belongs = select(Membership.person_id).where(
        Membership.until.is_(None), Membership.state == MembershipState.ACTIVE
    )
    rows = await session.execute(
        select(Person.sealed, Person.username_key)
        .where(Person.id.in_(belongs))
        .order_by(Person.id.desc())
        .limit(NAMED)
    )
    return rows.all()


def _some(ids: Collection[int]) -> Iterator[list[int]]:
    """So many as a statement takes."""
    listed = sorted(ids)
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


def _unsought(column: Any) -> ColumnElement[Any]:
    """A column whose index is not to be used: it would be read through from the beginning of the desk."""
    unsought: ColumnElement[Any] = column + 0
    return unsought
