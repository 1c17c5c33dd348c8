"""Fair turns in a chat: of those whose messages wait for it, whoever was served longest ago is next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

MOST = 10_000  # chats and people that are remembered; who was forgotten is served at once

Key = tuple[int, int | None]  #: chat, person; None: what no person caused


class Turns:
    """Kept in memory by the one process that sends. After a restart everybody is new."""

    def __init__(self) -> None:
        self._served: OrderedDict[Key, int] = OrderedDict()
        self._count = 0

    def pick(self, chat_id: int, waiting: Iterable[tuple[int | None, int]]) -> int:
        """Of ``(person, their first line)`` the line whose turn it is; the oldest of those never served."""
        person, line = min(waiting, key=lambda one: (self._served.get((chat_id, one[0]), 0), one[1]))
        self._count += 1
        self._served[chat_id, person] = self._count
        self._served.move_to_end((chat_id, person))
        if len(self._served) > MOST:
            self._served.popitem(last=False)
        return line
