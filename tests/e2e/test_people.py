"""Who may what: roles, outsiders, those who come and those who leave."""

from __future__ import annotations

import pytest

from tests.e2e.cast import KS, SZ, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


@pytest.mark.parametrize(
    ("who", "command", "told"),
    [
        ("lin", "/accept {n}", "只有昆山市公安局的协作员或联络员"),
        ("lin", "/answer {n} 已核实", "只能由承办人"),
        ("gu", "/decline {n} 不办", "只有昆山市公安局的联络员"),
        ("gu", "/assign {n} @cheng_yiheng", "只有昆山市公安局的联络员"),
        ("gu", "/transfer {n} 常州", "只有昆山市公安局的联络员"),
        ("cheng", "/close {n}", "只有 {n} 的提出人"),
        ("zhou", "/close {n}", "只有 {n} 的提出人"),
        ("zhou", "/cancel {n}", "只有 {n} 的提出人"),
        ("zhou", "/nudge {n}", "只有提出人、无锡市公安局的联络员"),
        ("qin", "/accept {n}", "{n}"),
        ("lu", "/comment {n}", "没有 /comment 这个命令"),
    ],
)
async def test_who_may_not_is_told_in_one_line_and_nothing_changes(
    office: Desk, who: str, command: str, told: str
) -> None:
    asked = await office.asks(office.lin)
    said = await getattr(office, who).says(command.format(n=asked.number))
    refused = await office.bot_replied(said, told.format(n=asked.number))
    assert len(refused.text.splitlines()) <= 2
    assert "待受理" in (await office.card(asked.number, WX)).text
    assert "待受理" in (await office.card(asked.number, KS)).text


async def test_buttons_refuse_as_commands_do(office: Desk) -> None:
    asked = await office.asks(office.lin)
    for who, label in ((office.cheng, "拒绝"), (office.gu, "转办")):
        pressed = await who.presses(label, on=asked.asked_card)
        assert pressed.alert and "联络员" in pressed.text
    pressed = await office.zhou.presses("撤销", on=asked.card)
    assert pressed.alert and "提出人" in pressed.text
    assert "待受理" in (await office.card(asked.number, KS)).text


