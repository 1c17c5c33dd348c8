"""Precision, recall and calibration of the running rules on labelled pairs (``crossbeat match --evaluate``).

A label is a row ``{"query": row, "candidate": row, "same": true}``: whether the candidate's answer was
taken for the query's (a tap on 复用) or refused (a tap on "not the same").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.compare.engine import Engine

#: Scores are counted in tenths.
BINS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Matches whose score lies in one tenth, and how many of them were labelled the same."""

    low: float
    matches: int
    same: int

    @property
    def share(self) -> float:
        return self.same / self.matches if self.matches else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """Counts over all labels. A label that cannot be read is named in ``rejected`` and not counted."""

    pairs: int
    same: int
    matched: int  #: handed out as reuse or possible
    matched_same: int
    reused: int
    reused_same: int
    calibration: tuple[Bin, ...]
    false_reuse: tuple[str, ...]  #: "query <> candidate", by their ids
    rejected: tuple[int, ...]  #: positions of unreadable labels, from 1

    @property
    def recall(self) -> float:
        """Of the pairs labelled the same, the share that is handed out."""
        return self.matched_same / self.same if self.same else 0.0

    @property
    def precision(self) -> float:
        """Of what is handed out, the share labelled the same."""
        return self.matched_same / self.matched if self.matched else 0.0

    @property
    def reuse_precision(self) -> float:
        return self.reused_same / self.reused if self.reused else 0.0

    @property
    def reuse_recall(self) -> float:
        return self.reused_same / self.same if self.same else 0.0


def evaluate(engine: Engine, labels: Iterable[Mapping[str, Any]], *, as_of: datetime) -> Evaluation:
    """Judges every labelled pair by itself. Never raises on a label; what is none is counted as rejected.

    A pair is judged as of the moment when the query was asked, so that old labels stay good; as of ``as_of``
    where that is not known, or lies before the answer.
    """
    pairs = same = matched = matched_same = reused = reused_same = 0
    seen = [[0, 0] for _ in range(BINS)]
    false_reuse: list[str] = []
    rejected: list[int] = []
    for position, label in enumerate(labels, start=1):
        query_row, candidate_row, is_same = (label.get(key) for key in ("query", "candidate", "same"))
        if not (
            isinstance(query_row, Mapping)
            and isinstance(candidate_row, Mapping)
            and isinstance(is_same, bool)
        ):
            rejected.append(position)
            continue
        query, candidate = engine.record_from_row(query_row), engine.record_from_row(candidate_row)
        asked, answered = query.asked_at, candidate.answered_at
        moment = asked if asked is not None and (answered is None or asked >= answered) else as_of
        matches = engine.judge(query, [candidate], as_of=moment)
        pairs += 1
        same += is_same
        if not matches:
            continue
        matched += 1
        matched_same += is_same
        tenth = seen[min(BINS - 1, int(matches[0].score * BINS))]
        tenth[0] += 1
        tenth[1] += is_same
        if matches[0].verdict == "reuse":
            reused += 1
            reused_same += is_same
            if not is_same:
                false_reuse.append(f"{query.id} <> {candidate.id}")
    return Evaluation(
        pairs=pairs,
        same=same,
        matched=matched,
        matched_same=matched_same,
        reused=reused,
        reused_same=reused_same,
        calibration=tuple(Bin(low=i / BINS, matches=m, same=s) for i, (m, s) in enumerate(seen)),
        false_reuse=tuple(false_reuse),
        rejected=tuple(rejected),
    )
