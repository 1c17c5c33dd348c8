"""The Bot API misbehaves: what is decided reaches people once, or they are told why not; nothing stops."""

from __future__ import annotations

import pytest

from tests.e2e.cast import CHAT_IDS, KS, WX
from tests.e2e.conftest import OpenDesk
from tests.e2e.conversation import Json
from tests.e2e.desk import Desk
from tests.e2e.posts import form, somebody

OPS = "运维群"


async def _cards(desk: Desk, number: str, group: str) -> int:
    """How many cards of a request stand in a group."""
    return len([said for said in await desk.bot_messages(group, number, "→") if "/r_" in said.text])


async def _sends(desk: Desk, group: str) -> list[Json]:
    calls = await desk.calls("sendMessage")
    return [call for call in calls if int(call["params"]["chat_id"]) == CHAT_IDS[group]]


# --- it passes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 429, "retry_after": 1},
        {"code": 502, "times": 2},
        {"code": 500},
        {"kind": "garbage", "code": 502},
        {"kind": "drop_before"},
        {"kind": "slow", "seconds": 1.5},
    ],
    ids=["429", "502 twice", "500", "a proxy's page", "dropped before", "slow"],
)
async def test_what_could_not_be_sent_is_sent_again_once(open_desk: OpenDesk, fault: Json) -> None:
    desk = await open_desk()
    await desk.fault("sendMessage", chat=KS, **fault)
    asked = await desk.asks(desk.lin)
    await desk.answered(asked)
    await desk.card_shows(asked.number, KS, "已反馈")
    assert await _cards(desk, asked.number, KS) == 1
    assert await _cards(desk, asked.number, WX) == 1


@pytest.mark.parametrize("kind", ["drop_after", "lost_after"])
async def test_what_was_sent_although_it_seemed_lost_is_at_worst_seen_twice(
    open_desk: OpenDesk, kind: str
) -> None:
    desk = await open_desk()
    await desk.fault("sendMessage", chat=KS, kind=kind)
    post = await desk.lin.says(form(somebody()))
    number = (await desk.card_for(post)).text.split()[1]
    await desk.called("sendMessage", times=2)
    second = await desk.bot_said(number, "→", chat=KS, since=0)
    await desk.polled()
    for card in await desk.bot_messages(KS, number, "→"):
        assert "受理" in card.buttons, "either can be pressed"
    await desk.gu.presses("受理", on=second)
    await desk.card_shows(number, WX, "处置中")
    assert await _cards(desk, number, WX) == 1
    assert await _cards(desk, number, KS) <= 2


