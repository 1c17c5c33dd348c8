"""Ledger rows checked, understood and sealed: everything about them that needs no database.

It is the expensive part of an import, so it is made to run in other processes too (:class:`Preparer` pickles).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from matching.compare.engine import Engine
from matching.compare.packing import pack
from matching.dates.dates import read_moment
from matching.identifiers.values import UNDATED, Record, TypeRule
from matching.text.normalise import VERSION, fold
from storage.database.seal import KeyedHash, Sealer
from storage.ledger.fields import CODES
from storage.ledger.outcomes import ANSWERED_STATES, OUTCOMES, folded, stage_of, state_of, waits
from storage.ledger.why import Cause, Why, why
from storage.tables import ledger_rows
from workflow.kernel.body import Body
from workflow.kernel.fields import BY_KEY, TEXTS
from workflow.kernel.former import former_id
from workflow.kernel.own_column import of_column
from workflow.kernel.states import State
from workflow.ledger.clean import LooksRounded, cleaned
from workflow.ledger.coded import type_named

MAX_ID, MAX_TYPE = 128, 64
MAX_MET = 10_000  # spellings of units that are remembered
#: States in which a request has no answer to give and waits for none: not in the match index.
_TELLS = frozenset({"subjects", "reason", "case", "answer", "type"})  # a row without any says nothing
NOT_INDEXED = frozenset({State.DECLINED, State.CANCELLED, State.PENDING, State.UNAPPROVED})
#: States in which a request has not gone out: the unit that it names has never heard of it.
NOT_OUT = frozenset({State.PENDING, State.UNAPPROVED})
_DOUBTED = frozenset(("damaged", "length"))  # states of a number that nobody can have


class RowRejected(ValueError):
    """A row that cannot be taken in, and why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Prepared(NamedTuple):
    """A row ready to be written; what is personal in it is sealed already.

    A tuple, which crosses to the process that writes at half the cost of a dataclass.
    """

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
    row: ledger_rows.Values  # the request as the database takes it, and its answer
    answer_row: ledger_rows.Values | None
    former: str  # what it is called if it was here and its content was deleted
    doubts: tuple[str, ...] = ()  # kinds of its numbers whose check digit or length is wrong


