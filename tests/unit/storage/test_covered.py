"""What the record covers of rows is all of them, but what is named here."""

from __future__ import annotations

import pytest

from storage.database.seal import Sealer
from storage.tables.checksums import FACTS, canonical
from storage.tables.covered import BELONGS, SAID, SIGNED, mac_of_row
from storage.tables.models import Base, Membership, Request

#: What no checksum covers of a table: where cards and files stand (a group may get another id), how often a reminder
#: was asked for, which version of the reader made its keys, and whom somebody reads in which language.
NOT_COVERED = {
    "requests": {"chat_id", "thread_id", "message_id", "nudged_at", "version", "key_version"},
    "answers": set[str](),
    "comments": set[str](),
    "legal_holds": set[str](),
    "files": {"answer_id", "draft_id", "chat_id", "message_id", "media_group"},
    "alerts": set[str](),
    "operations": set[str](),
    "shared_notes": set[str](),
    "people": {"username_key", "language", "private_ok", "first_seen"},
    "memberships": {"chat_id"},
}


@pytest.mark.parametrize("table", NOT_COVERED)
def test_a_column_is_covered_or_named_here(table: str) -> None:
    """One that is added is covered by the record, or somebody has decided that it need not be."""
    covered = {"id", *BELONGS} if table == "memberships" else {"id", "sealed", "mac", *SIGNED[table]}
    assert covered | NOT_COVERED[table] == set(Base.metadata.tables[table].columns.keys())
    assert not covered & NOT_COVERED[table]


def test_every_table_of_what_was_said_is_signed() -> None:
    assert (
        {model.__tablename__ for model in SAID}
        <= SIGNED.keys()
        == NOT_COVERED.keys() - {Membership.__tablename__}
    )


def test_each_covered_column_makes_another_checksum(sealer: Sealer) -> None:
    row = Request(id=1, event_seq=0, sealed=b"x", **dict.fromkeys(FACTS))
    before = mac_of_row(sealer, "requests", row, row.sealed)
    for name in ("id", *SIGNED["requests"]):
        was = getattr(row, name)
        setattr(row, name, 7)
        assert mac_of_row(sealer, "requests", row, row.sealed) != before, name
        setattr(row, name, was)
    assert mac_of_row(sealer, "requests", row, b"y") != before
    assert mac_of_row(sealer, "requests", row, row.sealed) == before


def test_where_one_value_ends_is_part_of_what_is_covered() -> None:
    assert canonical(("ab", "c")) != canonical(("a", "bc")) != canonical((None, "abc"))
