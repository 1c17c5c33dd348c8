"""Rows of imported requests and of their answers, as a database's driver takes them
(:mod:`storage.queries.imported`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from storage.database.seal import Sealer
from storage.tables.checksums import ANSWER_SAYS, FACTS, facts_mac, said_mac

Values = tuple[Any, ...]
#: What each imported request is, as values.
_IS = {
    "urgency": "normal",
    "due_fixed": False,
    "confidential": False,
    "partial": False,
}
#: What the checksum is made of, where an imported request says nothing else, and the places of what it does say.
_SAID_ALWAYS = tuple(_IS.get(name) for name in FACTS)
_EXTERNAL_ID, _TYPE, _STATE, _FROM, _TO, _ASKED, _ANSWERED, _OUTCOME = (
    FACTS.index(name)
    for name in (
        "external_id", "type", "state", "from_unit_id", "to_unit_id", "asked_at", "answered_at", "outcome",
    )
)  # fmt: skip


def request_row(
    dialect: str,
    sealer: Sealer,
    *,
    external_id: str,
    type: str,
    state: str,
    from_unit_id: int | None,
    to_unit_id: int | None,
    asked_at: datetime,
    answered_at: datetime | None,
    outcome: str | None,
    sealed: bytes,
    key_version: int,
) -> Values:
    """A request as :func:`storage.queries.imported.add_requests` takes it. ``dialect``: of the database that it is
    for; ``sealer``: what its checksum is made with."""
    said = list(_SAID_ALWAYS)
    (said[_EXTERNAL_ID], said[_TYPE], said[_STATE], said[_FROM], said[_TO], said[_ASKED], said[_ANSWERED],
     said[_OUTCOME]) = (
        external_id, type, state, from_unit_id, to_unit_id, asked_at, answered_at, outcome,
    )  # fmt: skip
    facts = facts_mac(sealer, said, sealed)
    return (
        external_id, type, state, from_unit_id, to_unit_id, _moment(dialect, asked_at), _moment(dialect, answered_at),
        outcome, sealed, key_version, facts,
    )  # fmt: skip


def answer_row(
    dialect: str,
    sealer: Sealer,
    *,
    unit_id: int | None,
    at: datetime | None,
    outcome: str | None,
    sealed: bytes,
) -> Values:
    """An answer as :func:`storage.queries.imported.add_answers` takes it."""
    given = {"unit_id": unit_id, "at": at, "outcome": outcome, "partial": False}
    said = said_mac(sealer, "answers", [given.get(name) for name in ANSWER_SAYS], sealed)
    return (unit_id, _moment(dialect, at), outcome, sealed, said)


def _moment(dialect: str, at: datetime | None) -> Any:
    """What :class:`storage.tables.types.UtcDateTime` writes."""
    if at is None or dialect != "sqlite":
        return at
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
