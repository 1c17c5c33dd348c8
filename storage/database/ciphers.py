"""The two families of ciphers that a desk can be kept under, each with its way to seal and to hash.

``aes``: AES-256-GCM, keys by HKDF-SHA256, keyed hashes by BLAKE2b. ``sm4``, for where the national ciphers are
asked for: SM4-GCM (GB/T 32907, RFC 8998), keys by HKDF-SM3, keyed hashes by HMAC-SM3 (GB/T 32905). Both seal in the
same form, and a sealed value begins with the byte that says which it is under.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher as Context
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

NONCE_BYTES = 12
TAG_BYTES = 16
SECRET_BYTES = 32
HASH_BYTES = 8  # of a keyed hash by which something is found
MAC_BYTES = 16  # of a checksum


class Cipher(StrEnum):
    """``[storage] cipher``."""

    AES = "aes"
    SM4 = "sm4"


class CipherMissing(Exception):
    """The OpenSSL of this machine does not know these ciphers."""


class Aead(Protocol):
    """Encryption that notices changes, of what is encrypted and of what goes along with it."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Raises ``InvalidTag``."""
        ...


class _Sm4Gcm:
    """SM4-GCM in the form of the library's ``AESGCM``: the ciphertext with its tag behind it."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        sealing = Context(self._algorithm, modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        opening = Context(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        opening.authenticate_additional_data(associated_data)
        return opening.update(data[:-TAG_BYTES]) + opening.finalize()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """What one family does."""

    version: bytes  # the first byte of what is sealed with it under the desk's key
    monthly: bytes  # and under the key of a month, which follows
    key_bytes: int
    aead: Callable[[bytes], Aead]
    derives: type[HashAlgorithm]
    hasher: Callable[
        [bytes, int], Callable[[bytes], bytes]
    ]  # of a secret: what makes so many bytes of some others

    def derived(self, key: bytes, purpose: str, length: int = SECRET_BYTES) -> bytes:
        """Bytes made of the desk's key for one purpose, the same each time (RFC 5869, expand)."""
        return HKDFExpand(self.derives(), length, f"crossbeat v1 {purpose}".encode()).derive(key)


def _blake2b(secret: bytes, size: int) -> Callable[[bytes], bytes]:
    return lambda text: hashlib.blake2b(text, digest_size=size, key=secret).digest()


def _hmac_sm3(secret: bytes, size: int) -> Callable[[bytes], bytes]:
    begun = HMAC(secret, SM3())  # copied for each: its own beginning takes two thirds of the time

    def hashed(text: bytes) -> bytes:
        one = begun.copy()
        one.update(text)
        return one.finalize()[:size]

    return hashed


SUITES = {
    Cipher.AES: Suite(
        version=b"\x01", monthly=b"\x03", key_bytes=32, aead=AESGCM, derives=SHA256, hasher=_blake2b
    ),
    Cipher.SM4: Suite(
        version=b"\x02", monthly=b"\x04", key_bytes=16, aead=_Sm4Gcm, derives=SM3, hasher=_hmac_sm3
    ),
}
OF_VERSION = {suite.version: cipher for cipher, suite in SUITES.items()}
OF_MONTHLY = {suite.monthly: cipher for cipher, suite in SUITES.items()}


def suite_of(cipher: Cipher) -> Suite:
    """The family, tried out: OpenSSL is built without SM4 on some systems. Raises :class:`CipherMissing`."""
    suite = SUITES[cipher]
    try:
        nonce = bytes(NONCE_BYTES)
        sealing = suite.aead(bytes(suite.key_bytes))
        sealing.decrypt(nonce, sealing.encrypt(nonce, b"", b""), b"")
        suite.hasher(suite.derived(bytes(SECRET_BYTES), "trial"), HASH_BYTES)(b"")
    except UnsupportedAlgorithm as missing:
        raise CipherMissing(f"the OpenSSL of this machine does not know the ciphers of {cipher}") from missing
    return suite
