"""Who stands above a unit: sees what lies below, masked, nudges, asks why, assigns; and nobody else does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import Unit
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Said, Scene
from workflow.organisation import units
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, SUPERVISOR_KS = 11, 21, 22, 25
SUPERIOR, SUPERVISOR, OFFICER_SZ, OTHER, OUTSIDER, ADMIN = 31, 32, 33, 41, 99, 1001
ABOVE = (SUPERIOR, SUPERVISOR)
SECRETS = ("陈望舒", "320583199204080027")
WORDS = FORM.replace("电信诈骗案嫌疑人户籍核实", "核实陈望舒案中嫌疑人户籍")


@played_once
async def escalated(scene: Scene) -> Said:
    """A request of Wuxi to Kunshan of which Suzhou's group has heard; the list there."""
    await scene.says(OFFICER, WORDS)
    scene.pass_time(days=4, minutes=1)
    await ticks.reminders(scene.work())
    await scene.deliver()
    return scene.last("升级", chat=SZ)


@played_once
async def put_above_wuxi(scene: Scene) -> None:
    """Suzhou stands above the asking unit too."""
    async with scene.work().write() as tx:
        found = {u.code: u for u in (await tx.session.scalars(select(Unit))).all()}
        found["KS"].parent_id, found["WX"].parent_id = None, found["SZ"].id
        await units.changed(tx)


async def test_a_digest_above_counts_what_is_late_below_and_names_no_request(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, WORDS)
    await ticks.digests(scene.work())
    await scene.deliver()
    assert not [said for said in scene.said if said.chat == SZ], "nothing is late yet"
    scene.pass_time(days=4)
    await ticks.digests(scene.work())
    digest = next(said.text for said in await scene.deliver() if said.chat == SZ and "协作日报" in said.text)
    assert "下级单位待办（<b>1</b>）" in digest or "下级单位待办（1）" in digest
    assert "昆山市公安局：待办 1 · 🔴 超期 1" in digest.replace("<b>", "").replace("</b>", "")
    assert "🔏" in digest
    assert "WX26-0001" not in digest.partition("下级单位")[2]
    assert "没有新情况" not in digest


@pytest.mark.parametrize("who", ABOVE)
async def test_who_stands_above_sees_the_masked_card_in_private(scene: Scene, who: int) -> None:
    await scene.says(OFFICER, WORDS)
    await scene.says(who, "/show WX26-0001", chat=who)
    card = scene.last("WX26-0001", chat=who)
    assert "陈** · 身份证 320583********0027" in card.text
    assert not [secret for secret in SECRETS if secret in scene.heard(who)]
    assert list(card.buttons) == ["催办", "问原因", "转派", *(["接办"] if who == SUPERIOR else [])]
    assert "shown" in await scene.actions(await scene.request("WX26-0001"))


async def test_what_the_two_units_say_to_each_other_is_not_told_above(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    await scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), "请联系李警官")
    await scene.says(LIAISON, "/answer WX26-0001 户籍属实", chat=KS)
    await scene.says(SUPERIOR, "/show WX26-0001", chat=SUPERIOR)
    card = scene.last("WX26-0001", chat=SUPERIOR)
    assert "已反馈" in card.text
    assert "李警官" not in card.text
    assert "户籍属实" not in card.text
    assert not card.buttons


@pytest.mark.parametrize("who", [OFFICER_SZ, OTHER, OUTSIDER])
async def test_who_does_not_look_after_the_unit_sees_nothing(scene: Scene, who: int) -> None:
    await escalated(scene)
    for words in ("/show WX26-0001", "/nudge WX26-0001", "/ask WX26-0001", "/assign WX26-0001 @lu"):
        heard = len(scene.said)
        await scene.says(who, words, chat=who)
        assert "没有编号为" in scene.heard(who, heard), words
    assert (await scene.request("WX26-0001")).nudged_at is None


async def test_a_tap_in_the_list_shows_the_masked_card_in_the_superiors_group(scene: Scene) -> None:
    list_ = await escalated(scene)
    assert [label.split()[0] for label in list_.buttons] == [
        "催办",
        "问原因",
        "🔎",
        "转派",
        "接办",
        "稍后",
        "知道了",
    ]
    await scene.presses(SUPERIOR, "🔎 查看", on=list_)
    card = scene.last("WX26-0001", "→", "陈**", chat=SZ)
    assert not [secret for secret in SECRETS if secret in scene.heard(SZ)]
    assert list(card.buttons) == ["催办", "问原因", "转派", "接办"]
    assert "🚫" in await scene.presses(OFFICER_SZ, "🔎 查看", on=list_)


