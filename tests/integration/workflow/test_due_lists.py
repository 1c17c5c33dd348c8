"""Reminders come as lists: one message for each chat and tick, whatever there is to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.telegram.sender import CAN
from handlers.views.lines import render
from handlers.views.outgoing import Say
from storage.queries import outbox
from storage.tables.models import OutboxLine, Post, Request
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, SZ, WX, Said, Scene
from workflow.actions import answering, asking
from workflow.notices import due_lists, due_shown
from workflow.scheduled import reminders, ticks

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON = 11, 12, 13, 21, 22
SECRETS = ("陈望舒", "320583199204080027")


@played_once
async def asks(scene: Scene, count: int, due: str = "3天") -> list[str]:
    """So many requests of Wuxi to Kunshan, each about somebody else; their numbers."""
    for _ in range(count):
        await scene.says(OFFICER, FORM.replace("3天", due))
    return [request.number or "" for request in await scene.all_requests()]


async def tick(scene: Scene) -> list[Said]:
    """What is newly said in a tick; cards are edited beside it."""
    heard = len(scene.said)
    await ticks.reminders(scene.work())
    await scene.deliver()
    return [s for s in scene.said[heard:] if s.kind == "send"]


def by_chat(said: Sequence[Said]) -> dict[int, list[Said]]:
    return {chat: [s for s in said if s.chat == chat] for chat in {s.chat for s in said}}


async def test_thirteen_that_fall_due_at_once_are_one_message_in_each_group(scene: Scene) -> None:
    numbers = await asks(scene, 13)
    scene.pass_time(days=4, minutes=1)
    said = by_chat(await tick(scene))
    assert {chat: len(found) for chat, found in said.items()} == {WX: 1, KS: 1, SZ: 1}
    for chat, words in (
        (WX, "对方尚未反馈（13）"),
        (KS, "待本单位办理（13）"),
        (SZ, "升级：下级单位超期未反馈（13）"),
    ):
        [list_] = said[chat]
        assert words in list_.text
        shown = [number for number in numbers if number in list_.text]
        assert len(shown) == due_shown.MOST
        assert "另有 3 件" in list_.text
        assert "/overdue" in list_.text
        assert "/r_WX26_0001" in list_.text
        assert "已超期 1 天" in list_.text
        assert ("陈** 320583********0027" in list_.text) is (chat != SZ)
        assert not [secret for secret in SECRETS if secret in list_.text]
        for number in shown:
            assert any(number in label for label in list_.buttons), "a row for each"


async def test_a_list_shows_who_has_each_and_what_can_be_done_about_it(scene: Scene) -> None:
    await asks(scene, 2)
    await scene.says(HANDLER, "/accept WX26-0002", chat=KS)
    scene.pass_time(days=4, minutes=1)
    said = by_chat(await tick(scene))
    owed = said[KS][0]
    first, second = owed.text.split("🔴 ")[1:]
    assert "尚未受理（沈听澜）" in first
    assert "承办 顾一苇" in second
    assert [label for label in owed.buttons if "WX26" in label] == ["受理 WX26-0001", "反馈 WX26-0002"]
    assert [label for label in said[WX][0].buttons if "WX26" in label] == ["催办 WX26-0001", "催办 WX26-0002"]
    await scene.presses(HANDLER, "受理 WX26-0001", on=owed)
    assert (await scene.request("WX26-0001")).state == "accepted"


async def test_hundreds_are_one_message_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "BATCH", 4)
    await asks(scene, 13)
    scene.pass_time(days=4, minutes=1)
    await ticks.reminders(scene.work())
    for chat in (WX, KS, SZ):
        lines = [line for line in await scene.lines(chat=chat) if line.kind == "due"]
        assert len(lines) == 1
        assert lines[0].not_before is None, "nothing more comes"
    said = by_chat(await scene.deliver())
    assert "（13）" in next(s.text for s in said[KS] if "催办" in s.text)


async def test_while_more_is_to_come_a_list_waits_for_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "BATCH", 4)
    await asks(scene, 5)
    scene.pass_time(days=3, minutes=1)
    held: list[bool] = []
    any_due = reminders._any_due

    async def look(work: object) -> bool:
        lines = [line for line in await scene.lines(chat=KS) if line.kind == "due"]
        held.extend(line.not_before is not None for line in lines)
        return await any_due(work)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "_any_due", look)
    await ticks.reminders(scene.work())
    assert held == [True, True]


async def test_what_piled_up_while_telegram_was_away_is_one_message_with_each_request_once(
    scene: Scene,
) -> None:
    await asks(scene, 3)
    for _ in range(6):  # each day a reminder of each, and nothing goes out
        scene.pass_time(days=1)
        await ticks.reminders(scene.work())
    for chat in (WX, KS, SZ):
        assert len([line for line in await scene.lines(chat=chat) if line.kind == "due"]) == 1
    said = by_chat([s for s in await scene.deliver() if s.kind == "send"])
    [owed] = said[KS]
    assert owed.text.count("WX26-0001") == 1
    assert "（3）" in owed.text
    assert "已超期 3 天" in owed.text, "as it is when it is read"


async def test_what_was_answered_meanwhile_is_left_out_and_an_empty_list_is_not_sent(scene: Scene) -> None:
    await asks(scene, 2)
    scene.pass_time(days=4, minutes=1)
    await ticks.reminders(scene.work())
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    [owed] = [s for s in scene.said[heard:] if s.chat == KS and "催办" in s.text]
    assert "（1）" in owed.text
    assert "WX26-0001" not in owed.text
    scene.pass_time(days=1)
    await ticks.reminders(scene.work())
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0002 已核实", chat=KS)
    said = [s for s in scene.said[heard:] if s.kind == "send"]  # the list that was sent before is drawn anew
    assert not [s for s in said if "催办" in s.text or "升级" in s.text]


async def due_lines(scene: Scene, chat: int) -> list[OutboxLine]:
    return [line for line in await scene.lines(chat=chat) if line.kind == "due"]


async def worded(scene: Scene, line: OutboxLine) -> str:
    return "".join(out.text.plain for out in await render(line, scene.work(), CAN) if isinstance(out, Say))


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_list_that_fails_while_the_next_one_waits_is_told_with_that(
    scene: Scene, *, arrives: bool
) -> None:
    await asks(scene, 1)
    await asks(scene, 1, due="4天")
    scene.pass_time(days=3, minutes=1)
    await ticks.reminders(scene.work())
    async with scene.store.write() as session:
        taken = await outbox.claim(
            session, holder="x", now=scene.now, limit=99, lease=timedelta(minutes=1), skip_chats=(WX, SZ)
        )
        first = next(line for line in taken if line.kind == "due")
    await scene.says(OFFICER, "/nudge WX26-0002")  # goes into no list that is being sent
    async with scene.store.write() as session:
        second = await session.scalar(
            select(OutboxLine).where(
                OutboxLine.chat_id == KS, OutboxLine.kind == "due", OutboxLine.id != first.id
            )
        )
        assert second is not None
        await session.execute(update(OutboxLine).where(OutboxLine.id == second.id).values(state="queued"))
        if arrives:
            await outbox.sent(session, first.id, now=scene.now, message_id=7)
        else:
            await outbox.postpone(session, first.id, until=scene.now)
    assert len(await due_lines(scene, KS)) == (2 if arrives else 1)
    told = await worded(scene, second)
    assert "WX26-0002" in told
    assert ("WX26-0001" in told) is not arrives


async def test_an_asker_in_private_gets_one_list_too(scene: Scene) -> None:
    for _ in range(3):
        await scene.says(OFFICER, FORM, chat=OFFICER)
    scene.pass_time(days=3, minutes=1)
    said = by_chat(await tick(scene))
    assert len(said[OFFICER]) == 1
    assert "对方尚未反馈（3）" in said[OFFICER][0].text
    assert WX not in said


async def test_a_returned_request_stands_in_its_askers_list(scene: Scene) -> None:
    await asks(scene, 2)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)
    scene.pass_time(days=3, minutes=1)
    said = by_chat(await tick(scene))
    [list_] = said[WX]
    assert "等您补充（1）" in list_.text
    assert "对方尚未反馈（1）" in list_.text
    assert [label for label in list_.buttons if "WX26" in label] == ["✏️ 补充 WX26-0001", "催办 WX26-0002"]


async def test_the_asker_is_not_told_that_a_unit_without_a_group_was_reminded(scene: Scene) -> None:
    await scene.says(1001, "/unbind", chat=KS)
    await asks(scene, 1)
    scene.pass_time(days=3, minutes=1)
    said = by_chat(await tick(scene))
    assert "对方现在没有群，提醒不到" in said[WX][0].text
    assert "unreached" in await scene.actions(await scene.request("WX26-0001"))


async def test_a_nudge_names_who_nudges_and_another_soon_after_waits_for_more(scene: Scene) -> None:
    await asks(scene, 13)
    heard = len(scene.said)
    await scene.says(OFFICER, "/nudge WX26-0001")
    [first] = [s for s in scene.said[heard:] if s.chat == KS and s.kind == "send"]
    assert "🔔 无锡市公安局 林小满 催办" in first.text
    assert list(first.buttons) == ["受理 WX26-0001", "🔎 查看"]
    scene.pass_time(seconds=2)
    for request in (await scene.all_requests())[1:]:
        await asking.nudge(scene.acting(OFFICER, WX), request.id)
    [waiting] = [line for line in await due_lines(scene, KS) if line.state == "queued"]
    assert waiting.not_before == scene.now + due_lists.TOGETHER - timedelta(seconds=2)
    [rest] = [s for s in await scene.deliver() if s.chat == KS and "催办" in s.text]
    assert "（12）" in rest.text


async def test_a_reply_to_a_list_of_one_is_about_that_request(scene: Scene) -> None:
    await asks(scene, 1)
    scene.pass_time(days=3, minutes=1)
    said = by_chat(await tick(scene))
    await scene.replies(HANDLER, said[KS][0], "#受理")
    assert (await scene.request("WX26-0001")).state == "accepted"


async def test_a_reply_to_a_list_of_several_changes_nothing_and_is_answered(scene: Scene) -> None:
    await asks(scene, 2)
    scene.pass_time(days=3, minutes=1)
    said = by_chat(await tick(scene))
    heard = len(scene.said)
    await scene.replies(HANDLER, said[KS][0], "#受理")
    assert {r.state for r in await scene.all_requests()} == {"open"}
    assert scene.heard(KS, heard)


async def test_a_group_that_is_on_neither_side_any_more_is_told_nothing(scene: Scene) -> None:
    await asks(scene, 1)
    scene.pass_time(days=3, minutes=1)
    await ticks.reminders(scene.work())
    async with scene.store.write() as session:
        cz = (await session.scalars(select(Request.to_unit_id))).one()
        await session.execute(update(Request).values(to_unit_id=cz + 2))
    assert not [s for s in await scene.deliver() if s.chat == KS and "催办" in s.text]


async def test_a_list_moves_with_its_group(scene: Scene) -> None:
    await asks(scene, 1)
    scene.pass_time(days=3, minutes=1)
    await ticks.reminders(scene.work())
    await scene.says(LIAISON, None, chat=KS, migrate_to_chat_id=-2001)
    assert "WX26-0001" in scene.last("催办", chat=-2001).text


async def test_a_flash_puts_the_whole_list_first(scene: Scene) -> None:
    await asks(scene, 1)
    await scene.says(OFFICER, FORM.replace("时限：3天", "紧急程度：特急\n紧急理由：2\n时限：3天"))
    scene.pass_time(days=3, minutes=1)
    await ticks.reminders(scene.work())
    assert {line.lane for line in await due_lines(scene, KS)} == {0}


async def test_lists_are_read_in_the_language_of_their_group(scene: Scene) -> None:
    await scene.says(HANDLER, "/lang en", chat=KS)
    await asks(scene, 2)
    await scene.says(HANDLER, "/accept WX26-0002", chat=KS)
    scene.pass_time(days=4, minutes=1)
    [owed] = by_chat(await tick(scene))[KS]
    assert "for this unit to do (2)" in owed.text
    assert "1 d late" in owed.text
    assert "with 顾一苇" in owed.text
    assert [label for label in owed.buttons if "WX26" in label] == ["Accept WX26-0001", "Answer WX26-0002"]


@played_once
async def reminded(scene: Scene, count: int) -> Said:
    """The list in the asked unit's group of so many requests that are late."""
    await asks(scene, count)
    scene.pass_time(days=4, minutes=1)
    [owed] = by_chat(await tick(scene))[KS]
    return owed