@pytest.mark.thorough
async def test_an_answer_slower_than_we_wait_for_loses_nothing(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    await desk.fault("sendMessage", chat=KS, kind="slow", seconds=25)
    post = await desk.lin.says(form(somebody()))
    number = (await desk.card_for(post)).text.split()[1]
    card = await desk.bot_said(number, "→", chat=KS, since=0)
    await desk.gu.presses("受理", on=card)
    await desk.card_shows(number, WX, "处置中")


async def test_one_chat_that_is_told_to_wait_for_hours_holds_up_no_other_and_waits_through_a_restart(
    open_desk: OpenDesk,
) -> None:
    desk = await open_desk()
    before = len(await _sends(desk, KS))
    await desk.fault("sendMessage", chat=KS, retry_after=7200)
    post = await desk.lin.says(form(somebody()))
    number = (await desk.card_for(post)).text.split()[1]
    await desk.restart()
    other = await desk.lin.says(form(somebody(), to="常州"))
    await desk.card_for(other)
    assert len(await _sends(desk, KS)) == before + 1, "not asked again while it is to wait"
    assert await desk.stop() == 0
    await desk.advance(hours=2, minutes=1)
    await desk.start()
    await desk.bot_said(number, "→", chat=KS)
    assert await _cards(desk, number, KS) == 1


async def test_polling_outlives_an_outage(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    desk.running.expect("telegram_unreachable")
    await desk.fault("getUpdates", code=502)
    await desk.fault("getUpdates", kind="garbage", code=504)
    await desk.asks(desk.lin)
    await desk.polled()
    await desk.fault("getUpdates", kind="drop_after", times=2)
    asked = await desk.asks(desk.zhou)
    assert asked.number == "WX26-0002", "what was lost on the way comes again, and is known"


# --- it does not pass ---------------------------------------------------------------------------------------


async def test_a_revoked_token_ends_the_process_with_one_line_and_keeps_what_came(desk: Desk) -> None:
    await desk.fault("sendMessage", code=401, times=-1)
    await desk.lin.says(form(somebody()))
    process = desk.running.process
    assert process.wait() == 1
    [line] = [line for line in process.lines if line.startswith("crossbeat run:")]
    assert "token" in line and "@BotFather" in line
    await desk.clear_faults()
    await desk.start()
    await desk.bot_said("WX26-0001", "→", chat=WX)
    await desk.bot_said("WX26-0001", "→", chat=KS)


async def test_a_token_revoked_while_nothing_is_sent_is_noticed_by_polling(desk: Desk) -> None:
    await desk.fault("getUpdates", code=401, times=-1)
    process = desk.running.process
    await desk.lin.says("早上好")
    assert process.wait() == 1
    assert any("@BotFather" in line for line in process.lines)


async def test_a_token_that_was_never_right_is_said_at_the_start(open_desk: OpenDesk) -> None:
    desk = await open_desk(start=False)
    process = desk.running.launch(CROSSBEAT_TELEGRAM__TOKEN="700001:revoked")
    assert process.wait() == 1
    assert any("@BotFather" in line for line in process.lines)


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 403},
        {"code": 403, "description": "Forbidden: the group chat was deleted"},
        {"code": 400, "description": "Bad Request: chat not found"},
        {"code": 400, "description": "Bad Request: not enough rights to send text messages to the chat"},
        {"code": 400, "description": "Bad Request: CHAT_WRITE_FORBIDDEN"},
    ],
    ids=["kicked", "deleted", "not found", "not enough rights", "write forbidden"],
)
async def test_a_group_that_cannot_be_reached_is_told_to_the_other_side_and_to_those_who_run_the_desk(
    open_desk: OpenDesk, fault: Json
) -> None:
    ops = -1001800000099
    desk = await open_desk(telegram={"ops_chat": ops})
    await desk.post("chats", title=OPS, id=ops, members=["方予安"], bot="administrator")
    await desk.fault("sendMessage", chat=KS, times=-1, **fault)
    post = await desk.lin.says(form(somebody()))
    number = (await desk.card_for(post)).text.split()[1]
    await desk.bot_said(number, "昆山市公安局", "收不到消息", chat=WX)
    await desk.bot_said(KS, "发不进消息", chat=OPS, since=0)
    again = await desk.lin.says(form(somebody()))
    await desk.bot_replied(again, "→")
    await desk.polled()
    assert len(await desk.bot_messages(OPS, "发不进消息")) == 1, "once, not for each message"
    await desk.clear_faults()
    await desk.shen.says("我们回来了")
    await desk.shen.says(f"/accept {number}")
    await desk.bot_said(number, "处置中", chat=KS, since=0)
    await desk.card_shows(number, WX, "处置中")


async def test_being_thrown_out_is_noticed_and_being_asked_back_too(desk: Desk) -> None:
    bot = desk.running.sandbox.world.bot.id
    await desk.post("members", chat=KS, person=bot, status="kicked", by="方予安")
    post = await desk.lin.says(form(somebody()))
    number = (await desk.card_for(post)).text.split()[1]
    await desk.bot_said(number, "昆山市公安局", chat=WX, since=0)
    await desk.post("members", chat=KS, person=bot, status="administrator", by="方予安")
    await desk.gu.says(f"/accept {number}")
    await desk.bot_said(number, "→", "处置中", chat=KS)


async def test_a_handler_who_has_blocked_the_bot_still_works_in_the_group(desk: Desk) -> None:
    await desk.gu.in_private().starts()
    await desk.bot_said("您好", chat="顾一苇")
    desk.running.expect("bot was blocked by the user")
    await desk.post("block", person="顾一苇")
    asked = await desk.asks(desk.lin)
    await desk.accepted(asked)
    await desk.gu.says(f"/answer {asked.number} 已核实")
    await desk.card_shows(asked.number, WX, "已反馈")


