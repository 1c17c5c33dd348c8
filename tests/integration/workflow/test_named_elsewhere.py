"""Answers that name their request in other ways than by replying to it here; what is no text and no file."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from handlers.hashtags import HASHTAGS, action_of
from storage.tables.models import File
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import BOT_ID, FORM, KS, SZ, WX, Scene
from workflow.kernel.actions import ACTIONS

ASKER, HANDLER, SUPERIOR = 11, 21, 31
HOW = "没有看出是哪一件"


@played_once
async def accepted(scene: Scene) -> dict[str, Any]:
    """A reply in another chat to the card of WX26-0001 in the asked unit's group."""
    await scene.says(ASKER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    card = scene.last("WX26-0001", "→", chat=KS)
    number = next(s.message_id for s in scene.said if s.chat == KS and "→" in s.text)
    user = {"id": BOT_ID, "is_bot": True, "first_name": "Crossbeat"}
    return {
        "external_reply": {
            "origin": {"type": "user", "date": 0, "sender_user": user},
            "chat": {"id": card.chat, "type": "supergroup", "title": "群"},
            "message_id": number,
        },
        "quote": {"text": "WX26-0001 户籍证明", "position": 3},
    }


async def test_an_answer_in_private_that_quotes_the_card_is_its_answer(scene: Scene) -> None:
    quote = await accepted(scene)
    await scene.says(HANDLER, "#反馈 已核实，户籍在周市镇。", chat=HANDLER, **quote)
    assert (await scene.request("WX26-0001")).state == "answered"


async def test_another_units_liaison_is_refused_in_one_line(scene: Scene) -> None:
    quote = await accepted(scene)
    before = len(scene.said)
    await scene.says(SUPERIOR, "#反馈 已核实，户籍在周市镇。", chat=SZ, **quote)
    assert (await scene.request("WX26-0001")).state == "accepted"
    assert len(scene.said) == before + 1 and "🚫" in scene.said[-1].text


async def test_talk_that_quotes_a_card_stays_talk(scene: Scene) -> None:
    quote = await accepted(scene)
    before = len(scene.said)
    await scene.says(SUPERIOR, "这件我们下午答复。", chat=SZ, **quote)
    assert len(scene.said) == before


async def test_a_hashtag_with_the_number_is_the_answer(scene: Scene) -> None:
    await accepted(scene)
    await scene.says(HANDLER, "#反馈 WX26-0001 已核实，户籍在周市镇。", chat=KS)
    assert (await scene.request("WX26-0001")).state == "answered"
    assert "周市镇" in await scene.reads(ASKER, "WX26-0001")


@pytest.mark.parametrize("chat", [KS, HANDLER])
async def test_a_hashtag_that_names_nothing_is_told_how(scene: Scene, chat: int) -> None:
    await accepted(scene)
    await scene.says(HANDLER, "#反馈 已核实，户籍在周市镇。", chat=chat)
    assert (await scene.request("WX26-0001")).state == "accepted"
    assert HOW in scene.said[-1].text and "/answer" in scene.said[-1].text


@pytest.mark.parametrize("text", ["#求职 有人吗", "大家看 #反馈 这个词"])
async def test_other_hashtags_are_talk(scene: Scene, text: str) -> None:
    await accepted(scene)
    before = len(scene.said)
    await scene.says(HANDLER, text, chat=KS)
    assert len(scene.said) == before


@pytest.mark.parametrize(
    "what",
    [
        {"video_note": {"file_id": "V", "file_unique_id": "v", "length": 9, "duration": 3}},
        {
            "sticker": {
                "file_id": "S", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
                "is_animated": False, "is_video": False,
            }
        },
    ],
    ids=["round video", "sticker"],
)  # fmt: skip
async def test_what_cannot_be_kept_is_said_to_be_so(scene: Scene, what: dict[str, Any]) -> None:
    await accepted(scene)
    await scene.presses(HANDLER, "反馈")
    prompt = scene.last("的反馈", chat=KS)
    await scene.replies(HANDLER, prompt, None, **what)
    told = scene.said[-1].text
    assert "没有收下" in told and "空的" not in told
    assert (await scene.request("WX26-0001")).state == "accepted"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"contact": {"phone_number": "051257000000", "first_name": "值班室"}}, "值班室 051257000000"),
        ({"location": {"latitude": 31.38, "longitude": 120.98}}, "31.38, 120.98"),
    ],
)
async def test_a_contact_and_a_place_say_what_they_are(
    scene: Scene, what: dict[str, Any], words: str
) -> None:
    await accepted(scene)
    await scene.presses(HANDLER, "反馈")
    await scene.replies(HANDLER, scene.last("的反馈", chat=KS), None, **what)
    assert (await scene.request("WX26-0001")).state == "answered"
    assert words in await scene.reads(ASKER, "WX26-0001")


