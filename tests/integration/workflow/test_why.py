"""`/why N`: each time of a request, line by line, as its record and the rules have it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.text.span import Span
from tests.integration.workflow.purged import NUMBER, closed_and_purged
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.kernel.calendars import Calendar
from workflow.scheduled import ticks

OFFICER, LIAISON, HANDLER, OTHER_LIAISON, ABOVE, STRANGER = 11, 13, 21, 41, 31, 99
ORDINARY = FORM.replace("\n时限：3天", "")
N = "WX26-0001"


async def why(scene: Scene, who: int = OFFICER, *, chat: int = WX, about: str = N) -> str:
    await scene.says(who, f"/why {about}", chat=chat)
    return scene.last("⏱", about, chat=chat).text


def rule(scene: Scene, **fields: object) -> None:
    """The type has these from now on."""
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], **fields)  # type: ignore[arg-type]
    scene.policy = replace(scene.policy, types=types)


async def test_by_its_urgency(scene: Scene) -> None:
    await scene.says(OFFICER, ORDINARY)
    told = await why(scene)
    assert "应于 12月8日 周二 09:00 前反馈，还有 7 天" in told
    assert "• 12月1日 09:00 登记：普通时限 7 天，自 12月1日 09:00 起 → 12月8日 周二 09:00" in told

    assert "前受理（时限的 25 %，不在夜间和休息日）" in told
    assert "将提醒" in told and "将超期提醒" in told and "22:00 – 07:00 不提醒" in told
    assert "首次时限" not in told, "it has not been moved"


async def test_in_english_what_comes_is_told_from_what_is_late(scene: Scene) -> None:
    await scene.says(OFFICER, ORDINARY)
    await scene.says(OFFICER, "/lang en", chat=OFFICER)
    told = await why(scene, chat=OFFICER)
    assert "to come: reminder that it is late" in told and "late to come" not in told


async def test_as_the_request_says(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert "• 12月1日 09:00 登记：请求里写明的时限 → 12月4日 周五 09:00" in await why(scene)


async def test_a_flash_is_to_be_accepted_at_any_hour(scene: Scene) -> None:
    await scene.says(OFFICER, ORDINARY + "\n紧急程度：特急")
    told = await why(scene)
    assert "特急时限 8 小时" in told and "前受理（时限的 25 %）" in told and "不提醒" not in told


async def test_what_is_to_be_accepted_at_night_is_not_said_to_be_due_by_day(scene: Scene) -> None:
    scene.pass_time(hours=15)
    await scene.says(OFFICER, FORM.replace("3天", "2小时"))
    assert "• 应于 12月2日 周三 00:30 前受理（时限的 25 %）" in await why(scene)


async def test_by_its_type_and_for_a_unit_that_is_hard_to_reach(scene: Scene) -> None:
    rule(scene, time=Span(seconds=5 * 86_400), remote_time=Span(seconds=15 * 86_400))
    await scene.says(OFFICER, ORDINARY)
    assert "户籍证明的时限 5 天，自 12月1日 09:00 起 → 12月6日" in await why(scene)
    scene.policy = replace(scene.policy, remote=frozenset({"KS"}))
    await scene.says(
        OFFICER, ORDINARY.replace("致：昆山", "致：昆山").replace("陈望舒 320583199204080027", "沈归舟")
    )
    told = await why(scene, about="WX26-0002")
    assert "户籍证明的时限 15 天（路途遥远的单位），自 12月1日 09:00 起 → 12月16日 周三 09:00" in told


async def test_what_is_urgent_is_not_given_longer_by_its_type(scene: Scene) -> None:
    rule(scene, time=Span(seconds=5 * 86_400))
    await scene.says(OFFICER, ORDINARY + "\n紧急程度：加急")
    assert "加急时限 3 天" in await why(scene)


async def test_a_type_that_is_quicker_than_its_urgency_is_quicker(scene: Scene) -> None:
    rule(scene, time=Span(seconds=1800))
    await scene.says(OFFICER, ORDINARY + "\n紧急程度：加急")
    assert "户籍证明的时限 30 分钟" in await why(scene)


async def test_working_days_name_the_days_off(scene: Scene) -> None:
    scene.policy = replace(scene.policy, calendar=Calendar())
    rule(scene, time=Span(working_days=7))
    await scene.says(OFFICER, ORDINARY)
    told = await why(scene)
    assert "户籍证明的时限 7 个工作日" in told and "→ 12月10日 周四 09:00" in told
    assert "（休息日不计：12月5日 周六、12月6日 周日）" in told


async def test_more_days_off_than_can_be_read_are_counted(scene: Scene) -> None:
    scene.policy = replace(scene.policy, calendar=Calendar())
    rule(scene, time=Span(working_days=20))
    await scene.says(OFFICER, ORDINARY)
    assert "12月20日 周日 等，另 2 天）" in await why(scene)


async def test_a_return_stops_the_clock(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/return {N} 请补充住址", chat=KS)
    told = await why(scene)
    assert "已退回，停表；补充后时限顺延（退回时为 12月4日 周五 09:00）" in told
    scene.pass_time(hours=5)
    await scene.replies(OFFICER, scene.last("请补充住址", chat=WX), "住花桥镇")
    told = await why(scene)
    assert "• 12月1日 14:00 补充：退回期间停表 5 小时 → 12月4日 周五 14:00" in told
    assert "应于 12月4日 周五 14:00 前反馈，还有 3 天" in told and "首次时限" not in told


async def test_a_delay_counts_against_the_first_time(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/accept {N}", chat=KS)
    await scene.says(HANDLER, f"/delay {N} 12月9日18:00 档案在外地", chat=KS)
    told = await why(scene)
    assert "延期：办理方说明需要更多时间，原为 12月4日 周五 09:00 → 12月9日 周三 18:00" in told
    assert "首次时限 12月4日 周五 09:00，是否按时以此为准" in told and "12月1日 09:00 已受理" in told
    scene.pass_time(days=4)
    assert "现已超过 1 天" in await why(scene)
    await scene.says(HANDLER, f"/answer {N} 已核实", chat=KS)
    assert "12月5日 09:00 已反馈，超过 1 天" in await why(scene)


async def test_in_time_is_said_so_and_nothing_is_to_come(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/accept {N}", chat=KS)
    await scene.says(HANDLER, f"/answer {N} 已核实", chat=KS)
    told = await why(scene)
    assert "12月1日 09:00 已反馈，按时" in told and "将" not in told


async def test_reopened_it_has_its_time_anew(scene: Scene) -> None:
    await scene.says(OFFICER, ORDINARY)
    await scene.says(HANDLER, f"/accept {N}", chat=KS)
    await scene.says(HANDLER, f"/answer {N} 已核实", chat=KS)
    scene.pass_time(days=6)
    await scene.says(OFFICER, f"/reopen {N} 还缺住址")
    assert "• 12月7日 09:00 重开：普通时限 7 天 → 12月14日 周一 09:00" in await why(scene)


async def test_by_rules_that_have_changed_since(scene: Scene) -> None:
    await scene.says(OFFICER, ORDINARY)
    times = dict(scene.policy.time_to_answer) | {"normal": Span(seconds=86_400)}
    scene.policy = replace(scene.policy, time_to_answer=times)
    assert "登记：按当时的规定 → 12月8日 周二 09:00" in await why(scene)


async def test_what_the_record_does_not_say_is_not_made_up(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    async with scene.work().write() as tx:
        request = await scene.request(N)
        request = await tx.session.merge(request)
        request.due_at = request.due_at.replace(minute=7) if request.due_at else None
    assert "现为 12月4日 周五 09:07（记录里没有写明由何事改成）" in await why(scene)


async def test_reminders_that_were_sent_and_one_that_reached_nobody(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    for _ in range(4):
        scene.pass_time(days=1)
        await scene.deliver()
        await ticks.reminders(scene.work())
    told = await why(scene)
    assert "已提醒" in told and "已超期提醒" in told and "前反馈" in told and "还有" not in told
    for _ in range(4):
        scene.pass_time(days=1)
        await ticks.reminders(scene.work())
    assert "上报上级单位" in await why(scene)


async def test_what_waits_for_approval_has_no_time_yet(scene: Scene) -> None:
    rule(scene, approve=True)
    await scene.says(OFFICER, ORDINARY)
    told = await why(scene)
    assert "尚未起算时限" in told and "应于 12月2日 周三 09:00 前审批，过期不发出" in told


@pytest.mark.parametrize(("who", "chat"), [(OTHER_LIAISON, CZ), (STRANGER, STRANGER)])
async def test_nobody_else_learns_of_it(scene: Scene, who: int, chat: int) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(await scene.deliver())
    await scene.says(who, f"/why {N}", chat=chat)
    said = [one.text for one in (await scene.deliver())[heard:] if one.chat == chat]
    assert not any("⏱" in one for one in said)


async def test_the_unit_above_may_ask(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert "请求里写明的时限" in await why(scene, ABOVE, chat=ABOVE)


async def test_of_what_was_deleted_no_times_are_left(scene: Scene) -> None:
    await closed_and_purged(scene)
    told = await why(scene, LIAISON, chat=LIAISON, about=NUMBER)
    assert "2026年12月1日 09:00 已反馈，按时" in told and "→" not in told


async def test_it_says_nothing_of_whom_it_is_about(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    told = await why(scene)
    assert "陈望舒" not in told and "0027" not in told and "林小满" not in told
