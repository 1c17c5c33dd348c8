"""The process as a whole: start, memory, intake by webhook, takeover by another replica."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.benchmarks import traffic
from tests.benchmarks.table import Row
from tests.e2e import cast
from tests.e2e.process import Process, crossbeat
from tests.e2e.replicas.fleet import Fleet, until
from tests.e2e.sandbox_thread import SandboxThread
from tests.integration import postgresql
from web.webhook import HEADER, secret_of

STARTS = {"small": 2, "full": 5}
LEDGER = {"small": 2_000, "full": 100_000}
POSTS = {"small": 400, "full": 10_000}
TAKEOVERS = {"small": 1, "full": 5}
AT_ONCE = 16  # posts of the webhook under way; Telegram's default is up to 40


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found += _starts("SQLite, first start", Path(folder), STARTS[scale], fresh=True)
        found += _starts("SQLite, empty", Path(folder), STARTS[scale])
        _import(Path(folder), LEDGER[scale])
        found += _starts(f"SQLite, {LEDGER[scale]:,} requests", Path(folder), STARTS[scale])
    with tempfile.TemporaryDirectory() as folder:
        found += asyncio.run(_busy("SQLite", Path(folder), f"sqlite:///{folder}/desk.db", POSTS[scale]))
    if postgresql.INSTALLED:
        with postgresql.server(durable=True) as databases:
            found += _on_postgresql(databases, scale)
    return found


def _on_postgresql(databases: postgresql.Databases, scale: str) -> list[Row]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        url = databases.new()
        found += _starts("PostgreSQL, empty", Path(folder), STARTS[scale], url=url)
        databases.drop(url)
    with tempfile.TemporaryDirectory() as folder:
        url = databases.new()
        found += asyncio.run(_busy("PostgreSQL", Path(folder), url, POSTS[scale]))
        databases.drop(url)
    with tempfile.TemporaryDirectory() as folder:
        url = databases.new(template="template0")
        found.append(_takeover(Path(folder), url, TAKEOVERS[scale]))
        databases.drop(url)
    return found


@contextmanager
def _sandbox(folder: Path) -> Iterator[SandboxThread]:
    thread = SandboxThread(world=cast.world(), clock=folder / "clock")
    yield thread
    thread.stop()


def _configure(folder: Path, sandbox: SandboxThread, url: str, **telegram: Any) -> Path:
    chosen = cast.settings(
        folder, token=sandbox.sandbox.token, api_base=sandbox.sandbox.base_url,
        storage={"url": url, "key_file": str(folder / "crossbeat.key")}, telegram=telegram,
        log={"level": "warning"}, **traffic.RULES,
    )  # fmt: skip
    config = folder / "config.toml"
    config.write_text(cast.toml(chosen, tuple(traffic.units())), encoding="utf-8")
    return config


def _starts(name: str, folder: Path, times: int, *, url: str = "", fresh: bool = False) -> list[Row]:
    """From the command to the line that says ready, of the wall's clock, the interpreter's start included."""
    taken = []
    with _sandbox(folder) as sandbox:
        config = _configure(folder, sandbox, url or f"sqlite:///{folder}/desk.db")
        for _ in range(times):
            if fresh:
                for path in (*folder.glob("desk.db*"), folder / "crossbeat.key"):
                    path.unlink(missing_ok=True)
            begun = time.perf_counter()
            process = Process(["run", "--config", str(config)], cwd=folder)
            process.wait_ready()
            taken.append(time.perf_counter() - begun)
            process.stop()
    return [Row(name=f"start to ready, {name}", value=statistics.median(taken), unit="s", target="≤ 1.5")]


def _import(folder: Path, size: int) -> None:
    import json

    from tests.benchmarks.volume import Volume

    ledger = folder / "ledger.jsonl"
    with ledger.open("w", encoding="utf-8") as file:
        for row in Volume(seed=3).rows(size):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    done = crossbeat("import", str(ledger), "--config", str(folder / "config.toml"), cwd=folder)
    if done.returncode:
        raise RuntimeError(done.stderr)


async def _busy(name: str, folder: Path, url: str, posts: int) -> list[Row]:
    """Posts through the webhook of a real process, as fast as it stores them; then until all are handled."""
    with _sandbox(folder) as sandbox:
        telegram = {"mode": "webhook", "webhook_url": "http://127.0.0.1:9/telegram"}
        process = Process(["run", "--config", str(_configure(folder, sandbox, url, **telegram))], cwd=folder)
        process.wait_ready()
        resident = psutil.Process(process.pid).memory_info
        idle = resident().rss / 2**20
        secret = secret_of(sandbox.sandbox.token)
        hook, known = f"{process.web}/telegram", traffic.OFFICERS
        try:
            await _post(hook, secret, traffic.updates(known))
            await _handled(process, known)
            begun = time.perf_counter()
            await _post(hook, secret, traffic.updates(posts, first=known + 1))
            stored = time.perf_counter() - begun
            await _handled(process, known + posts)
            handled = time.perf_counter() - begun
            after = resident().rss / 2**20
        finally:
            process.stop()
    return [
        Row(name=f"memory, idle, {name}", value=idle, unit="MiB", target="≤ 200"),
        Row(name=f"memory after {posts:,} requests, {name}", value=after, unit="MiB", target="≤ 200"),
        Row(name=f"webhook, stored and confirmed, {name}", value=posts / stored, unit="updates/s",
            note=f"{AT_ONCE} at once, while earlier ones are handled"),
        Row(name=f"webhook, registered, {name}", value=posts / handled, unit="requests/s",
            note="the whole process, cards being sent meanwhile"),
    ]  # fmt: skip


async def _post(hook: str, secret: str, posts: Iterable[dict[str, Any]]) -> None:
    room = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=60) as http, asyncio.TaskGroup() as tasks:

        async def post(update: dict[str, Any]) -> None:
            answer = await http.post(hook, json=update, headers={HEADER: secret})
            room.release()
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"the webhook answered {answer.status_code}")

        for update in posts:
            await room.acquire()
            tasks.create_task(post(update))


async def _handled(process: Process, posts: int) -> None:
    """Returns when all are; each must have become a request, or nothing was measured.

    Requests are counted a moment before the updates on the same page: only the page after the last update tells.
    """
    last = False
    async with httpx.AsyncClient(timeout=60) as http:
        while True:
            text = (await http.get(f"{process.web}/metrics")).text
            if f'crossbeat_requests{{state="open"}} {float(posts)}' in text:
                return
            if last:
                raise RuntimeError(f"{posts} posts have not become as many requests")
            last = f"crossbeat_updates_handled_total {float(posts)}" in text
            await asyncio.sleep(0.05)


def _takeover(folder: Path, url: str, times: int) -> Row:
    """From SIGKILL of the process that polls until another one does."""
    taken = []
    fleet = Fleet(folder, url=url)
    try:
        fleet.fill_up(2)
        for _ in range(times):
            killed = fleet.kill_leader()
            taken.append(fleet.seconds_until_another_led(killed))
            until(lambda: fleet.leader().events("polling") or None)
            fleet.fill_up(2)
    finally:
        for process in fleet.alive:
            process.stop()
        fleet.close()
    return Row(name="another replica polls after kill -9", value=max(taken), unit="s",
               note=f"longest of {times}; the lease is 6 s")  # fmt: skip
