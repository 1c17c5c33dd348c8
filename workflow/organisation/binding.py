"""What a group is for: a unit's desk, shared by several, or with a topic for the cards of a type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from matching.words.choose import choose
from storage.queries import chats as rows
from storage.queries import posts
from storage.tables.models import ChatUnit, Unit
from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.labels import type_label
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups, units
from workflow.organisation.groups import DESK, SHARED
from workflow.organisation.people import see_chat
from workflow.organisation.results import Bound, Stands, TopicsDropped, Unbound
from workflow.organisation.work import Work
from workflow.record.record import record

#: What people write for a purpose.
PURPOSES = {
    "desk": DESK, "专班": DESK, "专班群": DESK, "专用": DESK,
    "shared": SHARED, "share": SHARED, "共用": SHARED, "共用群": SHARED, "共享": SHARED,
}  # fmt: skip
_TOPIC = re.compile(r"(?:^|\s)(?:topic|话题)\s*[=:]\s*(.*)$", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"[、,;]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """``/bind KS shared`` or ``/bind KS topic=户籍`` taken apart."""

    unit: str
    purpose: str | None = None
    types: tuple[str, ...] | None = None  # as written; None where no topic was named

    @classmethod
    def read(cls, args: str) -> Said:
        text = unicodedata.normalize("NFKC", args).strip()
        topic = _TOPIC.search(text)
        words = (text[: topic.start()] if topic else text).split()
        place = next((i for i in (len(words) - 1, 0) if words and words[i].lower() in PURPOSES), None)
        purpose = None if place is None else PURPOSES[words.pop(place).lower()]
        written = [name.strip() for name in _BETWEEN.split(topic[1])] if topic else []
        return cls(
            unit=" ".join(words),
            purpose=purpose,
            types=tuple(filter(None, written)) if topic else None,
        )


async def bind(work: Work, args: str) -> Bound:
    """``/bind KS``, ``/bind KS shared``, and in a topic ``/bind KS topic=户籍``."""
    said = Said.read(args)
    async with work.write() as tx:
        check(tx)
        await _check_free(tx)
        if not said.unit:
            known = [f"{u.code} {u.name}" for u in await units.current(tx)]
            raise Refused("error.bind_code", units=known)
        return await tx.conclude(
            await _do_bind(tx, await _unit(tx, said), said.purpose, await _topics(tx, said))
        )


async def bind_by_id(work: Work, unit_id: int) -> Bound:
    """A tap on one of the units offered after an unknown code."""
    async with work.write() as tx:
        check(tx)
        await _check_free(tx)
        unit = await tx.session.get(Unit, unit_id)
        if unit is None or unit.retired_at is not None:
            raise Refused("error.button_old")
        return await tx.conclude(await _do_bind(tx, unit, None, []))


def check(tx: Tx) -> None:
    if not tx.who.admin:
        raise Refused("denied.admin")
    if tx.alone:
        raise Refused("error.bind_private")


async def _check_free(tx: Tx) -> None:
    """Raises :class:`Refused` in the group of an operation, which is no unit's and sees what is tagged alone."""
    joint = await groups.operation_of(tx, tx.where.chat_id)
    if joint is not None:
        raise Refused("error.bind_operation", name=joint.name, example="/operation end")


async def _unit(tx: Tx, said: Said) -> Unit:
    """The unit that is meant. Raises :class:`Refused`, which names the word that says no purpose."""
    known = await units.current(tx)
    *before, last = said.unit.split()
    if before and known.meant(said.unit) is None and (unit := known.meant(" ".join(before))) is not None:
        raise Refused("error.bind_purpose", given=last, example=f"/bind {unit.code} shared")
    plain = said.purpose is None and said.types is None  # a tap would lose what else was said
    return await units.named(
        tx, said.unit, press=(lambda unit: carry(Press.BIND, unit)) if plain else None, example="/bind KS"
    )


async def _topics(tx: Tx, said: Said) -> list[str]:
    """Keys of the types whose cards go to this topic."""
    if said.types is None:
        return []
    example = worded("bind_topic", unit=said.unit, type=_some_type(tx))
    if not said.types:
        raise Refused("error.bind_type", given="", types=_types(tx), example=example)
    keys = [key_of_type(tx, name) for name in said.types]
    for name, key in zip(said.types, keys, strict=True):
        if key is None:
            raise Refused("error.bind_type", given=name, types=_types(tx), example=example)
    if tx.where.thread_id is None:
        raise Refused("error.bind_no_topic", example=example)
    return [key for key in keys if key is not None]


def key_of_type(tx: Tx, name: str) -> str | None:
    return choose(name, tx.policy.type_options).key


def _types(tx: Tx) -> list[Text]:
    return [type_label(rule) for rule in tx.policy.types.values()]


def _some_type(tx: Tx) -> Text:
    return next((type_label(rule) for rule in tx.policy.types.values()), t("example.type"))


