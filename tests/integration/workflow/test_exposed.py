"""What becomes of a group that its units must hear of: made public, another bot in it, a stranger its admin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiogram.types import ChatMemberAdministrator
from sqlalchemy import select

from storage.tables.models import Chat, Event, Membership, Request
from tests.integration.workflow.scene import BOT_ID, FORM, KS, WX, Scene, user
from tests.integration.workflow.test_attesting import desk_actions, whole
from workflow.kernel.text import t
from workflow.organisation import titles
from workflow.organisation.exposure import SAID_IN, SAID_MOST

OFFICER, LIAISON_WX, HANDLER, LIAISON, OTHER_HANDLER, STRANGER, ADMIN = 11, 13, 21, 22, 23, 99, 1001
FORM_TO_WX = FORM.replace("昆山", "无锡")
RIGHTS = {name: False for name in ChatMemberAdministrator.model_fields if name.startswith(("can_", "is_"))}


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    """Both liaisons and the admin have a private chat open."""
    for who in (LIAISON, LIAISON_WX, ADMIN):
        await scene.says(who, "/start", chat=who)
    return scene


def bot(number: int) -> dict[str, Any]:
    return {
        "id": 7000 + number,
        "is_bot": True,
        "first_name": f"小助手{number}",
        "username": f"helper{number}_bot",
    }


def member(status: str, who: dict[str, Any]) -> dict[str, Any]:
    more = RIGHTS if status == "administrator" else {"until_date": 0} if status == "kicked" else {}
    return {"status": status, "user": who} | more


async def changes(
    scene: Scene, who: dict[str, Any], before: str, now: str, *, chat: int = KS, by: int = HANDLER
) -> None:
    kind = "my_chat_member" if who["id"] == BOT_ID else "chat_member"
    await scene.feed({
        kind: {
            "chat": scene.group(chat), "from": user(by), "date": int(scene.now.timestamp()),
            "old_chat_member": member(before, who), "new_chat_member": member(now, who),
        }
    })  # fmt: skip


async def state(scene: Scene, chat: int) -> str:
    async with scene.store.read() as session:
        return (await session.get_one(Chat, chat)).state


# --- public -----------------------------------------------------------------------------------------------------


async def test_a_group_made_public_is_told_to_its_liaison_in_private_once(desk: Scene) -> None:
    heard = len(desk.said)
    desk.public.add(KS)
    await desk.says(STRANGER, "大家好", chat=KS)
    told = desk.heard(LIAISON, heard)
    assert "已被设为公开" in told and "私密" in told and f"群{KS}" in told
    assert desk.heard(KS, heard).count("公开群") == 1
    assert not desk.heard(LIAISON_WX, heard) and not desk.heard(ADMIN, heard)
    again = len(desk.said)
    for who in (STRANGER, HANDLER):
        await desk.says(who, "在吗", chat=KS)
    assert len(desk.said) == again
    assert (await desk_actions(desk)).count("made_public") == 1
    assert await whole(desk)


async def test_strangers_make_us_say_so_again_and_again_but_not_without_end(desk: Scene) -> None:
    desk.public.add(KS)
    heard = len(desk.said)
    for _ in range(4 * SAID_MOST):
        await desk.says(STRANGER, "/start", chat=KS)
    assert 0 < sum(one.chat == KS for one in desk.said[heard:]) <= SAID_MOST
    desk.now += SAID_IN
    heard = len(desk.said)
    await desk.says(HANDLER, "/inbox", chat=KS)
    assert "公开群" in desk.heard(KS, heard)


async def test_nothing_of_a_request_is_said_in_a_public_group(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    desk.public.add(KS)
    heard = len(desk.said)
    for words in ("/show WX26-0001", "/accept WX26-0001", "/inbox", FORM_TO_WX):
        await desk.says(HANDLER, words, chat=KS)
    await desk.says(LIAISON_WX, "/nudge WX26-0001", chat=WX)
    said = [one.text for one in desk.said[heard:] if one.chat == KS]
    assert said and all("公开群" in text for text in said)
    assert (await desk.request("WX26-0001")).state == "open"
    async with desk.store.read() as session:
        assert len((await session.scalars(select(Request))).all()) == 1


async def test_who_presses_in_a_public_group_is_told_why_nothing_is_done(desk: Scene) -> None:
    await desk.says(OFFICER, FORM)
    card = desk.last("受理", chat=KS)
    desk.public.add(KS)
    data = next(iter(card.buttons.values()))
    assert "公开群" in await desk.forges(HANDLER, data, chat=KS, message_id=card.message_id)
    assert (await desk.request("WX26-0001")).state == "open"
    assert await state(desk, KS) == "public"


async def test_what_waited_for_the_group_is_not_sent_to_it(desk: Scene) -> None:
    """The card was decided while the group was closed, and is drawn when it no longer is."""
    heard = len(desk.said)
    work = desk.acting(ADMIN, ADMIN)
    async with work.write() as tx:
        await tx.say(t("bind.hello"), chat_id=KS)
        chat = await tx.session.get_one(Chat, KS)
        chat.state = "public"
    await desk.deliver()
    assert not desk.heard(KS, heard)


async def test_who_asks_a_unit_whose_group_is_public_is_told_that_it_is_not_reached(desk: Scene) -> None:
    desk.public.add(KS)
    await desk.says(HANDLER, "在吗", chat=KS)
    heard = len(desk.said)
    await desk.says(OFFICER, FORM)
    assert "现在收不到消息" in desk.heard(WX, heard)
    assert not desk.heard(KS, heard)


async def test_private_again_and_work_goes_on(desk: Scene) -> None:
    desk.public.add(KS)
    await desk.says(HANDLER, "在吗", chat=KS)
    desk.public.clear()
    heard = len(desk.said)
    await desk.says(HANDLER, "改好了", chat=KS)
    assert "恢复为私密" in desk.heard(KS, heard) and "恢复为私密" in desk.heard(LIAISON, heard)
    await desk.says(OFFICER, FORM)
    assert "WX26-0001" in desk.heard(KS, heard)
    desk.public.add(KS)
    again = len(desk.said)
    await desk.says(HANDLER, "又公开了", chat=KS)
    assert "已被设为公开" in desk.heard(LIAISON, again)


async def test_nobody_becomes_an_officer_by_writing_in_a_public_group(desk: Scene) -> None:
    desk.policy = replace(desk.policy, enrol="auto")
    desk.public.add(KS)
    await desk.says(STRANGER, "大家好", chat=KS)
    await desk.says(STRANGER, FORM_TO_WX, chat=KS)
    async with desk.store.read() as session:
        rows = (await session.scalars(select(Membership).where(Membership.newcomer))).all()
    assert not rows and "申请加入" not in desk.heard(KS)


async def test_a_public_group_of_no_unit_is_nobodys_concern_and_is_not_bound(desk: Scene) -> None:
    heard = len(desk.said)
    desk.public.add(-2002)
    await desk.says(STRANGER, "大家好", chat=-2002)
    assert len(desk.said) == heard
    await desk.says(ADMIN, "/bind CZ", chat=-2002)
    assert "公开群" in desk.heard(-2002, heard)
    assert "bind" not in (await desk_actions(desk))[-1:]


async def test_where_no_liaison_is_reached_who_looks_after_the_desk_hears(scene: Scene) -> None:
    await scene.says(ADMIN, "/start", chat=ADMIN)
    scene.public.add(WX)
    await scene.says(OFFICER, "在吗", chat=WX)
    assert "已被设为公开" in scene.heard(ADMIN)


# --- other bots -------------------------------------------------------------------------------------------------


async def test_a_bot_is_told_once_though_two_updates_tell_of_it(desk: Scene) -> None:
    heard = len(desk.said)
    await desk.says(HANDLER, None, chat=KS, new_chat_members=[bot(1)])
    await changes(desk, bot(1), "left", "member")
    told = desk.heard(LIAISON, heard)
    assert told.count("小助手1") == 1 and "@helper1_bot" in told and "顾一苇" in told
    assert (await desk_actions(desk)).count("bot_came") == 1
    assert not desk.heard(KS, heard) and not desk.heard(LIAISON_WX, heard)
    assert await whole(desk)


async def test_a_bot_that_left_and_comes_again_is_told_again(desk: Scene) -> None:
    await desk.says(HANDLER, None, chat=KS, new_chat_members=[bot(1)])
    await desk.says(LIAISON, None, chat=KS, left_chat_member=bot(1))
    heard = len(desk.said)
    await desk.says(HANDLER, None, chat=KS, new_chat_members=[bot(1)])
    assert "小助手1" in desk.heard(LIAISON, heard)


async def test_a_hundred_bots_are_one_message_and_fill_no_row(desk: Scene) -> None:
    heard = len(desk.said)
    await desk.says(HANDLER, None, chat=KS, new_chat_members=[bot(n) for n in range(100)])
    told = [one for one in desk.said[heard:] if one.chat == LIAISON]
    assert len(told) == 1 and "另有 80 个" in told[0].text and len(told[0].text) < 4096
    for start in range(100, 400, 100):
        await desk.says(HANDLER, None, chat=KS, new_chat_members=[bot(n) for n in range(start, start + 100)])
    async with desk.store.read() as session:
        chat = await session.get_one(Chat, KS)
        assert len(titles.told_of(desk.store.sealer, chat.sealed)) == titles.MOST


async def test_what_comes_while_a_message_waits_goes_into_it(
    desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, faster than a chat takes messages."""
    deliver = desk.deliver

    async def later() -> list[Any]:
        return []

    monkeypatch.setattr(desk, "deliver", later)
    for number in range(1, 31):
        await desk.says(HANDLER, None, chat=KS, new_chat_members=[bot(number)])
    heard = len(desk.said)
    monkeypatch.setattr(desk, "deliver", deliver)
    await desk.deliver()
    told = [one.text for one in desk.said[heard:] if one.chat == LIAISON]
    assert len(told) == 1 and "小助手20" in told[0] and "另有 10 个" in told[0]


