"""The score: how likely a match is right, calibrated: of ten matches at 0.9, nine are right.

Right means the same subjects *and* the same question: type and, where the type says so, case and period.
So the score is a product: the odds that the subjects are one, as a sum of weights (Fellegi and Sunter,
1969), times a factor for each part of the question that does not agree. Weights (natural logarithms of
odds) and factors are fitted on the generator of ``tests/benchmarks`` (``python -m tests.benchmarks.fit``).
The score orders and informs; :mod:`matching.compare.verdict` decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from matching.compare.compare import Levels
from matching.identifiers.kinds import DECIDING, TELLING

#: field:level -> weight. ``id`` is what decides for a person, ``number`` for other types, ``also`` the rest.
WEIGHTS = {
    "id:eq": 9.5,
    "id:found": 6.2,
    "id:damaged": 7.0,
    "id:edit": 6.5,
    "id:slip": 6.5,
    "id:shown": 1.0,
    "id:masked": 2.0,
    "id:close": 1.2,
    "id:weak": 2.0,
    "id:different": -2.9,
    "id:conflict": -9.0,
    "number:eq": 9.3,
    "number:found": 5.0,
    "number:damaged": 5.0,
    "number:edit": 5.0,
    "number:slip": 1.2,
    "number:partial": 5.5,
    "number:masked": 3.5,
    "number:close": 0.2,
    "number:weak": 0.0,
    "number:different": -4.0,
    "number:conflict": -9.0,
    "also:eq": 3.5,
    "also:found": 3.3,
    "also:damaged": 2.0,
    "also:edit": 2.5,
    "also:slip": 3.0,
    "also:partial": 1.5,
    "also:close": 0.5,
    "also:masked": 3.5,
    "also:conflict": -1.5,
    "also:different": -1.7,
    "name:eq": 2.3,
    "name:sound": 1.8,
    "name:near": -0.8,
    "name:masked": 0.4,
    "name:partly": -3.0,
    "name:different": -1.0,
    "case:eq": 2.5,
    "case:different": -1.1,
    "rival": -0.9,
}
BIAS = -3.2
#: Part of the question -> the share of pairs about one subject in which it is the same question after all.
FACTORS = {
    "type:other": 0.01,
    "type:unknown": 0.5,
    "case:different": 0.01,
    "case:unknown": 0.4,
    "period:within": 0.02,
    "period:overlap": 0.01,
    "period:apart": 0.01,
    "period:unknown": 0.5,
}
#: Nothing is certain, and a score of 1.000 would say so.
HIGHEST, LOWEST = 0.999, 0.001
#: What the rule calls certain is at least this likely (measured: see tests/benchmarks/quality.py).
SURE = 0.97


def subject_features(about: str, levels: Levels) -> list[str]:
    """The names of the weights that apply to one pair of subjects."""
    deciding = (*DECIDING[about], *TELLING[about])
    role = "id" if about == "person" else "number"
    features = []
    for kind, level in levels.items():
        if kind == "name":
            features.append(f"name:{level}")
        else:
            features.append(f"{role if kind in deciding else 'also'}:{level}")
    return features


def total(features: Iterable[str]) -> float:
    """The sum of the weights: log odds that the subjects are one."""
    return BIAS + sum(WEIGHTS.get(feature, 0.0) for feature in features)


def share(features: Iterable[str], doubts: Iterable[str], covered: float) -> float:
    """The score: ``features`` weigh the subjects, ``doubts`` name the factors, ``covered`` is 0 to 1."""
    odds = max(-30.0, min(30.0, total(features)))
    result = covered / (1 + math.exp(-odds))
    for doubt in doubts:
        result *= FACTORS.get(doubt, 1.0)
    return min(HIGHEST, max(LOWEST, result))
