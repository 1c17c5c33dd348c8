"""Alerts: to whom they go, who has seen them, how often they are said again, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select, update

from storage.tables.alerts import Alert
from storage.tables.models import Event
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, KS, SZ, WX, Said, Scene
from workflow.kernel.tx import Tx
from workflow.organisation.alerts import Alert as Alerted
from workflow.record.verifying import verify
from workflow.scheduled import alerts

OFFICER, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS, SUPERIOR, LIAISON_CZ, OUTSIDER, ADMIN = (
    11, 13, 21, 22, 24, 31, 41, 99, 1001,
)  # fmt: skip
NUMBER = "13812345678"
SEND = f"/alert KS CZ: 近期有人冒充客服，来电 {NUMBER}，请提醒群众"


def last(scene: Scene, chat: int) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == chat)


def status(scene: Scene, chat: int = WX) -> str:
    return next(
        s.text for s in reversed(scene.said) if s.chat == chat and "已收悉 " in s.text and "/" in s.text
    )


async def count(scene: Scene) -> int:
    async with scene.store.read() as session:
        return await session.scalar(select(func.count()).select_from(Alert)) or 0


@played_once
async def sent(scene: Scene) -> None:
    for who in (LIAISON_WX, LIAISON, LIAISON_CZ, HANDLER):
        await scene.says(who, "/start", chat=who)
    await scene.says(LIAISON_WX, SEND)


async def test_each_units_desk_reads_it_masked_and_says_that_it_has_seen_it(scene: Scene) -> None:
    await sent(scene)
    for chat in (KS, CZ):
        assert "冒充客服" in last(scene, chat).text and NUMBER not in last(scene, chat).text
    assert "已收悉 0/2；未收悉：昆山市公安局、常州市公安局" in status(scene)
    await scene.presses(HANDLER, "✅ 已收悉", chat=KS)
    assert "已收悉 1/2；未收悉：常州市公安局" in status(scene)
    assert "顾一苇 已收悉" in last(scene, KS).text
    assert "✅ 已收悉" not in last(scene, KS).buttons
    await scene.presses(LIAISON_CZ, "✅ 已收悉", chat=CZ)
    assert "已收悉 2/2" in status(scene) and "未收悉" not in status(scene)


async def test_the_first_of_a_unit_who_says_so_is_who_has_seen_it(scene: Scene) -> None:
    await sent(scene)
    ask = last(scene, KS)
    await scene.presses(HANDLER, "✅ 已收悉", on=ask)
    toast = await scene.presses(LIAISON, "✅ 已收悉", on=ask)
    assert "顾一苇 已先确认" in toast
    assert "沈听澜" not in last(scene, KS).text


@pytest.mark.parametrize("who", [OFFICER_KS, OFFICER, LIAISON_CZ, OUTSIDER, ADMIN])
async def test_nobody_else_acknowledges_for_a_unit(scene: Scene, who: int) -> None:
    await sent(scene)
    toast = await scene.presses(who, "✅ 已收悉", on=last(scene, KS))
    assert "确认收悉" in toast
    await scene.presses(LIAISON_CZ, "✅ 已收悉", chat=CZ)
    assert "未收悉：昆山市公安局" in status(scene)


@pytest.mark.parametrize("words", ["收悉。", "/ack", "Noted"])
async def test_a_reply_in_words_acknowledges_and_other_words_are_talk(scene: Scene, words: str) -> None:
    await sent(scene)
    ask = last(scene, KS)
    await scene.replies(HANDLER, ask, "什么号码？")
    assert "已收悉 0/2" in status(scene)
    await scene.replies(HANDLER, ask, words)
    assert "已收悉 1/2" in status(scene)


async def test_the_whole_of_it_is_read_in_private_for_a_purpose(scene: Scene) -> None:
    await sent(scene)
    full = next(label for label in last(scene, KS).buttons if "收悉" not in label)
    await scene.presses(HANDLER, full, chat=KS)
    assert NUMBER in last(scene, HANDLER).text
    why = next(s for s in reversed(scene.said) if s.chat == HANDLER and "办案" in s.buttons)
    assert "按钮" in await scene.presses(HANDLER, "办案", on=why), "a second tap gives it no second time"
    assert NUMBER not in scene.heard(KS)
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).where(Event.action == "alert_read")) == 1


@pytest.mark.parametrize("who", [OFFICER_KS, OFFICER, OUTSIDER])
async def test_nobody_else_reads_the_whole_of_it(scene: Scene, who: int) -> None:
    await sent(scene)
    await scene.says(who, "/start", chat=who)
    ask = next(s for s in reversed(scene.said) if s.chat == KS)
    full = next(label for label in ask.buttons if "收悉" not in label)
    assert "只给收到通报的单位" in await scene.presses(who, full, on=ask)
    assert NUMBER not in scene.heard(who)


async def test_who_sent_it_and_has_left_reads_it_no_more(scene: Scene) -> None:
    await sent(scene)
    ask = next(s for s in reversed(scene.said) if s.chat == KS)
    full = next(label for label in ask.buttons if "收悉" not in label)
    await scene.says(ADMIN, "/role @bai none WX", chat=WX)
    before = len(scene.said)
    assert "只给收到通报的单位" in await scene.presses(LIAISON_WX, full, on=ask)
    assert NUMBER not in scene.heard(LIAISON_WX, before)


async def test_once_who_sent_it_has_left_the_silent_are_named_to_the_unit(scene: Scene) -> None:
    await sent(scene)
    await scene.says(ADMIN, "/role @bai none WX", chat=WX)
    before = len(scene.said)
    for hours in (1, 4, 24, 24):
        scene.pass_time(hours=hours)
        await alerts.run(scene.work())
        await scene.deliver()
    assert "仍未收悉" not in scene.heard(LIAISON_WX, before)


async def test_one_that_fails_holds_up_no_other(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await sent(scene)
    await scene.says(LIAISON_WX, SEND.replace("来电", "又来电"), chat=WX)
    real = alerts.send

    async def broken(tx: Tx, one: Alerted, unit_ids: Sequence[int], *, again: int = 0) -> list[int]:
        if one.id == 1:
            raise RuntimeError
        return await real(tx, one, unit_ids, again=again)

    monkeypatch.setattr(alerts, "send", broken)
    scene.pass_time(hours=2)
    before = len(scene.said)
    assert await alerts.run(scene.work()) == 1
    await scene.deliver()
    assert "又来电" in scene.heard(KS, before)


async def test_it_is_said_again_until_all_have_seen_it_and_then_the_liaisons_are_named(scene: Scene) -> None:
    await sent(scene)
    await scene.presses(HANDLER, "✅ 已收悉", chat=KS)
    times = 0
    for hours in (1, 4, 24):
        scene.pass_time(hours=hours)
        times += await alerts.run(scene.work())
        assert await alerts.run(scene.work()) == 0
        await scene.deliver()
    again = [s for s in scene.said if s.chat == CZ and "次提醒" in s.text and s.kind == "send"]
    assert len(again) == times == 3
    assert not any("次提醒" in s.text for s in scene.said if s.chat == KS)
    scene.pass_time(hours=24)
    assert await alerts.run(scene.work()) == 1
    await scene.deliver()
    assert "常州市公安局：秦砚秋" in last(scene, LIAISON_WX).text
    scene.pass_time(days=30)
    assert await alerts.run(scene.work()) == 0


@pytest.mark.parametrize(("args", "again"), [("KS: 今晚加强巡逻", 0), ("特急 KS: 今晚加强巡逻", 1)])
async def test_at_night_only_what_presses_is_said_again(scene: Scene, args: str, again: int) -> None:
    scene.pass_time(hours=13)  # ten in the evening
    await scene.says(LIAISON_WX, f"/alert {args}")
    scene.pass_time(hours=1)
    assert await alerts.run(scene.work()) == again
    scene.pass_time(hours=9)
    assert await alerts.run(scene.work()) == 1


async def test_all_below_a_unit_hear_it_by_a_tap(scene: Scene) -> None:
    await scene.says(SUPERIOR, "/alert 注意：今晚有雨", chat=SZ)
    assert "发给谁" in last(scene, SZ).text
    await scene.presses(LIAISON, "苏州", chat=SZ)
    assert "今晚有雨" not in scene.heard(KS), "who wrote it says to whom it goes"
    await scene.presses(SUPERIOR, "苏州", chat=SZ)
    assert "注意：今晚有雨" in last(scene, KS).text
    await scene.presses(SUPERIOR, "苏州", on=next(s for s in scene.said if "发给谁" in s.text))
    assert await count(scene) == 1, "a second tap sends nothing"


@pytest.mark.parametrize("word", ["tree", "下级", "昆山", "KS"])
async def test_to_whom_is_said_in_front_of_the_colon(scene: Scene, word: str) -> None:
    await scene.says(SUPERIOR, f"/通报 {word}：今晚有雨", chat=SZ)
    assert "今晚有雨" in last(scene, KS).text


async def test_the_units_of_an_operation_hear_it(scene: Scene) -> None:
    await scene.says(SUPERIOR, "/operation 元旦安保 SZ KS until 2026-12-05", chat=-2001)
    await scene.says(SUPERIOR, "/alert 元旦安保：今晚有雨", chat=SZ)
    assert "今晚有雨" in last(scene, KS).text
    await scene.says(LIAISON_CZ, "/alert 元旦安保：今晚有雨", chat=CZ)
    assert "哪些单位" in last(scene, CZ).text


async def test_who_sent_it_puts_it_right_and_all_see_it_anew(scene: Scene) -> None:
    await sent(scene)
    await scene.presses(HANDLER, "✅ 已收悉", chat=KS)
    mine = next(s for s in reversed(scene.said) if s.chat == WX and "撤回" in str(s.buttons))
    await scene.replies(HANDLER, mine, "别信")
    assert "只有发出通报的" in last(scene, WX).text
    await scene.replies(LIAISON_WX, mine, "号码有误，已核实为内部测试，不必提醒群众")
    assert "不必提醒群众" in last(scene, KS).text and "重新确认" in last(scene, KS).text
    assert "已收悉 0/2" in status(scene)
    stands = {s.message_id: s.text for s in scene.said if s.chat == KS and "通报" in s.text}
    assert not any("冒充客服" in text for text in stands.values())


async def test_who_sent_it_takes_it_back_wherever_it_stands(scene: Scene) -> None:
    await sent(scene)
    mine = next(s for s in reversed(scene.said) if s.chat == WX and "撤回" in str(s.buttons))
    ask = last(scene, KS)
    assert "只有发出通报的" in await scene.presses(HANDLER, "↩️", on=mine)
    await scene.presses(LIAISON_WX, "↩️", on=mine)
    for chat in (KS, CZ):
        assert "撤回" in last(scene, chat).text and not last(scene, chat).buttons
        assert "冒充" not in last(scene, chat).text
    assert "已撤回" in await scene.presses(HANDLER, "✅ 已收悉", on=ask)
    scene.pass_time(hours=5)
    assert await alerts.run(scene.work()) == 0


@pytest.mark.parametrize(
    ("who", "args", "said"),
    [
        (LIAISON_WX, "", "没有内容"),
        (LIAISON_WX, "KS:", "没有内容"),
        (LIAISON_WX, "今晚有雨", "哪些单位"),
        (LIAISON_WX, "KS QQ: 今晚有雨", "什么也没有发出"),
        (LIAISON_WX, "WX: 今晚有雨", "除了贵单位自己"),
        (LIAISON_WX, "KS: 机密\n今晚有雨", "保密渠道"),
        (LIAISON_WX, "KS: 今晚有雨\n密级：秘密", "保密渠道"),
        (LIAISON_WX, "KS: " + "雨" * 2001, "最多 2000 个字"),
        (OFFICER, "KS: 今晚有雨", "🚫"),
        (OUTSIDER, "KS: 今晚有雨", "🚫"),
        (ADMIN, "KS: 今晚有雨", "🚫"),
    ],
)
async def test_what_is_wrong_is_said_in_a_line_and_nothing_is_sent(
    scene: Scene, who: int, args: str, said: str
) -> None:
    await scene.says(who, f"/alert {args}")
    assert said in last(scene, WX).text, last(scene, WX).text
    assert await count(scene) == 0
    assert "有雨" not in scene.heard(KS)


async def test_one_person_does_not_send_without_end(scene: Scene) -> None:
    for number in range(21):
        await scene.says(LIAISON_WX, f"/alert KS: 第 {number} 条")
    assert "最多发 20 条" in last(scene, WX).text
    assert await count(scene) == 20


async def test_a_unit_without_a_desk_hears_it_by_its_liaisons_or_is_named(scene: Scene) -> None:
    await scene.says(ADMIN, "/unbind", chat=KS)
    await scene.says(LIAISON_WX, SEND)
    assert "看不到通报：昆山市公安局" in last(scene, WX).text
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(LIAISON_WX, SEND)
    assert NUMBER in last(scene, LIAISON).text, "alone, they read it whole"
    await scene.presses(LIAISON, "✅ 已收悉", chat=LIAISON)
    assert "已收悉 1/2" in status(scene)


async def test_a_row_that_was_changed_by_hand_is_named_and_said_to_nobody(scene: Scene) -> None:
    await sent(scene)
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None
    async with scene.store.write() as session:
        await session.execute(update(Alert).values(person_id=1))
    assert "已撤回或已过期" in await scene.presses(HANDLER, "✅ 已收悉", chat=KS)
    async with scene.work().read() as tx:
        _, broken = await verify(tx)
    assert broken is not None and "alert" in broken.why
