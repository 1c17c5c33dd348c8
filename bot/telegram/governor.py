"""How fast we may send: one budget for each chat and one for the whole bot.

A chat that was quiet takes a burst of three at once, then one message a second: who posts sees the card, and
what follows from it, without waiting for our own pace. A group takes twenty in any minute, bursts included.

All in memory and on the monotonic clock: a moved or corrected wall clock changes no budget. The pauses that
Telegram orders (429, ``retry_after``) can be hours; :mod:`bot.outbox.delivery` keeps them in ``chats.paused_until``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.telegram import limits


@dataclass(slots=True)
class _Chat:
    free_at: float = 0.0  # not before: a pause
    tokens: float = float(limits.CHAT_BURST)  # messages that could go at once, as of ``seen_at``
    seen_at: float = 0.0
    sent: deque[float] = field(default_factory=deque)  # of a group, within the window
    flying: int = 0


class Governor:
    """A message counts from :meth:`spend` on, and its time is that of :meth:`settle`.

    When Telegram got it lies between the two, so counting to the later one keeps the limits as Telegram sees
    them, however long a call takes. ``chat_interval`` 0.0 lifts the limits of single chats, for a server of
    one's own.
    """

    def __init__(
        self,
        *,
        chat_interval: float = limits.CHAT_INTERVAL_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = chat_interval + (limits.MARGIN_SECONDS if chat_interval else 0.0)
        self._now = now
        self._chats: dict[int, _Chat] = {}
        self._sent: deque[float] = deque()  # by the whole bot, within the window
        self._flying = 0
        self._paused_until = 0.0
        self._refusals: deque[tuple[float, int]] = deque()  # when, which chat

    def wait(self, chat_id: int, messages: int = 1) -> float:
        """Seconds until a message to this chat is within every budget; 0.0 for now.

        A call that makes no message there (``messages`` 0) waits for the bot's budget and for pauses alone.
        """
        now = self._now()
        chat = self._chats.get(chat_id)
        ready = max(self._bot_ready(now), chat.free_at if chat else 0.0)
        if chat is not None and self._interval and messages:
            wanting = 1.0 + chat.flying - self._left(chat, now)
            ready = max(ready, now + wanting * self._interval)
            if chat_id < 0:
                window = limits.GROUP_WINDOW_SECONDS
                ready = max(ready, _ready(chat.sent, chat.flying, now, limits.GROUP_MESSAGES, window))
        return max(0.0, ready - now)

    def _left(self, chat: _Chat, at: float) -> float:
        """How many messages of a burst the chat takes then."""
        if not self._interval:
            return float(limits.CHAT_BURST)
        regained = max(0.0, at - chat.seen_at) / self._interval
        return min(float(limits.CHAT_BURST), chat.tokens + regained)

    def wait_for_any(self) -> float:
        """Seconds until the whole bot may send again, whatever the chat."""
        now = self._now()
        return max(0.0, self._bot_ready(now) - now)

    def spend(self, chat_id: int, messages: int = 1) -> None:
        """Messages to a chat are on their way."""
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.flying += messages
        self._flying += max(1, messages)

    def settle(self, chat_id: int, messages: int = 1, *, ago: float = 0.0) -> None:
        """They have arrived, or we do not know: that counts the same. ``ago`` seconds, for those of before."""
        at = self._now() - ago
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.flying = max(0, chat.flying - messages)
        chat.tokens, chat.seen_at = max(0.0, self._left(chat, at) - messages), max(chat.seen_at, at)
        chat.sent.extend([at] * messages)
        self._flying = max(0, self._flying - max(1, messages))
        self._sent.extend([at] * max(1, messages))

    def pause(self, chat_id: int, seconds: float) -> bool:
        """Telegram refused a message to this chat for so long; True when the whole bot pauses with it.

        After the pause the chat takes one message a second, and no burst before it has been quiet.
        """
        self.pause_quietly(chat_id, seconds)
        now = self._now()
        chat = self._chats[chat_id]
        chat.tokens, chat.seen_at = 1.0, chat.free_at
        self._refusals.append((now, chat_id))
        while self._refusals[0][0] < now - limits.BOT_PAUSE_WINDOW_SECONDS:
            self._refusals.popleft()
        if len({refused for _, refused in self._refusals}) < limits.BOT_PAUSE_AFTER:
            return False
        self._paused_until = max(self._paused_until, now + seconds)
        return True

    def pause_quietly(self, chat_id: int, seconds: float) -> None:
        """Leaves this chat alone for so long, for reasons that say nothing about the bot's pace."""
        chat = self._chats.setdefault(chat_id, _Chat())
        chat.free_at = max(chat.free_at, self._now() + seconds)

    def resting(self) -> dict[int, float]:
        """The chats that may not be sent to now, and for how many seconds; forgets those long at rest."""
        now = self._now()
        resting = {}
        for chat_id, chat in list(self._chats.items()):
            if (seconds := self.wait(chat_id)) > 0:
                resting[chat_id] = seconds
            elif not chat.flying and (
                not chat.sent or chat.sent[-1] < now - limits.GROUP_WINDOW_SECONDS - limits.MARGIN_SECONDS
            ):
                del self._chats[chat_id]
        return resting

    def room(self) -> int:
        """How many messages the whole bot may send now."""
        return 0 if self.wait_for_any() else limits.BOT_MESSAGES - len(self._sent) - self._flying

    def _bot_ready(self, now: float) -> float:
        window = limits.BOT_WINDOW_SECONDS
        return max(self._paused_until, _ready(self._sent, self._flying, now, limits.BOT_MESSAGES, window))


def _ready(sent: deque[float], flying: int, now: float, most: int, window: float) -> float:
    """From when one more is at most ``most`` in any window; forgets what has left it."""
    window += limits.MARGIN_SECONDS
    while sent and sent[0] <= now - window:
        sent.popleft()
    too_many = len(sent) + flying - most
    if too_many < 0:
        return 0.0
    return sent[too_many] + window if too_many < len(sent) else now + limits.LOOK_AGAIN_SECONDS
