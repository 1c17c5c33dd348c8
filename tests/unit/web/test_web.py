"""Health, metrics and the webhook, as their callers see them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest

from storage.database.engine import Store
from tests.patience import ENOUGH
from tests.ports import kept_port
from web.health import Readiness
from web.meters import BUCKETS, Histogram, Meters
from web.metrics import Depths, Metrics, exposition
from web.server import Hook, Server, create_app
from web.webhook import HEADER, MOST_BYTES, Webhook, address_of, secret_of

SECRET = secret_of("123:abc")


class Kept:
    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.broken = False

    async def keep(self, updates: Sequence[dict[str, Any]]) -> int:
        if self.broken:
            raise OSError("disk full")
        self.updates += updates
        return len(updates)


class Session:
    async def execute(self, _statement: object) -> None: ...


class FakeStore:
    def __init__(self) -> None:
        self.broken = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        if self.broken:
            raise OSError("gone")
        yield Session()


class Telegram:
    def __init__(self) -> None:
        self.asked = 0
        self.broken = False

    async def __call__(self) -> None:
        self.asked += 1
        if self.broken:
            raise ConnectionError


class World:
    """The app with fakes behind it."""

    def __init__(self) -> None:
        self.kept, self.store, self.telegram, self.started = Kept(), FakeStore(), Telegram(), True
        store = cast(Store, self.store)
        self.app = create_app(
            readiness=Readiness(store=store, telegram=self.telegram, started=lambda: self.started),
            metrics=Metrics(store=store, meters=Meters(), clock=lambda: pytest.fail("not asked")),
            hook=Hook(path="/hook", webhook=Webhook(secret=SECRET, keep=self.kept.keep)),
        )

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://desk")

    async def post(self, content: bytes = b'{"update_id": 1}', secret: str | None = SECRET) -> int:
        headers = [(HEADER.encode(), secret.encode())] if secret is not None else []
        async with self.client() as client:
            return (await client.post("/hook", content=content, headers=headers)).status_code

    async def ready(self) -> tuple[int, dict[str, Any]]:
        async with self.client() as client:
            answer = await client.get("/readyz")
        return answer.status_code, answer.json()


@pytest.fixture
def world() -> World:
    return World()


async def test_an_update_with_the_secret_is_stored_and_then_confirmed(world: World) -> None:
    assert await world.post() == 200
    assert world.kept.updates == [{"update_id": 1}]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "密"])
async def test_nothing_is_taken_without_the_secret(world: World, secret: str | None) -> None:
    assert await world.post(secret=secret) == 403
    assert world.kept.updates == []


async def test_what_cannot_be_stored_is_not_confirmed(world: World) -> None:
    world.kept.broken = True
    assert await world.post() == 503


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000, b'{"update_id": NaN}']
)
async def test_what_is_no_update_is_refused(world: World, content: bytes) -> None:
    assert await world.post(content=content) == 400
    assert world.kept.updates == []


async def test_a_body_longer_than_any_update_is_refused(world: World) -> None:
    assert await world.post(content=b'"' + b"x" * MOST_BYTES + b'"') == 413


def test_a_webhook_without_a_secret_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="without a secret"):
        Webhook(secret="", keep=Kept().keep)


def test_replicas_with_one_token_share_the_secret_and_telegram_takes_it() -> None:
    assert secret_of("123:abc") == SECRET != secret_of("123:abd")
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", SECRET)
    assert secret_of("123:abc", "own") == "own"


@pytest.mark.parametrize(
    ("url", "told", "path"),
    [
        ("https://desk.example/hook/1", "https://desk.example/hook/1", "/hook/1"),
        ("https://desk.example", "https://desk.example/telegram", "/telegram"),
        ("https://desk.example/", "https://desk.example/telegram", "/telegram"),
    ],
)
def test_the_webhook_s_path_is_that_of_its_address(url: str, told: str, path: str) -> None:
    assert address_of(url) == (told, path)


async def test_health_says_that_the_process_lives(world: World) -> None:
    world.store.broken = world.telegram.broken = True
    async with world.client() as client:
        assert (await client.get("/healthz")).status_code == 200


async def test_ready_means_started_with_database_and_telegram(world: World) -> None:
    status, body = await world.ready()
    assert (status, body) == (200, {"ready": True, "database": "ok", "telegram": "ok", "started": "ok"})


async def test_not_ready_says_what_is_missing(world: World) -> None:
    world.store.broken = world.telegram.broken = True
    world.started = False
    status, body = await world.ready()
    assert status == 503
    assert body == {
        "ready": False, "database": "OSError", "telegram": "ConnectionError", "started": "starting",
    }  # fmt: skip


async def test_telegram_is_not_asked_for_each_probe(world: World) -> None:
    for _ in range(3):
        await world.ready()
    assert world.telegram.asked == 1


def test_the_metrics_show_what_was_counted_and_what_waits() -> None:
    meters = Meters()
    meters.refusals = 2
    meters.sent[0] += 3
    meters.send_failures["unreachable"] += 1
    meters.send.observe(0.02)
    found = Depths(inbox=4, inbox_age=1.5, outbox={1: 7}, requests={"open": 9}, reminder_lag=30.0)
    lines = set(exposition(meters, found).decode().splitlines())
    assert {
        "crossbeat_inbox_depth 4.0",
        "crossbeat_inbox_oldest_seconds 1.5",
        'crossbeat_outbox_depth{lane="talk"} 7.0',
        'crossbeat_requests{state="open"} 9.0',
        'crossbeat_requests{state="closed"} 0.0',
        "crossbeat_reminder_lag_seconds 30.0",
        "crossbeat_telegram_refusals_total 2.0",
        'crossbeat_messages_sent_total{lane="urgent"} 3.0',
        'crossbeat_send_failures_total{kind="unreachable"} 1.0',
        "crossbeat_send_seconds_count 1.0",
        'crossbeat_send_seconds_bucket{le="0.025"} 1.0',
        'crossbeat_send_seconds_bucket{le="0.01"} 0.0',
    } <= lines
    assert any(line.startswith("process_resident_memory_bytes") for line in lines)


def test_a_duration_falls_into_the_bucket_that_holds_it() -> None:
    histogram = Histogram()
    for seconds in (0.0, BUCKETS[0], BUCKETS[0] * 1.01, 1e9):
        histogram.observe(seconds)
    cumulative = histogram.cumulative()
    assert cumulative[0] == (str(BUCKETS[0]), 2)
    assert cumulative[1][1] == 3
    assert cumulative[-1] == ("+Inf", 4)


async def test_the_server_listens_until_it_is_stopped(world: World) -> None:
    with kept_port() as port:
        await _listens_until_it_is_stopped(Server(world.app, host="127.0.0.1", port=port), world, port)


async def _listens_until_it_is_stopped(server: Server, world: World, port: int) -> None:
    assert await server.start() == port
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=ENOUGH) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        with pytest.raises(OSError, match="in use"):
            await Server(world.app, host="127.0.0.1", port=port).start()
    await server.stop()
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{port}/healthz")
