"""The score: the odds that a pair is right, as a sum of weights (Fellegi and Sunter, 1969), calibrated.

A pair is *right* when it is about the same subjects, of the same type and, where the type says so, of the
same case or period. The weights are natural logarithms of odds, fitted by logistic regression on the
generator of ``tests/benchmarks`` (``python -m tests.benchmarks.fit``); the score orders and informs, while
:mod:`matching.verdict` decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from matching.compare import Levels
from matching.verdict import DECIDING

#: field:level -> weight. ``id`` is what decides for a person, ``number`` for other types, ``also`` the rest.
WEIGHTS = {
    "id:eq": 7.0,
    "id:found": 4.5,
    "id:damaged": 6.0,
    "id:edit": 4.5,
    "id:masked": 3.0,
    "id:close": 1.0,
    "id:weak": 0.5,
    "id:different": -4.0,
    "id:conflict": -9.0,
    "number:eq": 7.0,
    "number:found": 4.0,
    "number:damaged": 5.0,
    "number:edit": 1.5,
    "number:partial": 3.5,
    "number:masked": 2.0,
    "number:close": 0.0,
    "number:weak": 0.0,
    "number:different": -4.0,
    "number:conflict": -9.0,
    "also:eq": 3.0,
    "also:found": 2.0,
    "also:damaged": 2.0,
    "also:edit": 1.0,
    "also:partial": 1.5,
    "also:masked": 1.5,
    "also:conflict": -0.5,
    "also:different": -0.3,
    "name:eq": 2.5,
    "name:sound": 1.5,
    "name:near": 1.5,
    "name:masked": 0.8,
    "name:partly": -0.5,
    "name:different": -4.0,
    "case:eq": 2.0,
    "case:different": -0.3,
    "type:other": -4.0,
    "type:unknown": -1.0,
    "period:eq": 1.0,
    "period:within": 0.3,
    "period:overlap": -0.3,
    "period:apart": -0.7,
    "needs:case": -4.0,
    "needs:period": -3.0,
    "rival": -1.5,
}
BIAS = -3.0
#: Nothing is certain, and a score of 1.000 would say so.
HIGHEST, LOWEST = 0.999, 0.001
#: What the rule calls certain is at least this likely (measured: see tests/benchmarks/quality.py).
SURE = 0.97


def subject_features(about: str, levels: Levels) -> list[str]:
    """The names of the weights that apply to one pair of subjects."""
    deciding = DECIDING[about]
    role = "id" if about == "person" else "number"
    features = []
    for kind, level in levels.items():
        if kind == "name":
            features.append(f"name:{level}")
        else:
            features.append(f"{role if kind in deciding else 'also'}:{level}")
    return features


def total(features: Iterable[str]) -> float:
    """The sum of the weights: log odds."""
    return BIAS + sum(WEIGHTS.get(feature, 0.0) for feature in features)


def probability(log_odds: float) -> float:
    """The odds as a share between LOWEST and HIGHEST."""
    share = 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
    return min(HIGHEST, max(LOWEST, share))
