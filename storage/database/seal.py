"""What is personal lies sealed in the database, and is found through keyed hashes.

A sealed value begins with the byte of the family of ciphers that it is under (:mod:`storage.database.ciphers`); then,
where it lies under the key of a month, which one (:mod:`storage.database.months`); then a random 96-bit nonce and the
ciphertext, with the table's name as associated data, so a blob moved to another table does not open. One key may seal
2**32 values before a nonce could repeat with a chance worth naming (NIST SP 800-38D, 8.3, for either cipher); every
place has a key of its own, derived from the desk's or from the month's.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import structlog
from cryptography.exceptions import InvalidTag
from pydantic_core import PydanticSerializationError, from_json, to_json

from storage.database.ciphers import (
    HASH_BYTES,
    MAC_BYTES,
    NONCE_BYTES,
    OF_MONTHLY,
    OF_VERSION,
    SUITES,
    TAG_BYTES,
    Aead,
    Cipher,
    suite_of,
)

log = structlog.get_logger(__name__)

KEY_BYTES = 32
MONTH_BYTES = 3  # by which a value says under which month's key it lies
_HEAD_BYTES = 1 + NONCE_BYTES
#: Tables whose values lie under the key of the month in which they are written, where a desk keeps such keys. All
#: others lie under the desk's: who people are, what groups are called, how things are set up, holds and their reasons;
#: and of the events those of the desk's own chain, which is never emptied.
MONTHLY = frozenset({
    "alerts", "answers", "comments", "drafts", "events", "files", "inbox", "match_records", "misread", "offers",
    "outbox", "requests", "shared_notes", "duty_notes",
})  # fmt: skip


class KeyMissing(Exception):
    """There is no key file, and none may be made."""


class KeyBroken(Exception):
    """The key is not 32 bytes in base64 or hexadecimal."""


class SealBroken(Exception):
    """A sealed value does not open: another key, another place, or damaged bytes."""


class MonthGone(SealBroken):
    """A sealed value lies under the key of a month that is not there: destroyed, or not in this keyring."""

    def __init__(self, place: str, month: bytes) -> None:
        super().__init__(
            f"a sealed value of {place} lies under the key of {month_name(month)}, which is not there"
        )
        self.month = month


class DataKeys(Protocol):
    """The keys of months (:class:`storage.database.months.Keyring`)."""

    made: dict[tuple[Cipher, str, bytes], Aead]
    """What was made of them, by whoever seals with them: emptied when one is destroyed."""

    @property
    def id(self) -> str:
        """Which keyring they are, in all its copies."""
        ...

    def current(self) -> bytes:
        """Which of them is to be sealed with now."""
        ...

    def key(self, month: bytes) -> bytes | None:
        """The key itself; None where it is not there."""
        ...


def month_name(month: bytes) -> str:
    """As people call it: 2026-11; 2026-11.2 where it is that month's second key after the first."""
    year, number = divmod(int.from_bytes(month[:2], "big"), 12)
    return f"{year:04}-{number + 1:02}{f'.{month[2]}' if month[2] else ''}"


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(value: Any) -> bytes:
    """JSON in UTF-8. pydantic's encoder is ten times as fast, and refuses half a surrogate pair."""
    try:
        return to_json(value)
    except PydanticSerializationError:
        return _bytes(_ENCODE(value))


def _decode(plain: bytes) -> Any:
    try:
        return from_json(plain)
    except ValueError:  # half a surrogate pair, or nested deeper than it reads
        return json.loads(plain)


class KeyedHash:
    """Makes signed 64-bit hashes of texts that only holders of the secret can compute."""

    __slots__ = ("_cipher", "_hashed", "_secret")

    def __init__(self, secret: bytes, cipher: Cipher) -> None:
        self._secret, self._cipher = secret, cipher
        self._hashed = SUITES[cipher].hasher(secret, HASH_BYTES)

    def __reduce__(self) -> tuple[type[KeyedHash], tuple[bytes, Cipher]]:
        """Pickled as its secret, for the processes that help with an import."""
        return KeyedHash, (self._secret, self._cipher)

    def __call__(self, text: str) -> int:
        """64 bits: among ten million texts a chance of 3 in a million that any two have one hash."""
        return int.from_bytes(self._hashed(_bytes(text)), "big", signed=True)


