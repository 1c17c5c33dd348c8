"""What the configuration says about units and groups, brought into the tables at every start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from storage.queries import chats as chat_rows
from storage.queries import desk
from storage.queries import units as unit_rows
from storage.tables.models import Chat, Unit
from workflow.kernel.tx import Tx
from workflow.organisation import binding
from workflow.organisation import units as unit_list
from workflow.organisation.results import Synced
from workflow.organisation.work import Work
from workflow.record.record import record

BY_FILE = "unit_by_file"  # what the record says of a unit that the configuration changed
SETUP_LOCK = 0x73_65_74_75_70  # "setup": replicas that start at once would each make the units


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitSpec:
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = "police"
    parent: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatSpec:
    id: int
    units: tuple[str, ...]
    purpose: str | None = None  # to all of them; None for the usual one
    topics: tuple[tuple[str, int], ...] = ()  # (key of a type, topic of its cards)
    language: str | None = None
    timezone: str | None = None
    digest_at: str | None = None


async def sync(work: Work, units: Sequence[UnitSpec], chats: Sequence[ChatSpec] = ()) -> Synced:
    """Make, update and retire units; bind the groups that the configuration names.

    A unit that is no longer configured is retired, not deleted: its requests keep their history. One that was made
    or changed by command belongs to the desk and stays as it is there; so do groups bound by ``/bind``.
    """
    async with work.write() as tx:
        await desk.wait_for_turn(tx.session, SETUP_LOCK)
        known = {unit.code: unit for unit in await unit_rows.every(tx.session)}
        made = tuple(spec.code for spec in units if spec.code not in known)
        changed = tuple([spec.code for spec in units if await _sync_unit(tx, spec, known)])
        await tx.session.flush()
        for spec in units:
            _place(known[spec.code], known.get(spec.parent), known)
        retired = sorted(known.keys() - {spec.code for spec in units})
        retired = [code for code in retired if known[code].retired_at is None and not known[code].by_desk]
        for code in retired:
            known[code].retired_at = tx.now
            await record(tx, None, "retire_unit", unit=code)
        await unit_list.changed(tx)
        there = await chat_rows.to_change(tx.session, [chat.id for chat in chats])
        before = await chat_rows.all_bindings(tx.session)
        bound: list[tuple[int, str]] = []
        for chat in sorted(chats, key=lambda one: len(one.units)):  # its own desk before what a unit shares
            bound += await _sync_chat(tx, chat, there.get(chat.id), known, before)
        return await tx.conclude(
            Synced(made=made, changed=changed, retired=tuple(retired), bound=tuple(bound))
        )


def _place(unit: Unit, parent: Unit | None, known: dict[str, Unit]) -> None:
    """Under whom the configuration puts it; where that would close a circle with what was moved by command, it stays
    where it is."""
    by_id = {one.id: one for one in known.values()}
    if parent is not None and parent.successor_id is not None and parent.retired_at is not None:
        parent = by_id.get(parent.successor_id)
    circle = parent is not None and stands_in(by_id, parent.id, unit.id)
    if not unit.by_desk and not circle:
        unit.parent_id = parent.id if parent is not None else None


def stands_in(by_id: Mapping[int, Unit], unit_id: int | None, tree_of: int) -> bool:
    """Whether a unit is this one or stands below it, as the rows are."""
    seen: set[int] = set()
    while unit_id is not None and unit_id not in seen:
        if unit_id == tree_of:
            return True
        seen.add(unit_id)
        unit_id = by_id[unit_id].parent_id if unit_id in by_id else None
    return False


async def _sync_unit(tx: Tx, spec: UnitSpec, known: dict[str, Unit]) -> bool:
    """Whether a unit that there was is another now, or is there again."""
    unit = known.get(spec.code)
    if unit is None:
        known[spec.code] = Unit(code=spec.code, name=spec.name, aliases=list(spec.aliases), kind=spec.kind)
        tx.session.add(known[spec.code])
        return False
    if unit.by_desk:
        return False
    before = (unit.name, unit.aliases, unit.kind, unit.retired_at)
    unit.name, unit.aliases, unit.kind, unit.retired_at = spec.name, list(spec.aliases), spec.kind, None
    if before == (unit.name, unit.aliases, unit.kind, unit.retired_at):
        return False
    was, now = {"name": before[0], "aliases": before[1]}, {"name": unit.name, "aliases": unit.aliases}
    await record(tx, None, BY_FILE, unit=unit.code, was=was, now=now)
    return True


async def _sync_chat(
    tx: Tx, spec: ChatSpec, chat: Chat | None, units: dict[str, Unit], before: Set[tuple[int, int]]
) -> list[tuple[int, str]]:
    """The units that the group was bound to now: (chat, code). ``chat``: as we know it; ``before``: which groups
    belonged to which units when this began."""
    if chat is None:
        chat = Chat(id=spec.id, kind="supergroup", first_seen=tx.now, state="active")
        tx.session.add(chat)
        await tx.session.flush()
    if chat.moved_to is not None:  # the configuration still names the id before it became a supergroup
        chat = await tx.session.get_one(Chat, chat.moved_to)
    chat.language = spec.language or chat.language
    chat.timezone = spec.timezone or chat.timezone
    chat.digest_at = spec.digest_at or chat.digest_at
    bound = []
    for code in spec.units:
        if units[code].retired_at is not None:  # closed by command
            continue
        settled = spec.purpose is None and (chat.id, units[code].id) in before
        if not settled and await binding.put(tx, chat.id, units[code], spec.purpose):
            bound.append((chat.id, code))
            await record(tx, None, "bind", chat=chat.id, unit=code, purpose=spec.purpose)
        for type_key, thread_id in spec.topics:
            await chat_rows.put_topic(tx.session, chat.id, units[code].id, type_key, thread_id)
    return bound
