"""Who comes by, and where: all that every update asks first, in three trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.prepared import Prepared
from storage.queries import inbox
from storage.queries.units import STAMP, stamp
from storage.tables.models import Account, Chat, ChatUnit, Desk, Membership, Person, Unit

_PERSON = Prepared(
    select(
        Person.id, Person.chat_id, Person.sealed, Person.language, Person.private_ok,
        Membership.unit_id, Unit.code, Membership.role, Membership.state, Membership.newcomer,
    )
    .join(Account, Account.person_id == Person.id)
    .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.until.is_(None))
    .outerjoin(Unit, Unit.id == Membership.unit_id)
    .where(Account.channel == bindparam("channel"), Account.native_id == bindparam("native_id"))
    .order_by(Membership.id)
)  # fmt: skip
_CHAT = Prepared(
    select(
        Chat.kind, Chat.title, Chat.forum, Chat.state, ChatUnit.unit_id, ChatUnit.purpose,
        select(Desk.value).where(Desk.key == STAMP).scalar_subquery(),
    )
    .outerjoin(ChatUnit, ChatUnit.chat_id == Chat.id)
    .where(Chat.id == bindparam("chat_id"))
    .order_by(ChatUnit.unit_id)
)  # fmt: skip


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
    title: str
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
) -> Visit:
    """The person whose account in a channel it is, with their current memberships, and the chat with its units. With
    ``update_id``, which is thereby done at ``now``, nothing more is asked about one that was done before."""
    if update_id is not None and now is not None and not await inbox.done(session, update_id, now=now):
        return Visit(known_update=True)
    person, held = await _person(session, channel, native_id)
    found = await _CHAT.fetch(session, {"chat_id": chat_id}) if chat_id is not None else ()
    if not found:
        return Visit(stamp=await stamp(session), person=person, memberships=held)
    kind, title, forum, state, *_, mark = found[0]
    return Visit(
        stamp=mark,
        person=person,
        memberships=held,
        chat=SeenChat(kind=kind, title=title, forum=forum, state=state),
        chat_units=[(row[4], row[5]) for row in found if row[4] is not None],
    )


async def _person(
    session: AsyncSession, channel: str, native_id: str
) -> tuple[SeenPerson | None, Sequence[Held]]:
    found = await _PERSON.fetch(session, {"channel": channel, "native_id": native_id})
    if not found:
        return None, ()
    person_id, private, sealed, language, private_ok, *_ = found[0]
    person = SeenPerson(
        id=person_id, chat_id=private, sealed=sealed, language=language, private_ok=private_ok
    )
    held = [
        Held(unit_id=unit_id, code=code, role=role, state=state, newcomer=newcomer)
        for *_, unit_id, code, role, state, newcomer in found
        if unit_id is not None
    ]
    return person, held
