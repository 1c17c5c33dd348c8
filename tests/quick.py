"""What `make test` leaves to `make test-all`: more examples, and the second engine where it hardly matters.

Cases of `tests/integration/workflow` run on SQLite. On PostgreSQL run the first case of each file, the story of
what it is about, and what is marked ``engines``: claims, people who act at once, what asks the database itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import settings

ONE_ENGINE = "tests/integration/workflow/"
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


def split(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The cases of `make test`, and those that only `make test-all` runs."""
    now: list[pytest.Item] = []
    later: list[pytest.Item] = []
    stories: set[str] = set()
    for item in items:
        file = item.nodeid.partition("::")[0]
        if item.get_closest_marker("thorough"):
            later.append(item)
        elif not (item.get_closest_marker("postgresql") and file.startswith(ONE_ENGINE)):
            now.append(item)
        elif item.get_closest_marker("engines") or file not in stories:
            stories.add(file)
            now.append(item)
        else:
            later.append(item)
    return now, later
