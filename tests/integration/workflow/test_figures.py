"""Figures and the sentences around them: each is what happened."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage.tables.models import Chat, Request, Unit
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene, user
from workflow.kernel.body import Body
from workflow.organisation import chats
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, LIAISON_CZ, ADMIN = 11, 12, 13, 21, 22, 41, 1001
OTHER = FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X")
BACK = FORM.replace("昆山", "无锡")


async def stats(
    scene: Scene, who: int = LIAISON, chat: int = KS, words: str = "/stats 30d"
) -> dict[str, str]:
    """What ``/stats`` says: the part of what was received, and that of what was sent."""
    await scene.says(who, words, chat=chat)
    _, received, sent = scene.said[-1].text.split("\n\n")[0].split("📥")[0], *scene.said[-1].text.split("📤")
    return {"received": received.partition("📥")[2], "sent": sent}


async def digest(scene: Scene, chat: int = KS) -> str:
    await ticks.digests(scene.work())
    return next(s.text for s in await scene.deliver() if s.chat == chat)


async def fill(scene: Scene, count: int, due: datetime, **values: object) -> None:
    """So many requests of Wuxi that lie with Kunshan."""
    async with scene.store.write() as session:
        units = {unit.code: unit.id for unit in await session.scalars(select(Unit))}
        for number in range(count):
            row = Request(
                number=f"WX26-{9000 + number}", type="household", from_unit_id=units["WX"],
                to_unit_id=units["KS"], sealed=Body().seal(scene.store.sealer), asked_at=scene.now,
                due_at=due, first_due_at=due, key_version=0,
            )  # fmt: skip
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)


async def test_who_gets_what_another_unit_declined_has_declined_nothing(scene: Scene) -> None:
    """Kunshan declines, is asked once more, and passes it on to Changzhou."""
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/decline WX26-0001 1. 不属本辖区", chat=KS)
    await scene.says(OFFICER, "/reopen WX26-0001 请再核实")
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    told = await stats(scene, LIAISON_CZ, CZ)
    assert "新增 1 · 反馈 0 · 拒绝 0\n" in told["received"]
    assert "被拒绝 1（" in (await stats(scene, LIAISON_WX, WX))["sent"], "who asked was refused all the same"
    await scene.says(LIAISON_CZ, "/decline WX26-0001 2. 无法查找", chat=CZ)
    told = await stats(scene, LIAISON_CZ, CZ)
    assert "拒绝 1（" in told["received"]
    scene.pass_time(days=1)
    assert "拒绝 1（" in await digest(scene, CZ)


async def test_what_a_unit_received_and_what_it_sent_are_told_apart(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, OTHER)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(LIAISON, "/decline WX26-0002 不属本辖区", chat=KS)
    await scene.says(LIAISON, BACK, chat=KS)
    told = await stats(scene)
    assert "新增 2 · 反馈 1 · 拒绝 1" in told["received"]
    assert "新增 1 · 得到反馈 0 · 被拒绝 0" in told["sent"]
    assert "现等对方反馈 1" in told["sent"]
    told = await stats(scene, LIAISON_WX, WX)
    assert "新增 1 · 反馈 0" in told["received"]
    assert "新增 2 · 得到反馈 1 · 被拒绝 1" in told["sent"]


async def test_a_reused_answer_is_nobodys_work_and_nobodys_punctuality(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=5)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用", chat=WX)
    told = await stats(scene)
    assert "反馈 2" in told["received"]
    assert "复用已有答复 1 · 自办 1，其中按最初时限办结 0" in told["received"]
    assert "用时中位数：5 天" in told["received"]


async def test_more_time_makes_nobody_punctual(scene: Scene) -> None:
    for form in (FORM, OTHER):
        await scene.says(OFFICER, form)
    await scene.says(HANDLER, "/delay WX26-0001 9天 等待", chat=KS)
    scene.pass_time(days=2)
    await scene.says(LIAISON, "/answer WX26-0002 已核实", chat=KS)
    scene.pass_time(days=4)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "自办 2，其中按最初时限办结 1" in (await stats(scene))["received"]


async def test_what_the_asker_takes_of_the_time_is_not_the_asked_units(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=1)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(days=6)
    await scene.replies(OFFICER, scene.last("退回", chat=WX), "补充如下")
    request = await scene.request("WX26-0001")
    assert request.first_due_at == request.due_at
    scene.pass_time(days=1)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "自办 1，其中按最初时限办结 1" in (await stats(scene))["received"]


async def test_a_return_does_not_make_good_what_was_late_already(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/delay WX26-0001 9天 等待", chat=KS)
    scene.pass_time(days=4)  # after the first deadline, before the one that was given
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(days=5)
    await scene.replies(OFFICER, scene.last("退回", chat=WX), "补充如下")
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "自办 1，其中按最初时限办结 0" in (await stats(scene))["received"]


async def test_a_reopened_request_is_counted_by_the_time_that_each_answer_had(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=5)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(OFFICER, "/reopen WX26-0001 地址不符")
    scene.pass_time(hours=1)
    assert "自办 1，其中按最初时限办结 0" in (await stats(scene))["received"]
    scene.pass_time(days=1)
    await scene.says(LIAISON, "/answer WX26-0001 已重新核实", chat=KS)
    assert "自办 1，其中按最初时限办结 1" in (await stats(scene, words="/stats 1d"))["received"]


async def test_a_request_that_the_asker_gives_another_time_has_that_from_the_first(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    await scene.edits(OFFICER, post, FORM.replace("3天", "6天"))
    scene.pass_time(days=5)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "自办 1，其中按最初时限办结 1" in (await stats(scene))["received"]


async def test_a_digest_counts_all_that_is_late_and_names_the_first(scene: Scene) -> None:
    await fill(scene, 61, scene.now + timedelta(hours=1))
    await fill(scene, 1, scene.now + timedelta(days=1, hours=2), number="WX26-8000")
    scene.pass_time(hours=24)
    told = await digest(scene)
    assert "已超期（61）" in told
    assert "今日到期（1）" in told
    assert "另有 49 件" in told
    assert "现待本单位办理 62，其中超期 61" in (await stats(scene))["received"]


async def test_a_returned_request_is_not_called_late_while_its_clock_stands_still(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(days=9)
    told = await digest(scene)
    assert "超期" not in told
    assert "退回待补充 1" in told
    assert "退回待本单位补充 1" in (await stats(scene, LIAISON_WX, WX))["sent"]
    assert "其中超期 0" in (await stats(scene, LIAISON_WX, WX))["sent"]


async def test_a_digest_says_of_which_time_it_tells(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(hours=25)  # 10:00 of the next day; the digest is that of half past eight
    assert "🗓 12月1日 08:30 至 12月2日 08:30；未结情况截至 12月2日 10:00" in await digest(scene)
    await scene.says(LIAISON, OTHER.replace("昆山", "无锡"), chat=KS)
    await scene.says(LIAISON, "/digest", chat=KS)
    assert "🗓 12月1日 10:00 至 12月2日 10:00；未结情况截至 12月2日 10:00" in scene.said[-1].text
    assert "发出：新增 1" in scene.said[-1].text


async def test_nobody_who_has_not_taken_a_request_is_said_to_have_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, None, chat=KS, left_chat_member=user(HANDLER))
    await scene.says(OFFICER, "/accept WX26-0001")
    await scene.says(LIAISON, "/accept WX26-0001", chat=KS)
    assert "顾一苇" not in scene.said[-1].text
    await scene.says(LIAISON, "/inbox", chat=KS)
    assert "顾一苇" not in scene.said[-1].text
    scene.pass_time(days=4)
    assert "顾一苇" not in await digest(scene)


async def test_an_answered_card_names_who_answered(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    cards = [s for s in scene.said if s.chat == KS and "→" in s.text and "WX26-0001" in s.text]
    assert "已反馈（沈听澜）" in cards[-1].text
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用", chat=WX)
    cards = [s for s in scene.said if s.chat == WX and "→" in s.text and "WX26-0002" in s.text]
    assert "已反馈（" not in cards[-1].text, "nobody of Kunshan answered that one"


async def test_a_nudge_that_reaches_nobody_is_not_said_to_be_one(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(ADMIN, "/unbind", chat=KS)
    await scene.says(OFFICER, "/nudge WX26-0001")
    assert "没有催办成" in scene.said[-1].text
    request = await scene.request("WX26-0001")
    assert request.nudged_at is None
    assert "nudge" not in await scene.actions(request)
    await scene.says(ADMIN, "/bind KS", chat=KS)
    await scene.says(OFFICER, "/nudge WX26-0001")
    assert "催办" in scene.last("WX26-0001", chat=KS).text


async def test_why_nobody_sees_a_request_is_said_as_it_is(scene: Scene) -> None:
    await chats.unreachable(scene.work(), KS, "kicked")
    await scene.says(OFFICER, FORM)
    assert "的群现在收不到消息" in scene.heard(WX)
    assert "还没有绑定群" not in scene.heard(WX)
    async with scene.work().write() as tx:
        (await tx.session.get_one(Chat, KS)).state = "active"
    await scene.says(ADMIN, "/unbind", chat=KS)
    await scene.says(OFFICER, OTHER)
    assert "还没有绑定群" in scene.heard(WX)


@pytest.mark.parametrize("count", [0, 70])
async def test_the_roster_says_how_much_each_has(scene: Scene, count: int) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    handler = (await scene.request("WX26-0001")).handler_id
    await fill(scene, count, scene.now + timedelta(days=1), state="accepted", handler_id=handler)
    await scene.says(LIAISON, "/roster", chat=KS)
    assert f"顾一苇 · 协作员 · 在办 {count + 1} 件" in scene.said[-1].text
    assert "沈听澜 · 联络员 · 在办 0 件" in scene.said[-1].text


async def test_a_ledger_under_way_is_not_said_to_have_arrived(scene: Scene) -> None:
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(LIAISON, "/export", chat=KS)
    assert "已发到" not in scene.last("台账", chat=KS).text