class Sealer:
    """Seals and unseals values, and makes the keyed hashes by which sealed values are found.

    Seals and hashes with the ciphers that it is told; unseals what is under either. Raises :class:`KeyBroken`,
    :class:`storage.database.ciphers.CipherMissing`.
    """

    def __init__(self, key: bytes, cipher: Cipher = Cipher.AES, months: DataKeys | None = None) -> None:
        if len(key) != KEY_BYTES:
            raise KeyBroken(f"a key has {KEY_BYTES} bytes, this one {len(key)}")
        self._key = key
        self.cipher = cipher
        self.months = months
        self._suite = suite_of(cipher)
        self._places: dict[tuple[Cipher, str], Aead] = {}
        self._macs: dict[str, Callable[[bytes], bytes]] = {}
        self._hashes: dict[str, KeyedHash] = {}
        self._hash = self.hashing("keyed hashes")

    def __reduce__(self) -> tuple[type[Sealer], tuple[bytes, Cipher, DataKeys | None]]:
        """Pickled as its keys, for the processes that help with an import."""
        return Sealer, (self._key, self.cipher, self.months)

    def has(self, key: bytes | None) -> bool:
        """Whether this is its key."""
        return key == self._key

    def under(self, cipher: Cipher) -> Sealer:
        """One with the same key and these ciphers."""
        return Sealer(self._key, cipher, self.months)

    def with_months(self, months: DataKeys | None) -> Sealer:
        """One with the same key and ciphers, and these keys of months."""
        return Sealer(self._key, self.cipher, months)

    def seal(self, place: str, value: Any, *, lasting: bool = False) -> bytes:
        """The sealed form of a JSON value; ``place`` is the table that will hold it. ``lasting``: under the desk's
        key, whatever the table."""
        return self.seal_bytes(place, encode(value), lasting=lasting)

    def unseal(self, place: str, blob: bytes) -> Any:
        """The JSON value that was sealed for ``place``. Raises :class:`SealBroken`."""
        return _decode(self.unseal_bytes(place, blob))

    def seal_bytes(self, place: str, plain: bytes, *, lasting: bool = False) -> bytes:
        """The sealed form of bytes: version, month if any, nonce, ciphertext with tag (29 bytes more than went in, 32
        under a month)."""
        nonce = os.urandom(NONCE_BYTES)
        if self.months is None or lasting or place not in MONTHLY:
            aead = self._aead(self.cipher, place)
            return self._suite.version + nonce + aead.encrypt(nonce, plain, place.encode())
        month = self.months.current()
        aead = self._of_month(self.cipher, place, month)
        return self._suite.monthly + month + nonce + aead.encrypt(nonce, plain, place.encode())

    def unseal_bytes(self, place: str, blob: bytes) -> bytes:
        """The bytes that were sealed for ``place``. Raises :class:`SealBroken`, :class:`MonthGone`."""
        month = month_of(blob)
        cipher = cipher_of(blob)
        head = _HEAD_BYTES if month is None else _HEAD_BYTES + MONTH_BYTES
        if cipher is None or len(blob) < head + TAG_BYTES:
            raise SealBroken(f"a sealed value of {place} has an unknown form")
        aead = self._aead(cipher, place) if month is None else self._of_month(cipher, place, month)
        try:
            return aead.decrypt(blob[head - NONCE_BYTES : head], blob[head:], place.encode())
        except InvalidTag:
            raise SealBroken(f"a sealed value of {place} does not open with this key") from None

    def key(self, sort: str, text: str) -> int:
        """A keyed hash, signed, of 64 bits; equal for equal sort and text."""
        return self._hash(f"{sort}\0{text}")

    def hashing(self, purpose: str) -> KeyedHash:
        """What makes keyed hashes for one purpose."""
        made = self._hashes.get(purpose)
        if made is None:
            made = self._hashes[purpose] = KeyedHash(self.secret(purpose), self.cipher)
        return made

    def mac(self, place: str, data: bytes) -> bytes:
        """16 bytes that only holders of the key can compute of ``data``; each place has a key of its own."""
        made = self._macs.get(place)
        if made is None:
            made = self._macs[place] = self._suite.hasher(self.secret(f"mac {place}"), MAC_BYTES)
        return made(data)

    def secret(self, purpose: str) -> bytes:
        """32 bytes derived from the key for one purpose; the same at every start, of each cipher its own."""
        return self._suite.derived(self._key, purpose)

    def _aead(self, cipher: Cipher, place: str) -> Aead:
        found = self._places.get((cipher, place))
        if found is None:
            found = self._places[cipher, place] = self._made(cipher, place, self._key)
        return found

    def _of_month(self, cipher: Cipher, place: str, month: bytes) -> Aead:
        if self.months is None:
            raise MonthGone(place, month)
        found = self.months.made.get((cipher, place, month))
        if found is None:
            key = self.months.key(month)
            if key is None:
                raise MonthGone(place, month)
            found = self.months.made[cipher, place, month] = self._made(cipher, place, key)
        return found

    def _made(self, cipher: Cipher, place: str, key: bytes) -> Aead:
        suite = self._suite if cipher is self.cipher else suite_of(cipher)
        return suite.aead(suite.derived(key, f"seal {place}", suite.key_bytes))


