"""What an answer begins with: a handling code, how it came out, in either order."""

from __future__ import annotations

import pytest

from workflow.kernel.openings import Opening, read_opening


@pytest.mark.parametrize(
    ("text", "handling", "outcome", "words"),
    [
        ("H2 户籍在昆山花桥", "H2", None, "户籍在昆山花桥"),
        ("h2：户籍在昆山花桥", "H2", None, "户籍在昆山花桥"),
        ("【H3】已查实：户籍在昆山花桥", "H3", "found", "户籍在昆山花桥"),
        ("已查实：H0 户籍在昆山花桥", "H0", "found", "户籍在昆山花桥"),
        ("Ｈ２ 户籍在昆山花桥", "H2", None, "户籍在昆山花桥"),
        ("H1, found: he lives there", "H1", "found", "he lives there"),
        ("H2户籍在昆山花桥", "H2", None, "户籍在昆山花桥"),
        ("H2", "H2", None, ""),
        ("H4 户籍在昆山花桥", None, None, "H4 户籍在昆山花桥"),
        ("H1N1 检测阴性", None, None, "H1N1 检测阴性"),
        ("H2栋301室", None, None, "H2栋301室"),
        ("他住 H2 栋", None, None, "他住 H2 栋"),
        ("H22 路公交", None, None, "H22 路公交"),
        ("已查实：他住 H2 栋", None, "found", "他住 H2 栋"),
    ],
)
def test_a_code_in_front_is_taken_and_nothing_else_is(
    text: str, handling: str | None, outcome: str | None, words: str
) -> None:
    said = read_opening(text)
    assert (said.handling, said.outcome, said.text) == (handling, outcome, words)


def test_what_has_no_code_is_read_as_before() -> None:
    assert read_opening("查无此人") == Opening(handling=None, outcome="nothing", text="查无此人")
