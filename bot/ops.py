"""What those who run the desk are told in the ops chat: once about each thing, not in floods."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from bot.incidents import incident_number
from workflow.text import Text
from workflow.work import LANE_TALK, Work

log = structlog.get_logger(__name__)

AGAIN_AFTER_SECONDS = 3600.0


class Ops:
    """``chat_id`` None: there is no ops chat, and the log has to do."""

    def __init__(self, *, chat_id: int | None, make_work: Callable[[], Work]) -> None:
        self.chat_id = chat_id
        self._make_work = make_work
        self._told: dict[str, float] = {}

    async def tell(self, about: str, text: Text) -> None:
        """Queues a note, unless the same was told within the hour. Never raises: it is said in passing."""
        now = time.monotonic()
        if self.chat_id is None or now - self._told.get(about, float("-inf")) < AGAIN_AFTER_SECONDS:
            return
        self._told = {key: at for key, at in self._told.items() if now - at < AGAIN_AFTER_SECONDS}
        self._told[about] = now
        try:
            async with self._make_work().write() as tx:
                await tx.say(text, chat_id=self.chat_id, lane=LANE_TALK, once=f"ops:{about}"[:64])
        except Exception:
            log.exception("ops_note_lost", about=about, incident=incident_number())
