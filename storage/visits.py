"""Who comes by, and where: all that every update asks first, in one trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.inbox import MARK_DONE
from storage.models import Chat, ChatUnit, Membership, Person, Unit
from storage.units import UNITS_STAMP

_PERSON = select(Person.id, Person.telegram_id, Person.sealed, Person.language, Person.private_ok).where(
    Person.telegram_id == bindparam("telegram_id")
)
_CHAT = select(Chat.kind, Chat.title, Chat.forum, Chat.state).where(Chat.id == bindparam("chat_id"))
_MEMBERSHIPS = (
    select(Membership.unit_id, Unit.code, Membership.role, Membership.state)
    .join(Unit, Unit.id == Membership.unit_id)
    .where(Membership.person_id == bindparam("person_id"), Membership.until.is_(None))
    .order_by(Membership.id)
)
_UNITS = select(ChatUnit.unit_id).where(ChatUnit.chat_id == bindparam("chat_id")).order_by(ChatUnit.unit_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Rows as they are now; None for what is seen for the first time."""

    known_update: bool = False  # it was handled before
    stamp: str | None = None  # of the units
    person: Row[int, int, bytes, str | None, bool] | None = None
    memberships: Sequence[Row[int, str, str, str]] = ()
    chat: Row[str, str, bool, str] | None = None
    chat_units: Sequence[int] = ()


async def look(
    session: AsyncSession,
    telegram_id: int,
    chat_id: int | None,
    *,
    update_id: int | None = None,
    now: datetime | None = None,
) -> Visit:
    """The person with their current memberships, and the chat with its units. With ``update_id``, which is
    thereby done, nothing more is asked about one that was done before."""
    return await session.run_sync(_look, telegram_id, chat_id, update_id, now)


def _look(
    session: Session, telegram_id: int, chat_id: int | None, update_id: int | None, now: datetime | None
) -> Visit:
    connection = session.connection()
    if update_id is not None:
        done = connection.execute(MARK_DONE, {"of_update": update_id, "at": now})
        if done.rowcount != 1:
            return Visit(known_update=True)
    person = connection.execute(_PERSON, {"telegram_id": telegram_id}).first()
    held = connection.execute(_MEMBERSHIPS, {"person_id": person.id}).all() if person is not None else ()
    stamp = connection.execute(UNITS_STAMP).scalar()
    if chat_id is None:
        return Visit(stamp=stamp, person=person, memberships=held)
    chat = connection.execute(_CHAT, {"chat_id": chat_id}).first()
    units = connection.execute(_UNITS, {"chat_id": chat_id}).scalars().all() if chat is not None else ()
    return Visit(stamp=stamp, person=person, memberships=held, chat=chat, chat_units=units)
