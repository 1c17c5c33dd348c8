"""The keyed checksums of requests and of what was said of them, made of plain values.

Nothing of SQLAlchemy is needed for them, so that the processes which make rows of a ledger ready do without it: it is
a third of what such a process holds. Which rows are covered, and when, stands in :mod:`storage.tables.covered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from storage.database.seal import Sealer, encode

#: Of a request, besides what it says and where its chain ends. Not where its cards stand, and when it was nudged.
FACTS = (
    "number", "external_id", "origin_key", "type", "state", "urgency", "from_unit_id", "to_unit_id", "asker_id",
    "handler_id", "asked_at", "due_at", "due_fixed", "first_due_at", "accept_by", "accepted_at", "answered_at",
    "closed_at", "outcome", "rating", "reused_from_id", "partial", "purged_at", "confidential",
)  # fmt: skip
#: Of an answer: who says it, when, and to what end.
ANSWER_SAYS = (
    "person_id", "unit_id", "at", "due_at", "outcome", "partial", "fresh_until", "reused_from_id", "corrects_id",
    "handling", "evaluation", "withdrawn_at",
)  # fmt: skip


def canonical(values: Sequence[Any]) -> bytes:
    """The same bytes for the same values, as they were given or as either database gives them back."""
    return encode([value if type(value) in _AS_THEY_ARE else _plain(value) for value in values])


_AS_THEY_ARE = frozenset((str, int, bool, type(None)))  # told first: an imported row has thirty values


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value.hex() if isinstance(value, bytes) else value


def facts_mac(sealer: Sealer, facts: Sequence[Any], sealed: bytes) -> bytes:
    """Of what a request says (:data:`FACTS`), wherever it stands."""
    return sealer.mac("requests", canonical(facts) + sealed)


def request_mac(sealer: Sealer, facts: bytes, place: Sequence[Any]) -> bytes:
    """Of a request: ``facts`` (:func:`facts_mac`), and its id, by which import it came and where its chain ends."""
    return sealer.mac("requests row", canonical(place) + facts)


def said_mac(sealer: Sealer, table: str, columns: Sequence[Any], sealed: bytes) -> bytes:
    """Of a row of what was said, to whatever request it belongs."""
    return sealer.mac(table, canonical(columns) + sealed)


def row_mac(sealer: Sealer, table: str, said: bytes, request_id: int | None) -> bytes:
    """Of a row of what was said (:func:`said_mac`) of a request."""
    return sealer.mac(f"{table} row", canonical((request_id,)) + said)
