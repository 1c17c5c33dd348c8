"""What is kept for good is looked at again: once a month a unit's liaisons hear how much of it is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.integration.workflow.purged import LIAISON, NUMBER, closed
from tests.integration.workflow.scene import Scene
from workflow.scheduled import reviews, ticks

OFFICER, LIAISON_WX, CHANGZHOU = 11, 13, 41


@pytest.fixture
async def old(scene: Scene) -> Scene:
    """A request of Wuxi to Kunshan that ended 200 days ago, and liaisons who are heard in private."""
    for who in (LIAISON, LIAISON_WX, CHANGZHOU, OFFICER):
        await scene.says(who, "/start", chat=who)
    await closed(scene)
    scene.pass_time(days=200)
    return scene


async def told(scene: Scene, who: int) -> str:
    heard = len(scene.said)
    await ticks.housekeeping(scene.work())
    await scene.deliver()
    return scene.heard(who, heard)


async def test_the_liaisons_of_both_units_hear_of_it_once_a_month(old: Scene) -> None:
    first = len(old.said)
    assert "保存复核" in await told(old, LIAISON)
    assert "昆山市公安局有 1 件" in old.heard(LIAISON, first) and "户籍证明 1 件" in old.heard(LIAISON, first)
    assert "无锡市公安局有 1 件" in old.heard(LIAISON_WX, first)
    for who in (OFFICER, CHANGZHOU):
        assert "保存复核" not in old.heard(who, first), who
    assert "保存复核" not in await told(old, LIAISON)
    old.pass_time(days=31)
    assert "保存复核" in await told(old, LIAISON)


@pytest.mark.parametrize("how", ["young", "by itself", "never asked", "held"])
async def test_nobody_is_asked_about_what_goes_by_itself_is_young_or_held(old: Scene, how: str) -> None:
    if how == "young":
        old.policy = replace(old.policy, review_after=timedelta(days=300))
    elif how == "by itself":
        old.policy = replace(old.policy, keep_for={"household": timedelta(days=900)})
    elif how == "never asked":
        old.policy = replace(old.policy, review_after=None)
    else:
        await old.says(LIAISON, f"/hold {NUMBER} 督察核查中", chat=LIAISON)
    assert "保存复核" not in await told(old, LIAISON)


async def test_on_the_first_of_a_month_it_waits_for_the_hour_of_the_digest(old: Scene) -> None:
    old.now = datetime(2027, 12, 1, 6, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert "保存复核" not in await told(old, LIAISON)
    old.pass_time(hours=3)
    assert "保存复核" in await told(old, LIAISON)


@pytest.mark.engines
async def test_two_processes_say_it_once(old: Scene) -> None:
    assert await reviews.run(old.work()) == 2
    assert await reviews.run(old.work()) == 0
