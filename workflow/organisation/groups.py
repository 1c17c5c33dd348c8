"""Which groups belong to which units, and as what; read once in a transaction.

A unit's *desk* sees all that is from or to the unit. A *shared* group sees what is between two of its
units, and of all else nothing. A group of an *operation* sees what is tagged with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from storage.queries import chats as rows
from storage.queries import people, reminders
from storage.queries.scopes import Scope
from storage.tables.models import Chat, Request, Unit
from storage.tables.words import ChatPurpose, ReminderKind
from workflow.kernel.body import Body
from workflow.kernel.memo import Slot
from workflow.kernel.tx import Tx
from workflow.organisation import involving, operations, units
from workflow.organisation.duty.deputies import deputies_of
from workflow.organisation.operations import Operation

DESK, SHARED = ChatPurpose.DESK, ChatPurpose.SHARED
OPERATION = "operation"  # what a group of an operation is to each of its units: no purpose of a desk's
PRIVATE = "private"  # the kind of a chat in which somebody is alone with us
PUBLIC = "public"  # the state of a group that anybody may find and read: nothing is said there
#: Of a chat: whether it is one person's, its units and what it is to each, whether it can be reached.
_PRIVATE: Slot[int, bool] = Slot()
_BOUND: Slot[int, tuple[tuple[int, str], ...]] = Slot()
_REACHABLE: Slot[int, bool] = Slot()
#: Of a unit: its groups, and what each is to it.
_GROUPS: Slot[int, tuple[tuple[int, str], ...]] = Slot()
#: Of every unit that has one: the groups that are its window.
_WINDOWS: Slot[None, dict[int, tuple[int, ...]]] = Slot()
#: Of a chat: in which of its topics cards stand.
_TOPICS: Slot[int, rows.Topics] = Slot()


async def is_private(tx: Tx, chat_id: int) -> bool:
    """Whether a chat is one person's with us: its kind says so, never its id. Of one from which nothing has come
    yet, whether it is known as a person's."""
    if tx.place is not None and tx.place.chat_id == chat_id:
        return tx.place.private
    known = tx.memo.of(_PRIVATE)
    if chat_id not in known:
        chat = await tx.session.get(Chat, chat_id)
        known[chat_id] = (
            chat.kind == PRIVATE if chat is not None
            else chat_id in tx.policy.admins or await people.by_chat(tx.session, chat_id) is not None
        )  # fmt: skip
    return known[chat_id]


async def became(tx: Tx, old: int, new: int) -> bool:
    """Whether a chat is still the same, or a group that got another id, once or more often. Nobody's private chat
    becomes another one."""
    seen: set[int] = set()
    while old != new:
        chat = await tx.session.get(Chat, old)
        if chat is None or chat.kind == PRIVATE or chat.moved_to is None or old in seen:
            return False
        if await people.by_chat(tx.session, old) is not None:  # whatever its row says
            return False
        seen.add(old)
        old = chat.moved_to
    return not seen or not await is_private(tx, new)


async def units_of(tx: Tx, chat_id: int) -> Sequence[Unit]:
    """The units of a group; several where they share it."""
    known = await units.current(tx)
    return [known.by_id[unit_id] for unit_id, _ in await _bound(tx, chat_id) if unit_id in known.by_id]


async def readers_of(tx: Tx, chat_id: int) -> frozenset[int]:
    """The units that read in a group."""
    return frozenset(unit.id for unit in await units_of(tx, chat_id))


async def scope_of(tx: Tx, chat_id: int) -> Scope:
    known = await units.current(tx)
    bound = [(unit_id, purpose) for unit_id, purpose in await _bound(tx, chat_id) if unit_id in known.by_id]
    joint = await operation_of(tx, chat_id)
    return Scope(
        desk=frozenset(unit_id for unit_id, purpose in bound if purpose == DESK),
        all=frozenset(unit_id for unit_id, purpose in bound if purpose != OPERATION),
        operation=joint.id if joint is not None else None,
    )


async def operation_of(tx: Tx, chat_id: int) -> Operation | None:
    """The operation whose group a chat is; it is nobody's desk."""
    if await _in_tables(tx, chat_id) or await is_private(tx, chat_id):
        return None
    return await operations.in_chat(tx, chat_id)


async def _bound(tx: Tx, chat_id: int) -> tuple[tuple[int, str], ...]:
    there = await _in_tables(tx, chat_id)
    if not there and (joint := await operation_of(tx, chat_id)) is not None:
        return tuple((unit_id, OPERATION) for unit_id in joint.members)
    return there


async def _in_tables(tx: Tx, chat_id: int) -> tuple[tuple[int, str], ...]:
    known = tx.memo.of(_BOUND)
    if chat_id not in known:
        known[chat_id] = tuple(await rows.bindings(tx.session, chat_id))
    return known[chat_id]


