"""Matching over rows of a file: what ``crossbeat match`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from matching.compare.explain import explain
from matching.compare.reasons import english
from matching.identifiers.values import Record
from storage.queries import labels as label_rows
from storage.queries import requests as rows
from storage.queries import units as unit_rows
from storage.tables.models import Request
from workflow.kernel.tx import Tx
from workflow.ledger import giving as ledger
from workflow.ledger.coded import type_named, types_by_code
from workflow.reuse import reuse

LIMIT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One match as it is printed; ``id`` is the ledger's or the request's number."""

    id: str
    score: float
    verdict: str
    reasons: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        return {"id": self.id, "score": self.score, "verdict": self.verdict, "reasons": list(self.reasons)}


async def match_row(tx: Tx, row: Mapping[str, Any], *, as_of: datetime, limit: int = LIMIT) -> list[Found]:
    """The matches of one query row, best first."""
    query = _query(tx, row)
    judged = tx.engine.judge(query, await reuse.candidates(tx, query), as_of=as_of, limit=limit)
    names = await rows.names(tx.session, [int(m.id) for m in judged])
    return [
        Found(
            id=names[int(m.id)],
            score=round(m.score, 4),
            verdict=m.verdict,
            reasons=tuple(english(reason) for reason in m.reasons),
        )
        for m in judged
    ]


def _query(tx: Tx, row: Mapping[str, Any]) -> Record:
    """What is looked for; its type may be named by the code of another system, as in the ledger."""
    return tx.engine.record_from_row(
        dict(row) | {"type": type_named(row, tx.engine, types_by_code(tx.policy))}
    )


async def explain_row(tx: Tx, row: Mapping[str, Any], *, as_of: datetime) -> list[dict[str, Any]]:
    """Why each candidate got its verdict, field by field: weights, vetoes, and what keeps it from reuse."""
    query = _query(tx, row)
    candidates = await reuse.candidates(tx, query)
    names = await rows.names(tx.session, [int(c.id) for c in candidates])
    explained = []
    for candidate in candidates:
        others = [other for other in candidates if other is not candidate]
        found = explain(query, candidate, tx.engine.rules, as_of=as_of, others=others)
        explained.append({"id": names[int(candidate.id)]} | asdict(found))
    return sorted(explained, key=lambda entry: -entry["score"])


async def kept_labels(tx: Tx) -> list[dict[str, Any]]:
    """What people of this desk said about offers (a tap on 复用, or on "not the same"), as labelled pairs."""
    units = await unit_rows.names(tx.session)
    labels = []
    for label in await label_rows.all_of(tx.session):
        query = await tx.session.get_one(Request, label.request_id)
        candidate = await tx.session.get_one(Request, label.candidate_id)
        labels.append(
            {
                "query": await ledger.row_of(tx, query, units),
                "candidate": await ledger.row_of(tx, candidate, units),
                "same": label.same,
            }
        )
    return labels
