"""Who hears of what is late, rung by rung: in their time, and at once where one reaches nobody; and is put off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from storage.tables.marks import ReminderMark
from storage.tables.models import Unit
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Said, Scene
from workflow.kernel.ladder import Held, Rung, Stage
from workflow.organisation.units import changed
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, LIAISON_WX = 11, 12, 13
HANDLER, LIAISON, OTHER_HANDLER, OFFICER_KS = 21, 22, 23, 24
SUPERIOR, OFFICER_SZ, ELSEWHERE, ADMIN = 31, 33, 41, 1001
JS = -3001
HOUR = timedelta(hours=1)
LADDER = (
    Rung(to=Stage.HANDLER, after=(timedelta(),)),
    Rung(to=Stage.DESK, after=(HOUR,), repeat=24 * HOUR),
    Rung(to=Stage.LIAISON, after=(4 * HOUR,)),
    Rung(to=Stage.SUPERIOR, after=(8 * HOUR,), repeat=24 * HOUR),
    Rung(to=Stage.COMMON, after=(72 * HOUR,)),
)


async def tick(scene: Scene) -> list[Said]:
    """What is newly said in a tick."""
    heard = len(scene.said)
    await ticks.reminders(scene.work())
    await scene.deliver()
    return [s for s in scene.said[heard:] if s.kind == "send"]


def where(said: Sequence[Said]) -> list[int]:
    return sorted(s.chat for s in said)


def climb(scene: Scene, *rungs: Rung, hours: bool = False) -> None:
    """The ladder of this desk."""
    quiet = (time(22), time(7)) if hours else None
    scene.policy = replace(scene.policy, ladder=rungs or LADDER, quiet=quiet)


@played_once
async def taken(scene: Scene) -> None:
    """A request of Wuxi that a handler of Kunshan has, who can be told alone, as can the liaison."""
    for who in (HANDLER, LIAISON, OTHER_HANDLER, OFFICER_KS):
        await scene.says(who, "/start", chat=who)
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    scene.pass_time(hours=55)
    await tick(scene)  # it will be due soon


async def put_above_both(scene: Scene, *, group: bool = True) -> None:
    """Jiangsu stands above Suzhou and Wuxi."""
    async with scene.work().write() as tx:
        js = Unit(code="JS", name="江苏省公安厅", aliases=[])
        tx.session.add(js)
        await tx.session.flush()
        for unit in (await tx.session.scalars(select(Unit).where(Unit.code.in_(("SZ", "WX"))))).all():
            unit.parent_id = js.id
        await changed(tx)
    if group:
        await scene.says(ADMIN, "/bind JS", chat=JS)


async def test_each_rung_is_said_in_its_time_to_those_who_stand_on_it(scene: Scene) -> None:
    await put_above_both(scene)
    await taken(scene)
    climb(scene)
    await scene.says(HANDLER, "/delay WX26-0001 73小时 等待回函", chat=KS)  # it is planned anew
    scene.pass_time(hours=70)
    await tick(scene)
    scene.pass_time(hours=3)
    heard = [where(await tick(scene))]
    for hours in (1, 3, 4, 24, 40):
        scene.pass_time(hours=hours)
        heard.append(where(await tick(scene)))
    assert heard == [[HANDLER], [KS, WX], [LIAISON], [SZ], [JS, KS], [JS, KS]]
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert actions.count("escalate") == 3
    assert "unreached" not in actions


async def test_without_a_ladder_of_its_own_a_desk_hears_what_it_always_heard(scene: Scene) -> None:
    rungs = scene.policy.rungs
    assert list(rungs) == [Stage.DESK, Stage.SUPERIOR]
    assert (rungs[Stage.DESK].after, rungs[Stage.DESK].repeat) == (
        (timedelta(), 4 * HOUR, 24 * HOUR),
        24 * HOUR,
    )
    assert (rungs[Stage.SUPERIOR].after, rungs[Stage.SUPERIOR].repeat) == ((24 * HOUR,), 24 * HOUR)
    assert {rung.held for rung in rungs.values()} == {Held.QUIET}


async def test_rungs_that_reach_nobody_are_skipped_at_once_recorded_and_named(scene: Scene) -> None:
    """Nobody has it, no liaison can be told alone, the unit has no group: the superior hears when it is late."""
    climb(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(ADMIN, "/unbind", chat=KS)
    scene.pass_time(hours=72, minutes=1)
    assert where(await tick(scene)) == [SZ, WX]
    request = await scene.request("WX26-0001")
    assert (await scene.actions(request)).count("unreached") == 3
    for _ in range(2):  # nor does it go higher for the next stage that reaches nobody
        scene.pass_time(hours=4)
        assert SZ not in where(await tick(scene))
    await ticks.digests(scene.work())
    digest = next(s.text for s in await scene.deliver() if s.chat == WX)
    assert "WX26-0001" in digest.partition("⏭")[2]
    assert "📵" in digest


async def test_with_the_usual_ladder_as_well_a_unit_without_a_group_is_not_waited_for(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(ADMIN, "/unbind", chat=KS)
    scene.pass_time(hours=72, minutes=1)
    assert where(await tick(scene)) == [SZ, WX]
    scene.pass_time(hours=24)
    assert SZ not in where(await tick(scene)), "it has heard"


async def test_what_was_pulled_forward_at_night_comes_in_the_morning_whatever_is_done_until_then(
    scene: Scene,
) -> None:
    climb(scene, hours=True)
    scene.pass_time(hours=14)  # 23:00
    await scene.says(OFFICER, FORM.replace("3天", "2小时"))
    await scene.says(ADMIN, "/unbind", chat=KS)
    scene.pass_time(hours=3)
    assert await tick(scene) == []
    scene.pass_time(hours=5, minutes=1)  # 07:01: nobody of the asked unit can be told
    assert SZ in where(await tick(scene))
    scene.pass_time(hours=1)
    await scene.says(HANDLER, "/accept WX26-0001", chat=HANDLER)
    scene.pass_time(hours=4)
    assert SZ not in where(await tick(scene)), "it has heard"


async def test_what_has_fallen_due_is_said_though_somebody_acts_before_the_tick(scene: Scene) -> None:
    await late(scene)
    scene.pass_time(hours=4)
    await scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), "在吗？")
    await scene.says(OFFICER, "/nudge WX26-0001")
    assert where(await tick(scene)) == [KS]


async def test_who_has_left_is_not_told_alone(scene: Scene) -> None:
    await taken(scene)
    climb(scene)
    await scene.says(LIAISON, "/role @gu none", chat=KS)
    scene.pass_time(hours=18)
    assert where(await tick(scene)) == [KS, WX]


async def test_a_unit_without_superior_is_skipped_to_the_one_above_both_or_ends(scene: Scene) -> None:
    climb(scene)
    await scene.says(OFFICER, FORM.replace("昆山", "常州"))
    scene.pass_time(hours=81)
    await tick(scene)
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert actions.count("nobody_above") == 1
    await ticks.digests(scene.work())
    assert "⏭" in next(s.text for s in await scene.deliver() if s.chat == CZ)
    scene.pass_time(hours=100)
    await tick(scene)
    assert (await scene.actions(await scene.request("WX26-0001"))).count("nobody_above") == 1


async def test_above_both_without_a_group_is_passed_over_on_record(scene: Scene) -> None:
    await put_above_both(scene, group=False)
    climb(scene, Rung(to=Stage.DESK, after=(timedelta(),)), Rung(to=Stage.COMMON, after=(HOUR,)))
    await scene.says(OFFICER, FORM)
    scene.pass_time(hours=73, minutes=1)
    assert where(await tick(scene)) == [KS, WX]
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert actions.count("passed_over") == 1
    assert actions.count("unreached") == 1


async def test_a_list_that_somebody_has_alone_says_when_it_is_theirs_no_more(scene: Scene) -> None:
    await taken(scene)
    climb(scene)
    await scene.says(HANDLER, "/delay WX26-0001 73小时 等待回函", chat=KS)
    scene.pass_time(hours=70)
    await tick(scene)
    scene.pass_time(hours=3)
    [alone] = await tick(scene)
    assert alone.chat == HANDLER
    assert [label.split()[0] for label in alone.buttons] == ["反馈", "🔎", "稍后", "知道了"]
    await scene.says(LIAISON, "/assign WX26-0001 @lu", chat=KS)
    await scene.presses(HANDLER, "🔎 查看", on=alone)
    drawn = scene.last("已不由您办理", chat=HANDLER)
    assert drawn.message_id == alone.message_id
    assert not drawn.buttons


async def test_a_rung_of_working_hours_waits_for_the_morning_and_a_flash_for_nothing(scene: Scene) -> None:
    climb(scene, Rung(to=Stage.DESK, after=(timedelta(),), held=Held.OFF), hours=True)
    scene.pass_time(hours=8)  # 17:00
    await scene.says(OFFICER, FORM.replace("3天", "2小时"))
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(
        OFFICER,
        FORM.replace("时限：3天", "时限：2小时\n紧急程度：特急\n紧急理由：2").replace("陈望舒", "陈望"),
    )
    await scene.says(HANDLER, "/accept WX26-0002", chat=KS)
    scene.pass_time(hours=1, minutes=40)
    await tick(scene)
    scene.pass_time(hours=0.5)
    assert "WX26-0002" in "".join(s.text for s in await tick(scene) if s.chat == KS)
    scene.pass_time(hours=13)  # 08:10
    assert "WX26-0001" not in "".join(s.text for s in await tick(scene) if s.chat == KS)
    scene.pass_time(minutes=25)
    assert "WX26-0001" in "".join(s.text for s in await tick(scene) if s.chat == KS)


async def test_a_rung_that_was_taken_out_of_the_ladder_is_not_said_any_more(scene: Scene) -> None:
    await taken(scene)
    climb(scene)
    await scene.says(HANDLER, "/delay WX26-0001 73小时 等待回函", chat=KS)
    climb(scene, Rung(to=Stage.DESK, after=(HOUR,)))
    scene.pass_time(hours=70)
    await tick(scene)
    scene.pass_time(hours=3)
    assert await tick(scene) == []
    scene.pass_time(hours=1)
    assert where(await tick(scene)) == [KS, WX]


@played_once
async def late(scene: Scene) -> None:
    """Kunshan is reminded that a request is late."""
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    scene.pass_time(hours=72, minutes=1)
    await tick(scene)


async def test_who_is_reminded_puts_it_off_and_hears_again_then_and_not_before(scene: Scene) -> None:
    await late(scene)
    await scene.presses(HANDLER, "稍后", chat=KS)
    asked = scene.last("什么时候再提醒", chat=KS)
    assert list(asked.buttons) == ["1 小时", "2 小时", "明早 09:00"]
    toast = await scene.presses(HANDLER, "明早", on=asked)
    assert "推迟到" in toast
    assert not scene.last("推迟到", chat=KS).buttons
    assert "snooze" in await scene.actions(await scene.request("WX26-0001"))
    scene.pass_time(hours=5)  # 14:00: the next stage was due at 13:00
    await scene.says(OFFICER, "/nudge WX26-0001")  # whatever else is done meanwhile
    await scene.deliver()
    assert await tick(scene) == []
    scene.pass_time(hours=19)
    assert KS in where(await tick(scene))
    assert await tick(scene) == []


async def test_putting_it_off_does_not_keep_it_from_those_above(scene: Scene) -> None:
    await late(scene)
    scene.pass_time(hours=4)
    await tick(scene)
    await scene.says(LIAISON, "/snooze WX26-0001 24h", chat=KS)
    scene.pass_time(hours=20)
    assert where(await tick(scene)) == [SZ]
    scene.pass_time(hours=4)
    assert where(await tick(scene)) == [KS]


async def test_a_superior_puts_off_its_own_reminder_and_none_further_up(scene: Scene) -> None:
    await put_above_both(scene)
    await late(scene)
    scene.pass_time(hours=24)
    assert SZ in where(await tick(scene))
    await scene.says(SUPERIOR, "/snooze WX26-0001 23h", chat=SZ)
    assert "推迟到" in scene.heard(SZ) or "👌" in scene.heard(SZ)
    scene.pass_time(hours=23)
    assert where(await tick(scene)) == [SZ]
    scene.pass_time(hours=1)
    assert where(await tick(scene)) == [JS, KS]


async def test_it_stays_put_off_over_a_restart_and_goes_with_the_answer(scene: Scene) -> None:
    await late(scene)
    await scene.says(HANDLER, "/snooze WX26-0001 2小时", chat=KS)
    assert [row.note for row in await scene.reminders(await scene.request("WX26-0001"))].count("put off") == 1
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS)
    assert await scene.reminders(await scene.request("WX26-0001")) == []
    scene.pass_time(hours=3)
    assert await tick(scene) == []


async def test_the_asker_of_a_returned_request_may_put_it_off_as_well(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(hours=73)
    assert where(await tick(scene)) == [WX]
    await scene.says(HANDLER, "/snooze WX26-0001 2h", chat=KS)
    assert "不是发给您的" in scene.heard(KS)
    await scene.says(OFFICER, "/snooze WX26-0001 5h")
    scene.pass_time(hours=4, minutes=30)
    assert await tick(scene) == []
    scene.pass_time(hours=1)
    assert where(await tick(scene)) == [WX]


@pytest.mark.parametrize(
    ("who", "words", "told"),
    [
        (HANDLER, "", "推迟多久"),
        (HANDLER, "25h", "太远"),
        (HANDLER, "两三天", "例如"),
        (HANDLER, "昨天", "例如"),
        (HANDLER, "-1h", "例如"),
        (HANDLER, "320583199204080027", "例如"),
        (OFFICER_KS, "2h", "不是发给您的"),
        (OFFICER, "2h", "不是发给您的"),
        (SUPERIOR, "2h", "现在没有发给您的提醒"),
        (ELSEWHERE, "2h", "没有编号为"),
        (99, "2h", ""),
    ],
)
async def test_what_cannot_be_is_refused_in_a_line_and_changes_nothing(
    scene: Scene, who: int, words: str, told: str
) -> None:
    await late(scene)
    before, heard = await scene.actions(await scene.request("WX26-0001")), len(scene.said)
    await scene.says(who, f"/snooze WX26-0001 {words}", chat=who)
    assert told in scene.heard(who, heard)
    assert "320583199204080027" not in scene.heard(who, heard)
    request = await scene.request("WX26-0001")
    assert await scene.actions(request) == before
    assert "put off" not in [row.note for row in await scene.reminders(request)]


async def test_once_a_stage_whoever_does_and_again_at_the_next(scene: Scene) -> None:
    await late(scene)
    await scene.says(HANDLER, "/snooze WX26-0001 1h", chat=KS)
    await scene.says(LIAISON, "/snooze WX26-0001 2h", chat=KS)
    assert "只能推迟一次" in scene.heard(KS)
    scene.pass_time(hours=1)
    assert where(await tick(scene)) == [KS]
    await scene.says(HANDLER, "/snooze WX26-0001 1h", chat=KS)
    assert scene.heard(KS).count("只能推迟一次") == 2
    scene.pass_time(hours=3)
    assert where(await tick(scene)) == [KS], "the next stage"
    await scene.says(HANDLER, "/snooze WX26-0001 1h", chat=KS)
    assert scene.heard(KS).count("只能推迟一次") == 2
    async with scene.store.read() as session:
        marks = (await session.scalars(select(ReminderMark.what))).all()
    assert marks.count("snoozed") == 2


async def test_a_double_tap_and_an_answered_request_are_refused(scene: Scene) -> None:
    await late(scene)
    await scene.presses(HANDLER, "稍后", chat=KS)
    asked = scene.last("什么时候再提醒", chat=KS)
    await scene.presses(HANDLER, "1 小时", on=asked)
    assert "只能推迟一次" in await scene.presses(HANDLER, "2 小时", on=asked)
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS)
    heard = len(scene.said)
    await scene.says(HANDLER, "/snooze WX26-0001 2h", chat=KS)
    assert "已反馈" in scene.heard(KS, heard)


async def test_more_time_begins_anew(scene: Scene) -> None:
    """What was put off for a deadline that has moved is not said then."""
    await late(scene)
    await scene.says(HANDLER, "/snooze WX26-0001 2h", chat=KS)
    await scene.says(HANDLER, "/delay WX26-0001 3天 等待回函", chat=KS)
    scene.pass_time(hours=3)
    assert await tick(scene) == []
    scene.pass_time(hours=69)
    assert KS in where(await tick(scene))
