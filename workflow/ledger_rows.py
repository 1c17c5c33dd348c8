"""Ledger rows checked, understood and sealed: everything about them that needs no database.

It is the expensive part of an import, so it is made to run in other processes too (:class:`Preparer` pickles).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from matching.dates import read_moment
from matching.engine import Engine
from matching.packing import pack
from matching.values import Record
from storage.ledger_outcomes import OUTCOMES, STATES
from storage.models import REQUEST_STATES
from storage.seal import Sealer
from workflow.body import Body

MAX_ID, MAX_TYPE = 128, 64
#: States in which a request has no answer to give and waits for none: not in the match index.
NOT_INDEXED = frozenset({"declined", "cancelled"})


class RowRejected(ValueError):
    """Why a row cannot be taken in; the text is for people."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A row ready to be written; what is personal in it is sealed already."""

    external_id: str
    type: str
    state: str
    from_unit_id: int | None
    to_unit_id: int | None
    asked_at: datetime
    answered_at: datetime | None
    outcome: str | None
    body: bytes
    answer: bytes | None
    record: bytes
    keys: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Preparer:
    """What preparing rows needs of the desk."""

    engine: Engine
    sealer: Sealer
    secret: bytes
    units: Mapping[str, int]  # folded name, alias or code -> unit id
    zone: tzinfo

    def prepare(self, row: Mapping[str, Any]) -> Prepared:
        """The row, ready to be written. Raises :class:`RowRejected`."""
        external_id = _id(row)
        asked, answered = self._times(row)
        state = _state(row, answered)
        outcome = str(row.get("outcome") or "").strip().lower().replace("_", " ")
        if outcome not in OUTCOMES:
            raise RowRejected(f"outcome {outcome[:40]!r} is not found, partly or nothing found")
        answer = row.get("answer")
        compared = self.engine.record_from_row(dict(row) | {"asked_at": asked, "answered_at": answered})
        kept = replace(compared, id="", outcome=OUTCOMES[outcome] if answered else "")
        return Prepared(
            external_id=external_id,
            type=compared.type or str(row.get("type") or "")[:MAX_TYPE],
            state=state,
            from_unit_id=self._unit(row.get("from_unit")),
            to_unit_id=self._unit(row.get("to_unit")),
            asked_at=asked,
            answered_at=answered,
            outcome=(OUTCOMES[outcome] or None) if answered else None,
            body=_body(row, compared, answered=answered is not None).seal(self.sealer),
            answer=self.sealer.seal("answers", {"text": answer}) if answered else None,
            record=self.sealer.seal_bytes("match_records", pack(kept)),
            keys=() if state in NOT_INDEXED else tuple(self.engine.keys(compared, self.secret)),
        )

    def _times(self, row: Mapping[str, Any]) -> tuple[datetime, datetime | None]:
        asked = moment(row.get("asked_at"), "asked_at", self.zone)
        answered = moment(row.get("answered_at"), "answered_at", self.zone)
        if asked is None:
            raise RowRejected("asked_at is missing; 2026-03-01T09:00:00+08:00 would work")
        if answered is not None and answered < asked:
            raise RowRejected("answered_at is before asked_at")
        if answered is not None and not isinstance(row.get("answer"), str):
            raise RowRejected("answered_at without an answer")
        return asked, answered

    def _unit(self, name: Any) -> int | None:
        """The unit of ours that a row names; None for one that we do not know, whose name stays in the row."""
        return self.units.get(str(name or "").casefold())


def _id(row: Mapping[str, Any]) -> str:
    external_id = str(row.get("id") or "").strip()
    if not external_id:
        raise RowRejected("no id")
    if len(external_id) > MAX_ID:
        raise RowRejected(f"id longer than {MAX_ID} characters")
    return external_id


def _state(row: Mapping[str, Any], answered: datetime | None) -> str:
    given = str(row.get("state") or ("answered" if answered else "open"))
    state = STATES.get(given.strip().lower())
    if state is None:
        raise RowRejected(f"state {given[:40]!r} is not one of {', '.join(REQUEST_STATES)}")
    if (state == "answered") != (answered is not None) and state in ("open", "accepted", "answered"):
        raise RowRejected(f"state {state} does not go with {'an' if answered else 'no'} answered_at")
    return state


def moment(value: Any, name: str, zone: tzinfo) -> datetime | None:
    """An aware time; a date is its midnight, a time without offset the desk's. Raises :class:`RowRejected`."""
    if value in (None, ""):
        return None
    read = read_moment(value, zone=zone)
    if read is None:
        wrong = str(value)[:40]
        raise RowRejected(f"{name} {wrong!r} is no time; 2026-03-01T09:00:00+08:00 would work")
    return read.at


def _kept(row: Mapping[str, Any], *, answered: bool) -> dict[str, Any]:
    """The row as it is kept for export: an answer lies in its own table, its place among the fields stays."""
    return {name: None if name == "answer" and answered else value for name, value in row.items()}


def _body(row: Mapping[str, Any], compared: Record, *, answered: bool) -> Body:
    return Body(
        subjects=tuple(s for s in compared.subjects if s.name or s.ids),
        case=compared.case,
        period=compared.period,
        reason=str(row.get("reason") or ""),
        basis=str(row.get("basis") or ""),
        note=str(row.get("note") or ""),
        handler=str(row.get("handler") or ""),
        contact=str(row.get("contact") or ""),
        ledger=_kept(row, answered=answered),
    )


def sameness(row: Mapping[str, Any]) -> bytes:
    """A hash by which a row that is imported again is recognised, whatever the order of its fields."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
