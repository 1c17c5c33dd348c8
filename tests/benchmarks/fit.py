"""Fits the weights of :mod:`matching.compare.score` on a generated set and prints them as they stand there.

``python -m tests.benchmarks.fit`` (needs scikit-learn, which comes with ``recordlinkage``).
"""

from __future__ import annotations

from collections import defaultdict

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from matching.compare import score
from matching.compare.engine import Engine
from matching.compare.judge import Judge
from tests.benchmarks.generator import AS_OF, RULES, Generator, LabelledSet
from tests.benchmarks.quality import SECRET
from tests.benchmarks.retrieval import MemoryIndex

#: Other seeds than those of the report: weights must not be measured on what they were fitted on.
SEEDS = (11, 12, 13)


def collect(labelled: LabelledSet) -> tuple[list[dict[str, int]], list[bool], dict[str, list[bool]]]:
    """Features and labels of the pairs that the rules leave; per doubt, whether the question was the same."""
    engine = Engine(RULES)
    index = MemoryIndex(engine, SECRET)
    index.add(engine.record_from_row(row) for row in labelled.ledger)
    features, labels, doubts = [], [], defaultdict(list)
    for query in labelled.queries:
        record = engine.record_from_row(query.row)
        judge = Judge(record, RULES, AS_OF)
        assessed = [a for a in map(judge.assess, index.candidates(record)) if a is not None]
        for assessment in assessed:
            judge.conclude(assessment)
            truth = labelled.truth[assessment.record.id]
            same_things = {query.things[i] for i in assessment.covers()} <= set(truth.things)
            counted: dict[str, int] = defaultdict(int)
            for feature in assessment.features:
                counted[feature] += 1
            features.append(dict(counted))
            labels.append(same_things)
            if same_things and len(assessment.doubts) == 1:
                right = labelled.is_right(query, assessment.record.id, assessment.covers())
                doubts[assessment.doubts[0]].append(right)
    return features, labels, doubts


def main() -> None:
    features: list[dict[str, int]] = []
    labels: list[bool] = []
    doubts: dict[str, list[bool]] = defaultdict(list)
    for seed in SEEDS:
        for noise in (0.2, 0.4):
            some, right, doubted = collect(Generator(seed, noise).make(1500, 15000))
            features += some
            labels += right
            for doubt, seen in doubted.items():
                doubts[doubt] += seen
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=3.0, max_iter=2000).fit(vectorizer.fit_transform(features), labels)
    fitted = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True))
    print(f"BIAS = {model.intercept_[0]:.1f}")
    for name, weight in score.WEIGHTS.items():
        count = sum(1 for f in features if name in f)
        print(
            f'    "{name}": {fitted.get(name, weight):.1f},  # {count} pairs'
            + ("" if name in fitted else ", by hand")
        )
    print("not in the table:", sorted(set(fitted) - set(score.WEIGHTS)))
    for doubt, same in sorted(doubts.items()):
        print(f'    "{doubt}": {sum(same) / len(same):.3f},  # {len(same)} pairs')


if __name__ == "__main__":
    main()
