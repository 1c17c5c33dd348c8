"""What the record covers of the rows themselves.

A row that is there with no event of its own to say so (a request and where its chain ends, an imported answer, who
somebody is) has a keyed checksum over its columns: whoever has the file and not the key cannot change it, put
another in its place or set it back. It is made whenever SQLAlchemy writes the row, so that no use case can forget it;
statements that write past the objects give it themselves.

What was said (answers, comments, files), who belongs to a unit and which group does is noted as it is written, and
stands as a keyed hash in the next event of its chain (:func:`workflow.record.record.record`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, QueryContext, Session, object_session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from storage.database.ciphers import MAC_BYTES
from storage.database.engine import SEALER
from storage.database.seal import Sealer
from storage.tables.checksums import (
    ANSWER_SAYS,
    FACTS,
    canonical,
    facts_mac,
    request_mac,
)
from storage.tables.duty import DutyLeave, DutyNote, DutyRule, DutySwap, DutyTurn, StandIn
from storage.tables.models import (
    Answer,
    Base,
    ChatUnit,
    Comment,
    File,
    LegalHold,
    Membership,
    Person,
    Request,
)

_PLACE = ("id", "import_id", "event_seq", "event_head")
#: Facts that the model gives a new request, and what.
_GIVEN = [
    (name, default.arg)
    for name in FACTS
    if isinstance(default := Request.__table__.c[name].default, ScalarElementColumnDefault)
]
#: Tables of what was said of a request, with the columns that say who, when and to what end. Not those that follow
#: a group that was given another id, or a file that belongs to the answer which stands in the place of another.
SAID: Mapping[type[Base], tuple[str, ...]] = {
    Answer: ANSWER_SAYS,
    Comment: ("person_id", "at", "kind"),
    File: ("kind", "at"),
    LegalHold: ("person_id", "unit_id", "at", "released_at"),
}  # fmt: skip
_BELONGED = (
    "person_id",
    "unit_id",
    "role",
    "state",
    "newcomer",
    "since",
    "until",
)  # as older versions wrote it
BELONGS = (*_BELONGED, "confirmed_at", "asked_at", "role_until", "role_then")
BOUND = ("purpose",)  # of which group belongs to which unit, besides the two, by which it is named
#: Tables with checksums, and the columns that one is made of, besides the key, the sealed value and the checksum.
SIGNED: Mapping[str, tuple[str, ...]] = {
    "people": ("chat_id",),
    "requests": (*_PLACE[1:], *FACTS),
    **{model.__tablename__: ("request_id", *columns) for model, columns in SAID.items()},
    "alerts": ("unit_id", "person_id", "at", "next_at", "ended_at"),
    "shared_notes": ("unit_id", "person_id", "at", "until"),
    "operations": ("chat_id", "at", "ends_at", "told_at", "ended_at"),
}
#: Those of them that no event covers besides: what says who they are stands in the checksum.
BY_THEMSELVES = frozenset({"alerts", "operations", "shared_notes"})
#: Who is on duty, and who stands in, which gives rights: what each row says, named by its key.
DUTY: Mapping[type[Base], tuple[tuple[str, ...], tuple[str, ...]]] = {
    DutyRule: (("id",), ("unit_id", "days", "begins", "ends", "turn", "since", "until", "empty")),
    DutyTurn: (("rule_id", "place"), ("person_id",)),
    DutyLeave: (("id",), ("unit_id", "person_id", "first", "last")),
    DutySwap: (("id",), ("unit_id", "day", "person_id", "other_id")),
    StandIn: (("id",), ("unit_id", "person_id", "other_unit_id", "since", "until")),
    DutyNote: (("id",), ("unit_id", "person_id", "at")),
}  # fmt: skip
GROUP = "groups:"  # how those begin in the record (:func:`binding`)
DESK_CHAIN = 0
UNFIT = bytes(MAC_BYTES)  # a checksum that fits nothing: what stood there before was set by hand
_NOTED = "said"  # of a session: chain -> name of the row -> what it says, as bytes; None: it was taken away


def values_of(row: Base, columns: Sequence[str]) -> list[Any]:
    """The columns as the object has them: nothing is loaded for it."""
    held = row.__dict__
    return [held.get(name) for name in columns]


def person_mac(sealer: Sealer, person_id: int, chat_id: int | None, sealed: bytes) -> bytes:
    """Of who somebody is, and where they are written to."""
    return sealer.mac("people", canonical((person_id, chat_id)) + sealed)


def username_key(sealer: Sealer, username: str) -> int | None:
    """By which somebody is found who is called so; None for nobody."""
    return sealer.key("username", username.lower()) if username else None


def account_mac(sealer: Sealer, channel: str, native_id: str, person_id: int) -> bytes:
    """Of whom a channel knows as somebody."""
    return sealer.mac("accounts", canonical((channel, native_id, person_id)))


def counter_mac(sealer: Sealer, unit_id: int, year: int, last: int) -> bytes:
    """Of the last number that a unit was given in a year."""
    return sealer.mac("counters", canonical((unit_id, year, last)))


def mac_of_row(sealer: Sealer, table: str, row: Any, sealed: bytes) -> bytes:
    """Of a row of any table of :data:`SIGNED`, as if ``sealed`` stood in it. ``row``: its columns by name."""
    return signing(table, row.id, [getattr(row, name) for name in SIGNED[table]])(sealer, sealed)


def signing(table: str, row_id: int, columns: Sequence[Any]) -> Callable[[Sealer, bytes], bytes]:
    """What makes the checksum of a row as if a sealed value stood in it, under one key or another; ``columns``: those
    of :data:`SIGNED`."""
    if table == "people":
        return lambda sealer, sealed: person_mac(sealer, row_id, columns[0], sealed)
    split = len(_PLACE) - 1 if table == "requests" else 1
    named = table == "requests" or table in BY_THEMSELVES
    whose = canonical((row_id, *columns[:split])) if named else canonical(columns[:split])
    says = canonical(columns[split:])

    def mac(sealer: Sealer, sealed: bytes) -> bytes:
        return sealer.mac(f"{table} row", whose + sealer.mac(table, says + sealed))

    return mac


def mac_of_request(sealer: Sealer, request: Request) -> bytes:
    """Of the row as the object has it."""
    facts = facts_mac(sealer, values_of(request, FACTS), request.sealed)
    return request_mac(sealer, facts, values_of(request, _PLACE))


def said_form(sealer: Sealer, table: str, request_id: int, columns: Sequence[Any], sealed: bytes) -> bytes:
    """What a row says, by which nonce ever it is sealed."""
    return canonical((request_id, *columns)) + sealer.unseal_bytes(table, sealed)


def holds_form(sealer: Sealer, facts: Sequence[Any], sealed: bytes) -> bytes:
    """What a request says and how it stands, by which nonce ever it is sealed."""
    return canonical(facts) + sealer.unseal_bytes("requests", sealed)


def belongs_form(values: Sequence[Any]) -> bytes:
    """What a membership says, of :data:`BELONGS`: as it was noted before there were the later columns, where none of
    them says anything."""
    later = values[len(_BELONGED) :]
    return canonical(values if any(value is not None for value in later) else values[: len(_BELONGED)])


# --- what was said anew -----------------------------------------------------------------------------------------


def note(session: AsyncSession | Session, chain: int, name: str, form: bytes | None) -> None:
    """A row says this from now on (None: it is gone), which the next event of the chain is to cover."""
    session.info.setdefault(_NOTED, {}).setdefault(chain, {})[name] = form


def take_noted(session: AsyncSession, chain: int) -> Mapping[str, bytes | None]:
    """What was said anew, and stands in no event of this chain yet."""
    found: Mapping[str, bytes | None] = session.info.get(_NOTED, {}).pop(chain, {})
    return found


def noted(session: AsyncSession) -> Sequence[int]:
    """The chains in which something was said anew that stands in no event yet."""
    return list(session.info.get(_NOTED, {}))


def unwritten(session: AsyncSession) -> bool:
    """Whether the session still has to write something that is to be noted."""
    rows = (*session.new, *session.dirty, *session.deleted)
    return any(isinstance(row, (*SAID, *DUTY, Membership, ChatUnit)) for row in rows)


def binding(chat_id: int, unit_id: int) -> str:
    """How it is called in the record that a group belongs to a unit."""
    return f"{GROUP}{chat_id}:{unit_id}"


def duty_named(model: type[Base], key: Sequence[Any]) -> str:
    """How a row of :data:`DUTY` is called in the record."""
    return ":".join([model.__tablename__, *map(str, key)])


def duty_form(values: Sequence[Any]) -> bytes:
    """What such a row says."""
    return canonical([one.isoformat() if type(one) is date else one for one in values])


# --- what was tampered with stays so ------------------------------------------------------------------------------

_UNSOUND = "unsound"  # of a session: rows whose checksum did not fit as they were read


@event.listens_for(Request, "load")
@event.listens_for(Person, "load")
def _look_at(row: Request | Person, context: QueryContext) -> None:
    """A row that is to be written: one that was changed by hand must not be signed anew as it stands."""
    sealer = context.session.info.get(SEALER)
    if sealer is not None and row.mac != _mac_of(sealer, row):
        context.session.info.setdefault(_UNSOUND, set()).add((type(row), row.id))


def made_here(session: AsyncSession, person: Person) -> None:
    """The row was written by a statement of this transaction, which could not sign it yet."""
    session.info.get(_UNSOUND, set()).discard((Person, person.id))


def _mac_of(sealer: Sealer, row: Request | Person) -> bytes:
    if isinstance(row, Request):
        return mac_of_request(sealer, row)
    return person_mac(sealer, row.id, row.chat_id, row.sealed)


def _sign(session: Session, sealer: Sealer, row: Request | Person) -> None:
    if (type(row), row.id) not in session.info.get(_UNSOUND, ()):
        row.mac = _mac_of(sealer, row)


# --- on every write ---------------------------------------------------------------------------------------------


def _sealer_of(row: Base) -> tuple[Session, Sealer] | None:
    """None for a session of no :class:`storage.database.engine.Store`, which could sign nothing."""
    session = object_session(row)
    sealer = session.info.get(SEALER) if session is not None else None
    return (session, sealer) if session is not None and sealer is not None else None


@event.listens_for(Request, "before_insert")
@event.listens_for(Request, "before_update")
def _sign_request(_mapper: Mapper[Any], _connection: Connection, row: Request) -> None:
    if (known := _sealer_of(row)) is not None:
        for name, given in _GIVEN:  # what the model gives a new row is not in it yet
            if row.__dict__.get(name) is None:
                setattr(row, name, given)
        row.event_seq = row.__dict__.get("event_seq") or 0
        _sign(*known, row)


@event.listens_for(Person, "before_update")
def _sign_person(_mapper: Mapper[Any], _connection: Connection, row: Person) -> None:
    if (known := _sealer_of(row)) is not None:
        _sign(*known, row)


def _note_said(
    _mapper: Mapper[Any], _connection: Connection, row: Answer | Comment | File | LegalHold
) -> None:
    if row.request_id is not None and (known := _sealer_of(row)) is not None:
        session, sealer = known
        columns = values_of(row, SAID[type(row)])
        form = said_form(sealer, row.__tablename__, row.request_id, columns, row.sealed)
        note(session, row.request_id, f"{row.__tablename__}:{row.id}", form)


def _note_gone(
    _mapper: Mapper[Any], _connection: Connection, row: Answer | Comment | File | LegalHold
) -> None:
    if row.request_id is not None and (known := _sealer_of(row)) is not None:
        note(known[0], row.request_id, f"{row.__tablename__}:{row.id}", None)


for _table in SAID:
    event.listen(_table, "after_insert", _note_said)
    event.listen(_table, "after_update", _note_said)
    event.listen(_table, "after_delete", _note_gone)


@event.listens_for(Membership, "after_insert")
@event.listens_for(Membership, "after_update")
def _note_membership(_mapper: Mapper[Any], _connection: Connection, row: Membership) -> None:
    if (known := _sealer_of(row)) is not None:
        note(known[0], DESK_CHAIN, f"memberships:{row.id}", belongs_form(values_of(row, BELONGS)))


@event.listens_for(ChatUnit, "after_insert")
@event.listens_for(ChatUnit, "after_update")
def _note_binding(_mapper: Mapper[Any], _connection: Connection, row: ChatUnit) -> None:
    if (known := _sealer_of(row)) is not None:
        note(known[0], DESK_CHAIN, binding(row.chat_id, row.unit_id), canonical(values_of(row, BOUND)))


def _note_duty(_mapper: Mapper[Any], _connection: Connection, row: Base) -> None:
    if (known := _sealer_of(row)) is not None:
        key, columns = DUTY[type(row)]
        note(
            known[0],
            DESK_CHAIN,
            duty_named(type(row), values_of(row, key)),
            duty_form(values_of(row, columns)),
        )


def _note_no_duty(_mapper: Mapper[Any], _connection: Connection, row: Base) -> None:
    if (known := _sealer_of(row)) is not None:
        note(known[0], DESK_CHAIN, duty_named(type(row), values_of(row, DUTY[type(row)][0])), None)


for _model in DUTY:
    event.listen(_model, "after_insert", _note_duty)
    event.listen(_model, "after_update", _note_duty)
    event.listen(_model, "after_delete", _note_no_duty)
