"""Telegram's advice on speed, counted always and enforced on request.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one message a second
in one chat with short bursts, 20 a minute in one group, 30 a second over all. Measured in the sandbox's
time, so that moving its clock also lets the limits recover.
"""

from collections import defaultdict, deque

from sandbox.world.clock import Clock
from sandbox.world.errors import ApiError
from sandbox.world.model import Json

GROUP_PER_MINUTE = 20
ALL_PER_SECOND = 30
CHAT_PER_SECOND = 1.0
CHAT_BURST = 3
COUNTED = ("send", "copy", "forward")
"""Methods that make messages, by their beginning."""
NOT_COUNTED = ("sendChatAction",)


class Limits:
    """Counts messages; `enforce` turns each violation into 429."""

    def __init__(self, clock: Clock, *, enforce: bool = False) -> None:
        self.enforce = enforce
        self.violations: dict[str, int] = defaultdict(int)
        self._clock = clock
        self._all: deque[float] = deque()
        self._groups: dict[int, deque[float]] = defaultdict(deque)
        self._tokens: dict[int, tuple[float, float]] = {}

    def count(self, method: str, chat: int | None, messages: int = 1) -> None:
        """Notes `messages` new messages for a chat.

        Raises:
            ApiError: 429 with `retry_after`, when limits are enforced and one is exceeded.
        """
        if chat is None or method in NOT_COUNTED or not method.startswith(COUNTED):
            return
        now = self._clock.now().timestamp()
        wait, which = self._wait(now, chat, messages)
        if which:
            self.violations[which] += 1
            if self.enforce:
                seconds = max(1, int(wait + 0.999))
                words = f"Too Many Requests: retry after {seconds}"
                raise ApiError(429, words, {"retry_after": seconds})
        self._note(now, chat, messages)

    def _wait(self, now: float, chat: int, messages: int) -> tuple[float, str]:
        _forget(self._all, now, 1.0)
        if len(self._all) + messages > ALL_PER_SECOND:
            return 1.0, "all_per_second"
        if chat < 0:
            group = self._groups[chat]
            _forget(group, now, 60.0)
            if len(group) + messages > GROUP_PER_MINUTE:
                return group[0] + 60.0 - now if group else 60.0, "group_per_minute"
        left = self._left(now, chat)
        if left < 1.0:
            return (1.0 - left) / CHAT_PER_SECOND, "chat_per_second"
        return 0.0, ""

    def _left(self, now: float, chat: int) -> float:
        tokens, seen = self._tokens.get(chat, (float(CHAT_BURST), now))
        return min(float(CHAT_BURST), tokens + max(0.0, now - seen) * CHAT_PER_SECOND)

    def _note(self, now: float, chat: int, messages: int) -> None:
        self._all.extend([now] * messages)
        if chat < 0:
            self._groups[chat].extend([now] * messages)
        self._tokens[chat] = (max(0.0, self._left(now, chat) - messages), now)

    def as_json(self) -> Json:
        """How often each limit was exceeded."""
        return {"enforced": self.enforce, "violations": dict(self.violations)}


def _forget(times: deque[float], now: float, seconds: float) -> None:
    """Drops what is older than `seconds`, and what lies in the future after the clock was moved back."""
    while times and not 0.0 <= now - times[0] < seconds:
        times.popleft()
