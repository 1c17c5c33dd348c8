"""Queries about chats and the units they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.prepared import Prepared
from storage.database.upsert import insert_into
from storage.queries.outbox import move_chat
from storage.tables.covered import DESK_CHAIN, binding, note
from storage.tables.models import (
    Chat,
    ChatTopic,
    ChatUnit,
    DigestSent,
    Draft,
    File,
    Membership,
    Post,
    Request,
    Source,
    Unit,
)
from storage.tables.words import ChatPurpose

_BOUND = ChatUnit.__table__
_OF_CHAT = Prepared(
    select(_BOUND.c.unit_id, _BOUND.c.purpose)
    .where(_BOUND.c.chat_id == bindparam("chat_id"))
    .order_by(_BOUND.c.unit_id)
)
_TOPIC = ChatTopic.__table__
_OF_UNITS = Prepared(
    select(
        _BOUND.c.unit_id, Chat.__table__.c.id, _BOUND.c.purpose,
        _TOPIC.c.type, _TOPIC.c.unit_id.label("topic_of"), _TOPIC.c.thread_id,
    )
    .join(_BOUND, _BOUND.c.chat_id == Chat.__table__.c.id)
    .outerjoin(_TOPIC, _TOPIC.c.chat_id == Chat.__table__.c.id)
    .where(_BOUND.c.unit_id.in_((bindparam("one"), bindparam("other"))), Chat.__table__.c.state == "active")
    .order_by(_BOUND.c.since, Chat.__table__.c.id, _TOPIC.c.unit_id)
)  # fmt: skip
_WINDOWS = Prepared(
    select(_BOUND.c.unit_id, _BOUND.c.chat_id)
    .join(Chat.__table__, Chat.__table__.c.id == _BOUND.c.chat_id)
    .join(Unit.__table__, Unit.__table__.c.id == _BOUND.c.unit_id)
    .where(
        _BOUND.c.purpose == literal_column(f"'{ChatPurpose.DESK}'"),
        _BOUND.c.chosen,
        Chat.__table__.c.state == literal_column("'active'"),
        Unit.__table__.c.retired_at.is_(None),
    )
    .order_by(_BOUND.c.since, _BOUND.c.chat_id)
)
_TOPICS = Prepared(
    select(_TOPIC.c.type, _TOPIC.c.unit_id, _TOPIC.c.thread_id)
    .where(_TOPIC.c.chat_id == bindparam("chat_id"))
    .order_by(_TOPIC.c.unit_id)
)

#: Type of request -> unit -> the topic of a group in which the unit's cards of that type stand.
Topics = dict[str, dict[int, int]]


async def number_of(
    session: AsyncSession, channel: str, native_id: str, *, kind: str, numbers: range, at: datetime
) -> int:
    """Our number of a chat of a channel: the next of ``numbers`` when it is met for the first time."""
    known = select(Chat.id).where(Chat.channel == channel, Chat.native_id == native_id)
    while (found := await session.scalar(known)) is None:
        last = select(func.max(Chat.id)).where(Chat.id >= numbers.start, Chat.id < numbers.stop)
        number = await session.scalar(last)
        await session.execute(  # nothing where somebody else took the number, or met the chat: look again
            insert_into(session, Chat)
            .values(
                id=numbers.start if number is None else number + 1,
                channel=channel, native_id=native_id, kind=kind, first_seen=at,
            )
            .on_conflict_do_nothing()
        )  # fmt: skip
    return found


async def native_of(session: AsyncSession, chat_id: int) -> str:
    """How its channel calls a chat."""
    return (await session.scalars(select(Chat.native_id).where(Chat.id == chat_id))).one()


async def bindings(session: AsyncSession, chat_id: int) -> Sequence[tuple[int, str]]:
    """The units of a group, retired ones as well, and what it is to each."""
    return [(unit_id, purpose) for unit_id, purpose in await _OF_CHAT.fetch(session, {"chat_id": chat_id})]


async def units_of(session: AsyncSession, chat_id: int) -> Sequence[Unit]:
    """The units of a group that are in the configuration."""
    ids = [unit_id for unit_id, _ in await bindings(session, chat_id)]
    query = select(Unit).where(Unit.id.in_(ids), Unit.retired_at.is_(None)).order_by(Unit.id)
    return (await session.scalars(query)).all()


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A group that can be reached."""

    chat_id: int
    purpose: str  # what it is to the unit
    topics: Topics


async def groups_of(session: AsyncSession, *unit_ids: int) -> dict[int, list[Group]]:
    """The groups of one or two units that can be reached, by unit, the oldest first."""
    found = await _OF_UNITS.fetch(session, {"one": unit_ids[0], "other": unit_ids[-1]})
    groups: dict[int, dict[int, Group]] = {unit_id: {} for unit_id in unit_ids}
    for unit_id, chat_id, purpose, type_key, topic_of, thread_id in found:
        group = groups[unit_id].setdefault(chat_id, Group(chat_id=chat_id, purpose=purpose, topics={}))
        if type_key is not None:
            group.topics.setdefault(type_key, {})[topic_of] = thread_id
    return {unit_id: list(its.values()) for unit_id, its in groups.items()}


