"""A time that can mean two is asked about, with a button for each; what was picked is kept, and nothing else is."""

from __future__ import annotations

from datetime import datetime

from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, HANDLER, OTHER_HANDLER = 11, 12, 21, 23


def post(due: str, *, period: str = "") -> str:
    return FORM.replace("时限：3天", f"时限：{due}") + (f"\n期间：{period}" if period else "")


def local(scene: Scene, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=scene.policy.zone)


async def due_of(scene: Scene, number: str = "WX26-0001") -> datetime:
    due = (await scene.request(number)).due_at
    assert due is not None
    return due.astimezone(scene.policy.zone)


async def test_a_number_of_days_that_may_be_a_date_is_asked_with_a_button_for_each(scene: Scene) -> None:
    await scene.says(OFFICER, post("15日"))
    asked = scene.last("可能是", chat=WX)
    assert list(asked.buttons) == ["12月15日 周二 18:00", "12月16日 周三 09:00"]
    assert "“15日”可能是 12月15日 周二 18:00，或 12月16日 周三 09:00" in asked.text
    assert await scene.all_requests() == []
    await scene.presses(OFFICER, "12月15日", chat=WX)
    assert await due_of(scene) == local(scene, "2026-12-15 18:00")
    assert "12月15日 周二 18:00 前反馈" in scene.last("WX26-0001", chat=WX).text


async def test_haste_without_a_time_is_asked_with_a_button_for_what_may_do(scene: Scene) -> None:
    await scene.says(OFFICER, post("尽快"))
    asked = scene.last("没有说到什么时候", chat=WX)
    assert list(asked.buttons) == ["12月1日 周二 18:00", "12月2日 周三 18:00", "12月4日 周五 18:00"]
    await scene.presses(OFFICER, "12月2日", chat=WX)
    assert await due_of(scene) == local(scene, "2026-12-02 18:00")


async def test_a_period_without_dates_stays_as_a_note_by_a_tap(scene: Scene) -> None:
    await scene.says(OFFICER, post("3天", period="开户至今"))
    asked = scene.last("看不懂“开户至今”", chat=WX)
    assert list(asked.buttons) == ["不限起止，记入备注"]
    await scene.presses(OFFICER, "不限起止", chat=WX)
    card = scene.last("WX26-0001", chat=KS)
    assert "备注：开户至今" in card.text and "期间" not in card.text


async def test_a_period_that_may_be_meant_is_asked_as_one(scene: Scene) -> None:
    await scene.says(OFFICER, post("3天", period="8月和11月"))
    asked = scene.last("是指这一段吗", chat=WX)
    assert len(asked.buttons) == 1
    await scene.presses(OFFICER, next(iter(asked.buttons)), chat=WX)
    assert "2026-08-01 ~ 2026-11-30" in scene.last("WX26-0001", chat=WX).text


async def test_under_a_label_for_a_date_it_is_one(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("时限：3天", "截止日期：15日"))
    assert await due_of(scene) == local(scene, "2026-12-15 18:00")


async def test_the_pick_is_kept_while_other_things_are_wanting(scene: Scene) -> None:
    await scene.says(OFFICER, post("1/12").replace("事由：电信诈骗案嫌疑人户籍核实\n", ""))
    asked = scene.last("可能是", chat=WX)
    assert list(asked.buttons) == ["12月1日 周二 18:00", "2027年1月12日 周二 18:00"]
    await scene.presses(OFFICER, "2027年1月12日", chat=WX)
    still = scene.last("事由", chat=WX)
    assert "时限" not in still.text.partition("已读出")[0], "it is said back, and not asked for"
    await scene.replies(OFFICER, still, "核实户籍")
    assert await due_of(scene) == local(scene, "2027-01-12 18:00")


async def test_a_pick_is_only_for_the_words_that_it_was_picked_for(scene: Scene) -> None:
    posted = await scene.says(OFFICER, post("15日").replace("事由：电信诈骗案嫌疑人户籍核实\n", ""))
    await scene.presses(OFFICER, "12月15日", chat=WX)
    await scene.edits(OFFICER, posted, post("20日"))
    assert list(scene.last("“20日”", chat=WX).buttons) == ["12月20日 周日 18:00", "12月21日 周一 09:00"]
    assert await scene.all_requests() == []


async def test_a_forged_pick_changes_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, post("15日"))
    [draft] = {data.split(":")[2] for data in scene.last("可能是", chat=WX).buttons.values()}
    for value in ("20261224T1800", "20261215T1801", "", "due", "9" * 40, "20261215T1800:1"):
        assert "失效" in await scene.forges(OFFICER, f"1:set:{draft}:due:{value}", chat=WX)
    assert "失效" in await scene.forges(OFFICER, f"1:set:{draft}:period:20260201-20260228", chat=WX)
    assert await scene.all_requests() == []
    assert "失效" not in await scene.forges(OFFICER, f"1:set:{draft}:due:20261215T1800", chat=WX)
    assert await due_of(scene) == local(scene, "2026-12-15 18:00")


async def test_nobody_else_picks(scene: Scene) -> None:
    await scene.says(OFFICER, post("15日"))
    assert "别人" in await scene.presses(COLLEAGUE, "12月15日", chat=WX)
    assert await scene.all_requests() == []


async def test_one_time_that_may_be_meant_otherwise_is_asked_too(scene: Scene) -> None:
    await scene.says(OFFICER, post("5天前"))
    asked = scene.last("是指", chat=WX)
    assert list(asked.buttons) == ["12月6日 周日 09:00"]
    await scene.presses(OFFICER, "12月6日", chat=WX)
    assert await due_of(scene) == local(scene, "2026-12-06 09:00")


