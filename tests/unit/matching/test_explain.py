"""Explanations and evaluation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from matching.compare.engine import Engine
from matching.compare.evaluate import evaluate
from matching.compare.explain import explain
from matching.compare.keys import key_texts
from matching.compare.reasons import WORDS, words
from matching.identifiers.values import Reason, TypeRule
from tests.unit.matching.test_engine import (
    AS_OF,
    CASE,
    ENGINE,
    FULL,
    ID,
    OTHER,
    PHONE,
    RULES,
    TWIN,
    person,
    row,
)


def told(query: dict[str, object], candidate: dict[str, object], *others: dict[str, object]) -> str:
    records = [ENGINE.record_from_row(r) for r in (query, candidate, *others)]
    return explain(records[0], records[1], RULES, as_of=AS_OF, others=records[2:]).text()


def test_a_veto_is_named_and_numbers_are_masked() -> None:
    text = told(row(FULL), row(person(cn_id=TWIN, phone=PHONE)))
    assert "verdict none" in text
    assert "cn_id      conflict     VETO  320583********0010 <> 320583********0037" in text
    assert ID not in text
    assert PHONE not in text


def test_what_keeps_it_from_reuse_is_named() -> None:
    text = told(row(FULL, type="whereabouts", case=CASE), row(FULL, type="whereabouts", days=60))
    assert "not reuse: the type needs the same case" in text
    assert "not reuse: answered 60 days ago, no longer fresh" in text
    text = told(row(person(phone=PHONE)), row(FULL), row(person(cn_id=OTHER), id="l-2"))
    assert "not reuse: another person of that name is on file" in text


def test_an_explanation_has_the_score_and_verdict_of_the_engine() -> None:
    query, candidate = ENGINE.record_from_row(row(FULL)), ENGINE.record_from_row(row(FULL))
    (match,) = ENGINE.judge(query, [candidate], as_of=AS_OF)
    explanation = explain(query, candidate, RULES, as_of=AS_OF)
    assert (explanation.verdict, explanation.score) == (match.verdict, match.score)


def test_labels_are_counted() -> None:
    labels = [
        {"query": row(FULL, days=None), "candidate": row(FULL), "same": True},
        {"query": row(FULL, days=None), "candidate": row(person(cn_id=OTHER)), "same": False},
        {"query": row(FULL, days=None), "candidate": row(person("", cn_id=ID)), "same": False},
        {"query": row(FULL, days=None), "candidate": row(person("李四")), "same": True},
        {"query": 3, "candidate": None, "same": "yes"},
    ]
    result = evaluate(ENGINE, labels, as_of=AS_OF)
    assert (result.pairs, result.same, result.matched, result.reused) == (4, 2, 2, 2)
    assert (result.recall, result.precision, result.reuse_precision, result.reuse_recall) == (
        0.5,
        0.5,
        0.5,
        0.5,
    )
    assert result.rejected == (5,)
    assert len(result.false_reuse) == 1
    assert sum(b.matches for b in result.calibration) == 2


def test_an_evaluation_of_nothing_is_zero() -> None:
    result = evaluate(ENGINE, [], as_of=datetime(2026, 1, 1, tzinfo=UTC))
    assert (result.recall, result.precision, result.reuse_precision, result.reuse_recall) == (0, 0, 0, 0)
    assert result.calibration[0].share == 0


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_reason_has_words_in_both_languages(code: str) -> None:
    params = {"kind": "cn_id", "days": 3, "covered": 1, "of": 2, "percent": 80}
    reason = Reason(code=code, params=params)
    assert "{" not in words(reason, "en") + words(reason, "zh")
    assert words(reason, "zh") != words(reason, "en")


def test_keys_are_what_the_desk_makes_of_their_texts_without_repeats() -> None:
    record = ENGINE.record_from_row(row(FULL, FULL, case=CASE))
    texts = key_texts(record)
    assert len(texts) == len(set(texts)) == 10
    assert ENGINE.keys(record, len) == [len(text) for text in texts]


def test_a_query_of_unknown_type_looks_under_every_type() -> None:
    engine = Engine({"a": TypeRule(key="a"), "b": TypeRule(key="b")})
    unknown = engine.record_from_row({"subjects": [{"name": "张三"}]})
    known = engine.record_from_row({"type": "b", "subjects": [{"name": "Zhang San"}]})
    assert set(engine.keys(unknown, hash)) & set(engine.keys(known, hash))
