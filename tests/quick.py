"""What `make test` leaves to `make test-all`: more examples, and the second engine where it hardly matters.

Cases of `tests/integration/workflow` and `tests/integration/bot` run on SQLite. On PostgreSQL run the first case of
each file, the story of what it is about, and what is marked ``engines``: claims, people who act at once, what asks the
database itself. What has no case on SQLite always runs. What goes from one database to another runs there between two
different engines. Of a long list of alike cases (:func:`some`) every n-th runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings

ONE_ENGINE = (
    "tests/integration/workflow/",
    "tests/integration/bot/",
    "tests/integration/storage/test_rekey.py",
)
ENGINES = ("sqlite", "postgresql")
THOROUGH = 100  # hypothesis's own number of examples
QUICK = 20


def choose_examples(*, everything: bool, search: bool = False) -> None:
    """How many examples hypothesis tries, here and in what :func:`examples` says. The same ones every time, so that
    a run says something of the change at hand; ``--search`` looks for others."""
    many = THOROUGH if everything else QUICK
    settings.register_profile("crossbeat", deadline=None, max_examples=many, derandomize=not search)
    settings.load_profile("crossbeat")


def examples(thorough: int) -> settings:
    """So many examples in `make test-all`, a fifth of them in `make test`."""
    return settings(deadline=None, max_examples=max(thorough * settings.default.max_examples // THOROUGH, 1))


def some(cases: Sequence[Any], *, every: int) -> list[Any]:
    """For ``parametrize``: all of them in `make test-all`, the first and every n-th after it in `make test`."""
    return [
        case if place % every == 0 else pytest.param(*_values(case), marks=pytest.mark.thorough)
        for place, case in enumerate(cases)
    ]


def _values(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)


def tries_examples(item: pytest.Item) -> bool:
    """Whether it is a longer run in `make test-all`."""
    return is_hypothesis_test(getattr(item, "obj", None)) or item.get_closest_marker("examples") is not None


def split(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The cases of `make test`, and those that only `make test-all` runs."""
    now: list[pytest.Item] = []
    later: list[pytest.Item] = []
    stories: set[str] = set()
    for item in items:
        file = item.nodeid.partition("::")[0]
        if item.get_closest_marker("thorough") or _within_one_engine(item):
            later.append(item)
        elif not (_again_on_postgresql(item) and file.startswith(ONE_ENGINE)):
            now.append(item)
        elif item.get_closest_marker("engines") or file not in stories:
            stories.add(file)
            now.append(item)
        else:
            later.append(item)
    return now, later


def _again_on_postgresql(item: pytest.Item) -> bool:
    """Whether it is what another case does on SQLite."""
    chosen = getattr(item, "callspec", None)
    return chosen is not None and "postgresql" in chosen.params.values()


def _within_one_engine(item: pytest.Item) -> bool:
    """Whether it goes from one database to another of the same engine, which other cases do between two."""
    chosen = getattr(item, "callspec", None)
    engines = [value for value in chosen.params.values() if value in ENGINES] if chosen is not None else []
    return len(engines) > 1 and len(set(engines)) == 1
