"""Moves a desk from SQLite to PostgreSQL or back: all rows, verified, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.copies.copying import Progress, TableSum, copy_all, is_empty, sums
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.tables import schema
from storage.tables.models import Event, InboxUpdate, OutboxLine

log = structlog.get_logger(__name__)


class MoveRefused(Exception):
    """The source or the target is not in a state to be moved; nothing was changed."""


class MoveFailed(Exception):
    """What arrived is not what was sent, or the source was written meanwhile; nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    tables: Mapping[str, TableSum]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def quiet(_table: str, _done: int, _total: int) -> None:
    """A progress that says nothing."""


async def move(source: Store, target: Store, progress: Progress = quiet) -> Moved:
    """Copies every row of ``source`` into the empty ``target`` and compares them, in one transaction.

    A target without tables gets them. The bot must not run meanwhile. Raises :class:`MoveRefused` when the
    target is not empty or either schema is not the current one, :class:`MoveFailed` when counts or hashes
    differ or the source was written meanwhile.
    """
    if await schema.state(source) != "current":
        raise MoveRefused("the source has another schema: run crossbeat migrate on it first")
    await _prepare(target)
    before = await _newest(source)
    async with source.read() as reading, target.write() as writing:
        sent = await copy_all(reading, writing, progress)
        failpoint("move.copied")
        arrived = await sums(writing)
        differing = sorted(name for name in sent if sent[name] != arrived[name])
        if differing:
            raise MoveFailed(f"differs in the target: {', '.join(differing)}; nothing was changed")
        if await _newest(source) != before:
            raise MoveFailed("the source was written meanwhile: stop the bot first; nothing was changed")
        failpoint("move.compared")
    log.info("moved", rows=sum(table.rows for table in sent.values()), to=target.dialect)
    return Moved(tables=sent)


async def _prepare(target: Store) -> None:
    try:
        found = await schema.state(target)
    except schema.NotOurs:
        raise MoveRefused("the target has tables of another program") from None
    if found == "empty":
        await schema.upgrade(target)
    elif found != "current":
        raise MoveRefused(f"the target has a schema {found} than the source's")
    async with target.read() as session:
        if not await is_empty(session):
            raise MoveRefused("the target is not empty")
    target.key_mark = None  # the source's comes with its rows, and takes the place of the target's own


async def _newest(store: Store) -> tuple[int | None, ...]:
    """What changes with every piece of work of a running bot."""
    async with store.read() as session:
        return (
            await _highest(session, Event.id),
            await _highest(session, InboxUpdate.update_id),
            await _highest(session, OutboxLine.id),
            await session.scalar(select(func.count()).where(InboxUpdate.state == "new")),
            await session.scalar(select(func.count()).where(OutboxLine.state.in_(("queued", "sending")))),
        )


async def _highest(session: AsyncSession, column: object) -> int | None:
    found: int | None = await session.scalar(select(func.max(column)))
    return found
