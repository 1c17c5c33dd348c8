"""What docs/rights.md says is what the rights decide."""

from __future__ import annotations

import pytest

from tests.unit.workflow.rights_page import NO, PAGE, PEOPLE, page


def rows() -> dict[str, list[str]]:
    """What stands in the first table, by the name of the right."""
    lines = [line.strip("|").split("|") for line in page().splitlines() if line.startswith("| `")]
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
