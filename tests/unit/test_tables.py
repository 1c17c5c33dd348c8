"""What follows from a table follows for each of its rows: an entry that is missing somewhere fails here.

That it would fail is shown by taking every entry out of every table and list, one at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from types import ModuleType
from typing import Any

import pytest

from handlers import buttons, doing, hashtags, menu, table
from handlers.views.catalogue import LANGUAGES, catalogue
from storage.tables import models
from storage.tables.words import ReminderKind, Role, State
from workflow.deadlines import kinds
from workflow.kernel import actions, roles, states
from workflow.kernel.actions import ACTIONS, Action, Section, Side, Told, Who, on_card
from workflow.kernel.carried import Carried, Press
from workflow.kernel.ladder import Stage
from workflow.kernel.states import TRANSITIONS
from workflow.notices import cards
from workflow.organisation import owning, rights
from workflow.record import record

#: A place that follows from a table: (what it should have, what it has).
Place = tuple[Collection[Any], Collection[Any]]
WORDED = {language: dict(catalogue(language)) for language in LANGUAGES}


def keys(beginning: str, names: Collection[str]) -> dict[str, Place]:
    """The entries of the catalogues that there must be for some names."""
    wanted = {f"{beginning}{name}" for name in names}
    return {f"{language}: {beginning}": (wanted, wanted & WORDED[language].keys()) for language in LANGUAGES}


def on_cards() -> set[Action]:
    return {a for side in Side for state in State for row in actions.on_card(side, state) for a in row}


def in_lists() -> set[Action]:
    return {a for section in Section for state in State for a in actions.in_list(section, state)}


def in_menu() -> set[str]:
    return {name for names in menu.SCOPES.values() for name in names}


def of_actions() -> dict[str, Place]:
    rows = actions.ACTIONS
    commands = {action for action, row in rows.items() if row.command}
    ruled = set(Who) - {Who.BY_ANSWER, Who.ANSWERED_BY}
    return {
        "the table": (set(Action), set(rows)),
        "moves": ({(s, a): t for a, r in rows.items() for s, t in r.moves.items()}.items(), states.TRANSITIONS.items()),
        "rights": (
            set(Action) - rights.BY_ANSWER - rights.OF_GIVEN,
            {one for one in rights.RULES if isinstance(one, Action)},
        ),
        "rights by answer": ({a for a, row in rows.items() if row.who is Who.BY_ANSWER}, rights.BY_ANSWER),
        "rights by what was given": ({a for a, row in rows.items() if row.who is Who.ANSWERED_BY}, rights.OF_GIVEN),
        "named rules": (ruled, set(rights.BY_NAME)),
        "whose act": ({action for action, row in rows.items() if row.by_asked}, record.OF_ASKED),
        "events for nobody": (
            {a for a, row in rows.items() if row.told is Told.NOBODY}, owning.OTHERS_BUSINESS & set(Action)
        ),
        "events of a giver": ({a for a, r in rows.items() if r.told is Told.HAVING}, owning._OF_GIVER & set(Action)),
        "events of the asked unit": ({a for a, r in rows.items() if r.told is Told.ASKED}, set(owning.OF_ASKED)),
        "the reason on the card": ({action for action, row in rows.items() if row.why}, set(cards.REASONED)),
        "functions": (set(Action) - doing.OTHERWISE, set(doing.DOING)),
        "buttons": (set(doing.DOING) | set(Press), set(buttons.BUTTONS)),
        "buttons of cards": ({action for action, row in rows.items() if row.card}, on_cards()),
        "buttons of lists": ({action for action, row in rows.items() if row.lists}, in_lists()),
        "commands": (commands, set(Action) & set(table.COMMANDS)),
        "the menu": ({action for action, row in rows.items() if row.menu}, in_menu() & set(Action)),
        "Chinese words": (
            {(word, name) for name, command in table.COMMANDS.items() for word in command.chinese},
            set(table.CHINESE.items()),
        ),
        "hashtags": (
            {(word, a) for a, row in rows.items() if row.command for word in (a, *row.chinese)},
            set(hashtags.HASHTAGS.items()),
        ),
        "in hand": ({action for action, row in rows.items() if row.in_hand}, set(doing.IN_HAND)),
        "kept as it is said": (
            {a for a, by in doing.DOING.items() if by.said and a in rows and not rows[a].why}, set(doing.CONTENT)
        ),
        **keys("action.", [action for action, row in rows.items() if row.moves]),
        **keys("done.", Action),
        **keys("history.", Action),
        **keys("button.", on_cards() | in_lists()),
        **keys("ask.", [action for action, by in doing.DOING.items() if by.said]),
        **keys("menu.", in_menu()),
        **keys("denied.", ruled),
    }  # fmt: skip


def of_roles() -> dict[str, Place]:
    rows = roles.ROLES
    typed = {(word, role) for role, row in rows.items() for word in (role, *row.chinese)}
    return {
        "the table": (set(Role), set(rows)),
        "the database": (set(Role), set(models.ROLES)),
        "/role": ({*Role, roles.NONE}, set(roles.WORDS.values())),
        "words": (typed | {(word, roles.NONE) for word in (roles.NONE, "移除", "remove")}, set(roles.WORDS.items())),
        "a liaison gives": (
            {role for role, row in rows.items() if row.by_liaison} | {roles.NONE}, roles.BY_LIAISON
        ),
        "handling": ({role for role, row in rows.items() if row.handles}, roles.HANDLING),
        "leading": ({role for role, row in rows.items() if row.leads}, roles.LEADING),
        "looking": ({role for role, row in rows.items() if row.looks}, roles.LOOKING),
        "overseeing": ({role for role, row in rows.items() if row.oversees}, roles.OVERSEEING),
        "confidential": ({role for role, row in rows.items() if row.confidential}, roles.CONFIDENTIAL),
        **keys("role.", (*roles.ROLES, roles.NONE)),
    }  # fmt: skip


def of_the_rest() -> dict[str, Place]:
    return {
        "kinds of reminders": (set(ReminderKind) - {ReminderKind.UNREACHED}, set(kinds.KINDS)),
        "whose turn it is": (
            {kind for kind, row in kinds.KINDS.items() if row.to is Stage.DESK},
            set(kinds.TURN),
        ),
        "the ladder": ({row.to for row in kinds.KINDS.values()}, set(kinds.RUNGS)),
        "states in the database": (set(State), set(models.REQUEST_STATES)),
        **keys("state.", State),
        **keys("due.", Section),
        **keys("due.more_", Section),
    }


def places() -> dict[str, Place]:
    """As things stand now."""
    found = {"actions": of_actions, "roles": of_roles, "the rest": of_the_rest}
    return {f"{name}: {place}": sets for name, of in found.items() for place, sets in of().items()}


def missing() -> list[str]:
    """The places that have not what they should have, or something else besides."""
    return [name for name, (wanted, has) in places().items() if set(wanted) != set(has)]


@pytest.mark.parametrize("name", places())
def test_a_place_has_what_its_table_says_and_nothing_else(name: str) -> None:
    wanted, has = places()[name]
    assert set(wanted) - set(has) == set(), "missing"
    assert set(has) - set(wanted) == set(), "not of the table"


#: All that has an entry for each action, role, state or kind of reminder.
HELD: list[tuple[ModuleType, str]] = [
    (actions, "ACTIONS"), (states, "TRANSITIONS"), (rights, "RULES"), (rights, "BY_NAME"), (rights, "BY_ANSWER"),
    (rights, "OF_GIVEN"),
    (record, "OF_ASKED"), (owning, "OTHERS_BUSINESS"), (owning, "_OF_GIVER"), (owning, "OF_ASKED"),
    (cards, "REASONED"), (doing, "DOING"), (doing, "IN_HAND"), (doing, "CONTENT"),
    (buttons, "BUTTONS"), (table, "COMMANDS"), (table, "CHINESE"), (hashtags, "HASHTAGS"),
    (roles, "ROLES"), (models, "ROLES"),
    (roles, "WORDS"), (roles, "BY_LIAISON"), (roles, "HANDLING"), (roles, "LEADING"),
    (roles, "LOOKING"), (roles, "OVERSEEING"), (roles, "CONFIDENTIAL"), (kinds, "KINDS"), (kinds, "TURN"),
    (kinds, "RUNGS"),
    (models, "REQUEST_STATES"),
]  # fmt: skip
#: Rights to look at a request and commands about something else are no actions.
NO_ROW = {("RULES", right) for right in actions.Right} | {
    (name, entry)
    for name, held in (
        ("COMMANDS", table.COMMANDS),
        ("OTHERS_BUSINESS", owning.OTHERS_BUSINESS),
        ("_OF_GIVER", owning._OF_GIVER),
    )
    for entry in set(held) - set(Action)
}


def without(held: Any, entry: Any) -> Any:
    if isinstance(held, dict):
        return {key: value for key, value in held.items() if key != entry}
    return type(held)(one for one in held if one != entry)


@pytest.mark.parametrize(("module", "name"), HELD, ids=lambda one: getattr(one, "__name__", one))
def test_an_entry_that_is_left_out_is_missed(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    held = getattr(module, name)
    assert held
    for entry in held:
        if (name, entry) in NO_ROW:
            continue
        monkeypatch.setattr(module, name, without(held, entry))
        assert missing(), entry
    monkeypatch.setattr(module, name, held)
    assert not missing()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_is_left_out_is_missed(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    needed = {key for name, (keys_, _) in places().items() if f" {language}: " in name for key in keys_}
    assert len(needed) > 100
    for key in sorted(needed):
        monkeypatch.setitem(WORDED, language, without(WORDED[language], key))
        assert missing(), key
        monkeypatch.undo()


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", State)
def test_no_two_buttons_of_a_card_want_one_place_and_none_is_for_what_cannot_be_done(
    side: Side, state: State
) -> None:
    spots = [row.card[side][state] for row in ACTIONS.values() if state in row.card.get(side, ())]
    assert len(spots) == len(set(spots))
    for row in on_card(side, state):
        for action in row:
            assert (state, action) in TRANSITIONS


@pytest.mark.parametrize("action", Action)
def test_an_action_is_bound_in_one_way(action: Action) -> None:
    row = ACTIONS[action]
    by = doing.DOING.get(action)
    if by is None:
        assert not (row.card or row.lists or row.command)
        return
    assert (by.alone is not None) + (by.said is not None) + (by.pressed is not None) == 1
    assert by.typed is None or by.pressed is not None
    assert not row.command or by.typed or by.alone or by.said
    assert doing.pressed(action)
    assert row.command >= row.menu
    assert row.command or not row.chinese


def test_no_word_means_two_commands_or_two_roles() -> None:
    for words in (
        [word for command in table.COMMANDS.values() for word in command.chinese],
        [word for row in roles.ROLES.values() for word in row.chinese],
    ):
        assert len(words) == len(set(words))
    assert not {*Action} & {*Press}


@pytest.mark.parametrize("does", [*Action, *Press])
def test_what_a_button_carries_comes_back_and_fits(does: Action | Press) -> None:
    carried = Carried(does, 10**17, ("1" * 18, "found"))
    assert Carried.unpack(carried.pack()) == carried


def test_more_than_a_button_can_carry_is_refused_where_it_is_packed() -> None:
    with pytest.raises(ValueError, match="more than a button can carry"):
        Carried(Press.SET, 1, ("type", "x" * 64)).pack()
