"""Once a day whoever supervises hears by themselves of what is new, in private; where nothing is, nothing is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Event, Request
from tests.integration.workflow.scene import KS, SZ, Scene
from tests.integration.workflow.test_watching import OTHERS, asks
from workflow.kernel.policy import Watch
from workflow.scheduled import ticks, watches

OFFICER_KS, LIAISON, SUPERVISOR_KS, SUPERVISOR_SZ, OFFICER_SZ, ADMIN = 24, 22, 25, 32, 33, 1001
DAILY = "每日督查要览"


@pytest.fixture
async def watched(scene: Scene) -> Scene:
    """Two supervisors, a liaison and an admin whom we reach in private; nine in the morning."""
    scene.policy = replace(scene.policy, watch=Watch(no_case=1, late=0))
    scene.pass_time(days=1)  # they have been what they are for a day
    for who in (SUPERVISOR_KS, SUPERVISOR_SZ, LIAISON, ADMIN, OFFICER_KS):
        await scene.says(who, "/start", chat=who)
    return scene


async def told(scene: Scene) -> dict[int, str]:
    """What the tick says to each person."""
    heard = len(scene.said)
    await ticks.digests(scene.work())
    await scene.deliver()
    return {s.chat: s.text for s in scene.said[heard:] if s.chat > 0}


@pytest.mark.engines
async def test_each_supervisor_hears_of_their_own_units_once_a_day(watched: Scene) -> None:
    assert await told(watched) == {}, "there is nothing to tell"
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    assert await told(watched) == {}, "the time of the day is over"
    watched.pass_time(days=1)
    heard = await told(watched)
    assert set(heard) == {SUPERVISOR_KS, SUPERVISOR_SZ}
    assert all(DAILY in text and "/r_KS26_0001" in text and "（新 1）" in text for text in heard.values())
    assert await told(watched) == {}
    watched.pass_time(days=1)
    assert await told(watched) == {}, "nothing is new"
    await watched.says(OFFICER_SZ, asks("无锡", OTHERS[0]), chat=SZ)
    await watched.says(OFFICER_KS, asks("无锡", OTHERS[1]), chat=KS)
    watched.pass_time(days=1)
    heard = await told(watched)
    assert "SZ26" not in heard[SUPERVISOR_KS] and "/r_SZ26_0001" in heard[SUPERVISOR_SZ]
    assert "2（新 1）：/r_KS26_0002 /r_KS26_0001" in heard[SUPERVISOR_KS]


@pytest.mark.engines
async def test_two_processes_tell_it_once(watched: Scene) -> None:
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    watched.pass_time(days=1)
    assert await watches.run(watched.work()) == 2
    assert await watches.run(watched.work()) == 0
    async with watched.store.read() as session:
        which = select(Event.id).where(Event.chain == DESK_CHAIN, Event.action == "watched")
        assert len((await session.scalars(which)).all()) == 2


async def test_another_process_that_looked_at_the_same_time_says_nothing(
    watched: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    watched.pass_time(days=1)
    build, runs = watches.build, 0

    async def meanwhile(*args: object, **options: object) -> object:
        nonlocal runs
        view = await build(*args, **options)  # type: ignore[arg-type]
        runs += 1
        if runs == 1:  # the other one is faster, from beginning to end
            assert await watches.run(watched.work()) == 2
        return view

    monkeypatch.setattr(watches, "build", meanwhile)
    assert await watches.run(watched.work()) == 0


async def test_after_downtime_what_was_not_told_is_told_together(watched: Scene) -> None:
    await told(watched)
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    watched.pass_time(days=4)
    assert "/r_KS26_0001" in (await told(watched))[SUPERVISOR_KS]


async def test_at_its_hour_and_never_where_none_is_set(watched: Scene) -> None:
    await told(watched)
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    watched.policy = replace(watched.policy, watch=replace(watched.policy.watch, at=time(20)))
    watched.pass_time(hours=10)
    assert await told(watched) == {}, "it is seven in the evening"
    watched.policy = replace(watched.policy, watch=replace(watched.policy.watch, at=None))
    watched.pass_time(hours=2)
    assert await told(watched) == {}
    watched.policy = replace(watched.policy, watch=replace(watched.policy.watch, at=time(20)))
    assert set(await told(watched)) == {SUPERVISOR_KS, SUPERVISOR_SZ}


async def test_who_is_no_supervisor_any_more_hears_nothing(watched: Scene) -> None:
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    await watched.says(ADMIN, "/role @wen none KS", chat=ADMIN)
    watched.pass_time(days=1)
    assert set(await told(watched)) == {SUPERVISOR_SZ}


async def test_who_is_removed_while_it_is_made_hears_nothing(
    watched: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    watched.pass_time(days=1)
    build = watches.build

    async def meanwhile(*args: object, **options: object) -> object:
        view = await build(*args, **options)  # type: ignore[arg-type]
        await watched.says(ADMIN, "/role @wen none KS", chat=ADMIN)
        await watched.says(ADMIN, "/role @cheng none SZ", chat=ADMIN)
        return view

    monkeypatch.setattr(watches, "build", meanwhile)
    assert not [text for text in (await told(watched)).values() if DAILY in text]


async def test_what_fails_for_one_is_told_to_the_others_all_the_same(
    watched: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await watched.says(OFFICER_KS, asks("无锡"), chat=KS)
    watched.pass_time(days=1)
    build, runs = watches.build, 0

    async def fails_first(*args: object, **options: object) -> object:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("the disk")
        return await build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(watches, "build", fails_first)
    with pytest.raises(RuntimeError, match="the disk"):
        await watches.run(watched.work())
    await watched.deliver()
    assert len([s for s in watched.said if DAILY in s.text]) == 1
    assert await watches.run(watched.work()) == 1, "the one for whom it failed, and nobody twice"


async def test_what_became_known_late_is_counted_over_the_days(watched: Scene) -> None:
    watched.policy = replace(watched.policy, watch=Watch(no_case=3, late=0))
    for days, subject in enumerate(OTHERS):
        assert await told(watched) == {}, days
        await watched.says(OFFICER_KS, asks("无锡", subject), chat=KS)
        watched.pass_time(days=1)
    assert "3（新 1）" in (await told(watched))[SUPERVISOR_KS]


async def test_what_is_late_is_new_on_the_day_that_it_becomes_late(watched: Scene) -> None:
    watched.policy = replace(watched.policy, watch=Watch(no_case=0, late=1))
    await watched.says(11, asks("昆山"), chat=-1001)
    due = (await watched.request("WX26-0001")).due_at
    assert due is not None
    while watched.now + timedelta(days=1) < due:
        watched.pass_time(days=1)
        assert await told(watched) == {}
    async with watched.store.write() as session:
        await session.execute(update(Request).values(due_at=watched.now + timedelta(hours=3)))
    watched.pass_time(days=1)
    assert "已超期仍未反馈" in (await told(watched))[SUPERVISOR_KS]
    watched.pass_time(days=1)
    assert SUPERVISOR_KS not in await told(watched)
