"""Rows that nothing in a transaction reads again: written together when it ends.

A trip to the database costs more than the row that it carries: a post has thirty rows, of six tables.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.models import Desk, Event, Reminder, Request
from storage.upsert import Insert, insert_for


@lru_cache
def add_request(dialect: str) -> Insert:
    return insert_for(dialect, Request.__table__)


@lru_cache
def add_event(dialect: str) -> Insert:
    return insert_for(dialect, Event.__table__)


@lru_cache
def add_reminder(dialect: str) -> Insert:
    return insert_for(dialect, Reminder.__table__)


@lru_cache
def put_desk(dialect: str) -> Insert:
    """A value of the desk, new or in the place of the one before."""
    insert = insert_for(dialect, Desk.__table__)
    return insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value})


class Batch:
    """Statements with their rows, in the order in which they came; equal ones in a row are one trip."""

    def __init__(self) -> None:
        self._runs: list[tuple[Executable, list[dict[str, Any]]]] = []
        self._requests: list[Request] = []

    def add_request(self, request: Request) -> None:
        """A new request, with its id. Its row is written before all others, as the object is by then."""
        self._requests.append(request)

    def add(self, statement: Executable, *rows: dict[str, Any]) -> None:
        """Write these rows with this statement, after all that was added before."""
        if not rows:
            return
        if self._runs and self._runs[-1][0] is statement:
            self._runs[-1][1].extend(rows)
        else:
            self._runs.append((statement, list(rows)))

    async def write(self, session: AsyncSession) -> None:
        """Everything, after what the session itself has to write."""
        runs, self._runs = self._runs, []
        requests, self._requests = self._requests, []
        if runs or requests or session.new or session.dirty or session.deleted:
            await session.run_sync(_write, requests, runs)


_COLUMNS = tuple(column.key for column in Request.__table__.columns)


def _write(
    session: Session, requests: list[Request], runs: list[tuple[Executable, list[dict[str, Any]]]]
) -> None:
    connection: Connection = session.connection()
    if requests:
        rows = [{name: getattr(request, name) for name in _COLUMNS} for request in requests]
        connection.execute(add_request(connection.dialect.name), rows)
    session.flush()
    for statement, rows in runs:
        connection.execute(statement, rows if len(rows) > 1 else rows[0])
