"""Numbers of people under the desk's veil."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from sqlalchemy import BigInteger

from storage.database.ciphers import Cipher
from storage.tables.models import Base
from storage.tables.numbers import SPAN
from storage.tables.renumbering import columns
from storage.tables.veil import CLEAR, Veil

ONE, OTHER = Veil(bytes(range(32))), Veil(bytes(32))
#: Columns of such numbers that name no chat and nobody's account, and those that name groups alone.
OTHERS = {
    "chat_topics.chat_id", "chat_topics.thread_id", "chat_units.chat_id", "chats.moved_to",
    "day_seals.last_event_id", "drafts.message_id", "drafts.thread_id", "events.chain", "events.update_id",
    "files.message_id", "imports.first_request_id", "imports.last_request_id", "inbox.update_id",
    "match_keys.key", "match_keys.request_id", "outbox.message_id", "outbox.reply_to", "outbox.thread_id",
    "people.chat_id", "people.username_key", "posts.message_id", "posts.thread_id", "requests.import_id",
    "requests.message_id", "requests.thread_id", "sources.message_id", "sources.piece_of",
    "sources.thread_id",
}  # fmt: skip


@pytest.mark.parametrize("veil", [ONE, OTHER, Veil(bytes(32), Cipher.SM4)])
def test_it_is_a_permutation(veil: Veil) -> None:
    numbers = [1, 2, SPAN - 1, *random.Random(7).sample(range(1, SPAN), 2000)]
    seen = [veil.ours(number) for number in numbers]
    assert len(set(seen)) == len(numbers) and all(0 < number < SPAN for number in seen)
    assert [veil.theirs(number) for number in seen] == numbers
    assert not set(seen) & set(numbers)


def test_the_number_that_would_become_nobodys_becomes_another() -> None:
    before_nothing = ONE._back(0)
    assert ONE.theirs(ONE.ours(before_nothing)) == before_nothing and ONE.ours(before_nothing) != 0


@pytest.mark.parametrize("number", [0, -1, -1001234567890, SPAN, SPAN + 5])
def test_groups_and_other_channels_keep_their_numbers(number: int) -> None:
    assert (ONE.ours(number), ONE.theirs(number)) == (number, number)


def test_neighbours_stand_nowhere_near_each_other_and_each_desk_has_its_own() -> None:
    seen = [ONE.ours(number) for number in range(7_000_000_000, 7_000_000_050)]
    gaps = [abs(one - other) for one, other in pairwise(seen)]
    assert min(gaps) > 2**30
    assert not set(seen) & {OTHER.ours(number) for number in range(7_000_000_000, 7_000_000_050)}
    assert CLEAR.ours(7) == 7


def test_every_column_that_names_somebodys_chat_is_renumbered() -> None:
    """A new column with a chat's number in it is renumbered by its name, or stands above."""
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger) and not column.foreign_keys and column.name != "id"
    }
    renumbered = {f"{table.name}.{column.name}" for table, column in columns()}
    assert found - renumbered == OTHERS & found
    assert "chats.id" in renumbered and "posts.chat_id" in renumbered