async def test_html_that_is_not_understood_is_sent_as_plain_text(desk: Desk) -> None:
    desk.running.expect("markup_refused")
    await desk.fault("sendMessage", chat=KS, code=400, description="Bad Request: can't parse entities: tag")
    asked = await desk.asks(desk.lin)
    assert "<b>" not in asked.asked_card.text
    assert await _cards(desk, asked.number, KS) == 1


@pytest.mark.parametrize(
    "words", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"]
)
async def test_a_card_that_cannot_be_edited_is_sent_anew(open_desk: OpenDesk, words: str) -> None:
    desk = await open_desk()
    asked = await desk.asks(desk.lin)
    await desk.fault("editMessageText", chat=KS, code=400, description=f"Bad Request: {words}")
    await desk.gu.says(f"/accept {asked.number}")
    again = await desk.bot_said(asked.number, "→", "处置中", chat=KS)
    assert again.id != asked.asked_card.id
    await desk.shen.says(f"/answer {asked.number} 已核实")
    await desk.card_shows(asked.number, KS, "已反馈")
    assert await _cards(desk, asked.number, KS) == 2, "the new one is edited from now on"


@pytest.mark.parametrize("words", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
async def test_a_topic_that_is_gone_falls_back_to_the_general_one(open_desk: OpenDesk, words: str) -> None:
    desk = await open_desk()
    state = await desk.get("state")
    topic = next(chat["topics"] for chat in state["chats"] if chat["title"] == KS)[0]["id"]
    await desk.fault("sendMessage", chat=KS, code=400, description=f"Bad Request: {words}")
    post = await desk.gu.says(form(somebody(), to="常州"), thread=topic)
    card = await desk.bot_said("KS26-0001", "→", chat=KS)
    assert card.raw.get("message_thread_id") is None
    await desk.bot_said("原话题已关闭或删除", chat=KS)
    assert post.raw["message_thread_id"] == topic


async def test_a_call_that_is_refused_for_good_is_given_up_and_the_next_ones_go_on(desk: Desk) -> None:
    desk.running.expect("line_given_up")
    await desk.fault(
        "sendMessage", chat=KS, code=400, description="Bad Request: something nobody has seen yet"
    )
    post = await desk.lin.says(form(somebody()))
    await desk.card_for(post)
    await desk.asks(desk.lin)


# --- a group becomes a supergroup ---------------------------------------------------------------------------


@pytest.mark.parametrize("first_heard", ["by the service message", "by the refusal"])
async def test_a_group_that_migrates_while_messages_are_queued_gets_them_in_the_new_one(
    open_desk: OpenDesk, first_heard: str
) -> None:
    desk = await open_desk(furnish=False, people={"enrol": "auto"})
    village = "锡北派出所群"
    await desk.bind(KS, "KS")
    await desk.post("chats", title=village, type="group", members=["林小满"], admins=["方予安"], bot="left")
    await desk.bind(village, "WX")
    old = await desk.chat_id(village)
    await desk.shen.says("大家好")
    await desk.give_role("沈听澜", "liaison", group=KS)
    desk.running.expect("group chat was upgraded")
    asked = await desk.asks(desk.person("林小满", village))
    await desk.fault("*", chat=village, retry_after=1, times=-1)  # what is queued for it stays there
    await desk.shen.says(f"/answer {asked.number} 已核实")
    await desk.card_shows(asked.number, KS, "已反馈")
    if first_heard == "by the refusal":
        await desk.post("updates", hold=2)
    new = (await desk.post("migrate", chat=village))["id"]
    await desk.clear_faults()
    told = await desk.bot_said(asked.number, "请核对后办结", chat=new, since=0)
    assert told.chat == new != old
    await desk.post("updates", release=True)
    await desk.bot_said(asked.number, "→", "已反馈", chat=new, since=0)
    again = await desk.asks(desk.person("林小满", new))
    assert again.number == "WX26-0002"
    assert again.card.chat == new
