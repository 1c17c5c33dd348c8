"""Receiving: stored before confirmed, in order within a chat, nothing lost, nothing in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.channels.channel import NumberOf, Raw
from bot.inbox import inbox as inbox_module
from bot.inbox.inbox import Inbox
from bot.telegram.receiver import Receiver
from handlers.incoming import Incoming, Posted
from handlers.router import Acknowledge
from storage.database.engine import Store
from storage.queries import inbox as rows
from storage.tables.models import InboxUpdate
from tests.integration.bot.conftest import KS, OPS, WX, Desk
from tests.patience import ENOUGH
from workflow.kernel.errors import AlreadyDone
from workflow.organisation.work import Work
from workflow.record.record import record

RETRY = timedelta(milliseconds=5)
Handle = Callable[[Posted, Work], Awaitable[None]]


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "RETRY_AFTER", (RETRY, RETRY))


def post(update_id: int, words: str = "x", *, chat_id: int = WX) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id, "date": 1_800_000_000, "text": words,
            "chat": {"id": chat_id, "type": "supergroup", "title": "无锡"},
            "from": {"id": 1101, "is_bot": False, "first_name": "林"},
        },
    }  # fmt: skip


class Intake:
    """An inbox whose messages go to one handler of the test."""

    def __init__(
        self, desk: Desk, handle: Handle, *, holder: str = "here", store: Store | None = None
    ) -> None:
        async def only_posts(incoming: Incoming, work: Work, _acknowledge: Acknowledge) -> None:
            if isinstance(incoming, Posted):
                await handle(incoming, work)

        self.desk = desk
        self.inbox = Inbox(
            channels=desk.channels(), handle=only_posts, store=store or desk.store, make_work=desk.work,
            clock=desk.clock, ops=desk.ops(), meters=desk.meters, holder=holder,
        )  # fmt: skip
        self.running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.running = asyncio.create_task(self.inbox.run())

    async def stop(self) -> None:
        await self.inbox.stop(within=ENOUGH)
        if self.running is not None:
            await asyncio.wait_for(self.running, ENOUGH)

    async def finish(self) -> None:
        """Handles until nothing waits, and stops."""
        self.start()
        async with asyncio.timeout(ENOUGH):
            while await waiting(self.desk):  # noqa: ASYNC110 - the table tells nobody
                await asyncio.sleep(0.005)
        await self.stop()


async def waiting(desk: Desk) -> int:
    async with desk.store.read() as session:
        return (await rows.counts(session)).waiting


async def states(desk: Desk) -> dict[int, str]:
    async with desk.store.read() as session:
        found = await session.execute(select(InboxUpdate.update_id, InboxUpdate.state))
        return dict(found.all())


async def unexpected(_message: Posted, work: Work) -> None:
    pytest.fail("nothing should have been handled")


async def test_updates_are_stored_sealed_and_a_second_delivery_is_nothing_new(desk: Desk) -> None:
    intake = Intake(desk, unexpected)
    update = post(7, "张三 320583199001010010")
    assert await intake.inbox.keep([update, post(8)], mark="9") == 2
    assert await intake.inbox.keep([update]) == 0
    async with desk.store.read() as session:
        row = await session.get_one(InboxUpdate, 7)
        offset = await session.scalar(text("SELECT value FROM desk WHERE key = 'poll_offset'"))
    assert "张三".encode() not in row.sealed
    assert b"320583" not in row.sealed
    assert desk.store.sealer.unseal("inbox", row.sealed).items() > update.items()
    assert (row.lane, offset, desk.meters.received) == (WX, "9", 2)


async def test_a_chat_is_handled_in_order_and_chats_side_by_side(desk: Desk) -> None:
    seen: list[int] = []
    both = asyncio.Barrier(2)

    async def handle(message: Posted, work: Work) -> None:
        if message.place.message_id in (1, 2):  # the first of each chat: each waits for the other
            await asyncio.wait_for(both.wait(), ENOUGH)
        seen.append(message.place.message_id)

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(number, chat_id=WX if number % 2 else KS) for number in range(1, 11)])
    await intake.finish()
    assert [number for number in seen if number % 2] == [1, 3, 5, 7, 9]
    assert [number for number in seen if not number % 2] == [2, 4, 6, 8, 10]
    assert set((await states(desk)).values()) == {"done"}


@pytest.mark.engines
async def test_what_a_handler_changes_and_the_end_of_its_update_are_one(desk: Desk) -> None:
    async def handle(message: Posted, work: Work) -> None:
        async with work.write() as tx:
            await tx.queue("say", chat_id=WX, payload={"text": message.text or ""})

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1, "one"), post(2, "two")])
    await intake.finish()
    await desk.send()
    assert desk.said() == ["one", "two"]


async def test_an_update_that_keeps_failing_is_set_aside_and_the_next_ones_go_on(desk: Desk) -> None:
    tries: list[int] = []
    handled: list[int] = []

    async def handle(message: Posted, work: Work) -> None:
        async with work.write():
            if message.place.message_id == 1:
                tries.append(1)
                raise ZeroDivisionError
            handled.append(message.place.message_id)

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(number) for number in (1, 2, 3)])
    await intake.finish()
    assert (len(tries), handled) == (3, [2, 3])
    assert await states(desk) == {1: "aside", 2: "done", 3: "done"}
    async with desk.store.read() as session:
        incident = (await session.get_one(InboxUpdate, 1)).incident
    assert incident is not None
    await desk.send()
    assert desk.said() == ["error.incident"]
    assert desk.said(OPS) == ["ops.set_aside"]
    assert desk.meters.aside == 1


async def test_a_failure_that_passes_costs_nothing(desk: Desk) -> None:
    tries: list[int] = []

    async def handle(_message: Posted, work: Work) -> None:
        async with work.write() as tx:
            await tx.queue("say", chat_id=WX, payload={"text": "once"})
            tries.append(1)
            if len(tries) < 3:
                raise ConnectionError

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1)])
    await intake.finish()
    await desk.send()
    assert desk.said() == ["once"]
    assert await states(desk) == {1: "done"}


async def test_one_that_is_due_again_before_the_disk_has_it_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk.store.wal is None:
        pytest.skip("PostgreSQL's commit waits for its disk itself")
    on_disk = desk.store.wal.durable
    tries: list[int] = []
    others = [post(2, chat_id=KS)]

    async def handle(message: Posted, work: Work) -> None:
        async with work.write():
            tries.append(message.place.message_id)
            if tries == [1]:
                raise ConnectionError

    async def slow() -> None:
        """The disk is slow for what the failure has left; the queue is looked at meanwhile, when it is due."""
        if tries == [1] and others:
            await asyncio.sleep(RETRY.total_seconds() * 2)
            await intake.inbox.keep([others.pop()])
            while len(tries) < 2:  # noqa: ASYNC110 - until another chat's is handled
                await asyncio.sleep(0.001)
        await on_disk()

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1)])
    monkeypatch.setattr(desk.store.wal, "durable", slow)
    await intake.finish()
    assert tries == [1, 2, 1]
    assert await states(desk) == {1: "done", 2: "done"}


@pytest.mark.parametrize(
    "body",
    [
        {"message": {"chat": {"id": WX, "type": "supergroup"}, "message_id": 3}},
        {"message": "text"},
        {"callback_query": {"id": 5}},
        post(1, "half a character: \ud83d") | {"my_chat_member": 5},
        {"message": {"chat": {"id": 2**70, "type": "supergroup"}, "message_id": 2**70}},
    ],
)
async def test_what_cannot_be_parsed_is_set_aside_at_once(desk: Desk, body: dict[str, Any]) -> None:
    handled: list[int] = []

    async def handle(message: Posted, work: Work) -> None:
        handled.append(message.place.message_id)

    intake = Intake(desk, handle)
    await intake.inbox.keep([{"update_id": 1, **body}, post(2)])
    await intake.finish()
    assert await states(desk) == {1: "aside", 2: "done"}
    assert handled == [2]


async def test_what_cannot_be_read_for_a_fault_of_ours_is_tried_again_and_then_set_aside(desk: Desk) -> None:
    tried: list[int] = []

    class Faulty(Receiver):
        async def read(self, raw: Raw, number_of: NumberOf) -> Incoming | None:
            tried.append(raw["update_id"])
            if raw["update_id"] == 1:
                raise ZeroDivisionError
            return await super().read(raw, number_of)

    async def handle(_message: Posted, _work: Work) -> None:
        return

    intake = Intake(desk, handle)
    intake.inbox._channels = desk.channels(receiver=Faulty(desk.bot))
    await intake.inbox.keep([post(1), post(2)])
    await intake.finish()
    assert await states(desk) == {1: "aside", 2: "done"}
    assert tried == [1, 1, 1, 2]


async def test_an_update_of_a_kind_that_nobody_handles_is_done(desk: Desk) -> None:
    intake = Intake(desk, unexpected)
    await intake.inbox.keep([{"update_id": 1, "something_of_next_year": {"x": 1}}, {"update_id": 2}])
    await intake.finish()
    assert await states(desk) == {1: "done", 2: "done"}


async def test_an_update_without_a_number_is_left_out_and_the_others_kept(desk: Desk) -> None:
    intake = Intake(desk, unexpected)
    assert await intake.inbox.keep([{"message": {}}, {"update_id": True}, {"update_id": 2**63}, post(5)]) == 1
    assert list(await states(desk)) == [5]


@pytest.mark.engines
async def test_what_another_process_did_meanwhile_is_not_done_twice(desk: Desk) -> None:
    async def handle(_message: Posted, work: Work) -> None:
        async with desk.store.write() as session:
            await rows.done(session, 1, now=desk.clock())
        with pytest.raises(AlreadyDone):
            async with work.write() as tx:
                await tx.queue("say", chat_id=WX, payload={"text": "twice"})
        raise AlreadyDone

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1)])
    await intake.finish()
    await desk.send()
    assert desk.said() == []
    assert await states(desk) == {1: "done"}


async def steal(desk: Desk, statement: str, **values: Any) -> None:
    """What somebody does who writes to the database and has not its key."""
    async with desk.store.engine.begin() as connection:
        assert (await connection.execute(text(statement), values)).rowcount


class Acts:
    """A handler whose every message is an act that the record tells of."""

    def __init__(self, desk: Desk) -> None:
        self.seen: list[int] = []
        self.intake = Intake(desk, self)

    async def __call__(self, message: Posted, work: Work) -> None:
        async with work.write() as tx:
            await record(tx, None, "seen")
        self.seen.append(message.place.message_id)

    async def again(self) -> None:
        """What waits is handled by a new process."""
        self.intake = Intake(self.intake.desk, self)
        await self.intake.finish()


@pytest.mark.engines
async def test_what_was_handled_is_not_done_again_when_its_row_is_put_back(desk: Desk) -> None:
    acts = Acts(desk)
    await acts.intake.inbox.keep([post(1), post(2)])
    await acts.intake.finish()
    await steal(desk, "UPDATE inbox SET state = 'new', done_at = NULL WHERE update_id = 1")
    await acts.again()
    assert acts.seen == [1, 2]
    assert await states(desk) == {1: "aside", 2: "done"}


@pytest.mark.engines
async def test_nor_when_it_is_put_back_as_it_was_word_for_word(desk: Desk) -> None:
    acts = Acts(desk)
    await acts.intake.inbox.keep([post(1)])
    async with desk.store.read() as session:
        kept = (await session.get_one(InboxUpdate, 1)).sealed
    await acts.intake.finish()
    await steal(desk, "UPDATE inbox SET state = 'new', done_at = NULL, sealed = :kept", kept=kept)
    await acts.again()
    assert acts.seen == [1]
    assert await states(desk) == {1: "aside"}


async def test_words_in_the_row_of_another_update_are_nobodys(desk: Desk) -> None:
    acts = Acts(desk)
    await acts.intake.inbox.keep([post(1), post(2, chat_id=KS)])
    async with desk.store.read() as session:
        words = {row.update_id: row.sealed for row in await session.scalars(select(InboxUpdate))}
    for number, sealed in words.items():
        await steal(
            desk, "UPDATE inbox SET sealed = :sealed WHERE update_id = :id", sealed=sealed, id=3 - number
        )
    await acts.intake.finish()
    assert acts.seen == []
    assert await states(desk) == {1: "aside", 2: "aside"}


async def test_a_number_that_is_given_out_again_after_a_year_is_another_update(desk: Desk) -> None:
    acts = Acts(desk)
    await acts.intake.inbox.keep([post(1)])
    await acts.intake.finish()
    await steal(desk, "DELETE FROM inbox")
    desk.offset += timedelta(days=400)
    assert await acts.intake.inbox.keep([post(1)]) == 1
    await acts.again()
    assert acts.seen == [1, 1]


async def test_what_an_older_version_kept_is_handled(desk: Desk) -> None:
    acts = Acts(desk)
    async with desk.store.write() as session:
        sealed = desk.store.sealer.seal("inbox", post(1))
        await rows.store_updates(session, [(1, WX, sealed)], desk.clock())
    await acts.intake.finish()
    assert acts.seen == [1]


@pytest.mark.engines
async def test_two_processes_share_the_work_and_keep_a_chat_s_order(desk: Desk, second_store: Store) -> None:
    seen: list[int] = []

    async def handle(message: Posted, work: Work) -> None:
        async with work.write():
            seen.append(message.place.message_id)

    here = Intake(desk, handle, holder="here")
    there = Intake(desk, handle, holder="there", store=second_store)
    await here.inbox.keep([post(number, chat_id=WX if number % 2 else KS) for number in range(30)])
    there.start()
    await here.finish()
    await there.stop()
    assert sorted(seen) == list(range(30))
    for odd in (0, 1):
        assert [number for number in seen if number % 2 == odd] == list(range(odd, 30, 2))


async def test_stopping_lets_the_handler_end_and_leaves_the_rest_for_the_next_start(desk: Desk) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    seen: list[int] = []

    async def handle(message: Posted, work: Work) -> None:
        begun.set()
        await may_end.wait()
        async with work.write():
            seen.append(message.place.message_id)

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1), post(2)])
    intake.start()
    await asyncio.wait_for(begun.wait(), ENOUGH)
    stopping = asyncio.create_task(intake.stop())
    await asyncio.sleep(0)
    may_end.set()
    await stopping
    assert await states(desk) == {1: "done", 2: "new"}
    again = Intake(desk, handle)
    await again.finish()
    assert seen == [1, 2]


@pytest.mark.engines
async def test_a_handler_cut_off_by_the_stop_is_begun_again_at_the_next_start(desk: Desk) -> None:
    begun = asyncio.Event()
    tries: list[int] = []

    async def handle(message: Posted, work: Work) -> None:
        tries.append(message.place.message_id)
        begun.set()
        async with work.write():
            if len(tries) == 1:
                await asyncio.Event().wait()

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1)])
    intake.start()
    await asyncio.wait_for(begun.wait(), ENOUGH)
    await intake.inbox.stop(within=0.01)
    assert await states(desk) == {1: "new"}
    await Intake(desk, handle).finish()
    assert (tries, await states(desk)) == ([1, 1], {1: "done"})


@pytest.mark.engines
async def test_moving_the_clock_does_not_start_a_running_handler_again(desk: Desk) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    tries: list[int] = []

    async def handle(message: Posted, work: Work) -> None:
        tries.append(message.place.message_id)
        if message.place.message_id == 1:
            begun.set()
            await asyncio.wait_for(may_end.wait(), ENOUGH)
        else:
            may_end.set()
        async with work.write():
            pass

    intake = Intake(desk, handle)
    await intake.inbox.keep([post(1)])
    intake.start()
    await asyncio.wait_for(begun.wait(), ENOUGH)
    desk.offset += timedelta(days=1)  # every lease is over
    await intake.inbox.keep([post(2, chat_id=KS)])
    await intake.finish()
    assert sorted(tries) == [1, 2]
