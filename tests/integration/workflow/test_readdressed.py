"""What waits to be said to one chat is not said in another one, whoever writes to the database by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.tables.models import OutboxLine
from tests.integration.workflow.scene import KS, WX, Scene
from workflow.kernel.text import t
from workflow.organisation import chats

HANDLER, LIAISON = 21, 22
NEW = -100999


async def waits(scene: Scene, chat_id: int) -> None:
    async with scene.work().write() as tx:
        await tx.say(t("plain", text="for one alone"), chat_id=chat_id)


async def readdress(scene: Scene, old: int, new: int) -> None:
    async with scene.store.write() as session:
        await session.execute(
            update(OutboxLine)
            .where(OutboxLine.chat_id == old, OutboxLine.state == "queued")
            .values(chat_id=new)
        )


@pytest.mark.parametrize(
    ("sealed_for", "put_in"), [(HANDLER, WX), (HANDLER, LIAISON), (KS, WX), (KS, LIAISON)]
)
async def test_a_line_is_said_to_nobody_but_whom_it_was_sealed_for(
    scene: Scene, sealed_for: int, put_in: int
) -> None:
    for who in (HANDLER, LIAISON):
        await scene.says(who, "/start", chat=who)
    await waits(scene, sealed_for)
    await readdress(scene, sealed_for, put_in)
    heard = len(scene.said)
    await scene.deliver()
    assert "for one alone" not in scene.heard(put_in, heard)


async def test_what_waits_for_a_group_goes_along_when_it_gets_another_id(scene: Scene) -> None:
    await scene.says(HANDLER, "/help", chat=KS)
    await waits(scene, KS)
    await chats.migrate(scene.work(), KS, NEW)
    await readdress(scene, KS, NEW)
    await scene.deliver()
    assert scene.last("for one alone", chat=NEW)
    await waits(scene, NEW)
    await readdress(scene, NEW, KS)
    heard = len(scene.said)
    await scene.deliver()
    assert "for one alone" not in scene.heard(KS, heard), "nothing goes back to the old id"
