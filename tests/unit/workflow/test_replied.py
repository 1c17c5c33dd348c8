"""A reply goes to the field that was asked for; a number alone is the subject's, and a name and its number are one."""

from __future__ import annotations

import pytest

from matching.identifiers.values import Identifier, Subject
from workflow.kernel.parts import Part
from workflow.request.replied import meant

VALID, WRONG = "320583199204081177", "320583199204081178"


def parts(*subjects: str) -> list[Part]:
    return [Part(text="户籍"), *(Part(text=one, field="subject") for one in subjects)]


@pytest.mark.parametrize(
    ("before", "asked", "text", "field", "words"),
    [
        ((), "reason", "诈骗案", "reason", "诈骗案"),
        ((), "reason", VALID, "subject", VALID),
        (("陈望舒",), "reason", VALID, "subject", f"陈望舒 {VALID}"),
        (("陈望舒",), "due", f" {VALID}。", "subject", f"陈望舒 {VALID}。"),
        ((WRONG,), "subject", "陈望舒", "subject", f"陈望舒 {WRONG}"),
        (("陈望舒",), "subject", VALID, "subject", f"陈望舒 {VALID}"),
        ((f"陈望舒 {WRONG}",), "subject", f"陈望舒 {VALID}", "subject", f"陈望舒 {VALID}"),
        ((f"陈望舒 {WRONG}",), "subject", VALID, "subject", f"陈望舒 {VALID}"),
        (("陈望舒",), "subject", "顾远山", "subject", "顾远山"),
        (("陈望舒",), "contact", "13900001111", "contact", "13900001111"),
        (("陈望舒",), "reason", f"核实{VALID}的户籍", "reason", f"核实{VALID}的户籍"),
    ],
)
def test_what_a_reply_is_for(before: tuple[str, ...], asked: str, text: str, field: str, words: str) -> None:
    assert meant(parts(*before), (), asked, text) == (field, words)


def test_a_subject_that_was_read_of_a_post_counts_too() -> None:
    named = Subject(name="陈望舒")
    assert meant([Part(text="查陈望舒户籍")], (named,), "reason", VALID) == ("subject", f"陈望舒 {VALID}")
    assert meant([Part(text="查陈望舒户籍")], (named,), "", VALID) == ("subject", f"陈望舒 {VALID}")
    number = Subject(ids=(Identifier(kind="cn_id", value=VALID, state="valid", raw=VALID),))
    assert meant([Part(text=VALID)], (number,), "subject", "陈望舒") == ("subject", f"陈望舒 {VALID}")
    assert meant([Part(text="甲、乙")], (named, number), "reason", VALID) == ("subject", VALID)