def remember(tx: Tx, chat_id: int, bound: Sequence[tuple[int, str]], *, reachable: bool) -> None:
    """What is known already of the chat at hand."""
    tx.memo.of(_BOUND)[chat_id] = tuple(bound)
    if reachable:
        tx.memo.of(_REACHABLE)[chat_id] = True


async def is_of(tx: Tx, chat_id: int, unit_id: int | None) -> bool:
    """Whether a group is one of a unit's, as its desk or shared, that can be reached."""
    if tx.memo.of(_REACHABLE).get(chat_id):
        return any(unit_id == bound for bound, _ in await _bound(tx, chat_id))
    if any(chat_id == group for group, _ in await _groups(tx, unit_id)):
        return True
    joint = await operation_of(tx, chat_id)
    return joint is not None and unit_id in joint.members and await is_reachable(tx, chat_id)


async def is_reachable(tx: Tx, chat_id: int) -> bool:
    """Whether a group can be written to."""
    chat = await tx.session.get(Chat, chat_id)
    return chat is not None and chat.state == "active"


def remember_no_windows(tx: Tx) -> None:
    """What is known already: nobody has made any group a unit's window."""
    tx.memo.of(_WINDOWS)[None] = {}


async def _groups(tx: Tx, unit_id: int | None) -> tuple[tuple[int, str], ...]:
    await look_up(tx, unit_id)
    return tx.memo.of(_GROUPS)[unit_id] if unit_id is not None else ()


async def look_up(tx: Tx, one: int | None, other: int | None = None) -> None:
    """The groups of both units are known thereafter, and their topics: asked for in one."""
    known, topics = tx.memo.of(_GROUPS), tx.memo.of(_TOPICS)
    wanted = [unit_id for unit_id in (one, other) if unit_id is not None and unit_id not in known]
    if not wanted:
        return
    for unit_id, found in (await rows.groups_of(tx.session, *wanted)).items():
        known[unit_id] = tuple((group.chat_id, group.purpose) for group in found)
        topics.update({group.chat_id: group.topics for group in found})


async def groups_of(tx: Tx, unit_id: int | None) -> tuple[int, ...]:
    """The desks of a unit that can be reached, the oldest first."""
    return tuple(chat_id for chat_id, purpose in await _groups(tx, unit_id) if purpose == DESK)


async def shared_by(tx: Tx, one: int | None, other: int | None) -> tuple[int, ...]:
    """The groups that belong to both units, which see what is between them."""
    of_one = {chat_id for chat_id, _ in await _groups(tx, one)}
    return tuple(chat_id for chat_id, _ in await _groups(tx, other) if chat_id in of_one)


async def topic_of(tx: Tx, chat_id: int, request: Request) -> int | None:
    """In which topic of a group the card of a request stands that was posted elsewhere."""
    known = tx.memo.of(_TOPICS)
    if chat_id not in known:
        known[chat_id] = await rows.topics(tx.session, chat_id)
    topics = known[chat_id].get(request.type, {})
    for unit_id in (request.to_unit_id, request.from_unit_id):
        if unit_id in topics:
            return topics[unit_id]
    return None


async def concerns(tx: Tx, request: Request) -> bool:
    """Whether this chat may hear of a request: a private one, the one it was posted in, or a group that
    sees it by what it is.

    What somebody may see, the others in the group in which they ask may not.
    """
    return tx.place is None or tx.place.private or await hears(tx, request, tx.place.chat_id)


async def hears(tx: Tx, request: Request, chat_id: int) -> bool:
    """Whether a group may hear of a request."""
    if any(await sides_of(tx, request, chat_id)) or await watches(tx, request, chat_id):
        return True
    if await looks_on(tx, request, chat_id):
        return True
    return await heard_above(tx, request, chat_id)


async def watches(tx: Tx, request: Request, chat_id: int) -> bool:
    """Whether a group was made the desk of a unit that has passed a request on, and belongs to no other besides. In
    a group that nobody has made a desk the card says no more than that it has gone elsewhere: whoever works for the
    unit looks it up in private."""
    watching = involving.watchers(tx, request)
    if not watching:
        return False
    bound = await _bound(tx, chat_id)
    return len(bound) == 1 and bound[0][0] in watching and chat_id in await windows(tx, bound[0][0])


async def windows(tx: Tx, unit_id: int) -> tuple[int, ...]:
    """The groups that somebody made a unit's desk by saying so (``/bind KS desk``) and that can be reached, the oldest
    first: its one window."""
    return (await _windows(tx)).get(unit_id, ())


async def _windows(tx: Tx) -> dict[int, tuple[int, ...]]:
    known = tx.memo.of(_WINDOWS)
    if None not in known:
        known[None] = await rows.windows(tx.session)
    return known[None]


