"""On which ground somebody presses, for which case, and on which ground a request is declined: closed lists."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from matching.identifiers.cases import none_because
from matching.identifiers.mentions import case_numbers
from storage.ledger import columns
from storage.tables.models import Event
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene
from workflow.kernel.body import Body, comparable
from workflow.ledger import giving
from workflow.record.verifying import verify
from workflow.scheduled import ticks

OFFICER, OTHER, LIAISON, HANDLER, ASKED_LIAISON, ADMIN = 11, 12, 13, 21, 22, 1001
NUMBER = "WX26-0001"
FLASH = FORM.replace("时限：3天", "紧急程度：特急")
LIFE = "有人的生命或身体面临紧迫危险"


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    """Nobody picks by themselves."""
    scene.ground = None
    return scene


def wants(scene: Scene, **keys: bool) -> None:
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], **keys)
    scene.policy = replace(scene.policy, types=types)


async def said(scene: Scene, name: str, number: str = NUMBER) -> str:
    return Body.of(await scene.request(number), scene.store.sealer).said(name)


async def event(scene: Scene, action: str, number: str = NUMBER) -> dict[str, object]:
    request = await scene.request(number)
    async with scene.store.read() as session:
        sealed = await session.scalar(
            select(Event.sealed).where(Event.chain == request.id, Event.action == action)
        )
    assert sealed is not None
    return dict(scene.store.sealer.unseal("events", sealed))


async def sound(scene: Scene) -> None:
    async with scene.work().read() as tx:
        _, broken = await verify(tx)
    assert broken is None


# --- the ground of what presses ------------------------------------------------------------------------------------


async def test_a_flash_waits_for_its_ground_which_everybody_concerned_reads(desk: Scene) -> None:
    await desk.says(OFFICER, FLASH)
    asked = desk.last("紧急理由", chat=WX)
    assert list(asked.buttons) == list(desk.policy.grounds) and len(asked.buttons) == 4
    assert await desk.all_requests() == []
    await desk.presses(OFFICER, LIFE, on=asked)
    assert await said(desk, "ground") == LIFE
    for chat in (WX, KS):
        assert f"紧急理由：{LIFE}" in desk.last(NUMBER, "→", chat=chat).text, "on the card, and not masked"
    assert LIFE in await desk.reads(HANDLER, NUMBER)
    assert (await event(desk, "register"))["ground"] == LIFE
    await sound(desk)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (f"紧急理由：{LIFE}", None),
        ("紧急理由：2", None),
        ("ground: 2", None),
        (f"理由：{LIFE}", None),
        (f"特急原因： {LIFE}。", None),
    ],
)
async def test_a_ground_that_is_written_is_not_asked_for(
    desk: Scene, written: str, reason: str | None
) -> None:
    await desk.says(OFFICER, f"{FLASH}\n{written}")
    assert await said(desk, "ground") == LIFE
    assert await said(desk, "reason") == "电信诈骗案嫌疑人户籍核实"


async def test_words_that_are_none_of_the_list_are_said_back_and_asked(desk: Scene) -> None:
    await desk.says(OFFICER, f"{FLASH}\n紧急理由：领导很着急")
    asked = desk.last("不在列", chat=WX)
    assert "领导很着急" in asked.text and LIFE in asked.buttons
    await desk.replies(OFFICER, asked, "2")
    assert await said(desk, "ground") == LIFE


async def test_a_reason_alone_under_a_label_of_both_is_the_reason(desk: Scene) -> None:
    await desk.says(OFFICER, FORM.replace("事由：", "ground: "))
    assert await said(desk, "reason") == "电信诈骗案嫌疑人户籍核实"
    await desk.says(OTHER, FORM.replace("事由：", "理由："))
    assert await said(desk, "reason", "WX26-0002") == "电信诈骗案嫌疑人户籍核实"


async def test_the_form_asks_for_the_ground_of_a_flash_in_its_place(desk: Scene) -> None:
    await desk.says(OFFICER, "/new", chat=OFFICER)
    for words in ("户籍证明", "昆山", "陈望舒 320583199204080027", "诈骗案核实"):
        await desk.replies(OFFICER, desk.said[-1], words)
    form = desk.last("有多急", chat=OFFICER)
    await desk.presses(OFFICER, "特急", on=form)
    assert "为何特急" in desk.said[-1].text and LIFE in desk.said[-1].buttons
    await desk.presses(OFFICER, LIFE, on=desk.said[-1])
    assert await said(desk, "ground") == LIFE


async def test_a_type_may_want_a_ground_of_every_request(desk: Scene) -> None:
    wants(desk, ground=True)
    await desk.says(OFFICER, FORM)
    await desk.presses(OFFICER, LIFE, on=desk.last("紧急理由", chat=WX))
    assert await said(desk, "ground") == LIFE


async def test_an_edit_makes_no_flash_without_a_ground(desk: Scene) -> None:
    post = await desk.says(OFFICER, FORM)
    await desk.edits(OFFICER, post, FLASH)
    assert "紧急理由" in desk.said[-1].text and LIFE in desk.said[-1].text
    assert (await desk.request(NUMBER)).urgency == "normal"
    await desk.edits(OFFICER, post, f"{FLASH}\n紧急理由：3")
    assert (await desk.request(NUMBER)).urgency == "flash"
    assert await said(desk, "ground") == desk.policy.grounds[2]
    await desk.edits(OFFICER, post, f"{FLASH}\n紧急理由：4")
    assert await said(desk, "ground") == desk.policy.grounds[3], "and may be put right"


async def test_a_request_from_before_there_were_grounds_may_be_edited(desk: Scene) -> None:
    grounds = desk.policy.grounds
    desk.policy = replace(desk.policy, grounds=())
    post = await desk.says(OFFICER, FLASH)
    desk.policy = replace(desk.policy, grounds=grounds)
    wants(desk, case=True)
    await desk.edits(OFFICER, post, FLASH.replace("户籍核实", "户籍再核实"))
    assert "再核实" in await said(desk, "reason")


async def test_what_was_approved_keeps_its_ground(desk: Scene) -> None:
    wants(desk, approve=True)
    await desk.says(LIAISON, "/start", chat=LIAISON)
    post = await desk.says(OFFICER, f"{FLASH}\n紧急理由：2")
    whole = desk.last(NUMBER, "批准", chat=LIAISON)
    assert LIFE in whole.text, "who approves reads it"
    await desk.presses(LIAISON, "批准", on=whole)
    await desk.edits(OFFICER, post, f"{FLASH}\n紧急理由：1")
    assert "已获批准" in desk.said[-1].text and "紧急理由" in desk.said[-1].text
    assert await said(desk, "ground") == LIFE


@pytest.mark.parametrize("forged", ["pffffffff", "2", LIFE, "", "p"])
async def test_a_forged_ground_is_none(desk: Scene, forged: str) -> None:
    await desk.says(OFFICER, FLASH)
    asked = desk.last("紧急理由", chat=WX)
    data = asked.buttons[LIFE].rpartition(":")[0]
    before = await dump(desk.store)
    for name in ("ground", "no_case"):
        press = f"{data.rpartition(':')[0]}:{name}:{forged}"[:64]
        toast = await desk.forges(OFFICER, press, chat=WX, message_id=asked.message_id)
        assert toast.startswith("⚠️"), toast
    toast = await desk.forges(OTHER, asked.buttons[LIFE], chat=WX, message_id=asked.message_id)
    assert toast.startswith("🚫"), "another's draft"
    assert not changed(before, await dump(desk.store))


async def test_a_ground_that_was_taken_off_the_list_meanwhile_is_asked_for_anew(desk: Scene) -> None:
    await desk.says(OFFICER, FLASH)
    asked = desk.last("紧急理由", chat=WX)
    desk.policy = replace(desk.policy, grounds=desk.policy.grounds[:1])
    assert (await desk.presses(OFFICER, LIFE, on=asked)).startswith("⚠️")
    assert await desk.all_requests() == []


# --- its case ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    ["案件：A3205834500002026010001", "案件：昆公（刑）立字〔2026〕12号", "案件编号：锡公经立字2026第0031号"],
)
async def test_a_case_number_is_all_that_is_asked(desk: Scene, case: str) -> None:
    wants(desk, case=True)
    await desk.says(OFFICER, f"{FORM}\n{case}")
    assert NUMBER in desk.last("待受理", chat=KS).text


@pytest.mark.parametrize(
    ("case", "kept"),
    [
        ("案件：无案件，寻找走失老人", "无案件：寻找走失老人"),
        ("案件：无（尚未受案立案）", "无案件：尚未受案立案"),
        ("案件：无案件：2", "无案件：救助、寻人"),
        ("case: no case, missing person", "无案件：missing person"),
    ],
)
async def test_no_case_needs_a_reason(desk: Scene, case: str, kept: str) -> None:
    wants(desk, case=True)
    await desk.says(OFFICER, f"{FORM}\n{case}")
    assert await said(desk, "case") == kept
    assert kept.partition("：")[2] in desk.last(NUMBER, "→", chat=KS).text
    assert (await event(desk, "register"))["case"] == kept


@pytest.mark.parametrize("case", ["", "\n案件：无", "\n案件：无案件", "\ncase: none", "\n案件：电信诈骗案"])
async def test_without_one_it_is_picked(desk: Scene, case: str) -> None:
    wants(desk, case=True)
    await desk.says(OFFICER, FORM + case)
    assert await desk.all_requests() == []
    asked = desk.last("案件", chat=WX)
    assert "无案件：日常核查" in asked.buttons
    await desk.presses(OFFICER, "无案件：日常核查", on=asked)
    assert await said(desk, "case") == "无案件：日常核查"


async def test_two_without_a_case_are_not_of_one_case(desk: Scene) -> None:
    assert none_because("无锡市公安局2026年12号") is None and none_because("无") == ""
    wants(desk, case=True)
    await desk.says(OFFICER, f"{FORM}\n案件：无案件，日常核查")
    request = await desk.request(NUMBER)
    body = Body.of(request, desk.store.sealer)
    assert body.said("case") == "无案件：日常核查" and comparable(request, body).case == ""
    assert case_numbers("No case: routine check") == "" != case_numbers("A3205834500002026010001")


async def test_ledgers_give_and_take_the_ground_and_the_case(desk: Scene) -> None:
    wants(desk, case=True)
    await desk.says(OFFICER, f"{FLASH}\n紧急理由：2\n案件：无案件，寻人")
    async with desk.store.read():
        rows = [row async for row in giving.rows_out(desk.work(), since=None, until=None, unit_id=None)]
    assert (rows[0]["ground"], rows[0]["case"]) == (LIFE, "无案件：寻人")
    assert json.dumps(rows[0], ensure_ascii=False)


# --- declining -----------------------------------------------------------------------------------------------------


async def test_a_refusal_names_its_ground_and_returning_is_offered_first(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 此人从未在昆山居住", chat=KS)
    asked = desk.last("按哪一项拒绝", chat=KS)
    assert next(iter(asked.buttons)).startswith("↩️") and list(asked.buttons)[1:] == list(desk.policy.declines)
    assert (await desk.request(NUMBER)).state == "open", "it is not refused before one is picked"
    await desk.presses(ASKED_LIAISON, "本单位没有所要的信息", on=asked)
    assert (await desk.request(NUMBER)).state == "declined"
    assert (await event(desk, "decline"))["ground"] == "本单位没有所要的信息"
    for text in (desk.last("拒绝", "从未在昆山", chat=WX).text, await desk.reads(OFFICER, NUMBER)):
        assert "本单位没有所要的信息" in text and "从未在昆山居住" in text
    assert desk.last("拒绝理由", chat=KS).buttons == {}
    assert "⚠️" in await desk.presses(ASKED_LIAISON, "请求不合规定", on=asked), "once"
    await sound(desk)


async def test_it_is_returned_with_the_same_words_instead(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.presses(ASKED_LIAISON, "拒绝")
    await desk.replies(ASKED_LIAISON, desk.last("回复", "拒绝", chat=KS), "没有立案决定书")
    await desk.presses(ASKED_LIAISON, "↩️", on=desk.last("按哪一项拒绝", chat=KS))
    assert (await desk.request(NUMBER)).state == "returned"
    assert "没有立案决定书" in desk.last("需补充", chat=WX).text
    assert "decline" not in await desk.actions(await desk.request(NUMBER))


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("1. 查无此人", "本单位没有所要的信息"),
        ("请求不合规定：没有盖章", "请求不合规定"),
        ("请求不合规定", "请求不合规定"),
        ("8、海关提供，不同意", "信息来自他方，他方不同意提供"),
    ],
)
async def test_a_ground_may_be_typed_before_the_words(desk: Scene, words: str, ground: str) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} {words}", chat=KS)
    assert (await desk.request(NUMBER)).state == "declined"
    assert (await event(desk, "decline"))["ground"] == ground


@pytest.mark.parametrize(
    "words", ["2:30 后无人值守，改日再办", "2.5 万元不够立案", "1：30 前无人", "3.11 再来"]
)
async def test_a_time_or_an_amount_before_the_words_is_no_ground(desk: Scene, words: str) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} {words}", chat=KS)
    assert (await desk.request(NUMBER)).state == "open"
    asked = desk.last("按哪一项拒绝", chat=KS)
    await desk.replies(ASKED_LIAISON, asked, words)
    assert (await desk.request(NUMBER)).state == "open", "nor in a reply to the question"


@pytest.mark.parametrize("reply", ["2", "请求不合规定", "2. 没有盖章"])
async def test_the_question_may_be_answered_by_a_reply(desk: Scene, reply: str) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 不行", chat=KS)
    asked = desk.last("按哪一项拒绝", chat=KS)
    await desk.replies(ASKED_LIAISON, asked, "我看看")
    assert "没听懂" in desk.said[-1].text
    await desk.replies(ASKED_LIAISON, asked, reply)
    assert (await event(desk, "decline"))["ground"] == "请求不合规定"


async def test_a_refusal_is_dropped_by_a_word(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 不行", chat=KS)
    await desk.replies(ASKED_LIAISON, desk.last("按哪一项拒绝", chat=KS), "取消")
    assert "没有改动" in desk.said[-1].text and (await desk.request(NUMBER)).state == "open"


async def test_words_are_wanted_beside_nothing(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER}", chat=KS)
    assert "理由" in desk.said[-1].text and f"/decline {NUMBER}" in desk.said[-1].text
    assert not any("按哪一项" in s.text for s in desk.said)


async def test_a_forged_press_declines_nothing(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 不行", chat=KS)
    asked = desk.last("按哪一项拒绝", chat=KS)
    right = asked.buttons["请求不合规定"]
    before = await dump(desk.store)
    for data in (f"{right[:-1]}x", right.rpartition(":")[0], f"{right.rpartition(':')[0]}:decline"):
        toast = await desk.forges(ASKED_LIAISON, data, chat=KS, message_id=asked.message_id)
        assert toast.startswith("⚠️"), toast
    for who in (HANDLER, OFFICER, LIAISON, ADMIN, 99):
        toast = await desk.forges(who, right, chat=KS, message_id=asked.message_id)
        assert toast.startswith(("🚫", "⚠️")), toast
    assert not changed(before, await dump(desk.store))


async def test_who_is_no_liaison_by_then_declines_nothing_more(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 不行", chat=KS)
    asked = desk.last("按哪一项拒绝", chat=KS)
    await desk.says(ADMIN, "/role @shen officer KS", chat=ADMIN)
    for label in ("请求不合规定", "↩️"):
        assert (await desk.presses(ASKED_LIAISON, label, on=asked)).startswith("🚫")
    assert (await desk.request(NUMBER)).state == "open"


async def test_what_was_answered_meanwhile_is_not_declined(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 不行", chat=KS)
    asked = desk.last("按哪一项拒绝", chat=KS)
    await desk.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    await desk.says(HANDLER, f"/answer {NUMBER} 已查实", chat=KS)
    assert "已反馈" in await desk.presses(ASKED_LIAISON, "请求不合规定", on=asked)
    assert (await desk.request(NUMBER)).state == "answered"


async def test_in_english_too(desk: Scene) -> None:
    await desk.says(ADMIN, "/lang en", chat=KS)
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} never lived here", chat=KS)
    asked: Said = desk.last("On which ground", chat=KS)
    assert next(iter(asked.buttons)).startswith("↩️ Return")


# --- how often, and in the ledger ----------------------------------------------------------------------------------


async def declined(desk: Scene) -> None:
    """Three of Wuxi's declined by Kunshan, two on one ground; and one without a list, so on none."""
    listed = desk.policy.declines
    for number, ground in enumerate((1, 1, 2), start=1):
        await desk.says(OFFICER, FORM)
        await desk.says(ASKED_LIAISON, f"/decline WX26-000{number} {ground}. 不便提供", chat=KS)
    desk.policy = replace(desk.policy, declines=())
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, "/decline WX26-0004 不便提供", chat=KS)
    desk.policy = replace(desk.policy, declines=listed)


