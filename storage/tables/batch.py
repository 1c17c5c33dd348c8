"""Rows that nothing in a transaction reads again: written together when it ends.

A trip to the database costs more than the row that it carries: a post has thirty rows, of six tables.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import joined
from storage.database.engine import SEALER
from storage.database.prepared import Prepared, insert_into_table
from storage.database.upsert import insert_for
from storage.tables.covered import mac_of_request
from storage.tables.marks import ReminderMark
from storage.tables.models import Counter, Desk, Event, Reminder, Request

ADD_REQUEST = insert_into_table(Request.__table__)
ADD_EVENT = insert_into_table(Event.__table__)
ADD_REMINDER = insert_into_table(Reminder.__table__)
ADD_MARK = insert_into_table(ReminderMark.__table__)


def _put_desk(dialect: str) -> Executable:
    insert = insert_for(dialect, Desk.__table__)
    return insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value})


PUT_DESK = Prepared(_put_desk, once=("key",))  # a value of the desk, new or in the place of the one before


def _sign_counter(dialect: str) -> Executable:
    insert = insert_for(dialect, Counter.__table__)
    return insert.on_conflict_do_update(index_elements=["unit_id", "year"], set_={"mac": insert.excluded.mac})


SIGN_COUNTER = Prepared(_sign_counter, once=("unit_id", "year"))  # one that is there, with its checksum

_COLUMNS = tuple(column.key for column in Request.__table__.columns)


class Batch:
    """Statements with their rows, in the order in which they came."""

    def __init__(self) -> None:
        self._runs: list[tuple[Prepared, list[dict[str, Any]]]] = []
        self._requests: list[Request] = []

    def add_request(self, request: Request) -> None:
        """A new request, with its id. Its row is written before all others, as the object is by then."""
        self._requests.append(request)

    def add(self, statement: Prepared, *rows: dict[str, Any]) -> None:
        """Write these rows with this statement, after all that was added before."""
        if not rows:
            return
        if self._runs and self._runs[-1][0] is statement:
            self._runs[-1][1].extend(rows)
        else:
            self._runs.append((statement, list(rows)))

    async def write(self, session: AsyncSession) -> None:
        """Everything: new requests, what the session itself has to write, then the rows."""
        runs, self._runs = self._runs, []
        requests, self._requests = self._requests, []
        if requests:
            for request in requests:
                request.mac = mac_of_request(session.info[SEALER], request)
            new = [{name: getattr(request, name) for name in _COLUMNS} for request in requests]
            runs = [(ADD_REQUEST, new), *runs]
        if session.new or session.dirty or session.deleted:
            before, runs = (runs[:1], runs[1:]) if requests else ([], runs)
            await joined.write(session, before)
            await session.flush()
        await joined.write(session, runs)
