"""How much one person may ask before somebody looks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene

OFFICER, OTHER, LIAISON, ADMIN = 11, 12, 13, 1001
FLASH = FORM.replace("时限：3天", "紧急程度：特急\n紧急理由：2")


def limited(scene: Scene, **limits: int) -> None:
    scene.policy = replace(scene.policy, **limits)  # type: ignore[arg-type]


async def numbers(scene: Scene) -> list[str]:
    return [request.number or "" for request in await scene.all_requests()]


async def waiting(scene: Scene) -> int:
    """How many wait for approval."""
    return sum(request.state == "pending" for request in await scene.all_requests())


async def test_beyond_so_many_posts_a_minute_there_is_one_clear_line_and_then_silence(scene: Scene) -> None:
    limited(scene, posts_per_minute=3)
    for _ in range(3):
        await scene.says(OFFICER, FORM)
        scene.pass_time(seconds=5)
    since = len(scene.said)
    await scene.says(OFFICER, FORM)
    assert "一分钟内已发了 3 件" in scene.heard(WX, since)
    since = len(scene.said)
    for text in (FORM, "#协作", "#协作 户籍证明"):
        scene.pass_time(seconds=10)
        await scene.says(OFFICER, text)
    assert scene.said[since:] == []
    assert len(await numbers(scene)) == 3
    await scene.says(OTHER, FORM)
    assert len(await numbers(scene)) == 4, "it is one person's limit"
    scene.pass_time(seconds=31)
    await scene.says(OFFICER, FORM)
    assert len(await numbers(scene)) == 5


async def test_posts_that_waited_count_from_when_they_were_sent(scene: Scene) -> None:
    limited(scene, posts_per_minute=3)
    begun = scene.now
    messages = []
    for _ in range(8):
        messages.append(scene.message(OFFICER, WX, FORM))
        scene.pass_time(minutes=1)
    assert scene.now > begun
    for message in messages:  # all at once, after an outage
        await scene.feed({"message": message})
    assert len(await numbers(scene)) == 8


@played_once
async def held(scene: Scene) -> int:
    """Two flashes that went out and one that waits: its message."""
    limited(scene, flash_per_day=2)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(OFFICER, FLASH)
    await scene.says(OFFICER, FLASH)
    since = len(scene.said)
    post = await scene.says(OFFICER, FLASH)
    assert (await scene.request("WX26-0003")).state == "pending"
    assert "待本单位批准" in scene.last("WX26-0003", chat=WX).text
    assert list(asked(scene).buttons)[:2] == ["批准", "驳回"]
    assert "WX26" not in scene.heard(KS, since), "the other side hears of nothing"
    return post


def asked(scene: Scene) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == LIAISON and "批准" in s.buttons)


async def test_a_flash_beyond_the_day_s_waits_for_a_liaison_who_lets_it_go(scene: Scene) -> None:
    post = await held(scene)
    whole = asked(scene)
    assert "已批准" in await scene.presses(LIAISON, "批准", on=whole)
    request = await scene.request("WX26-0003")
    assert (request.state, request.urgency, request.message_id) == ("open", "flash", post)
    assert "特急" in scene.last("WX26-0003", chat=KS).text
    assert "⚠️" in await scene.presses(LIAISON, "驳回", on=whole)


async def test_a_liaison_does_not_approve_their_own(scene: Scene) -> None:
    limited(scene, flash_per_day=1)
    await scene.says(LIAISON, FLASH)
    await scene.says(LIAISON, FLASH)
    await scene.says(LIAISON, "/approve WX26-0002")
    assert "提出人自己不能批" in scene.said[-1].text
    await scene.says(ADMIN, "/show WX26-0002", chat=ADMIN)
    await scene.says(ADMIN, "/approve WX26-0002", chat=ADMIN)
    assert (await scene.request("WX26-0002")).state == "open"


async def test_what_was_rejected_does_not_go_out_and_may_be_edited(scene: Scene) -> None:
    post = await held(scene)
    await scene.says(LIAISON, "/reject WX26-0003 不急", chat=LIAISON)
    assert (await scene.request("WX26-0003")).state == "unapproved"
    assert "被 白露 驳回" in scene.last("林小满", chat=WX).text
    await scene.edits(OFFICER, post, FLASH.replace("特急", "加急"))
    request = await scene.request("WX26-0003")
    assert (request.state, request.urgency) == ("open", "urgent")


async def test_a_held_post_goes_out_at_once_when_it_is_made_less_urgent(scene: Scene) -> None:
    post = await held(scene)
    await scene.edits(OFFICER, post, FLASH)
    assert (await scene.request("WX26-0003")).state == "pending", "nothing was changed"
    whole = asked(scene)
    await scene.edits(OFFICER, post, FLASH.replace("特急", "加急"))
    request = await scene.request("WX26-0003")
    assert (request.state, request.urgency) == ("open", "urgent")
    assert "⚠️" in await scene.presses(LIAISON, "批准", on=whole)


async def test_an_edit_is_no_way_round(scene: Scene) -> None:
    await held(scene)
    post = await scene.says(OFFICER, FORM)
    await scene.edits(OFFICER, post, FLASH)
    assert "不能改为特急" in scene.said[-1].text
    assert (await scene.request("WX26-0004")).urgency == "normal"


async def test_the_next_day_is_another_day_and_several_units_are_one_post(scene: Scene) -> None:
    limited(scene, flash_per_day=2)
    await scene.says(OFFICER, FLASH.replace("昆山", "昆山、常州"))
    await scene.says(OFFICER, FLASH)
    assert await waiting(scene) == 0
    scene.pass_time(hours=24, minutes=1)
    await scene.says(OFFICER, FLASH)
    assert await waiting(scene) == 0 and len(await numbers(scene)) == 4
    await scene.says(OFFICER, FLASH)
    await scene.says(OFFICER, FLASH)
    assert await waiting(scene) == 1


@pytest.mark.parametrize("key", ["posts_per_minute", "flash_per_day"])
async def test_nought_lifts_a_limit(scene: Scene, key: str) -> None:
    limited(scene, posts_per_minute=2, flash_per_day=2)
    limited(scene, **{key: 0})
    for _ in range(4):
        await scene.says(OFFICER, FLASH)
        scene.pass_time(seconds=0 if key == "posts_per_minute" else 61)
    if key == "posts_per_minute":
        assert (len(await numbers(scene)), await waiting(scene)) == (4, 2)
    else:
        assert (len(await numbers(scene)), await waiting(scene)) == (4, 0)
