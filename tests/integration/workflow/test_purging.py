"""What a request said is deleted for good once its time is over: all of it, nothing else, whatever interrupts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from matching.text.normalise import VERSION
from storage.database.engine import Store
from storage.queries import figures
from storage.queries import purging as rows
from storage.queries.scopes import Scope
from storage.tables.models import Answer, Base, Event, MatchKey, MatchLabel, MatchRecord, Post, Request, Unit
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.purged import (
    COLLEAGUE,
    LIAISON,
    NUMBER,
    OFFICER,
    PERSONAL,
    ROW,
    closed,
    closed_and_purged,
    events,
    purge,
    take_in,
    unsealed,
)  # fmt: skip
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.keeping import purging, reindex
from workflow.kernel.body import Body
from workflow.kernel.former import FORMER
from workflow.ledger import giving as ledger
from workflow.record.verifying import verify
from workflow.scheduled import ticks


async def number_of(scene: Scene, table: type[Base]) -> int:
    async with scene.store.read() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def test_nothing_that_was_said_is_left_anywhere(scene: Scene) -> None:
    await closed(scene)
    before = await unsealed(scene)
    for words in PERSONAL:
        assert any(words in said for said in before.values()), f"{words} is not even there before"
    scene.pass_time(days=40)
    await ticks.housekeeping(scene.work())  # the queues keep two days
    await purge(scene)
    after = await unsealed(scene)
    assert {(words, table) for table, said in after.items() for words in PERSONAL if words in said} == set()
    assert await number_of(scene, MatchKey) == await number_of(scene, MatchRecord) == 0
    async with scene.store.read() as session:
        shown = set(await session.scalars(select(Post.shown).where(Post.request_id.is_not(None))))
    assert shown == {None}, "a hash by which a guess could be checked"


async def test_what_it_was_stays_and_so_do_the_figures(scene: Scene) -> None:
    before = await closed(scene)
    span = before.asked_at - timedelta(days=1), before.asked_at + timedelta(days=1)
    async with scene.store.read() as session:
        units = list(await session.scalars(select(Unit.id)))
        counted = await figures.done(session, Scope.of(*units).either, *span)
    assert counted.median_hours is not None
    scene.pass_time(days=40)
    await purge(scene)
    after = await scene.request(NUMBER)
    gone = {"sealed", "purged_at", "version", "event_seq", "event_head", "mac"}
    for column in Request.__table__.columns:
        assert column.name in gone or getattr(after, column.name) == getattr(before, column.name), column.name
    assert after.purged_at == scene.now
    assert Body.of(after, scene.store.sealer) == Body()
    async with scene.store.read() as session:
        assert await figures.done(session, Scope.of(*units).either, *span) == counted
        [answer] = (await session.scalars(select(Answer))).all()
    assert (answer.outcome, scene.store.sealer.unseal("answers", answer.sealed)) == ("found", {"text": ""})


async def test_the_count_beforehand_is_what_goes(scene: Scene) -> None:
    await closed(scene)
    scene.pass_time(days=40)
    await take_in(
        scene, ROW, ROW | {"id": "2", "state": "open", "answered_at": None, "answer": None, "outcome": None}
    )
    counted = await purging.count(scene.work(), scene.now - timedelta(days=31))
    assert counted.match_keys > 0
    assert (counted.requests, counted.answers, counted.comments, counted.files) == (2, 2, 1, 2)
    assert (await purge(scene)).counts == counted
    assert await purging.count(scene.work(), scene.now) == rows.Counts()


async def put(scene: Scene, state: str, **times: timedelta | None) -> None:
    """WX26-0001 in a state, with times so long ago."""
    values: dict[str, Any] = {
        name: scene.now - ago if ago is not None else None for name, ago in times.items()
    }
    async with scene.store.write() as session:
        await session.execute(update(Request).values(state=state, **values))


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "closed_at", "goes"),
    [
        ("closed", 32 * DAY, True), ("declined", 32 * DAY, True), ("cancelled", 32 * DAY, True),
        ("closed", 31 * DAY, False), ("closed", 30 * DAY, False), ("open", None, False), ("accepted", None, False),
        ("returned", None, False), ("answered", None, False),
    ],
)  # fmt: skip
async def test_only_what_ended_before_goes(
    scene: Scene, state: str, closed_at: timedelta | None, goes: bool
) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=100)
    answered = 90 * DAY if state in ("answered", "closed") else None
    await put(scene, state, closed_at=closed_at, answered_at=answered)
    before = await dump(scene.store)
    done = await purge(scene)
    assert done.counts.requests == int(goes)
    assert goes or changed(before, await dump(scene.store)) == set()


@pytest.mark.parametrize(
    ("state", "asked", "answered", "goes"),
    [
        ("answered", "2026-03-01", "2026-03-02", True), ("closed", "2026-03-01", "2026-03-02", True),
        ("declined", "2026-03-01", None, True), ("cancelled", "2026-03-01", None, True),
        ("open", "2026-03-01", None, False), ("returned", "2026-03-01", None, False),
        ("answered", "2026-03-01", "2026-11-20", False), ("answered", "2026-11-19", "2026-11-20", False),
    ],
)  # fmt: skip
async def test_what_was_imported_ends_with_its_answer(
    scene: Scene, state: str, asked: str, answered: str | None, goes: bool
) -> None:
    await take_in(scene, ROW | {"state": state, "asked_at": asked, "answered_at": answered})
    assert (await purge(scene)).counts.requests == int(goes)


async def test_what_was_reopened_stays(scene: Scene) -> None:
    await closed(scene)
    scene.pass_time(days=29)
    await scene.says(OFFICER, f"/reopen {NUMBER} 地址不符")
    scene.pass_time(days=40)
    assert (await purge(scene)).counts == rows.Counts()


async def test_the_copy_of_an_answer_stays_with_whoever_reused_it(scene: Scene) -> None:
    await closed(scene)
    scene.pass_time(days=20)
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert await number_of(scene, MatchLabel) == 1
    scene.pass_time(days=20)
    await purge(scene)
    assert await number_of(scene, MatchLabel) == 0, "a label tells of both requests that it compares"
    copy = await scene.request("WX26-0002")
    assert copy.purged_at is None and copy.reused_from_id == (await scene.request(NUMBER)).id
    await scene.says(COLLEAGUE, "/show WX26-0002", chat=COLLEAGUE)
    said = "\n".join(s.text for s in scene.said[-2:])
    assert "花桥" in said and "复用 WX26-0001" in said


async def test_without_a_rule_the_tick_deletes_nothing(scene: Scene) -> None:
    await closed(scene)
    scene.pass_time(days=4000)
    await ticks.housekeeping(scene.work())
    assert (await scene.request(NUMBER)).purged_at is None


async def test_the_tick_deletes_what_is_due_and_no_more(scene: Scene) -> None:
    scene.policy = replace(scene.policy, purge_after=timedelta(days=60))
    await closed(scene)
    scene.pass_time(days=60)
    await ticks.housekeeping(scene.work())
    assert (await scene.request(NUMBER)).purged_at is None
    scene.pass_time(seconds=1)
    await ticks.housekeeping(scene.work())
    request = await scene.request(NUMBER)
    assert request.purged_at == scene.now
    last = (await events(scene, request))[-1]
    detail = scene.store.sealer.unseal("events", last.sealed)
    assert (last.action, last.actor_id, detail["by"]) == ("purge", None, "purge_after")


async def test_a_tick_does_so_much_and_the_next_the_rest(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCHES_A_TICK", 2)
    scene.policy = replace(scene.policy, purge_after=timedelta(days=60))
    await take_in(scene, *[ROW | {"id": str(number)} for number in range(2 * purging.BATCH + 3)])
    assert [await purging.tick(scene.work()) for _ in range(3)] == [2 * purging.BATCH, 3, 0]
    assert await number_of(scene, Event) == 2 * purging.BATCH + 3 + await desk_events(scene)


async def desk_events(scene: Scene) -> int:
    async with scene.store.read() as session:
        return int(await session.scalar(select(func.count()).select_from(Event).where(Event.chain == 0)) or 0)


@pytest.mark.parametrize(("which", "index"), [(0, "ix_requests_ended"), (1, "ix_requests_ended_elsewhere")])
async def test_what_is_due_is_found_by_an_index(store: Store, which: int, index: str) -> None:
    """A tick with nothing to do must not read a million rows."""
    condition = (rows._ended_here, rows._ended_elsewhere)[which](datetime(2026, 1, 1, tzinfo=UTC))
    order = (Request.closed_at, Request.asked_at)[which]
    query = select(Request).where(Request.type == "household", condition).order_by(order).limit(25)
    words = str(query.compile(store.engine.sync_engine, compile_kwargs={"literal_binds": True}))
    async with store.read() as session:
        if store.dialect == "postgresql":  # an empty table is read through whatever its indexes
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            await session.execute(text("SET LOCAL enable_bitmapscan = off"))
            await session.execute(text("SET LOCAL enable_sort = off"))  # of few rows sorting may look cheaper
        explain = "EXPLAIN QUERY PLAN " if store.dialect == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(row) for row in await session.execute(text(explain + words.replace(":", "\\:"))))
    assert f"{index} " in plan or f"{index})" in plan, plan
    assert "SCAN" not in plan and "Sort" not in plan and "TEMP B-TREE" not in plan, plan


async def test_a_broken_record_is_left_as_it_is_and_does_not_hold_up_the_rest(scene: Scene) -> None:
    await closed(scene)
    await scene.says(COLLEAGUE, FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X"))
    await scene.says(COLLEAGUE, "/cancel WX26-0002")
    async with scene.store.write() as session:
        await session.execute(update(Event).where(Event.action == "accept").values(actor_id=1))
    scene.pass_time(days=40)
    broken = await scene.request(NUMBER)
    done = await purge(scene)
    assert (done.counts.requests, done.broken) == (1, (broken.id,))
    assert await purging.names(scene.work(), done.broken) == [NUMBER]
    assert (await scene.request(NUMBER)).purged_at is None
    async with scene.work().read() as tx:
        _, found = await verify(tx)
    assert found is not None and found.number == NUMBER, "the purge has not wiped away the trace"
    scene.policy = replace(scene.policy, purge_after=timedelta(days=31))
    assert await purging.tick(scene.work()) == 0


async def test_an_interrupted_purge_is_taken_up_where_it_stopped(scene: Scene) -> None:
    await take_in(scene, *[ROW | {"id": str(number)} for number in range(purging.BATCH + 5)])

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await purging.run(scene.work, before=scene.now - 31 * DAY, progress=interrupt)
    left = await purging.count(scene.work(), scene.now - 31 * DAY)
    assert left.requests == left.answers == 5
    assert (await purge(scene)).counts == left


async def test_two_purges_at_once_purge_everything_once(scene: Scene, second_store: Store) -> None:
    await take_in(scene, *[ROW | {"id": str(number)} for number in range(3 * purging.BATCH)])
    other = replace(scene, store=second_store)
    done = await asyncio.gather(purge(scene), purge(other))
    while (left := await purge(scene)).counts.requests:  # what one passed over since the other had it
        done.append(left)
    assert sum(one.counts.requests for one in done) == 3 * purging.BATCH
    async with scene.store.read() as session:
        query = select(func.count()).select_from(Event).where(Event.action == "purge").group_by(Event.chain)
        assert set(await session.scalars(query)) == {1}
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_an_answer_and_a_purge_at_once_lose_neither(scene: Scene, second_store: Store) -> None:
    """Somebody reopens in the last second while the other process purges: one of both is refused, whole."""
    await closed(scene)
    scene.pass_time(days=30)
    other = replace(scene, store=second_store)
    await asyncio.gather(scene.says(OFFICER, f"/reopen {NUMBER} 地址不符"), purge(other, days=30 - 0.1))
    request = await scene.request(NUMBER)
    assert (request.state == "open") is (request.purged_at is None)
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_the_index_made_anew_does_not_find_it_again(scene: Scene) -> None:
    await closed_and_purged(scene)
    assert await reindex.run(scene.work, everything=True, progress=lambda done: None) == 1
    assert (await scene.request(NUMBER)).key_version == VERSION
    assert await number_of(scene, MatchRecord) == await number_of(scene, MatchKey) == 0
    since = len(scene.said)
    await scene.says(COLLEAGUE, FORM)
    assert "复用" not in "".join(s.text + "".join(s.buttons) for s in scene.said[since:])


async def test_an_old_file_does_not_bring_it_back(scene: Scene) -> None:
    await closed(scene)
    await take_in(scene, ROW)
    scene.pass_time(days=40)
    ours: list[dict[str, Any]] = [
        row async for row in ledger.rows_out(scene.work(), since=None, until=None) if row["id"] == NUMBER
    ]
    assert (await purge(scene)).counts.requests == 2
    before = await dump(scene.store)
    for rows_again in ([ROW], [ROW | {"answer": "另一种说法"}], ours):
        [refused] = await take_in(scene, *rows_again)
        assert refused.purged and not refused.same
    assert changed(before, await dump(scene.store)) == set()
    assert await take_in(scene, ROW | {"id": "another"}) == []


async def test_an_id_that_came_from_elsewhere_does_not_stay(scene: Scene) -> None:
    await take_in(scene, ROW)
    await purge(scene)
    async with scene.store.read() as session:
        [name] = await session.scalars(select(Request.external_id))
    assert name is not None and name.startswith(FORMER) and "陈" not in name
    assert len(name) == len(FORMER) + 16


async def test_an_export_leaves_it_out(scene: Scene) -> None:
    await closed_and_purged(scene)
    await scene.says(COLLEAGUE, FORM)
    rows_out: Callable[..., Any] = ledger.rows_out
    assert [row["id"] async for row in rows_out(scene.work(), since=None, until=None)] == ["WX27-0001"]
    assert await ledger.left_out(scene.work(), since=None, until=None) == 1
    assert await ledger.left_out(scene.work(), since=scene.now, until=None) == 0
    assert await ledger.left_out(scene.work(), since=None, until=scene.now - 60 * DAY) == 0


async def test_whose_post_asked_several_units_keeps_what_the_others_still_need(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM.replace("致：昆山", "致：昆山、常州"))
    await scene.says(LIAISON, "/decline WX26-0001 不属本辖区", chat=KS)
    scene.pass_time(days=40)
    assert (await purge(scene)).counts.requests == 1
    other = await scene.request("WX26-0002")
    assert Body.of(other, scene.store.sealer).subjects
    await scene.edits(OFFICER, post, FORM.replace("致：昆山", "致：昆山、常州").replace("3天", "5天"))
    assert "修改" in scene.heard(WX) and (await scene.request("WX26-0002")).version > other.version
    assert Body.of(await scene.request(NUMBER), scene.store.sealer) == Body()
