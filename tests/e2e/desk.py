"""A desk to test: the sandbox, the real process on a folder of its own, and the people to talk to it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.chat_page.server import Sandbox
from tests.e2e import cast, invariants
from tests.e2e.cast import ADMIN, CZ, KS, SZ, WX
from tests.e2e.conversation import Conversation, Deadline, Said, Speaker, bot_messages_of, holds
from tests.e2e.posts import NUMBER, Subject, form, somebody
from tests.e2e.process import Process
from tests.e2e.sandbox_thread import SandboxThread
from tests.e2e.template import Template
from tests.patience import ENOUGH

BEGIN = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
"""A Tuesday morning in Shanghai: outside the quiet hours, before the day's digest has anything to say."""


class Running:
    """Sandbox and process. Nothing here needs an event loop: one may serve many tests."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: bool = False,
        env: Mapping[str, str] | None = None,
        forked: bool = True,
        like: Template | None = None,
        **sections: Mapping[str, Any],
    ) -> None:
        self.folder = folder
        self.env, self.forked = dict(env or {}), forked
        self.expected: list[str] = []
        self.processes: list[Process] = []
        self._thread = SandboxThread(world=cast.world(), clock=folder / "clock", limits=limits)
        self.set_time(BEGIN)
        if like is not None:
            like.copy_to(folder, self.sandbox.world)
        self.config = folder / "config.toml"
        self.write_config(**sections)

    def write_config(self, **sections: Mapping[str, Any]) -> None:
        """The configuration, with ``sections`` laid over the usual one."""
        chosen = cast.settings(
            self.folder, token=self.sandbox.token, api_base=self.sandbox.base_url, **sections
        )
        self.config.write_text(cast.toml(chosen), encoding="utf-8")

    @property
    def sandbox(self) -> Sandbox:
        return self._thread.sandbox

    @property
    def process(self) -> Process:
        return self.processes[-1]

    def set_time(self, moment: datetime) -> None:
        """The desk's clock says this from now on."""
        clock = self.sandbox.clock
        clock.advance((moment - clock.now()).total_seconds())

    def launch(self, **env: str) -> Process:
        """Starts the process without waiting for it."""
        arguments = ["run", "--config", str(self.config)]
        process = Process(arguments, cwd=self.folder, env=self.env | env, forked=self.forked)
        self.processes.append(process)
        return process

    def start(self, **env: str) -> None:
        """Starts the process; returns when it is ready."""
        self.launch(**env).wait_ready()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self.process.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def expect(self, *words: str) -> None:
        """What may stand in the log as an error, or be refused by the server, in this test."""
        self.expected += words

    def end_sandbox(self) -> None:
        """Ends the server; nobody can be talked to any more."""
        self._thread.stop()

    def close(self) -> None:
        """Ends both; then what must hold of every run is checked."""
        code = self.process.stop() if self.processes and self.process.code is None else None
        self.end_sandbox()
        assert code in (None, 0), f"the bot ended with {code}:\n" + "\n".join(self.process.lines[-20:])
        events = [event for process in self.processes for event in process.events()]
        invariants.check(self.sandbox, events, self.processes, self.expected)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A registered request as both groups see it."""

    number: str
    subject: Subject
    post: Said
    card: Said
    """In the asking group."""
    asked_card: Said
    """In the asked unit's group."""


