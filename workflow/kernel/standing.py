"""Which answer of a request stands, and until when it may be reused."""

from __future__ import annotations

from datetime import datetime

from storage.queries import answers as answer_rows
from storage.tables.models import Answer, Request
from workflow.kernel.states import State
from workflow.kernel.tx import Tx


def name_of(request: Request) -> str:
    """What people call a request: its number, or the ledger's where it was imported."""
    return request.number or request.external_id or str(request.id)


async def standing_answer(tx: Tx, source: Request) -> Answer | None:
    """The answer that a request has now, None when it has none (any more)."""
    if source.answered_at is None or source.state not in (State.ANSWERED, State.CLOSED) or source.purged_at:
        return None
    given = await answer_rows.standing(tx.session, source.id)
    return given[-1].answer if given and not given[-1].answer.partial else None


def fresh_until(tx: Tx, source: Request, answer: Answer) -> datetime | None:
    """Until when an answer may be reused: as it was given, or by its type where it was imported."""
    rule = tx.policy.types.get(source.type)
    if answer.fresh_until is not None:
        return answer.fresh_until
    return answer.at + rule.fresh_for if rule and answer.at else None


def is_fresh(tx: Tx, source: Request, answer: Answer) -> bool:
    until = fresh_until(tx, source, answer)
    return until is not None and tx.now <= until
