"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from storage.database.engine import Store
from storage.queries import desk

CHECK_SECONDS = 5.0
#: How long an answer about Telegram is believed: probes come each few seconds.
TELEGRAM_FOR_SECONDS = 15.0

Probe = Callable[[], Awaitable[object]]


async def healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


class Readiness:
    """``/readyz``: 200 when the database and Telegram answer, else 503, with what does not."""

    def __init__(self, *, store: Store, telegram: Probe, started: Callable[[], bool]) -> None:
        self._store, self._telegram, self._started = store, telegram, started
        self._answered_at = float("-inf")

    async def answer(self, _request: Request) -> Response:
        checks = {"database": self._database, "telegram": self._telegram_answers}
        found = await asyncio.gather(*(_outcome(check) for check in checks.values()))
        state = dict(zip(checks, found, strict=True)) | {"started": "ok" if self._started() else "starting"}
        ready = all(outcome == "ok" for outcome in state.values())
        return JSONResponse({"ready": ready, **state}, status_code=200 if ready else 503)

    async def _database(self) -> None:
        async with self._store.read() as session:
            await desk.ping(session)

    async def _telegram_answers(self) -> None:
        if time.monotonic() - self._answered_at > TELEGRAM_FOR_SECONDS:
            await self._telegram()
            self._answered_at = time.monotonic()


async def _outcome(check: Probe) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except Exception as error:  # whatever it is, the probe's reader wants its name
        return type(error).__name__
    return "ok"
