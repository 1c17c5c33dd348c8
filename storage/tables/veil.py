"""Numbers that a platform gave to people, as they stand in the database: nobody tells one from the other without
the desk's veil.

The first channel's number of a private chat is the account of the person who has it, and every table names chats by
it. So it is put under a keyed permutation of all numbers that there can be: a Feistel network of ten rounds over 52
bits, each round a keyed hash. It needs no look-up, in either direction, and a number is as good a key in a table as
it was before. The secret is the desk's own, made once, sealed with its key; a new key seals it anew.
"""

from __future__ import annotations

from functools import lru_cache

from storage.database.ciphers import SECRET_BYTES, SUITES, Cipher
from storage.tables.numbers import SPAN

_HALF = 26
_MASK = (1 << _HALF) - 1
_ROUNDS = 10
_MIXED_BYTES = 4
_KNOWN = 8192  # numbers whose other side is remembered


class Veil:
    """``secret``: None lets every number be itself. ``cipher``: whose keyed hash it is made of."""

    def __init__(self, secret: bytes | None, cipher: Cipher = Cipher.AES) -> None:
        if secret is not None and len(secret) != SECRET_BYTES:
            raise ValueError(f"a veil's secret has {SECRET_BYTES} bytes")
        self._secret = secret
        self._mixed = SUITES[cipher].hasher(secret or bytes(SECRET_BYTES), _MIXED_BYTES)
        self.ours = lru_cache(_KNOWN)(self._ours)
        self.theirs = lru_cache(_KNOWN)(self._theirs)

    def _ours(self, number: int) -> int:
        """A platform's number of somebody as ours; what is nobody's (a group's, another channel's) as it is."""
        if self._secret is None or not 0 < number < SPAN:
            return number
        found = self._there(number)
        return found or self._there(found)  # 0 is nobody's number

    def _theirs(self, number: int) -> int:
        """The other way round."""
        if self._secret is None or not 0 < number < SPAN:
            return number
        found = self._back(number)
        return found or self._back(found)

    def _there(self, number: int) -> int:
        left, right = number >> _HALF, number & _MASK
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._mix(turn, right)
        return left << _HALF | right

    def _back(self, number: int) -> int:
        left, right = number >> _HALF, number & _MASK
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._mix(turn, left), left
        return left << _HALF | right

    def _mix(self, turn: int, half: int) -> int:
        return int.from_bytes(self._mixed(bytes([turn]) + half.to_bytes(4, "big")), "big") & _MASK


CLEAR = Veil(None)
