"""Which message became what: so that an edit of it finds its answer, and the rest of a text its beginning."""

from __future__ import annotations

from dataclasses import dataclass

from storage.queries import sources as rows
from storage.tables.models import Source
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """What a message became."""

    kind: str
    request_id: int | None = None
    answer_id: int | None = None


async def note(tx: Tx, kind: str, **about: int | None) -> None:
    """The message at hand became this; ``about``: ids of the request, the answer, the draft, the comment."""
    if tx.pressed or tx.place is None or tx.place.message_id is None:
        return
    await tx.session.merge(
        Source(
            chat_id=tx.where.chat_id,
            message_id=tx.where.message_id,
            thread_id=tx.where.thread_id,
            person_id=tx.who.person_id,
            kind=kind,
            goes_on=False,
            at=tx.sent,
            **about,
        )
    )


async def became(work: Work) -> Became | None:
    """What the message at hand became before; None for one that became nothing, or long ago."""
    place = work.place
    if place is None or place.message_id is None:
        return None
    async with work.read(short=True) as tx:
        source = await rows.source(tx.session, place.chat_id, place.message_id)
        if source is None:
            return None
        return Became(kind=source.kind, request_id=source.request_id, answer_id=source.answer_id)
