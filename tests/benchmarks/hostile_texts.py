"""The worst case: processor time of every reader and renderer for texts that are made to be slow."""

from __future__ import annotations

import time

from tests.benchmarks.table import Row
from tests.hostile import TEXTS
from tests.hostile_readers import READERS


def rows(scale: str) -> list[Row]:
    """The slowest of all pairs of a reader and a text, each the best of three: the others share the machine."""
    worst = (0.0, "", "")
    for reader, read in READERS.items():
        read("王佳人 2026-03-01")
        for name, text in TEXTS.items():
            worst = max(worst, (min(_seconds(reader, text) for _ in range(3)), reader, name))
    seconds, reader, name = worst
    return [
        Row(
            name="any 4,096 characters through a reader or renderer, worst",
            value=seconds * 1000,
            unit="ms",
            target="≤ 100",
            note=f"{reader}, of {name}; {len(READERS)} readers, {len(TEXTS)} texts",
        )
    ]


def _seconds(reader: str, text: str) -> float:
    began = time.process_time()
    READERS[reader](text)
    return time.process_time() - began