async def test_a_hundred_people_who_join_are_nobodys_concern(desk: Scene) -> None:
    heard, before = len(desk.said), len(await desk_actions(desk))
    people = [{"id": 9000 + n, "is_bot": False, "first_name": f"新人{n}"} for n in range(100)]
    await desk.says(HANDLER, None, chat=KS, new_chat_members=people)
    assert len(desk.said) == heard and len(await desk_actions(desk)) == before


async def test_we_are_no_other_bot_and_a_group_of_no_unit_tells_nobody(desk: Scene) -> None:
    us = {"id": BOT_ID, "is_bot": True, "first_name": "Crossbeat"}
    heard = len(desk.said)
    await desk.says(HANDLER, None, chat=KS, new_chat_members=[us])
    await desk.says(HANDLER, None, chat=-2002, new_chat_members=[bot(1)])
    await changes(desk, bot(2), "left", "administrator", chat=-2002)
    assert len(desk.said) == heard


# --- admins -----------------------------------------------------------------------------------------------------


async def test_a_stranger_who_becomes_admin_is_told_once_and_again_after_they_were_none(desk: Scene) -> None:
    heard = len(desk.said)
    await changes(desk, user(STRANGER), "member", "administrator")
    assert "路人甲" in desk.heard(LIAISON, heard) and "/role" in desk.heard(LIAISON, heard)
    assert (await desk_actions(desk))[-1] == "admin_came"
    again = len(desk.said)
    await changes(desk, user(STRANGER), "member", "administrator")
    await changes(desk, user(STRANGER), "administrator", "administrator")
    await changes(desk, user(STRANGER), "administrator", "member")
    assert len(desk.said) == again
    await changes(desk, user(STRANGER), "member", "administrator")
    assert "路人甲" in desk.heard(LIAISON, again)
    assert await whole(desk)


