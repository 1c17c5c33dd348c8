from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database.seal import KeyBroken, KeyMissing, SealBroken, Sealer, format_key, load_key, parse_key

KEY = bytes(range(32))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_what_is_sealed_comes_back_equal(value: object) -> None:
    sealer = Sealer(KEY)
    assert sealer.unseal("requests", sealer.seal("requests", value)) == value


def test_half_a_character_is_kept_as_it_came(sealer: Sealer) -> None:
    update = {"text": "\ud83d x"}
    assert sealer.unseal("inbox", sealer.seal("inbox", update)) == update
    assert isinstance(sealer.key("username", "\ud83d"), int)


def test_what_is_nested_deeply_comes_back(sealer: Sealer) -> None:
    nested: object = "x"
    for _ in range(400):
        nested = [nested]
    assert sealer.unseal("inbox", sealer.seal("inbox", nested)) == nested


def test_a_sealed_value_shows_nothing_of_the_text(sealer: Sealer) -> None:
    blob = sealer.seal("people", {"name": "张三", "id": "320583199001010010"})
    assert "张三".encode() not in blob
    assert b"320583199001010010" not in blob


def test_the_same_value_never_looks_the_same_twice(sealer: Sealer) -> None:
    assert sealer.seal("people", "a") != sealer.seal("people", "a")


def test_a_value_moved_to_another_table_does_not_open(sealer: Sealer) -> None:
    with pytest.raises(SealBroken, match="answers"):
        sealer.unseal("answers", sealer.seal("requests", 1))


def test_another_key_does_not_open_it(sealer: Sealer) -> None:
    with pytest.raises(SealBroken):
        Sealer(os.urandom(32)).unseal("requests", sealer.seal("requests", 1))


def test_every_flipped_bit_is_noticed(sealer: Sealer) -> None:
    blob = sealer.seal("requests", {"a": 1})
    for place in range(len(blob)):
        damaged = bytearray(blob)
        damaged[place] ^= 1
        with pytest.raises(SealBroken):
            sealer.unseal("requests", bytes(damaged))


@pytest.mark.parametrize("length", range(29))
def test_a_value_cut_short_is_noticed(sealer: Sealer, length: int) -> None:
    with pytest.raises(SealBroken):
        sealer.unseal("requests", sealer.seal("requests", "")[:length])


def test_a_keyed_hash_depends_on_sort_text_and_key() -> None:
    one = Sealer(KEY)
    hashes = {
        one.key("phone", "13812345678"),
        one.key("phone", "13812345679"),
        one.key("account", "13812345678"),
        Sealer(bytes(32)).key("phone", "13812345678"),
    }
    assert len(hashes) == 4
    assert one.key("phone", "13812345678") == Sealer(KEY).key("phone", "13812345678")


def test_keyed_hashes_fill_signed_64_bits(sealer: Sealer) -> None:
    hashes = [sealer.key("n", str(n)) for n in range(1000)]
    assert all(-(2**63) <= h < 2**63 for h in hashes)
    assert min(hashes) < -(2**61)
    assert max(hashes) > 2**61


def test_the_sort_cannot_be_moved_into_the_text(sealer: Sealer) -> None:
    assert sealer.key("a", "bc") != sealer.key("ab", "c")


def test_secrets_of_two_purposes_differ_and_stay(sealer: Sealer) -> None:
    assert sealer.secret("webhook") == Sealer(KEY).secret("webhook")
    assert sealer.secret("webhook") != sealer.secret("salt")
    assert len(sealer.secret("webhook")) == 32


def test_a_first_start_makes_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "new" / "crossbeat.key"
    key = load_key(path, env=None, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path, env=None, create=True) == key == load_key(path, env=None, create=False)
    assert [p.name for p in path.parent.iterdir()] == ["crossbeat.key"]


def test_a_missing_key_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="no key file"):
        load_key(tmp_path / "none.key", env=None, create=False)
    assert not (tmp_path / "none.key").exists()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    assert load_key(tmp_path / "none.key", env=format_key(KEY), create=True) == KEY
    assert not (tmp_path / "none.key").exists()


@pytest.mark.parametrize("text", [format_key(KEY), format_key(KEY).rstrip("="), KEY.hex(), f" {KEY.hex()}\n"])
def test_a_key_is_read_in_every_usual_form(text: str) -> None:
    assert parse_key(text) == KEY


@pytest.mark.parametrize("text", ["", "short", "z" * 64, "é" * 44, "A" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeyBroken):
        parse_key(text)
