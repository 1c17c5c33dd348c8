"""What may be seen and by whom: no refusal tells what there is, no group hears of other units' business."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from storage.tables.models import Event, Request
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene

OFFICER, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS, SUPERVISOR, OTHER, OUTSIDER, ADMIN = (
    11,
    13,
    21,
    22,
    24,
    25,
    41,
    99,
    1001,
)
SECRETS = ("320583199204080027", "陈望舒", "电信诈骗案嫌疑人户籍核实")

#: Contract: "Liaisons: …", "Admins: …"; a supervisor looks and does not touch.
LIAISON_COMMANDS = (
    "/inbox",
    "/overdue",
    "/stats 7d",
    "/report 2026",
    "/digest",
    "/export",
    "/members",
    "/role @lu officer",
    "/roster",
    "/unit",
)
LOOKING = frozenset(
    {"/inbox", "/overdue", "/stats 7d", "/report 2026", "/digest", "/members", "/roster", "/unit"}
)
ADMIN_COMMANDS = ("/bind KS", "/verify", "/unbind")


def refused(said: str) -> bool:
    return said.startswith("🚫")


@pytest.mark.parametrize("who", [OFFICER_KS, HANDLER, LIAISON, SUPERVISOR, ADMIN])
async def test_a_liaisons_command_is_for_liaisons_and_admins(scene: Scene, who: int) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(who, "/start", chat=who)
    for words in LIAISON_COMMANDS:
        heard = len(scene.said)
        await scene.says(who, words, chat=KS)
        await scene.deliver()
        answers = [s for s in scene.said[heard:] if s.chat in (KS, who)]
        looks = (who == SUPERVISOR and words in LOOKING) or (who, words) == (HANDLER, "/inbox")
        may = who in (LIAISON, ADMIN) or looks
        assert answers, words
        assert refused(answers[0].text) != may, words


@pytest.mark.parametrize("who", [OFFICER_KS, HANDLER, LIAISON, SUPERVISOR, ADMIN])
async def test_an_admins_command_is_for_admins(scene: Scene, who: int) -> None:
    await scene.says(OFFICER, FORM)
    for words in ADMIN_COMMANDS:
        await scene.says(who, words, chat=KS)
        assert refused(scene.said[-1].text) == (who != ADMIN), words


@pytest.mark.parametrize("words", ["/stats KS", "/members KS", "/export KS", "/roster KS", "/overdue KS"])
async def test_another_units_figures_are_not_shown(scene: Scene, words: str) -> None:
    await scene.says(LIAISON_WX, words, chat=LIAISON_WX)
    assert refused(scene.said[-1].text)
    assert "顾一苇" not in scene.said[-1].text


@pytest.mark.parametrize(
    "words", ["/inbox KS", "/members KS", "/stats KS", "/show WX26-0001", "/roster KS", "/unit KS"]
)
async def test_what_a_liaison_may_see_is_not_shown_in_a_group_that_it_does_not_concern(
    scene: Scene, words: str
) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(LIAISON, words, chat=CZ)
    assert refused(scene.heard(CZ, heard))
    assert "320583" not in scene.heard(CZ)
    assert "顾一苇" not in scene.heard(CZ)


ELSEWHERE = (
    "/accept WX26-0001", "/answer WX26-0001 已核实", "/return WX26-0001 请补充", "/decline WX26-0001 不属本辖区",
    "/assign WX26-0001 @nobody", "/transfer WX26-0001 苏州", "/delay WX26-0001 9天 等待", "/close WX26-0001",
    "/accept 1", "/accept", "/audit WX26-0001",
)  # fmt: skip


@pytest.mark.parametrize("who", [LIAISON, ADMIN])
async def test_nothing_is_done_to_a_request_in_a_group_that_it_does_not_concern(
    scene: Scene, who: int
) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    before = await scene.request("WX26-0001")
    for words in ELSEWHERE:
        heard = len(scene.said)
        await scene.says(who, words, chat=CZ)
        told = scene.heard(CZ, heard)
        assert told, words
        for secret in ("顾一苇", "陆时雨", "林小满", "昆山", "处置中"):
            assert secret not in told, words
        assert (await scene.request("WX26-0001")).version == before.version, words


@pytest.mark.parametrize("action", ["accept", "answer", "assign", "transfer", "decline", "not_same"])
async def test_a_forged_button_in_such_a_group_shows_nothing_there(scene: Scene, action: str) -> None:
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.forges(LIAISON, f"2:{action}:1" + (":1" if action == "not_same" else ""), chat=CZ)
    assert not scene.heard(CZ, heard)
    assert (await scene.request("WX26-0001")).version == 0


async def test_lists_of_ones_own_leave_out_in_a_group_what_does_not_concern_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    for words in ("/mine", "/find 320583********0027"):
        await scene.says(HANDLER, words, chat=SZ)
        assert "WX26" not in scene.heard(SZ)
        await scene.says(HANDLER, words, chat=KS)
        assert "WX26_0001" in scene.said[-1].text


@pytest.mark.parametrize(
    "words",
    [
        "/show {}",
        "/accept {}",
        "/answer {} x",
        "/cancel {}",
        "/nudge {}",
        "/reuse {} WX26-0002",
        "/reopen {} x",
        "/r_{}",
    ],
)
async def test_who_may_not_see_a_request_cannot_tell_whether_there_is_one(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, FORM)
    for who in (OTHER, OUTSIDER):
        answers = []
        for number in ("WX26-0001", "WX26-0077"):
            await scene.says(
                who, words.format(number.replace("-", "_") if "r_" in words else number), chat=who
            )
            answers.append(
                scene.said[-1].text.replace(number, "N").replace(number.lower().replace("-", "_"), "N")
            )
        assert answers[0] == answers[1]


async def test_forged_buttons_do_not_tell_either(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    for action in ("accept", "answer", "assign", "transfer", "nudge", "close", "rate", "not_same", "reuse"):
        tail = ":5" if action in ("rate", "not_same", "reuse") else ""
        there = await scene.forges(OTHER, f"2:{action}:1{tail}", chat=CZ)
        nowhere = await scene.forges(OTHER, f"2:{action}:7777{tail}", chat=CZ)
        assert there == nowhere
        assert "WX26" not in there


async def test_an_officer_who_is_not_the_asker_sees_the_masked_card_in_private(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    for who, full in (
        (12, False),
        (OFFICER_KS, False),
        (OFFICER, True),
        (HANDLER, True),
        (LIAISON, True),
        (LIAISON_WX, True),
        (ADMIN, True),
    ):
        await scene.says(who, "/show WX26-0001", chat=who)
        assert (SECRETS[0] in scene.heard(who)) is full, who
        assert "WX26-0001" in scene.heard(who)


async def test_every_full_view_is_recorded_with_its_ground(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    request = await scene.request("WX26-0001")
    for who in (OFFICER, HANDLER, ADMIN):
        await scene.says(who, "/show WX26-0001", chat=who)
    async with scene.work().read() as tx:
        events = (
            await tx.session.scalars(select(Event).where(Event.chain == request.id, Event.action == "read"))
        ).all()
        grounds = [tx.sealer.unseal("events", e.sealed)["ground"] for e in events]
    assert grounds == ["asker", "unit", "admin"]


async def test_what_was_sent_to_somebody_is_recorded_as_theirs_and_read_is_what_they_opened(
    scene: Scene,
) -> None:
    for who in (OFFICER, HANDLER):
        await scene.says(who, "/start", chat=who)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/assign WX26-0001 @gu", chat=KS)
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(ADMIN, "/audit WX26-0001", chat=ADMIN)
    lines = scene.said[-1].text.splitlines()
    assert [line.split()[-1] for line in lines if "全文发给" in line] == ["顾一苇", "林小满"]
    assert not [line for line in lines if "查看全文" in line], "nobody has opened it"
    await scene.says(OFFICER, "/show WX26-0001", chat=OFFICER)
    await scene.says(ADMIN, "/audit WX26-0001", chat=ADMIN)
    lines = scene.said[-1].text.splitlines()
    assert [line.split()[-1] for line in lines if "查看全文" in line] == ["林小满"]
    assert all(SECRETS[0] in scene.heard(who) for who in (OFFICER, HANDLER))


async def test_an_asker_who_has_left_is_neither_sent_the_answer_nor_recorded_as_its_reader(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(LIAISON_WX, "/role @lin none")
    heard = len(scene.said)
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS)
    assert not scene.heard(OFFICER, heard)
    assert not {"read", "delivered"} & set(await scene.actions(await scene.request("WX26-0001")))


async def test_after_a_transfer_the_former_unit_sees_nothing_of_it_any_more(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    card = scene.last("WX26-0001", "反馈", chat=KS)
    heard = len(scene.said)
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    after = [s for s in scene.said[heard:] if s.chat == KS and s.message_id == card.message_id]
    assert after
    assert "320583" not in after[-1].text
    assert not any(b.startswith(("反馈", "退回")) for b in after[-1].buttons)
    assert "320583********0027" in scene.heard(CZ)
    for words in ("/show WX26-0001", "/answer WX26-0001 已核实"):
        await scene.says(HANDLER, words, chat=HANDLER)
        assert SECRETS[0] not in scene.heard(HANDLER)
    await scene.replies(HANDLER, card, "#反馈 已核实")
    assert (await scene.request("WX26-0001")).state == "open"


async def test_who_is_on_neither_side_any_more_does_not_learn_how_it_came_out(scene: Scene) -> None:
    await scene.says(OFFICER, FORM, chat=OFFICER)
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    await scene.says(LIAISON_WX, "/role @lin none")
    heard = len(scene.said)
    await scene.says(OTHER, "/answer WX26-0001 部分反馈：住址", chat=CZ)
    await scene.says(OTHER, "/answer WX26-0001 查无此人", chat=CZ)
    cards = [s for s in scene.said[heard:] if s.chat in (KS, OFFICER)]
    assert {card.chat for card in cards} == {KS, OFFICER}
    for card in cards:
        assert "WX26-0001" in card.text
        assert not [word for word in ("查无", "阶段性", "秦砚秋", "320583") if word in card.text]


async def test_an_imported_request_is_nobodys_to_act_on(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    async with scene.store.write() as session:
        await session.execute(update(Request).values(number=None, external_id="legacy-1"))
    before = await dump(scene.store)
    assert await scene.forges(LIAISON, "1:accept:1")
    assert await scene.forges(OFFICER, "1:cancel:1", chat=WX)
    assert not changed(before, await dump(scene.store))


async def test_a_full_text_goes_to_no_group(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    for who in (OFFICER, HANDLER, LIAISON, ADMIN):
        for words in ("/show WX26-0001", "/mine", "/find 陈望舒", "/audit WX26-0001", "/inbox"):
            for chat in (WX, KS):
                await scene.says(who, words, chat=chat)
    said = "".join(scene.heard(chat) for chat in (WX, KS))
    assert not [secret for secret in SECRETS[:2] if secret in said.replace("/find 陈望舒", "")]


async def test_searching_finds_by_part_of_a_name_mask_number_and_case_among_ones_own(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n案件：A3205834500002026010001")
    for words in ("陈望舒", "望舒", "chenwangshu", "320583199204080027", "320583********0027", "0027",
                  "A3205834500002026010001", "WX26-0001", "昆山 户籍", "电信诈骗"):  # fmt: skip
        await scene.says(OFFICER, f"/find {words}", chat=OFFICER)
        assert "WX26_0001" in scene.said[-1].text, words
        await scene.says(OTHER, f"/find {words}", chat=OTHER)
        assert "WX26" not in scene.said[-1].text, words
    for words in ("陈王书李", "320583********0028", "9999", "常州", "A3205834500002026010002"):
        await scene.says(OFFICER, f"/find {words}", chat=OFFICER)
        assert "WX26" not in scene.said[-1].text, words
    await scene.says(OFFICER, "/find 张", chat=OFFICER)
    assert "/find" in scene.said[-1].text


async def test_what_a_search_finds_is_recorded_as_read(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/find 陈望舒", chat=HANDLER)
    async with scene.store.read() as session:
        count = await session.scalar(select(func.count()).where(Event.action == "found"))
    assert count == 1
