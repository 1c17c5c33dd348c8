"""Posts that nobody marked: offered once, never against somebody's word; and registrations that are taken back."""

from __future__ import annotations

import pytest

from tests.integration.workflow.scene import FORM, KS, WX, Scene

OFFICER, COLLEAGUE, HANDLER, STRANGER = 11, 12, 21, 99
WISH = "麻烦昆山的同志帮查一下陈望舒的户籍，身份证320583199204080027，诈骗案，明天要"
WISH_EN = "Could anyone in 昆山 please check the household record of Chen Wangshu, ID 320583199204080027, fraud case"


@pytest.mark.parametrize("text", [WISH, WISH_EN])
async def test_a_wish_with_a_number_is_offered_once_and_registered_by_a_tap(scene: Scene, text: str) -> None:
    await scene.says(OFFICER, text)
    asked = scene.last("登记为协作请求？", chat=WX)
    assert len(asked.buttons) == 2
    assert await scene.all_requests() == []
    await scene.presses(OFFICER, "✅", chat=WX)
    assert [r.number for r in await scene.all_requests()] == ["WX26-0001"]
    assert "陈望舒" not in scene.last("WX26-0001", chat=WX).text


async def test_after_no_the_same_words_are_not_asked_about_again(scene: Scene) -> None:
    await scene.says(OFFICER, WISH)
    await scene.presses(OFFICER, "不是", chat=WX)
    heard = len(scene.said)
    await scene.says(OFFICER, WISH)
    await scene.says(OFFICER, WISH.replace("，", " "))
    assert scene.heard(WX, heard) == ""
    await scene.says(OFFICER, "请昆山核实李念慈310101199003078811的户籍")
    assert "登记为协作请求？" in scene.heard(WX, heard), "other words are another post"


@pytest.mark.parametrize(
    "text",
    [
        "今天谁值班，麻烦说一声",
        "收到，谢谢",
        "320583199204080027",
        "有事联系我13812345678，谢谢",
        "麻烦打我电话13812345678",
        "请大家核实一下排班表",
    ],
)
async def test_talk_is_left_alone(scene: Scene, text: str) -> None:
    await scene.says(OFFICER, text)
    assert scene.heard(WX) == ""


async def test_who_may_not_ask_here_is_not_spoken_to(scene: Scene) -> None:
    await scene.says(STRANGER, WISH)
    await scene.says(HANDLER, WISH)
    assert "登记" not in scene.heard(WX)


async def test_only_the_author_may_tap(scene: Scene) -> None:
    await scene.says(OFFICER, WISH)
    data = list(scene.last("登记为协作请求？", chat=WX).buttons.values())
    for forged in data:
        assert await scene.forges(COLLEAGUE, forged, chat=WX)
        assert await scene.forges(STRANGER, forged, chat=KS)
    assert await scene.all_requests() == []
    await scene.presses(OFFICER, "✅", chat=WX)
    assert len(await scene.all_requests()) == 1


async def test_a_group_is_not_asked_about_many_at_once(scene: Scene) -> None:
    for number in range(6):
        await scene.says(OFFICER, f"麻烦查一下1391234000{number}是谁的")
    assert scene.heard(WX).count("登记为协作请求？") == 3


@pytest.mark.parametrize("command", ["/notarequest", "/不是协作", "/notarequest WX26-0001"])
async def test_a_registration_is_taken_back_within_ten_minutes(scene: Scene, command: str) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(minutes=9)
    await scene.says(OFFICER, command)
    assert (await scene.request("WX26-0001")).state == "cancelled"
    assert "登记已撤回" in scene.heard(WX)


async def test_later_it_is_a_request_that_is_cancelled(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(minutes=11)
    await scene.says(OFFICER, "/notarequest WX26-0001")
    assert "/cancel WX26-0001" in scene.last("超过十分钟", chat=WX).text
    await scene.says(OFFICER, "/notarequest")
    assert "十分钟内" in scene.said[-1].text
    assert (await scene.request("WX26-0001")).state == "open"


@pytest.mark.parametrize("who", [COLLEAGUE, HANDLER, STRANGER])
async def test_nobody_takes_back_what_another_asked(scene: Scene, who: int) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(who, "/notarequest WX26-0001", chat=WX if who != HANDLER else KS)
    await scene.says(who, "/notarequest", chat=WX if who != HANDLER else KS)
    assert (await scene.request("WX26-0001")).state == "open"


async def test_a_draft_is_dropped_by_it(scene: Scene) -> None:
    await scene.says(OFFICER, "#协作 户籍证明\n致：昆山")
    await scene.says(OFFICER, "/notarequest")
    assert "没有登记" in scene.said[-1].text
    await scene.says(OFFICER, "#协作 户籍证明\n致：昆山")
    await scene.replies(OFFICER, scene.last("还没有登记", chat=WX), "不是协作")
    assert "好的，没有登记" in scene.said[-1].text
    assert await scene.all_requests() == []


NO = ["不是", "不是的", "误发", "不用", "不用登记了，谢谢", "不是协作", "No", "no thanks", "No, thanks."]


@pytest.mark.parametrize("words", NO)
async def test_a_reply_that_says_no_drops_the_offer(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    offer = scene.last("登记为协作请求？", chat=WX)
    await scene.replies(OFFICER, offer, words)
    assert "好的，没有登记" in scene.said[-1].text
    await scene.replies(OFFICER, offer, "登记")
    assert await scene.all_requests() == []


@pytest.mark.parametrize("words", ["登记", "是", "是的。", "好", "请登记", "Yes", "register"])
async def test_a_reply_that_says_yes_registers_it(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    await scene.replies(OFFICER, scene.last("登记为协作请求？", chat=WX), words)
    assert [r.number for r in await scene.all_requests()] == ["WX26-0001"]


@pytest.mark.parametrize("words", ["好的收到", "谢谢", "不知道谁在查", "no idea who has it", "致：苏州"])
async def test_any_other_reply_registers_nothing_and_leaves_the_offer_open(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    offer = scene.last("登记为协作请求？", chat=WX)
    await scene.replies(OFFICER, offer, words)
    assert "还没有登记" in scene.said[-1].text
    assert await scene.all_requests() == []
    await scene.presses(OFFICER, "✅", on=offer)
    [request] = await scene.all_requests()
    assert words not in await scene.reads(OFFICER, request.number or "")


async def test_all_that_a_post_became_is_taken_back(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "昆山、苏州"))
    assert len(await scene.all_requests()) == 2
    await scene.says(OFFICER, "/notarequest")
    assert [r.state for r in await scene.all_requests()] == ["cancelled", "cancelled"]
    assert "WX26-0001" in scene.last("登记已撤回", chat=WX).text
    assert "WX26-0002" in scene.last("登记已撤回", chat=WX).text


@pytest.mark.parametrize(("words", "registered"), [("@crossbeat_bot 不是", 0), ("@crossbeat_bot 登记", 1)])
async def test_the_same_words_behind_our_name_decide_too(scene: Scene, words: str, registered: int) -> None:
    await scene.says(OFFICER, FORM.removeprefix("#协作 "))
    await scene.replies(OFFICER, scene.last("登记为协作请求？", chat=WX), words)
    assert len(await scene.all_requests()) == registered
    assert ("没有登记" in scene.said[-1].text) is not bool(registered)
