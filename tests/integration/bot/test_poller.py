"""Long polling: an update is confirmed when it is stored, not before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from structlog.testing import capture_logs

from bot.inbox.inbox import OFFSET, Inbox
from bot.telegram.limits import POLL_SECONDS
from bot.telegram.poller import HEARTBEAT, Poller
from handlers.router import handle
from sandbox.botapi.faults import Fault
from storage.queries import desk as desk_values
from storage.tables.models import InboxUpdate
from tests.integration.bot.conftest import WX, Desk
from tests.patience import ENOUGH

KINDS = ("message", "edited_message", "callback_query")


class Polling:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.gaps: list[tuple[datetime, datetime]] = []
        self.refused = 0
        self.kept = asyncio.Event()
        self.broken = False
        self.inbox = Inbox(
            channels=desk.channels(), handle=handle, store=desk.store, make_work=desk.work,
            clock=desk.clock, ops=desk.ops(), meters=desk.meters, holder="here",
        )  # fmt: skip
        self._keep = self.inbox.keep
        self.inbox.keep = self.keep  # type: ignore[method-assign]
        self.poller = Poller(
            bot=desk.bot, inbox=self.inbox, store=desk.store, allowed_updates=KINDS,
            on_gap=self.gap, on_token_refused=self.refuse,
        )  # fmt: skip
        self.task = asyncio.create_task(self.poller.run())

    async def keep(self, updates: Sequence[dict[str, Any]], *, mark: str | None = None) -> int:
        if self.broken:
            self.kept.set()
            raise OSError("disk full")
        new = await self._keep(updates, mark=mark)
        self.kept.set()
        return new

    async def gap(self, since: datetime, until: datetime) -> None:
        self.gaps.append((since, until))
        self.kept.set()

    def refuse(self) -> None:
        self.refused += 1

    async def stored(self) -> None:
        await asyncio.wait_for(self.kept.wait(), ENOUGH)
        self.kept.clear()

    async def stop(self) -> None:
        self.poller.stop()
        await asyncio.wait_for(self.task, ENOUGH)


def inject(desk: Desk, **body: Any) -> int:
    return desk.sandbox.world.updates.inject(body or {"message": message()})


def message() -> dict[str, Any]:
    return {"message_id": 1, "date": 0, "chat": {"id": WX, "type": "supergroup", "title": "x"}}


def pending(desk: Desk) -> list[int]:
    return [update["update_id"] for update in desk.sandbox.world.updates.pending]


async def stored(desk: Desk) -> list[int]:
    async with desk.store.read() as session:
        return list(await session.scalars(select(InboxUpdate.update_id).order_by(InboxUpdate.update_id)))


async def first_offset(desk: Desk) -> int | None:
    """From where a newly started process polls."""
    before = len(desk.calls("getUpdates"))
    inject(desk)
    polling = Polling(desk)
    await polling.stored()
    await polling.stop()
    offset: int | None = desk.calls("getUpdates")[before]["params"].get("offset")
    return offset


async def until_polling(desk: Desk) -> None:
    assert await desk.sandbox.world.updates.idle(10)


async def test_an_update_is_confirmed_after_it_is_stored(desk: Desk) -> None:
    polling = Polling(desk)
    first = inject(desk)
    await polling.stored()
    await until_polling(desk)
    assert await stored(desk) == [first]
    assert pending(desk) == []  # the next call confirmed it
    await polling.stop()


async def test_what_could_not_be_stored_is_not_confirmed(desk: Desk) -> None:
    polling = Polling(desk)
    polling.broken = True
    first = inject(desk)
    await polling.stored()
    assert pending(desk) == [first]
    polling.broken = False
    await polling.stored()
    assert await stored(desk) == [first]
    await polling.stop()


async def test_updates_that_cannot_be_parsed_stop_nothing(desk: Desk) -> None:
    bad = inject(desk, message={"chat": "?"})
    odd = inject(desk, unheard_of=[1, 2])
    good = inject(desk)
    polling = Polling(desk)
    await polling.stored()
    assert await stored(desk) == [bad, odd, good]
    await polling.stop()


async def test_a_restart_goes_on_where_it_stopped_and_the_stop_confirms_the_last(desk: Desk) -> None:
    polling = Polling(desk)
    first = inject(desk)
    await polling.stored()
    await polling.stop()
    await polling.poller.confirm()
    assert pending(desk) == []
    assert await first_offset(desk) == first + 1


async def test_an_update_delivered_twice_leads_nowhere_back(desk: Desk) -> None:
    polling = Polling(desk)
    first, second = inject(desk), inject(desk)
    while await stored(desk) != [first, second]:
        await polling.stored()
    await until_polling(desk)  # which confirms them
    assert desk.sandbox.world.updates.redeliver(2) == [first, second]
    await polling.stored()
    await until_polling(desk)
    assert desk.calls("getUpdates")[-1]["params"]["offset"] == second + 1
    assert await stored(desk) == [first, second]
    await polling.stop()


async def test_an_old_offset_is_not_trusted(desk: Desk) -> None:
    polling = Polling(desk)
    inject(desk)
    await polling.stored()
    await polling.stop()
    async with desk.store.write() as session:
        number, _, at = (await desk_values.value(session, OFFSET) or "").partition(" ")
        old = datetime.fromisoformat(at) - timedelta(days=7)
        await desk_values.put(session, OFFSET, f"{number} {old.isoformat()}")
    assert await first_offset(desk) is None


async def test_an_offset_is_trusted_though_the_updates_before_it_are_forgotten(desk: Desk) -> None:
    """A bot that was dead for two days knows nothing else by which an update would be known."""
    polling = Polling(desk)
    first = inject(desk)
    await polling.stored()
    await polling.stop()
    async with desk.store.write() as session:
        await session.execute(delete(InboxUpdate))
    assert await first_offset(desk) == first + 1


async def test_errors_of_the_network_and_of_telegram_are_outlived(desk: Desk) -> None:
    for rule in (
        {"code": 502},
        {"kind": "drop_before"},
        {"kind": "garbage"},
        {"code": 409},
        {"kind": "drop_after"},
    ):
        desk.sandbox.api.faults.add(Fault(method="getUpdates", **rule))
    first = inject(desk)
    polling = Polling(desk)
    with capture_logs() as logs:
        await polling.stored()
    assert await stored(desk) == [first]
    assert "another_poller" in {entry["event"] for entry in logs}
    await polling.stop()


async def test_a_refused_token_ends_polling_and_keeps_the_inbox(desk: Desk) -> None:
    polling = Polling(desk)
    first = inject(desk)
    await polling.stored()
    desk.sandbox.api.faults.add(Fault(method="getUpdates", code=401, times=-1))
    inject(desk)
    await asyncio.wait_for(polling.task, ENOUGH)
    assert polling.refused == 1
    assert first in await stored(desk)


async def test_a_gap_longer_than_telegram_keeps_updates_is_announced_once(desk: Desk) -> None:
    before = datetime.now(UTC) - timedelta(hours=30)
    async with desk.store.write() as session:
        await desk_values.put(session, HEARTBEAT, before.isoformat())
    inject(desk)
    polling = Polling(desk)
    while not polling.gaps:
        await polling.stored()
    assert polling.gaps[0][0] == before
    await polling.stop()
    again = Polling(desk)
    inject(desk)
    await again.stored()
    await again.stop()
    assert again.gaps == []


async def test_the_first_start_announces_no_gap(desk: Desk) -> None:
    polling = Polling(desk)
    inject(desk)
    await polling.stored()
    await until_polling(desk)
    await polling.stop()
    assert polling.gaps == []
    async with desk.store.read() as session:
        assert await desk_values.value(session, HEARTBEAT) is not None
        assert await desk_values.value(session, OFFSET) is not None


async def test_stopping_does_not_wait_for_the_long_poll(desk: Desk) -> None:
    polling = Polling(desk)
    await until_polling(desk)
    started = asyncio.get_running_loop().time()
    await polling.stop()
    assert asyncio.get_running_loop().time() - started < POLL_SECONDS / 2
