"""What tells the asker of an answer stays true where it stands: its words and its buttons."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, LIAISON_CZ = 11, 21, 22, 41
NUMBER = "WX26-0001"


@played_once
async def told(scene: Scene, words: str = "户籍在花桥") -> Said:
    """What the asker's group was told of the answer; nobody has said how it came out."""
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} {words}", chat=KS)
    return scene.last("请核对后办结", chat=WX)


def now(scene: Scene, notice: Said) -> Said:
    return [s for s in scene.said if (s.chat, s.message_id) == (notice.chat, notice.message_id)][-1]


async def test_an_outcome_that_is_picked_afterwards_stands_in_it(scene: Scene) -> None:
    notice = await told(scene)
    assert "已查实" not in notice.text
    await scene.presses(LIAISON, "已查实")
    assert "已查实" in now(scene, notice).text
    assert list(now(scene, notice).buttons) == list(notice.buttons)


async def test_closed_on_the_card_it_offers_no_more_to_close(scene: Scene) -> None:
    notice = await told(scene)
    await scene.presses(OFFICER, "办结", on=scene.last(NUMBER, "→", chat=WX))
    assert list(now(scene, notice).buttons) == ["🔒 查看全文"]
    assert "现在：已办结" in now(scene, notice).text


async def test_closed_by_itself_it_says_so_too(scene: Scene) -> None:
    notice = await told(scene)
    scene.now += timedelta(days=8)
    await ticks.housekeeping(scene.work())
    await scene.deliver()
    assert "现在：已办结" in now(scene, notice).text


async def test_answered_anew_only_the_newest_can_be_closed(scene: Scene) -> None:
    notice = await told(scene)
    await scene.says(OFFICER, f"/reopen {NUMBER} 地址不符")
    assert "现在：待受理" in now(scene, notice).text
    await scene.says(LIAISON, f"/answer {NUMBER} 已核实，在玉山", chat=KS)
    newest = scene.last("请核对后办结", chat=WX)
    assert newest.message_id != notice.message_id
    assert "办结" in newest.buttons
    assert "又有新的反馈" in now(scene, notice).text
    assert list(now(scene, notice).buttons) == ["🔒 查看全文"]


async def test_what_was_put_right_stands_there_put_right(scene: Scene) -> None:
    scene.show_answers()
    notice = await told(scene)
    await scene.says(LIAISON, f"/correct {NUMBER} 户籍在玉山", chat=KS)
    assert "户籍在玉山" in now(scene, notice).text
    assert "户籍在花桥" not in now(scene, notice).text


async def test_who_was_asked_for_the_outcome_is_asked_no_more_once_it_is_closed_with_one(
    scene: Scene,
) -> None:
    await told(scene)
    asked = scene.last("结果是哪一种", chat=KS)
    await scene.presses(LIAISON, "结果", on=scene.last(NUMBER, "→", chat=KS))
    again = scene.last("结果是哪一种", chat=KS)
    await scene.presses(LIAISON, "已查实", on=again)
    await scene.says(OFFICER, f"/close {NUMBER}")
    assert now(scene, asked).buttons == {}


async def test_what_was_taken_back_stands_there_no_more(scene: Scene) -> None:
    scene.show_answers()
    notice = await told(scene)
    await scene.says(LIAISON, f"/withdraw {NUMBER} 用错了人员", chat=KS)
    assert "该答复已撤回" in now(scene, notice).text
    assert "户籍在花桥" not in now(scene, notice).text
    assert list(now(scene, notice).buttons) == ["🔒 查看全文"]
