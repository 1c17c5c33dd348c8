"""Rows that no event covers: written with their checksum, and looked at by it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.seal import Sealer
from storage.tables.alerts import Alert
from storage.tables.covered import mac_of_row
from storage.tables.operations import Operation
from storage.tables.shared import SharedNote

Signed = Operation | Alert | SharedNote


async def put(session: AsyncSession, sealer: Sealer, row: Signed) -> None:
    """Write a row, new or changed, with its checksum."""
    session.add(row)
    await session.flush()  # now it has its number
    row.mac = mac_of_row(sealer, row.__tablename__, row, row.sealed)
    await session.flush()


def is_sound(sealer: Sealer, row: Signed) -> bool:
    """Whether a row is as we wrote it."""
    return row.mac == mac_of_row(sealer, row.__tablename__, row, row.sealed)
