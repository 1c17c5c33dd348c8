"""How long and how much a connection may take before a request is whole: nobody holds the door open.

uvicorn waits for a head or a body as long as the connection lives; behind a proxy that is the proxy's affair, but
the desk's door must hold without one. A platform and a scraper send all of it at once.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = (
    10.0  # from the first moment (of a new connection, or of a next request) to the end of its head
)
BODY_SECONDS = 20.0  # from there to the end of its body
HEAD_BYTES = 16_384
MOST_CONNECTIONS = 400  # a webhook opens 100 at most; below the 1,024 files that a process may have open
DRAINED_BYTES = (
    4_194_304  # what is still taken in of a body that is refused, so that its sender reads the answer
)

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Impatient(H11Protocol):
    """uvicorn's HTTP/1.1, which closes on whoever does not get to the end of a request."""

    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._awaited: Any = None  # which state of theirs: a head, a body, nothing
        self._timer: asyncio.TimerHandle | None = None
        self._taken = 0  # bytes since the head of this request
        self._await(h11.IDLE, self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._taken += len(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def _look(self) -> None:
        """Whose turn it is now: a time runs while it is the caller's."""
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            if self._awaited is not h11.SEND_BODY:
                self._taken = 0
                self._await(h11.SEND_BODY, self.body_seconds)
            elif self._taken > DRAINED_BYTES:
                self.transport.close()
        elif state is h11.IDLE and self.conn.trailing_data[0]:
            if self._awaited is not h11.IDLE:  # each byte must not give them new time
                self._await(h11.IDLE, self.head_seconds)
        else:  # ours, or nobody's: between two requests uvicorn's own time for idle connections runs
            self._await(None)

    def _await(self, what: Any, seconds: float = 0.0) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._awaited = what
        self._timer = self.loop.call_later(seconds, self._give_up) if what is not None else None

    def _give_up(self) -> None:
        # Said only where no answer is under way; a connection that nobody ever wrote to is closed in silence.
        if self._awaited is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(_TOO_SLOW)
        self.transport.close()
