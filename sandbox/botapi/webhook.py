"""Pushing updates to the bot's webhook as Telegram does.

Updates of one chat wait for each other; those of different chats go out side by side up to
`max_connections`. What is not answered with 2xx is sent again, later and later.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import aiohttp

from sandbox.world.errors import ApiError
from sandbox.world.model import Json
from sandbox.world.updates import UpdateQueue, chat_of

ANSWER_SECONDS = 60
FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 10.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

CallMethod = Callable[[str, Json], Awaitable[object]]


class Webhook:
    """Takes updates from the queue and posts them while an address is set."""

    def __init__(self, queue: UpdateQueue, call_method: CallMethod) -> None:
        self.queue = queue
        self.secret = ""
        self.max_connections = 40
        self.last_error: tuple[int, str] | None = None
        self._call_method = call_method
        self._busy: set[int] = set()
        self._not_before: dict[int, tuple[float, float]] = {}
        self._runner: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address updates are posted to; empty while the bot polls."""
        return self.queue.webhook_url

    async def set(self, url: str, *, secret: str, max_connections: int) -> None:
        """Starts pushing to `url`; an empty one stops."""
        await self.stop()
        self.queue.webhook_url = url
        self.secret = secret
        self.max_connections = max_connections
        self.last_error = None
        self._not_before.clear()
        if url:
            self.queue.interrupt(ApiError(409, "Conflict: terminated by setWebhook request"))
            self._runner = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends pushing; what was not answered stays pending."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
            self._runner = None
        self._busy.clear()

    def _next(self) -> Json | None:
        blocked = set(self._busy)
        now = time.monotonic()
        for update in self.queue.pending:
            chat = chat_of(update)
            if chat not in blocked and self._not_before.get(chat, (0.0, 0.0))[0] <= now:
                return update
            blocked.add(chat)
        return None

    def _idle_seconds(self) -> float:
        waits = [until for until, _ in self._not_before.values()]
        return max(0.02, min(waits) - time.monotonic()) if waits else 30.0

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
            while True:
                update = self._next() if len(self._busy) < self.max_connections else None
                if update is None:
                    await self.queue.bell.wait(self._idle_seconds())
                    continue
                self._busy.add(chat_of(update))
                tasks.create_task(self._push(session, update))

    async def _push(self, session: aiohttp.ClientSession, update: Json) -> None:
        chat = chat_of(update)
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with session.post(self.url, json=update, headers=headers, timeout=limit) as answer:
                body = await answer.text()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(chat, f"Connection failed: {type(error).__name__}")
        else:
            if status // 100 == 2:
                self.queue.remove(update)
                self._not_before.pop(chat, None)
                await self._answer_in_body(body)
            else:
                self._failed(chat, f"Wrong response from the webhook: {status}")
        finally:
            self._busy.discard(chat)
            self.queue.bell.ring()

    def _failed(self, chat: int, reason: str) -> None:
        delay = min(self._not_before.get(chat, (0.0, FIRST_RETRY_SECONDS / 2))[1] * 2, LAST_RETRY_SECONDS)
        self._not_before[chat] = (time.monotonic() + delay, delay)
        self.last_error = (int(time.time()), reason)

    async def _answer_in_body(self, body: str) -> None:
        """A webhook may answer with a method call; Telegram runs it and tells nobody how it went."""
        try:
            call = json.loads(body) if body.strip() else None
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            await self._call_method(call.pop("method"), call)