BY_GROUND = "拒绝 4（本单位没有所要的信息 2、请求不合规定 1、没有写明理由 1）"


@pytest.mark.engines
async def test_the_figures_say_on_which_grounds(desk: Scene) -> None:
    await declined(desk)
    await desk.says(ASKED_LIAISON, "/stats 7d", chat=KS)
    received, sent = desk.said[-1].text.split("📤")
    assert BY_GROUND in received and "被拒绝 0\n" in sent
    await desk.says(LIAISON, "/stats 7d")
    received, sent = desk.said[-1].text.split("📤")
    assert f"被{BY_GROUND}" in sent and "拒绝 0\n" in received
    desk.pass_time(days=1)
    start = len(desk.said)
    await ticks.digests(desk.work())
    await desk.deliver()
    assert BY_GROUND in desk.heard(KS, start) and f"被{BY_GROUND}" in desk.heard(WX, start)
    assert "不便提供" not in desk.heard(KS, start), "the words beside it are no figure"


async def test_one_that_was_declined_twice_counts_once_by_the_last_ground(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 1. 不便提供", chat=KS)
    await desk.says(OFFICER, f"/reopen {NUMBER} 请再核实")
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 2. 不便提供", chat=KS)
    await desk.says(ADMIN, "/lang en", chat=KS)
    await desk.says(ASKED_LIAISON, "/stats 7d", chat=KS)
    assert "declined 1 (请求不合规定 1)" in desk.said[-1].text


async def test_without_a_list_nothing_is_said_of_grounds(desk: Scene) -> None:
    desk.policy = replace(desk.policy, declines=())
    await desk.says(OFFICER, FORM)
    await desk.says(ASKED_LIAISON, f"/decline {NUMBER} 不便提供", chat=KS)
    await desk.says(ASKED_LIAISON, "/stats 7d", chat=KS)
    assert "拒绝 1\n" in desk.said[-1].text and "没有写明理由" not in desk.said[-1].text


async def test_the_ledger_has_the_ground_and_gives_it_back(desk: Scene) -> None:
    await declined(desk)
    await desk.says(OFFICER, FLASH + "\n紧急理由：2")
    rows = {row["id"]: row async for row in giving.rows_out(desk.work(), since=None, until=None)}
    assert [row.get("decline_ground") for row in rows.values()] == [
        "本单位没有所要的信息", "本单位没有所要的信息", "请求不合规定", None, None
    ]  # fmt: skip
    assert rows["WX26-0005"]["ground"] == LIFE
    for row in rows.values():
        cells = columns.flatten(row)
        labelled = {columns.label_of(name): cell for name, cell in cells.items()}
        again = {columns.column_of(label) or label: cell for label, cell in labelled.items()}
        assert columns.unflatten(again) == row
    assert columns.label_of("decline_ground") == "拒绝理由"
    await desk.says(OFFICER, "/reopen WX26-0001 请再核实")
    rows = {row["id"]: row async for row in giving.rows_out(desk.work(), since=None, until=None)}
    assert "decline_ground" not in rows["WX26-0001"]
