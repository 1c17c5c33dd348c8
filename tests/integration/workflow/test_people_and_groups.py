"""Who belongs to a unit and no longer; groups bound, moved, left; languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiogram.types import ChatMemberRestricted
from sqlalchemy import select

from storage.tables.models import Chat, ChatUnit, DigestSent, Event, Membership, OutboxLine, Person
from tests.accounts import account
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.scene import BOT_ID, FORM, KS, SZ, WX, Scene, group, user
from workflow.kernel.text import t
from workflow.lookup import showing
from workflow.organisation import chats, members, units
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, SUPERVISOR, OUTSIDER, ADMIN = 11, 21, 22, 25, 99, 1001
NEW = -2001


async def role(scene: Scene, who: int, code: str = "KS") -> tuple[str, str] | None:
    """(role, state) of a person in a unit, None for an outsider."""
    async with scene.work().read() as tx:
        unit = next(u.id for u in await units.current(tx) if u.code == code)
        row = await tx.session.scalar(
            select(Membership)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.chat_id == who, Membership.unit_id == unit, Membership.until.is_(None))
        )
        return (row.role, row.state) if row else None


async def test_who_writes_in_a_units_group_becomes_its_officer_where_the_desk_says_so(scene: Scene) -> None:
    scene.policy = replace(scene.policy, enrol="auto")
    await scene.says(OUTSIDER, "早上好", chat=KS)
    assert await role(scene, OUTSIDER) == ("officer", "active")
    await scene.says(OUTSIDER, FORM.replace("昆山", "无锡"), chat=KS)
    assert (await scene.request("KS26-0001")).state == "open"


async def test_a_member_of_another_unit_does_not_become_an_officer_here(scene: Scene) -> None:
    await scene.says(OFFICER, "早上好", chat=KS)
    assert await role(scene, OFFICER) is None
    await scene.says(OFFICER, FORM, chat=KS)
    assert "不是其成员" in scene.said[-1].text


async def test_nobody_becomes_an_officer_by_writing_in_a_shared_group(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind WX", chat=KS)
    await scene.says(OUTSIDER, "早上好", chat=KS)
    assert await role(scene, OUTSIDER) is None


async def test_with_approval_a_newcomer_waits_for_a_liaisons_tap(scene: Scene) -> None:
    await scene.says(OUTSIDER, FORM.replace("昆山", "无锡"), chat=KS)
    assert await role(scene, OUTSIDER) == ("officer", "pending")
    assert "还在等联络员同意" in scene.heard(KS)
    ask = scene.last("申请加入", chat=KS)
    assert "🚫" in await scene.presses(HANDLER, "✅ 同意加入", on=ask)
    assert await role(scene, OUTSIDER) == ("officer", "pending")
    await scene.presses(LIAISON, "✅ 同意加入", on=ask)
    assert await role(scene, OUTSIDER) == ("officer", "active")
    await scene.presses(LIAISON, "🚫 不同意", on=ask)
    assert await role(scene, OUTSIDER) == ("officer", "active")


async def test_who_was_turned_away_is_not_asked_about_again(scene: Scene) -> None:
    await scene.says(OUTSIDER, "早上好", chat=KS)
    await scene.presses(LIAISON, "🚫 不同意", chat=KS)
    heard = len(scene.said)
    await scene.says(OUTSIDER, "早上好", chat=KS)
    assert len(scene.said) == heard
    assert await role(scene, OUTSIDER) is None


async def test_who_was_removed_does_not_come_back_by_writing(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/role @gu none", chat=KS)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    assert (await scene.request("WX26-0001")).state == "open"
    assert await role(scene, HANDLER) == ("officer", "pending")
    assert "申请加入" in scene.heard(KS)
    await scene.says(LIAISON, "/role @gu handler", chat=KS)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    assert (await scene.request("WX26-0001")).state == "accepted"


async def test_a_leaver_loses_access_at_once_and_the_unit_hears_what_they_had(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/start", chat=HANDLER)
    await scene.presses(HANDLER, "受理")
    left = {"left_chat_member": user(HANDLER)}
    await scene.says(HANDLER, None, chat=KS, **left)
    assert "WX26-0001" in scene.last("转派", chat=KS).text
    for words in ("/show WX26-0001", "/answer WX26-0001 已核实", "/mine"):
        await scene.says(HANDLER, words, chat=HANDLER)
        assert "320583" not in scene.said[-1].text
    assert (await scene.request("WX26-0001")).state == "accepted"
    await scene.says(OFFICER, "/nudge WX26-0001")
    assert "沈听澜" in scene.last("催办", chat=KS).text
    assert "顾一苇" not in scene.last("催办", chat=KS).text


async def test_a_full_text_that_is_under_way_is_not_shown_to_who_has_left_meanwhile(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/start", chat=HANDLER)
    work = scene.acting(HANDLER, HANDLER)
    await showing.show_one(work, "WX26-0001", "办案")
    await members.left(scene.acting(ADMIN, KS), account(HANDLER, name="顾一苇"))
    heard = len(scene.said)
    await scene.deliver()
    assert "320583199204080027" not in scene.heard(HANDLER, heard)
    assert "无法查看全文" in scene.heard(HANDLER, heard)


async def test_the_answer_reaches_the_unit_when_its_asker_has_left(scene: Scene) -> None:
    scene.show_answers()
    await scene.says(OFFICER, FORM, chat=OFFICER)
    await scene.says(13, "/role @lin none")
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "WX26-0001 已反馈" in scene.heard(WX, heard)
    assert "原文" not in scene.heard(OFFICER, heard)


async def test_who_is_restricted_and_leaves_is_gone(scene: Scene) -> None:
    rights = {name: False for name in ChatMemberRestricted.model_fields if name.startswith("can_")}
    member = {"status": "restricted", "user": user(HANDLER), "until_date": 0} | rights
    change = {
        "chat": group(KS), "from": user(HANDLER), "date": int(scene.now.timestamp()),
        "old_chat_member": member | {"is_member": True},
        "new_chat_member": member | {"is_member": False},
    }  # fmt: skip
    await scene.feed({"chat_member": change | {"new_chat_member": member | {"is_member": True}}})
    assert await role(scene, HANDLER) == ("handler", "active")
    await scene.feed({"chat_member": change})
    assert await role(scene, HANDLER) is None


@pytest.mark.parametrize("words", ["none", "officer", "handler"])
async def test_who_supervises_a_unit_is_not_for_its_liaison_to_say(scene: Scene, words: str) -> None:
    await scene.says(LIAISON, f"/role @wen {words}", chat=KS)
    assert scene.said[-1].text.startswith("🚫")
    assert await role(scene, SUPERVISOR) == ("supervisor", "active")
    await scene.says(ADMIN, f"/role @wen {words}", chat=KS)
    assert await role(scene, SUPERVISOR) == (None if words == "none" else (words, "active"))


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_telegrams_own_report_of_a_leaver_counts_once(scene: Scene, status: str) -> None:
    change = {
        "chat": group(KS), "from": user(LIAISON), "date": int(scene.now.timestamp()),
        "old_chat_member": {"status": "member", "user": user(HANDLER)},
        "new_chat_member": {"status": status, "user": user(HANDLER)}
        | ({"until_date": 0} if status == "kicked" else {}),
    }  # fmt: skip
    await scene.feed({"chat_member": change})
    await scene.says(HANDLER, None, chat=KS, left_chat_member=user(HANDLER))
    assert scene.heard(KS).count("已离开") == 1
    assert await role(scene, HANDLER) is None


@pytest.mark.parametrize("who", ["@passer", "＠passer", "99", "reply", "mention"])
async def test_a_role_is_given_by_name_by_id_by_reply_and_by_mention(scene: Scene, who: str) -> None:
    post = await scene.says(OUTSIDER, "早上好", chat=KS)
    more: dict[str, Any] = {}
    words = f"/role {who} handler"
    if who == "reply":
        words = "/role handler"
        more = {"reply_to_message": scene.message(OUTSIDER, KS, "早上好", message_id=post)}
    elif who == "mention":
        words = "/role 路人甲 协作员"
        more = {"entities": [{"type": "text_mention", "offset": 6, "length": 3, "user": user(OUTSIDER)}]}
    await scene.says(LIAISON, words, chat=KS, **more)
    assert await role(scene, OUTSIDER) == ("handler", "active")


@pytest.mark.parametrize(
    "words",
    ["/role", "/role @gu", "/role @gu boss", "/role @nobody handler", "/role 99999999999999999999 handler",
     "/role handler", "/role @gu supervisor", "/role @lin none"],
)  # fmt: skip
async def test_a_wrong_role_changes_nothing_and_says_what_would_be_right(scene: Scene, words: str) -> None:
    await scene.says(LIAISON, "早上好", chat=KS)
    before = await dump(scene.store)
    await scene.says(LIAISON, words, chat=KS)
    assert not changed(before, await dump(scene.store))
    assert scene.said[-1].text[:1] in "⚠🚫"


async def test_a_username_that_has_moved_means_its_new_holder(scene: Scene) -> None:
    scene.policy = replace(scene.policy, enrol="auto")
    await scene.says(OUTSIDER, "早上好", chat=KS)
    taken = user(LIAISON) | {"username": "passer"}
    await scene.says(LIAISON, "早上好", chat=KS, **{"from": taken})
    await scene.says(LIAISON, "/role @passer officer", chat=KS, **{"from": taken})
    assert await role(scene, LIAISON) == ("officer", "active")
    assert await role(scene, OUTSIDER) == ("officer", "active")


async def test_only_an_admin_binds_and_unbinds(scene: Scene) -> None:
    for who in (LIAISON, OUTSIDER):
        await scene.says(who, "/bind KS", chat=NEW)
        assert "管理员" in scene.said[-1].text
    await scene.says(ADMIN, "/bind ks", chat=NEW)
    assert "昆山市公安局" in scene.said[-1].text
    await scene.says(ADMIN, "/bind KS", chat=NEW)
    assert "早已绑定" in scene.said[-1].text
    await scene.says(LIAISON, "/unbind", chat=NEW)
    assert "管理员" in scene.said[-1].text
    await scene.says(ADMIN, "/unbind", chat=NEW)
    async with scene.store.read() as session:
        assert (await session.scalars(select(ChatUnit).where(ChatUnit.chat_id == NEW))).all() == []


async def test_an_unknown_code_offers_the_closest_units_as_buttons(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind 昆三", chat=NEW)
    said = scene.said[-1]
    assert "昆山市公安局" in said.buttons
    assert "🚫" in await scene.presses(LIAISON, "昆山", on=said)
    await scene.presses(ADMIN, "昆山", on=said)
    assert "已绑定" in scene.said[-1].text


async def test_a_group_that_is_bound_to_no_unit_is_told_how(scene: Scene) -> None:
    await scene.says(OFFICER, FORM, chat=NEW)
    assert "/bind" in scene.said[-1].text
    assert not await scene.all_requests()


async def test_a_new_group_is_greeted_once(scene: Scene) -> None:
    def status(old: str, new: str) -> dict[str, Any]:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Crossbeat"}
        rights = {
            "can_be_edited": False, "is_anonymous": False, "can_manage_chat": True, "can_delete_messages": True,
            "can_manage_video_chats": True, "can_restrict_members": True, "can_promote_members": False,
            "can_change_info": True, "can_invite_users": True, "can_post_stories": False, "can_edit_stories": False,
            "can_delete_stories": False, "can_send_welcome_messages": False,
        }  # fmt: skip
        return {
            "my_chat_member": {
                "chat": group(NEW), "from": user(ADMIN), "date": int(scene.now.timestamp()),
                "old_chat_member": {"status": old, "user": bot} | (rights if old == "administrator" else {}),
                "new_chat_member": {"status": new, "user": bot} | (rights if new == "administrator" else {}),
            }
        }  # fmt: skip

    await scene.feed(status("left", "member"))
    await scene.feed(status("member", "administrator"))
    assert scene.heard(NEW).count("/bind") == 1
    await scene.feed(status("administrator", "left"))
    async with scene.store.read() as session:
        assert (await session.get_one(Chat, NEW)).state == "unreachable"


async def test_a_group_that_moves_takes_everything_along_however_it_is_told(scene: Scene) -> None:
    await scene.says(OFFICER, "#协作 户籍证明\n致：昆山")
    post = await scene.says(OFFICER, FORM)
    await scene.says(ADMIN, "/lang en", chat=WX)
    scene.pass_time(days=1)
    await ticks.digests(scene.work())
    async with scene.work().write() as tx:
        await tx.say(t("lang.set"), chat_id=WX, reply_to=post)
    moved = {"migrate_to_chat_id": NEW}
    came = scene.message(OFFICER, NEW, None, migrate_from_chat_id=WX)
    await scene.feed({"message": scene.message(OFFICER, WX, None, **moved)})
    once = await dump(scene.store)
    await scene.feed({"message": came})
    await scene.says(OFFICER, None, **moved)
    await chats.migrate(scene.work(), WX, NEW)
    assert changed(once, await dump(scene.store)) == set()
    request = await scene.request("WX26-0001")
    assert (request.chat_id, request.message_id) == (NEW, None)
    async with scene.store.read() as session:
        assert (await session.get_one(Chat, NEW)).language == "en"
        left = (OutboxLine.chat_id == WX, OutboxLine.state == "queued")
        assert (await session.scalars(select(OutboxLine).where(*left))).all() == []
        assert (await session.scalars(select(DigestSent).where(DigestSent.chat_id == WX))).all() == []
        migrated = await session.scalars(select(Event).where(Event.action == "migrate"))
        assert len(migrated.all()) == 1
    await ticks.digests(scene.work())
    scene.show_answers()
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "answered" in scene.heard(NEW, heard)
    assert "answered" not in scene.heard(WX, heard)


async def test_a_post_of_the_new_group_with_an_old_drafts_number_is_a_post_of_its_own(scene: Scene) -> None:
    draft = await scene.says(OFFICER, "#协作 户籍证明\n致：昆山")
    await chats.migrate(scene.work(), WX, NEW)
    await scene.says(OFFICER, FORM, chat=NEW, message_id=draft)
    assert len(await scene.all_requests()) == 1
    scene.pass_time(days=4)
    await ticks.housekeeping(scene.work())
    assert any("草稿" in s.text and s.reply_to is None for s in await scene.deliver())


async def test_the_language_is_the_groups_in_a_group_and_the_persons_in_private(scene: Scene) -> None:
    await scene.says(HANDLER, "/lang en", chat=KS)
    await scene.says(OFFICER, FORM)
    assert any(label.startswith("Accept") for label in scene.last("WX26-0001", chat=KS).buttons)
    assert any(label.startswith("催办") for label in scene.last("WX26-0001", chat=WX).buttons)
    await scene.says(OFFICER, "/lang English", chat=OFFICER)
    await scene.says(OFFICER, "/mine", chat=OFFICER)
    assert "待受理" not in scene.said[-1].text
    await scene.says(OFFICER, "/lang 法语")
    assert "/lang zh" in scene.said[-1].text
    await scene.says(OFFICER, "/lang en", chat=KS)
    assert "member" in scene.said[-1].text


async def test_who_blocks_the_bot_gets_no_full_texts(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    blocked = {
        "chat": {"id": OFFICER, "type": "private"}, "from": user(OFFICER), "date": 1,
        "old_chat_member": {"status": "member", "user": {"id": BOT_ID, "is_bot": True, "first_name": "C"}},
        "new_chat_member": {"status": "kicked", "until_date": 0,
                            "user": {"id": BOT_ID, "is_bot": True, "first_name": "C"}},
    }  # fmt: skip
    await scene.feed({"my_chat_member": blocked})
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert [line.kind for line in await scene.lines(chat=OFFICER) if line.kind == "reveal"] == []


async def test_a_superior_unit_is_shown_with_what_stands_below(scene: Scene) -> None:
    await scene.says(31, "/unit", chat=SZ)
    assert "昆山市公安局" in scene.said[-1].text


async def test_a_handler_made_supervisor_leaves_nothing_lying_unseen(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(ADMIN, "/role @gu supervisor KS", chat=KS)
    assert "WX26-0001" in scene.said[-1].text
    assert "/assign WX26-0001 @user" in scene.said[-1].text


async def test_an_admin_without_a_unit_is_told_what_comes_next(scene: Scene) -> None:
    await scene.says(ADMIN, "/start", chat=ADMIN)
    said = scene.said[-1].text
    assert "/bind SZ" in said
    assert "/role @user liaison" in said
    assert "—" not in said
    await scene.says(OUTSIDER, "/start", chat=OUTSIDER)
    said = scene.said[-1].text
    assert "还不属于任何单位" in said
    assert "/bind" not in said
    await scene.says(OFFICER, "/start", chat=OFFICER)
    assert "您的单位：无锡市公安局" in scene.said[-1].text


async def test_what_is_taken_back_and_what_is_cancelled_are_refused_in_words_of_their_own(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(OFFICER, "/cancel WX26-0001")
    assert "不能“撤销”" in scene.said[-1].text
    await scene.says(OFFICER, "/notarequest WX26-0001")
    assert "不能“收回登记”" in scene.said[-1].text
