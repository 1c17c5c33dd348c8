"""The desk's door against whoever does not get to the end of a request, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.web.test_web import HEADER, SECRET, World
from web.doors import DRAINED_BYTES, HEAD_BYTES, Impatient
from web.server import Server
from web.webhook import MOST_BYTES

PATIENCE = 0.3  # seconds; long enough for a busy machine to write two lines


class Caller:
    """A connection of somebody who writes byte by byte what they like."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """All that the desk still says, until it closes; fails where it does not."""
        async with asyncio.timeout(5):
            return await self.reader.read()


class Door:
    def __init__(self, port: int, world: World) -> None:
        self.port, self.world = port, world
        self._callers: list[Caller] = []

    async def call(self) -> Caller:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.port))
        self._callers.append(caller)
        return caller

    async def close(self) -> None:
        for caller in self._callers:
            caller.writer.close()


@pytest.fixture
async def door(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    monkeypatch.setattr(Impatient, "head_seconds", PATIENCE)
    monkeypatch.setattr(Impatient, "body_seconds", PATIENCE)
    monkeypatch.setattr(Impatient, "linger_seconds", 5 * PATIENCE)
    world = World()
    server = Server(world.app, host="127.0.0.1", port=0)
    found = Door(await server.start(), world)
    yield found
    await found.close()
    await server.stop()


def head(length: int, *more: str) -> bytes:
    lines = ["POST /hook HTTP/1.1", "Host: desk", f"{HEADER}: {SECRET}", f"Content-Length: {length}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def test_a_head_that_does_not_end_times_out(door: Door) -> None:
    caller = await door.call()
    await caller.write(b"POST /hook HTTP/1.1\r\nHost: d")
    assert (await caller.rest()).startswith(b"HTTP/1.1 408 ")


async def test_writing_a_byte_now_and_then_gains_no_time(door: Door) -> None:
    caller = await door.call()
    began = asyncio.get_running_loop().time()

    async def trickle() -> None:
        for byte in b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 1000:
            await caller.write(bytes([byte]))
            await asyncio.sleep(PATIENCE / 10)

    writing = asyncio.create_task(trickle())
    assert b" 408 " in await caller.rest()
    await asyncio.sleep(PATIENCE / 2)
    assert not writing.done()  # and what they write on is still taken: else they might not read the answer
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert asyncio.get_running_loop().time() - began < 10 * PATIENCE


async def test_a_connection_that_says_nothing_is_closed_in_silence(door: Door) -> None:
    assert await (await door.call()).rest() == b""


async def test_a_body_that_does_not_come_times_out_and_is_no_fault_of_ours(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caller = await door.call()
    await caller.write(head(100) + b'{"update_id": 1')
    assert await caller.rest() == b""
    assert door.world.kept.updates == []
    assert "Exception in ASGI" not in caplog.text


async def test_a_second_request_is_given_its_own_time_and_no_more(door: Door) -> None:
    caller = await door.call()
    await caller.write(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert b"200 OK" in await caller.reader.readuntil(b"ok\n")
    await asyncio.sleep(2 * PATIENCE)  # idle between two requests: that is allowed for longer
    await caller.write(b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert b"200 OK" in await caller.reader.readuntil(b"ok\n")
    await caller.write(b"GET /hea")
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
    monkeypatch.setattr(Impatient, "linger_seconds", PATIENCE)
    caller = await door.call()
    await caller.write(b"no request at all\r\n\r\n")
    assert b" 400 " in await caller.rest()

    async def on_and_on() -> None:
        while True:
            await caller.write(b"and on")
            await asyncio.sleep(PATIENCE / 10)

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(on_and_on(), 5)


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

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{door.port}") as client:
        answer = await client.post("/hook", content=pieces(), headers={HEADER: SECRET})
    assert answer.status_code == 413


async def test_a_refused_body_is_not_taken_in_without_end(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Impatient, "body_seconds", 60)  # by its length, not by its time
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
    await caller.write(head(len(body), "Connection: close")[:40])
    await asyncio.sleep(0)
    await caller.write(head(len(body), "Connection: close")[40:] + body[:5])
    await asyncio.sleep(PATIENCE / 3)
    await caller.write(body[5:])
    assert b" 200 " in await caller.rest()
    assert door.world.kept.updates == [{"update_id": 7}]
