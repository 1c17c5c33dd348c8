"""What a desk makes when it first needs it, and keeps: statements compiled, types of Telegram's built, tables of words
read. Made once, in the process that others are forked from (:mod:`tests.e2e.forks`).
"""

from __future__ import annotations

import asyncio
import io
import tempfile
import threading
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from storage.database.engine import Store
from storage.database.seal import KEY_BYTES, Sealer

#: What a bot of ours calls, besides what it builds itself before it is needed.
CALLED = (
    "DeleteMessage", "DeleteMessages", "DeleteWebhook", "GetChatMember", "GetFile", "GetMe", "GetUpdates",
    "SendDocument", "SetMessageReaction", "SetMyCommands", "SetWebhook",
)  # fmt: skip
_KEPT: list[Any] = []  # what pydantic makes of a generic type, and holds weakly


def first_use() -> None:
    """Returns when a desk has been at work, and has left nothing running."""
    from tests.integration import compiled

    _build_types()
    compiled.share_all()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):  # where its log goes
        asyncio.run(_work(Path(folder)))
    while threading.active_count() > 1:  # a reader's thread, which a fork would not have
        time.sleep(0.001)


def _build_types() -> None:
    from aiogram import methods
    from aiogram.methods.base import Response

    for name in CALLED:
        method = getattr(methods, name)
        _KEPT.append(Response[method.__returning__])
        for model in (method, _KEPT[-1]):
            model.model_rebuild()


async def _work(folder: Path) -> None:
    """Requests asked, answered, corrected, reused, taken in, given out, reminded of, looked up and digested."""
    from storage.tables import schema
    from tests.integration.workflow.purged import ROW, take_in
    from tests.integration.workflow.scene import CZ, FORM, KS, WX, scene_of
    from workflow.ledger.giving import rows_out
    from workflow.record.verifying import verify
    from workflow.scheduled import ticks

    store = Store.open(f"sqlite:///{folder / 'desk.db'}", sealer=Sealer(bytes(KEY_BYTES)))
    try:
        await schema.upgrade(store)
        await schema.check_key(store)
        scene = scene_of(store)
        await scene.prepare()
        post = await scene.says(11, FORM)
        await scene.edits(11, post, FORM.replace("3天", "2天"))
        await scene.says(21, "/accept WX26-0001", chat=KS)
        await scene.says(21, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)
        await scene.says(12, FORM)
        await scene.says(45, FORM, chat=CZ)
        await scene.says(21, "/correct WX26-0001 户籍在昆山周市", chat=KS)
        for words in ("/help", "/mine", "/inbox", "/stats", "/digest", "/show WX26-0001"):
            await scene.says(22, words, chat=22)
        await scene.says(11, "/close WX26-0001", chat=WX)
        await take_in(scene, ROW)
        async with scene.work().read() as tx:
            await verify(tx)
        assert [row async for row in rows_out(scene.work(), since=None, until=None)]
        scene.pass_time(days=4)
        for tick in (ticks.reminders, ticks.digests, ticks.housekeeping):
            await tick(scene.work())
        await scene.deliver()
    finally:
        await store.close()
