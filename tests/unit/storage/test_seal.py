from __future__ import annotations

import dataclasses
import os
import pickle
import stat
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from hypothesis import given
from hypothesis import strategies as st

from storage.database import ciphers
from storage.database.ciphers import Cipher, CipherMissing
from storage.database.seal import (
    KeyBroken,
    KeyMissing,
    SealBroken,
    Sealer,
    cipher_of,
    format_key,
    load_key,
    parse_key,
)

KEY = bytes(range(32))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module", params=list(Cipher))
def sealer(request: pytest.FixtureRequest) -> Sealer:
    """One of each family."""
    return Sealer(KEY, request.param)


@pytest.mark.parametrize("cipher", Cipher)
@given(value=JSON)
def test_what_is_sealed_comes_back_equal(cipher: Cipher, value: object) -> None:
    sealer = Sealer(KEY, cipher)
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


def test_a_keyed_hash_depends_on_sort_text_key_and_cipher() -> None:
    hashes = set()
    for cipher in Cipher:
        one = Sealer(KEY, cipher)
        hashes |= {
            one.key("phone", "13812345678"),
            one.key("phone", "13812345679"),
            one.key("account", "13812345678"),
            Sealer(bytes(32), cipher).key("phone", "13812345678"),
            one.hashing("another purpose")("phone\00013812345678"),
        }
        assert one.key("phone", "13812345678") == Sealer(KEY, cipher).key("phone", "13812345678")
    assert len(hashes) == 5 * len(Cipher)


def test_what_was_sealed_and_hashed_before_there_was_a_choice_is_what_it_was() -> None:
    """Made by the version before: no desk has to be migrated."""
    sealer = Sealer(KEY)
    blob = b64decode("Acqq2zGPCkThZSJ4jTTUxfs3RII6EA8Kz9KO+2yoF2OojkpN+SpZ50FjzEhLo3zUSg==")
    assert sealer.unseal("people", blob) == {"name": "林小满"}
    assert sealer.key("phone", "13812345678") == -7891281869668713908
    assert sealer.hashing("match keys")("ph:13812345678") == 7272720021903211593


def test_a_value_says_under_which_ciphers_it_is_and_either_opens_it() -> None:
    sealers = {cipher: Sealer(KEY, cipher) for cipher in Cipher}
    for cipher, sealer in sealers.items():
        blob = sealer.seal("requests", {"a": "甲"})
        assert cipher_of(blob) is cipher
        for other in sealers.values():
            assert other.unseal("requests", blob) == {"a": "甲"}
            assert other.under(cipher).cipher is cipher
    assert cipher_of(b"\x05...") is None


def test_a_value_that_says_it_is_under_other_ciphers_does_not_open(sealer: Sealer) -> None:
    blob = sealer.seal("requests", 1)
    for cipher in Cipher:
        if cipher is not sealer.cipher:
            with pytest.raises(SealBroken):
                sealer.unseal("requests", ciphers.SUITES[cipher].version + blob[1:])


def test_sm4_gcm_is_that_of_the_standard() -> None:
    """The example of RFC 8998, A.1."""
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    also = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    plain = bytes.fromhex(
        "aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8
    )
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    aead = ciphers.SUITES[Cipher.SM4].aead(key)
    assert aead.encrypt(nonce, plain, also) == sealed
    assert aead.decrypt(nonce, sealed, also) == plain


@pytest.mark.parametrize("cipher", Cipher)
def test_a_sealer_and_its_hashes_are_handed_to_other_processes(cipher: Cipher) -> None:
    sealer = Sealer(KEY, cipher)
    other = pickle.loads(pickle.dumps(sealer))
    assert other.cipher is cipher
    assert sealer.unseal("people", other.seal("people", "甲")) == "甲"
    assert pickle.loads(pickle.dumps(sealer.hashing("x")))("y") == sealer.hashing("x")("y")


def test_a_machine_without_the_ciphers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_key: bytes) -> ciphers.Aead:
        raise UnsupportedAlgorithm("SM4")

    blob = Sealer(KEY, Cipher.SM4).seal("people", 1)
    monkeypatch.setitem(
        ciphers.SUITES, Cipher.SM4, dataclasses.replace(ciphers.SUITES[Cipher.SM4], aead=missing)
    )
    with pytest.raises(CipherMissing, match="does not know the ciphers of sm4"):
        Sealer(KEY, Cipher.SM4)
    with pytest.raises(CipherMissing):
        Sealer(KEY).unseal("people", blob)


def test_keyed_hashes_fill_signed_64_bits(sealer: Sealer) -> None:
    hashes = [sealer.key("n", str(n)) for n in range(1000)]
    assert all(-(2**63) <= h < 2**63 for h in hashes)
    assert min(hashes) < -(2**61)
    assert max(hashes) > 2**61


def test_the_sort_cannot_be_moved_into_the_text(sealer: Sealer) -> None:
    assert sealer.key("a", "bc") != sealer.key("ab", "c")


def test_secrets_of_two_purposes_differ_and_stay(sealer: Sealer) -> None:
    assert sealer.secret("webhook") == Sealer(KEY, sealer.cipher).secret("webhook")
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
