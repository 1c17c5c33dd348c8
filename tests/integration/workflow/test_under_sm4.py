"""A desk that was moved to the national ciphers in the middle of its work goes on, and finds what was there before."""

from __future__ import annotations

import pytest

from storage.database.ciphers import Cipher
from storage.database.seal import Sealer, cipher_of
from storage.tables import schema
from storage.tables.models import Request
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.keeping import reindex
from workflow.keeping import rekey as change
from workflow.organisation.people import find
from workflow.record.verifying import verify

OFFICER, COLLEAGUE, HANDLER, LIAISON = 11, 12, 21, 22

pytestmark = pytest.mark.engines


async def moved(scene: Scene) -> None:
    new = Sealer(b"s" * 32, Cipher.SM4)
    await schema.check_key(scene.store)
    await change.run(scene.work(), new, ready=lambda: None, progress=lambda _: None)
    scene.store.sealer = new
    await schema.check_key(scene.store)


async def test_earlier_answers_open_drafts_and_names_are_found_after_the_move(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)
    await moved(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert (await scene.request("WX26-0002")).state == "answered"
    async with scene.work().read() as tx:
        known = await find(tx, "@ZHOU")
        assert known is not None and known.chat_id == COLLEAGUE
        assert (await verify(tx))[1] is None


async def test_what_comes_after_the_move_is_under_the_new_ciphers_and_can_be_indexed_anew(
    scene: Scene,
) -> None:
    await moved(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)
    async with scene.store.read() as session:
        request = await session.get_one(Request, (await scene.request("WX26-0001")).id)
    assert cipher_of(request.sealed) is Cipher.SM4
    assert await reindex.run(scene.work, everything=True, progress=lambda _: None) == 1
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert (await scene.request("WX26-0002")).state == "answered"
