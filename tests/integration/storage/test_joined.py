"""Inserts that are joined to one statement write what they would have written one after another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from storage.database import joined
from storage.database.engine import Store
from storage.database.joined import MOST_PARTS
from storage.queries import outbox
from storage.tables.batch import ADD_EVENT, ADD_REQUEST, PUT_DESK, Batch
from storage.tables.models import Desk, Event, OutboxLine, Request

pytestmark = pytest.mark.engines

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def request(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": number, "type": "household", "state": "open", "urgency": "normal", "sealed": b"x", "asked_at": AT,
        "due_fixed": False, "event_seq": 0, "key_version": 1, "outcome": None,
    } | values  # fmt: skip


def happened(seq: int) -> dict[str, Any]:
    return {"chain": 0, "seq": seq, "at": AT, "action": "x", "sealed": b"", "prev": b"", "hash": b"%d" % seq}


def line(chat_id: int, lane: int = 1, key: str | None = None) -> dict[str, Any]:
    return {
        "kind": "say", "chat_id": chat_id, "created_at": AT, "sealed": b"", "lane": lane, "purpose": "notice",
        "coalesce_key": key, "not_before": None,
    }  # fmt: skip


async def test_several_tables_are_written_and_what_rows_leave_out_has_the_default(store: Store) -> None:
    statements: list[str] = []
    event.listen(
        store.engine.sync_engine, "before_cursor_execute", lambda _, __, words, *___: statements.append(words)
    )
    async with store.write() as session:
        runs = [(ADD_REQUEST, [request(1), request(2, outcome="found")]), (ADD_EVENT, [happened(1)])]
        await joined.write(session, [*runs, (outbox.ADD, [line(7)])])
    assert len(statements) == (1 if store.dialect == "postgresql" else 0)
    async with store.read() as session:
        found = (await session.scalars(select(Request).order_by(Request.id))).all()
        assert [(one.outcome, one.asked_at, one.version) for one in found] == [
            (None, AT, 0),
            ("found", AT, 0),
        ]
        assert await session.scalar(select(Event.hash)) == b"1"
        assert (await session.execute(select(OutboxLine.chat_id, OutboxLine.state))).one() == (7, "queued")


async def test_ids_are_in_the_order_of_the_rows_whatever_the_inserts(store: Store) -> None:
    some = 3 * MOST_PARTS
    async with store.write() as session:
        batch = Batch()
        for number in range(some):
            batch.add(ADD_EVENT, happened(number))
            key = f"card:{number}" if number % 2 else None
            batch.add(outbox.ADD if key is None else outbox.ADD_OR_TOUCH, line(number, key=key))
        await batch.write(session)
    async with store.read() as session:
        chats = (await session.scalars(select(OutboxLine.chat_id).order_by(OutboxLine.id))).all()
        seqs = (await session.scalars(select(Event.seq).order_by(Event.id))).all()
    assert list(chats) == list(seqs) == list(range(some))


async def test_a_row_may_be_changed_twice(store: Store) -> None:
    async with store.write() as session:
        batch = Batch()
        for value in "abc":
            batch.add(PUT_DESK, {"key": "one", "value": value}, {"key": f"other {value}", "value": value})
        for lane in (1, 0, 2):
            batch.add(outbox.ADD_OR_TOUCH, line(7, lane, "card:1"))
        await batch.write(session)
    async with store.read() as session:
        assert await session.scalar(select(Desk.value).where(Desk.key == "one")) == "c"
        assert await session.scalar(select(func.count(Desk.key))) == 4
        assert (await session.scalars(select(OutboxLine.lane))).all() == [0]


async def test_a_line_that_waits_already_is_touched(store: Store) -> None:
    for lane in (1, 0):
        async with store.write() as session:
            await joined.write(
                session, [(ADD_EVENT, [happened(lane)]), (outbox.ADD_OR_TOUCH, [line(7, lane, "k")])]
            )
    async with store.read() as session:
        assert (await session.scalars(select(OutboxLine.lane))).all() == [0]


@pytest.mark.postgresql
async def test_what_is_too_long_for_its_column_is_refused_and_not_cut(
    postgresql_url: str, sealer: Any
) -> None:
    store = Store.open(postgresql_url, sealer=sealer)
    with pytest.raises(DBAPIError, match="too long"):
        async with store.write() as session:
            await joined.write(session, [(ADD_REQUEST, [request(1, state="s" * 200)])])
    await store.close()


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        async with store.write() as session:
            await joined.write(session, [(ADD_REQUEST, [request(1, asked_at=datetime(2026, 1, 1))])])


async def test_what_the_session_has_to_write_stands_after_its_new_requests(store: Store) -> None:
    async with store.write() as session:
        batch = Batch()
        batch.add_request(Request(**request(1), partial=False, version=0, confidential=False))
        batch.add(outbox.ADD, line(7) | {"request_id": 1})
        session.add(OutboxLine(**line(8), request_id=1))
        await batch.write(session)
    async with store.read() as session:
        assert (await session.scalars(select(OutboxLine.chat_id).order_by(OutboxLine.id))).all() == [8, 7]
