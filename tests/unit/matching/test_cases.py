"""Case numbers in two systems and many brackets."""

from __future__ import annotations

import pytest

from matching.identifiers.cases import normal, relation, system
from matching.identifiers.mentions import case_numbers


@pytest.mark.parametrize(
    "written",
    [
        "昆公（刑）立字〔2026〕0123号",
        "昆公(刑)立字[2026]123号",
        "昆公刑立字【2026】第123号",
        "案号：昆公(刑)立字(2026)123",
        "昆公刑立字2026年123号",
    ],
)
def test_brackets_and_zeros_say_nothing(written: str) -> None:
    assert normal(written) == "D:昆公刑立:2026:123"


@pytest.mark.parametrize("written", ["A320583 4500002026010001", "a320583450000 2026 010001"])
def test_a_number_with_spaces_is_one(written: str) -> None:
    assert case_numbers(written) == "A3205834500002026010001"


@pytest.mark.parametrize("number", ["D:昆公刑立:2026:123", "C:苏0583刑初:2026:12", "A3205834500002026010001"])
def test_what_is_read_stays_as_it_is(number: str) -> None:
    assert normal(number) == number
    assert case_numbers(f"A3205834500002026010001 {number}").split(" ")[-1] == number


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("A3205834500002026010001", "register"),
        ("a320583450000 2026O10001", "register"),
        ("(2026)苏0583刑初12号", "court"),
        ("昆公刑立字〔2026〕1号", "document"),
        ("某某案", "other"),
        ("", ""),
    ],
)
def test_a_number_belongs_to_a_system(written: str, kind: str) -> None:
    assert system(normal(written)) == kind


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("A3205834500002026010001 D:昆公刑立:2026:12", "D:昆公刑立:2026:12", "eq"),
        ("A3205834500002026010001 D:昆公刑立:2026:12", "A3205834500002026010001", "eq"),
        ("A3205834500002026010001 D:昆公刑立:2026:12", "D:昆公刑立:2026:13", "different"),
        # Two cases are not one of them.
        ("A3205834500002026010001 A3205834500002026010002", "A3205834500002026010001", ""),
        ("A3205834500002026010001 D:昆公刑立:2026:12", "A3205834500002026010002 D:昆公刑立:2026:12", ""),
    ],
)
def test_numbers_of_each_system_must_be_the_same(a: str, b: str, expected: str) -> None:
    assert relation(a, b) == relation(b, a) == expected


def test_numbers_of_two_systems_say_neither_yes_nor_no() -> None:
    register, document = normal("A3205834500002026010001"), normal("昆公刑立字〔2026〕1号")
    assert relation(register, document) == ""
    assert relation(register, register) == "eq"
    assert relation(register, normal("A3205834500002026010002")) == "different"
    assert relation("", register) == ""
