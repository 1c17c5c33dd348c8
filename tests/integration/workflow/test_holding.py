"""Legal hold: nothing of a request is deleted while one stands, and the other side does not learn of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from storage.database.seal import Sealer
from storage.tables import schema
from storage.tables.left import HOLDS_LEFT
from storage.tables.models import Desk, LegalHold
from tests.integration.workflow.purged import NUMBER, ROW, closed, closed_and_purged, purge, take_in
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from tests.integration.workflow.test_record import check, tamper
from workflow.keeping import holdings, preserving, rekey
from workflow.keeping.covering import cover
from workflow.keeping.meant import Meant
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON = 11, 12, 13, 21, 22
LIAISON_SZ, CHANGZHOU, ADMIN = 31, 41, 1001
HOLD = f"/hold {NUMBER} 督察核查中"


async def told(scene: Scene, who: int, words: str, *, chat: int | None = None) -> str:
    heard = len(scene.said)
    await scene.says(who, words, chat=chat or who)
    return scene.heard(chat or who, heard)


async def holds(scene: Scene) -> int:
    async with scene.store.read() as session:
        standing = select(func.count()).select_from(LegalHold).where(LegalHold.released_at.is_(None))
        return int(await session.scalar(standing) or 0)


@pytest.mark.engines
async def test_what_is_held_is_not_purged_and_goes_when_the_hold_has_ended(scene: Scene) -> None:
    request = await closed(scene)
    assert "保全" in await told(scene, LIAISON, HOLD)
    scene.pass_time(days=400)
    await ticks.housekeeping(scene.work())
    assert (await purge(scene)).counts.requests == 0
    assert (await scene.request(NUMBER)).purged_at is None
    assert "已解除" in await told(scene, LIAISON, f"/release_hold {NUMBER}")
    assert (await scene.actions(request))[-2:] == ["hold", "release_hold"]
    assert (await purge(scene)).counts.requests == 1
    assert await check(scene) is None
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(LegalHold)) == 0, "its reason goes too"


async def test_the_desks_own_rule_leaves_what_is_held(scene: Scene) -> None:
    await closed(scene)
    await told(scene, LIAISON_WX, HOLD)
    scene.policy = replace(scene.policy, purge_after=timedelta(days=31))
    scene.pass_time(days=400)
    await ticks.housekeeping(scene.work())
    assert (await scene.request(NUMBER)).purged_at is None


@pytest.mark.parametrize("who", [LIAISON, LIAISON_WX, LIAISON_SZ, ADMIN])
async def test_who_looks_after_one_of_the_units_may(scene: Scene, who: int) -> None:
    await closed(scene)
    await told(scene, who, HOLD)
    assert await holds(scene) == 1
    assert await check(scene) is None


@pytest.mark.parametrize("who", [OFFICER, COLLEAGUE, HANDLER, CHANGZHOU])
async def test_others_may_not(scene: Scene, who: int) -> None:
    await closed(scene)
    assert "保全后" not in await told(scene, who, HOLD)
    assert await holds(scene) == 0


async def test_it_is_shown_to_the_unit_that_placed_it_and_to_nobody_else(scene: Scene) -> None:
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    for who in (LIAISON, ADMIN):
        assert "督察核查中" in await scene.reads(who, NUMBER), who
        assert "保全" in await told(scene, who, f"/audit {NUMBER}"), who
    for who in (LIAISON_WX, OFFICER, HANDLER):
        assert "保全" not in await scene.reads(who, NUMBER), who
    assert "保全" not in await told(scene, LIAISON_WX, f"/audit {NUMBER}")
    assert "保全" not in scene.heard(KS) and "保全" not in scene.heard(WX)


async def test_in_a_group_nothing_is_held(scene: Scene) -> None:
    await closed(scene)
    assert "私聊" in await told(scene, LIAISON, HOLD, chat=KS)
    assert await holds(scene) == 0


async def test_a_hold_on_a_purged_request_is_refused_in_one_line(scene: Scene) -> None:
    await closed_and_purged(scene)
    refused = await told(scene, LIAISON, HOLD)
    assert "内容已于" in refused and len(refused.strip().splitlines()) == 1
    assert await holds(scene) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"/hold {NUMBER}", "/hold WX26-0001 督察核查中"),
        ("/hold", "/hold"),
        ("/hold WX26-0099 督察核查中", "WX26-0099"),
        (f"/release_hold {NUMBER}", "没有保全"),
        (f"/release-hold {NUMBER}", "没有保全"),
    ],
)
async def test_what_is_wrong_is_said_and_changes_nothing(scene: Scene, words: str, said: str) -> None:
    await closed(scene)
    assert said in await told(scene, LIAISON, words)
    assert await holds(scene) == 0


async def test_the_same_person_holds_it_once(scene: Scene) -> None:
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    assert "已保全" in await told(scene, LIAISON, HOLD)
    assert await holds(scene) == 1


async def test_one_unit_does_not_end_the_hold_of_the_other(scene: Scene) -> None:
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    assert "没有保全" in await told(scene, LIAISON_WX, f"/release_hold {NUMBER}"), (
        "it does not even learn of it"
    )
    await told(scene, LIAISON_WX, HOLD)
    await told(scene, LIAISON_WX, f"/release_hold {NUMBER}")
    assert await holds(scene) == 1
    assert "没有保全" not in await told(scene, ADMIN, f"/release_hold {NUMBER}")
    assert await holds(scene) == 0


async def test_a_liaison_does_not_end_what_who_stands_above_them_keeps(scene: Scene) -> None:
    """Another person of the same unit: it may be they who are looked into."""
    await closed(scene)
    await told(scene, ADMIN, HOLD)
    await told(scene, LIAISON, f"/release_hold {NUMBER}")
    assert await holds(scene) == 1


async def test_a_hold_outlives_a_transfer_and_is_ended_by_who_placed_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await told(scene, LIAISON, HOLD)
    await scene.says(LIAISON, f"/transfer {NUMBER} CZ", chat=KS)
    assert (await scene.request(NUMBER)).to_unit_id is not None
    masked = await scene.reads(LIAISON, NUMBER)
    assert "陈望舒" not in masked and "陈**" in masked, "it passed the request on, and looks on"
    for who in (HANDLER, LIAISON_WX, CHANGZHOU):
        await told(scene, who, f"/release_hold {NUMBER}")
        assert await holds(scene) == 1, who
    assert "私聊" in await told(scene, LIAISON, f"/release_hold {NUMBER}", chat=KS)
    said = await told(scene, LIAISON, f"/release_hold {NUMBER}")
    assert NUMBER in said and "陈望舒" not in said and await holds(scene) == 0
    assert (await told(scene, LIAISON, f"/release_hold {NUMBER}")).startswith("🚫"), "it only looks on"
    assert await check(scene) is None


@pytest.mark.parametrize("how", ["deleted", "released"])
async def test_a_hold_that_is_taken_away_by_hand_is_found(scene: Scene, how: str) -> None:
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    assert await check(scene) is None
    change = delete(LegalHold) if how == "deleted" else update(LegalHold).values(released_at=scene.now)
    await tamper(scene, change)
    broken = await check(scene)
    assert broken is not None and "legal_hold" in broken.why


@pytest.mark.parametrize("how", ["deleted", "released"])
async def test_a_hold_that_is_taken_away_by_hand_still_keeps_its_request(scene: Scene, how: str) -> None:
    """Whoever writes to the database must not have the desk itself do away with the evidence."""
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    change = delete(LegalHold) if how == "deleted" else update(LegalHold).values(released_at=scene.now)
    await tamper(scene, change)
    scene.pass_time(days=400)
    done = await purge(scene)
    assert (done.counts.requests, done.broken) == (0, ((await scene.request(NUMBER)).id,))


async def test_by_order_all_about_somebody_is_held_imported_rows_too_and_ends_by_order(scene: Scene) -> None:
    await take_in(scene, ROW)
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    meant = Meant.of("320583199204080027")
    assert meant is not None
    found = await holdings.find(scene.work(), meant, progress=lambda _: None)
    assert await preserving.hold(scene.work, found, order="O-1", why="法院调卷") == 2
    assert await preserving.hold(scene.work, found, order="O-1", why="法院调卷") == 0, "once"
    scene.pass_time(days=400)
    assert (await purge(scene)).counts.requests == 0
    assert "法院调卷" in await scene.reads(ADMIN, NUMBER)
    assert "法院调卷" not in await scene.reads(LIAISON, NUMBER)
    assert await preserving.release(scene.work, found, order="O-2") == 2
    assert (await purge(scene)).counts.requests == 1, "the liaison's own stands"
    assert await check(scene) is None


async def test_an_imported_row_that_is_held_stays_when_its_import_is_taken_back(scene: Scene) -> None:
    """``used`` names every table that refers to a request."""
    from storage.queries import imports

    await take_in(scene, ROW)
    [request] = await scene.all_requests()
    async with scene.store.write() as session:
        sealed = scene.store.sealer.seal("legal_holds", {"text": ""})
        session.add(LegalHold(request_id=request.id, at=scene.now, sealed=sealed))
    async with scene.store.read() as session:
        assert await imports.used(session, [request.id]) == {request.id}


async def test_an_open_request_may_be_held_before_it_ends(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await told(scene, LIAISON_WX, HOLD)
    assert await holds(scene) == 1


async def _ended(scene: Scene) -> list[tuple[object, ...]]:
    columns = (LegalHold.id, LegalHold.request_id, LegalHold.person_id, LegalHold.unit_id, LegalHold.at)
    async with scene.store.read() as session:
        found = (await session.execute(select(*columns, LegalHold.released_at, LegalHold.sealed))).all()
    return [(*row[:-1], scene.store.sealer.unseal("legal_holds", row[-1])["text"]) for row in found]


@pytest.fixture
async def released(scene: Scene) -> Scene:
    """A desk in which a hold was placed and has ended."""
    await closed(scene)
    await told(scene, LIAISON, HOLD)
    await told(scene, LIAISON, f"/release_hold {NUMBER}")
    assert [row[-1] for row in await _ended(scene)] == ["督察核查中"]
    return scene


@pytest.mark.engines
async def test_a_hold_that_has_ended_outlasts_an_older_version(released: Scene) -> None:
    before = await _ended(released)
    for revision in ("0015", "0010"):
        await schema.downgrade(released.store, revision)
        await schema.upgrade(released.store)
        await cover(released.work())
        assert await _ended(released) == before
        assert await check(released) is None
    await told(released, LIAISON, HOLD)
    assert await holds(released) == 1, "under a number of its own"
    assert await check(released) is None
    async with released.store.read() as session:
        assert await session.get(Desk, HOLDS_LEFT) is None


async def test_what_was_left_of_a_hold_is_put_back_once_and_not_after_a_purge(released: Scene) -> None:
    before = await _ended(released)
    await schema.downgrade(released.store, "0015")
    async with released.store.read() as session:
        left = (await session.get_one(Desk, HOLDS_LEFT)).value
    await schema.upgrade(released.store)
    await cover(released.work())
    await _put(released, left)
    assert await _ended(released) == before
    assert await check(released) is None
    released.pass_time(days=400)
    assert (await purge(released)).counts.requests == 1
    await _put(released, left)
    assert await _ended(released) == [], "its reason has gone with what it was about"
    assert await check(released) is None


async def _put(scene: Scene, left: str) -> None:
    """Somebody puts there again what was left of holds, and the desk is opened."""
    async with scene.store.write() as session:
        session.add(Desk(key=HOLDS_LEFT, value=left))
    await cover(scene.work())


async def test_what_was_left_of_holds_follows_a_new_key(released: Scene) -> None:
    before = await _ended(released)
    await schema.check_key(released.store)
    await schema.downgrade(released.store, "0015")
    await schema.upgrade(released.store)
    await rekey.run(released.work(), new := Sealer(b"n" * 32), ready=lambda: None, progress=lambda _: None)
    released.store.sealer = new
    await schema.check_key(released.store)
    await cover(released.work())
    assert await _ended(released) == before
    assert await check(released) is None