def drawn_again(scene: Scene, list_: Said) -> list[Said]:
    return [s for s in scene.said if (s.chat, s.message_id, s.kind) == (list_.chat, list_.message_id, "edit")]


async def test_a_pressed_list_shows_in_its_place_who_took_it(scene: Scene) -> None:
    owed = await reminded(scene, 2)
    await scene.presses(HANDLER, "受理 WX26-0001", on=owed)
    [now] = drawn_again(scene, owed)
    first, second = now.text.split("🔴 ")[1:]
    assert "承办 顾一苇" in first
    assert "尚未受理" in second
    assert [label for label in now.buttons if "WX26" in label] == ["反馈 WX26-0001", "受理 WX26-0002"]


async def test_a_list_shows_what_was_answered_by_words_and_what_was_taken_on_its_card(scene: Scene) -> None:
    owed = await reminded(scene, 3)
    await scene.presses(HANDLER, "受理", on=scene.last("WX26-0002", "受理", chat=KS), chat=KS)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    now = drawn_again(scene, owed)[-1]
    assert "（2）" in now.text
    assert "☑️ WX26-0001 已反馈" in now.text
    assert not [label for label in now.buttons if "0001" in label]
    assert "承办 顾一苇" in now.text


async def test_where_nothing_of_a_list_waits_any_more_it_says_so(scene: Scene) -> None:
    owed = await reminded(scene, 1)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    now = drawn_again(scene, owed)[-1]
    assert "所列均不必再催" in now.text
    assert not now.buttons
    above = drawn_again(scene, scene.last("升级", "催办 WX26-0001", chat=SZ))[-1]
    assert "所列均不必再催" in above.text


