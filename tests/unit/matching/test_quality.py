"""The quality report on a small set: what it promises holds, and its numbers come from its seed."""

from __future__ import annotations

from tests.benchmarks.generator import Generator, pairs
from tests.benchmarks.quality import measure, upper_bound
from tests.benchmarks.quality_pairs import explained


def test_no_hard_negative_is_ever_reused() -> None:
    counts = measure(Generator(7, 0.4).make(150, 500))
    assert sum(counts.shown.values()) > 1_000
    assert (counts.false_offers, counts.alone.total()) == (0, 0), counts.examples
    assert counts.supported5 >= 0.97 * counts.supported
    assert counts.reused_alone >= 0.8 * counts.supported


def test_a_seed_makes_one_set() -> None:
    first, second, other = (list(pairs(Generator(seed).make(5, 5))) for seed in (1, 1, 2))
    assert first == second != other


def test_the_bound_of_nothing_seen_is_three_in_so_many() -> None:
    assert upper_bound(0, 10_000) == 0.0003
    assert upper_bound(5, 100) > 0.05
    assert upper_bound(0, 0) == 1.0


def test_the_instructive_pairs_get_the_verdicts_that_they_teach() -> None:
    verdicts = [explanation.verdict for _, explanation in explained()]
    assert verdicts == [
        "reuse",
        "none",
        "reuse",
        "possible",
        "reuse",
        "possible",
        "possible",
        "possible",
        "possible",
        "none",
    ]
