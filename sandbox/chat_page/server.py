"""The sandbox as one object: a world, its Bot API, its page, and the HTTP server for them."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from sandbox.botapi import botapi
from sandbox.botapi.botapi import BotApi
from sandbox.botapi.limits import Limits
from sandbox.chat_page import control_api, page_api
from sandbox.chat_page.control_api import create_chat
from sandbox.chat_page.page_forms import NewChat, NewPerson
from sandbox.world.clock import Clock
from sandbox.world.errors import ApiError, SandboxError
from sandbox.world.model import Json, Person
from sandbox.world.world import DEFAULT_TOKEN, World

PAGE = Path(__file__).parent / "page"
STOP_SECONDS = 2
BOT_API = ("/bot", "/file/bot")
PAGE_KEYS = ("units", "examples", "tour", "timezone")
"""Parts of a world file that only the page reads."""
_PAGE_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def fill(world: World, data: Json) -> None:
    """Puts the people and chats of a world file (or of `sample.world()`) into an empty world."""
    for person in data.get("people", ()):
        form = NewPerson.model_validate(person)
        world.add_person(Person(**form.model_dump()))
    for chat in data.get("chats", ()):
        create_chat(world, NewChat.model_validate(chat))
    for person_id in [one.id for one in world.people.values() if one.started]:
        world.private_chat(world.people[person_id])


class Sandbox:
    """A Bot API server with a chat page on this machine.

    Use as `async with Sandbox(port=0, world=sample.world()) as sandbox:`; then `sandbox.base_url` is the
    bot's `telegram.api_base` and the page's address, `sandbox.token` the bot's token.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        world: Json | None = None,
        clock: Path | str | None = None,
        token: str = DEFAULT_TOKEN,
        limits: bool = False,
        language: str = "zh",
    ) -> None:
        """Port 0 takes a free one; without `world` nobody is there; without `clock` its file is temporary."""
        data = world or {}
        self.clock = Clock(clock)
        self.world = World(clock=self.clock, token=token, **data.get("bot", {}))
        self.api = BotApi(self.world, limits=Limits(self.clock, enforce=limits))
        fill(self.world, data)
        extra = {key: data.get(key) for key in PAGE_KEYS} | {"language": language}
        self.app = _Application(self.world, self.api, extra)
        self._host, self._port = host, port
        self._server: _EmbeddedServer | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def token(self) -> str:
        """What the bot authorises itself with."""
        return self.world.token

    @property
    def base_url(self) -> str:
        """Address of the page and of the Bot API, without a slash at its end."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listens; returns when requests are answered.

        Raises:
            OSError: the port is taken.
        """
        listener = _listen(self._host, self._port)
        self._port = int(listener.getsockname()[1])
        threading.Thread(target=self.api.validator.load, name="bot-api-models", daemon=True).start()
        config = uvicorn.Config(
            self.app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_SECONDS,
            timeout_keep_alive=75,
            date_header=False,
        )
        self._server = _EmbeddedServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]))
        await self._server.listening.wait()

    async def stop(self) -> None:
        """Ends long polls and event streams, then the server."""
        self.world.feed.close()
        self.world.updates.interrupt(ApiError(502, "Bad Gateway"))
        await self.api.webhook.stop()
        if self._server is not None and self._task is not None:
            self._server.stopping.set()
            await self._task
            self._server = self._task = None

    async def wait(self) -> None:
        """Returns when the server has ended."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()


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


class _EmbeddedServer(uvicorn.Server):
    """uvicorn inside somebody else's event loop: says when it listens, leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self.stopping = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        await self.stopping.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _PageFiles(StaticFiles):
    """The page's files: always fresh, and allowed to load nothing from elsewhere."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["content-security-policy"] = _PAGE_POLICY
        response.headers["cache-control"] = "no-cache"
        return response


class _Application:
    """The Bot API; and the page with what it calls, made when somebody first asks for it: to make its thirty routes
    takes longer than all else, and a bot alone needs none of them."""

    def __init__(self, world: World, api: BotApi, extra: Json) -> None:
        self._world, self._api, self._extra = world, api, extra
        self._bot_api = _app(botapi.router(api))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._bot_api if scope["path"].startswith(BOT_API) else self._page
        await app(scope, receive, send)

    @cached_property
    def _page(self) -> FastAPI:
        app = _app(page_api.router(self._world, self._extra), control_api.router(self._world, self._api))
        app.mount("/page", _PageFiles(directory=PAGE), name="page")

        @app.get("/", include_in_schema=False)
        async def index() -> Response:
            return RedirectResponse("/page/index.html")

        return app


def _app(*routers: APIRouter) -> FastAPI:
    app = FastAPI(title="Crossbeat sandbox", openapi_url=None)
    for router in routers:
        app.include_router(router)

    @app.exception_handler(SandboxError)
    async def refused(request: Request, error: SandboxError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_code=409)

    @app.exception_handler(ValidationError)
    async def wrong_body(request: Request, error: ValidationError) -> JSONResponse:
        return JSONResponse({"error": json.loads(error.json())}, status_code=422)

    return app


async def serve(
    *, port: int, world: Json | None, clock: Path | str | None = None, limits: bool = False
) -> None:
    """Runs a sandbox until its task is cancelled."""
    async with Sandbox(port=port, world=world, clock=clock, limits=limits) as sandbox:
        await sandbox.wait()
