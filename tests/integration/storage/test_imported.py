"""Rows of a ledger that go to the driver finished are read as those that SQLAlchemy wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select

from storage.database.engine import Store
from storage.queries import imported
from storage.tables.covered import mac_of_row
from storage.tables.ledger_rows import answer_row, request_row
from storage.tables.models import Answer, Request

AT = datetime(2026, 3, 1, 9, 0, 0, 120, tzinfo=timezone(timedelta(hours=8)))
LATER = datetime(2026, 3, 2, tzinfo=UTC)


def given(name: str, **values: Any) -> dict[str, Any]:
    row = {
        "external_id": name, "type": "household", "state": "open", "from_unit_id": None, "to_unit_id": None,
        "asked_at": AT, "answered_at": None, "outcome": None, "sealed": b"\x00x", "key_version": 3,
    }  # fmt: skip
    return row | values


ROWS = (
    given("a"),
    given("b", state="answered", answered_at=LATER, outcome="found"),
    given("丙", asked_at=LATER),
)
ANSWERS = (
    {"unit_id": None, "at": LATER, "outcome": "found", "sealed": b"y"},
    {"unit_id": None, "at": None, "outcome": None, "sealed": b"\xff"},
)


async def test_they_are_as_sqlalchemy_would_have_written_them(store: Store) -> None:
    dialect = store.dialect
    plain = {"import_id": 7, "urgency": "normal", "due_fixed": False, "confidential": False, "partial": False,
             "version": 0, "event_seq": 0}  # fmt: skip
    async with store.write() as session:
        finished = [(n, request_row(dialect, store.sealer, **row)) for n, row in enumerate(ROWS, 1)]
        await imported.add_requests(session, 7, finished)
        await imported.add_answers(
            session,
            [(n, answer_row(dialect, store.sealer, **answer)) for n, answer in enumerate(ANSWERS, 1)],
        )
        again = [
            row | plain | {"id": n, "external_id": f"{row['external_id']}2"} for n, row in enumerate(ROWS, 11)
        ]
        await session.execute(insert(Request.__table__), again)
        others = [a | {"request_id": n, "partial": False} for n, a in enumerate(ANSWERS, 11)]
        await session.execute(insert(Answer.__table__), others)
    async with store.read() as session:
        requests = (await session.execute(select(Request.__table__).order_by(Request.id))).mappings().all()
        answers = (await session.execute(select(Answer.__table__).order_by(Answer.id))).mappings().all()
    for table, rows in (("requests", requests[: len(ROWS)]), ("answers", answers[: len(ANSWERS)])):
        for one in rows:
            assert one["mac"] == mac_of_row(store.sealer, table, SimpleNamespace(**one), one["sealed"])
    ours, theirs = (
        [dict(one) | {"id": 0, "external_id": "", "mac": None} for one in requests[part]] for part in HALVES
    )
    assert ours == theirs and len(ours) == len(ROWS)
    assert [one["asked_at"] for one in ours] == [row["asked_at"] for row in ROWS]
    ours, theirs = (
        [dict(one) | {"id": 0, "request_id": 0, "mac": None} for one in answers[part]]
        for part in (slice(2), slice(2, None))
    )
    assert ours == theirs and [one["at"] for one in ours] == [LATER, None]


HALVES = (slice(len(ROWS)), slice(len(ROWS), None))


async def test_of_many_names_those_on_file_are_found(store: Store) -> None:
    row = request_row(store.dialect, store.sealer, **given("there"))
    async with store.write() as session:
        await imported.add_requests(session, 1, [(1, row)])
        names = [f"n{number}" for number in range(imported.IDS_AT_ONCE + 10)]
        assert await imported.on_file(session, [*names, "there", "there"]) == {"there"}
        assert await imported.numbered(session, ["there"]) == set() == await imported.on_file(session, [])
