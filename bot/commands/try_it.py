"""``crossbeat try``: the whole product on this machine, without Telegram.

A local Bot API server with a chat page, the bot, and an embedded database with sample units, people and
earlier requests, all in one process and in a folder that is gone afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import webbrowser
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App
from bot.runtime.failure import Failure
from bot.settings.model import Settings
from sandbox.chat_page.server import Sandbox
from sandbox.sample import sample
from sandbox.world import living
from storage.tables.models import Membership
from storage.tables.numbers import FIRST
from workflow.kernel.tx import Sender
from workflow.ledger import taking as ledger_taking
from workflow.organisation import people, units
from workflow.organisation.work import Work

PLAYED = "The sample's day is played."


def settings(
    folder: Path, *, token: str, api_base: str, clock: Path, language: str, digest_at: str = "08:30"
) -> Settings:
    """A configuration for trying: short clocks, no waiting between messages, nothing outside ``folder``."""
    chats = [
        {
            "id": chat["id"],
            "units": [chat["unit"], *(["CZ"] if chat["unit"] == "SZ" else [])],
            "language": language,
        }
        for chat in sample.CHATS
    ]
    return Settings(
        telegram={
            "token": token,
            "api_base": api_base,
            "admins": sample.ADMINS,
            "chat_interval": "0s",
            "stop_timeout": "2s",
        },
        storage={"url": f"sqlite+aiosqlite:///{folder / 'try.db'}"},
        web={"listen": "127.0.0.1:0"},
        locale={"language": language},
        deadlines={"flash": "2h", "urgent": "8h", "normal": "16h"},
        reminders={"tick": "1s", "escalate_after": "4h", "quiet_hours": ""},
        log={"level": "warning"},
        digest={"at": digest_at},
        sandbox={"clock": str(clock)},
        units=[
            {
                "code": u["code"],
                "name": sample.called(u, language),
                "aliases": [*u["aliases"], *({u["name"], u["name_en"]} - {sample.called(u, language)})],
                "parent": u["parent"] or "",
            }
            for u in sample.UNITS
        ],
        chats=chats,
        request_types=sample.REQUEST_TYPES,
    )


async def seed(app: App, language: str) -> None:
    """The sample's people with their roles, and its earlier requests."""
    await _people(app.work(), language)
    preparer = await ledger_taking.preparer(app.work())
    rows = sample.ledger(app.clock())
    async with app.work().write() as tx:
        await ledger_taking.write(tx, [preparer.prepare(row) for row in rows], rows.__getitem__)


async def _people(work: Work, language: str) -> None:
    async with work.write() as tx:
        known = {unit.code: unit for unit in await units.current(tx)}
        for person in sample.PEOPLE:
            number = tx.policy.veil.ours(person["id"])
            sender = Sender(
                channel=FIRST,
                native_id=str(number),
                chat_id=number,
                name=sample.called(person, language),
                username=person["username"],
            )
            row = await people.see_person(tx, sender)
            if person["unit"]:
                tx.session.add(
                    Membership(
                        person_id=row.id,
                        unit_id=known[person["unit"]].id,
                        role=person["role"],
                        since=tx.now - timedelta(days=90),
                        confirmed_at=tx.now,
                    )
                )


async def run(args: argparse.Namespace) -> int:
    """Until it is interrupted. Gives back the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="crossbeat-try-"))
    clock = folder / "clock"
    language = args.lang or "zh"
    try:
        async with AsyncExitStack() as stack:
            try:
                sandbox = await stack.enter_async_context(
                    Sandbox(port=args.port, world=sample.world(language), clock=clock, language=language)
                )
            except OSError as error:
                raise Failure(
                    f"cannot listen on port {args.port}: {error.strerror}; --port {args.port + 1} may be free"
                ) from None
            app = App(
                settings(
                    folder, token=sandbox.token, api_base=sandbox.base_url, clock=clock, language=language,
                    **({} if args.empty else {"digest_at": _begun(sandbox)}),
                )
            )  # fmt: skip

            async def on_ready() -> None:
                await _ready(sandbox.base_url, open_page=not args.no_browser)
                if not args.empty:
                    sys.stderr.write("The sample's people play their last day; you may look on …\n")
                    await living.play(sandbox.world, language)
                    sys.stderr.write(f"{PLAYED}\n")

            await app.run(on_ready=on_ready, prepare=partial(seed, language=language))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _begun(sandbox: Sandbox) -> str:
    """Begins the sample's day; the minute before, in which no digest falls due until the day has been played."""
    living.begin(sandbox.world)
    before = sandbox.clock.now() - timedelta(minutes=1)
    return f"{before.astimezone(ZoneInfo(sample.TIMEZONE)):%H:%M}"


async def _ready(address: str, *, open_page: bool) -> None:
    sys.stderr.write(f"Crossbeat: {address}\n")
    if not sys.stdout.isatty():  # for who reads it from a pipe; on a terminal it would stand there twice
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
    if open_page:
        await asyncio.to_thread(_open, address)


def _open(address: str) -> Any:
    """A machine without a browser still has the address on its screen."""
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
