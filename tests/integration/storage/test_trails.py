"""What a look into the record costs does not grow with the record: each question is answered by an index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database.engine import Store
from storage.queries import trails

ASKED: dict[str, tuple[Callable[[AsyncSession, datetime], Awaitable[object]], str]] = {
    "a person": (lambda s, now: trails.of_actor(s, 1, before=9, limit=9), "ix_events_actor_id"),
    "a request": (lambda s, now: trails.of_chain(s, 1, after=0, last=9, limit=9), "(chain=?"),
    "several": (lambda s, now: trails.of_chains(s, [1, 2], before=9, limit=9), "(chain=?"),
    "the desk": (lambda s, now: trails.of_desk(s, "export", since=now, last=9), "ix_events_desk"),
    "by key": (lambda s, now: trails.compared(s, [1, 2], [1], limit=9), "(key=?"),
    "by key, of reused": (
        lambda s, now: trails.answered_by_compared(s, [1, 2], None, limit=9),
        "ix_requests_reused_from_id",
    ),
    "not compared": (lambda s, now: trails.not_compared(s, [1], limit=9), "ix_requests_not_compared"),
}


@pytest.mark.parametrize("what", ASKED)
async def test_it_is_found_by_an_index(store: Store, now: datetime, what: str) -> None:
    if store.dialect == "postgresql":
        pytest.skip("its plans depend on statistics")
    ask, index = ASKED[what]
    async with store.read(short=True) as session:
        connection = (await session.connection()).sync_connection
        assert connection is not None
        said: list[tuple[str, Any]] = []

        @event.listens_for(connection, "before_cursor_execute")
        def hear(_c: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
            said.append((statement, values))

        await ask(session, now)
        [(statement, values)] = said
        plan = await (await session.connection()).exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [str(row[3]) for row in plan]
    assert any(index in step for step in steps), steps
    scans = [
        s
        for s in steps
        if s.startswith("SCAN") and "USING" not in s and "anon" not in s and "SUBQUERY" not in s
    ]
    assert scans == [], steps
