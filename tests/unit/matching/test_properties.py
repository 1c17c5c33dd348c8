"""What must hold whatever comes in."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from matching.compare import compare, verdict
from matching.compare.engine import Engine
from matching.compare.keys import key_texts
from matching.identifiers.identifiers import identify
from matching.identifiers.values import Identifier, Subject
from matching.masking.masking import mask
from tests.benchmarks.generator import AS_OF, RULES, Generator
from tests.benchmarks.generator_noise import Noise
from tests.benchmarks.generator_world import World, cn_id
from tests.quick import examples

ENGINE = Engine(RULES)
ORDER = {"none": 0, "possible": 1, "reuse": 2}

_levels = st.dictionaries(
    st.sampled_from(("cn_id", "passport", "phone", "plate", "bank_card", "uscc")),
    st.sampled_from(tuple(compare.RANK)),
)
_names = st.sampled_from(("eq", "sound", "near", "masked", "partly", "different", ""))
_about = st.sampled_from(tuple(verdict.DECIDING))
valid_ids = st.builds(
    cn_id,
    st.sampled_from(("320583", "110105")),
    st.dates(date(1950, 1, 1), date(2010, 12, 31)),
    st.integers(0, 999),
)


@given(_about, st.integers(0, 1), _levels, _names, st.booleans())
def test_a_veto_is_never_outvoted(
    about: str, which: int, levels: dict[str, str], name: str, same_case: bool
) -> None:
    deciding = verdict.DECIDING[about]
    levels = {**levels, deciding[which % len(deciding)]: "conflict", **({"name": name} if name else {})}
    decision = verdict.decide(about, levels, same_case=same_case)
    # A renewed passport beside an equal ID is for a person to look at; all else is out.
    renewed = about == "person" and levels.get("cn_id") == "eq"
    assert decision == ("maybe" if renewed else "no")


@given(valid_ids, valid_ids, st.integers(0, 99))
def test_two_valid_ids_that_differ_never_match(first: str, second: str, seed: int) -> None:
    assume(first != second)
    person = World(random.Random(seed)).person()
    rows = [
        {
            "id": "r",
            "type": "household",
            "case": "A3205834500002026010001",
            "reason": "同一事由",
            "subjects": [{"kind": "person", "name": person.name, "ids": {**person.ids, "cn_id": number}}],
            "answered_at": (AS_OF - timedelta(days=1)).isoformat(),
        }
        for number in (first, second)
    ]
    query, candidate = map(ENGINE.record_from_row, rows)
    assert ENGINE.judge(query, [candidate], as_of=AS_OF) == []


def _pairs(seed: int, noise: float) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    labelled = Generator(seed, noise).make(1, 0)
    return [(labelled.queries[0].row, row) for row in labelled.ledger]


@examples(60)
@given(st.integers(0, 10**6), st.sampled_from((0.0, 0.4)))
def test_comparing_is_symmetric(seed: int, noise: float) -> None:
    for ours, theirs in _pairs(seed, noise):
        a, b = ENGINE.record_from_row(ours), ENGINE.record_from_row(theirs)
        for x in a.subjects:
            for y in b.subjects:
                there = compare.subjects(x, compare.by_kind(x), y)
                back = compare.subjects(y, compare.by_kind(y), x)
                assert there == back


@examples(80)
@given(st.integers(0, 10**6))
def test_noise_never_turns_possible_into_reuse(seed: int) -> None:
    """Noise that disturbs what is there; what takes a contradiction away altogether is another matter."""
    noise = Noise(random.Random(seed), 0.5)
    for ours, theirs in _pairs(seed, 0.0):
        candidate = ENGINE.record_from_row(theirs)
        before = _verdict(ours, candidate)
        disturbed, done = noise.row(ours, RULES[ours["type"]].about)
        if any(entry.endswith(":missing") for entry in done):
            continue
        after = _verdict(disturbed, candidate)
        assert not (before == "possible" and after == "reuse"), (ours, disturbed, theirs, done)


def _verdict(row: dict[str, Any], candidate: Any) -> str:
    matches = ENGINE.judge(ENGINE.record_from_row(row), [candidate], as_of=AS_OF)
    return matches[0].verdict if matches else "none"


@given(valid_ids, st.integers(0, 13), st.integers(0, 4), st.integers(2, 12), st.sampled_from("*＊●X█"))
def test_a_mask_and_its_full_number_agree(number: str, head: int, tail: int, stars: int, star: str) -> None:
    written = number[:head] + star * max(3, stars) + number[18 - tail :]
    masked, full = identify("cn_id", written), identify("cn_id", number)
    assert masked.state == "masked"
    assert compare.identifiers(masked, full) in ("weak", "masked", "shown")


@given(valid_ids)
def test_what_is_shown_is_found_again(number: str) -> None:
    full = identify("cn_id", number)
    shown = identify("cn_id", mask(full))
    assert (shown.state, shown.value) == ("masked", mask(full))
    texts = [set(_texts(i)) for i in (full, shown)]
    assert texts[0] & texts[1]


def _texts(identifier: Identifier) -> list[str]:
    record = ENGINE.record_from_row({"type": "household", "subjects": [{"ids": {"cn_id": identifier.value}}]})
    return key_texts(record)


@given(valid_ids, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_slip_leaves_a_key_whole(number: str, at: int, digit: str) -> None:
    slipped = number[:at] + digit + number[at + 1 :]
    assert set(_texts(identify("cn_id", number))) & set(_texts(identify("cn_id", slipped)))
    lost = number[:at] + number[at + 1 :]
    assert set(_texts(identify("cn_id", number))) & set(_texts(identify("cn_id", lost)))


def test_a_subject_is_compared_with_itself_as_equal() -> None:
    subject = Subject(name="张三", ids=(identify("cn_id", "320583199001010010"),), sound="zansan")
    assert compare.subjects(subject, compare.by_kind(subject), subject) == {"cn_id": "eq", "name": "eq"}
