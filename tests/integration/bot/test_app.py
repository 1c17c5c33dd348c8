"""The real process against the Bot API server: start, stop, and what ends it otherwise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.botapi.faults import Fault
from sandbox.chat_page.server import Sandbox
from sandbox.sample import sample
from sandbox.world import posting
from sandbox.world.posting import Draft
from tests.e2e import process as processes
from tests.patience import ENOUGH
from tests.ports import kept_port
from web.webhook import HEADER, secret_of


class Process:
    """``crossbeat run`` in a folder of its own."""

    def __init__(self, sandbox: Sandbox, folder: Path, **telegram: Any) -> None:
        self.sandbox, self.folder = sandbox, folder
        self._begun: list[processes.Process] = []
        telegram = {"token": sandbox.token, "api_base": sandbox.base_url, "admins": [1001]} | telegram
        self.write(
            telegram={"chat_interval": "0s", "stop_timeout": "20s"} | telegram,
            web={"listen": "127.0.0.1:0"},
            people={"enrol": "auto"},
            storage={"url": f"sqlite+aiosqlite:///{folder / 'desk.db'}"},
            sandbox={"clock": str(sandbox.clock.path)},
        )

    def write(self, **sections: dict[str, Any]) -> None:
        text = ""
        for name, keys in sections.items():
            text += f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        for unit in sample.UNITS:
            text += f'[[units]]\ncode = "{unit["code"]}"\nname = "{unit["name"]}"\n'
            text += f"aliases = {json.dumps(unit['aliases'], ensure_ascii=False)}\n"
        for chat in sample.CHATS:
            text += f'[[chats]]\nid = {chat["id"]}\nunits = ["{chat["unit"]}"]\n'
        (self.folder / "config.toml").write_text(text, "utf-8")

    async def start(self, *, forked: bool = True) -> None:
        self._begun.append(processes.Process(["run"], cwd=self.folder, forked=forked))

    @property
    def lines(self) -> list[str]:
        """What it has written, each time that it was started."""
        return [line for begun in self._begun for line in begun.lines]

    async def line(self, words: str) -> None:
        """Returns when it has written a line with these words, or has ended."""
        await asyncio.to_thread(self._begun[-1].wait_said, lambda line: words in line, ENOUGH)
        assert any(words in line for line in self._begun[-1].lines), f"{words!r} was not said: {self.lines}"

    async def ready(self, *, forked: bool = True) -> httpx.AsyncClient:
        """Started; a client of its web side. It is ``forked`` unless a process that begins with nothing is wanted."""
        await self.start(forked=forked)
        await asyncio.to_thread(self._begun[-1].wait_ready, ENOUGH)
        return httpx.AsyncClient(base_url=self._begun[-1].web, timeout=ENOUGH)

    async def ended(self) -> int:
        return await asyncio.to_thread(self._begun[-1].wait, ENOUGH)

    async def stop(self) -> int:
        self._begun[-1].terminate()
        return await self.ended()

    async def kill(self) -> None:
        if self._begun and self._begun[-1].code is None:
            await asyncio.to_thread(self._begun[-1].kill)


@pytest.fixture
async def process(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Process]:
    made = Process(sandbox, tmp_path)
    yield made
    await made.kill()


def said(sandbox: Sandbox, chat_id: int) -> list[str]:
    world = sandbox.world
    return [m.text or "" for m in world.chat(chat_id).messages.values() if m.sender is world.bot]


def ask(sandbox: Sandbox) -> None:
    person = next(each for each in sample.PEOPLE if each["unit"] == "WX" and each["role"] == "officer")
    world = sandbox.world
    draft = Draft(text=sample.EXAMPLE_MESSAGE["zh"])
    posting.post(world, world.person(person["id"]), world.chat(sample.WX_CHAT), draft)


async def until_said(sandbox: Sandbox, chat_id: int, words: str) -> str:
    async with asyncio.timeout(ENOUGH):
        while True:
            seen = sandbox.world.feed.last
            for text in said(sandbox, chat_id):
                if words in text:
                    return text
            await sandbox.world.feed.wait(seen, ENOUGH)


async def test_a_post_becomes_a_card_in_both_groups_and_a_stop_is_clean(process: Process) -> None:
    web = await process.ready(forked=False)
    async with web:
        assert (await web.get("/healthz")).status_code == 200
        assert (await web.get("/readyz")).json()["ready"] is True
        ask(process.sandbox)
        for chat_id in (sample.WX_CHAT, sample.KS_CHAT):
            await until_said(process.sandbox, chat_id, "WX26-0001")
        metrics = (await web.get("/metrics")).text
        assert 'crossbeat_requests{state="open"} 1.0' in metrics
        assert "crossbeat_match_seconds_count 0.0" not in metrics
    assert await process.stop() == 0
    assert process.sandbox.world.updates.pending == []  # the last update was confirmed
    log = "\n".join(process.lines)
    assert "Traceback" not in log
    assert "陈" not in log
    assert "320583" not in log


async def test_what_was_stored_before_a_kill_is_handled_after_the_restart(process: Process) -> None:
    web = await process.ready()
    await web.aclose()
    process.sandbox.api.faults.add(Fault(method="sendMessage", kind="slow", seconds=1.0, times=-1))
    ask(process.sandbox)
    await process.sandbox.world.updates.idle(10)
    await process.kill()
    process.sandbox.api.faults.clear()
    web = await process.ready()
    await web.aclose()
    card = await until_said(process.sandbox, sample.KS_CHAT, "WX26-0001")
    assert "户籍证明" in card
    assert not any("WX26-0002" in text for text in said(process.sandbox, sample.WX_CHAT))


async def test_a_refused_token_at_the_start_is_one_line_and_exit_code_one(process: Process) -> None:
    process.sandbox.api.faults.add(Fault(method="getMe", code=401, times=-1))
    await process.start()
    assert await process.ended() == 1
    assert process.lines[-1].startswith("crossbeat run: Telegram refuses the token")


async def test_a_token_revoked_later_ends_the_process_and_keeps_the_inbox(process: Process) -> None:
    web = await process.ready()
    await web.aclose()
    process.sandbox.api.faults.add(Fault(code=401, times=-1))
    ask(process.sandbox)
    assert await process.ended() == 1
    assert process.lines[-1].startswith("crossbeat run: Telegram refuses the token")
    process.sandbox.api.faults.clear()
    web = await process.ready()
    await web.aclose()
    await until_said(process.sandbox, sample.WX_CHAT, "WX26-0001")


async def test_a_second_process_on_the_same_database_is_refused(process: Process) -> None:
    web = await process.ready()
    await web.aclose()
    second = Process(process.sandbox, process.folder)
    await second.start()
    assert await second.ended() == 1
    assert "another crossbeat runs" in second.lines[-1]
    assert await process.stop() == 0


async def test_it_starts_while_telegram_is_away_and_goes_on_when_it_is_back(process: Process) -> None:
    process.sandbox.api.faults.add(Fault(method="getMe", code=502, times=2))
    web = await process.ready()
    await web.aclose()
    assert sum("telegram_unreachable" in line for line in process.lines) == 2
    assert await process.stop() == 0


async def test_told_to_stop_while_it_starts_it_stops(process: Process) -> None:
    process.sandbox.api.faults.add(Fault(method="getMe", code=502, times=-1))
    await process.start()
    await process.line("telegram_unreachable")
    assert await process.stop() == 0


@pytest.fixture
def port() -> Iterator[int]:
    with kept_port() as kept:
        yield kept


async def test_by_webhook_an_update_is_taken_with_the_secret_only(
    sandbox: Sandbox, tmp_path: Path, port: int
) -> None:
    process = Process(sandbox, tmp_path, mode="webhook", webhook_url=f"http://127.0.0.1:{port}/hook")
    text = (tmp_path / "config.toml").read_text("utf-8").replace('"127.0.0.1:0"', f'"127.0.0.1:{port}"')
    (tmp_path / "config.toml").write_text(text, "utf-8")
    try:
        async with await process.ready() as web:
            assert (await web.post("/hook", json={"update_id": 1})).status_code == 403
            headers = {HEADER: secret_of(sandbox.token)}
            assert (await web.post("/hook", json={"update_id": 1}, headers=headers)).status_code == 200
            ask(sandbox)
            await until_said(sandbox, sample.KS_CHAT, "WX26-0001")
        assert await process.stop() == 0
        assert sandbox.world.updates.webhook_url  # other replicas go on
    finally:
        await process.kill()


async def test_check_says_all_that_telegram_knows(process: Process, sandbox: Sandbox) -> None:
    sandbox.world.reads_everything = False
    sandbox.world.chat(sample.WX_CHAT).members[sandbox.world.bot.id] = "member"
    sandbox.world.chat(sample.KS_CHAT).members[sandbox.world.bot.id] = "left"
    sandbox.world.chat(sample.SZ_CHAT).members[sandbox.world.bot.id] = "administrator"
    ran = await asyncio.to_thread(processes.crossbeat, "check", cwd=process.folder)
    text = ran.stdout
    assert ran.returncode == 1, ran.stderr
    assert f"error: chats: privacy mode hides requests from the bot in the group {sample.WX_CHAT}" in text
    assert f"error: chats: the bot is not in the group {sample.KS_CHAT}" in text
    assert str(sample.SZ_CHAT) not in text
    assert "warning: units: CZ" in text
    assert sorted(path.name for path in process.folder.iterdir()) == ["config.toml"]


async def test_check_says_where_pictures_of_identity_documents_would_stay(
    process: Process, sandbox: Sandbox
) -> None:
    sandbox.world.reads_everything = True
    sandbox.world.chat(sample.WX_CHAT).members[sandbox.world.bot.id] = "member"
    sandbox.world.chat(sample.SZ_CHAT).members[sandbox.world.bot.id] = "administrator"
    ran = await asyncio.to_thread(processes.crossbeat, "check", cwd=process.folder)
    stay = "warning: protection.move_identity_photos: pictures of identity documents stay in the group "
    assert f"{stay}{sample.WX_CHAT}: make it an admin there who may delete messages" in ran.stdout
    assert f"{stay}{sample.SZ_CHAT}" not in ran.stdout
    assert "protection.delete_posts" not in ran.stdout
