"""A day at the desk of a county unit, as its people live it: in the running process, over restarts."""

from __future__ import annotations

from tests.e2e.cast import CZ, KS, SZ, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.conversation import Said, buttons_of
from tests.e2e.desk import Asked, Desk


async def split(desk: Desk) -> Asked:
    """Asked from outside, seen in the window, given to two units."""
    await desk.shen.in_private().starts()
    asked = await desk.asks(desk.lin)
    await desk.shen.in_private().says("/inbox")
    await desk.bot_said("待办（1）", asked.number.replace("-", "_"), chat=desk.shen.name)
    await desk.shen.says(f"/split {asked.number} 苏州 常州")
    await desk.bot_said(f"{asked.number}-1", "→", chat=SZ, since=0)
    await desk.bot_said(f"{asked.number}-2", "→", chat=CZ, since=0)
    return asked


async def test_in_from_outside_split_answered_by_two_and_merged_into_one_answer(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    asked = await split(desk)
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    await desk.card_shows(asked.number, KS, "分办 0/2")
    await desk.ye.says(f"/answer {asked.number}-1 已查实：户籍在苏州相城")
    await desk.card_shows(asked.number, KS, "分办 1/2")
    await desk.su.says(f"/answer {asked.number}-2 查无：常州无居住登记")
    draft = await desk.bot_said("汇总草稿", "苏州相城", chat=desk.shen.name)
    assert not await desk.bot_messages(WX, "已反馈"), "nothing goes out before the desk sends it"
    await desk.at_rest()
    await desk.kill()
    await desk.start()
    pressed = await desk.shen.in_private().presses("发出", on=draft)
    assert not pressed.alert, pressed.text
    await desk.bot_said("结果是哪一种", chat=desk.shen.name)
    await desk.shen.in_private().presses("部分")
    await desk.card_shows(asked.number, WX, "已反馈")
    read = await desk.reads(asked.number, desk.lin, "苏州相城", "常州无居住登记")
    assert f"{asked.number}-1" not in read.text
    for message in await desk.bot_messages(WX):
        assert "分办" not in message.text and "常州" not in message.text, (
            "the asker learns of one answer alone"
        )


async def test_late_it_goes_up_and_the_desk_above_acts_from_its_message(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    asked = await desk.asks(desk.lin, due="2天")
    await desk.advance(days=3, hours=2)
    told = await desk.bot_said("升级", asked.number, chat=SZ)
    await desk.passer.forges(_data(told, "接办"), on=told)
    await desk.card_shows(asked.number, KS, "待受理")
    pressed = await desk.ye.presses("接办", on=told)
    assert not pressed.alert, pressed.text
    await desk.ye.presses("苏州市公安局", on=await desk.bot_said("由哪个单位接办", chat=SZ))
    await desk.card_shows(asked.number, SZ, "苏州市公安局 · 待受理")
    await desk.ye.says(f"/answer {asked.number} 已查实：由市局直接办理")
    await desk.card_shows(asked.number, WX, "已反馈")


async def test_an_exercise_has_numbers_of_its_own_and_leaves_no_trace_in_the_days_work(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk()
    await desk.he.says("/drill start")
    await desk.bot_said("演练", chat=WX)
    drill = await desk.lin.says("#协作 户籍证明\n致：昆山\n对象：演练甲 320583199204080027\n事由：演练核实")
    card = await desk.card_for(drill)
    assert "演练" in card.text
    await desk.bot_said("演练", "→", chat=KS, since=0)
    await desk.gu.presses("受理", in_=KS)
    await desk.he.says("/drill stop")
    await desk.bot_said("演练", "受理", chat=WX)
    real = await desk.asks(desk.lin)
    assert real.number.startswith("WX26-") and "演练" not in real.card.text


def _data(told: Said, label: str) -> str:
    return next(one["callback_data"] for one in buttons_of(told.raw) if one["text"].startswith(label))
