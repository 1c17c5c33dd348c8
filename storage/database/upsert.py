"""INSERT … ON CONFLICT, which SQLAlchemy spells once for each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import FromClause
from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Insert = sqlite.Insert | postgresql.Insert


def insert_for(dialect: str, table: FromClause | type) -> Insert:
    """An insert of that engine which knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Building such a statement costs more than running it: what runs for every post is built once and kept.
    """
    if dialect == "postgresql":  # imported where it is used: the other one needs 50 ms less to start
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)  # type: ignore[arg-type]
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)  # type: ignore[arg-type]


def insert_into(session: AsyncSession, table: FromClause | type) -> Insert:
    """:func:`insert_for` the session's engine."""
    return insert_for(session.get_bind().dialect.name, table)