async def test_a_list_says_of_what_has_left_its_group_no_more_than_that(scene: Scene) -> None:
    owed = await reminded(scene, 2)
    await scene.says(LIAISON, "/transfer WX26-0001 苏州", chat=KS)
    now = drawn_again(scene, owed)[-1]
    assert "WX26-0001 已转出" in now.text
    assert "/r_WX26_0001" not in now.text
    assert not [secret for secret in ("陈**", "苏州") if secret in now.text.split("WX26-0002")[0]]


async def test_a_button_that_comes_too_late_draws_its_list_anew(scene: Scene) -> None:
    owed = await reminded(scene, 1)
    scene.now += timedelta(days=1)
    async with scene.store.write() as session:  # a list far above, which no change of a request looks for
        for number in range(40):
            session.add(Post(chat_id=KS, message_id=9000 + number, purpose="notice", at=scene.now))
    await scene.says(LIAISON, "/accept WX26-0001", chat=KS)
    assert not drawn_again(scene, owed)
    assert "沈听澜" in await scene.presses(HANDLER, "受理 WX26-0001", on=owed)
    assert "承办 沈听澜" in drawn_again(scene, owed)[-1].text


async def test_what_was_done_before_a_list_was_sent_does_not_come_into_it(scene: Scene) -> None:
    await asks(scene, 2)
    scene.pass_time(days=4, minutes=1)
    await ticks.reminders(scene.work())
    await answering.answer(scene.acting(LIAISON, KS), "WX26-0001", "已核实")
    scene.pass_time(minutes=1)
    await scene.deliver()
    owed = scene.last("催办：待本单位办理", chat=KS)
    scene.pass_time(minutes=1)
    await scene.presses(HANDLER, "受理 WX26-0002", on=owed)
    assert "WX26-0001" not in drawn_again(scene, owed)[-1].text


async def test_a_list_that_somebody_looked_up_is_looked_up_anew_when_it_is_pressed(scene: Scene) -> None:
    await asks(scene, 2)
    await scene.says(HANDLER, "/inbox", chat=KS)
    listed = scene.last("待办（2）", chat=KS)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.presses(HANDLER, "WX26-0001", on=listed)
    assert "待办（1）" in drawn_again(scene, listed)[-1].text
    await scene.says(LIAISON, "/answer WX26-0002 已核实", chat=KS)
    await scene.presses(HANDLER, "WX26-0002", on=listed)
    now = drawn_again(scene, listed)[-1]
    assert "没有待办请求" in now.text
    assert not now.buttons
