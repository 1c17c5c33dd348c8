"""What stands in a chat for a time only goes by itself: after a restart too, and whatever Telegram says to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from handlers.views.outgoing import FileRef, Files, Say
from handlers.views.rich import words
from sandbox.botapi.faults import Fault
from storage.queries import outbox as rows
from storage.tables.models import OutboxLine, Post
from tests.integration.bot.conftest import WX, Desk

HOUR = timedelta(hours=1)


async def opened(desk: Desk, *parts: Say | Files) -> None:
    line = await desk.queue("x")
    desk.outgoing[line] = list(parts) or [Say(text=words("whole"), purpose="full", lasts=HOUR)]
    await desk.send()


async def deletions(desk: Desk) -> list[OutboxLine]:
    async with desk.store.read() as session:
        return list(await session.scalars(select(OutboxLine).where(OutboxLine.kind == "delete")))


async def kept(desk: Desk) -> list[int]:
    async with desk.store.read() as session:
        return list(await session.scalars(select(Post.message_id).where(Post.chat_id == WX)))


async def test_it_stands_for_its_time_and_goes(desk: Desk) -> None:
    await opened(desk)
    await desk.queue("stays")
    await desk.send()
    assert desk.said() == ["whole", "stays"]
    desk.offset = HOUR - timedelta(seconds=5)
    await desk.send()
    assert desk.said() == ["whole", "stays"]
    desk.offset = HOUR
    await desk.send()
    assert desk.said() == ["stays"]
    assert [line.state for line in await deletions(desk)] == ["sent"]


async def test_all_parts_and_files_of_it_go(desk: Desk) -> None:
    long = Say(text=words("很长的一段话。" * 1_000), protect=True, lasts=HOUR)
    file = FileRef(kind="photo", file_id="none", refused=words("a photo that Telegram does not take"))
    await opened(desk, long, Files(files=(file,), lasts=HOUR))
    assert len(await kept(desk)) == 3
    desk.offset = HOUR
    await desk.send()
    assert desk.said() == [] and await kept(desk) == []


async def test_a_restart_forgets_no_deletion(desk: Desk) -> None:
    await opened(desk)
    desk.outbox = desk.make_outbox(holder="another")
    desk.offset = timedelta(hours=20)
    await desk.send()
    assert desk.said() == []


async def test_nothing_waits_for_a_deletion_that_is_not_due(desk: Desk) -> None:
    await opened(desk)
    async with desk.store.read() as session:
        counts = await rows.counts(session)
    assert counts.oldest is None and not counts.queued


@pytest.mark.parametrize("words_", ["message can't be deleted", "not enough rights"])
async def test_what_telegram_does_not_delete_stays_and_the_log_says_so(desk: Desk, words_: str) -> None:
    await opened(desk)
    desk.sandbox.api.faults.add(
        Fault(method="deleteMessage", code=400, description=f"Bad Request: {words_}", times=1)
    )
    desk.offset = HOUR
    with capture_logs() as logs:
        await desk.send()
    assert [entry["event"] for entry in logs if entry["event"] == "deletion_refused"]
    assert [line.state for line in await deletions(desk)] == ["sent"]
    await desk.queue("goes on")
    await desk.send()
    assert desk.said() == ["whole", "goes on"]


async def test_a_deletion_is_tried_again_when_telegram_is_away(desk: Desk) -> None:
    await opened(desk)
    desk.sandbox.api.faults.add(Fault(method="deleteMessage", code=502, times=2))
    desk.offset = HOUR
    await desk.send()
    assert desk.said() == []
