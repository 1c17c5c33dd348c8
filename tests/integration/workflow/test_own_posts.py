"""The officer's own post goes once its card stands; what is asked in private shows the group the card alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from storage.tables.models import OutboxLine
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.notices.own_posts import load_own_post, notify_not_deleted

OFFICER, COLLEAGUE, HANDLER = 11, 12, 21
SECRET = "320583199204080027"


@pytest.fixture
def deleting(scene: Scene) -> Scene:
    scene.policy = replace(scene.policy, delete_posts=True)
    return scene


async def deletions(scene: Scene) -> list[OutboxLine]:
    async with scene.store.read() as session:
        return list(
            await session.scalars(
                select(OutboxLine).where(OutboxLine.kind == "delete").order_by(OutboxLine.id)
            )
        )


def deleted(scene: Scene, chat: int) -> list[int]:
    """The messages that the bot was to delete in a chat."""
    return [said.message_id for said in scene.said if said.kind == "delete" and said.chat == chat]


async def test_a_post_goes_behind_its_card(deleting: Scene) -> None:
    post = await deleting.says(OFFICER, FORM)
    assert deleted(deleting, WX) == [post]
    kinds = [said.kind for said in deleting.said if said.chat == WX]
    assert kinds.index("send") < kinds.index("delete")
    await deleting.presses(HANDLER, "受理")
    assert "react" not in [said.kind for said in deleting.said if said.chat == WX], (
        "there is no post any more"
    )


async def test_by_default_it_stays(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert not await deletions(scene)


async def test_replies_that_completed_it_go_with_it(deleting: Scene) -> None:
    post = await deleting.says(OFFICER, FORM.replace("致：昆山\n", ""))
    asked = deleting.last("单位", chat=WX)
    assert not deleted(deleting, WX), "it is no request yet"
    reply = await deleting.replies(OFFICER, asked, "昆山")
    assert sorted(deleted(deleting, WX)) == sorted([post, reply])


async def test_a_post_for_two_units_goes_once(deleting: Scene) -> None:
    post = await deleting.says(OFFICER, FORM.replace("致：昆山", "致：昆山、常州"))
    assert deleted(deleting, WX) == [post]


async def test_while_no_card_stands_nothing_is_deleted(deleting: Scene) -> None:
    post = await deleting.says(OFFICER, FORM)
    request = await deleting.request("WX26-0001")
    async with deleting.work().read() as tx:
        assert await load_own_post(tx, request.id, None, WX) == (post,)
        assert await load_own_post(tx, request.id, None, KS) == ()
        assert await load_own_post(tx, 999, None, WX) == ()
    async with deleting.work().write() as tx:
        for one in await tx.session.scalars(select(type(request)).where(type(request).id == request.id)):
            one.chat_id = KS - 100
    async with deleting.work().read() as tx:
        assert await load_own_post(tx, request.id, None, KS - 100) == ()


async def test_who_asks_in_private_deletes_nothing_and_the_group_gets_the_masked_card(
    deleting: Scene,
) -> None:
    await deleting.says(OFFICER, FORM, chat=OFFICER)
    assert not await deletions(deleting)
    card = deleting.last("WX26-0001", "→", chat=WX)
    assert SECRET not in card.text and "320583********0027" in card.text
    assert "WX26-0001" in deleting.last("WX26-0001", "→", chat=OFFICER).text
    await deleting.presses(HANDLER, "受理")
    assert "处置中" in deleting.last("WX26-0001", "→", chat=WX).text, "it is kept up to date"


async def test_what_is_confidential_and_asked_in_private_stays_between_two(scene: Scene) -> None:
    await scene.says(OFFICER, f"{FORM}\n保密：是", chat=OFFICER)
    request = await scene.request("WX26-0001")
    assert request.confidential
    assert not scene.heard(WX)


async def test_where_the_bot_may_not_the_officer_hears_once_how_to_ask_in_private(deleting: Scene) -> None:
    for _ in range(2):
        await deleting.says(OFFICER, FORM)
    for number in (1, 2):
        async with deleting.work().write() as tx:
            await notify_not_deleted(tx, number)
        await deleting.deliver()
    told = [said for said in deleting.said if "删除消息" in said.text]
    assert [(one.chat, one.reply_to is not None) for one in told] == [(WX, True)]
    assert "私聊 @crossbeat_bot" in told[0].text
    await deleting.says(COLLEAGUE, "/start", chat=COLLEAGUE)
    await deleting.says(COLLEAGUE, FORM)
    async with deleting.work().write() as tx:
        await notify_not_deleted(tx, 3)
    await deleting.deliver()
    assert "私聊 @crossbeat_bot" in deleting.last("删除消息", chat=COLLEAGUE).text
