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
LINGER_SECONDS = 2.0  # how long what still comes is read and thrown away after a refusal
MOST_CONNECTIONS = 400  # a webhook opens 100 at most; below the 1,024 files that a process may have open
DRAINED_BYTES = (
    4_194_304  # what is still taken in of a body that is refused, so that its sender reads the answer
)

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Impatient(H11Protocol):
    """uvicorn's HTTP/1.1, which closes on whoever does not get to the end of a request."""

    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS
    linger_seconds = LINGER_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._awaited: Any = None  # which state of theirs: a head, a body, nothing
        self._timer: asyncio.TimerHandle | None = None
        self._taken = 0  # bytes since the head of this request
        self._lingering = False
        self._await(h11.IDLE, self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._taken += len(data)
        if self._lingering:
            if self._taken > DRAINED_BYTES:
                self.transport.abort()
            return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def send_400_response(self, msg: str) -> None:
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()  # half an answer is out: a second one would be read as its end
            return
        body = msg.encode("ascii")
        self._refuse(
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            + b"content-length: %d\r\n\r\n%b" % (len(body), body)
        )

    def _look(self) -> None:
        """Whose turn it is now: a time runs while it is the caller's."""
        if self._lingering:
            return
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
            self._refuse(_TOO_SLOW)
        else:
            self.transport.close()

    def _refuse(self, answer: bytes) -> None:
        """Says it, and closes so that it is read: what a caller goes on writing to a closed socket makes the
        system throw away what the caller did not read yet. So the desk ends its own side only, and takes in
        and forgets what comes until the caller ends too, for a short while.
        """
        self._await(None)
        self._unset_keepalive_if_required()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whoever still works on an answer does not write after this one
            self.cycle.message_event.set()
        self._lingering, self._taken = True, 0
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self._timer = self.loop.call_later(self.linger_seconds, self.transport.abort)
        else:
            self.transport.close()
