"""Queries about which units have to do with a request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Executable, delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.changed import changed
from storage.database.prepared import Prepared
from storage.database.upsert import insert_for
from storage.tables.involved import Involved
from storage.tables.words import Involvement

_TABLE = Involved.__table__
_KEY = ("request_id", "unit_id", "role")


def _add(dialect: str) -> Executable:
    return insert_for(dialect, _TABLE).on_conflict_do_nothing(index_elements=list(_KEY))


#: Rows of the table; one that is there stays as it is.
ADD = Prepared(_add, once=_KEY)


async def take(session: AsyncSession, request_id: int, unit_id: int, *roles: Involvement) -> bool:
    """A unit is none of these to a request any more; whether it was."""
    where = (_TABLE.c.request_id == request_id, _TABLE.c.unit_id == unit_id, _TABLE.c.role.in_(roles))
    return await changed(session, delete(Involved).where(*where)) > 0


def row(request_id: int, unit_id: int, role: Involvement, since: datetime) -> dict[str, object]:
    """For :data:`ADD`."""
    return {"request_id": request_id, "unit_id": unit_id, "role": role, "since": since}
