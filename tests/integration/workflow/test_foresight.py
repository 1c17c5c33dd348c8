"""What a draft tells of earlier answers: nothing. What many posts about one subject cost."""

from __future__ import annotations

from tests.integration.workflow.scene import FORM, WX, Scene

WITHOUT_REASON = "\n".join(line for line in FORM.splitlines() if not line.startswith("事由"))


async def test_a_draft_tells_nothing_of_what_is_on_file_however_often_it_is_sent(scene: Scene) -> None:
    await scene.says(11, FORM)
    await scene.says(22, "/answer WX26-0001 已核实", chat=-1002)
    unknown = WITHOUT_REASON.replace("陈望舒 320583199204080027", "顾远山 11010519491231002X")
    for who, chat in ((12, WX), (45, -1004)):
        for _ in range(2):
            heard = len(scene.said)
            await scene.says(who, WITHOUT_REASON, chat=chat)
            await scene.says(who, unknown, chat=chat)
            known_one, unknown_one = [s.text for s in scene.said[heard:]]
            assert "陈** 320583********0027" in known_one, "what was read is said back, masked"
            as_if_unknown = known_one.replace("陈** 320583********0027", "顾** 110105********002X")
            assert as_if_unknown == unknown_one


async def test_many_posts_about_one_subject_do_not_become_a_flood_of_notices(scene: Scene) -> None:
    for _ in range(6):
        await scene.says(11, FORM)
    said = len(scene.said)
    await scene.says(12, FORM)
    notices = [s for s in scene.said[said:] if s.chat == WX and "同一对象" in s.text and s.kind == "send"]
    assert len(notices) == 1
    assert "/r_WX26_0006" in notices[0].text


async def test_after_a_reopening_the_whole_answer_is_reused(scene: Scene) -> None:
    scene.show_answers()
    await scene.says(11, FORM)
    await scene.says(22, "/answer WX26-0001 已核实，户籍在花桥", chat=-1002)
    await scene.says(11, "/reopen WX26-0001 缺照片")
    await scene.says(22, "/answer WX26-0001 补充：照片已附", chat=-1002)
    await scene.says(12, FORM)
    await scene.presses(12, "复用", chat=WX)
    card = scene.last("WX26-0002", "补充", chat=WX)
    assert "户籍在花桥" in card.text


async def test_a_liaison_cannot_take_another_units_officer_in(scene: Scene) -> None:
    await scene.says(22, "/role @lin handler", chat=-1002)
    assert "无锡市公安局" in scene.last("林小满", chat=-1002).text
    await scene.says(11, FORM)
    await scene.presses(11, "受理", on=scene.last("受理", chat=-1002))
    assert (await scene.request("WX26-0001")).state == "open"


async def test_a_card_shows_the_beginning_of_a_long_reason(scene: Scene) -> None:
    lines = "\n".join(f"第{n}行" for n in range(40))
    await scene.says(11, FORM.replace("电信诈骗案嫌疑人户籍核实", lines))
    card = scene.last("WX26-0001", chat=-1002)
    assert len(card.text.splitlines()) < 25
