"""How long the content of a request is kept is said for each type."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.integration.workflow.purged import NUMBER, ROW, closed, take_in
from tests.integration.workflow.scene import Scene
from workflow.keeping import purging
from workflow.scheduled import ticks

DAYS = {number: timedelta(days=number) for number in (31, 60, 90)}


async def purged(scene: Scene) -> set[str]:
    return {request.type for request in await scene.all_requests() if request.purged_at is not None}


async def test_each_type_goes_by_its_own_time_and_the_rest_by_that_of_all(scene: Scene) -> None:
    for type_ in ("household", "vehicle", "phone"):
        await take_in(scene, ROW | {"id": type_, "type": type_})
    since = next(iter(await scene.all_requests())).answered_at
    assert since is not None
    keep = {"household": DAYS[60], "phone": None}
    scene.policy = replace(scene.policy, purge_after=DAYS[90], keep_for=keep)
    ends: tuple[tuple[int, set[str]], ...] = (
        (59, set()), (61, {"household"}), (91, {"household", "vehicle"}), (4000, {"household", "vehicle"}),
    )  # fmt: skip
    for days, gone in ends:
        scene.now = since + timedelta(days=days)
        await ticks.housekeeping(scene.work())
        assert await purged(scene) == gone, days


async def test_one_type_with_its_own_time_is_enough(scene: Scene) -> None:
    await closed(scene)
    scene.policy = replace(scene.policy, keep_for={"household": DAYS[31]})
    scene.pass_time(days=32)
    await ticks.housekeeping(scene.work())
    assert (await scene.request(NUMBER)).purged_at is not None


async def test_by_hand_only_the_type_that_was_named_goes(scene: Scene) -> None:
    for type_ in ("household", "vehicle"):
        await take_in(scene, ROW | {"id": type_, "type": type_})
    counted = await purging.count(scene.work(), scene.now, {"vehicle"})
    done = await purging.run(scene.work, before=scene.now, types={"vehicle"}, progress=lambda _: None)
    assert done.counts.requests == counted.requests == 1
    assert await purged(scene) == {"vehicle"}


async def test_a_type_that_is_no_longer_configured_goes_by_the_time_of_all(scene: Scene) -> None:
    await take_in(scene, ROW)
    scene.policy = replace(scene.policy, types={}, purge_after=DAYS[31])
    scene.pass_time(days=400)
    await ticks.housekeeping(scene.work())
    assert await purged(scene) == {"household"}