async def windows(session: AsyncSession) -> dict[int, tuple[int, ...]]:
    """Of each unit of the configuration that has one: the groups that were made its desk by name and can be reached,
    the oldest first."""
    found: dict[int, tuple[int, ...]] = {}
    for unit_id, chat_id in await _WINDOWS.fetch(session, {}):
        found[unit_id] = (*found.get(unit_id, ()), chat_id)
    return found


async def has_desk(session: AsyncSession, unit_id: int) -> bool:
    """Whether some group is the unit's desk, be it one that cannot be written to now."""
    desk = select(ChatUnit.chat_id).where(ChatUnit.unit_id == unit_id, ChatUnit.purpose == ChatPurpose.DESK)
    return await session.scalar(desk.limit(1)) is not None


async def of_unit(session: AsyncSession, unit_id: int) -> Sequence[Chat]:
    """The groups of a unit that can be reached, the oldest first."""
    ids = [group.chat_id for group in (await groups_of(session, unit_id))[unit_id]]
    chats = {chat.id: chat for chat in (await session.scalars(select(Chat).where(Chat.id.in_(ids)))).all()}
    return [chats[chat_id] for chat_id in ids]


async def ids_of_unit(session: AsyncSession, unit_id: int) -> Sequence[int]:
    """The groups of a unit, whether they can be reached or not, the oldest first."""
    query = select(ChatUnit.chat_id).where(ChatUnit.unit_id == unit_id)
    return (await session.scalars(query.order_by(ChatUnit.since, ChatUnit.chat_id))).all()


async def topics(session: AsyncSession, chat_id: int) -> Topics:
    """The topics of a group for cards."""
    found: Topics = {}
    for type_key, unit_id, thread_id in await _TOPICS.fetch(session, {"chat_id": chat_id}):
        found.setdefault(type_key, {})[unit_id] = thread_id
    return found


async def bound(session: AsyncSession) -> Sequence[Chat]:
    """All reachable groups that belong to some unit."""
    return (
        await session.scalars(
            select(Chat)
            .where(Chat.id.in_(select(ChatUnit.chat_id)), Chat.state == "active")
            .order_by(Chat.id)
        )
    ).all()


async def reached(session: AsyncSession, ids: Collection[int]) -> Sequence[Chat]:
    """Those of these groups that can be written to, and belong to no unit."""
    own = select(ChatUnit.chat_id)
    which = (Chat.id.in_(ids), Chat.state == "active", Chat.id.not_in(own))
    return (await session.scalars(select(Chat).where(*which).order_by(Chat.id))).all()


async def to_change(session: AsyncSession, ids: Collection[int]) -> dict[int, Chat]:
    """Those of these chats that we know, by number."""
    found = await session.scalars(select(Chat).where(Chat.id.in_(ids)))
    return {chat.id: chat for chat in found}


async def all_bindings(session: AsyncSession) -> set[tuple[int, int]]:
    """Which groups belong to which units, as pairs of their ids."""
    return {(chat, unit) for chat, unit in await session.execute(select(ChatUnit.chat_id, ChatUnit.unit_id))}


async def rows_of(session: AsyncSession, chat_id: int) -> Sequence[ChatUnit]:
    """What a group is to its units, to be changed; the oldest first."""
    return (
        await session.scalars(
            select(ChatUnit).where(ChatUnit.chat_id == chat_id).order_by(ChatUnit.since, ChatUnit.unit_id)
        )
    ).all()


async def bind(
    session: AsyncSession,
    chat_id: int,
    unit_id: int,
    at: datetime,
    *,
    purpose: str = ChatPurpose.DESK,
    chosen: bool = False,
) -> bool:
    """Whether it was not bound so already."""
    if await session.get(ChatUnit, (chat_id, unit_id)) is not None:
        return False
    session.add(ChatUnit(chat_id=chat_id, unit_id=unit_id, since=at, purpose=purpose, chosen=chosen))
    await session.flush()
    return True


async def put_topic(session: AsyncSession, chat_id: int, unit_id: int, type_key: str, thread_id: int) -> bool:
    """Whether it was not so already."""
    row = await session.get(ChatTopic, (chat_id, unit_id, type_key))
    if row is None:
        session.add(ChatTopic(chat_id=chat_id, unit_id=unit_id, type=type_key, thread_id=thread_id))
    elif row.thread_id == thread_id:
        return False
    else:
        row.thread_id = thread_id
    await session.flush()
    return True