async def test_an_album_whose_caption_comes_by_an_edit_has_each_file_once(scene: Scene) -> None:
    def item(name: str) -> dict[str, Any]:
        return {"media_group_id": "77", "document": {"file_id": name, "file_unique_id": f"u{name}"}}

    first = await scene.says(ASKER, None, **item("D1"))
    await scene.says(ASKER, None, **item("D2"))
    scene.pass_time(minutes=1)
    update = scene.message(ASKER, WX, None, message_id=first, caption=FORM, edit_date=1, **item("D1"))
    await scene.feed({"edited_message": update})
    async with scene.store.read() as session:
        files = (await session.scalars(select(File))).all()
    assert [(file.request_id, file.message_id) for file in files] == [(1, first), (1, first + 1)]
    assert "附件 2 个" in scene.last("WX26-0001", "→", chat=WX).text


async def test_an_answer_without_its_sign_in_a_reply_to_the_card_is_no_comment(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    heard = len(scene.said)
    await scene.replies(HANDLER, scene.last("WX26-0001", chat=KS), "反馈：王一诺无前科，李思远在逃")
    assert (await scene.request("WX26-0001")).state == "answered"
    assert "在逃" not in scene.heard(WX, heard) + scene.heard(KS, heard)


SECRET = "王一诺的旧案"
OURS = [f"#{word}" for row in ACTIONS.values() for word in row.chinese] + [
    "#withhold",
    "#release",
    "#ask",
    "#查看",
]


@pytest.mark.parametrize("tag", OURS)
async def test_a_word_of_ours_behind_its_sign_is_never_a_comment(scene: Scene, tag: str) -> None:
    await scene.says(ASKER, FORM)
    await scene.replies(HANDLER, scene.last("WX26-0001", chat=KS), f"{tag} {SECRET}")
    assert "comment" not in await scene.actions(await scene.request("WX26-0001"))


@pytest.mark.parametrize("words", ["#记录仪视频已调取", "#统计局的人已到"])
async def test_a_word_that_only_begins_like_a_command_of_ours_is_a_comment(scene: Scene, words: str) -> None:
    await scene.says(ASKER, FORM)
    await scene.replies(HANDLER, scene.last("WX26-0001", chat=KS), words)
    assert "comment" in await scene.actions(await scene.request("WX26-0001"))


@pytest.mark.parametrize(("tag", "says"), [("#不提供", "不提供哪一件"), ("#用此答复", "用哪一件的答复")])
async def test_which_answer_is_asked_in_words_of_its_own(scene: Scene, tag: str, says: str) -> None:
    await scene.says(ASKER, FORM)
    heard = len(scene.said)
    await scene.replies(HANDLER, scene.last("WX26-0001", chat=KS), tag)
    assert says in scene.said[-1].text
    await scene.says(HANDLER, f"{tag} 甲", chat=KS)
    assert "WX26-0007" in scene.said[-1].text and HOW in scene.said[-1].text
    assert scene.heard(WX, heard) == ""


async def test_the_reason_is_asked_by_a_hashtag_with_the_number(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.says(SUPERIOR, "#问原因 WX26-0001 为何没有反馈", chat=SUPERIOR)
    assert "ask" in await scene.actions(await scene.request("WX26-0001"))


def test_every_command_of_an_action_is_a_hashtag() -> None:
    named = {
        word: command
        for command in ACTIONS
        if ACTIONS[command].command
        for word in (command.value, *ACTIONS[command].chinese)
    }
    assert named == HASHTAGS
    assert all(action_of(f"#{word}，说明") == (action, "说明") for word, action in named.items())
