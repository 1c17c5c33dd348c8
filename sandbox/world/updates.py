"""The bot's queue of updates, with getUpdates' true meaning of `offset`.

https://core.telegram.org/bots/api#getupdates: an update is confirmed by a call with a higher offset;
a negative offset forgets all but the last ones; a newer poll ends an older one with 409.
"""

import asyncio
import time

from sandbox.world.errors import ApiError, bad_request
from sandbox.world.feed import Bell
from sandbox.world.model import Json

MAX_LIMIT = 100
MAX_POLL_SECONDS = 50
HISTORY = 5_000
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that are only sent when `allowed_updates` names them."""

ONE_INSTANCE = "make sure that only one bot instance is running"

_EPOCH = 1_763_000_000
_IDS_PER_SECOND = 4


def first_update_id() -> int:
    """An id above those of earlier runs, as a bot that kept its database must meet new ids only."""
    return int(time.time() - _EPOCH) * _IDS_PER_SECOND + 1


def chat_of(update: Json) -> int:
    """The chat whose order an update belongs to; 0 when it names none."""
    for payload in update.values():
        if not isinstance(payload, dict):
            continue
        holder = payload.get("message") if "chat_instance" in payload else payload
        chat = holder.get("chat") if isinstance(holder, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return int(chat["id"])
    return 0


class UpdateQueue:
    """Updates that the bot has not confirmed yet, oldest first."""

    def __init__(self) -> None:
        self.next_id = first_update_id()
        self.pending: list[Json] = []
        self.history: list[Json] = []
        self.allowed: list[str] = []
        self.webhook_url = ""
        self.bell = Bell()
        self._once: list[Json] = []
        self._held: list[Json] = []
        self._hold = 0
        self._poll: asyncio.Future[None] | None = None

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for updates of this kind."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def add(self, kind: str, payload: Json) -> int | None:
        """Queues an update and returns its id; None when the bot did not ask for this kind."""
        if not self.wants(kind):
            return None
        return self.inject({kind: payload})

    def inject(self, body: Json) -> int:
        """Queues an update exactly as given, well-formed or not; numbers it unless it has a number."""
        update: Json = {"update_id": self.next_id, **body}
        self.next_id = max(self.next_id, int(update["update_id"])) + 1
        self.history.append(update)
        del self.history[:-HISTORY]
        if self._hold > 0:
            self._held.append(update)
            self._hold -= 1
            if self._hold == 0:
                self.release()
            return int(update["update_id"])
        self.pending.append(update)
        self.bell.ring()
        return int(update["update_id"])

    def hold(self, count: int) -> None:
        """Keeps the next `count` updates back, then delivers them in the wrong order."""
        self._hold = count

    def release(self) -> None:
        """Delivers what was held back, newest first."""
        self.pending.extend(reversed(self._held))
        self._held.clear()
        self._hold = 0
        self.bell.ring()

    def redeliver(self, count: int) -> list[int]:
        """Sends the last `count` confirmed updates once more; returns their ids.

        What waits still comes by itself: sent ahead of the others it would confirm them unseen.
        """
        waiting = {update["update_id"] for update in (*self.pending, *self._held)}
        taken = [update for update in self.history if update["update_id"] not in waiting]
        again = [dict(update) for update in taken[-count:]]
        if self.webhook_url:
            self.pending.extend(again)
        else:
            self._once.extend(again)
        self.bell.ring()
        return [int(update["update_id"]) for update in again]

    def forget_redelivery(self) -> None:
        """What was to come once more does not: a bot that asks a day later gets nothing of a day before."""
        self._once = []

    def confirm(self, offset: int) -> None:
        """Forgets what is below `offset`; a negative one forgets all but the last `-offset`."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def remove(self, update: Json) -> None:
        """Forgets one update that a webhook took."""
        self.pending = [other for other in self.pending if other is not update]

    def interrupt(self, error: ApiError) -> None:
        """Ends a waiting poll with `error`."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)

    async def get(self, offset: int, limit: int, seconds: int) -> list[Json]:
        """The pending updates from `offset`; waits up to `seconds` for the first one.

        Raises:
            ApiError: 409 when a webhook is set or another poll arrives meanwhile.
        """
        if self.webhook_url:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if not 0 <= limit <= MAX_LIMIT:
            raise bad_request("limit must be between 1 and 100")
        self.interrupt(ApiError(409, f"Conflict: terminated by other getUpdates request; {ONE_INSTANCE}"))
        self.confirm(offset)
        if seconds > 0 and not self.pending and not self._once:
            await self._wait(min(seconds, MAX_POLL_SECONDS))
        once, self._once = self._once, []
        return once + self.pending[: limit or MAX_LIMIT]

    @property
    def is_idle(self) -> bool:
        """Whether the bot has taken everything: it waits in a poll, or its webhook owes no answer."""
        return not self.pending if self.webhook_url else self._poll is not None

    async def idle(self, seconds: float) -> bool:
        """Waits up to `seconds` until `is_idle`."""
        until = time.monotonic() + seconds
        while not self.is_idle and time.monotonic() < until:
            await self.bell.wait(until - time.monotonic())
        return self.is_idle

    async def _wait(self, seconds: float) -> None:
        mine = self._poll = asyncio.get_running_loop().create_future()
        self.bell.ring()
        rung = asyncio.ensure_future(self.bell.wait(seconds))
        try:
            await asyncio.wait({mine, rung}, return_when=asyncio.FIRST_COMPLETED)
            if mine.done():
                mine.result()
        finally:
            rung.cancel()
            if self._poll is mine:
                self._poll = None
            if not mine.done():
                mine.cancel()