async def _do_bind(tx: Tx, unit: Unit, purpose: str | None, types: Sequence[str]) -> Bound:
    chat = await see_chat(tx, tx.where)
    new = await put(tx, chat.id, unit, purpose)
    thread = tx.where.thread_id
    if thread is not None:
        for key in types:
            new = await rows.put_topic(tx.session, chat.id, unit.id, key, thread) or new
        groups.forget(tx)
    if new:
        await record(tx, None, "bind", chat=chat.id, unit=unit.code, purpose=purpose, topics=list(types))
    return Bound(
        unit=unit.name,
        code=unit.code,
        new=new,
        stands=await stands(tx, chat.id),
        types=tuple(type_label(tx.policy.types[key]) for key in types),
    )


async def put(tx: Tx, chat_id: int, unit: Unit, purpose: str | None) -> bool:
    """Make a group one of a unit's; whether that changes anything. ``purpose``: as said, None for the usual one.

    A group of one unit is its desk; one of several is shared, except for a unit that has no other desk: it
    would be out of reach for all others.
    """
    here = await rows.rows_of(tx.session, chat_id)
    if not here and await groups.operation_of(tx, chat_id) is not None:
        return False  # named in the configuration while an operation has it
    mine = next((row for row in here if row.unit_id == unit.id), None)
    if mine is None:
        usual = await _usual(tx, unit.id, chat_id, alone=not here)
        await rows.bind(
            tx.session, chat_id, unit.id, tx.now, purpose=purpose or usual, chosen=purpose is not None
        )
        groups.forget(tx)
        if len(here) == 1 and not here[0].chosen:
            here[0].purpose = await _usual(tx, here[0].unit_id, chat_id, alone=False)
    elif purpose is None or (mine.purpose, mine.chosen) == (purpose, True):
        return False
    else:
        mine.purpose, mine.chosen = purpose, True
    await tx.session.flush()
    groups.forget(tx)
    await take_back(tx, chat_id)
    return True


async def take_back(tx: Tx, chat_id: int) -> None:
    """What we said there of requests that have not gone out, where others than their unit read from now on."""
    said = await posts.of_withheld(tx.session, chat_id)
    others = [post for post, unit_id in said if await groups.read_by_others(tx, chat_id, unit_id)]
    await pressed.take_back(tx, others)


async def _usual(tx: Tx, unit_id: int, chat_id: int, *, alone: bool) -> str:
    elsewhere = [chat for chat in await groups.groups_of(tx, unit_id) if chat != chat_id]
    return DESK if alone or not elsewhere else SHARED


async def stands(tx: Tx, chat_id: int) -> tuple[Stands, ...]:
    """What a group is to each of its units; and who has no desk at all."""
    lines = []
    known = await units.current(tx)
    for row in await rows.rows_of(tx.session, chat_id):
        unit = known.by_id.get(row.unit_id)
        if unit is not None:
            no_desk = not await groups.groups_of(tx, unit.id)
            lines.append(Stands(unit=unit.name, code=unit.code, purpose=row.purpose, no_desk=no_desk))
    return tuple(lines)


async def unbind(work: Work, args: str = "") -> Unbound | TopicsDropped:
    """``/unbind``: this group belongs to no unit any more; ``/unbind KS``: not to that one; ``/unbind topic=户籍``:
    the cards of that type stand where all others do."""
    said = Said.read(args)
    async with work.write() as tx:
        check(tx)
        await _check_free(tx)
        here = await groups.units_of(tx, tx.where.chat_id)
        if not here:
            raise Refused("error.not_bound")
        if said.types is not None:
            return await tx.conclude(await _do_drop_topics(tx, said.types))
        gone = list(here)
        if said.unit:
            unit = await units.named(tx, said.unit, example=f"/unbind {here[0].code}")
            gone = [u for u in here if u.id == unit.id]
            if not gone:
                raise Refused("error.not_bound_to", unit=unit.name, units=[u.name for u in here],
                              example=f"/unbind {here[0].code}")  # fmt: skip
        await _do_unbind(tx, gone)
        codes = [u.code for u in gone]
        await record(tx, None, "unbind", chat=tx.where.chat_id, units=codes)
        left = await stands(tx, tx.where.chat_id)
        return await tx.conclude(Unbound(units=tuple(codes), stands=left))


async def _do_unbind(tx: Tx, gone: Sequence[Unit]) -> None:
    for unit in gone:
        await rows.unbind(tx.session, tx.where.chat_id, unit.id)
    left: Sequence[ChatUnit] = await rows.rows_of(tx.session, tx.where.chat_id)
    if len(left) == 1 and not left[0].chosen:
        left[0].purpose = DESK  # a group of one unit again
        await tx.session.flush()
    groups.forget(tx)
    await take_back(tx, tx.where.chat_id)


async def _do_drop_topics(tx: Tx, types: Sequence[str]) -> TopicsDropped:
    keys = {name: key_of_type(tx, name) for name in types} or {"": None}
    for name, key in keys.items():
        if key is None or not await rows.drop_topics(tx.session, tx.where.chat_id, key):
            example = worded("unbind_topic", type=_some_type(tx))
            raise Refused("error.unbind_type", given=name, example=example)
    groups.forget(tx)
    await record(tx, None, "unbind", chat=tx.where.chat_id, topics=list(keys.values()))
    labels = [type_label(tx.policy.types[key]) for key in keys.values() if key is not None]
    return TopicsDropped(types=tuple(labels))
