"""One message where one will do: what was a message of its own stands on the card, in private, or as a reaction."""

from __future__ import annotations

import re

from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene

OFFICER, OTHER, HANDLER, LIAISON = 11, 12, 21, 22
NUMBER = "WX26-0001"


def new(scene: Scene, since: int, chat: int | None = None) -> list[Said]:
    """Messages, not edits, not reactions."""
    return [s for s in scene.said[since:] if s.kind in ("send", "files") and (s.chat == chat or chat is None)]


def reactions(scene: Scene, since: int) -> list[tuple[int, int, str]]:
    return [(s.chat, s.message_id, s.text) for s in scene.said[since:] if s.kind == "react"]


async def test_that_somebody_has_it_is_a_reaction_to_the_post_and_a_line_to_the_asker_in_private(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    post = await scene.says(OFFICER, FORM)
    since = len(scene.said)
    assert await scene.presses(HANDLER, "受理") == f"✅ 已受理 {NUMBER}"
    assert reactions(scene, since) == [(WX, post, "👀")]
    [line] = new(scene, since)
    assert line.chat == OFFICER
    assert f"{NUMBER} 已由 顾一苇 受理" in line.text
    assert "处置中（顾一苇）" in scene.last(NUMBER, chat=WX).text


async def test_an_asker_who_has_no_chat_open_with_us_sees_it_on_the_card(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    since = len(scene.said)
    await scene.presses(HANDLER, "受理")
    assert new(scene, since) == []
    assert "处置中（顾一苇）" in scene.last(NUMBER, chat=WX).text


async def test_a_comment_is_one_message_in_the_other_group_and_a_reaction_to_itself(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    since = len(scene.said)
    words = await scene.replies(OFFICER, scene.last(NUMBER, chat=WX), "嫌疑人可能已离开花桥")
    assert [(s.chat, "花桥" in s.text) for s in new(scene, since)] == [(KS, True)]
    assert reactions(scene, since) == [(WX, words, "✍")]
    since = len(scene.said)
    words = await scene.replies(LIAISON, scene.last(NUMBER, "💬", chat=KS), "收到，正在查")
    assert [(s.chat, "正在查" in s.text) for s in new(scene, since)] == [(WX, True)]
    assert reactions(scene, since) == [(KS, words, "✍")]
    assert (await scene.actions(await scene.request(NUMBER))).count("comment") == 2, "the record has both"


async def test_in_private_words_are_answered_with_words(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, f"/nudge {NUMBER}", chat=OFFICER)
    assert scene.said[-1].text == f"🔔 {NUMBER} 已催办"
    assert reactions(scene, 0) == []


async def test_closing_and_rating_happen_on_the_card_alone(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} 已核实", chat=KS)
    notice = scene.last("请核对后办结", chat=WX)
    since = len(scene.said)
    await scene.presses(OFFICER, "办结", on=notice)
    assert new(scene, since) == []
    left = next(s for s in scene.said[since:] if s.message_id == notice.message_id)
    assert list(left.buttons) == ["🔒 查看全文"], "what is over cannot be closed once more"
    assert "现在：已办结" in left.text
    card = scene.last(NUMBER, "→", chat=WX)
    assert [b for b in card.buttons if b.startswith("⭐")] == ["⭐ 1", "⭐ 2", "⭐ 3", "⭐ 4", "⭐ 5"]
    since = len(scene.said)
    await scene.presses(OFFICER, "⭐ 4", on=card)
    assert new(scene, since) == []
    assert "评价 4/5" in scene.last(NUMBER, "→", chat=WX).text


async def test_who_had_it_hears_in_private_that_it_was_cancelled_and_the_groups_see_their_cards(
    scene: Scene,
) -> None:
    await scene.says(HANDLER, "/start", chat=HANDLER)
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    since = len(scene.said)
    await scene.presses(OFFICER, "撤销", chat=WX)
    [line] = new(scene, since)
    assert (line.chat, "已由 林小满 撤销" in line.text) == (HANDLER, True)
    assert "已撤销" in scene.last(NUMBER, "→", chat=KS).text


async def test_a_group_is_called_only_for_a_handler_who_cannot_be_told_alone(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    since = len(scene.said)
    await scene.says(LIAISON, f"/assign {NUMBER} @gu", chat=KS)
    [call] = new(scene, since)
    assert (call.chat, "转派给 顾一苇" in call.text) == (KS, True)
    await scene.says(23, "/start", chat=23)
    since = len(scene.said)
    await scene.says(LIAISON, f"/assign {NUMBER} @lu", chat=KS)
    assert {s.chat for s in new(scene, since)} == {23}
    assert "转派给 陆时雨" in new(scene, since)[0].text
    assert "处置中（陆时雨）" in scene.last(NUMBER, "→", chat=KS).text


async def test_a_full_text_carries_what_its_reader_may_do_and_follows_the_request(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/show {NUMBER}", chat=HANDLER)
    full = scene.last("320583199204080027", chat=HANDLER)
    assert list(full.buttons) == ["受理", "退回"], "a handler decides on no refusal, assigns nobody"
    await scene.says(OFFICER, f"/show {NUMBER}", chat=OFFICER)
    assert list(scene.last("320583199204080027", chat=OFFICER).buttons) == ["催办", "撤销"]
    since = len(scene.said)
    await scene.presses(HANDLER, "受理", on=full)
    now = [s for s in scene.said[since:] if s.chat == HANDLER]
    assert [(s.kind, s.message_id) for s in now] == [("edit", full.message_id)], "and is not sent once more"
    assert list(now[0].buttons) == ["反馈", "退回", "⏳ 延期"]
    await scene.presses(HANDLER, "反馈", on=now[0])
    question = scene.last("请回复本条消息", chat=HANDLER)
    await scene.replies(HANDLER, question, "已核实，户籍在花桥")
    assert (await scene.request(NUMBER)).state == "answered"
    assert scene.last(chat=HANDLER).kind == "send"
    edits = [s for s in scene.said if s.chat == OFFICER and s.kind == "edit"]
    assert list(edits[-1].buttons) == ["办结", "重开"]


async def test_who_has_left_the_unit_keeps_no_button(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/show {NUMBER}", chat=HANDLER)
    await scene.says(LIAISON, "/role @gu none", chat=KS)
    since = len(scene.said)
    await scene.says(LIAISON, f"/accept {NUMBER}", chat=KS)
    [left] = [s for s in scene.said[since:] if s.chat == HANDLER]
    assert (left.kind, left.buttons) == ("edit", {})


async def test_what_the_asker_should_look_at_again_stands_on_their_card_until_it_is_put_right(
    scene: Scene,
) -> None:
    text = FORM.replace("\n时限", "\n抄送：刑侦大队\n时限")
    since = len(scene.said)
    post = await scene.says(OFFICER, text)
    assert len(new(scene, since, WX)) == 1
    assert re.search(r"💡.*\n• .*抄送", scene.last(NUMBER, "→", chat=WX).text)
    assert "💡" not in scene.last(NUMBER, "→", chat=KS).text, "the other side has nothing to put right"
    since = len(scene.said)
    await scene.edits(OFFICER, post, FORM)
    assert new(scene, since) == []
    assert reactions(scene, since) == [(WX, post, "✍")]
    assert "💡" not in scene.last(NUMBER, "→", chat=WX).text
