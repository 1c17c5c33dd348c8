"""Time: reminders, escalation, quiet hours, downtime, digests, closing by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import select

from storage.tables.models import Chat, Reminder, Unit
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene
from workflow.organisation.units import changed
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, ADMIN = 11, 21, 22, 1001
FLASH = FORM.replace("时限：3天", "紧急程度：特急\n紧急理由：2")


async def tick(scene: Scene) -> str:
    """One tick; what the bot says in all groups."""
    heard = len(scene.said)
    await ticks.reminders(scene.work())
    await scene.deliver()
    return "\n".join(f"{s.chat}: {s.text}" for s in scene.said[heard:] if s.kind == "send")


def quiet(scene: Scene, *, hours: bool) -> None:
    scene.policy = replace(scene.policy, quiet=(time(22), time(7)) if hours else None)


async def test_each_stage_is_said_once_and_in_its_time(scene: Scene) -> None:
    quiet(scene, hours=False)
    await scene.says(OFFICER, FORM)  # due in 72 h: accept by 24 h, before at 54 h, after at 72, 76, 96 h
    said = []
    for hours in (23, 2, 28, 2, 16, 1, 3, 2, 18, 2, 24):
        scene.pass_time(hours=hours)
        said.append(await tick(scene))
    assert [bool(s) for s in said] == [False, True, False, True, False, True, False, True, False, True, True]
    assert "尚未受理" in said[1]
    assert "还剩 17 小时" in said[3]
    assert "已到时限" in said[5] or "已超期" in said[5]
    assert str(SZ) in said[9]


async def test_a_reminder_uses_the_words_of_the_design(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=4, hours=1)
    said = await tick(scene)
    assert f"{KS}: ⏰ 催办" in said
    assert "已超期 1 天 1 小时" in said
    assert f"{SZ}: 🚨 升级" in said
    await ticks.digests(scene.work())
    assert all("日报" in s.text for s in await scene.deliver())


async def test_nothing_is_reminded_of_what_is_answered_or_cancelled(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X"))
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(OFFICER, "/cancel WX26-0002")
    scene.pass_time(days=10)
    assert await tick(scene) == ""
    assert await scene.reminders(await scene.request("WX26-0001")) == []


async def test_a_reminder_that_was_decided_before_the_answer_is_dropped(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    async with scene.store.write() as session:  # as another replica left it
        request = await scene.request("WX26-0001")
        session.add(
            Reminder(request_id=request.id, kind="after", stage=7, due_at=scene.now + timedelta(hours=1))
        )
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    scene.pass_time(days=5)
    assert await tick(scene) == ""


async def test_after_downtime_one_notice_goes_out_not_every_missed_one(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=12)
    said = await tick(scene)
    assert said.count(f"{KS}: ") == 1
    assert said.count(f"{SZ}: ") == 1
    assert said.count(f"{WX}: ") == 1
    assert await tick(scene) == ""


async def test_overdue_reminders_repeat_whatever_else_is_done(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=6)
    await tick(scene)
    for _ in range(3):
        await scene.says(OFFICER, "/nudge WX26-0001")
        await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
        await scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), "在吗？")
        scene.pass_time(hours=24, minutes=1)
        assert "催办" in await tick(scene)


async def test_quiet_hours_hold_reminders_back_until_morning(scene: Scene) -> None:
    quiet(scene, hours=True)
    scene.pass_time(hours=14)  # 23:00
    await scene.says(OFFICER, FORM.replace("3天", "2小时"))
    scene.pass_time(hours=3)  # 02:00
    assert await tick(scene) == ""
    await scene.says(OFFICER, "/nudge WX26-0001")
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    scene.pass_time(hours=4, minutes=59)
    assert await tick(scene) == ""
    scene.pass_time(minutes=2)
    assert "已超期" in await tick(scene)


async def test_a_flash_is_never_held_back(scene: Scene) -> None:
    quiet(scene, hours=True)
    scene.pass_time(hours=14)
    await scene.says(OFFICER, FLASH)
    scene.pass_time(hours=2, minutes=1)
    assert "尚未受理" in await tick(scene)
    lines = [line for line in await scene.lines(chat=KS) if line.kind == "due"]
    assert {line.lane for line in lines} == {0}


async def test_quiet_hours_are_those_of_the_place(scene: Scene) -> None:
    quiet(scene, hours=True)
    async with scene.work().write() as tx:
        (await tx.session.get_one(Chat, KS)).timezone = "Europe/Berlin"
    scene.pass_time(hours=14)  # 23:00 in Shanghai, 16:00 in Berlin
    await scene.says(OFFICER, FORM.replace("3天", "2小时"))
    scene.pass_time(hours=1)
    assert "尚未受理" in await tick(scene)


async def test_escalation_goes_one_unit_higher_each_time_and_then_ends(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=4, minutes=1)
    assert f"{SZ}: 🚨" in await tick(scene)
    for _ in range(3):
        await scene.says(OFFICER, "/nudge WX26-0001")
        scene.pass_time(days=1)
        assert "🚨" not in await tick(scene)
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert actions.count("escalate") == 1
    assert actions.count("nobody_above") == 1
    assert "unreached" not in actions, "its own unit was reminded each time"


async def test_a_superior_without_a_group_is_passed_over_at_once_and_named_in_the_digest(
    scene: Scene,
) -> None:
    async with scene.work().write() as tx:
        units = {u.code: u for u in (await tx.session.scalars(select(Unit))).all()}
        tx.session.add(Unit(code="JS", name="江苏省公安厅", aliases=[]))
        await tx.session.flush()
        js = (await tx.session.scalars(select(Unit).where(Unit.code == "JS"))).one()
        units["SZ"].parent_id = js.id
        await changed(tx)
    await scene.says(ADMIN, "/unbind", chat=SZ)
    await scene.says(ADMIN, "/bind JS", chat=-3001)
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=4, minutes=1)
    assert "-3001: 🚨" in await tick(scene)
    await ticks.digests(scene.work())
    digest = next(s.text for s in await scene.deliver() if s.chat == KS)
    assert "WX26-0001" in digest.partition("⏭")[2]
    assert "📵" not in digest, "the unit itself was reminded"


async def test_a_unit_without_a_group_is_said_to_the_asker_and_in_the_digest(scene: Scene) -> None:
    await scene.says(ADMIN, "/unbind", chat=KS)
    await scene.says(OFFICER, FORM)
    assert "对方看不到" in scene.heard(WX)
    scene.pass_time(days=3, minutes=1)
    assert f"{WX}: 🔴" in await tick(scene)
    await ticks.digests(scene.work())
    assert "📵" in next(s.text for s in await scene.deliver() if s.chat == WX)


async def test_a_returned_request_reminds_its_asker_and_is_not_escalated(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(days=5)
    said = await tick(scene)
    assert "等您补充" in said
    assert str(KS) not in said
    assert str(SZ) not in said


async def test_the_clock_stands_still_while_a_request_lies_with_its_asker(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    due = (await scene.request("WX26-0001")).due_at
    scene.pass_time(days=1)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(days=4)
    await scene.replies(OFFICER, scene.last("退回", chat=WX), "补充如下")
    after = (await scene.request("WX26-0001")).due_at
    assert due is not None
    assert after == due + timedelta(days=4)
    assert "催办" not in await tick(scene)


async def test_who_needs_more_time_gets_it_and_the_asker_is_told_why(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=3, minutes=1)
    await tick(scene)
    for words, right in (
        ("", False),
        ("昨天 忙", False),
        ("1小时前", False),
        ("3天", False),
        ("3天 等待上级批准", True),
    ):
        await scene.says(HANDLER, f"/delay WX26-0001 {words}", chat=KS)
        due = (await scene.request("WX26-0001")).due_at
        assert due is not None
        assert (due > scene.now) is right
    assert "等待上级批准" in scene.last("延期", chat=WX).text
    scene.pass_time(days=2)
    assert "超期" not in await tick(scene)
    scene.pass_time(days=1, minutes=1)
    assert "催办" in await tick(scene)


async def test_after_a_transfer_the_new_units_superior_is_the_one_who_hears(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", "常州"))
    scene.pass_time(days=5)
    await tick(scene)  # nobody stands above Changzhou
    await scene.says(41, "/transfer WX26-0001 昆山", chat=CZ)
    scene.pass_time(days=1, minutes=1)
    assert f"{SZ}: 🚨" in await tick(scene)


async def test_an_answer_that_nobody_disputes_closes_by_itself(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    scene.pass_time(days=6, hours=23)
    await ticks.housekeeping(scene.work())
    assert (await scene.request("WX26-0001")).state == "answered"
    scene.pass_time(hours=2)
    await ticks.housekeeping(scene.work())
    assert (await scene.request("WX26-0001")).state == "closed"
    said = await scene.deliver()
    assert "反馈后 7 天内未重开，自动办结" in "".join(s.text for s in said if s.chat == OFFICER)
    assert {s.kind for s in said if s.chat < 0} == {"edit"}, "in the groups the card shows it"


async def test_a_digest_has_its_figures_and_says_nothing_when_there_is_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(12, FORM)
    await scene.presses(12, "复用", chat=WX)
    await scene.says(
        OFFICER, FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X").replace("3天", "20小时")
    )
    await scene.presses(HANDLER, "受理", chat=KS)
    scene.pass_time(hours=23, minutes=35)  # 08:35 next morning: due at 05:00
    assert (
        await ticks.digests(scene.work()) == 3
    )  # Wuxi, Kunshan, and Suzhou above it, where one is late; nothing in Changzhou
    digest = next(s.text for s in await scene.deliver() if s.chat == KS)
    for words in ("新增 3", "反馈 2", "复用 1", "已超期（1）", "顾一苇", "中位数", "最早未结"):
        assert words in digest, words
    assert "王五" not in digest
    assert "110105" not in digest


async def test_a_digest_comes_once_a_day_however_often_it_is_asked_for(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    counts = []
    for hours in (23, 1, 1, 22, 2):
        scene.pass_time(hours=hours)
        counts.append(await ticks.digests(scene.work()))
        await scene.deliver()
    assert counts == [0, 2, 0, 0, 2]
