"""A request done in parts: split by taps, answered in two languages across a restart, answered outward once."""

from __future__ import annotations

from tests.e2e.cast import CZ, KS, SZ, WX
from tests.e2e.desk import Desk


async def test_split_answered_by_two_units_and_answered_outward_once(desk: Desk) -> None:
    await desk.shen.in_private().starts()
    asked = await desk.asks(desk.lin)
    first, second = f"{asked.number}-1", f"{asked.number}-2"
    ye, su = desk.person("叶知秋", SZ), desk.person("苏见微", CZ)
    await su.says("/lang en")

    assert "分办" in (await desk.card(asked.number, KS)).buttons
    await desk.shen.presses("分办", on=await desk.card(asked.number, KS))
    choice = await desk.bot_said("分给哪些单位办", chat=KS)
    assert choice.buttons == ["苏州市公安局", "常州市公安局"]
    assert "已分给苏州市公安局" in (await desk.shen.presses("苏州市公安局", on=choice)).text
    await desk.shen.replies(choice, "常州，时限 明天12:00")
    await desk.card_shows(
        asked.number, KS, "分办 0/2", "苏州市公安局 · 待受理", f"/r_{second.replace('-', '_')}"
    )
    english = await desk.bot_said(second, f"A part of {asked.number}", "merges the answers", chat=CZ, since=0)
    assert english.buttons[:3] == ["Accept", "Return", "Decline"] and "Split" not in english.buttons

    await su.presses("Accept", on=english)
    await desk.card_shows(asked.number, KS, "常州市公安局 · 处置中（苏见微）")
    await su.says(f"/answer {second} nothing found: no residence in Changzhou")
    await desk.card_shows(asked.number, KS, "分办 1/2")
    await desk.restart()
    await desk.shen.says(f"/answer {asked.number} 已查实：先报")
    kept = await desk.bot_said("没有回来", first, chat=KS)
    assert kept.buttons == ["不等了，直接答复"]
    await desk.shen.replies(kept, "取消")
    await ye.says(f"#反馈 {first} 已查实：户籍在昆山花桥")

    draft = await desk.bot_said(
        "汇总草稿", "【苏州市公安局】户籍在昆山花桥", "【常州市公安局】", chat="沈听澜", since=0
    )
    await desk.shen.in_private().presses("发出", on=draft)
    pick = await desk.bot_said("结果是哪一种", chat="沈听澜")
    assert pick.buttons[0] == "部分"
    await desk.shen.in_private().presses("部分", on=pick)
    await desk.card_shows(asked.number, WX, "部分")
    whole = await desk.reads(asked.number, desk.lin, "户籍在昆山花桥", "no residence in Changzhou")
    assert first not in whole.text
    told = "\n".join(said.text for said in await desk.bot_messages(WX))
    assert "分办" not in told and first not in told and "常州" not in told
    await desk.card_shows(second, CZ, "closed")
