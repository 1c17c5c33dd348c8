"""How many messages a request costs the people in its groups, counted."""

from __future__ import annotations

from tests.e2e.cast import KS, WX
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody


async def test_a_straight_request_costs_five_messages_at_most(office: Desk) -> None:
    """Posted, accepted, answered by button and reply, closed and rated: card, card, question, outcome, answer."""
    since = await office.remember()
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    await office.bot_reacted(asked.post, "👀")
    await office.gu.presses("反馈", on=await office.card(asked.number, KS))
    prompt = await office.bot_said("请回复本条消息", asked.number, chat=KS)
    reply = await office.gu.replies(prompt, "已核实，户籍地址：昆山市花桥镇")
    notice = await office.bot_said(asked.number, "请核对后办结", chat=WX)
    await office.gu.presses("已查实", on=await office.bot_replied(reply, asked.number))
    await office.lin.presses("办结", on=notice)
    card = await office.card_shows(asked.number, WX, "已办结")
    await office.lin.presses("⭐ 5", on=card)
    await office.card_shows(asked.number, WX, "5/5")
    await office.at_rest()
    sent = await office.new_in_groups(since)
    assert len(sent) == 5, [said.text for said in sent]
    assert [said.text.split()[0] for said in sent if said.chat == notice.chat] == ["🟡", "🟢"]


async def test_one_with_a_return_and_a_comment_costs_eight_at_most(office: Desk) -> None:
    since = await office.remember()
    asked = await office.asks(office.lin)
    await office.accepted(asked)
    back = await office.gu.replies(await office.card(asked.number, KS), "#退回 请补充出生日期")
    await office.bot_reacted(back, "👌")
    returned = await office.bot_said(asked.number, "退回", "出生日期", chat=WX)
    more = await office.lin.replies(returned, "1992年4月8日出生")
    await office.bot_reacted(more, "✍")
    await office.bot_said(asked.number, "补充", chat=KS)
    await office.accepted(asked)
    comment = await office.lin.replies(await office.card(asked.number, WX), "也请核对曾用名")
    await office.bot_reacted(comment, "✍")
    await office.bot_said(asked.number, "曾用名", chat=KS)
    await office.gu.presses("反馈", on=await office.card(asked.number, KS))
    prompt = await office.bot_said("请回复本条消息", asked.number, chat=KS)
    reply = await office.gu.replies(prompt, "已核实，户籍地址：昆山市花桥镇")
    notice = await office.bot_said(asked.number, "请核对后办结", chat=WX)
    await office.gu.presses("已查实", on=await office.bot_replied(reply, asked.number))
    await office.lin.presses("办结", on=notice)
    await office.card_shows(asked.number, WX, "已办结")
    await office.at_rest()
    sent = await office.new_in_groups(since)
    assert len(sent) == 8, [said.text for said in sent]


async def test_a_group_that_allows_no_reactions_gets_no_more_messages_for_it(desk: Desk) -> None:
    since = await desk.remember()
    for group in (WX, KS):
        await desk.post("reactions", chat=group, allowed=False)
    desk.running.expect("REACTION_INVALID")
    asked = await desk.asks(desk.lin)
    await desk.gu.says(f"/accept {asked.number}")
    await desk.card_shows(asked.number, WX, "处置中")
    await desk.gu.says(f"/answer {asked.number} 查无此人")
    await desk.bot_said(asked.number, "请核对后办结", chat=WX)
    await desk.lin.says(f"/close {asked.number}")
    await desk.card_shows(asked.number, KS, "已办结")
    await desk.at_rest()
    sent = await desk.new_in_groups(since)
    assert len(sent) == 3, [said.text for said in sent]
    refused = [call for call in await desk.calls("setMessageReaction") if call["status"] != 200]
    assert len(refused) == 4, "each was tried once"


async def test_a_post_with_something_to_look_at_again_is_one_message(office: Desk) -> None:
    since = await office.remember()
    post = await office.lin.says(form(somebody(), reason="核实户籍\n抄送：刑侦大队"))
    card = await office.card_for(post, since=since)
    assert "💡" in card.text
    await office.at_rest()
    assert [said.chat for said in await office.new_in_groups(since)].count(post.chat) == 1
