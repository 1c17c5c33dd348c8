"""What a tick of housekeeping looks at where nothing is due: what may come due, not all that is on file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Select, make_url, select
from sqlalchemy.dialects import sqlite

from storage.queries import purging, requests
from storage.tables.models import Request

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOMORROW = datetime(2026, 12, 2, tzinfo=UTC)
ON_FILE = 20_000
STEPS = 100  # of SQLite's machine between two looks


@pytest.fixture
def full_file(sqlite_url: str) -> Path:
    """A desk with many requests: half of them imported with an answer, half closed here, all of this year."""
    path = Path(str(make_url(sqlite_url).database))
    with closing(sqlite3.connect(path)) as database, database:
        rows = [(None, f"x{n}", "answered", None) for n in range(ON_FILE // 2)]
        rows += [(f"KS26-{n}", None, "closed", "2026-11-30 01:00:00.000000") for n in range(ON_FILE // 2)]
        database.executemany(
            "INSERT INTO requests (number, external_id, state, closed_at, type, urgency, asked_at, answered_at, sealed,"
            " due_fixed, partial, version, event_seq, key_version) VALUES (?, ?, ?, ?, 'other', 'normal',"
            " '2026-11-01 01:00:00.000000', '2026-11-02 01:00:00.000000', x'', 0, 0, 0, 0, 0)",
            rows,
        )
    return path


def looks(path: Path, statement: Select[Request]) -> int:
    """How much SQLite does for a statement, in units of :data:`STEPS`."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    words = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with closing(sqlite3.connect(path)) as database:
        database.execute("SELECT count(*) FROM requests").fetchone()  # the schema is read
        database.set_progress_handler(count, STEPS)
        assert database.execute(words).fetchall() == []
    return counted


def test_imported_answers_are_not_looked_at_to_see_which_close_by_themselves(full_file: Path) -> None:
    assert looks(full_file, requests.closing(TOMORROW)) <= 2


def test_what_is_too_young_is_not_looked_at_to_see_whose_content_goes(full_file: Path) -> None:
    for which, order in (
        (purging._ended_here(LONG_AGO), Request.closed_at),
        (purging._ended_elsewhere(LONG_AGO), Request.asked_at),
    ):
        of_type = select(Request).where(Request.type == "other", which)
        assert looks(full_file, of_type.order_by(order).limit(25)) <= 2


def test_which_types_have_ended_is_found_without_a_look_at_the_rows(full_file: Path) -> None:
    assert [looks(full_file, query) for query in purging.next_type("other")] == [0, 0]


def test_a_look_at_everything_would_be_noticed(full_file: Path) -> None:
    everything = select(Request).where(Request.type == "none")
    assert looks(full_file, everything) > ON_FILE // STEPS