async def desk_over(tx: Tx, unit_id: int | None) -> int | None:
    """The unit whose desk is the one window of another that has none of its own: the nearest above that has one."""
    tree = (await units.current(tx)).by_id
    unit, seen = tree.get(unit_id or 0), set[int]()
    if unit is None or unit.parent_id is None:
        return None
    windows = await _windows(tx)
    while unit is not None and unit.id not in seen and unit.id not in windows:
        seen.add(unit.id)
        unit = tree.get(unit.parent_id or 0)
    return unit.id if unit is not None and unit.id in windows and unit.id != unit_id else None


async def covered(tx: Tx, unit_id: int) -> frozenset[int]:
    """The units whose one window a unit's desk is."""
    below = (await units.current(tx)).below(unit_id)
    if not below or unit_id not in await _windows(tx):
        return frozenset()
    return frozenset([one for one in below if await desk_over(tx, one) == unit_id])


async def desks_over(tx: Tx, request: Request) -> tuple[int, ...]:
    """The units whose desks look on at a request that has gone out: the windows of either unit."""
    if request.to_unit_id is None:
        return ()
    over = [await desk_over(tx, unit_id) for unit_id in (request.from_unit_id, request.to_unit_id)]
    sides = (None, request.from_unit_id, request.to_unit_id)
    return tuple(dict.fromkeys(unit_id for unit_id in over if unit_id is not None and unit_id not in sides))


async def seen_from(tx: Tx, chat_id: int) -> frozenset[int]:
    """The units whose one window a group is: one that belongs to a single unit."""
    bound = await _bound(tx, chat_id)
    if len(bound) != 1 or chat_id not in await windows(tx, bound[0][0]):
        return frozenset()
    return await covered(tx, bound[0][0])


async def looks_on(tx: Tx, request: Request, chat_id: int) -> bool:
    """Whether a group is the window of a unit whose desk looks on at a request."""
    if request.to_unit_id is None:
        return False
    seen = await seen_from(tx, chat_id)
    return request.from_unit_id in seen or request.to_unit_id in seen


class Between(Protocol):
    """The two sides of a request."""

    @property
    def from_unit_id(self) -> int | None: ...
    @property
    def to_unit_id(self) -> int | None: ...


class Escalated(Between, Protocol):
    """What is looked at for who above has heard of a request."""

    @property
    def id(self) -> int: ...


async def heard_above(tx: Tx, request: Escalated, chat_id: int) -> bool:
    """Whether a group is the desk of a unit above the asked one that was told how late it is."""
    for kind, stage in await reminders.escalated(tx.session, [request.id]):
        if kind == ReminderKind.COMMON:
            told = (await common_desk(tx, request))[0]
        else:
            above = await units.superiors(tx, request.to_unit_id or 0)
            told = above[stage] if stage < len(above) else None
        if told is not None and chat_id in await groups_of(tx, told.id):
            return True
    return False


async def common_desk(tx: Tx, request: Between) -> tuple[Unit | None, tuple[Unit, ...]]:
    """The nearest unit above both sides that has a desk, before which disputes go (公安机关办理刑事案件程序规定,
    art. 356); and those nearer ones that have none."""
    over_asking = {unit.id for unit in await units.superiors(tx, request.from_unit_id or 0)}
    without: list[Unit] = []
    for unit in await units.superiors(tx, request.to_unit_id or 0):
        if unit.id not in over_asking:
            continue
        if await groups_of(tx, unit.id):
            return unit, tuple(without)
        without.append(unit)
    return None, tuple(without)


async def sides_of(tx: Tx, request: Request, chat_id: int) -> tuple[bool, bool]:
    """Whether a group stands on the asking and on the asked side of a request; on both where it is shared by
    both units. A post is heard of where it was posted."""
    if request.to_unit_id is None:  # it has not gone out: nobody else may read along
        alone = not await read_by_others(tx, chat_id, request.from_unit_id)
        return alone and await is_of(tx, chat_id, request.from_unit_id), False
    joint = await operation_of(tx, chat_id)
    if joint is not None:
        there = request.from_unit_id in joint.members and Body.of(request, tx.sealer).tagged == joint.id
        return there, there and request.to_unit_id in joint.members
    scope = await scope_of(tx, chat_id)
    asks, asked = request.from_unit_id in scope.all, request.to_unit_id in scope.all
    if asks and asked:
        return True, True
    at_home = request.chat_id == chat_id
    asked = request.to_unit_id in scope.desk or not scope.desk.isdisjoint(await deputies_of(tx, request))
    return asks and (at_home or request.from_unit_id in scope.desk), asked


async def read_by_others(tx: Tx, chat_id: int, unit_id: int | None) -> bool:
    """Whether a group belongs to other units besides this one."""
    return any(bound != unit_id for bound, _ in await _bound(tx, chat_id))


def forget(tx: Tx) -> None:
    """After a change of groups: read anew."""
    for slot in (_BOUND, _GROUPS):
        tx.memo.of(slot).clear()
    tx.memo.of(_TOPICS).clear()
    tx.memo.of(_WINDOWS).clear()
    tx.memo.of(_REACHABLE).clear()
    operations.forget(tx)
