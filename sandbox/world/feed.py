"""What happened in the sandbox, numbered, so that the page and tests can follow without asking again."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any

from sandbox.world.model import Json

FEED_LENGTH = 10_000
"""Events that are remembered; a follower that fell further behind reads the whole state again."""


class Bell:
    """Wakes everybody who waits, each time it is rung."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wakes all that wait now."""
        self._event.set()
        self._event = asyncio.Event()

    def wait(self, timeout: float) -> Coroutine[None, None, bool]:
        """Whether it rings within `timeout` seconds of the call, even if that is awaited later.

        A task for it starts in the loop's next round: a ring before that would be missed otherwise.
        """
        return _rings(self._event, timeout)


async def _rings(event: asyncio.Event, timeout: float) -> bool:  # noqa: ASYNC109 - a long poll's limit
    try:
        await asyncio.wait_for(event.wait(), timeout)
    except TimeoutError:
        return False
    return True


class Feed:
    """A numbered list of events with long polling."""

    def __init__(self) -> None:
        self._events: deque[Json] = deque(maxlen=FEED_LENGTH)
        self._bell = Bell()
        self.last = 0
        self.closed = False

    def publish(self, kind: str, **data: Any) -> None:
        """Adds one event and wakes the followers."""
        self.last += 1
        self._events.append({"seq": self.last, "kind": kind, **data})
        self._bell.ring()

    def close(self) -> None:
        """Lets the followers go, as the server stops."""
        self.closed = True
        self._bell.ring()

    def since(self, seq: int) -> list[Json]:
        """The events after `seq`, oldest first."""
        missing = self.last - seq
        if missing <= 0:
            return []
        events = list(self._events)
        return events[-missing:] if missing < len(events) else events

    def covers(self, seq: int) -> bool:
        """Whether nothing after `seq` has been forgotten, and `seq` is not of another run."""
        oldest = self._events[0]["seq"] if self._events else self.last + 1
        return oldest - 1 <= seq <= self.last

    async def wait(self, seq: int, timeout: float) -> list[Json]:  # noqa: ASYNC109
        """The events after `seq`; waits up to `timeout` seconds for the first of them."""
        if self.last <= seq and not self.closed:
            await self._bell.wait(timeout)
        return self.since(seq)
