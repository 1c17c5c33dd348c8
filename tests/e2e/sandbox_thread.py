"""A sandbox in a thread of its own, so that it outlives the event loop of a single test."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from sandbox.chat_page.server import Sandbox
from tests.patience import ENOUGH


class SandboxThread:
    """Started by making it; :meth:`stop` ends it."""

    def __init__(self, *, world: dict[str, Any], clock: Path, limits: bool = False, port: int = 0) -> None:
        self._made: Sandbox | None = None
        self._error: BaseException | None = None
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended: asyncio.Event | None = None
        self._options: dict[str, Any] = {"world": world, "clock": clock, "limits": limits, "port": port}
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()
        self._started.wait(ENOUGH)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        try:
            async with Sandbox(**self._options) as self._made:
                self._started.set()
                await self._ended.wait()
        except BaseException as error:
            self._error = error
            raise
        finally:
            self._started.set()

    @property
    def sandbox(self) -> Sandbox:
        assert self._made is not None, "the sandbox has not started"
        return self._made

    def stop(self) -> None:
        """Ends the server and its thread."""
        if self._ended is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(ENOUGH)
