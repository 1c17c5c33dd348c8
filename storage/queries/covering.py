"""What an older version wrote and no checksum covers yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables.checksums import canonical
from storage.tables.covered import BELONGS, BOUND, DESK_CHAIN, belongs_form, binding, note
from storage.tables.models import Base, ChatUnit, Event, LegalHold, Membership


async def note_memberships(session: AsyncSession) -> int:
    """All memberships go into the next event of the desk's own chain; how many."""
    found = (
        await session.execute(select(Membership.id, *(getattr(Membership, name) for name in BELONGS)))
    ).all()
    for number, *values in found:
        note(session, DESK_CHAIN, f"memberships:{number}", belongs_form(values))
    return len(found)


async def note_bindings(session: AsyncSession) -> int:
    """Which groups belong to which units goes into the next event of the desk's own chain; how many."""
    columns = (getattr(ChatUnit, name) for name in BOUND)
    found = (await session.execute(select(ChatUnit.chat_id, ChatUnit.unit_id, *columns))).all()
    for chat_id, unit_id, *values in found:
        note(session, DESK_CHAIN, binding(chat_id, unit_id), canonical(values))
    return len(found)


async def put_back(session: AsyncSession, table: str, row_id: int, values: Mapping[str, Any]) -> None:
    """Columns of a row of ``requests``, ``answers`` or ``memberships`` as they were. Checksums are not made anew."""
    of = Base.metadata.tables[table]
    await session.execute(update(of).where(of.c.id == row_id).values(**values))


async def holds(session: AsyncSession) -> frozenset[int]:
    """The numbers of all legal holds that are there."""
    return frozenset(await session.scalars(select(LegalHold.id)))


async def put_hold(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """A legal hold as it was, under its number; the record says already what it says."""
    await session.execute(insert(LegalHold.__table__).values(**values))  # type: ignore[arg-type]
    if session.get_bind().dialect.name == "postgresql":  # which counts them itself
        counter = func.pg_get_serial_sequence("legal_holds", "id")
        await session.execute(select(func.setval(counter, select(func.max(LegalHold.id)).scalar_subquery())))


async def put_updates(session: AsyncSession, brought: Sequence[tuple[int, int, int]]) -> None:
    """By which update events came: chain, number in it, update."""
    events = Event.__table__
    if brought:
        await session.execute(
            update(events)  # type: ignore[arg-type]
            .where(events.c.chain == bindparam("of"), events.c.seq == bindparam("number"))
            .values(update_id=bindparam("by")),
            [{"of": chain, "number": seq, "by": by} for chain, seq, by in brought],
        )
