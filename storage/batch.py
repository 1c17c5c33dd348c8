"""Rows that nothing in a transaction reads again: written together when it ends.

A trip to the database costs more than the row that it carries: a post has thirty rows, of six tables.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.models import Event, Reminder
from storage.upsert import Insert, insert_for


@lru_cache
def add_event(dialect: str) -> Insert:
    return insert_for(dialect, Event.__table__)


@lru_cache
def add_reminder(dialect: str) -> Insert:
    return insert_for(dialect, Reminder.__table__)


class Batch:
    """Statements with their rows, in the order in which they came; equal ones in a row are one trip."""

    def __init__(self) -> None:
        self._runs: list[tuple[Executable, list[dict[str, Any]]]] = []

    def add(self, statement: Executable, *rows: dict[str, Any]) -> None:
        """Write these rows with this statement, after all that was added before."""
        if not rows:
            return
        if self._runs and self._runs[-1][0] is statement:
            self._runs[-1][1].extend(rows)
        else:
            self._runs.append((statement, list(rows)))

    def empty(self) -> bool:
        return not self._runs

    async def write(self, session: AsyncSession) -> None:
        """Everything, after what the session itself has to write."""
        runs, self._runs = self._runs, []
        await session.run_sync(_write, runs)


def _write(session: Session, runs: list[tuple[Executable, list[dict[str, Any]]]]) -> None:
    session.flush()
    connection: Connection = session.connection()
    for statement, rows in runs:
        connection.execute(statement, rows if len(rows) > 1 else rows[0])