async def test_what_is_past_is_refused_in_words_and_offers_the_next_of_its_kind(scene: Scene) -> None:
    await scene.says(OFFICER, post("上周五"))
    asked = scene.last("已经过去", chat=WX)
    assert "（11月27日 周五 18:00）" in asked.text
    assert "例如" in asked.text
    assert list(asked.buttons) == ["12月4日 周五 18:00"]
    await scene.replies(OFFICER, asked, "12月10日")
    assert await due_of(scene) == local(scene, "2026-12-10 18:00")


async def test_a_weekday_that_is_another_day_offers_both(scene: Scene) -> None:
    await scene.says(OFFICER, post("12月5日（周日）"))
    assert list(scene.last("对不上", chat=WX).buttons) == ["12月5日 周六 18:00", "12月6日 周日 18:00"]


async def test_holidays_are_those_of_the_desk(scene: Scene) -> None:
    await scene.says(OFFICER, post("春节前"))
    assert await due_of(scene) == local(scene, "2027-02-05 18:00")


async def test_a_period_that_can_be_two_is_asked_and_swapped_ends_are_offered_the_right_way(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, post("3天", period="1/2/2026-3/2/2026"))
    asked = scene.last("可能是两段时间", chat=WX)
    assert list(asked.buttons) == ["1月2日 周五 — 3月2日 周一", "2月1日 周日 — 2月3日 周二"]
    await scene.presses(OFFICER, "2月1日", chat=WX)
    assert "2月1日" in scene.last("WX26-0001", chat=WX).text
    other = post("3天", period="2026-03-01至2026-02-01").replace(
        "陈望舒 320583199204080027", "王五 11010519491231002X"
    )
    await scene.says(OFFICER, other)
    await scene.presses(OFFICER, "2月1日 周日 — 3月1日", chat=WX)
    assert len(await scene.all_requests()) == 2


async def test_an_edit_whose_time_can_mean_two_changes_nothing_and_says_both(scene: Scene) -> None:
    posted = await scene.says(OFFICER, FORM)
    before = await due_of(scene)
    await scene.edits(OFFICER, posted, post("15日"))
    assert "12月15日 周二 18:00，或 12月16日 周三 09:00" in scene.last("15日", chat=WX).text
    assert await due_of(scene) == before
    await scene.edits(OFFICER, posted, post("12月15日"))
    assert await due_of(scene) == local(scene, "2026-12-15 18:00")


async def test_more_time_is_asked_for_in_the_same_words_and_the_reason_is_kept(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(HANDLER, "/delay WX26-0001 15日 等待上级批准", chat=KS)
    asked = scene.last("延期", "“15日”", chat=KS)
    assert list(asked.buttons) == ["12月15日 周二 18:00", "12月16日 周三 09:00"]
    assert "问别人" in await scene.presses(OTHER_HANDLER, "12月16日", chat=KS)
    [draft] = {data.split(":")[2] for data in asked.buttons.values()}
    assert "失效" in await scene.forges(HANDLER, f"1:until:{draft}:20271215T1800", chat=KS)
    await scene.presses(HANDLER, "12月16日", chat=KS)
    assert await due_of(scene) == local(scene, "2026-12-16 09:00")
    assert "等待上级批准" in scene.last("改在", chat=WX).text
    assert "失效" in await scene.presses(HANDLER, "12月15日", on=asked)
    assert await due_of(scene) == local(scene, "2026-12-16 09:00")


async def test_another_time_in_reply_to_the_question_keeps_the_reason(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/delay WX26-0001 1/12 等待上级批准", chat=KS)
    await scene.replies(HANDLER, scene.last("延期", "“1/12”", chat=KS), "12月20日")
    assert await due_of(scene) == local(scene, "2026-12-20 18:00")
    assert "等待上级批准" in scene.last("改在", chat=WX).text


async def test_the_question_about_more_time_can_be_left(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    before = await due_of(scene)
    await scene.says(HANDLER, "/delay WX26-0001 15日 等待上级批准", chat=KS)
    asked = scene.last("延期", "“15日”", chat=KS)
    await scene.replies(HANDLER, asked, "算了")
    assert "失效" in await scene.presses(HANDLER, "12月15日", on=asked)
    assert await due_of(scene) == before


async def test_more_time_until_what_is_past_is_refused_with_what_may_be_meant(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    before = await due_of(scene)
    await scene.says(HANDLER, "/delay WX26-0001 上周五 等待上级批准", chat=KS)
    assert list(scene.last("已经过去", chat=KS).buttons) == ["12月4日 周五 18:00"]
    await scene.says(HANDLER, "/delay WX26-0001 15日", chat=KS)
    assert "为什么" in scene.last("WX26-0001", "例如", chat=KS).text or "原因" in scene.heard(KS)
    assert await due_of(scene) == before


async def test_the_question_about_more_time_is_no_draft_of_a_request(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    asked_by = await scene.replies(HANDLER, scene.last("WX26-0001", chat=KS), "#延期 15日 等待上级批准")
    await scene.edits(HANDLER, asked_by, "#延期 20日 等待上级批准", chat=KS)
    assert len(await scene.all_requests()) == 1
    scene.pass_time(days=4)
    heard = len(scene.said)
    await ticks.housekeeping(scene.work())
    await scene.deliver()
    assert "草稿" not in scene.heard(KS, heard)
