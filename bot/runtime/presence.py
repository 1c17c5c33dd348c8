"""Says that this process lives, and frees what dead ones had claimed: see :mod:`storage.queries.replicas`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime.incidents import incident_number
from bot.runtime.lease import LEASE, RENEW_SECONDS
from storage.database.engine import Store
from storage.database.months import keyring_of
from storage.queries import replicas

log = structlog.get_logger(__name__)


class Presence:
    """``clock`` is the desk's; presence itself is judged by the machines' own time, as the lease is."""

    def __init__(
        self,
        *,
        store: Store,
        holder: str,
        clock: Callable[[], datetime],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._holder, self._clock, self._now = store, holder, clock, now
        self._stopping = asyncio.Event()
        self._turn = asyncio.Lock()  # else a renewal under way could come after the leave-taking

    async def enter(self) -> None:
        """To be called before anything is claimed. On SQLite we are alone: all claims are of the dead."""
        async with self._store.write() as session:
            await self._enter(session)
            if self._store.dialect == "sqlite":
                _say(await replicas.free_claims(session, but=(), now=self._clock()))

    async def run(self, *, leads: Callable[[], bool]) -> None:
        """Renews until :meth:`leave`; the process that leads also frees the claims of the dead."""
        while not self._stopping.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_SECONDS):
                    await self._stopping.wait()
            try:
                await self._renew(leads=leads())
            except Exception:
                log.exception("presence_unwritable", incident=incident_number())

    async def _renew(self, *, leads: bool) -> None:
        async with self._turn:
            if not self._stopping.is_set():
                await self._say_alive(leads=leads)

    async def _say_alive(self, *, leads: bool) -> None:
        async with self._store.write() as session:
            await self._enter(session)
            if leads:
                alive = await replicas.living(session, self._now())
                _say(await replicas.free_claims(session, but=alive, now=self._clock()))

    async def _enter(self, session: AsyncSession) -> None:
        keyring = keyring_of(self._store.sealer)
        sees = await asyncio.to_thread(keyring.seen) if keyring is not None else ""
        await replicas.enter(session, self._holder, now=self._now(), ttl=LEASE, sees=sees)

    async def leave(self) -> None:
        """Ends it; to be called when all that was claimed is done or given back."""
        self._stopping.set()
        async with self._turn, self._store.write() as session:
            await replicas.leave(session, self._holder)


def _say(freed: int) -> None:
    if freed:
        log.info("claims_freed", number=freed)
