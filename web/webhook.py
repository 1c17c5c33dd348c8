"""Where Telegram posts updates to: only with the secret, and 200 only when they are stored."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

log = structlog.get_logger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1_048_576  # an update has some kilobytes
MOST_DEPTH = 100  # an update has some ten levels of objects and lists
DEFAULT_PATH = "/telegram"

Keep = Callable[[Sequence[dict[str, Any]]], Awaitable[int]]


def secret_of(token: str, configured: str = "") -> str:
    """What Telegram must send along: as configured, else derived from the token, so that replicas agree."""
    return configured or hmac.new(token.encode(), b"crossbeat webhook", hashlib.sha256).hexdigest()


def address_of(url: str) -> tuple[str, str]:
    """``(address to tell Telegram, path to serve)`` for ``telegram.webhook_url``."""
    path = urlsplit(url).path
    return (url, path) if path.strip("/") else (url.rstrip("/") + DEFAULT_PATH, DEFAULT_PATH)


class Webhook:
    def __init__(self, *, secret: str, keep: Keep) -> None:
        if not secret:
            raise ValueError("a webhook without a secret takes updates from anybody")
        self._secret = secret.encode()
        self._keep = keep

    async def answer(self, request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._secret):
            log.warning("webhook_without_secret")
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            log.warning("webhook_cut_off")
            return Response(status_code=400)  # for nobody: who has sent half of it sends it again
        if body is None:
            log.error("webhook_too_long")
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            log.error("webhook_not_an_update")
            return Response(status_code=400)
        try:
            await self._keep([update])
        except Exception:
            log.exception("webhook_not_stored")
            return Response(status_code=503)  # Telegram sends it again
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """The body; None when it is longer than any update, or says that it will be."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:20]) > MOST_BYTES:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:
    """The object that the body is; None for what is none, or is nested deeper than any update and so would
    not be read later either."""
    try:
        found = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and _shallow(found) else None


def _refuse(constant: str) -> None:
    """``NaN`` and ``Infinity``, which Python reads and JSON does not know."""
    raise ValueError(constant)


def _shallow(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return True
    return False
