"""What an older version has no column for is left in the desk, sealed, by the downgrade to it, and put back when the
desk is brought up and opened again, as far as its record proves it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database.seal import SealBroken, Sealer
from storage.tables.models import Desk, LegalHold, Membership

log = structlog.get_logger(__name__)

LEFT = "left:memberships"  # the value of the desk that holds it
HOLDS_LEFT = "left:holds"
_HOLD = ("request_id", "person_id", "unit_id", "at", "released_at")
_TIMES = ("confirmed_at", "asked_at", "role_until")
_COLUMNS = (*_TIMES, "role_then")


async def leave_memberships(connection: AsyncConnection, sealer: Sealer) -> None:
    """What memberships say of confirmations and of roles with an end; besides what was left before and not put back."""
    columns = [getattr(Membership, name) for name in _COLUMNS]
    says = or_(*(column.is_not(None) for column in columns))
    found = (await connection.execute(select(Membership.id, *columns).where(says))).all()
    if not found:
        return
    plain = await _kept(connection, sealer, LEFT)
    for number, *values in found:
        plain[str(number)] = [_as_text(value) for value in values]
    await _keep(connection, LEFT, sealer.seal("desk", plain))


async def leave_holds(connection: AsyncConnection, sealer: Sealer) -> None:
    """The legal holds that have ended, with their reasons; none stands any more."""
    columns = [getattr(LegalHold, name) for name in _HOLD]
    found = (await connection.execute(select(LegalHold.id, LegalHold.sealed, *columns))).all()
    if not found:
        return
    plain = await _kept(connection, sealer, HOLDS_LEFT)
    for number, sealed, *values in found:
        try:
            said = b64encode(sealer.unseal_bytes("legal_holds", sealed)).decode()
        except SealBroken:  # which verify named before
            log.warning("damaged_hold_lost", hold=number)
            continue
        plain[str(number)] = [said, *(_as_text(value) for value in values)]
    await _keep(connection, HOLDS_LEFT, sealer.seal("desk", plain))


async def _kept(connection: AsyncConnection, sealer: Sealer, key: str) -> dict[str, Any]:
    """What was left before and not put back."""
    kept = await connection.scalar(select(Desk.value).where(Desk.key == key))
    return dict(sealer.unseal("desk", b64decode(kept))) if kept is not None else {}


async def _keep(connection: AsyncConnection, key: str, sealed: bytes) -> None:
    await connection.execute(delete(Desk).where(Desk.key == key))
    await connection.execute(insert(Desk).values(key=key, value=b64encode(sealed).decode()))


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


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


def opened_holds(sealer: Sealer, kept: str) -> dict[int, tuple[bytes, Mapping[str, Any]]]:
    """What stands under :data:`HOLDS_LEFT`: of each hold what is to be sealed, and the other columns. Raises
    :class:`storage.database.seal.SealBroken`."""
    return {
        int(number): (
            b64decode(said),
            {
                name: datetime.fromisoformat(value) if name.endswith("at") and value is not None else value
                for name, value in zip(_HOLD, values, strict=True)
            },
        )
        for number, (said, *values) in sealer.unseal("desk", b64decode(kept)).items()
    }
