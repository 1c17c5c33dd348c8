"""`/bot{token}/{method}` and `/file/bot{token}/{path}` over HTTP, as Telegram answers them."""

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from sandbox.botapi import methods_chats, methods_files, methods_messages, methods_updates
from sandbox.botapi.drop import drop_connection
from sandbox.botapi.faults import Fault, Faults
from sandbox.botapi.limits import Limits
from sandbox.botapi.methods import METHODS, Call
from sandbox.botapi.validate import Validator
from sandbox.botapi.webhook import Webhook
from sandbox.world.errors import ApiError, bad_request
from sandbox.world.media import Upload
from sandbox.world.model import Json
from sandbox.world.world import World

CALLS_KEPT = 20_000
_HANDLER_MODULES = (methods_chats, methods_files, methods_messages, methods_updates)
"""Imported for what they register in METHODS."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What a call came to."""

    status: int
    body: Json
    dropped: bool = False
    garbage: bool = False


class BotApi:
    """Runs calls: faults first, then validation, limits, and the method itself."""

    def __init__(self, world: World, *, limits: Limits) -> None:
        self.world = world
        self.limits = limits
        self.faults = Faults()
        self.validator = Validator()
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)
        self.calls_made = 0
        self.webhook = Webhook(world.updates, self._from_webhook)

    async def _from_webhook(self, method: str, params: Json) -> None:
        await self.answer(method, params, {})

    async def answer(self, name: str, raw: Json, uploads: dict[str, Upload]) -> Answered:
        """Runs one call and notes it; never raises for what the bot did wrong."""
        await self.validator.ready()
        started = time.monotonic()
        self.calls_made += 1
        note: Json = {"seq": self.calls_made, "at": self.world.clock.now().isoformat(), "params": raw}
        note |= {"method": name, "files": sorted(uploads)}
        self.calls.append(note)
        try:
            method = note["method"] = self.validator.method_name(name)
            answered = await self._with_faults(method, raw, uploads, note)
        except ApiError as error:
            answered = Answered(status=error.code, body=error.body())
        note |= {"status": answered.status, "ms": round((time.monotonic() - started) * 1000, 2)}
        if not answered.body.get("ok"):
            note["error"] = answered.body.get("description")
        if note["method"] != "getUpdates":
            self.world.feed.publish("call", method=note["method"], status=answered.status, call=note["seq"])
        return answered

    async def _with_faults(self, method: str, raw: Json, uploads: dict[str, Upload], note: Json) -> Answered:
        fault = self.faults.take(method, _chat_id(raw.get("chat_id")))
        if fault is not None:
            note["fault"] = fault.kind
            early = await _before(fault)
            if early is not None:
                return early
        params = self.validator.check(method, raw)
        note["params"] = params
        handler = METHODS.get(method)
        if handler is None:
            raise ApiError(501, f"Not Implemented: the sandbox does not know {method}")
        self.limits.count(method, _chat_id(params.get("chat_id")), _messages(params))
        call = Call(world=self.world, webhook=self.webhook, method=method, params=params, uploads=uploads)
        result = await handler(call)
        note["result"] = result
        if fault is not None and fault.kind in ("drop_after", "lost_after"):
            return Answered(status=fault.code, body=fault.error().body(), dropped=fault.kind == "drop_after")
        return Answered(status=200, body={"ok": True, "result": result})


async def _before(fault: Fault) -> Answered | None:
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return None
    if fault.kind in ("drop_after", "lost_after"):
        return None
    body = fault.error().body()
    return Answered(
        status=fault.code,
        body=body,
        dropped=fault.kind == "drop_before",
        garbage=fault.kind == "garbage",
    )


def _chat_id(value: Any) -> int | None:
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else None


def _messages(params: Json) -> int:
    many = params.get("media") or params.get("message_ids")
    return len(many) if isinstance(many, list) else 1


async def _parameters(request: Request) -> tuple[Json, dict[str, Upload]]:
    raw: Json = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise bad_request("can't parse request JSON body") from None
        if not isinstance(body, dict):
            raise bad_request("request body must be an object")
        return raw | {key: value for key, value in body.items() if value is not None}, uploads
    async with request.form(max_fields=1000, max_files=100) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await value.read()
                uploads[name] = Upload(name=value.filename or name, data=data, mime=value.content_type or "")
            else:
                raw[name] = value
    for name in uploads:
        if name in ("document", "photo", "certificate"):
            raw.setdefault(name, f"attach://{name}")
    return raw, uploads


def router(api: BotApi) -> APIRouter:
    """The routes of the Bot API for this world's only bot."""
    routes = APIRouter()

    @routes.api_route("/bot{token}/{method}", methods=["GET", "POST"], include_in_schema=False)
    async def call_method(token: str, method: str, request: Request) -> Response:
        if token != api.world.token:
            return _json(401, ApiError(401, "Unauthorized").body())
        try:
            raw, uploads = await _parameters(request)
        except ApiError as error:
            return _json(error.code, error.body())
        answered = await api.answer(method, raw, uploads)
        if answered.dropped:
            return drop_connection(request)
        if answered.garbage:
            return Response("<html><h1>502 Bad Gateway</h1></html>", answered.status, media_type="text/html")
        return _json(answered.status, answered.body)

    @routes.get("/file/bot{token}/{path:path}", include_in_schema=False)
    async def download(token: str, path: str) -> Response:
        if token != api.world.token:
            return _json(401, ApiError(401, "Unauthorized").body())
        for file in api.world.files.values():
            if file.path == path:
                return Response(file.data, media_type="application/octet-stream")
        return _json(404, ApiError(404, "Not Found").body())

    return routes


def _json(status: int, body: Json) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")), status, media_type="application/json"
    )