def cipher_of(blob: bytes) -> Cipher | None:
    """The ciphers that a sealed value says it is under; None where its form is not known."""
    return OF_VERSION.get(blob[:1]) or OF_MONTHLY.get(blob[:1])


def month_of(blob: bytes) -> bytes | None:
    """The month under whose key a sealed value says that it lies; None under the desk's."""
    return bytes(blob[1 : 1 + MONTH_BYTES]) if blob[:1] in OF_MONTHLY else None


def _bytes(text: str) -> bytes:
    """UTF-8; half a pair of surrogates, which JSON may hold, is kept as it came (``json.loads`` reads it so)."""
    return text.encode("utf-8", "surrogatepass")


def load_key(path: Path, *, env: str | None, create: bool) -> bytes:
    """The desk's key: from the environment's value ``env`` if given, else from the file.

    ``env`` is the key itself, in base64 or hexadecimal, not the name of a variable. With ``create`` a
    missing file is made (mode 0600, never over an existing one). Raises :class:`KeyMissing`,
    :class:`KeyBroken`.
    """
    if env:
        return parse_key(env)
    if not path.exists():
        if not create:
            raise KeyMissing(f"no key file at {path}")
        _create(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        log.warning("key_file_readable_by_others", path=str(path))
    return parse_key(path.read_text("ascii", errors="replace"))


def parse_key(text: str) -> bytes:
    """The 32 bytes that base64 (either alphabet, padded or not) or hexadecimal text stands for."""
    text = text.strip()
    try:
        if len(text) == 2 * KEY_BYTES:
            return bytes.fromhex(text)
        padded = text.rstrip("=").replace("+", "-").replace("/", "_")
        key = base64.b64decode(padded + "=" * (-len(padded) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise KeyBroken("the key is neither base64 nor hexadecimal") from None
    if len(key) != KEY_BYTES:
        raise KeyBroken(f"a key has {KEY_BYTES} bytes, this one {len(key)}")
    return key


def format_key(key: bytes) -> str:
    """The key as the file holds it: one line of base64."""
    return base64.urlsafe_b64encode(key).decode()


def _create(path: Path) -> None:
    """Writes a new key beside its place and links it there: two first starts agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(format_key(os.urandom(KEY_BYTES)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
        flush_folder(path.parent)  # else a power loss could take the key from under what it sealed
        log.info("key_file_made", path=str(path))
    except FileExistsError:
        log.info("key_file_made_by_another", path=str(path))
    finally:
        fresh.unlink()


def flush_folder(folder: Path) -> None:
    """Puts on the disk which files a folder has; a flushed file with no entry there is lost all the same."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
