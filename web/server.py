"""The HTTP side: health, readiness, metrics, the webhook; served in the bot's own event loop.

Starlette rather than FastAPI: these four answers need no models, and FastAPI costs a quarter of a second
of every start.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from web.doors import HEAD_BYTES, MOST_CONNECTIONS, Impatient
from web.health import Readiness, healthz
from web.metrics import Metrics
from web.webhook import Webhook

log = structlog.get_logger(__name__)

STOP_SECONDS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    path: str
    webhook: Webhook


def create_app(*, readiness: Readiness, metrics: Metrics, hook: Hook | None = None) -> Starlette:
    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readiness.answer),
        Route("/metrics", metrics.answer),
    ]
    if hook is not None:
        routes.append(Route(hook.path, hook.webhook.answer, methods=["POST"]))
    return Starlette(routes=routes)


class Server:
    """Listens from :meth:`start` to :meth:`stop`."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        self._host, self._port = host, port
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS, timeout_keep_alive=75, http=Impatient,
            h11_max_incomplete_event_size=HEAD_BYTES, limit_concurrency=MOST_CONNECTIONS,
        )  # fmt: skip
        self._server = _Embedded(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """The port that it listens on. Raises ``OSError`` when the address is taken."""
        listener = _listen(self._host, self._port)
        port = int(listener.getsockname()[1])
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="web")
        started = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._task, started}, return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            started.cancel()
            await self._task
        return port

    async def stop(self) -> None:
        """Takes no more connections, and lets answers under way end."""
        if self._task is not None:
            self._server.should_exit = True
            await self._task
            self._task = None


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket that names its protocol: only then asyncio turns off Nagle (40 ms a call)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


class _Embedded(uvicorn.Server):
    """uvicorn inside our event loop: says when it listens, and leaves signals to us."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
