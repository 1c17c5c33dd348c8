"""The indexes over what is not over leave out just the states in which nobody owes anything."""

from __future__ import annotations

import sqlite3

import pytest

from storage.tables.models import NOT_OVER, TO_ANSWER
from storage.tables.words import WAITING, WITH_ASKED, State


@pytest.mark.parametrize(
    ("which", "states"), [(TO_ANSWER, WITH_ASKED), (NOT_OVER, (*WAITING, State.PENDING))]
)
def test_a_state_is_in_the_index_if_somebody_owes_something_in_it(
    which: str, states: tuple[State, ...]
) -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE requests (number TEXT, state TEXT)")
        database.executemany("INSERT INTO requests VALUES ('KS26-0001', ?)", [(state,) for state in State])
        database.execute("INSERT INTO requests VALUES (NULL, 'open')")  # imported
        found = database.execute(f"SELECT state FROM requests WHERE {which}").fetchall()
    assert sorted(state for (state,) in found) == sorted(states)
