"""docs/rights.md: who may do what, worked out by the rights themselves. ``python -m tests.unit.workflow.rights_page``
writes it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from storage.tables.words import Handling, State
from workflow.kernel.actions import ACTIONS, Action, Right, Who
from workflow.kernel.tx import Actor, Standing
from workflow.organisation.rights import (
    BY_ANSWER,
    LEFT_TO_WATCHERS,
    OF_GIVEN,
    UNIT_RULES,
    AnswerFacts,
    may,
    may_for_unit,
    may_give_answer,
    may_have_answer,
    may_look_for,
    may_on_answer,
    may_on_given,
    may_read_answer,
    may_withhold_answer,
    works_on,
)

PAGE = Path(__file__).parents[3] / "docs" / "rights.md"
ASKING, ASKED, ABOVE, THIRD = 1, 2, 3, 4
ASKER, HOLDER, OTHER = 11, 21, 99


@dataclass(frozen=True)
class Request:
    """Asked by the asking unit of the asked one, which stands below another; somebody has it."""

    asker_id: int | None = ASKER
    handler_id: int | None = HOLDER
    from_unit_id: int | None = ASKING
    to_unit_id: int | None = ASKED
    state: str = "accepted"
    number: str | None = "KS26-0042"
    asked_at: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)
    confidential: bool = False


def person(who: int, unit: int, role: str, *, newcomer: bool = False) -> Actor:
    below = frozenset({ASKED}) if unit == ABOVE else frozenset[int]()
    standing = Standing(unit_id=unit, code=str(unit), role=role, below=below, newcomer=newcomer)
    return Actor(person_id=who, chat_id=who, name="", standings=(standing,))


def at_desk(role: str) -> Actor:
    """Somebody of the unit above, whose desk is the one window of the asked unit."""
    above = person(OTHER, ABOVE, role)
    return replace(above, standings=tuple(replace(s, window=frozenset({ASKED})) for s in above.standings))


def nobody(who: int, *, admin: bool = False) -> Actor:
    return Actor(person_id=who, chat_id=who, name="", admin=admin)


#: In the columns of the table.
PEOPLE: dict[str, Actor] = {
    "the asker": person(ASKER, ASKING, "officer"),
    "an officer of the asking unit": person(OTHER, ASKING, "officer"),
    "its newcomer": person(OTHER, ASKING, "officer", newcomer=True),
    "its handler": person(OTHER, ASKING, "handler"),
    "its liaison": person(OTHER, ASKING, "liaison"),
    "its supervisor": person(OTHER, ASKING, "supervisor"),
    "its approver": person(OTHER, ASKING, "approver"),
    "who has it": person(HOLDER, ASKED, "handler"),
    "an officer of the asked unit": person(OTHER, ASKED, "officer"),
    "a handler there": person(OTHER, ASKED, "handler"),
    "its liaison there": person(OTHER, ASKED, "liaison"),
    "its supervisor there": person(OTHER, ASKED, "supervisor"),
    "an officer of the unit above": person(OTHER, ABOVE, "officer"),
    "its liaison above": person(OTHER, ABOVE, "liaison"),
    "its supervisor above": person(OTHER, ABOVE, "supervisor"),
    "a handler of the desk that is the asked unit's window": at_desk("handler"),
    "its liaison at that desk": at_desk("liaison"),
    "a liaison of a third unit": person(OTHER, THIRD, "liaison"),
    "an asker who has left": nobody(ASKER),
    "an admin": nobody(OTHER, admin=True),
}
#: Whose answer it is, seen from the unit that asks now.
ANSWERS: dict[str, AnswerFacts] = {
    "its unit was given it": AnswerFacts(given_by=ASKED, given_to=ASKING),
    "its unit was given it, H3": AnswerFacts(given_by=ASKED, given_to=ASKING, handling=Handling.H3),
    "agreed, H0 or H1": AnswerFacts(given_by=ASKED, given_to=THIRD, agreed_with=ASKING),
    "agreed, H2": AnswerFacts(given_by=ASKED, given_to=THIRD, agreed_with=ASKING, handling=Handling.H2),
    "agreed, H3": AnswerFacts(given_by=ASKED, given_to=THIRD, agreed_with=ASKING, handling=Handling.H3),
    "not agreed": AnswerFacts(given_by=ASKED, given_to=THIRD),
}
WAITS = Request(handler_id=None, to_unit_id=None, state=State.PENDING)
PART = Request(number="KS26-0042-1")
YES, NO = "yes", "·"


def page() -> str:
    """The whole page."""
    numbered = dict(enumerate(PEOPLE, 1))
    return "\n".join([
        "# Who may do what",
        "",
        "Worked out by `workflow/organisation/rights.py` itself; a test fails when this page says something else.",
        "Every button, command, reply, search, export and digest asks there, and the default is no.",
        "Whether a request stands so that it can be done is another question: [commands](commands.md).",
        "",
        "The columns, of a request that one unit asks of another, and that somebody there has:",
        "",
        *[f"{number}. {name}" for number, name in numbered.items()],
        "",
        "## With a request",
        "",
        *_table(
            ("", *map(str, numbered)),
            [
                *((f"`{one}`", *_marks(lambda who, one=one: _may(who, one))) for one in _acts()),
                ("`full` without a purpose", *_marks(lambda who: works_on(who, Request()))),
            ],
        ),
        "",
        "`see`: that there is one, and its masked card. `full`: unmasked, in private. `audit`: its record.",
        "Who may read it in full and has it not in their own hands picks one of `[protection] purposes` first.",
        "A unit that was asked and has passed it on: until it is answered its handlers, liaisons and supervisors may",
        f"{' and '.join(f'`{one}`' for one in LEFT_TO_WATCHERS)}, and nothing else.",
        "",
        "## With a request that waits for approval",
        "",
        "It has not gone out, and nobody of the unit that it is for is any of the columns above but as a stranger.",
        "",
        *_table(
            ("", *map(str, numbered)),
            (
                (f"`{one}`", *_marks(lambda who, one=one: may(who, one, WAITS) is None))
                for one in (*Right, *(a for a in ACTIONS if State.PENDING in ACTIONS[a].moves))
            ),
        ),
        "",
        "## With a part of a request",
        "",
        "It is asked by the unit that split what it is part of, the asking unit of this table: whoever handles",
        "requests there stands for the asker. Only what differs:",
        "",
        *_table(
            ("", *map(str, numbered)),
            (
                (f"`{one}`", *_marks(lambda who, one=one: _may(who, one, PART)))
                for one in _acts()
                if any(_may(who, one, PART) != _may(who, one) for who in PEOPLE.values())
            ),
        ),
        "",
        "## With what was answered before the request was passed on",
        "",
        "A first part was given by who has it above; then the request went to the third unit. Whose the answer is",
        "it says itself; how the matter came out is for the unit that is asked now.",
        "",
        *_table(
            ("", *map(str, numbered)),
            ((f"`{one}`", *_marks(lambda who, one=one: _may(who, one, PASSED_ON))) for one in _on_answers()),
        ),
        "",
        "## With a unit (the asked one)",
        "",
        *_table(
            ("", *map(str, numbered)),
            (
                (f"`{one}`", *_marks(lambda who, one=one: may_for_unit(who, one, ASKED))) for one in UNIT_RULES
            ),
        ),
        "",
        "`find`, `subject` and `case` among earlier requests: everybody but a newcomer whom nobody has confirmed"
        f" ({_count(may_look_for)} of {len(PEOPLE)} above).",
        "",
        "## With an earlier answer",
        "",
        "It was given by the asked unit, and somebody of the asking unit asks the like again. Seen from there:",
        "",
        *_table(
            ("", "the asker may take it", "their group may be told of it", "the giver's handler may give it",
             "the giver's officer", "an admin", "the giver may withhold it"),
            ((name, *_of_answer(facts)) for name, facts in ANSWERS.items()),
        ),
        "",
        "An agreement opens an answer only for a request that names the same whole, valid number,",
        "and only where the answer is about nobody else.",
        f"Decided by this and not by the request: {', '.join(f'`{a}`' for a in sorted(BY_ANSWER))}.",
        "",
    ])  # fmt: skip


def _on_answers() -> list[Action]:
    return [action for action, row in ACTIONS.items() if row.who in (Who.ANSWERED_BY, Who.OF_ASKED)]


def _acts() -> list[Action | Right]:
    return [*Right, *(action for action in ACTIONS if action not in BY_ANSWER)]


@dataclass(frozen=True)
class Answered:
    """Given by the one who has the request."""

    person_id: int | None = HOLDER
    unit_id: int | None = ASKED


PASSED_ON = Request(handler_id=None, to_unit_id=THIRD)


def _may(who: Actor, one: Action | Right, request: Request = Request()) -> bool:
    """As the use cases ask it: of what is done to an answer, whose answer it is, or that besides."""
    if one in OF_GIVEN:
        return may_on_given(who, request, [Answered()]) is None
    allowed = may(who, one, request) is None
    of_answer = isinstance(one, Action) and ACTIONS[one].who is Who.OF_ASKED
    return allowed and (not of_answer or may_on_answer(who, Answered()) is None)


def _marks(allowed: Callable[[Actor], bool]) -> list[str]:
    return [YES if allowed(who) else NO for who in PEOPLE.values()]


def _count(allowed: Callable[[Actor], bool]) -> int:
    return sum(allowed(who) for who in PEOPLE.values())


def _of_answer(facts: AnswerFacts) -> list[str]:
    asker, handler = PEOPLE["the asker"], PEOPLE["a handler there"]
    officer, admin = PEOPLE["an officer of the asked unit"], PEOPLE["an admin"]
    allowed = [
        may_have_answer(asker, facts, for_unit=ASKING),
        may_read_answer([ASKING], facts),
        may_give_answer(handler, facts),
        may_give_answer(officer, facts),
        may_give_answer(admin, replace(facts)),
        may_withhold_answer(handler, facts),
    ]
    return [YES if one else NO for one in allowed]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
