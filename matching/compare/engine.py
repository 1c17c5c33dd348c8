"""The engine's seam: rows in, records, keys and matches out. Pure: no I/O, no clock, no state but the rules.

The rest of the product uses this class only. Storage keeps for each request its keys and its packed
record; to match, it looks the query's keys up, unpacks what they find, and asks :meth:`Engine.judge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from matching.compare import packing, rows
from matching.compare.assessment import Assessment
from matching.compare.judge import Judge
from matching.compare.keys import key_texts
from matching.identifiers.values import Match, Record, TypeRule
from matching.text.normalise import compact

_REMARK = re.compile(r"[(\[【].*$")
#: Where no desk says otherwise: China has one zone.
CHINA = timezone(timedelta(hours=8))
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
#: How many matches are handed out unless told otherwise.
LIMIT = 5
Hashed = Callable[[str], int]


class Engine:
    """Matching under one set of request types.

    ``zone``: the desk's, in which moments of rows that name no offset lie.
    """

    def __init__(self, rules: Mapping[str, TypeRule], *, zone: tzinfo = CHINA) -> None:
        self.rules = dict(rules)
        self.zone = zone
        self._types: dict[str, str] = {}
        for rule in self.rules.values():
            for word in (rule.key, *rule.labels.values(), *rule.aliases):
                self._types.setdefault(compact(word), rule.key)

    def resolve_type(self, text: str) -> str:
        """The key of the type that has this key, label or alias, however it is written; "" if none has."""
        word = compact(text)
        return self._types.get(word) or self._types.get(_REMARK.sub("", word), "")

    def record_from_row(self, row: Mapping[str, Any]) -> Record:
        """The record of a ledger row or match query. Never raises: what cannot be read is left out."""
        return rows.record_from_row(row, self.resolve_type, self.zone)

    def record_from_words(self, words: str) -> Record:
        """A record to look for, out of what somebody typed: numbers, masked ones too, a case, names, a type."""
        return rows.record_from_words(words, self.resolve_type)

    def keys(self, record: Record, hashed: Hashed) -> list[int]:
        """The record's keys, to be stored with it and to be looked up for a query. ``hashed`` makes signed 64-bit
        numbers, which both databases index, of texts; only who knows the desk's key may be able to."""
        return [hashed(text) for text in key_texts(record, tuple(self.rules))]

    def judge(
        self, query: Record, candidates: Sequence[Record], *, as_of: datetime, limit: int = LIMIT
    ) -> list[Match]:
        """The candidates that match, best first: ``reuse`` before ``possible``, then by score.

        ``as_of`` (aware) is the moment at which freshness is judged. All candidates of the query should be
        given at once, because each can be another's rival.
        """
        judge = Judge(query, self.rules, as_of, candidates)
        assessed = [a for a in map(judge.assess, candidates) if a is not None]
        for assessment in assessed:
            judge.conclude(assessment)
        assessed.sort(key=_order, reverse=True)
        return [judge.match(assessment) for assessment in assessed[:limit]]

    @staticmethod
    def pack(record: Record) -> bytes:
        """The record as bytes to be sealed and kept."""
        return packing.pack(record)

    @staticmethod
    def unpack(data: bytes) -> Record:
        """The record of :meth:`pack`. Raises :class:`matching.compare.packing.FormError` for other bytes."""
        return packing.unpack(data)


def _order(assessment: Assessment) -> tuple[bool, float, bool, bool, int, datetime]:
    """Reuse before possible, likelier before less; among the alike: fresh, answered, like words, newest."""
    record = assessment.record
    return (
        assessment.verdict == "reuse",
        round(assessment.score, 1),
        assessment.fresh,
        assessment.answered,
        int(assessment.likeness / 10),
        record.answered_at or record.asked_at or _LONG_AGO,
    )