@dataclass(frozen=True, kw_only=True)
class Preparer:
    """What preparing rows needs of the desk."""

    engine: Engine
    sealer: Sealer
    hashed: KeyedHash
    naming: bytes  # what rows without an id are named with: it outlives a change of the key
    units: Mapping[str, int]  # folded name, alias or code -> unit id
    types: Mapping[str, str]  # folded code of other systems -> key of the type
    zone: tzinfo
    dialect: str  # of the database that is written to
    _met: dict[str, int | None] = field(default_factory=dict)  # units as they were written

    def kept(
        self, row: Mapping[str, Any], *, from_table: bool = False, unnumbered: bool = False
    ) -> dict[str, Any]:
        """The row as it is kept. ``from_table``: its values are as people and spreadsheets write them;
        ``unnumbered``: the table has no column for an id, and gets one. Raises :class:`RowRejected`."""
        try:
            made = cleaned(row, zone=self.zone, from_table=from_table)
        except LooksRounded as error:
            raise RowRejected(error.why) from None
        if not unnumbered:
            return made
        if not made.keys() & _TELLS:
            raise RowRejected(why(Cause.SAYS_NOTHING))
        text = json.dumps(made, ensure_ascii=False, sort_keys=True, default=str)
        named = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self.naming, digest_size=8)
        return {"id": f"row-{named.hexdigest()}"} | made

    def prepare(self, row: Mapping[str, Any]) -> Prepared:
        """A row that is kept so (:meth:`kept`), ready to be written. Raises :class:`RowRejected`."""
        external_id = _id(row)
        asked, answered = self._times(row)
        answer = row.get("answer")
        state, has_answer = _state(row, answered)
        outcome = _outcome(row)
        read = {"asked_at": asked, "answered_at": answered, "type": type_named(row, self.engine, self.types)}
        compared = self.engine.record_from_row(dict(row) | read)
        ended = OUTCOMES[outcome] if has_answer else ""
        undated = has_answer and answered is None
        compared = replace(compared, id="", outcome=ended, state=UNDATED if undated else compared.state)
        given: dict[str, Any] = {
            "external_id": external_id,
            "type": compared.type or str(row.get("type") or "")[:MAX_TYPE],
            "state": state,
            "from_unit_id": self._unit(row, "from_unit"),
            "to_unit_id": None if state in NOT_OUT else self._unit(row, "to_unit"),
            "asked_at": asked,
            "answered_at": answered,
            "outcome": ended or None,
        }
        rule = self.engine.rules.get(compared.type)
        body = _body(row, compared, rule, answered=has_answer, undated=undated).seal(self.sealer)
        sealed = self.sealer.seal("answers", {"text": answer}) if has_answer else None
        keys = () if state in NOT_INDEXED else tuple(dict.fromkeys(self.engine.keys(compared, self.hashed)))
        return Prepared(
            **given,
            body=body,
            answer=sealed,
            record=self.sealer.seal_bytes("match_records", pack(compared)),
            keys=keys,
            row=ledger_rows.request_row(self.dialect, self.sealer, **given, sealed=body, key_version=VERSION),
            answer_row=self._answer(given, sealed),
            former=former_id(self.naming, external_id),
            doubts=tuple(
                dict.fromkeys(i.kind for s in compared.subjects for i in s.ids if i.state in _DOUBTED)
            ),
        )

    def _answer(self, given: Mapping[str, Any], sealed: bytes | None) -> ledger_rows.Values | None:
        if sealed is None:
            return None
        at, outcome = given["answered_at"], given["outcome"]
        return ledger_rows.answer_row(
            self.dialect, self.sealer, unit_id=given["to_unit_id"], at=at, outcome=outcome, sealed=sealed
        )

    def _times(self, row: Mapping[str, Any]) -> tuple[datetime, datetime | None]:
        """When was asked, and when answered: a day without a time may be that of the other."""
        asked, asked_timed = _read(row.get("asked_at"), "asked_at", self.zone)
        answered, answered_timed = _read(row.get("answered_at"), "answered_at", self.zone)
        if asked is None:
            raise RowRejected(why(Cause.ASKED_MISSING, field="asked_at"))
        if answered is None:
            return asked, None
        if answered < asked:
            same_day = answered.astimezone(self.zone).date() == asked.astimezone(self.zone).date()
            if not same_day or (asked_timed and answered_timed):
                raise RowRejected(why(Cause.ANSWERED_BEFORE))
            answered = asked
        if not isinstance(row.get("answer"), str):
            raise RowRejected(why(Cause.NO_ANSWER))
        return asked, answered

    def _unit(self, row: Mapping[str, Any], side: str) -> int | None:
        """The unit of ours that a row names, or whose code it has; None for one that we do not know, whose name stays
        in the row. Raises :class:`RowRejected` where they are two."""
        by_name = self._unit_called(row.get(side))
        by_code = self._unit_called(code) if (code := row.get(f"{side}_code")) else None
        if by_name is not None and by_code is not None and by_name != by_code:
            raise RowRejected(why(Cause.TWO_UNITS, name=str(row[side])[:40], code=str(code)[:40]))
        return by_name if by_name is not None else by_code

    def _unit_called(self, name: Any) -> int | None:
        text = str(name or "").casefold()
        if not text or text in self.units:
            return self.units.get(text)
        if text not in self._met and len(self._met) < MAX_MET:  # a ledger names few units, in each row
            self._met[text] = self.units.get("".join(fold(text).split()))
        return self._met[text] if text in self._met else self.units.get("".join(fold(text).split()))


