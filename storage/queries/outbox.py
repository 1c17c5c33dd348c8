"""Messages that are decided and wait for sending: written with the change that caused them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from storage.database.changed import changed
from storage.database.prepared import Prepared, insert_into_table
from storage.database.upsert import insert_for
from storage.queries.leased import FREE, claim_rows
from storage.queries.turns import Turns
from storage.tables.models import OutboxLine
from storage.tables.types import UtcDateTime

ERROR_CHARS = 200


async def queued(session: AsyncSession, coalesce_key: str) -> OutboxLine | None:
    """The line of this key that waits for sending, locked: it can still say more."""
    return await session.scalar(
        select(OutboxLine)
        .where(OutboxLine.coalesce_key == coalesce_key, OutboxLine.state == "queued")
        .with_for_update()
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxCounts:
    queued: dict[int, int] = field(default_factory=dict)  # lane -> lines not sent yet
    failed: int = 0
    oldest: datetime | None = None  # when the oldest line not sent yet was written


async def add(
    session: AsyncSession,
    *,
    kind: str,
    chat_id: int,
    created_at: datetime,
    sealed: bytes,
    lane: int = 1,
    thread_id: int | None = None,
    reply_to: int | None = None,
    request_id: int | None = None,
    draft_id: int | None = None,
    purpose: str = "notice",
    not_before: datetime | None = None,
    coalesce_key: str | None = None,
) -> None:
    """Queues a line. While a line with the same ``coalesce_key`` is still queued, that one stands for both.

    The line that stands for both is touched (it takes the more urgent lane), not left alone: the touch
    locks it on PostgreSQL until this transaction ends. Otherwise a sender could take it meanwhile, show the
    state from before this change, and nothing would be left to show the change.
    """
    values = {
        "kind": kind, "chat_id": chat_id, "created_at": created_at, "sealed": sealed, "lane": lane,
        "thread_id": thread_id, "reply_to": reply_to, "request_id": request_id, "draft_id": draft_id,
        "purpose": purpose, "not_before": not_before, "coalesce_key": coalesce_key,
    }  # fmt: skip
    await (ADD if coalesce_key is None else ADD_OR_TOUCH).write(session, [values])


def _add_or_touch(dialect: str) -> Executable:
    insert = insert_for(dialect, OutboxLine.__table__)
    lane, new = OutboxLine.__table__.c.lane, insert.excluded.lane
    return insert.on_conflict_do_update(
        index_elements=["coalesce_key"],
        index_where=text("state = 'queued'"),
        set_={"lane": case((new < lane, new), else_=lane)},
    )


#: The statements of :func:`add`, for rows that are written together: those without a key, and those with one.
ADD = insert_into_table(OutboxLine.__table__)
ADD_OR_TOUCH = Prepared(_add_or_touch, once=("coalesce_key",))


# A jump from chat to chat in the index: a thousand lines of one chat cost no more than one. The states are
# literals because SQLite uses a partial index only for what it can read in the statement.
_DUE = """({0}.state IN ('queued', 'sending') AND (
    ({0}.state = 'queued' AND ({0}.not_before IS NULL OR {0}.not_before <= :now))
    OR ({0}.state = 'sending' AND {0}.claimed_until < :now)))"""
_READY = f"""
WITH RECURSIVE chats (chat_id) AS (
    SELECT min(chat_id) FROM outbox WHERE state IN ('queued', 'sending') AND chat_id >= :low
    UNION ALL
    SELECT (SELECT min(next.chat_id) FROM outbox AS next
            WHERE next.state IN ('queued', 'sending') AND next.chat_id > chats.chat_id)
    FROM chats WHERE chats.chat_id <= :high
), first (id) AS (
    SELECT (SELECT mine.id FROM outbox AS mine
            WHERE mine.chat_id = chats.chat_id AND {_DUE.format("mine")} ORDER BY mine.lane, mine.id LIMIT 1)
    FROM chats
    WHERE chats.chat_id <= :high AND chats.chat_id NOT IN :skip AND NOT EXISTS (
        SELECT 1 FROM outbox AS busy
        WHERE busy.chat_id = chats.chat_id AND busy.state = 'sending' AND busy.claimed_until >= :now)
)
SELECT o.id FROM outbox AS o
WHERE o.id IN (SELECT id FROM first) AND {_DUE.format("o")}
ORDER BY o.lane, o.id LIMIT :limit
"""  # noqa: S608 - put together from our own constants
_PARAMETERS = (
    bindparam("now", type_=UtcDateTime), bindparam("skip", expanding=True, type_=BigInteger),
    bindparam("low", type_=BigInteger), bindparam("high", type_=BigInteger),
)  # fmt: skip
ANY = range(-(2**63), 2**63)  # chats of every channel
_READY_QUERY = {
    "sqlite": text(_READY).bindparams(*_PARAMETERS),  # its writer is alone
    "postgresql": text(f"{_READY} FOR UPDATE OF o SKIP LOCKED").bindparams(*_PARAMETERS),
}


#: Who waits in the lanes of the lines found, with their first one. So far behind the first that a flood costs
#: no more than it must to be overtaken.
_FAR = 1000
_WAITING = f"""
SELECT o.chat_id, coalesce(r.asker_id, d.person_id) AS person, min(o.id) AS line
FROM outbox AS mine
JOIN outbox AS o ON o.chat_id = mine.chat_id AND o.lane = mine.lane AND o.id < mine.id + {_FAR}
LEFT JOIN requests AS r ON r.id = o.request_id
LEFT JOIN drafts AS d ON d.id = o.draft_id
WHERE mine.id IN :ready AND {_DUE.format("o")} AND NOT EXISTS (
    SELECT 1 FROM outbox AS busy
    WHERE busy.chat_id = o.chat_id AND busy.state = 'sending' AND busy.claimed_until >= :now)
