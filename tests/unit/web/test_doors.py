"""The desk's door against whoever does not get to the end of a request, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.patience import ENOUGH
from tests.unit.web.test_web import HEADER, SECRET, World
from web.doors import BODY_SECONDS, DRAINED_BYTES, HEAD_BYTES, HEAD_SECONDS, LINGER_SECONDS, Impatient
from web.server import Server
from web.webhook import MOST_BYTES


class Time:
    """The event loop's clock, which we move: no test depends on how long the machine takes for a line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self._gone, really = 0.0, loop.time
        monkeypatch.setattr(loop, "time", lambda: really() + self._gone)

    def passes(self, seconds: float) -> None:
        self._gone += seconds


class Heard:
    """What has come through the door, whoever sent it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = self.bytes = 0
        self._news = asyncio.Event()
        made, received = Impatient.connection_made, Impatient.data_received

        def connection_made(door: Impatient, transport: asyncio.Transport) -> None:
            made(door, transport)
            self.calls += 1
            self._news.set()

        def data_received(door: Impatient, data: bytes) -> None:
            received(door, data)
            self.bytes += len(data)
            self._news.set()

        monkeypatch.setattr(Impatient, "connection_made", connection_made)
        monkeypatch.setattr(Impatient, "data_received", data_received)

    async def until(self, *, calls: int = 0, count: int = 0) -> None:
        """Returns when so many have called, and so many bytes have come."""
        async with asyncio.timeout(ENOUGH):
            while self.calls < calls or self.bytes < count:
                self._news.clear()
                await self._news.wait()


class Caller:
    """A connection of somebody who writes byte by byte what they like."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """All that the desk still says, until it closes; fails where it does not."""
        async with asyncio.timeout(ENOUGH):
            return await self.reader.read()


class Door:
    def __init__(self, port: int, world: World, time: Time, heard: Heard) -> None:
        self.port, self.world, self.time, self.heard = port, world, time, heard
        self._callers: list[Caller] = []

    async def call(self) -> Caller:
        """A connection that the desk knows of."""
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.port))
        self._callers.append(caller)
        await self.heard.until(calls=len(self._callers))
        return caller

    async def takes(self, caller: Caller, data: bytes) -> None:
        """Returns when what the caller writes has come."""
        count = self.heard.bytes + len(data)
        await caller.write(data)
        await self.heard.until(count=count)

    async def close(self) -> None:
        for caller in self._callers:
            caller.writer.close()


@pytest.fixture
async def door(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    time, heard, world = Time(monkeypatch), Heard(monkeypatch), World()
    monkeypatch.setattr(Impatient, "linger_seconds", 1_000.0)  # however slow the machine is
    server = Server(world.app, host="127.0.0.1", port=0)
    found = Door(await server.start(), world, time, heard)
    yield found
    await found.close()
    await server.stop()


def head(length: int, *more: str) -> bytes:
    lines = ["POST /hook HTTP/1.1", "Host: desk", f"{HEADER}: {SECRET}", f"Content-Length: {length}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def test_a_head_that_does_not_end_times_out(door: Door) -> None:
    caller = await door.call()
    await door.takes(caller, b"POST /hook HTTP/1.1\r\nHost: d")
    door.time.passes(HEAD_SECONDS)
    assert (await caller.rest()).startswith(b"HTTP/1.1 408 ")


async def test_writing_a_byte_now_and_then_gains_no_time(door: Door) -> None:
    caller = await door.call()
    for byte in b"GET /healthz HTTP/1.1":
        await door.takes(caller, bytes([byte]))
        door.time.passes(HEAD_SECONDS / 20)
    assert b" 408 " in await caller.rest()
    await door.takes(caller, b"and on")  # is still taken: else they might not read the answer


async def test_a_connection_that_says_nothing_is_closed_in_silence(door: Door) -> None:
    caller = await door.call()
    door.time.passes(HEAD_SECONDS)
    assert await caller.rest() == b""


async def test_a_body_that_does_not_come_times_out_and_is_no_fault_of_ours(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caller = await door.call()
    await door.takes(caller, head(100) + b'{"update_id": 1')
    door.time.passes(BODY_SECONDS)
    assert await caller.rest() == b""
    assert door.world.kept.updates == []
    assert "Exception in ASGI" not in caplog.text


async def test_a_second_request_is_given_its_own_time_and_no_more(door: Door) -> None:
    caller = await door.call()
    await caller.write(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert b"200 OK" in await caller.reader.readuntil(b"ok\n")
    door.time.passes(2 * HEAD_SECONDS)  # idle between two requests: that is allowed for longer
    await caller.write(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert b"200 OK" in await caller.reader.readuntil(b"ok\n")
    await door.takes(caller, b"GET /hea")
    door.time.passes(HEAD_SECONDS)
    assert b" 408 " in await caller.rest()


async def test_a_long_head_is_refused(door: Door) -> None:
    caller = await door.call()
    await caller.write(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * (HEAD_BYTES + 1))
    assert (await caller.rest()).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("pieces", [1, 200])
async def test_whoever_writes_on_reads_why_they_were_refused(door: Door, pieces: int) -> None:
    caller = await door.call()
    for _ in range(pieces):
        await caller.write(b"no request at all\r\n\r\n" + b"x" * 4_096)
    assert (await caller.rest()).startswith(b"HTTP/1.1 400 ")


async def test_whoever_never_ends_after_a_refusal_is_left(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Impatient, "linger_seconds", LINGER_SECONDS)
    caller = await door.call()
    await caller.write(b"no request at all\r\n\r\n")
    assert b" 400 " in await caller.rest()

    async def on_and_on() -> None:
        while True:
            await caller.write(b"and on")
            door.time.passes(LINGER_SECONDS / 10)
            await asyncio.sleep(0.001)

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(on_and_on(), ENOUGH)


async def test_what_is_wrong_within_a_body_is_refused_and_not_handed_on(door: Door) -> None:
    caller = await door.call()
    lines = [
        "POST /hook HTTP/1.1",
        "Host: desk",
        f"{HEADER}: {SECRET}",
        "Transfer-Encoding: chunked",
        "",
        "zz",
        "{}",
        "",
    ]
    await caller.write("\r\n".join(lines).encode())
    assert b" 400 " in await caller.rest()
    assert door.world.kept.updates == []


async def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(door: Door) -> None:
    caller = await door.call()
    await caller.write(head(MOST_BYTES + 1))
    assert b" 413 " in await caller.reader.readuntil(b"\r\n")


async def test_a_body_in_pieces_that_grows_too_long_is_refused_and_its_sender_reads_so(door: Door) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 65_536 + 2):
            yield b" " * 65_536

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{door.port}", timeout=ENOUGH) as client:
        answer = await client.post("/hook", content=pieces(), headers={HEADER: SECRET})
    assert answer.status_code == 413


async def test_a_refused_body_is_not_taken_in_without_end(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Impatient, "body_seconds", 1_000.0)  # by its length, not by its time
    caller = await door.call()
    await caller.write(head(100 * DRAINED_BYTES))

    async def all_of_it() -> None:
        for _ in range(50 * DRAINED_BYTES // 65_536):
            await caller.write(b" " * 65_536)

    with pytest.raises(ConnectionError):
        await all_of_it()


@pytest.mark.parametrize("depth", [101, 500, 100_000])
async def test_brackets_nested_deeper_than_any_update_are_no_update(door: Door, depth: int) -> None:
    body = b'{"update_id": 1, "x": ' + b"[" * depth + b"]" * depth + b"}"
    caller = await door.call()
    await caller.write(head(len(body), "Connection: close") + body)
    assert b" 400 " in (await caller.rest())[:20]
    assert door.world.kept.updates == []


async def test_an_update_sent_in_two_pieces_is_stored(door: Door) -> None:
    body = b'{"update_id": 7}'
    caller = await door.call()
    await door.takes(caller, head(len(body), "Connection: close")[:40])
    await door.takes(caller, head(len(body), "Connection: close")[40:] + body[:5])
    await caller.write(body[5:])
    assert b" 200 " in await caller.rest()
    assert door.world.kept.updates == [{"update_id": 7}]
