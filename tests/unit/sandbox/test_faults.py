"""Faults, limits, the webhook, and the clock."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import web

from sandbox.botapi.limits import Limits
from sandbox.chat_page.server import Sandbox
from sandbox.sample import sample
from sandbox.world.clock import Clock, read_offset
from sandbox.world.errors import ApiError
from tests.e2e.conversation import Conversation
from tests.patience import ENOUGH

WX = -1_001_700_000_001


async def _stands(desk: Conversation) -> list[str]:
    return [said.text for said in await desk.bot_messages("无锡协作群")]


@pytest.mark.parametrize(
    ("fault", "error", "effect"),
    [
        ({"retry_after": 7}, TelegramRetryAfter, False),
        ({"code": 502}, TelegramServerError, False),
        ({"code": 403}, TelegramForbiddenError, False),
        ({"kind": "drop_before"}, TelegramNetworkError, False),
        ({"kind": "drop_after"}, TelegramNetworkError, True),
        ({"kind": "lost_after", "code": 504}, TelegramServerError, True),
        ({"kind": "garbage", "code": 502}, ClientDecodeError, False),
    ],
)
async def test_a_fault_strikes_once_with_or_without_effect(
    desk: Conversation, bot: Bot, fault: dict[str, object], error: type[Exception], effect: bool
) -> None:
    await desk.fault("sendMessage", **fault)
    with pytest.raises(error):
        await bot.send_message(WX, "一")
    assert await _stands(desk) == (["一"] if effect else [])
    await bot.send_message(WX, "二")
    assert (await _stands(desk))[-1] == "二"


async def test_a_fault_waits_for_its_chat_its_method_and_its_turn(desk: Conversation, bot: Bot) -> None:
    await desk.fault("send*", chat="无锡协作群", times=2, after=1, code=500)
    await bot.send_message(WX - 1, "别处")
    await bot.send_message(WX, "一")
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(WX, "二")
    await bot.send_message(WX, "三")
    assert (await desk.get("faults"))["faults"][0]["hits"] == 2


async def test_a_slow_answer_still_works(desk: Conversation, bot: Bot) -> None:
    await desk.fault("getMe", kind="slow", seconds=0.2)
    before = asyncio.get_running_loop().time()
    await bot.get_me()
    assert asyncio.get_running_loop().time() - before >= 0.2


async def test_every_call_is_on_record(desk: Conversation, bot: Bot) -> None:
    await bot.send_message(WX, "一")
    await desk.fault("sendMessage", code=500)
    with pytest.raises(TelegramServerError):
        await bot.send_message(WX, "二")
    calls = await desk.called("sendMessage", times=2)
    assert [(call["params"]["text"], call["status"]) for call in calls] == [("一", 200), ("二", 500)]


def test_limits_hold_a_group_to_twenty_a_minute(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    limits = Limits(clock, enforce=True)
    for _ in range(20):
        limits.count("sendMessage", WX)
        clock.advance(1)
    with pytest.raises(ApiError, match="Too Many Requests") as refused:
        limits.count("sendMessage", WX)
    assert refused.value.parameters is not None
    assert 35 <= refused.value.parameters["retry_after"] <= 40
    clock.advance(refused.value.parameters["retry_after"])
    limits.count("sendMessage", WX)
    assert limits.as_json()["violations"] == {"group_per_minute": 1}


def test_limits_allow_a_burst_of_three_in_a_chat_and_thirty_a_second_over_all(tmp_path: Path) -> None:
    limits = Limits(Clock(tmp_path / "clock"))
    for _ in range(4):
        limits.count("sendMessage", 1101)
    assert limits.violations == {"chat_per_second": 1}
    for chat in range(30):
        limits.count("copyMessage", 2000 + chat)
    assert limits.violations["all_per_second"] == 4
    for _ in range(50):
        limits.count("editMessageText", 1101)
        limits.count("sendChatAction", 1101)
    assert sum(limits.violations.values()) == 5


async def test_enforced_limits_answer_429(tmp_path: Path) -> None:
    async with (
        Sandbox(world=sample.world(), clock=tmp_path / "clock", limits=True) as sandbox,
        Conversation(sandbox.base_url) as desk,
        Bot(sandbox.token) as bot,
    ):
        bot.session.api = bot.session.api.from_base(sandbox.base_url)
        for _ in range(3):
            await bot.send_message(WX, "x")
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(WX, "x")
        assert (await desk.get("limits"))["violations"] == {"chat_per_second": 1}


class Hook:
    """A webhook that answers as told and remembers what came."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.seen: list[tuple[str | None, str]] = []
        self.came = asyncio.Event()
        self.answer = ""

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.seen.append((secret, update["message"]["text"]))
        self.came.set()
        return web.Response(
            status=self.statuses.pop(0) if self.statuses else 200,
            text=self.answer,
            content_type="application/json",
        )

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(ENOUGH):
            while len(self.seen) < count:
                self.came.clear()
                await self.came.wait()
        return [text for _, text in self.seen]


@pytest.fixture
async def hook(bot: Bot) -> AsyncIterator[Hook]:
    """A webhook of the bot on a free port."""
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    await bot.set_webhook(f"http://{host}:{port}/hook", secret_token="secret_1")
    yield hook
    await runner.cleanup()


async def test_updates_are_pushed_with_the_secret(desk: Conversation, bot: Bot, hook: Hook) -> None:
    await desk.person("林小满", chat="无锡协作群").says("一")
    assert await hook.until(1) == ["一"]
    assert hook.seen[0][0] == "secret_1"
    await desk.polled()
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_refused_update_is_pushed_again_before_the_next_of_its_chat(
    desk: Conversation, bot: Bot, hook: Hook
) -> None:
    hook.statuses = [500]
    officer = desk.person("林小满", chat="无锡协作群")
    await officer.says("一")
    await officer.says("二")
    assert await hook.until(3) == ["一", "一", "二"]
    assert (await bot.get_webhook_info()).last_error_message == "Wrong response from the webhook: 500"


async def test_a_webhook_may_answer_with_a_method(desk: Conversation, hook: Hook) -> None:
    hook.answer = json.dumps({"method": "sendMessage", "chat_id": WX, "text": "收到"})
    await desk.person("林小满", chat="无锡协作群").says("一")
    await desk.bot_said("收到", chat="无锡协作群")


async def test_the_clock_moves_for_both_processes(desk: Conversation, bot: Bot, tmp_path: Path) -> None:
    before = (await bot.send_message(WX, "一")).date
    await desk.advance(hours=8)
    after = (await bot.send_message(WX, "二")).date
    assert timedelta(hours=8) <= after - before < timedelta(hours=8, minutes=1)
    assert read_offset(tmp_path / "clock") == 8 * 3600


def test_a_clock_without_a_file_shows_real_time(tmp_path: Path) -> None:
    assert read_offset(tmp_path / "absent") == 0.0


async def test_a_taken_port_is_said_at_once(sandbox: Sandbox) -> None:
    port = int(sandbox.base_url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        async with Sandbox(port=port):
            pass
