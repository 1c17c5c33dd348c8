"""Duty: who is set, off, swapped; whom a new request names; what is refused, and what is told of gaps."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from matching.dates.shifts import EVERY_DAY
from storage.tables.duty import DutyLeave, DutyNote, DutyRule, DutySwap, StandIn
from storage.tables.models import Event
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.kernel.policy import ConfiguredDuty
from workflow.organisation import units
from workflow.organisation.duty.present import on_duty
from workflow.record.verifying import Broken, verify
from workflow.scheduled import ticks

OFFICER, LIAISON_WX = 11, 13
GU, LIAISON, LU, MENG, SUPERVISOR, OUTSIDER = 21, 22, 23, 24, 25, 99
DAILY = "/duty set @gu 每天 08:00-20:00"


async def told(scene: Scene, who: int, words: str, chat: int = KS) -> str:
    """What is said to a command."""
    before = len(scene.said)
    await scene.says(who, words, chat=chat)
    return scene.heard(chat, before)


async def there(scene: Scene, at: datetime | None = None) -> str | None:
    """The name of who is on duty in Kunshan."""
    async with scene.work().read() as tx:
        unit = next(u.id for u in await units.current(tx) if u.code == "KS")
        found = await on_duty(tx, unit, at)
        return tx.sealer.unseal("people", found.person.sealed)["name"] if found is not None else None


async def rows(scene: Scene, model: type) -> int:
    async with scene.store.read() as session:
        return len((await session.scalars(select(model))).all())


async def test_a_liaison_sets_who_is_on_duty_and_the_card_of_a_new_request_names_them(scene: Scene) -> None:
    said = await told(scene, LIAISON, DAILY)
    assert "顾一苇" in said and "每天 08:00–20:00" in said and "空岗" in said
    assert await there(scene) == "顾一苇"
    before = len(scene.said)
    await scene.says(OFFICER, FORM)
    cards = [one for one in scene.said[before:] if "WX26-0001" in one.text]
    assert sorted(one.chat for one in cards) == [KS, WX]
    assert all("值班：顾一苇" in one.text for one in cards)
    await scene.presses(LU, "受理", chat=KS)
    assert "值班：" not in scene.last("WX26-0001", chat=KS).text


async def test_without_duty_the_handler_with_the_least_in_hand_is_named(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    first = scene.last("WX26-0001", chat=KS).text
    assert "顾一苇 办理（手头最少）" in first or "陆时雨 办理（手头最少）" in first
    await scene.says(GU, "/accept WX26-0001", chat=KS)
    await scene.says(
        OFFICER, FORM.replace("户籍核实", "户籍再核实").replace("320583199204080027", "110101199003070046")
    )
    assert "陆时雨 办理（手头最少）" in scene.last("WX26-0002", chat=KS).text


async def test_the_reminder_of_what_nobody_took_calls_who_is_on_duty(scene: Scene) -> None:
    await scene.says(LIAISON, "/duty set @lu 每天 全天", chat=KS)
    await scene.says(OFFICER, FORM)
    said = await told(scene, OFFICER, "/nudge WX26-0001", chat=WX)
    assert "陆时雨" in scene.heard(KS, 0) and said


@pytest.mark.parametrize(
    ("words", "hears"),
    [
        ("/duty set", "是谁"),
        ("/duty set @gu", "几点到几点"),
        ("/duty set @gu 周一至周五", "几点到几点"),
        ("/duty set @nobody_here 周一至周五 8:30-17:30", "不认识"),
        ("/duty set @meng 周一至周五 8:30-17:30", "不是昆山市公安局的协作员"),
        ("/duty set @lin 周一至周五 8:30-17:30", "不是昆山市公安局的协作员"),
        ("/duty set @gu @lu 周一至周五 8:30-17:30", "按周"),
        ("/duty set @gu 周一至周五 8:30-17:30 UTC", "时区"),
        ("/duty set @gu 周一至周五 8:30-17:30 不知道", "没看懂日期"),
        ("/duty set @gu 周一至周五 8:30-17:30 2025-12-01..2025-12-03", "已经过去"),
        ("/duty set @gu 周一至周五 8:30-17:30 2031-12-01", "提前 366 天"),
        ("/duty off @gu", "哪几天"),
        ("/duty off 12-01", "是谁"),
        ("/duty off @gu 2025-12-01", "已经过去"),
        ("/duty swap @gu 12-01", "两个不同的人"),
        ("/duty swap @gu @gu 12-01", "两个不同的人"),
        ("/duty swap @gu @lu 12-01", "不值班"),
        ("/duty swap @gu @lu 12-01..12-03", "只能一天"),
        ("/duty back @gu", "没有请假"),
        ("/duty end", "编号"),
        ("/duty end 77", "没有值班规则"),
        ("/duty none", "几点到几点"),
        ("/duty dance", "没看懂“dance”"),
        ("/duty " + "x" * 400, "太长了"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_in_one_line_with_a_call_that_works(
    scene: Scene, words: str, hears: str
) -> None:
    said = await told(scene, LIAISON, words)
    assert hears in said and "/" in said and len(said.strip().splitlines()) == 1
    assert (await rows(scene, DutyRule), await rows(scene, DutyLeave), await rows(scene, DutySwap)) == (
        0,
        0,
        0,
    )


@pytest.mark.parametrize("who", [GU, MENG, SUPERVISOR, OUTSIDER, LIAISON_WX])
@pytest.mark.parametrize("words", [DAILY, "/duty off @gu 12-01", "/duty none 周末", "/duty end 1"])
async def test_who_is_no_liaison_of_the_unit_changes_nothing(scene: Scene, who: int, words: str) -> None:
    said = await told(scene, who, words)
    assert "🚫" in said or "⏳" in said or not said.strip() or "申请加入" in said
    assert await rows(scene, DutyRule) == 0 == await rows(scene, DutyLeave)


async def test_two_are_not_on_duty_at_once(scene: Scene) -> None:
    await scene.says(LIAISON, DAILY, chat=KS)
    said = await told(scene, LIAISON, "/duty set @lu 周末 19:00-次日07:00")
    assert "已由 顾一苇 值班" in said and "/duty end 1" in said
    assert "陆时雨" in await told(scene, LIAISON, "/duty set @lu 每天 20:00-次日8:00")
    assert "已取消" in await told(scene, LIAISON, "/duty end 1")
    assert await rows(scene, DutyRule) == 1


@pytest.mark.engines
async def test_leave_leaves_a_gap_that_is_named_and_a_swap_fills_a_day(scene: Scene) -> None:
    await scene.says(LIAISON, DAILY, chat=KS)
    await scene.says(LIAISON, "/duty none 20:00-08:00", chat=KS)
    day = scene.now.date().replace(month=12, day=1) if scene.now.month < 12 else scene.now.date()
    said = await told(scene, LIAISON, f"/duty off @gu {day:%m-%d}..{day:%m-%d}")
    assert "请假" in said and "空岗" in said and "顾一苇 不在" in said
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    assert await there(scene, noon) is None
    assert "当天" not in await told(scene, LIAISON, f"/duty swap @gu @lu {day:%m-%d}")
    assert await there(scene, noon) == "陆时雨"
    assert "请假，不能换班" in await told(scene, LIAISON, f"/duty swap @lu @gu {day:%m-%d}")
    assert "已销假" in await told(scene, LIAISON, "/duty back @gu")
    assert await rows(scene, DutyLeave) == 0


async def test_who_is_removed_falls_out_of_duty_at_once(scene: Scene) -> None:
    await scene.says(LIAISON, DAILY, chat=KS)
    assert await there(scene) == "顾一苇"
    await scene.says(LIAISON, "/role @gu none", chat=KS)
    assert await there(scene) is None
    assert "空岗" in await told(scene, LIAISON, "/roster")


async def test_a_liaison_hears_who_fell_out_and_when_nobody_is_there(scene: Scene) -> None:
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(LIAISON, DAILY, chat=KS)
    before = len(scene.said)
    await scene.says(LIAISON, "/role @gu officer", chat=KS)
    said = scene.heard(LIAISON, before)
    assert "顾一苇 不再参加昆山市公安局的值班" in said and "空岗" in said
    await scene.says(LIAISON, "/role @gu handler", chat=KS)
    assert await there(scene) is None, "who comes back is not on duty again by what was set before"


async def test_a_gap_of_the_coming_week_is_in_the_digest_and_what_is_meant_is_not(
    scene: Scene,
) -> None:
    assert "空岗" not in await told(scene, LIAISON, "/digest")
    await scene.says(LIAISON, DAILY, chat=KS)
    said = await told(scene, LIAISON, "/digest")
    assert "未来七天值班空岗" in said and "20:00" in said
    assert re.search(r"另有 \d+ 处", said), said
    await scene.says(LIAISON, "/duty none 20:00-8:00", chat=KS)
    assert "空岗" not in await told(scene, LIAISON, "/digest")


@pytest.mark.engines
async def test_a_note_reaches_the_next_in_private_when_their_duty_begins(scene: Scene) -> None:
    await scene.says(LU, "/start", chat=LU)
    await scene.says(LIAISON, DAILY, chat=KS)
    assert "没有别人接班" in await told(scene, GU, "/duty note 钥匙在前台")
    await scene.says(LIAISON, "/duty set @lu 每天 20:00-8:00", chat=KS)
    assert "陆时雨 接班时" in await told(scene, GU, "/duty note 钥匙在前台")
    assert "🚫" in await told(scene, MENG, "/duty note 钥匙在前台")
    await ticks.housekeeping(scene.work())
    await scene.deliver()
    assert "钥匙" not in scene.heard(LU, 0)
    scene.pass_time(hours=12)
    before = len(scene.said)
    for _ in range(2):
        await ticks.housekeeping(scene.work())
        await scene.deliver()
    assert scene.heard(LU, before).count("钥匙在前台") == 1 and "钥匙" not in scene.heard(KS, before)
    assert await rows(scene, DutyNote) == 0 and await broken(scene) is None


async def test_a_note_in_the_row_of_another_unit_is_shown_to_nobody(scene: Scene) -> None:
    await scene.says(LU, "/start", chat=LU)
    await scene.says(LIAISON, DAILY, chat=KS)
    await scene.says(LIAISON, "/duty set @lu 每天 20:00-8:00", chat=KS)
    await scene.says(GU, "/duty note 钥匙在前台", chat=KS)
    async with scene.store.write() as session:
        [note] = await session.scalars(select(DutyNote))
        said = scene.store.sealer.unseal("duty_notes", note.sealed)
        note.sealed = scene.store.sealer.seal("duty_notes", said | {"of": [note.unit_id + 1, said["of"][1]]})
    scene.pass_time(hours=12)
    await ticks.housekeeping(scene.work())
    await scene.deliver()
    assert "钥匙" not in scene.heard(LU, 0) and await rows(scene, DutyNote) == 0


async def test_who_has_no_chat_open_is_asked_to_open_one(scene: Scene) -> None:
    await scene.says(LIAISON, DAILY, chat=KS)
    await scene.says(LIAISON, "/duty set @lu 每天 20:00-8:00", chat=KS)
    await scene.says(GU, "/duty note 钥匙在前台", chat=KS)
    scene.pass_time(hours=12)
    before = len(scene.said)
    for _ in range(3):
        await ticks.housekeeping(scene.work())
        await scene.deliver()
    said = scene.heard(KS, before)
    assert said.count("陆时雨 有一条交班留言") == 1 and "钥匙" not in said
    assert await rows(scene, DutyNote) == 1


LIAISON_CZ, OFFICER_CZ = 41, 45


async def stands_in(scene: Scene) -> str:
    today = scene.now.date()
    return await told(scene, LIAISON, f"/duty stand-in CZ {today.isoformat()}..{today.isoformat()}")


@pytest.mark.engines
async def test_a_unit_that_stands_in_handles_what_comes_meanwhile_and_nothing_else(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(minutes=1)
    await scene.says(LIAISON_CZ, "/start", chat=LIAISON_CZ)
    before = len(scene.said)
    assert "由常州市公安局为昆山市公安局代班" in await stands_in(scene)
    assert "为昆山市公安局代班" in scene.heard(LIAISON_CZ, before)
    before = len(scene.said)
    await scene.says(
        OFFICER, FORM.replace("户籍核实", "再次核实").replace("320583199204080027", "110101199003070046")
    )
    assert "WX26-0002" in scene.heard(CZ, before) and "WX26-0001" not in scene.heard(CZ, 0)
    assert "无权" in await told(scene, OFFICER_CZ, "/accept WX26-0002", chat=CZ)
    assert "无权" in await told(scene, LIAISON_CZ, "/accept WX26-0001", chat=CZ)
    assert (await scene.request("WX26-0001")).state == "open"
    card = next(one for one in scene.said[before:] if one.chat == CZ and "WX26-0002" in one.text)
    await scene.presses(LIAISON_CZ, "受理", on=card)
    assert (await scene.request("WX26-0002")).state == "accepted"
    assert "秦砚秋" in scene.last("WX26-0002", chat=WX).text
    assert "🚫" in await told(scene, LIAISON_CZ, "/decline WX26-0002 忙", chat=CZ)
    await scene.says(LIAISON_CZ, "/answer WX26-0002 户籍在昆山", chat=CZ)
    assert (await scene.request("WX26-0002")).state == "answered"
    assert await broken(scene) is None


@pytest.mark.engines
async def test_what_a_unit_that_stood_in_has_in_hand_goes_back_when_its_time_is_over(scene: Scene) -> None:
    await stands_in(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON_CZ, "/accept WX26-0001", chat=CZ)
    assert (await scene.request("WX26-0001")).state == "accepted"
    scene.pass_time(days=1)
    assert "无权" in await told(scene, LIAISON_CZ, "/answer WX26-0001 户籍在昆山", chat=CZ)
    before = len(scene.said)
    for _ in range(2):
        await ticks.housekeeping(scene.work())
        await scene.deliver()
    assert scene.heard(KS, before).count("的代班已结束") == 1 and "WX26-0001" in scene.heard(KS, before)
    request = await scene.request("WX26-0001")
    assert (request.state, request.handler_id) == ("open", None)
    assert await rows(scene, StandIn) == 0 and await broken(scene) is None


async def test_a_unit_does_not_handle_in_anothers_stead_what_it_asks_itself(scene: Scene) -> None:
    await stands_in(scene)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert (await scene.request("CZ26-0001")).state == "open"
    assert "🚫" in await told(scene, LIAISON_CZ, "/accept CZ26-0001", chat=CZ)


async def test_a_person_stands_in_where_nobody_is(scene: Scene) -> None:
    assert "由 陆时雨 代班" in await told(scene, LIAISON, "/duty stand-in @lu")
    await scene.says(LIAISON, "/duty set @gu 每天 20:00-8:00", chat=KS)
    assert await there(scene) == "陆时雨"
    said = await told(scene, GU, "/duty")
    assert "陆时雨（代班）" in said and "空岗" not in said
    assert "空岗" in await told(scene, LIAISON, "/duty stand-in off")
    assert await there(scene) is None


@pytest.mark.parametrize(
    ("words", "hears"),
    [
        ("/duty stand-in", "由谁代班"), ("/duty stand-in off", "没有代班"), ("/duty stand-in CZ", "哪几天"),
        ("/duty stand-in KS 12-01", "不能为自己"), ("/duty stand-in CZ 2025-12-01", "已经过去"),
        ("/duty stand-in XYZ 12-01", "XYZ"), ("/duty stand-in CZ 12-01..12-31 乱写", "没看懂日期"),
    ],
)  # fmt: skip
async def test_a_stand_in_that_cannot_be_is_refused(scene: Scene, words: str, hears: str) -> None:
    said = await told(scene, LIAISON, words)
    assert hears in said and len(said.strip().splitlines()) == 1
    assert await rows(scene, StandIn) == 0


@pytest.mark.engines
async def test_the_configuration_sets_duty_and_what_a_liaison_sets_goes_before_it(scene: Scene) -> None:
    rule = ConfiguredDuty(unit="KS", persons=("gu",), days=EVERY_DAY, begins=0, ends=0)
    scene.policy = replace(scene.policy, duty=(rule,))
    assert await there(scene) == "顾一苇"
    await scene.says(LIAISON, DAILY.replace("@gu", "@lu"), chat=KS)
    assert await there(scene) == "陆时雨"
    said = await told(scene, LIAISON, "/duty")
    assert "（配置） 每天" in said and "#1 每天" in said
    scene.policy = replace(scene.policy, duty=(replace(rule, persons=("nobody_seen",)),))
    assert "空岗" in await told(scene, LIAISON, "/duty")


async def test_the_week_is_seen_by_those_who_handle_and_in_english(scene: Scene) -> None:
    await scene.says(LIAISON, "/duty set @gu @lu 按周 每天 8:00-8:00", chat=KS)
    said = await told(scene, GU, "/duty")
    assert "现在值班：顾一苇" in said and "陆时雨" in said and "#1 每天" in said and "按周轮换" in said
    assert "空岗" not in said
    await scene.says(LIAISON, "/lang en", chat=KS)
    said = await told(scene, LIAISON, "/roster")
    assert "On duty now: 顾一苇" in said and "in hand: 0" in said


async def broken(scene: Scene) -> Broken | None:
    async with scene.work().read() as tx:
        return (await verify(tx))[1]


@pytest.mark.engines
async def test_everything_is_in_the_record_and_what_is_changed_by_hand_shows(scene: Scene) -> None:
    await scene.says(LIAISON, DAILY, chat=KS)
    await scene.says(LIAISON, "/duty off @gu 12-24", chat=KS)
    async with scene.store.read() as session:
        actions = [one.action for one in await session.scalars(select(Event))]
    assert actions.count("duty") == 2
    assert await broken(scene) is None
    async with scene.store.write() as session:
        await session.execute(update(DutyRule).values(ends=0))
    found = await broken(scene)
    assert found is not None and "duty_rule" in found.why


async def test_a_calendar_file_is_sent_in_private(scene: Scene) -> None:
    assert "没有排班" in await told(scene, LIAISON, "/roster ics")
    await scene.says(LIAISON, DAILY, chat=KS)
    before = len(scene.documents)
    said = await told(scene, LIAISON, "/roster ics")
    assert "私聊" in said and "顾一苇" not in said
    made = scene.documents[before]
    lines = made.content.decode().split("\r\n")
    assert (made.name, lines[0], lines[-2:]) == ("duty-KS.ics", "BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert lines.count("BEGIN:VEVENT") == 63 and "SUMMARY:昆山市公安局 顾一苇" in lines
    assert "DTEND:20261201T120000Z" in lines, "20:00 in Shanghai"
    assert all(len(line.encode()) <= 75 for line in lines)
