"""``[watch]``: from how much on a supervisor is told; what cannot be meant is refused and its key named."""

from __future__ import annotations

from dataclasses import fields
from datetime import time

import pytest
from pydantic import ValidationError

from bot.settings.model import LONGEST_WATCH as LONGEST_DAYS
from bot.settings.model import Settings
from bot.settings.model import Watch as Section
from bot.settings.policy import policy_of
from workflow.kernel.policy import LONGEST_WATCH, Watch

COUNTED = [name for name, field in Section.model_fields.items() if field.annotation is int and name != "days"]


def said(**keys: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Settings(watch=keys)  # type: ignore[arg-type]
    (error,) = caught.value.errors()
    return f"{'.'.join(map(str, error['loc']))} {error['msg']}"


def test_every_key_is_a_rule_of_the_policy_with_the_same_default() -> None:
    assert LONGEST_DAYS == LONGEST_WATCH
    rules = policy_of(Settings()).watch
    assert {field.name for field in fields(Watch)} == set(Section.model_fields)
    usual = Watch(condition_words=rules.condition_words)
    assert rules == usual and rules.condition_words


@pytest.mark.parametrize("name", COUNTED)
def test_less_than_nothing_is_refused_and_nothing_turns_it_off(name: str) -> None:
    assert name in said(**{name: -1}) and name in said(**{name: 10_001}) and name in said(**{name: "many"})
    assert getattr(policy_of(Settings(watch={name: 0})).watch, name) == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["one_subject", "many_subjects"])
def test_several_are_two_at_the_least(name: str) -> None:
    assert "2 at the least" in said(**{name: 1})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("days", 0, "greater than or equal to 1"),
        ("days", 93, "less than or equal to 92"),
        ("at", "8 o'clock", "is no time of day"),
        ("night", "22:00", "are no hours"),
        ("condition_words", ["费"], "is no word to look for"),
        ("score", 1, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: object, words: str) -> None:
    told = said(**{name: value})
    assert name in told and words in told


def test_never_by_itself_no_night_and_no_words() -> None:
    rules = policy_of(Settings(watch={"at": "", "night": "", "condition_words": []})).watch  # type: ignore[arg-type]
    assert (rules.at, rules.night, rules.condition_words) == (None, None, ())
    assert policy_of(Settings(watch={"at": "7:30"})).watch.at == time(7, 30)  # type: ignore[arg-type]
