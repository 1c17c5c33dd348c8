"""What docs/rights.md says is what the rights decide."""

from __future__ import annotations

import pytest

from tests.unit.workflow.rights_page import NO, PAGE, PEOPLE, page


def rows(below: str = "## With a request") -> dict[str, list[str]]:
    """What stands in the table under a heading, by the name of the right."""
    part = page().partition(f"{below}\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return {line[0].strip(" `"): [cell.strip() for cell in line[1:]] for line in lines}


def test_the_page_is_what_the_rights_decide() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tests.unit.workflow.rights_page writes it anew"


@pytest.mark.parametrize(
    "who", ["a liaison of a third unit", "an asker who has left", "an officer of the unit above"]
)
def test_whoever_has_nothing_to_do_with_it_may_nothing(who: str) -> None:
    at = list(PEOPLE).index(who)
    allowed = {name for name, marks in rows().items() if marks[at] != NO}
    assert allowed == set()


def test_an_admin_answers_nothing() -> None:
    at = list(PEOPLE).index("an admin")
    for act in ("answer", "correct", "withdraw", "mark", "outcome"):
        assert rows()[act][at] == NO, act


@pytest.mark.parametrize("act", ["correct", "withdraw", "mark"])
def test_an_answer_is_its_givers_whoever_is_asked_now(act: str) -> None:
    marks = rows("## With what was answered before the request was passed on")[act]
    allowed = {who for who, mark in zip(PEOPLE, marks, strict=True) if mark != NO}
    assert allowed == {"who has it", "its liaison there"}


@pytest.mark.parametrize("act", ["outcome", "more"])
def test_how_a_matter_comes_out_is_not_for_who_passed_it_on(act: str) -> None:
    assert set(rows("## With what was answered before the request was passed on")[act]) == {NO}
