"""Who comes by, and where: all that every update asks first, in one trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.prepared import Prepared, Rows
from storage.queries import inbox
from storage.queries.drills import key_of
from storage.queries.units import STAMP
from storage.tables.duty import StandIn
from storage.tables.models import Account, Chat, ChatUnit, Desk, InboxUpdate, Membership, Person, Unit
from storage.tables.words import ChatPurpose


def _look(*, marks: bool) -> Select[tuple[object, ...]]:
    """A row for each membership of the person and each unit of the chat; one where there is neither. ``marks``: the
    update is done thereby, and the last column says whether it was not before."""
    here = select(literal_column("1").label("here")).subquery("here")
    account, person = Account.__table__, Person.__table__
    held, unit = Membership.__table__, Unit.__table__
    chat, bound, desk = Chat.__table__, ChatUnit.__table__, Desk.__table__
    anywhere, stands = ChatUnit.__table__.alias("anywhere"), StandIn.__table__
    chosen = select(anywhere.c.chat_id).where(anywhere.c.purpose == ChatPurpose.DESK, anywhere.c.chosen)
    deputies = select(stands.c.id).where(stands.c.other_unit_id.is_not(None))
    found = select(
        person.c.id, person.c.chat_id.label("alone_in"), person.c.sealed, person.c.language, person.c.private_ok,
        held.c.id.label("held_id"), held.c.unit_id.label("held_in"), unit.c.code, held.c.role,
        held.c.state.label("held_as"), held.c.newcomer,
        chat.c.id.label("chat_id"), chat.c.kind, chat.c.sealed.label("called"), chat.c.forum, chat.c.state,
        bound.c.unit_id, bound.c.purpose,
        select(desk.c.value).where(desk.c.key == STAMP).scalar_subquery().label("stamp"),
        select(desk.c.value).where(desk.c.key == bindparam("of_drill")).scalar_subquery().label("drill"),
        chosen.exists().label("windows"), deputies.exists().label("deputies"),
    )  # fmt: skip
    if marks:
        done = inbox.MARK_DONE.returning(InboxUpdate.__table__.c.update_id).cte("done")
        found = found.add_columns(select(func.count()).select_from(done).scalar_subquery().label("marked"))
    return found.select_from(
        here.outerjoin(
            account,
            (account.c.channel == bindparam("of_channel")) & (account.c.native_id == bindparam("native_id")),
        )
        .outerjoin(person, person.c.id == account.c.person_id)
        .outerjoin(held, (held.c.person_id == person.c.id) & held.c.until.is_(None))
        .outerjoin(unit, unit.c.id == held.c.unit_id)
        .outerjoin(chat, chat.c.id == bindparam("of_chat"))
        .outerjoin(bound, bound.c.chat_id == chat.c.id)
    ).order_by(held.c.id, bound.c.unit_id)


_LOOK = Prepared(_look(marks=False))
_MARK_AND_LOOK = Prepared(lambda _dialect: _look(marks=True))  # PostgreSQL alone knows a change within a look


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenPerson:
    id: int
    chat_id: int | None
    sealed: bytes
    language: str | None
    private_ok: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenChat:
    kind: str
    sealed: bytes | None  # its title
    forum: bool
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A membership that has not ended."""

    unit_id: int
    code: str
    role: str
    state: str
    newcomer: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Rows as they are now; None for what is seen for the first time."""

    known_update: bool = False  # it was handled before
    stamp: str | None = None  # of the units
    drill: str | None = None  # since when one runs in the chat
    windows: bool = True  # whether somebody has made any group a unit's window
    deputies: bool = True  # whether any unit stands in for another, now or soon
    person: SeenPerson | None = None
    memberships: Sequence[Held] = ()
    chat: SeenChat | None = None
    chat_units: Sequence[tuple[int, str]] = ()  # unit, and what the group is to it


async def look(
    session: AsyncSession,
    channel: str,
    native_id: str,
    chat_id: int | None,
    *,
    update_id: int | None = None,
    now: datetime | None = None,
    arrived: datetime | None = None,
) -> Visit:
    """The person whose account in a channel it is, with their current memberships, and the chat with its units. With
    ``update_id``, which is thereby done at ``now``, nothing more is asked about one that was done before, or of which
    an event tells since it ``arrived``."""
    asked = {"of_channel": channel, "native_id": native_id, "of_chat": chat_id, "of_drill": key_of(chat_id)}
    if update_id is None or now is None:
        found = await _LOOK.fetch(session, asked)
    elif session.get_bind().dialect.name == "sqlite":
        if not await inbox.done(session, update_id, now=now, arrived=arrived):
            return Visit(known_update=True)
        found = await _LOOK.fetch(session, asked)
    else:
        marked = inbox.to_mark(session, update_id, now=now, arrived=arrived)
        found = await _MARK_AND_LOOK.fetch(session, {**asked, **marked})
        if not found[0][-1]:
            return Visit(known_update=True)
    return _visit(found)


def _visit(found: Rows) -> Visit:
    """Each membership comes once for each unit of the chat, and the other way round."""
    person_id, alone_in, sealed, language, private_ok = found[0][:5]
    chat_id, kind, called, forum, state = found[0][11:16]
    held = {row[5]: row[6:11] for row in found if row[5] is not None}
    return Visit(
        stamp=found[0][18],
        drill=found[0][19],
        windows=found[0][20],
        deputies=found[0][21],
        person=None if person_id is None else SeenPerson(
            id=person_id, chat_id=alone_in, sealed=sealed, language=language, private_ok=private_ok
        ),
        memberships=[
            Held(unit_id=unit_id, code=code, role=role, state=held_as, newcomer=newcomer)
            for unit_id, code, role, held_as, newcomer in held.values()
        ],
        chat=None if chat_id is None else SeenChat(kind=kind, sealed=called, forum=forum, state=state),
        chat_units=list({row[16]: row[17] for row in found if row[16] is not None}.items()),
    )  # fmt: skip