class Desk(Conversation):
    """People who talk to a running desk."""

    def __init__(self, running: Running) -> None:
        super().__init__(running.sandbox.base_url)
        self.running = running
        self.lin, self.zhou, self.he = (self.person(name, WX) for name in ("林小满", "周知远", "何清越"))
        self.gu, self.cheng, self.shen = (self.person(name, KS) for name in ("顾一苇", "程以恒", "沈听澜"))
        self.lu, self.ye = (self.person(name, SZ) for name in ("陆怀瑾", "叶知秋"))
        self.qin, self.su = (self.person(name, CZ) for name in ("秦砚秋", "苏见微"))
        self.passer = self.person("路人甲")
        self.admin = self.person(ADMIN)

    # --- the process ------------------------------------------------------

    async def start(self, **env: str) -> None:
        await asyncio.to_thread(self.running.start, **env)

    async def stop(self) -> int:
        return await asyncio.to_thread(self.running.stop)

    async def kill(self) -> None:
        await asyncio.to_thread(self.running.kill)

    async def at_rest(self) -> None:
        """Returns when all that people did was handled, and all that was decided then has been said and noted: whoever
        is killed then knows its messages."""
        end = time.monotonic() + ENOUGH
        coming = self.running.sandbox.world.updates
        unhandled = "SELECT count(*) FROM inbox WHERE state = 'new'"
        unsaid = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') AND kind <> 'delete'"
        with closing(sqlite3.connect(f"file:{self.running.folder / 'desk.db'}?mode=ro", uri=True)) as books:
            while coming.pending or any(books.execute(ask).fetchone()[0] for ask in (unhandled, unsaid)):
                assert time.monotonic() < end, "messages wait and wait"
                await asyncio.sleep(0.02)

    async def restart(self) -> None:
        """Stopped properly and started again."""
        assert await self.stop() == 0
        await self.start()

    # --- setting it up ----------------------------------------------------

    async def furnish(self) -> None:
        """The administrator adds the bot, binds the groups and gives the roles; everybody has said hello."""
        for group, code in cast.BOUND.items():
            await self.bind(group, code)
        for person in cast.PEOPLE:
            if person.group is not None:
                await self.person(person.name, person.group).says("大家好")
                await self.give_role(person.name, person.role, group=person.group)
        await self.admin.says("/lang en", to=CZ)
        await self.bot_said("English", chat=CZ)

    async def bind(self, group: str, code: str) -> None:
        """The bot comes into a group, as its administrator, and the group gets its unit."""
        await self.remember()
        await self.post(
            "members", chat=group, person=self.running.sandbox.world.bot.id, status="administrator", by=ADMIN
        )
        await self.bot_said("/bind", chat=group)
        await self.admin.says(f"/bind {code}", to=group)
        await self.bot_said(code, chat=group)

    async def give_role(self, name: str, role: str, *, group: str) -> None:
        username = next(one.username for one in cast.PEOPLE if one.name == name)
        await self.admin.says(f"/role @{username} {role}", to=group)
        await self.bot_said(name, chat=group)

    # --- requests ---------------------------------------------------------

    async def asks(
        self, who: Speaker, text: str | None = None, *, to_group: str = KS, **fields: Any
    ) -> Asked:
        """Posts a request and waits for its cards in both groups."""
        subject = fields.pop("subject", None) or somebody()
        since = await self.remember()
        post = await who.says(text if text is not None else form(subject, **fields))
        card = await self.card_for(post, since=since)
        found = NUMBER.search(card.text)
        assert found, f"a card without a number: {card.text}"
        there = await self.bot_said(found[0], "→", chat=to_group, since=since)
        return Asked(number=found[0], subject=subject, post=post, card=card, asked_card=there)

    async def card_for(self, post: Said, *, since: int | None = None) -> Said:
        """The card that answers a post."""
        return await self.bot_replied(post, "→", since=since)

    async def bot_replied(
        self, to: Said, *words: str | re.Pattern[str], since: int | None = None, seconds: float = ENOUGH
    ) -> Said:
        """Waits for the bot's reply to a message that holds all words."""
        seen = self.mark if since is None else since
        deadline, heard = Deadline(seconds), list[str]()
        while not deadline.passed():
            news = await self.get("wait", after=seen, seconds=deadline.left())
            for said in bot_messages_of(news["events"], to.chat):
                if said.raw.get("reply", {}).get("message_id") != to.id:
                    continue
                if holds(said.text, words):
                    return said
                heard.append(said.text)
            seen = max(seen, news["seq"])
        raise AssertionError(f"no reply with {words} to {to.text!r}, but: {heard}")

    async def card(self, number: str, group: str) -> Said:
        """The card of a request as it stands in a group now."""
        found = await self.bot_messages(group, number, "→", "/r_" + number.replace("-", "_"))
        assert found, f"no card of {number} in {group}"
        return found[-1]

    async def card_shows(
        self, number: str, group: str, *words: str | re.Pattern[str], timeout: float = ENOUGH
    ) -> Said:
        """Waits until the card in a group holds all words."""
        seq = (await self.get("seq"))["seq"]
        for said in await self.bot_messages(group, number, "→"):
            if holds(said.text, words):
                return said
        return await self.bot_said(number, "→", *words, chat=group, since=seq, timeout=timeout)

    async def reads(self, number: str, by: Speaker, *words: str) -> Said:
        """Who may opens the whole request in private, and reads these words there.

        Looking leaves the mark where it was: what the act before it brought about may have been said meanwhile.
        """
        before = self.mark
        private = by.in_private()
        await private.starts()
        await private.says(f"/show {number}")
        read = await self.whole_for(private, number, *words)
        self.mark = before
        return read

    async def whole_for(self, by: Speaker, number: str, *words: str, purpose: str = "办案") -> Said:
        """What somebody in private is shown who has asked for the whole; asked why, they pick a purpose."""
        said = await self.bot_said(number, "全文", chat=by.name)
        if "用途？" not in said.text:
            return said if holds(said.text, words) else await self.bot_said(number, *words, chat=by.name)
        await by.presses(purpose, on=said)
        return await self.bot_said(number, f"查看用途：{purpose}", *words, chat=by.name)

    async def accepted(self, asked: Asked, by: Speaker | None = None) -> None:
        """The handler takes it."""
        pressed = await (by or self.gu).presses("受理", on=asked.asked_card)
        assert not pressed.alert, pressed.text
        await self.card_shows(asked.number, WX, "处置中")

    async def answered(
        self, asked: Asked, text: str = "已核实，户籍地址：昆山市花桥镇", by: Speaker | None = None
    ) -> Said:
        """The liaison (or somebody else) answers by a command; what the asking group reads."""
        await (by or self.shen).says(f"/answer {asked.number} {text}")
        return await self.bot_said(asked.number, "请核对后办结", chat=WX)
