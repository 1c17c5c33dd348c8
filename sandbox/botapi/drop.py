"""Cutting a connection without an answer, as a network failure does."""

import asyncio
from typing import Any

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send


class DroppedResponse(Response):
    """Sends nothing and closes the socket under uvicorn's request cycle."""

    def __init__(self, transport: asyncio.Transport | None) -> None:
        super().__init__()
        self._transport = transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Aborts, then waits until the server has noticed."""
        if self._transport is None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
            return
        self._transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def drop_connection(request: Request) -> Response:
    """The response that is none.

    uvicorn's `receive` is a method of its request cycle, which holds the transport; another server would get
    a half-sent response, which clients also see as a broken connection.
    """
    cycle: Any = getattr(request.receive, "__self__", None)
    return DroppedResponse(getattr(cycle, "transport", None))
