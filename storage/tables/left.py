"""What an older version has no column for is left in the desk, sealed, by the downgrade to it, and put back when the
desk is brought up and opened again, as far as its record proves it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.seal import Sealer
from storage.tables.models import Desk, Membership

LEFT = "left:memberships"  # the value of the desk that holds it
_TIMES = ("confirmed_at", "asked_at", "role_until")
_COLUMNS = (*_TIMES, "role_then")


async def leave_memberships(connection: AsyncConnection, sealer: Sealer) -> None:
    """What memberships say of confirmations and of roles with an end; besides what was left before and not put back."""
    columns = [getattr(Membership, name) for name in _COLUMNS]
    says = or_(*(column.is_not(None) for column in columns))
    found = (await connection.execute(select(Membership.id, *columns).where(says))).all()
    if not found:
        return
    kept = await connection.scalar(select(Desk.value).where(Desk.key == LEFT))
    plain = sealer.unseal("desk", b64decode(kept)) if kept is not None else {}
    for number, *values in found:
        plain[str(number)] = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    await connection.execute(delete(Desk).where(Desk.key == LEFT))
    value = b64encode(sealer.seal("desk", plain)).decode()
    await connection.execute(insert(Desk).values(key=LEFT, value=value))


def opened_memberships(sealer: Sealer, kept: str) -> dict[int, Mapping[str, Any]]:
    """What stands under :data:`LEFT`: the columns of each membership. Raises
    :class:`storage.database.seal.SealBroken`."""
    return {
        int(number): {
            name: datetime.fromisoformat(value) if name in _TIMES and value is not None else value
            for name, value in zip(_COLUMNS, values, strict=True)
        }
        for number, values in sealer.unseal("desk", b64decode(kept)).items()
    }
