"""Where Telegram posts updates to: only with the secret, and 200 only when they are stored."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import Response

log = structlog.get_logger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1_048_576  # an update has some kilobytes
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
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except ValueError:
            update = None
        if not isinstance(update, dict):
            log.error("webhook_not_an_update")
            return Response(status_code=400)
        try:
            await self._keep([update])
        except Exception:
            log.exception("webhook_not_stored")
            return Response(status_code=503)  # Telegram sends it again
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """The body; None when it is longer than any update."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
