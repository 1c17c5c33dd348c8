"""What stands in front of replicas: gives each update to one of them, now and then to two."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter

import httpx
from aiohttp import web

from tests.patience import ENOUGH

HEADER = "X-Telegram-Bot-Api-Secret-Token"
EVERY_TWICE = 4  # each fourth update is posted to a second replica as well, as after a lost answer


class RoundRobin:
    """Listens on a port of its own, in a thread of its own, so that it outlives a test's event loop."""

    def __init__(self, *, seed: int) -> None:
        self.targets: list[str] = []
        """The webhook addresses of the living replicas."""
        self.posted: Counter[str] = Counter()
        self.url = ""
        self._random = random.Random(seed)
        self._number = 0
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="round robin", daemon=True)
        self._thread.start()
        assert self._listening.wait(ENOUGH), "the round robin does not listen"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(ENOUGH)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/telegram", self._pass_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/telegram"
        async with httpx.AsyncClient(timeout=ENOUGH) as self._http:
            self._listening.set()
            await self._ended.wait()
            await runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._number += 1
        number = 2 if self._number % EVERY_TWICE == 0 else 1
        chosen = self._random.sample(self.targets, min(number, len(self.targets)))
        answers = await asyncio.gather(*(self._post(target, request, body) for target in chosen))
        return web.Response(status=min(answers, default=503))

    async def _post(self, target: str, request: web.Request, body: bytes) -> int:
        """The replica's status; 502 when it is gone, so that the update is posted again."""
        try:
            headers = {HEADER: request.headers.get(HEADER, "")}
            answer = await self._http.post(target, content=body, headers=headers)
        except httpx.TransportError:
            return 502
        self.posted[target] += 1
        return answer.status_code
