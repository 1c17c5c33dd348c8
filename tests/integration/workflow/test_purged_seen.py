"""What people see of a request whose content was deleted, and that nothing can be done to it any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.buttons import BUTTONS
from storage.ledger.reading import LedgerReader, LedgerRow
from storage.tables.models import Person, Unit
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.purged import (
    ADMIN,
    COLLEAGUE,
    HANDLER,
    LIAISON,
    NUMBER,
    OFFICER,
    PERSONAL,
    ROW,
    closed,
    closed_and_purged,
    purge,
    take_in,
)  # fmt: skip
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.lookup import exports
from workflow.scheduled.digests import build

GONE = "内容已按期删除"
REFUSED = "按期删除，不能再办理"


def shown(scene: Scene, since: int) -> str:
    """All that the bot has said, whose words may be of no person."""
    said = "\n".join(s.text for s in scene.said[since:])
    assert not [words for words in PERSONAL if words in said]
    assert not any(s.files for s in scene.said[since:])
    return said


@pytest.mark.parametrize(("who", "chat"), [(OFFICER, WX), (HANDLER, KS), (ADMIN, WX)])
async def test_a_card_called_up_in_a_group_says_that_it_is_gone(scene: Scene, who: int, chat: int) -> None:
    await closed_and_purged(scene)
    since = len(scene.said)
    await scene.says(who, f"/show {NUMBER}", chat=chat)
    card, pointer = scene.said[since:]
    assert card.kind == "edit", "the card that stands there was from before"
    for words in (NUMBER, "户籍证明", "无锡市公安局 → 昆山市公安局", "已办结", GONE, "已查实"):
        assert words in card.text, card.text
    assert list(card.buttons) == ["🔒 查看全文"], card.buttons
    assert GONE in pointer.text
    shown(scene, since)


@pytest.mark.parametrize("who", [OFFICER, HANDLER, LIAISON, ADMIN])
async def test_the_full_text_says_that_it_is_gone(scene: Scene, who: int) -> None:
    await closed_and_purged(scene)
    since = len(scene.said)
    await scene.says(who, f"/show {NUMBER}", chat=who)
    said = shown(scene, since)
    for words in (NUMBER, "户籍证明", GONE, "顾一苇", "反馈", "办结"):
        assert words in said, said


async def test_who_may_not_see_it_is_told_nothing_of_it(scene: Scene) -> None:
    await closed_and_purged(scene)
    for who, chat in ((41, CZ), (99, 99), (COLLEAGUE, CZ)):
        since = len(scene.said)
        await scene.says(who, f"/show {NUMBER}", chat=chat)
        assert "删除" not in shown(scene, since)
    since = len(scene.said)
    assert "删除" not in await scene.forges(41, "1:reopen:1", chat=CZ)
    await scene.says(41, f"/audit {NUMBER}", chat=41)
    assert "删除" not in shown(scene, since)


async def test_it_is_found_by_its_number_and_by_nothing_that_it_said(scene: Scene) -> None:
    await closed_and_purged(scene)
    for words in ("陈望舒", "320583199204080027", "电信诈骗", "花桥"):
        since = len(scene.said)
        await scene.says(OFFICER, f"/find {words}", chat=OFFICER)
        assert NUMBER not in "".join(s.text.replace("_", "-") for s in scene.said[since:])
    since = len(scene.said)
    await scene.says(OFFICER, f"/find {NUMBER}", chat=OFFICER)
    said = shown(scene, since)
    assert GONE in said and "/r_WX26_0001" in said


async def test_lists_and_digests_go_on_without_it(scene: Scene) -> None:
    await closed_and_purged(scene)
    since = len(scene.said)
    for who, chat, words in (
        (OFFICER, OFFICER, "/mine"), (HANDLER, HANDLER, "/mine"), (LIAISON, KS, "/inbox"), (LIAISON, KS, "/overdue"),
        (LIAISON, KS, "/stats 90d"), (LIAISON, KS, "/roster"), (LIAISON, KS, "/digest"),
    ):  # fmt: skip
        await scene.says(who, words, chat=chat)
    assert "故障" not in shown(scene, since)
    async with scene.work().read() as tx:
        view = await build(tx, WX, scene.now.date())
        assert view.sent is not None
        assert view.sent.new == 0


async def test_a_units_ledger_leaves_it_out(scene: Scene, tmp_path: Path) -> None:
    await closed_and_purged(scene)
    await scene.says(COLLEAGUE, FORM)
    async with scene.store.read() as session:
        unit = await session.scalar(select(Unit.id).where(Unit.code == "KS"))
        person = await session.scalar(select(Person.id).where(Person.chat_id == LIAISON))
    made = await exports.make(scene.work(), unit_id=unit or 0, person_id=person or 0, chinese=True)
    assert made is not None and made.rows == 1
    (tmp_path / made.name).write_bytes(made.content)
    rows = [item.row for item in LedgerReader(tmp_path / made.name) if isinstance(item, LedgerRow)]
    assert [row["id"] for row in rows] == ["WX27-0001"]


COMMANDS = (
    "/accept N", "/answer N 已核实", "/return N 补充", "/decline N 不属本辖区", "/assign N @gu", "/transfer N 常州",
    "/delay N 3天 等待", "/nudge N", "/reuse N N", "/close N", "/reopen N 地址不符", "/cancel N",
)  # fmt: skip
PEOPLE = ((OFFICER, WX), (COLLEAGUE, WX), (13, WX), (HANDLER, KS), (LIAISON, KS), (ADMIN, KS))


async def test_no_command_does_anything_to_it(scene: Scene) -> None:
    await closed_and_purged(scene)
    await scene.says(ADMIN, "早", chat=KS)  # whoever speaks in a group becomes an officer of its unit
    before = await dump(scene.store)
    for command in COMMANDS:
        told = []
        for who, chat in PEOPLE:
            since = len(scene.said)
            await scene.says(who, command.replace("N", NUMBER, 2), chat=chat)
            [line] = scene.said[since:]
            assert line.text.startswith(("🚫", "⚠️")), line.text
            told.append(line.text)
        assert any(REFUSED in line for line in told), (command, told)
        assert all("\n" not in line for line in told if REFUSED in line), command
    assert changed(before, await dump(scene.store)) == set()


LOOKS = ("show", "look")  # change nothing
OF_REQUESTS = sorted(name for name, (_, about) in BUTTONS.items() if about == "request" and name not in LOOKS)
WITH_MORE = {
    "rate": ":5", "reuse": ":1", "not_same": ":1", "assign_to": ":1", "transfer": ":4", "redirect": ":4",
    "outcome": ":1:found",
    **dict.fromkeys(("attach", "release", "withhold", "apart"), ":1"),
}  # fmt: skip
#: Those of another's answer say the same whatever there is or was; of those who may ask nobody is here. Of the others
#: there is nothing that they could be pressed on: no reminder, no parts, no papers of its type, no operation.
SAYS_LESS = {
    *("attach", "release", "withhold", "apart", "ask", "outcome"),
    *("later", "merged", "papers", "papers_done", "redirect", "tag"),
}


async def test_no_button_does_anything_to_it(scene: Scene) -> None:
    request = await closed_and_purged(scene)
    before = await dump(scene.store)
    for action in OF_REQUESTS:
        data = f"2:{action}:{request.id}{WITH_MORE.get(action, '')}"
        toasts = [await scene.forges(who, data, chat=chat) for who, chat in PEOPLE]
        if action in SAYS_LESS:
            assert all(toast.startswith(("⚠️", "🚫")) or REFUSED in toast for toast in toasts), (
                action,
                toasts,
            )
        else:
            assert any(REFUSED in toast for toast in toasts), (action, toasts)
    assert changed(before, await dump(scene.store)) == set()


async def test_no_reply_does_anything_to_it(scene: Scene) -> None:
    await closed_and_purged(scene)
    before = await dump(scene.store)
    sides = [(OFFICER, scene.last(NUMBER, chat=WX)), (HANDLER, scene.last(NUMBER, chat=KS))]
    photo = {"photo": [{"file_id": "P9", "file_unique_id": "u9", "width": 9, "height": 9}]}
    for words in ("还有一句", "#反馈 已核实", "#重开 地址不符", "#补充 出生日期", None):
        since = len(scene.said)
        for who, card in sides:
            await scene.replies(who, card, words, **({} if words else photo))
        told = [said.text for said in scene.said[since:]]
        assert any(REFUSED in line for line in told), (words, told)
    assert changed(before, await dump(scene.store)) == set()


async def test_a_reply_to_a_question_asked_before_comes_too_late(scene: Scene) -> None:
    await closed(scene)
    await scene.presses(OFFICER, "重开", chat=WX)
    asked = scene.said[-1]
    scene.pass_time(days=40)
    await purge(scene)
    before = await dump(scene.store)
    await scene.replies(OFFICER, asked, "地址不符")
    assert REFUSED in scene.said[-1].text
    assert changed(before, await dump(scene.store)) == set()


async def test_its_post_edited_changes_nothing_and_a_reaction_to_it_says_nothing(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, f"/cancel {NUMBER}")
    sent = scene.now
    scene.pass_time(days=40)
    await purge(scene)
    before = await dump(scene.store)
    for text in (FORM, FORM.replace("3天", "5天"), "什么"):
        since = len(scene.said)
        await scene.edits(OFFICER, post, text, sent=sent)
        assert REFUSED in scene.said[-1].text and len(scene.said) == since + 1
    await scene.edits(COLLEAGUE, post, FORM, sent=sent)
    assert scene.said[-1].text.startswith("🚫")
    since = len(scene.said)
    message = scene.message(OFFICER, WX, FORM, message_id=post)
    await scene.feed({"edited_message": message | {"date": int(sent.timestamp())}})
    assert scene.said[since:] == [], "Telegram reports a reaction as an edit without its time"
    assert changed(before, await dump(scene.store)) == set()


async def test_its_answer_cannot_be_reused(scene: Scene) -> None:
    await closed(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(41, FORM, chat=CZ)
    scene.pass_time(days=40)
    await purge(scene)
    before = await dump(scene.store)
    refusal = await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    await scene.says(COLLEAGUE, f"/reuse WX26-0002 {NUMBER}")
    assert "按期删除，不能用于 WX26-0002" in refusal and "按期删除，不能用于 WX26-0002" in scene.said[-1].text
    assert "失效" in await scene.presses(COLLEAGUE, "不是同一件", chat=WX)
    await scene.says(41, f"/reuse CZ26-0001 {NUMBER}", chat=CZ)
    assert "删除" not in scene.said[-1].text, "who may not see it is told the same as of any other"
    assert changed(before, await dump(scene.store)) == set()


async def test_an_imported_one_cannot_be_reused_by_its_id(scene: Scene) -> None:
    await take_in(scene, ROW | {"answered_at": "2026-10-02T10:00:00+08:00"})
    await scene.says(COLLEAGUE, FORM)
    await purge(scene)
    await scene.says(COLLEAGUE, f"/reuse {NUMBER} {ROW['id']}")
    assert scene.said[-1].text.startswith("⚠️")
    assert (await scene.request(NUMBER)).state == "open"


async def test_in_english_it_is_said_in_english(scene: Scene) -> None:
    await closed_and_purged(scene)
    await scene.says(OFFICER, "/lang en", chat=OFFICER)
    await scene.says(OFFICER, f"/show {NUMBER}", chat=OFFICER)
    assert "content was deleted on" in scene.said[-1].text
    await scene.says(OFFICER, f"/reopen {NUMBER} why", chat=OFFICER)
    assert "was deleted on" in scene.said[-1].text and "\n" not in scene.said[-1].text
