"""Queries about people and their memberships."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.engine import SEALER
from storage.database.upsert import insert_into
from storage.tables.covered import account_mac, made_here
from storage.tables.models import Account, Membership, Person, Unit
from storage.tables.words import MembershipState

# Statements that run for every post are built once: building one costs more than running it.
_BY_ACCOUNT = (
    select(Person)
    .join(Account, Account.person_id == Person.id)
    .where(Account.channel == bindparam("channel"), Account.native_id == bindparam("native_id"))
)
_BY_CHAT = select(Person).where(Person.chat_id == bindparam("chat_id"))
_MEMBERSHIPS = (
    select(Membership, Unit)
    .join(Unit, Unit.id == Membership.unit_id)
    .where(Membership.person_id == bindparam("person_id"), Membership.until.is_(None))
    .order_by(Membership.id)
)


async def by_account(session: AsyncSession, channel: str, native_id: str) -> Person | None:
    """Whom a channel knows as this."""
    return await session.scalar(_BY_ACCOUNT, {"channel": channel, "native_id": native_id})


async def by_chat(session: AsyncSession, chat_id: int) -> Person | None:
    """Whose private chat with us it is."""
    return await session.scalar(_BY_CHAT, {"chat_id": chat_id})


async def language_of(session: AsyncSession, chat_id: int) -> str | None:
    """In which language somebody reads, where they have said so; by their private chat."""
    return await session.scalar(select(Person.language).where(Person.chat_id == chat_id))


async def add(
    session: AsyncSession, channel: str, native_id: str, *, chat_id: int | None, sealed: bytes, at: datetime
) -> Person:
    """The person with this account, made if they are new; two at once make one. ``chat_id``: their private chat, where
    the channel tells it by the account; whose that is already has the account too."""
    account = {"channel": channel, "native_id": native_id}
    made = await session.scalar(
        insert_into(session, Person)
        .values(chat_id=chat_id, sealed=sealed, first_seen=at, private_ok=False)
        .on_conflict_do_nothing(index_elements=["chat_id"])
        .returning(Person.id)
    )
    person_id = made or (await session.scalars(_BY_CHAT, {"chat_id": chat_id})).one().id
    mine = await session.scalar(
        insert_into(session, Account)
        .values(
            **account,
            person_id=person_id,
            mac=account_mac(session.info[SEALER], channel, native_id, person_id),
        )
        .on_conflict_do_nothing()
        .returning(Account.person_id)
    )
    if mine is None and made is not None:  # somebody was faster
        await session.execute(delete(Person).where(Person.id == made))
    person = (await session.scalars(_BY_ACCOUNT, account)).one()
    if person.id == made:
        made_here(session, person)
    return person


async def take_username(session: AsyncSession, person: Person, key: int | None) -> None:
    """Usernames move: who is seen with one has it, and whoever had it before has it no more."""
    if key is not None:
        await session.execute(
            update(Person)
            .where(Person.username_key == key, Person.id != person.id)
            .values(username_key=None)
            .execution_options(synchronize_session=False)
        )
    person.username_key = key


async def by_username_key(session: AsyncSession, key: int) -> Person | None:
    """The person last seen with that username."""
    return await session.scalar(
        select(Person).where(Person.username_key == key).order_by(Person.id.desc()).limit(1)
    )


async def memberships(session: AsyncSession, person_id: int) -> Sequence[tuple[Membership, Unit]]:
    """Current memberships with their units, active and pending."""
    rows = await session.execute(_MEMBERSHIPS, {"person_id": person_id})
    return [(row[0], row[1]) for row in rows]


async def membership(session: AsyncSession, person_id: int, unit_id: int) -> Membership | None:
    """The current membership of one person in one unit."""
    return await session.scalar(
        select(Membership).where(
            Membership.person_id == person_id, Membership.unit_id == unit_id, Membership.until.is_(None)
        )
    )


async def last_ended(session: AsyncSession, person_id: int, unit_id: int) -> Membership | None:
    """The membership of a unit that a person had before, if any."""
    return await session.scalar(
        select(Membership)
        .where(
            Membership.person_id == person_id, Membership.unit_id == unit_id, Membership.until.is_not(None)
        )
        .order_by(Membership.id.desc())
        .limit(1)
    )


async def of_unit(session: AsyncSession, unit_id: int) -> Sequence[tuple[Membership, Person]]:
    rows = await session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id == unit_id, Membership.until.is_(None))
        .order_by(Membership.role, Membership.id)
    )
    return [(row[0], row[1]) for row in rows]


async def with_role(session: AsyncSession, unit_id: int, roles: Collection[str]) -> Sequence[Person]:
    return (
        await session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.unit_id == unit_id,
                Membership.until.is_(None),
                Membership.state == "active",
                Membership.role.in_(sorted(roles)),
            )
            .order_by(Membership.id)
        )
    ).all()


async def reached_with_role(
    session: AsyncSession, roles: Collection[str], *, since: datetime
) -> Sequence[int]:
    """Who has one of these roles in any unit, since that time at the latest, and hears us in private."""
    found = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.until.is_(None),
            Membership.state == MembershipState.ACTIVE,
            Membership.role.in_(sorted(roles)),
            Membership.since <= since,
            Person.private_ok,
            Person.chat_id.is_not(None),
        )
        .distinct()
        .order_by(Person.id)
    )
    return (await session.scalars(found)).all()


async def end_membership(session: AsyncSession, person_id: int, unit_id: int, at: datetime) -> bool:
    """Whether there was one to end."""
    current = await membership(session, person_id, unit_id)
    if current is None:
        return False
    current.until, current.asked_at = at, None
    await session.flush()
    return True


_settled = func.coalesce(Membership.confirmed_at, Membership.since)
_ACTIVE = (Membership.until.is_(None), Membership.state == MembershipState.ACTIVE)


async def to_confirm(
    session: AsyncSession, unit_id: int, *, before: datetime
) -> Sequence[tuple[Membership, Person]]:
    """Of whom nobody has said since a time that they belong to a unit, the longest first."""
    rows = await session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id == unit_id, *_ACTIVE, _settled <= before)
        .order_by(_settled, Membership.id)
    )
    return [(row[0], row[1]) for row in rows]


async def by_ids(session: AsyncSession, ids: Collection[int]) -> dict[int, tuple[Membership, Person]]:
    """Memberships, ended ones as well, by their ids."""
    query = select(Membership, Person).join(Person, Person.id == Membership.person_id)
    found = await session.execute(query.where(Membership.id.in_(ids)))
    return {membership.id: (membership, person) for membership, person in found}


async def units_to_ask(session: AsyncSession, *, before: datetime) -> Sequence[int]:
    """The units of which somebody was not confirmed since a time, and nobody was asked about them."""
    query = select(Membership.unit_id).where(*_ACTIVE, Membership.asked_at.is_(None), _settled <= before)
    return (await session.scalars(query.distinct().order_by(Membership.unit_id))).all()


async def unconfirmed(
    session: AsyncSession, *, asked_before: datetime, last: Collection[str]
) -> Sequence[int]:
    """The memberships about which it was asked before a time, and nobody has answered; those with the roles ``last``
    at the end."""
    query = select(Membership.id).where(*_ACTIVE, Membership.asked_at <= asked_before)
    order = Membership.role.in_(sorted(last)), Membership.id
    return (await session.scalars(query.order_by(*order))).all()


async def asked_about(session: AsyncSession) -> Sequence[Membership]:
    """The memberships about which it was asked, and nobody has answered, held."""
    query = select(Membership).where(*_ACTIVE, Membership.asked_at.is_not(None)).order_by(Membership.id)
    return (await session.scalars(query.with_for_update())).all()


async def asked_next(
    session: AsyncSession, *, after: datetime | None, until: datetime
) -> tuple[datetime, Sequence[int]] | None:
    """Of the memberships about which it was asked in that time, and nobody has answered, the moment of the earliest,
    and the units of which it was asked then."""
    earliest = select(func.min(Membership.asked_at)).where(*_ACTIVE, Membership.asked_at <= until)
    if after is not None:
        earliest = earliest.where(Membership.asked_at > after)
    first = await session.scalar(earliest)
    if first is None:
        return None
    query = select(Membership.unit_id).where(*_ACTIVE, Membership.asked_at == first).distinct()
    return first, (await session.scalars(query.order_by(Membership.unit_id))).all()


async def led_since(session: AsyncSession, unit_id: int, since: datetime, roles: Collection[str]) -> bool:
    """Whether somebody with one of these roles in a unit has left it since a time."""
    query = select(Membership.id).where(
        Membership.unit_id == unit_id, Membership.until >= since, Membership.role.in_(sorted(roles))
    )
    return await session.scalar(query.limit(1)) is not None


async def roles_over(session: AsyncSession, now: datetime) -> Sequence[int]:
    """The memberships whose role has come to its end."""
    query = select(Membership.id).where(*_ACTIVE, Membership.role_until <= now)
    return (await session.scalars(query.order_by(Membership.id))).all()


async def hold(session: AsyncSession, membership_id: int) -> Membership | None:
    """A membership, held by this transaction and as it stands by then."""
    return await session.get(Membership, membership_id, with_for_update=True, populate_existing=True)
