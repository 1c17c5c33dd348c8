"""Keys to rows in memory, with the bounds that the storage has, to measure quality without a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from matching.compare.engine import Engine
from matching.identifiers.values import Record
from storage.database.ciphers import Cipher
from storage.database.seal import KeyedHash

#: As the storage takes them.
NEWEST_PER_KEY = 40
MOST = 200


class MemoryIndex:
    """Records under their keys, the newest last."""

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self._engine = engine
        self._hashed = KeyedHash(secret, Cipher.AES)
        self._by_key: dict[int, list[int]] = defaultdict(list)
        self._blobs: list[bytes] = []

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            place = len(self._blobs)
            self._blobs.append(self._engine.pack(record))
            for key in self._engine.keys(record, self._hashed):
                self._by_key[key].append(place)

    def candidates(self, query: Record) -> list[Record]:
        """The newest of each key, the keys in their order, each record once."""
        places: dict[int, None] = {}
        for key in self._engine.keys(query, self._hashed):
            for place in reversed(self._by_key.get(key, [])[-NEWEST_PER_KEY:]):
                places[place] = None
        return [self._engine.unpack(self._blobs[place]) for place in list(places)[:MOST]]
