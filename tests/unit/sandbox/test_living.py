"""The sample's last day: what its clock tells the pages that look on, and how long it is."""

import pytest

from sandbox.chat_page.server import Sandbox
from sandbox.sample.day import DAY
from sandbox.world import living


def test_the_day_is_shorter_than_the_time_between_two_digests() -> None:
    hours = [scene.hours_ago for scene in DAY]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] < 24


async def test_a_page_that_looks_on_is_told_the_time_of_each_scene_and_at_the_end_the_real_time(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "STEP_SECONDS", 0.0)  # nobody answers here
    living.begin(sandbox.world)
    seen = sandbox.world.feed.last
    await living.play(sandbox.world, "en")
    told = [event["offset"] for event in sandbox.world.feed.since(seen) if event["kind"] == "clock"]
    assert told == [*(-scene.hours_ago * 3600 for scene in DAY), 0]
    assert sandbox.clock.offset == 0
