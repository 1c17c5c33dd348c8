"""Commands, replies and buttons: wrong ones are told what is wrong, and no message that is meant for the bot
goes without an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers import buttons
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.scene import FORM, KS, WX, Scene, group

OFFICER, HANDLER, LIAISON, ADMIN, OUTSIDER = 11, 21, 22, 1001, 99


@pytest.mark.parametrize(
    "words",
    ["/accept", "/accept abc", "/accept WX26-9999", "/accept WX26", "/accept -1", "/accept ９９９", "/accept 0",
     "/accept 99999999999999999999999999", "/accept '; DROP TABLE requests; --", "/accept <b>x</b>"],
)  # fmt: skip
async def test_a_wrong_number_is_named_with_an_example_that_works(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, words, chat=KS)
    said = scene.said[-1]
    assert said.chat == KS
    assert "/accept WX26-0001" in said.text
    assert (await scene.request("WX26-0001")).state == "open"
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    assert (await scene.request("WX26-0001")).state == "accepted"


@pytest.mark.parametrize(
    "words",
    ["/accept 1", "/accept WX26-0001", "/accept wx26-1", "/ACCEPT　WX26－０００１", "／accept ＷＸ２６-0001",
     "/accept@crossbeat_bot WX26-0001", "/accept\nWX26-0001", "/accept /r_WX26_0001", "/accept #WX26-0001",
     "@crossbeat_bot /accept WX26-0001", "\u200b/accept WX26-0001", "/受理 WX26-0001", "／受理　1"],
)  # fmt: skip
async def test_a_number_may_be_written_as_people_write_it(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, words, chat=KS)
    assert (await scene.request("WX26-0001")).state == "accepted"


async def test_a_number_that_is_not_there_is_said_back_as_numbers_are_written(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, "/r_wx26_99")
    assert "“WX26-0099”" in scene.said[-1].text


@pytest.mark.parametrize(
    ("words", "fault", "example"),
    [
        ("/stats abc", "找不到单位“abc”", "/stats 7d"),
        ("/members 火星", "找不到单位“火星”", "/members"),
        ("/digest 2026-03-01", "找不到单位“2026-03-01”", "/digest"),
        ("/lang", "请写明语言", "/lang zh"),
        ("/role @gu", "请写明角色", "/role @user handler"),
    ],
)
async def test_a_wrong_or_missing_argument_is_named_with_an_example(
    scene: Scene, words: str, fault: str, example: str
) -> None:
    await scene.says(LIAISON, words, chat=KS)
    assert fault in scene.said[-1].text
    assert scene.said[-1].text.endswith(f"例如：{example}")


async def test_a_request_is_not_transferred_to_a_side_it_has_already(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    for unit in ("无锡", "昆山市公安局"):
        await scene.says(LIAISON, f"/transfer WX26-0001 {unit}", chat=KS)
        assert "提出方或现承办单位" in scene.said[-1].text
    await scene.says(LIAISON, "/transfer WX26-0001 火星", chat=KS)
    assert "找不到单位“火星”" in scene.said[-1].text
    await scene.says(LIAISON, scene.said[-1].text.rpartition("例如：")[2], chat=KS)
    assert "→ 苏州市公安局" in scene.last("WX26-0001", chat=WX).text


async def test_a_question_may_be_left_with_never_mind(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.presses(HANDLER, "反馈")
    question = scene.last("写下 WX26-0001 的反馈", chat=KS)
    await scene.replies(HANDLER, question, "算了")
    assert scene.said[-1].text == "好的，什么都没有改动。"
    assert (await scene.request("WX26-0001")).state == "accepted"
    await scene.replies(HANDLER, question, "已核实")
    assert (await scene.request("WX26-0001")).state == "answered"


async def test_who_has_no_unit_is_told_so_rather_than_to_name_one(scene: Scene) -> None:
    await scene.says(OUTSIDER, "/inbox", chat=OUTSIDER)
    assert "您还不属于任何单位" in scene.said[-1].text


async def test_a_command_for_another_bot_is_left_alone(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(HANDLER, "/accept@other_bot WX26-0001", chat=KS)
    assert len(scene.said) == heard
    assert (await scene.request("WX26-0001")).state == "open"


async def test_a_number_that_several_requests_have_is_asked_about(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, FORM.replace("昆山", "无锡"), chat=KS)
    await scene.says(LIAISON, "/show 1", chat=KS)
    assert "WX26-0001" in scene.said[-1].text
    assert "KS26-0001" in scene.said[-1].text


async def test_the_tappable_number_shows_the_request(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(OFFICER, "/r_WX26_0001")
    assert "/r_WX26_0001" in scene.heard(WX, heard)


async def test_an_answer_may_begin_on_the_next_line_and_keeps_its_lines(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001\n一、已核实；\n二、户籍 在花桥。", chat=KS)
    assert "一、已核实；\n二、户籍 在花桥。" in await scene.reads(OFFICER, "WX26-0001")


@pytest.mark.parametrize(
    "words",
    ["#反馈 已核实", "#反馈：已核实", "＃反饋　已核实", "#answer done", "#反馈已核实", "\u200b#反馈 已核实"],
)
async def test_a_reply_to_the_card_answers(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.replies(LIAISON, scene.last("WX26-0001", "受理", chat=KS), words)
    assert (await scene.request("WX26-0001")).state == "answered"
    shown = scene.last("已反馈", chat=WX).text
    assert "反馈 已核实" not in shown
    assert "#" not in shown


@pytest.mark.parametrize(
    ("who", "words", "state"),
    [
        (HANDLER, "#受理", "accepted"),
        (HANDLER, "#退回 2张照片看不清", "returned"),
        (LIAISON, "#拒绝 不属本辖区", "declined"),
        (LIAISON, "#转派 @lu", "accepted"),
        (LIAISON, "#转办 常州", "open"),
        (HANDLER, "#延期 5天 等待批准", "open"),
        (HANDLER, "/accept", "accepted"),
        (HANDLER, "/return 2 photos are missing", "returned"),
        (LIAISON, "/assign @lu", "accepted"),
        (HANDLER, "/delay 5 days waiting for approval", "open"),
    ],
)
async def test_a_reply_does_what_it_begins_with(scene: Scene, who: int, words: str, state: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.replies(who, scene.last("WX26-0001", "受理", chat=KS), words)
    assert (await scene.request("WX26-0001")).state == state


async def test_two_requests_in_one_command_change_neither(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, FORM.replace("320583199204081015", "320583198803121018"))
    await scene.says(HANDLER, "/accept WX26-0001 WX26-0002", chat=KS)
    assert "/accept WX26-0001" in scene.said[-1].text
    assert {(await scene.request(number)).state for number in ("WX26-0001", "WX26-0002")} == {"open"}


@pytest.mark.parametrize("command", ["/mine", "/verify"])
async def test_a_command_that_takes_nothing_says_so(scene: Scene, command: str) -> None:
    await scene.says(ADMIN, f"{command} yesterday")
    assert scene.said[-1].text.endswith(command)
    assert "⚠️" in scene.said[-1].text


async def test_a_card_that_was_sent_and_not_noted_can_be_replied_to(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    card = scene.last("WX26-0001", "受理", chat=KS)
    unknown = replace(card, message_id=card.message_id + 5000)
    await scene.replies(LIAISON, unknown, "#反馈 已核实", whole=True)
    assert (await scene.request("WX26-0001")).state == "answered"


@pytest.mark.parametrize("forger", [OFFICER, LIAISON])
async def test_only_the_bot_s_own_words_tell_what_a_message_is_about(scene: Scene, forger: int) -> None:
    await scene.says(OFFICER, FORM)
    card = scene.last("WX26-0001", "受理", chat=KS)
    original = scene.message(forger, KS, card.text, message_id=card.message_id + 5000)
    await scene.says(LIAISON, "#反馈 已核实", chat=KS, reply_to_message=original)
    assert (await scene.request("WX26-0001")).state == "open"


async def test_a_plain_reply_is_kept_and_passed_to_the_other_side_masked(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.replies(HANDLER, scene.last("WX26-0001", "受理", chat=KS), "陈望舒的手机是 13812345678 吗？")
    assert "138****5678" in scene.heard(WX, heard)
    assert "13812345678" not in scene.heard(WX) + scene.heard(KS)
    assert "陈望舒" not in scene.heard(WX) + scene.heard(KS)
    assert "WX26-0001" in scene.heard(KS, heard)


async def test_every_action_by_a_message_gets_a_reaction_where_it_was_written(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    steps = (
        (HANDLER, "/accept WX26-0001", KS), (OFFICER, "/nudge WX26-0001", WX), (LIAISON, "/assign WX26-0001 @lu", KS),
        (HANDLER, "/delay WX26-0001 6天 等待批准", KS), (HANDLER, "/return WX26-0001 请补充", KS),
    )  # fmt: skip
    for who, words, chat in steps:
        heard = len(scene.said)
        message = await scene.says(who, words, chat=chat)
        assert ("react", message, "👌") in [
            (s.kind, s.message_id, s.text) for s in scene.said[heard:] if s.chat == chat
        ], words


NOTHING_TO_SAY: dict[str, Any] = {
    "sticker": {"sticker": {"file_id": "S", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                            "is_animated": False, "is_video": False}},
    "location": {"location": {"latitude": 31.3, "longitude": 120.6}},
    "contact": {"contact": {"phone_number": "13812345678", "first_name": "张三"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "poll": {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                      "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                      "allows_revoting": False, "members_only": False}},
}  # fmt: skip


#: What says something without words: a place, somebody to call.
TELLING = ("location", "contact")


@pytest.mark.parametrize("kind", TELLING)
async def test_a_place_or_a_contact_under_a_card_is_a_comment(scene: Scene, kind: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), None, **NOTHING_TO_SAY[kind])
    whole = await scene.reads(HANDLER, "WX26-0001")
    assert "31.3, 120.6" in whole or "13812345678" in whole
    assert "13812345678" not in scene.heard(KS)


@pytest.mark.parametrize("kind", sorted(NOTHING_TO_SAY.keys() - TELLING))
async def test_a_message_without_words_gets_an_answer_in_private_and_under_a_card(
    scene: Scene, kind: str
) -> None:
    await scene.says(OFFICER, FORM)
    for act in (
        lambda: scene.says(OFFICER, None, chat=OFFICER, **NOTHING_TO_SAY[kind]),
        lambda: scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), None, **NOTHING_TO_SAY[kind]),
    ):
        heard = len(scene.said)
        await act()
        assert len(scene.said) == heard + 1
        assert "⚠️" in scene.said[-1].text


async def test_a_mention_anywhere_and_a_reply_to_the_bot_get_an_answer(scene: Scene) -> None:
    for text in ("请问 @crossbeat_bot 怎么用？", "@crossbeat_bot 查一下户籍"):
        heard = len(scene.said)
        await scene.says(OFFICER, text)
        assert len(scene.said) == heard + 1
    await scene.says(OFFICER, "/help")
    helped = scene.said[-1]
    await scene.replies(OFFICER, helped, "谢谢，那怎么催？")
    assert "卡片" in scene.said[-1].text


async def test_ordinary_talk_is_left_alone(scene: Scene) -> None:
    for text in (
        "早上好",
        "昨天那个案子怎么样了",
        "#会议 明天九点",
        "https://example.org/a/b",
        "周五：食堂吃鱼",
    ):
        await scene.says(OFFICER, text)
    assert not scene.said


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        (
            {"id": 1087968824, "is_bot": True, "first_name": "Group"},
            {"sender_chat": {"id": WX, "type": "supergroup"}},
        ),
        (
            {"id": 136817688, "is_bot": True, "first_name": "Channel"},
            {"sender_chat": {"id": -5, "type": "channel"}},
        ),
        ({"id": 555, "is_bot": True, "first_name": "Another"}, {}),
    ],
)
async def test_nobody_in_particular_registers_nothing_and_is_told_why(
    scene: Scene, sender: Any, more: Any
) -> None:
    await scene.says(OFFICER, FORM, **{"from": sender}, **more)
    assert not await scene.all_requests()
    assert len(scene.said) == 1
    await scene.says(OFFICER, "大家好", **{"from": sender}, **more)
    assert len(scene.said) == 1


async def test_what_a_linked_channel_passes_on_is_left_alone(scene: Scene) -> None:
    fields = {
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_chat": {"id": -5, "type": "channel"}, "is_automatic_forward": True,
    }  # fmt: skip
    await scene.says(OFFICER, FORM, **fields)
    assert not scene.said
    assert not await scene.all_requests()


async def test_a_channel_post_is_told_that_nobody_stands_behind_it(scene: Scene) -> None:
    message = scene.message(OFFICER, WX, FORM)
    del message["from"]
    message["chat"] = {"id": -77, "type": "channel", "title": "频道"}
    await scene.feed({"channel_post": message})
    assert "频道" in scene.said[-1].text
    assert not await scene.all_requests()


async def test_two_bots_do_not_talk_for_ever(scene: Scene) -> None:
    bot = {"id": 555, "is_bot": True, "first_name": "Another"}
    await scene.says(OFFICER, FORM, **{"from": bot})
    heard = len(scene.said)
    await scene.replies(OFFICER, scene.said[-1], "我也是机器人", **{"from": bot})
    assert len(scene.said) == heard


async def test_an_edited_command_is_not_done_and_a_reaction_to_one_is_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    message_id = await scene.says(OFFICER, "/mine")
    await scene.edits(OFFICER, message_id, "/cancel WX26-0001")
    assert (await scene.request("WX26-0001")).state == "open"
    assert "修改过的命令" in scene.said[-1].text
    heard = len(scene.said)
    await scene.feed(
        {"edited_message": scene.message(OFFICER, WX, "/cancel WX26-0001", message_id=message_id)}
    )
    assert len(scene.said) == heard


@pytest.mark.parametrize("words", ["/acept WX26-0001", "/acceptWX26-0001", "/foo"])
async def test_a_mistyped_command_is_answered_with_the_closest(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(HANDLER, words, chat=KS)
    assert len(scene.said) == heard + 1
    assert "/help" in scene.said[-1].text


ACTIONS = tuple(buttons.BUTTONS)


TAILS = ("", ":", ":x", ":0", ":-1", ":999999", ":1:2:3:4", ":²", ":999999999999999999999", ":1:", ":1::")


async def test_forged_data_of_every_action_changes_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    before = await dump(scene.store)
    for data in (f"2:{action}{tail}" for action in ACTIONS for tail in TAILS):
        toast = await scene.forges(OUTSIDER, data, chat=OUTSIDER)
        assert toast, data
        assert "✅" not in toast, data
        assert "没能完成" not in toast, data
    assert not changed(before, await dump(scene.store))


async def test_data_of_another_version_and_rubbish_get_a_clear_word(scene: Scene) -> None:
    for data in ("", "3:accept:1", "accept", "1", "1:", "1:nothing:1", "\u202e", "1:accept:1:" + "9" * 40):
        assert "失效" in await scene.forges(HANDLER, data) or data.startswith("1:accept")


async def test_a_button_of_an_inaccessible_message_still_works(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    card = scene.last("WX26-0001", "受理", chat=KS)
    await scene.feed({
        "callback_query": {
            "id": "1", "chat_instance": "1", "data": card.buttons["受理"],
            "from": {"id": HANDLER, "is_bot": False, "first_name": "顾"},
            "message": {"message_id": card.message_id, "date": 0, "chat": group(KS)},
        }
    })  # fmt: skip
    assert (await scene.request("WX26-0001")).state == "accepted"