async def test_a_superiors_group_hears_of_nothing_that_was_not_escalated(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    heard = len(scene.said)
    await scene.says(SUPERIOR, "/show WX26-0001", chat=SZ)
    await scene.says(SUPERIOR, "/overdue", chat=SZ)
    assert "320583" not in scene.heard(SZ, heard)
    assert "私聊" in scene.heard(SZ, heard)
    await scene.says(SUPERIOR, "/show WX26-0001", chat=CZ)
    assert "320583" not in scene.heard(CZ)


@pytest.mark.parametrize("who", ABOVE)
async def test_who_stands_above_nudges_in_the_name_of_their_unit(scene: Scene, who: int) -> None:
    list_ = await escalated(scene)
    scene.pass_time(hours=1)
    toast = await scene.presses(who, "催办", on=list_)
    assert "已催办" in toast
    assert "🔔 苏州市公安局" in scene.last("催办", chat=KS).text
    assert "刚催办过" in await scene.presses(who, "催办", on=list_)


@pytest.mark.parametrize("who", ABOVE)
async def test_a_question_goes_to_who_has_it_and_the_reply_comes_back_masked(scene: Scene, who: int) -> None:
    list_ = await escalated(scene)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.presses(who, "问原因", on=list_)
    question = scene.last("为何还没有反馈", chat=KS)
    assert "顾一苇" in question.text
    assert "苏州市公安局" in question.text
    heard = len(scene.said)
    await scene.replies(HANDLER, question, "陈望舒 320583199204080027 已迁出，正在等待迁入地回函")
    told = scene.heard(SZ, heard)
    assert "昆山市公安局 顾一苇 说明" in told
    assert "正在等待迁入地回函" in told
    assert not [secret for secret in SECRETS if secret in told]
    assert "等待迁入地回函" not in scene.heard(WX, heard), "it was not asked there"
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert {"ask", "explain"} <= set(actions)


async def test_a_question_in_words_is_asked_as_it_is_and_answered_in_private(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    await scene.says(SUPERVISOR, "/ask WX26-0001 是否需要派人协助", chat=SUPERVISOR)
    question = scene.last("是否需要派人协助", chat=KS)
    assert "为何还没有反馈" not in question.text
    await scene.replies(LIAISON, question, "不需要")
    assert "不需要" in scene.last("说明", chat=SUPERVISOR).text


async def test_who_has_left_in_between_hears_no_answer(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    await scene.says(SUPERVISOR, "/ask WX26-0001", chat=SUPERVISOR)
    await scene.says(ADMIN, "/role @cheng none SZ", chat=ADMIN)
    heard = len(scene.said)
    await scene.replies(HANDLER, scene.last("为何还没有反馈", chat=KS), "正在等待迁入地回函")
    assert "回函" not in scene.heard(SUPERVISOR, heard)


async def test_the_words_of_others_under_a_question_are_a_comment(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    await scene.says(SUPERIOR, "/ask WX26-0001", chat=SUPERIOR)
    question = scene.last("为何还没有反馈", chat=KS)
    await scene.replies(OFFICER, question, "我们也在等")
    actions = await scene.actions(await scene.request("WX26-0001"))
    assert "explain" not in actions
    assert "comment" in actions


@pytest.mark.parametrize("who", ABOVE)
async def test_who_stands_above_assigns_within_their_tree(scene: Scene, who: int) -> None:
    list_ = await escalated(scene)
    await scene.presses(SUPERIOR, "🔎 查看", on=list_)
    await scene.presses(who, "转派", on=scene.last("WX26-0001", "转派", chat=SZ))
    await scene.presses(who, "陆时雨", on=scene.last("转派给谁", chat=SZ))
    request = await scene.request("WX26-0001")
    assert request.state == "accepted"
    assert scene.last("WX26-0001", "处置中（陆时雨）", chat=KS), "its card"
    assert "承办 陆时雨" in scene.last("催办：待本单位办理", chat=KS).text, "and the list that stands there"
    await scene.says(who, "/assign WX26-0001 @qin", chat=who)
    assert "不是昆山市公安局的协作员" in scene.last("协作员", chat=who).text


async def test_what_else_is_the_asked_units_is_not_for_those_above(scene: Scene) -> None:
    await escalated(scene)
    before = await scene.request("WX26-0001")
    for words in ("/accept WX26-0001", "/answer WX26-0001 已核实", "/return WX26-0001 请补充", "/close WX26-0001",
                  "/decline WX26-0001 不属本辖区", "/transfer WX26-0001 常州", "/delay WX26-0001 9天 等待",
                  "/cancel WX26-0001", "/reopen WX26-0001 不符"):  # fmt: skip
        for who in ABOVE:
            await scene.says(who, words, chat=who)
            assert scene.last("🚫", chat=who), words
    assert (await scene.request("WX26-0001")).version == before.version


async def test_who_stands_above_the_asking_unit_looks_and_does_nothing_else(scene: Scene) -> None:
    await put_above_wuxi(scene)
    await scene.says(OFFICER, WORDS)
    await scene.says(SUPERIOR, "/show WX26-0001", chat=SUPERIOR)
    card = scene.last("WX26-0001", "陈**", chat=SUPERIOR)
    assert not card.buttons
    before = await dump(scene.store)
    for words in ("/nudge WX26-0001", "/ask WX26-0001", "/assign WX26-0001 @lu"):
        await scene.says(SUPERIOR, words, chat=SUPERIOR)
        assert scene.said[-1].text.startswith("🚫"), words
    assert not changed(before, await dump(scene.store))


async def test_a_forged_button_of_somebody_else_asks_nobody(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    for who, chat in ((OTHER, CZ), (HANDLER, KS), (OFFICER, WX), (SUPERVISOR_KS, KS), (OFFICER_SZ, SZ)):
        assert "🚫" in await scene.forges(who, "1:ask:1", chat=chat)
    assert "ask" not in await scene.actions(await scene.request("WX26-0001"))


async def test_after_a_transfer_the_former_superior_sees_it_no_more(scene: Scene) -> None:
    list_ = await escalated(scene)
    await scene.presses(SUPERIOR, "🔎 查看", on=list_)
    heard = len(scene.said)
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    cards = [s for s in scene.said[heard:] if s.chat == SZ]
    assert cards
    assert not cards[-1].buttons
    assert "320583" not in cards[-1].text
    assert "🚫" in await scene.presses(SUPERIOR, "催办", on=list_)


@pytest.mark.parametrize("who", ABOVE)
async def test_the_lists_of_those_above_have_what_lies_below_masked(scene: Scene, who: int) -> None:
    await escalated(scene)
    await scene.says(who, "/overdue", chat=who)
    assert "WX26_0001" in scene.said[-1].text
    assert "苏州市公安局及下级单位 超期（1）" in scene.said[-1].text.replace("<b>", "").replace("</b>", "")
    assert "320583********0027" in scene.said[-1].text
    await scene.says(who, "/overdue", chat=SZ)
    assert "WX26_0001" in scene.said[-1].text
    for words, says in (
        ("/overdue KS", "超期（1）"), ("/inbox KS", "待办（1）"), ("/stats KS", "收到：新增 1"),
        ("/roster KS", "顾一苇"), ("/digest KS", "昆山市公安局"), ("/unit KS", "昆山市公安局"),
    ):  # fmt: skip
        await scene.says(who, words, chat=who)
        assert says in scene.said[-1].text, words
    for words in ("/export KS", "/role @lu none KS", "/members KS"):
        await scene.says(who, words, chat=who)
        assert scene.said[-1].text.startswith("🚫"), words
    assert not [secret for secret in SECRETS if secret in scene.heard(who)]


async def test_an_officer_of_the_superior_unit_lists_nothing_of_those_below(scene: Scene) -> None:
    await escalated(scene)
    for words in ("/overdue", "/overdue KS", "/stats KS", "/inbox KS"):
        await scene.says(OFFICER_SZ, words, chat=OFFICER_SZ)
        assert "WX26" not in scene.said[-1].text, words


async def test_the_supervisor_of_the_asked_unit_looks_and_does_not_touch(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    for words in ("/nudge WX26-0001", "/ask WX26-0001", "/assign WX26-0001 @lu"):
        await scene.says(SUPERVISOR_KS, words, chat=SUPERVISOR_KS)
        assert scene.said[-1].text.startswith("🚫"), words
    await scene.says(SUPERVISOR_KS, "/overdue", chat=SUPERVISOR_KS)
    assert not scene.said[-1].text.startswith("🚫")


async def test_a_question_to_a_unit_without_a_group_asks_nobody(scene: Scene) -> None:
    await scene.says(OFFICER, WORDS)
    await scene.says(ADMIN, "/unbind", chat=KS)
    await scene.says(SUPERIOR, "/ask WX26-0001", chat=SUPERIOR)
    assert "没有问成" in scene.said[-1].text
    assert "ask" not in await scene.actions(await scene.request("WX26-0001"))
