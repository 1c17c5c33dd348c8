"""A number that stands with many names on file is nobody's, and makes no two namesakes one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from matching.compare.engine import Engine
from matching.compare.explain import explain
from matching.compare.shared import MANY_NAMES
from tests.benchmarks.generator import RULES
from tests.quick import examples

ENGINE = Engine(RULES)
AS_OF = datetime(2026, 6, 1, 12, tzinfo=UTC)
PHONE = "13912340001"
OTHERS = ("李秀英", "赵国庆", "孙晓梅", "陈志远", "John Smith", "阿卜杜拉·买买提")


def row(id_: str, name: str, **ids: str) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "household",
        "subjects": [{"kind": "person", "name": name, "ids": ids}],
        "asked_at": (AS_OF - timedelta(days=9)).isoformat(),
        "answered_at": (AS_OF - timedelta(days=8)).isoformat(),
        "answer": "已核实",
    }


def verdict_of(*others: str) -> str:
    query = ENGINE.record_from_row(row("q", "王建国", phone=PHONE))
    rows = [row("namesake", "王建国", phone=PHONE), *(row(f"o-{n}", n, phone=PHONE) for n in others)]
    matches = ENGINE.judge(query, list(map(ENGINE.record_from_row, rows)), as_of=AS_OF, limit=50)
    return next(match.verdict for match in matches if match.id == "namesake")


@examples(60)
@given(st.lists(st.sampled_from(OTHERS), unique=True))
def test_as_many_other_names_take_a_numbers_support_away(others: list[str]) -> None:
    assert verdict_of(*others) == ("possible" if len(others) >= MANY_NAMES else "reuse")


def test_one_persons_name_written_in_other_ways_is_no_other_name() -> None:
    assert verdict_of("王健国", "WANG JIANGUO", "王*", "王建郭") == "reuse"


def test_an_equal_resident_id_needs_no_support() -> None:
    query = ENGINE.record_from_row(row("q", "王建国", cn_id="320583198502145015", phone=PHONE))
    same = row("same", "王建国", cn_id="320583198502145015", phone=PHONE)
    rows = [same, *(row(f"o-{n}", n, phone=PHONE) for n in OTHERS)]
    best = ENGINE.judge(query, list(map(ENGINE.record_from_row, rows)), as_of=AS_OF)[0]
    assert (best.id, best.verdict) == ("same", "reuse")


def test_the_explanation_says_that_a_number_is_shared() -> None:
    query, namesake, *others = (
        ENGINE.record_from_row(row(f"r-{at}", name, phone=PHONE))
        for at, name in enumerate(("王建国", "王建国", *OTHERS))
    )
    told = explain(query, namesake, RULES, as_of=AS_OF, others=others)
    assert told.verdict == "possible"
    assert [line.level for line in told.lines if line.field == "phone"] == ["shared"]