@pytest.mark.parametrize("who", [OTHER_HANDLER, LIAISON, ADMIN])
async def test_a_colleague_or_an_admin_of_the_desk_is_no_news(desk: Scene, who: int) -> None:
    heard = len(desk.said)
    await changes(desk, user(who), "member", "administrator")
    assert len(desk.said) == heard


@pytest.mark.parametrize("who", [OFFICER, LIAISON_WX])
async def test_who_belongs_to_another_unit_alone_is_a_stranger_here(desk: Scene, who: int) -> None:
    heard = len(desk.said)
    await changes(desk, user(who), "left", "administrator")
    assert user(who)["first_name"] in desk.heard(LIAISON, heard)


async def test_who_waits_to_be_let_in_is_a_stranger_yet(desk: Scene) -> None:
    await desk.says(STRANGER, "大家好", chat=KS)
    heard = len(desk.said)
    await changes(desk, user(STRANGER), "member", "administrator")
    assert "路人甲" in desk.heard(LIAISON, heard)


# --- ourselves --------------------------------------------------------------------------------------------------


async def test_that_the_bot_is_no_admin_any_more_is_told(desk: Scene) -> None:
    us = {"id": BOT_ID, "is_bot": True, "first_name": "Crossbeat"}
    heard = len(desk.said)
    await changes(desk, us, "member", "administrator")
    assert len(desk.said) == heard
    await changes(desk, us, "administrator", "member")
    assert "不再是群" in desk.heard(LIAISON, heard) and (await desk_actions(desk))[-1] == "bot_demoted"


async def test_that_the_bot_was_thrown_out_is_told_to_the_liaison(desk: Scene) -> None:
    us = {"id": BOT_ID, "is_bot": True, "first_name": "Crossbeat"}
    heard = len(desk.said)
    await changes(desk, us, "member", "kicked")
    assert "被移出群" in desk.heard(LIAISON, heard) and "顾一苇" in desk.heard(LIAISON, heard)
    again = len(desk.said)
    await changes(desk, us, "left", "kicked")
    assert not desk.heard(LIAISON, again)
    assert await state(desk, KS) == "unreachable"


async def test_the_record_names_whom_it_was_about(desk: Scene) -> None:
    await changes(desk, user(STRANGER), "member", "administrator")
    async with desk.store.read() as session:
        event = (await session.scalars(select(Event).where(Event.action == "admin_came"))).one()
        assert desk.store.sealer.unseal("events", event.sealed)["chat"] == KS
