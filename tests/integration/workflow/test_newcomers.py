"""Where who posts becomes an officer at once: a liaison is told and can undo it, and until they have confirmed a
newcomer neither finds nor reuses anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from storage.tables.models import Membership, Person
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import FORM, KS, WX, Scene, user

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, STRANGER, ADMIN = 11, 12, 13, 21, 22, 99, 1001
BOT = 4242


@pytest.fixture
async def auto(scene: Scene) -> Scene:
    """Strangers become officers at once; WX26-0001 is answered."""
    await after(scene, _let_in_at_once)
    return scene


async def _let_in_at_once(scene: Scene) -> None:
    scene.policy = replace(scene.policy, enrol="auto")
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)


async def standing(scene: Scene, who: int) -> tuple[str, bool] | None:
    """State of the current membership, and whether they are a newcomer."""
    query = (
        select(Membership.state, Membership.newcomer)
        .join(Person)
        .where(Person.chat_id == who, Membership.until.is_(None))
    )
    async with scene.store.read() as session:
        row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def test_by_default_a_stranger_is_asked_about_first_and_may_do_nothing(scene: Scene) -> None:
    await scene.says(STRANGER, "大家好", chat=WX)
    assert await standing(scene, STRANGER) == ("pending", False)
    await scene.says(STRANGER, FORM, chat=WX)
    assert not await scene.all_requests()


async def test_the_liaison_is_told_in_private_of_each_who_joins_and_undoes_it_with_a_tap(auto: Scene) -> None:
    await auto.says(LIAISON_WX, "/start", chat=LIAISON_WX)
    heard = len(auto.said)
    await auto.says(STRANGER, "大家好")
    assert not auto.heard(WX, heard)
    assert "路人甲" in auto.last("已登记为民警", chat=LIAISON_WX).text
    assert await standing(auto, STRANGER) == ("active", True)
    assert "🚫" in await auto.presses(OFFICER, "↩️ 撤销加入", on=auto.last("已登记为民警", chat=LIAISON_WX))
    await auto.presses(LIAISON_WX, "↩️ 撤销加入", chat=LIAISON_WX)
    assert await standing(auto, STRANGER) is None
    await auto.says(STRANGER, FORM)
    assert await standing(auto, STRANGER) is None
    assert len(await auto.all_requests()) == 1


async def test_where_no_liaison_has_a_private_chat_the_group_is_told(auto: Scene) -> None:
    heard = len(auto.said)
    await auto.says(STRANGER, "大家好")
    assert "路人甲" in auto.heard(WX, heard) and "已登记为民警" in auto.heard(WX, heard)


async def test_a_newcomer_asks_and_neither_finds_nor_is_offered_nor_reuses(auto: Scene) -> None:
    await auto.says(STRANGER, FORM)
    assert (await auto.request("WX26-0002")).state == "open"
    assert "可能已有答复" not in auto.last("WX26-0002", chat=WX).text
    for words in ("/reuse WX26-0002 WX26-0001", "/reuse WX26-0002 WX26-0099", "/find 陈望舒"):
        await auto.says(STRANGER, words, chat=STRANGER)
        assert "联络员确认" in auto.said[-1].text, words
    for words in ("/show WX26-0001", "/start o_2_1_got"):
        await auto.says(STRANGER, words, chat=STRANGER)
        assert "花桥" not in auto.heard(STRANGER) and "电信诈骗" not in auto.said[-1].text
    assert "联络员确认" in await auto.forges(STRANGER, "1:reuse:2:1", chat=WX)
    assert (await auto.request("WX26-0002")).state == "open"
    await auto.says(STRANGER, "/show WX26-0002", chat=STRANGER)
    assert "320583199204080027" in auto.heard(STRANGER)


@pytest.mark.parametrize("confirm", ["tap", "role", "admin"])
async def test_once_confirmed_they_find_and_reuse_like_everybody(auto: Scene, confirm: str) -> None:
    await auto.says(STRANGER, "大家好")
    if confirm == "role":
        await auto.says(LIAISON_WX, "/role @passer officer")
    else:
        await auto.presses(ADMIN if confirm == "admin" else LIAISON_WX, "✅ 确认", chat=WX)
    assert await standing(auto, STRANGER) == ("active", False)
    await auto.says(STRANGER, FORM)
    await auto.presses(STRANGER, "复用 WX26-0001", chat=WX)
    assert (await auto.request("WX26-0002")).state == "answered"
    await auto.says(STRANGER, "/find 陈望舒", chat=STRANGER)
    assert "WX26_0001" in auto.said[-1].text


async def test_nobody_joins_by_what_is_not_their_own_words(auto: Scene) -> None:
    origin = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
    via = {"id": 77, "is_bot": True, "first_name": "gif"}
    bot = {"id": BOT, "is_bot": True, "first_name": "Other bot", "username": "other_bot"}
    channel = {"id": -100500, "type": "channel", "title": "news"}
    await auto.says(STRANGER, "大家好", forward_origin=origin)
    await auto.says(STRANGER, "大家好", via_bot=via)
    await auto.says(STRANGER, "大家好", **{"from": bot})
    await auto.says(STRANGER, "大家好", sender_chat=channel, **{"from": user(STRANGER)})
    card = auto.last("WX26-0001", chat=WX)
    await auto.forges(STRANGER, "1:nudge:1", chat=WX, message_id=card.message_id)
    assert await standing(auto, STRANGER) is None
    assert await standing(auto, BOT) is None


async def test_nobody_joins_in_a_shared_group(auto: Scene) -> None:
    await auto.says(ADMIN, "/bind KS shared", chat=WX)
    await auto.says(STRANGER, "大家好")
    assert await standing(auto, STRANGER) is None
    await auto.says(ADMIN, "/unbind", chat=WX)
    await auto.says(ADMIN, "/bind KS shared", chat=WX)
    await auto.says(STRANGER, "大家好")
    assert await standing(auto, STRANGER) is None


async def test_the_list_of_members_tells_who_waits_to_be_confirmed(auto: Scene) -> None:
    await auto.says(STRANGER, "大家好")
    await auto.says(LIAISON_WX, "/members")
    line = next(line for line in auto.said[-1].text.splitlines() if "路人甲" in line)
    assert "待联络员确认" in line
