"""What is late climbs from who has it to the unit above, and is acted on there, in the process as it runs."""

from __future__ import annotations

import json

from tests.e2e.cast import CZ, KS, SZ
from tests.e2e.conftest import OpenDesk

LADDER = json.dumps([
    {"to": "handler"},
    {"to": "desk", "after": ["1h"], "repeat": "24h"},
    {"to": "liaison", "after": ["2h"]},
    {"to": "superior", "after": ["4h"]},
])  # fmt: skip
REMINDERS = {"quiet_hours": "", "before_due": []}


async def test_it_climbs_is_seen_put_off_and_taken_over_over_a_restart(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=REMINDERS)
    await desk.stop()
    await desk.start(CROSSBEAT_LADDER=LADDER)
    gu, shen = desk.gu.in_private(), desk.shen.in_private()
    await gu.starts()
    await shen.starts()
    asked = await desk.asks(desk.lin, due="2天")
    await desk.accepted(asked)
    await desk.advance(hours=48)
    alone = await desk.bot_said("⏰ 催办", asked.number, chat="顾一苇")
    assert alone.buttons[-2:] == ["稍后", "知道了"]
    await gu.presses("知道了", on=alone)
    await desk.bot_said("👌 顾一苇 已知悉", chat="顾一苇")
    await desk.advance(hours=1)
    in_group = await desk.bot_said("⏰ 催办", asked.number, "承办", chat=KS)
    await desk.gu.presses("稍后", on=in_group)
    choice = await desk.bot_said("什么时候再提醒", chat=KS)
    await desk.gu.presses("2 小时", on=choice)
    await desk.bot_said("💤 顾一苇 推迟到", asked.number, chat=KS)
    await desk.at_rest()
    await desk.stop()
    await desk.start(CROSSBEAT_LADDER=LADDER)
    await desk.advance(hours=2)
    await desk.bot_said("⏰ 催办", asked.number, chat="沈听澜")
    await desk.advance(hours=1)
    above = await desk.bot_said("🚨 升级", asked.number, chat=SZ)
    assert [label.split()[0] for label in above.buttons] == [
        "催办", "问原因", "🔎", "转派", "接办", "稍后", "知道了",
    ]  # fmt: skip
    refused = await desk.lu.presses("接办", on=above)
    assert refused.alert and "联络员可以接办" in refused.text
    await desk.ye.presses("接办", on=above)
    confirm = await desk.bot_said("由哪个单位接办", chat=SZ)
    await desk.ye.presses("苏州市公安局", on=confirm)
    await desk.bot_said("无锡市公安局 → 苏州市公安局", asked.number, chat=SZ)
    await shen.says(f"/why {asked.number}")
    await desk.bot_said("单独提醒承办人：顾一苇 · 👌 顾一苇", "上报上级单位：苏州市公安局", chat="沈听澜")


async def test_in_english_as_well(open_desk: OpenDesk) -> None:
    desk = await open_desk(reminders=REMINDERS)
    asked = await desk.asks(desk.lin, due="2天", to="常州", to_group=CZ)
    await desk.advance(hours=48)
    late = await desk.bot_said("⏰ Reminder", asked.number, chat=CZ)
    await desk.su.presses("Got it", on=late)
    await desk.bot_said("👌 noted by 苏见微", chat=CZ)
    await desk.su.says(f"/snooze {asked.number} 30h")
    await desk.bot_said("is put off for 1 d at most", "/snooze", chat=CZ)
    await desk.su.says(f"/snooze {asked.number} 3 hours")
    await desk.bot_said("💤 put off by 苏见微 until", chat=CZ)
