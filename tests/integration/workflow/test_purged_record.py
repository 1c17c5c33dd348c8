"""A chain whose contents were deleted stays provable: whoever changes what is left of it is found out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from storage.copies.backup import backup
from storage.copies.move import move
from storage.copies.restore import restore
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.tables.models import Event, Request
from tests.integration.workflow.purged import (
    ADMIN,
    COLLEAGUE,
    LIAISON,
    NUMBER,
    OFFICER,
    ROW,
    closed,
    closed_and_purged,
    events,
    purge,
    take_in,
)  # fmt: skip
from tests.integration.workflow.scene import FORM, KS, Scene
from tests.integration.workflow.test_record import CHANGES, check, tamper, tampered
from workflow.record.chains import DESK_CHAIN, EMPTIED, PURGE, left_of
from workflow.record.record import record
from workflow.record.verifying import verify
from workflow.scheduled import ticks


async def test_a_purged_chain_is_whole_and_its_days_stay_sealed(scene: Scene) -> None:
    request = await closed(scene)
    before = await events(scene, request)
    scene.pass_time(days=1)
    await ticks.digests(scene.work())  # seals the day that all of it happened on
    scene.pass_time(days=40)
    await purge(scene)
    assert await check(scene) is None
    scene.pass_time(days=1)
    await ticks.digests(scene.work())
    assert await check(scene) is None
    after = await events(scene, request)
    assert [(e.seq, e.at, e.actor_id, e.action, e.prev, e.hash) for e in after[:-1]] == [
        (e.seq, e.at, e.actor_id, e.action, e.prev, e.hash) for e in before
    ]
    details = [scene.store.sealer.unseal("events", event.sealed) for event in after]
    assert details[:-1] == [EMPTIED] * len(before)
    assert after[-1].action == PURGE and details[-1]["events"] == len(before)
    async with scene.work().read() as tx:
        assert (await verify(tx, batch=2))[0] == (await verify(tx))[0] >= len(after)


async def test_what_happens_after_a_purge_is_recorded_and_proved_as_ever(scene: Scene) -> None:
    request = await closed_and_purged(scene)
    await scene.says(ADMIN, f"/audit {NUMBER}", chat=ADMIN)
    await scene.says(OFFICER, f"/show {NUMBER}", chat=OFFICER)
    assert (await scene.actions(request))[-3:] == ["purge", "audited", "read"]
    assert await check(scene) is None
    last = (await events(scene, request))[-1]
    emptied = scene.store.sealer.seal("events", EMPTIED)
    await tamper(scene, update(Event).where(Event.id == last.id).values(sealed=emptied))
    broken = await check(scene)
    assert broken is not None and (broken.seq, broken.number) == (last.seq, NUMBER), "it came after the purge"
    assert "no purge" in broken.why


async def test_an_imported_row_gets_a_chain_of_its_purge(scene: Scene) -> None:
    await take_in(scene, ROW)
    await purge(scene)
    [request] = await scene.all_requests()
    assert await scene.actions(request) == ["purge"]
    assert await check(scene) is None
    await tamper(scene, delete(Event).where(Event.chain == request.id))
    assert await check(scene) is not None


#: "the content" is gone, so that only a purge's own can be changed.
async def test_a_changed_or_deleted_event_of_a_purged_chain_is_found(scene: Scene) -> None:
    request = await closed_and_purged(scene)
    changes = {what: change for what, change in CHANGES.items() if what != "the chain"}
    chain = await events(scene, request)
    assert {"register", "accept", "answer", "close", "purge"} <= {event.action for event in chain}
    for event in chain:
        for what, change in {**changes, "deleted": None}.items():
            async with tampered(scene, event, change(event) if change else None):
                assert await check(scene) is not None, (event.action, what)
    assert await check(scene) is None


async def test_a_hash_changed_together_with_the_link_to_it_is_found(scene: Scene) -> None:
    request = await closed_and_purged(scene)
    first, second, *_ = await events(scene, request)
    await tamper(scene, update(Event).where(Event.id == first.id).values(hash=bytes(32)))
    await tamper(scene, update(Event).where(Event.id == second.id).values(prev=bytes(32)))
    broken = await check(scene)
    assert broken is not None and "was changed" in broken.why


async def test_an_event_emptied_without_a_purge_is_found(scene: Scene) -> None:
    """With a sealed nothing that whoever has no key can copy from a purged chain."""
    purged = await closed_and_purged(scene)
    emptied = (await events(scene, purged))[0].sealed
    await scene.says(COLLEAGUE, FORM)
    await scene.says(LIAISON, "/accept WX27-0001", chat=KS)
    request = await scene.request("WX27-0001")
    target = (await events(scene, request))[0]
    await tamper(scene, update(Event).where(Event.id == target.id).values(sealed=emptied))
    broken = await check(scene)
    assert broken is not None and (broken.number, broken.seq) == ("WX27-0001", 1)
    assert "no purge" in broken.why


async def test_the_last_chain_of_all_is_looked_at_to_its_end(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    emptied = scene.store.sealer.seal("events", EMPTIED)
    await tamper(scene, update(Event).where(Event.chain != DESK_CHAIN).values(sealed=emptied))
    async with scene.work().read() as tx:
        sound, broken = await verify(tx)
        count = len((await tx.session.scalars(select(Event.id).where(Event.chain == DESK_CHAIN))).all())
    assert broken is not None and (broken.seq, sound) == (1, count)


async def test_the_desks_own_chain_is_never_excused(scene: Scene) -> None:
    await closed_and_purged(scene)
    await scene.says(ADMIN, "/role @gu liaison", chat=KS)
    emptied = scene.store.sealer.seal("events", EMPTIED)
    await tamper(scene, update(Event).where(Event.chain == DESK_CHAIN).values(sealed=emptied))
    broken = await check(scene)
    assert broken is not None and broken.chain == DESK_CHAIN


async def test_a_purge_of_another_chain_vouches_for_nothing(scene: Scene) -> None:
    """Who writes to the database without the key can only put rows elsewhere; a purge stands in its own chain."""
    purged = await closed_and_purged(scene)
    vouching = (await events(scene, purged))[-1]
    await scene.says(COLLEAGUE, FORM)
    request = await scene.request("WX27-0001")
    [*_, last] = await events(scene, request)
    emptied = (await events(scene, purged))[0].sealed
    async with scene.store.write() as session:
        await session.execute(update(Event).where(Event.chain == request.id).values(sealed=emptied))
        session.add(
            Event(
                chain=request.id, seq=last.seq + 1, at=vouching.at, actor_id=None, unit_id=None, action=PURGE,
                sealed=vouching.sealed, prev=last.hash, hash=vouching.hash,
            )
        )  # fmt: skip
        await session.execute(
            update(Request)
            .where(Request.id == request.id)
            .values(event_seq=last.seq + 1, event_head=vouching.hash, purged_at=scene.now)
        )
    broken = await check(scene)
    assert broken is not None and broken.number == "WX27-0001"


async def test_a_purge_that_does_not_vouch_for_what_is_left_excuses_nothing(scene: Scene) -> None:
    """A bug, or somebody with the key: the event is sound, and says another thing than the rows."""
    request = await closed(scene)
    emptied = scene.store.sealer.seal("events", EMPTIED)
    for left in (left_of([]), None):
        async with scene.work().write() as tx:
            held = await tx.session.get(Request, request.id, with_for_update=True)
            detail = {} if left is None else {"left": left}
            await record(tx, held, "purge", **detail)
    await tamper(
        scene, update(Event).where(Event.chain == request.id, Event.action != PURGE).values(sealed=emptied)
    )
    broken = await check(scene)
    assert broken is not None and (await events(scene, request))[broken.seq - 1].action == PURGE


STAYS: dict[str, Callable[[Event], object]] = {
    "seq": lambda e: e.seq + 1,
    "at": lambda e: e.at + timedelta(microseconds=1),
    "actor_id": lambda e: None,
    "unit_id": lambda e: None,
    "action": lambda e: "cancel",
    "hash": lambda e: bytes(32),
}


@pytest.mark.parametrize("column", STAYS)
async def test_what_is_left_covers_every_column_that_stays(scene: Scene, column: str) -> None:
    await scene.says(OFFICER, FORM)
    [event, *rest] = await events(scene, await scene.request(NUMBER))
    before = left_of([event, *rest])
    assert before != left_of(rest)
    setattr(event, column, STAYS[column](event))
    assert before != left_of([event, *rest])


async def test_verify_in_chat_is_content_and_the_audit_shows_who_did_what(scene: Scene) -> None:
    await closed_and_purged(scene)
    await scene.says(ADMIN, "/verify", chat=ADMIN)
    assert "全部完好" in scene.said[-1].text
    await scene.says(ADMIN, f"/audit {NUMBER}", chat=ADMIN)
    told = scene.said[-1].text
    assert "内容已按期删除" in told and "顾一苇" in told and "反馈" in told


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def elsewhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sealer: Sealer
) -> AsyncIterator[Store]:
    """A database without tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('elsewhere')}/elsewhere.db"
    else:
        url = request.getfixturevalue("postgresql_databases").empty()
    opened = Store.open(url, sealer=sealer)
    yield opened
    await opened.close()


async def test_a_purged_desk_that_is_moved_is_proved_there(scene: Scene, elsewhere: Store) -> None:
    await closed_and_purged(scene)
    await take_in(scene, ROW)
    await purge(scene)
    await move(scene.store, elsewhere)
    moved = replace(scene, store=elsewhere)
    assert await check(moved) is None
    assert (await moved.request(NUMBER)).purged_at == (await scene.request(NUMBER)).purged_at
    [refused] = await take_in(moved, ROW)
    assert refused.purged
    assert (await purge(moved)).counts.requests == 0


async def test_a_backup_of_a_purged_desk_is_checked_and_restored(
    scene: Scene, tmp_path: Path, sealer: Sealer
) -> None:
    """The newest events of the desk are emptied ones: a backup opens them to see that its key fits."""
    await closed_and_purged(scene)
    made = await backup(scene.store, tmp_path / "copy.db", key_path=None)
    there = tmp_path / "there.db"
    await restore(made.path, f"sqlite+aiosqlite:///{there}", sealer=sealer, force=False)
    restored = Store.open(f"sqlite+aiosqlite:///{there}", sealer=sealer)
    try:
        assert await check(replace(scene, store=restored)) is None
    finally:
        await restored.close()
