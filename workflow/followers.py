"""Those who reuse an answer: what becomes of it becomes of theirs, and they are told."""

from __future__ import annotations

from collections.abc import Collection

from storage import requests as rows
from storage.models import Answer, Request
from workflow import units
from workflow.record import record
from workflow.telling import asker_mention, show, sides, tell
from workflow.text import Text, t
from workflow.work import Tx


async def of(tx: Tx, answer_ids: Collection[int]) -> list[tuple[Request, Answer]]:
    """The requests that an answer was given to besides its own, locked, with their copies of it.

    One whose content was deleted has none any more.
    """
    found = []
    for copy in await rows.copies_of(tx.session, answer_ids):
        request = await tx.session.get(Request, copy.request_id, with_for_update=True)
        if request is not None and request.purged_at is None:
            found.append((request, copy))
    return found


async def outcome(tx: Tx, request: Request, answer: Answer, *, told: bool) -> None:
    """The answer came out otherwise than it was copied. ``told``: they have read another outcome."""
    for other, copy in await of(tx, [answer.id]):
        before = copy.outcome
        copy.outcome = answer.outcome
        if other.reused_from_id == request.id and other.answered_at is not None:
            state = other.state
            await rows.change(tx.session, other, before=state, state=state, outcome=answer.outcome)
        await record(
            tx,
            other,
            "outcome",
            source=request.id,
            answer=copy.id,
            outcome_before=before,
            outcome=answer.outcome,
        )
        await show(tx, other)
        if told:
            word = "more" if answer.partial else answer.outcome or "unset"
            words = await _words(tx, "followed_outcome", request, other, outcome=t(f"outcome.{word}"))
            await tell(tx, other, words, (await sides(tx, other)).asking)


async def _words(tx: Tx, key: str, request: Request, other: Request, **params: object) -> Text:
    unit = await units.by_id(tx, request.to_unit_id)
    return t(
        key,
        number=other.number,
        source=request.number,
        unit=unit.name if unit else "",
        by=tx.who.name,
        asker=await asker_mention(tx, other),
        **params,
    )
