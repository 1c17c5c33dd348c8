"""The lease by which one of several processes leads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from bot.runtime.incidents import incident_number
from storage.database.engine import Store
from storage.queries import leases

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=6)
RENEW_SECONDS = 2.0


class Lease:
    """Of several processes at most one holds it; when that one dies, another has it within seconds.

    Times are the machines' own, not the desk's movable clock; the machines' clocks must agree within a few
    seconds. The holder stops believing in its lease before the others may take it.
    """

    def __init__(
        self,
        *,
        store: Store,
        name: str,
        holder: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._name, self._holder, self._now = store, name, holder, now
        self._until: datetime | None = None
        self._stopping = asyncio.Event()
        self._turn = asyncio.Lock()  # else a renewal under way could come after it was given up

    @property
    def held(self) -> bool:
        return self._until is not None and self._now() < self._until - LEASE / 3

    async def run(self, *, taken: Callable[[], None], lost: Callable[[], None]) -> None:
        """Takes or renews the lease again and again; tells when it is taken and when it is lost."""
        before = False
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(LEASE.total_seconds() / 3):  # a database that hangs is none
                    self._until = await self._take()
            except TimeoutError:
                log.warning("lease_late", lease=self._name)
            except Exception:
                log.exception("lease_unreadable", lease=self._name, incident=incident_number())
            if self.held != before:
                before = self.held
                log.info("lease_taken" if before else "lease_lost", lease=self._name, holder=self._holder)
                (taken if before else lost)()
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_SECONDS if before else RENEW_SECONDS / 2):
                    await self._stopping.wait()

    async def stop(self) -> None:
        """Gives the lease up, so that another need not wait for its end."""
        self._stopping.set()
        self._until = None
        async with self._turn, self._store.write() as session:
            await leases.release(session, self._name, self._holder)

    async def _take(self) -> datetime | None:
        async with self._turn:
            now = self._now()
            if self._stopping.is_set():
                return None
            async with self._store.write() as session:
                taken = await leases.acquire(session, self._name, self._holder, now, LEASE)
        return now + LEASE if taken else None