async def test_only_its_handler_or_a_liaison_answers(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    said = await office.cheng.says(f"/answer {asked.number} 已核实")
    await office.bot_replied(said, "只能由承办人", "顾一苇")
    await office.admin.says(f"/answer {asked.number} 已核实", to=KS)
    await office.bot_said("只能由承办人", chat=KS)
    await office.answered(asked)


async def test_an_outsider_learns_nothing_not_even_whether_it_exists(office: Desk) -> None:
    asked = await office.asks(office.lin)
    await office.passer.starts()
    refusals = []
    for number in (asked.number, "WX26-9998"):
        said = await office.passer.says(f"/show {number}")
        refused = await office.bot_replied(said, number, "无权查看")
        refusals.append(refused.text.replace(number, ""))
    assert refusals[0] == refusals[1]
    found = await office.passer.says(f"/find {asked.subject.name}")
    await office.bot_replied(found, "没有找到您可查看的请求")


async def test_an_outsiders_forged_button_changes_nothing(office: Desk) -> None:
    asked = await office.asks(office.lin)
    data = next(b["callback_data"] for row in asked.asked_card.raw["markup"]["inline_keyboard"] for b in row)
    pressed = await office.passer.forges(data, on=asked.asked_card)
    assert pressed.alert
    assert "待受理" in (await office.card(asked.number, KS)).text


async def test_a_request_from_a_group_without_a_unit_is_refused(office: Desk) -> None:
    await office.post("chats", title="闲聊群", members=["路人甲", "林小满"], bot="member")
    said = await office.passer.says(form(somebody()), to="闲聊群")
    await office.bot_replied(said, "还没有绑定单位", "/bind")


async def test_only_an_administrator_binds(office: Desk) -> None:
    said = await office.he.says("/bind KS")
    await office.bot_replied(said, "只有系统管理员")
    said = await office.admin.says("/bind ZZ", to=WX)
    offered = await office.bot_replied(said, "找不到单位", "ZZ")
    assert offered.buttons
    said = await office.admin.says("/bind", to=WX)
    await office.bot_replied(said, "/bind KS", "昆山市公安局")
    await office.admin.starts()
    await office.admin.says("/bind WX")
    await office.bot_said("请在要绑定的群里发送", chat="方予安")


async def test_a_group_can_be_unbound_and_is_then_no_place_to_ask(desk: Desk) -> None:
    await desk.admin.says("/unbind", to=WX)
    await desk.bot_said("已解除绑定", chat=WX)
    said = await desk.lin.says(form(somebody()))
    await desk.bot_replied(said, "还没有绑定单位")


async def test_a_liaison_gives_roles_in_the_own_unit_and_takes_them(desk: Desk) -> None:
    await desk.he.says("/role @zhou_zhiyuan handler")
    await desk.bot_said("周知远", "协作员", chat=WX)
    await desk.he.says("/members")
    members = await desk.bot_said("成员", "林小满", "周知远", "何清越", chat=WX)
    assert "协作员" in members.text
    said = await desk.zhou.says("/role @lin_xiaoman handler")
    await desk.bot_replied(said, "🚫")
    await desk.he.says("/role @zhou_zhiyuan none")
    await desk.bot_said("周知远", "移除", chat=WX)


async def test_a_role_is_given_by_replying_to_somebody(desk: Desk) -> None:
    hello = await desk.zhou.says("早上好")
    await desk.he.replies(hello, "/role handler")
    await desk.bot_said("周知远", "协作员", chat=WX)


async def test_who_leaves_the_group_loses_access_at_once(desk: Desk) -> None:
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.remember()
    await desk.post("members", chat=KS, person="顾一苇", status="left")
    await desk.bot_said("顾一苇", "已离开", chat=KS)
    await desk.person("顾一苇").starts()
    said = await desk.person("顾一苇").says(f"/show {asked.number}")
    refused = await desk.bot_replied(said, asked.number)
    assert asked.subject.id not in refused.text and asked.subject.masked not in refused.text
    forged = await desk.gu.forges(
        next(
            b["callback_data"]
            for row in (await desk.card(asked.number, KS)).raw["markup"]["inline_keyboard"]
            for b in row
        ),
        on=await desk.card(asked.number, KS),
    )
    assert forged.alert


async def test_with_approval_nobody_asks_before_a_liaison_agrees(open_desk: OpenDesk) -> None:
    desk = await open_desk(furnish=False, people={"enrol": "approve"})
    for group, code in ((WX, "WX"), (KS, "KS")):
        await desk.bind(group, code)
    await desk.he.says("大家好")
    await desk.bot_said("何清越", "申请加入", chat=WX)
    await desk.give_role("何清越", "liaison", group=WX)
    post = await desk.lin.says(form(somebody()))
    await desk.bot_replied(post, "还在等联络员同意")
    wish = await desk.bot_said("林小满", "申请加入", chat=WX, since=0)
    refused = await desk.zhou.presses("✅ 同意加入", on=wish)
    assert refused.alert
    await desk.he.presses("✅ 同意加入", on=wish)
    await desk.bot_said("林小满", "已加入", "何清越", chat=WX)
    await desk.asks(desk.lin)


async def test_who_is_turned_away_may_not_ask(open_desk: OpenDesk) -> None:
    desk = await open_desk(furnish=False, people={"enrol": "approve"})
    await desk.bind(WX, "WX")
    await desk.he.says("大家好")
    await desk.give_role("何清越", "liaison", group=WX)
    await desk.lin.says("大家好")
    wish = await desk.bot_said("林小满", "申请加入", chat=WX)
    await desk.he.presses("🚫 不同意", on=wish)
    await desk.bot_said("林小满", "未获同意", chat=WX)
    said = await desk.lin.says("/mine")
    await desk.bot_replied(said, "")


async def test_an_escalation_reveals_nothing_of_the_subject(desk: Desk) -> None:
    asked = await desk.asks(desk.lin, due="1天")
    await desk.advance(days=2, hours=1)
    told = await desk.bot_said(asked.number, "督促", chat=SZ)
    assert asked.subject.masked not in told.text and asked.subject.name not in told.text


async def test_who_is_not_confirmed_loses_access_and_their_work_waits_at_the_desk(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk(
        people={"attest_every": "30d", "attest_within": "50m"}, reminders={"quiet_hours": ""}
    )
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.shen.says("/attest", to=KS)
    listed = await desk.bot_said("昆山市公安局", "没有待您确认的成员", chat=KS)
    assert listed.buttons == []
    await desk.advance(days=30)
    await desk.restart()  # the first tick of a process comes at once
    listed = await desk.bot_said("是否仍属本单位", "顾一苇", chat=KS)
    pressed = await desk.shen.presses("✅ 程以恒", on=listed)
    assert "仍属本单位" in pressed.text
    await desk.advance(minutes=55)  # away over an hour it would ask anew
    await desk.restart()
    await desk.bot_said("顾一苇", "权限已收回", chat=KS)
    await desk.bot_said("顾一苇", asked.number, "待重新受理", chat=KS)
    said = await desk.gu.says(f"/answer {asked.number} 已核实")
    await desk.bot_replied(said, asked.number)
    await desk.bot_said("尚未受理", asked.number, chat=KS, since=0)


async def test_a_group_made_public_hears_nothing_more_until_it_is_private_again(desk: Desk) -> None:
    await desk.shen.in_private().starts()
    asked = await desk.asks(desk.lin)
    await desk.post("username", chat=KS, username="open_to_all")
    await desk.gu.says("大家好")
    await desk.bot_said("已被设为公开", "私密", chat="沈听澜")
    await desk.bot_said("公开群", chat=KS)
    since = await desk.remember()
    pressed = await desk.gu.presses("受理", on=asked.asked_card)
    assert "公开群" in pressed.text
    said = await desk.gu.says(f"/accept {asked.number}")
    await desk.bot_replied(said, "公开群")
    await desk.restart()
    await desk.lin.says(form(somebody()))
    await desk.bot_said("现在收不到消息", chat=WX, since=since)
    await desk.post("username", chat=KS, username=None)
    await desk.gu.says("改回来了")
    await desk.bot_said("恢复为私密", chat=KS)
    await desk.gu.says(f"/accept {asked.number}")
    await desk.card_shows(asked.number, KS, "顾一苇")


async def test_another_bot_and_a_strange_admin_are_told_to_the_liaison_once(desk: Desk) -> None:
    await desk.shen.in_private().starts()
    await desk.post("people", name="小助手", id=7001, username="helper_bot", is_bot=True)
    await desk.post("members", chat=KS, person=7001, status="member", by="顾一苇")
    await desk.bot_said("小助手", "@helper_bot", "顾一苇", chat="沈听澜")
    await desk.post("members", chat=KS, person="路人甲", status="administrator", by="顾一苇")
    await desk.bot_said("路人甲", "/role", chat="沈听澜")
    await desk.restart()
    await desk.at_rest()
    assert len(await desk.bot_messages("沈听澜", "小助手")) == 1
