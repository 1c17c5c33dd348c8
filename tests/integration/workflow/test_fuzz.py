"""The fuzz corpus against the four doors, intake, presses, ledgers and the webhook: never an error that is not
ours, never a change by a forged press."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiogram.types import Update
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.registry import Channels
from bot.inbox.inbox import Inbox
from bot.runtime.ops import Ops
from bot.telegram import channel
from bot.telegram.governor import Governor
from bot.telegram.receiver import Receiver
from handlers.router import handle
from storage.ledger.items import LedgerRow, LedgerUnfit, LedgerUnreadable
from storage.ledger.reading import LedgerReader
from tests import fuzzing
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from web.meters import Meters
from web.webhook import HEADER, Webhook
from workflow.ledger.rows import RowRejected
from workflow.ledger.taking import preparer
from workflow.record.verifying import verify

pytestmark = pytest.mark.examples

OFFICER, COLLEAGUE, HANDLER, LIAISON, STRANGER, ELSEWHERE = 11, 12, 21, 22, 26, 41
SECRET = "of-the-test"


async def _one_channel(_native: str, _kind: str) -> int:
    raise AssertionError("the first channel's ids are our numbers")


@played_once
async def at_work(scene: Scene) -> list[tuple[int, int]]:
    """Two requests, one of them answered, a draft and an offer; where their messages stand."""
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(OFFICER, "#协作 户籍证明\n致：昆山\n事由：核实")
    return [(said.chat, said.message_id) for said in scene.said if said.buttons]


async def test_any_post_is_answered_or_passed_over(scene: Scene) -> None:
    for text in fuzzing.examples(fuzzing.posts(), 60):
        message = await scene.says(OFFICER, text or " ")
        await scene.edits(OFFICER, message, text + "1")
    for request in await scene.all_requests():
        await scene.says(HANDLER, f"/show {request.number}", chat=KS)


async def test_no_forged_press_of_a_stranger_changes_anything(scene: Scene) -> None:
    places = [*await at_work(scene), (KS, 1), (WX, 10**9)]
    before = await dump(scene.store)
    for number, data in enumerate([*fuzzing.KEPT_PRESSES, *fuzzing.examples(fuzzing.presses(), 120)]):
        who = (STRANGER, ELSEWHERE)[number % 2]
        chat, message = places[number % len(places)]
        await scene.forges(who, data, chat=chat, message_id=message)
        assert changed(before, await dump(scene.store)) == set(), (who, data, chat, message)


async def test_no_press_of_those_who_may_press_breaks_anything(scene: Scene) -> None:
    places = await at_work(scene)
    for number, data in enumerate([*fuzzing.KEPT_PRESSES, *fuzzing.examples(fuzzing.presses(), 80)]):
        chat, message = places[number % len(places)]
        await scene.forges((OFFICER, HANDLER, LIAISON)[number % 3], data, chat=chat, message_id=message)
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_any_file_is_a_ledger_or_is_refused_in_words(scene: Scene, tmp_path: Path) -> None:
    prepare = await preparer(scene.work(), rehearsal=True)
    read = refused = 0
    for name, content in fuzzing.examples(fuzzing.ledgers(), 80):
        path = tmp_path / name
        path.write_bytes(content)
        rows = LedgerReader(path)
        try:
            found = [item for item in rows if isinstance(item, LedgerRow)]
        except (LedgerUnreadable, LedgerUnfit):
            refused += 1
            continue
        for item in found:
            with suppress(RowRejected):
                prepare.prepare(prepare.kept(item.row))
                read += 1
    assert read and refused, "the corpus holds both"


async def test_any_body_is_stored_whole_or_refused_and_what_is_stored_can_be_handled(scene: Scene) -> None:
    await at_work(scene)
    kept: list[dict[str, Any]] = []
    receiver = Receiver(scene.bot)
    channels = Channels(channel.entry(scene.bot, pace=Governor()), store=scene.store, clock=lambda: scene.now)
    inbox = Inbox(
        channels=channels, handle=handle, store=scene.store, make_work=scene.work, clock=lambda: scene.now,
        ops=Ops(chat_id=None, make_work=scene.work), meters=Meters(), holder="fuzz",
    )  # fmt: skip

    async def keep(updates: Sequence[dict[str, Any]]) -> int:
        new = await inbox.keep(updates)
        kept.extend(updates if new else ())
        return new

    hook = Webhook(secret=SECRET, keep=keep)
    app = Starlette(routes=[Route("/hook", hook.answer, methods=["POST"])])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        for body in [*fuzzing.KEPT_BODIES, *fuzzing.examples(fuzzing.bodies(), 80)]:
            answer = await client.post("/hook", content=body, headers={HEADER: SECRET})
            assert answer.status_code in (200, 400), (answer.status_code, body)
    assert kept
    for update in kept:
        receiver.whole(update, [])
        receiver.lane_of(update)
        await receiver.place_of(update, _one_channel)
        assert channels.of(receiver.lane_of(update)), "the lane of no channel: nobody would handle it"
        try:
            Update.model_validate(update)
        except (ValidationError, RecursionError):
            continue  # set aside, with a number for who asks
        body = {key: value for key, value in update.items() if key != "update_id"}
        await scene.feed(body)
    assert (await scene.request("WX26-0001")).number == "WX26-0001"
    await scene.says(ELSEWHERE, FORM, chat=CZ)
