"""Rows that go to the driver as they are read as those that SQLAlchemy wrote."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage.bulk import insert_rows
from storage.engine import Store
from storage.models import Comment, Request

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
        await insert_rows(session, Request.__table__, rows)
    async with store.read() as session:
        found = (await session.execute(select(Request.__table__).order_by(Request.id))).mappings().all()
    ours, theirs = ([dict(one) | {"id": 0} for one in found[part]] for part in (slice(3), slice(3, None)))
    assert ours == theirs
    assert ours[1]["answered_at"] == AT


async def test_no_rows_are_nothing(store: Store) -> None:
    async with store.write() as session:
        await insert_rows(session, Request.__table__, [])


async def test_a_column_with_a_default_must_be_named(store: Store) -> None:
    async with store.write() as session:
        with pytest.raises(ValueError, match=r"comments must name.*kind"):
            await insert_rows(session, Comment.__table__, [{"request_id": 1, "at": AT, "sealed": b"x"}])


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    async with store.write() as session:
        with pytest.raises(ValueError, match="naive"):
            await insert_rows(session, Request.__table__, [row(1, asked_at=datetime(2026, 1, 1))])
