"""What those who run the desk are told in the ops chat: once about each thing, not in floods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.runtime.incidents import incident_number
from storage.queries import notices
from storage.tables.words import Lane
from workflow.kernel.text import Text, t
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)

AGAIN_AFTER = timedelta(hours=1)
MOST_AN_HOUR = 12  # a chat takes twenty messages a minute; nobody reads a hundred


class Ops:
    """``chat_id`` None: there is no ops chat, and the log has to do."""

    def __init__(self, *, chat_id: int | None, make_work: Callable[[], Work]) -> None:
        self.chat_id = chat_id
        self._make_work = make_work

    async def tell(self, about: str, text: Text) -> None:
        """Queues a note, unless the same was told within the hour, by this process or another.

        After a dozen within the hour one more says that the rest is in the log. Never raises: it is said in
        passing.
        """
        if self.chat_id is None:
            return
        try:
            async with self._make_work().write() as tx:
                told = await notices.note(tx.session, about, now=tx.now, lasts=AGAIN_AFTER)
                if told == MOST_AN_HOUR + 1:
                    text = t("ops.more", count=MOST_AN_HOUR)
                if 0 < told <= MOST_AN_HOUR + 1:
                    await tx.say(text, chat_id=self.chat_id, lane=Lane.TALK)
        except Exception:
            log.exception("ops_note_lost", about=about, incident=incident_number())