async def drop_topics(session: AsyncSession, chat_id: int, type_key: str) -> int:
    """How many units of the group had a topic for this type."""
    result = await session.execute(
        delete(ChatTopic).where(ChatTopic.chat_id == chat_id, ChatTopic.type == type_key)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


async def drop_thread(session: AsyncSession, chat_id: int, thread_id: int) -> Sequence[tuple[int, str]]:
    """No card goes to this topic any more; whose did: (unit, type)."""
    which = (ChatTopic.chat_id == chat_id, ChatTopic.thread_id == thread_id)
    found = await session.execute(
        select(ChatTopic.unit_id, ChatTopic.type).where(*which).order_by(ChatTopic.unit_id, ChatTopic.type)
    )
    dropped = [(unit_id, type_key) for unit_id, type_key in found]
    if dropped:
        await session.execute(delete(ChatTopic).where(*which))
    return dropped


async def unbind(session: AsyncSession, chat_id: int, unit_id: int | None = None) -> int:
    """The group is no longer that unit's; without one, nobody's. How many units it belonged to."""
    for bound_to, _ in await bindings(session, chat_id):
        if unit_id in (None, bound_to):
            note(session, DESK_CHAIN, binding(chat_id, bound_to), None)
    for table in (ChatTopic, ChatUnit):
        statement = delete(table).where(table.chat_id == chat_id)
        if unit_id is not None:
            statement = statement.where(table.unit_id == unit_id)
        result = await session.execute(statement)
    return int(result.rowcount)  # type: ignore[attr-defined]


async def lock(session: AsyncSession, chat_id: int) -> Chat | None:
    """The row of a chat, that of two who change it at once one waits for the other."""
    return await session.get(Chat, chat_id, with_for_update=True)


async def pause(session: AsyncSession, chat_id: int, *, until: datetime) -> None:
    """Nothing is sent there before a time."""
    await session.execute(update(Chat).where(Chat.id == chat_id).values(paused_until=until))


async def paused(session: AsyncSession, now: datetime) -> Sequence[tuple[int, datetime]]:
    """The chats to which nothing is sent now, and until when."""
    found = await session.execute(select(Chat.id, Chat.paused_until).where(Chat.paused_until > now))
    return [(chat_id, until) for chat_id, until in found if until is not None]


async def unit_codes(session: AsyncSession) -> Sequence[tuple[int, str]]:
    """Every group that has not moved, with the code of each of its units; "" where it has none."""
    found = await session.execute(
        select(Chat.id, Unit.code)
        .join(ChatUnit, ChatUnit.chat_id == Chat.id, isouter=True)
        .join(Unit, Unit.id == ChatUnit.unit_id, isouter=True)
        .where(Chat.kind != "private", Chat.moved_to.is_(None))
    )
    return [(chat_id, code or "") for chat_id, code in found]


async def move(session: AsyncSession, old: int, new: int) -> None:
    """Everything that named the old chat id names the new one; message ids of the old are gone.

    The new chat counts its messages from 1 again: what stood under a message of the old one stands under
    none (a draft's own number is kept, negative, because it tells drafts apart).
    """
    for row in (await session.scalars(select(ChatUnit).where(ChatUnit.chat_id == old))).all():
        await bind(session, new, row.unit_id, row.since, purpose=row.purpose, chosen=row.chosen)
        note(session, DESK_CHAIN, binding(old, row.unit_id), None)
    await session.execute(delete(ChatTopic).where(ChatTopic.chat_id == old))  # a plain group has no topics
    await session.execute(delete(ChatUnit).where(ChatUnit.chat_id == old))
    await session.execute(delete(Post).where(Post.chat_id == old))
    await session.execute(delete(Source).where(Source.chat_id == old))
    moved = (
        update(Request).where(Request.chat_id == old).values(chat_id=new, message_id=None, thread_id=None),
        update(Draft)
        .where(Draft.chat_id == old)
        .values(chat_id=new, message_id=-Draft.message_id, thread_id=None),
        update(File).where(File.chat_id == old).values(chat_id=new, message_id=None),
        update(Membership).where(Membership.chat_id == old).values(chat_id=new),
    )
    for statement in moved:
        await session.execute(statement.execution_options(synchronize_session=False))
    sent = select(DigestSent.day).where(DigestSent.chat_id == new)
    await session.execute(
        update(DigestSent)
        .where(DigestSent.chat_id == old, DigestSent.day.not_in(sent))
        .values(chat_id=new)
        .execution_options(synchronize_session=False)
    )
    await move_chat(session, old, new)


async def any_sealed(session: AsyncSession) -> bool:
    """Whether the title of some group is sealed."""
    return await session.scalar(select(Chat.id).where(Chat.sealed.is_not(None)).limit(1)) is not None


async def titled(session: AsyncSession) -> Sequence[Chat]:
    """The chats whose title lies in clear, as an older version wrote it."""
    return (await session.scalars(select(Chat).where(Chat.title_before != ""))).all()
