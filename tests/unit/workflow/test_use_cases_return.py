"""Use cases return what is now so: a page and an API call the same functions as a chat."""

from __future__ import annotations

import ast
import importlib
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest

from handlers.replies.replies import SAY, TOAST
from workflow.organisation.work import Work

ROOT = Path(__file__).parents[3]
#: Rooms that people act in. What the clock and the command line do has no one to answer.
ROOMS = ("actions", "reuse", "intake", "lookup", "organisation", "request", "notices")
#: What a platform reports, for which nobody waits; and what is read before anything is done.
NO_ONE_WAITS = {
    "members.noticed": "somebody talks in a group: that they are there is all",
    "members.left": "somebody left a group, and says no more to us",
    "members.blocked": "somebody blocked the bot, and hears nothing",
    "chats.bot_status": "the bot came into a group or was thrown out",
    "onlookers.bots_came": "a bot came into a group: its liaisons hear of it",
    "onlookers.promoted": "somebody became admin of a group: its liaisons hear of it",
    "onlookers.demoted": "somebody is no admin any more: nobody is told",
    "onlookers.in_public": "what is written where anybody reads: nothing is done, and the group is told so",
    "chats.migrate": "a group goes on under another id",
    "chats.unreachable": "sending failed",
    "albums.add_item": "one file of an album: what it is for came with another message",
    "pressed_again.draw": "a list is drawn anew in its place, beside what the press was for",
    "answering_units.names_unit": "a question of the handler about words: yes or no",
    "albums.has_home": "a question of the handler about an album: yes or no",
}


def use_cases() -> Iterator[tuple[str, Callable[..., Any]]]:
    in_rooms = [path for room in ROOMS for path in sorted((ROOT / "workflow" / room).rglob("*.py"))]
    for path in [*in_rooms, ROOT / "workflow" / "ledger" / "in_chat.py"]:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, function in vars(module).items():
            ours = inspect.iscoroutinefunction(function) and function.__module__ == module.__name__
            if ours and not name.startswith("_") and _takes_work(function):
                yield f"{path.stem}.{name}", function


def _takes_work(function: Callable[..., Any]) -> bool:
    return typing.get_type_hints(function).get("work") is Work


USE_CASES = dict(use_cases())


def returned(function: Callable[..., Any]) -> list[Any]:
    """The types that a use case may return, without None."""
    hint = typing.get_type_hints(function)["return"]
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return [part for part in parts if part is not type(None)]


def test_the_use_cases_are_found() -> None:
    assert {"handling.accept", "intake.post", "lists.mine", "members.set_role", "reusing.reuse"} <= set(
        USE_CASES
    )
    assert len(USE_CASES) > 60
    assert set(NO_ONE_WAITS) <= set(USE_CASES), "an exception that there is no more"


def asked() -> list[str]:
    """Use cases that somebody asks for."""
    return sorted(set(USE_CASES) - set(NO_ONE_WAITS))


@pytest.mark.parametrize("name", asked())
def test_a_use_case_returns_a_frozen_value(name: str) -> None:
    found = returned(USE_CASES[name])
    assert found, f"{name} returns nothing: it speaks"
    for kind in found:
        assert is_dataclass(kind), f"{name} returns {kind}"
        assert kind.__dataclass_params__.frozen, f"{kind.__name__} can be changed"
        assert all(one.kw_only for one in kind.__dataclass_fields__.values()), (
            f"{kind.__name__} is positional"
        )


@pytest.mark.parametrize("room", ["actions", "reuse", "intake", "lookup"])
def test_no_rule_speaks_for_itself(room: str) -> None:
    """What others hear is said in ``notices``, what the one who acted hears in ``handlers``."""
    spoken = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "workflow" / room).glob("*.py"))
        if path.stem not in SPEAKING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("say", "react", "queue")
        and isinstance(node.value, ast.Name)
        and node.value.id == "tx"
    ]
    assert not spoken


#: Nobody calls these: they follow from what somebody did, and tell others of it.
SPEAKING = frozenset({"followers", "references", "overlaps", "offers"})


def test_what_a_chat_says_is_a_result_of_some_use_case() -> None:
    kinds = {kind for name in asked() for kind in returned(USE_CASES[name])}
    assert (SAY.keys() | TOAST.keys()) <= kinds, "worded, and returned by nothing"
