"""The engine with a watch: how long a search for earlier requests takes, from its keys to its verdicts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, tzinfo

from matching.compare.engine import LIMIT, Engine, Hashed
from matching.identifiers.values import Match, Record, TypeRule
from web.meters import Histogram

#: When the task at hand asked for keys last: the lookup of candidates lies between that and the verdicts.
_asked: ContextVar[float | None] = ContextVar("asked", default=None)


class TimedEngine(Engine):
    def __init__(self, rules: Mapping[str, TypeRule], watch: Histogram, *, zone: tzinfo) -> None:
        super().__init__(rules, zone=zone)
        self._watch = watch

    def keys(self, record: Record, hashed: Hashed) -> list[int]:
        _asked.set(time.perf_counter())
        return super().keys(record, hashed)

    def judge(
        self, query: Record, candidates: Sequence[Record], *, as_of: datetime, limit: int = LIMIT
    ) -> list[Match]:
        found = super().judge(query, candidates, as_of=as_of, limit=limit)
        asked = _asked.get()
        if asked is not None:
            self._watch.observe(time.perf_counter() - asked)
            _asked.set(None)
        return found