GROUP BY o.chat_id, person
"""  # noqa: S608 - put together from our own constants
_WAITING_QUERY = text(_WAITING).bindparams(_PARAMETERS[0], bindparam("ready", expanding=True))


async def claim(
    session: AsyncSession,
    *,
    holder: str,
    now: datetime,
    limit: int,
    lease: timedelta,
    numbers: range = ANY,
    skip_chats: Collection[int] = (),
    turns: Turns | None = None,
) -> list[OutboxLine]:
    """Takes up to ``limit`` due lines for ``lease``, of chats with these ``numbers``: urgent lanes first, then in
    order of writing.

    One line for each chat, and none for a chat that has one under way, so that messages arrive in order.
    What a dead sender had comes back when its lease is over, and is then sent a second time at worst.
    ``turns``: within a lane those who caused the lines take turns; what one of them caused stays in order.
    """
    query = _READY_QUERY[session.get_bind().dialect.name]
    bounds = {"low": numbers.start, "high": numbers.stop - 1}
    values = {"now": now, "limit": limit, "skip": sorted(skip_chats)} | bounds
    ready = (await session.scalars(query, values)).all()
    if ready and turns is not None:
        ready = await _in_turn(session, ready, now, turns)
    if not ready:
        return []
    taken = await claim_rows(
        session, OutboxLine, OutboxLine.id, ready, holder=holder, until=now + lease, state="sending"
    )
    return sorted(taken, key=lambda line: (line.lane, line.id))


async def _in_turn(session: AsyncSession, ready: Sequence[int], now: datetime, turns: Turns) -> list[int]:
    """Of each chat of the ``ready`` lines the line of whoever is next."""
    waiting: defaultdict[int, list[tuple[int | None, int]]] = defaultdict(list)
    for chat_id, person, line in await session.execute(_WAITING_QUERY, {"ready": list(ready), "now": now}):
        waiting[chat_id].append((person, line))
    return [turns.pick(chat_id, lines) for chat_id, lines in waiting.items()]


async def sent(
    session: AsyncSession,
    line_id: int,
    *,
    now: datetime,
    message_id: int | None = None,
    sealed: bytes | None = None,
) -> bool:
    """Marks a line sent, as which message of the chat, and ``sealed`` as such; False when it no longer waits."""
    values: dict[str, Any] = {"state": "sent", "sent_at": now, "message_id": message_id, "error": None}
    return await _change(session, line_id, **values, **({"sealed": sealed} if sealed is not None else {}))


async def failed(session: AsyncSession, line_id: int, *, now: datetime, error: str) -> bool:
    """Gives a line up, and says why; False when it no longer waits."""
    return await _change(session, line_id, state="failed", sent_at=now, error=error[:ERROR_CHARS])


async def postpone(
    session: AsyncSession,
    line_id: int,
    *,
    until: datetime,
    error: str | None = None,
    counts_as_attempt: bool = True,
) -> bool:
    """Puts a line back to be sent at ``until`` or later; False when it no longer waits.

    When another line with its key was queued meanwhile, that one stands for both, and this one goes.
    """
    twin = aliased(OutboxLine)
    has_twin = (
        select(twin.id)
        .where(
            twin.coalesce_key == OutboxLine.coalesce_key,
            twin.state == literal_column("'queued'"),
            twin.id != OutboxLine.id,
        )
        .exists()
    )
    doubled = (OutboxLine.id == line_id, OutboxLine.state == "sending", has_twin)
    if await changed(session, delete(OutboxLine).where(*doubled)):
        return True
    attempts = OutboxLine.attempts + (1 if counts_as_attempt else 0)
    text_ = error[:ERROR_CHARS] if error else None
    return await _change(session, line_id, state="queued", not_before=until, attempts=attempts, error=text_)


async def counts(session: AsyncSession) -> OutboxCounts:
    """How many lines wait in each lane, how many were given up, and since when the oldest waits. A deletion waits by
    its nature, and is not counted."""
    waiting = _waiting() & (OutboxLine.kind != "delete")
    rows = await session.execute(
        select(OutboxLine.lane, func.count(), func.min(OutboxLine.created_at))
        .where(waiting)
        .group_by(OutboxLine.lane)
    )
    queued: dict[int, int] = {}
    times: list[datetime] = []
    for lane, number, oldest in rows:
        queued[lane] = number
        times.append(oldest)
    given_up = await session.scalar(select(func.count()).where(_finished(), OutboxLine.state == "failed"))
    return OutboxCounts(queued=queued, failed=given_up or 0, oldest=min(times, default=None))


async def sent_since(
    session: AsyncSession, since: datetime, *, but_not: str
) -> Sequence[tuple[int, datetime]]:
    """(chat, when) of the lines sent after a time, the oldest first; none of the kind ``but_not``."""
    found = await session.execute(
        select(OutboxLine.chat_id, OutboxLine.sent_at)
        .where(OutboxLine.state == "sent", OutboxLine.sent_at > since, OutboxLine.kind != but_not)
        .order_by(OutboxLine.sent_at)
    )
    return [(chat_id, at) for chat_id, at in found if at is not None]


async def due_chats(session: AsyncSession, now: datetime) -> set[int]:
    """The chats for which a line could be sent now."""
    due = or_(OutboxLine.not_before.is_(None), OutboxLine.not_before <= now)
    found = await session.scalars(
        select(OutboxLine.chat_id).where(OutboxLine.state == "queued", due).distinct()
    )
    return set(found)


async def waiting_for(session: AsyncSession, chat_id: int) -> Sequence[int]:
    """The lines of a chat that are not sent yet, by id."""
    which = (OutboxLine.chat_id == chat_id, OutboxLine.state.in_(("queued", "sending")))
    return (await session.scalars(select(OutboxLine.id).where(*which))).all()


async def prune(session: AsyncSession, *, before: datetime, limit: int = 1000) -> int:
    """Deletes up to ``limit`` sent or given-up lines written before a time; returns how many."""
    old = select(OutboxLine.id).where(_finished(), OutboxLine.created_at < before).limit(limit)
    return await changed(session, delete(OutboxLine).where(OutboxLine.id.in_(old.scalar_subquery())))


async def release(session: AsyncSession, *, holder: str, now: datetime) -> int:
    """Lets the leases of ``holder`` end now (at a proper stop), so that others go on; returns how many."""
    held = (OutboxLine.state == "sending", OutboxLine.claimed_by == holder)
    over = now - timedelta(seconds=1)
    return await changed(session, update(OutboxLine).where(*held).values(claimed_until=over))


async def move_chat(session: AsyncSession, old: int, new: int) -> int:
    """Redirects lines not sent yet when a group became a supergroup; returns how many.

    Topics and messages of the old chat do not exist in the new one, or are others there: what was to be edited,
    deleted or reacted to goes. A line whose key the new
    chat already has queued goes: that one stands for both.
    """
    waiting = (_waiting(), OutboxLine.chat_id == old)
    await changed(
        session, delete(OutboxLine).where(*waiting, OutboxLine.kind.in_(("edit", "react", "delete")))
    )
    rows = (await session.execute(select(OutboxLine.id, OutboxLine.coalesce_key).where(*waiting))).all()
    taken = set(
        await session.scalars(
            select(OutboxLine.coalesce_key).where(OutboxLine.state == "queued", OutboxLine.chat_id == new)
        )
    )
    moved = 0
    for line_id, key in rows:
        new_key = f"{key.removesuffix(str(old))}{new}" if key and key.endswith(f":{old}") else key
        if new_key is not None and new_key in taken:
            await changed(session, delete(OutboxLine).where(OutboxLine.id == line_id))
            continue
        values = {"chat_id": new, "coalesce_key": new_key, "thread_id": None, "reply_to": None}
        await changed(session, update(OutboxLine).where(OutboxLine.id == line_id).values(**values))
        moved += 1
    return moved


def _waiting() -> ColumnElement[bool]:
    return OutboxLine.state.in_([literal_column("'queued'"), literal_column("'sending'")])


def _finished() -> ColumnElement[bool]:
    return OutboxLine.state.in_([literal_column("'sent'"), literal_column("'failed'")])


async def _change(session: AsyncSession, line_id: int, **values: Any) -> bool:
    waiting = (OutboxLine.id == line_id, OutboxLine.state.in_(("queued", "sending")))
    return await changed(session, update(OutboxLine).where(*waiting).values(**FREE, **values)) == 1