def _id(row: Mapping[str, Any]) -> str:
    external_id = str(row.get("id") or "").strip()
    if not external_id:
        raise RowRejected(why(Cause.NO_ID))
    if len(external_id) > MAX_ID:
        raise RowRejected(why(Cause.LONG_ID, most=MAX_ID))
    return external_id


def _outcome(row: Mapping[str, Any]) -> str:
    """Its outcome as it is looked up; "" where there stands none, or how far it has come (pending)."""
    outcome = folded(str(row.get("outcome") or ""))
    if outcome in OUTCOMES:
        return outcome
    if stage_of(outcome) is None:
        raise RowRejected(why(Cause.NO_OUTCOME, value=outcome[:40]))
    return ""


def _state(row: Mapping[str, Any], answered: datetime | None) -> tuple[str, bool]:
    """The state, and whether an answer was given: one without its date is one too, unless the state denies it or
    the words say that there is none (未回复)."""
    given = str(row.get("state") or "")
    answer = row.get("answer")
    words = answer if isinstance(answer, str) else ""
    unanswered = waits(words)
    if answered is not None and unanswered and state_of(given) not in ANSWERED_STATES:
        raise RowRejected(why(Cause.DATED_UNANSWERED, text=words))
    has_words = bool(words.strip()) and (not unanswered or answered is not None)
    if given:
        state = state_of(given)
    else:
        said = stage_of(str(row.get("outcome") or "")) or unanswered
        state = State.ANSWERED if answered or has_words else said or State.OPEN
    if state is None:
        raise RowRejected(why(Cause.NO_STATE, value=given[:40], states=", ".join(State)))
    has_answer = answered is not None or (has_words and state in ANSWERED_STATES)
    if answered is not None and state in (State.OPEN, State.ACCEPTED):
        raise RowRejected(why(Cause.STATE_ANSWERED, value=str(state)))
    if state == State.ANSWERED and not has_answer:
        raise RowRejected(why(Cause.ANSWERED_EMPTY))
    return state, has_answer


def _read(value: Any, name: str, zone: tzinfo) -> tuple[datetime | None, bool]:
    if value in (None, ""):
        return None, False
    read = read_moment(value, zone=zone)
    if read is None:
        raise RowRejected(why(Cause.NO_TIME, field=name, value=str(value)[:40]))
    return read.at, read.timed


def moment(value: Any, name: str, zone: tzinfo) -> datetime | None:
    """An aware time; a date is its midnight, a time without offset the desk's. Raises :class:`RowRejected`."""
    return _read(value, name, zone)[0]


def _kept(row: Mapping[str, Any], *, answered: bool) -> dict[str, Any]:
    """The row as it is kept for export: an answer lies in its own table, its place among the fields stays."""
    return {name: None if name == "answer" and answered else value for name, value in row.items()}


def _body(
    row: Mapping[str, Any], compared: Record, rule: TypeRule | None, *, answered: bool, undated: bool
) -> Body:
    texts = {name: str(row.get(BY_KEY[name].ledger) or "") for name in TEXTS} | {"case": compared.case}
    return Body(
        subjects=tuple(s for s in compared.subjects if s.name or s.ids),
        period=compared.period,
        texts={name: text for name, text in texts.items() if text},
        own=of_column(rule, str(row.get("fields") or "")),
        handler=str(row.get("handler") or ""),
        ledger=_kept(row, answered=answered),
        undated=undated,
    )


def sameness(row: Mapping[str, Any], zone: tzinfo) -> bytes:
    """A hash by which a row that is imported again is recognised, whatever the order of its fields and the
    spelling of its moments and numbers, with codes of other systems or without."""
    with suppress(LooksRounded):
        row = cleaned(row, zone=zone, from_table=True)
    # A code says again which unit or type that is; an export adds those that are configured by then.
    row = {name: value for name, value in row.items() if not row.get(CODES.get(name, ""))}
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
