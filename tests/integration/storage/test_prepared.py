"""Rows that go to the driver as they are read as those that SQLAlchemy wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import sqlite_driver
from storage.database.engine import Store
from storage.database.prepared import Prepared, insert_into_table
from storage.tables.models import Comment, Reminder, Request

AT = datetime(2026, 3, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
REQUEST: dict[str, Any] = {
    "type": "household", "state": "open", "urgency": "normal", "sealed": b"x", "asked_at": AT, "due_fixed": False,
    "partial": False, "version": 0, "event_seq": 0, "key_version": 1,
}  # fmt: skip


def row(number: int, **values: Any) -> dict[str, Any]:
    return REQUEST | {"id": number, "answered_at": None, "outcome": None} | values


async def test_rows_are_read_as_if_sqlalchemy_had_written_them(store: Store) -> None:
    rows = [row(1), row(2, answered_at=AT, outcome="found", partial=True), row(3, sealed=b"\x00\xff")]
    async with store.write() as session:
        await session.execute(insert(Request.__table__), [one | {"id": one["id"] + 10} for one in rows])
        await insert_into_table(Request.__table__).write(session, rows)
    async with store.read() as session:
        found = (await session.execute(select(Request.__table__).order_by(Request.id))).mappings().all()
    ours, theirs = ([dict(one) | {"id": 0} for one in found[part]] for part in (slice(3), slice(3, None)))
    assert ours == theirs
    assert ours[1]["answered_at"] == AT


async def test_no_rows_are_nothing(store: Store) -> None:
    async with store.write() as session:
        await insert_into_table(Request.__table__).write(session, [])


async def test_what_rows_leave_out_has_the_default_of_the_model(store: Store) -> None:
    comment = {"request_id": 1, "at": AT, "sealed": b"x"}
    async with store.write() as session:
        await insert_into_table(Request.__table__).write(session, [row(1)])
        await insert_into_table(Comment.__table__).write(session, [comment])
        await insert_into_table(Comment.__table__).write(session, [comment | {"kind": "delay"}])
        kinds = (await session.scalars(select(Comment.kind).order_by(Comment.id))).all()
    assert kinds == ["comment", "delay"]


async def test_a_statement_without_one_of_its_values_is_refused(store: Store) -> None:
    find = Prepared(select(Request.id).where(Request.type == bindparam("of_type")))
    async with store.read(short=True) as session:
        with pytest.raises(KeyError, match="of_type"):
            await find.fetch(session, {})


@pytest.mark.parametrize("short", [True, False])
async def test_values_come_back_as_sqlalchemy_gives_them(store: Store, short: bool) -> None:
    columns = (Request.id, Request.asked_at, Request.partial, Request.sealed, Request.outcome)
    query = select(*columns).where(Request.type == bindparam("of_type")).order_by(Request.id)
    async with store.write() as session:
        rows = [row(1), row(2, partial=True, outcome="found")]
        await insert_into_table(Request.__table__).write(session, rows)
    async with store.read(short=short) as session:
        ours = await Prepared(query).fetch(session, {"of_type": "household"})
        theirs = (await session.execute(query, {"of_type": "household"})).all()
    assert [tuple(one) for one in ours] == [tuple(one) for one in theirs]
    assert ours[1][2] is True


async def test_it_counts_what_it_changes_and_brings_its_own_values(store: Store) -> None:
    close = Prepared(
        update(Request.__table__)
        .where(Request.__table__.c.type == bindparam("of_type"))
        .values(state="closed", outcome=None)
    )
    async with store.write() as session:
        rows = [row(number, outcome="found") for number in range(1, 4)]
        await insert_into_table(Request.__table__).write(session, rows)
        assert await close.change(session, {"of_type": "household"}) == 3
        assert await close.change(session, {"of_type": "vehicle"}) == 0
        found = (await session.execute(select(Request.state, Request.outcome).distinct())).all()
    assert [tuple(one) for one in found] == [("closed", None)]


async def test_what_the_session_has_not_written_yet_is_found(store: Store) -> None:
    find = Prepared(select(Request.id).where(Request.type == bindparam("of_type")))
    async with store.write() as session:
        session.add(Request(**row(7)))
        assert await find.one(session, {"of_type": "household"}) == 7


async def test_no_cursor_leaves_the_thread_that_wrote_many_rows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []

    async def in_thread(_self: Any, work: Callable[[], Any]) -> None:
        left.append(work())

    monkeypatch.setattr(sqlite_driver.Connection, "in_thread", in_thread)
    async with store.write() as session:
        rows = [row(number) for number in range(1, 100)]
        await insert_into_table(Request.__table__).write(session, rows)
        assert await session.scalar(select(func.count(Request.id))) == 99
    assert left == ([None] if store.dialect == "sqlite" else [])


async def test_rows_are_there_before_what_the_session_writes(store: Store) -> None:
    async with store.write() as session:
        session.add(Reminder(request_id=1, kind="before", stage=0, due_at=AT))
        await insert_into_table(Request.__table__).write(session, [row(1)])
    async with store.read() as session:
        assert await session.scalar(select(Reminder.request_id)) == 1


@pytest.mark.parametrize("some", [1, 2, 100])
async def test_an_error_is_that_of_sqlalchemy_and_tells_no_values(store: Store, some: int) -> None:
    async def write_twice() -> None:
        async with store.write() as session:
            for _ in range(2):
                rows = [row(number) for number in range(1, some + 1)]
                await insert_into_table(Request.__table__).write(session, rows)

    with pytest.raises(IntegrityError) as raised:
        await write_twice()
    assert "household" not in str(raised.value)
    async with store.read() as session:
        assert await session.scalar(select(func.count(Request.id))) == 0


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    async with store.write() as session:
        with pytest.raises(ValueError, match="naive"):
            await insert_into_table(Request.__table__).write(session, [row(1, asked_at=datetime(2026, 1, 1))])
