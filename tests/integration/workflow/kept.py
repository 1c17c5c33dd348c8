"""What many cases begin with is played once, and then put back as it was.

Only on SQLite, whose pages are copied in a millisecond; on PostgreSQL it is played each time.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from aiogram.methods import AnswerCallbackQuery

from tests.integration.workflow.scene import Said, Scene
from workflow.kernel.policy import Policy

P, T = ParamSpec("P"), TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A scene at one moment: all rows, what was said so far, and where its numbers stand."""

    rows: sqlite3.Connection
    result: Any
    now: datetime
    policy: Policy
    said: list[Said]
    toasts: list[AnswerCallbackQuery]
    next_id: int
    next_update: int


_KEPT: dict[Hashable, _Kept] = {}


async def after(
    scene: Scene, play: Callable[Concatenate[Scene, P], Awaitable[T]], *args: P.args, **named: P.kwargs
) -> T:
    """The scene as ``play`` leaves it, and what that returns. It must always be begun from the same scene, and
    what it does depend on nothing but its arguments."""
    if scene.store.dialect != "sqlite":
        return await play(scene, *args, **named)
    key = (play, args, tuple(sorted(named.items())))
    if key not in _KEPT:
        result = await play(scene, *args, **named)
        _KEPT[key] = _keep(scene, result)
        return result
    _put_back(scene, _KEPT[key])
    return cast(T, _KEPT[key].result)


def _keep(scene: Scene, result: object) -> _Kept:
    rows = sqlite3.connect(":memory:")
    with closing(_file(scene)) as file:
        file.backup(rows)
    next_id, next_update = next(scene._ids), next(scene._updates)
    scene._ids, scene._updates = itertools.count(next_id), itertools.count(next_update)
    return _Kept(
        rows=rows, result=result, now=scene.now, policy=scene.policy, said=[*scene.said],
        toasts=[*scene.session.toasts], next_id=next_id, next_update=next_update,
    )  # fmt: skip


def _put_back(scene: Scene, kept: _Kept) -> None:
    with closing(_file(scene)) as file:
        kept.rows.backup(file)
    scene.now, scene.policy = kept.now, kept.policy
    scene.said[:], scene.session.toasts[:] = kept.said, kept.toasts
    scene._ids, scene._updates = itertools.count(kept.next_id), itertools.count(kept.next_update)


def _file(scene: Scene) -> sqlite3.Connection:
    """A connection of our own: backing up goes around what the store keeps open, which sees it as a commit."""
    return sqlite3.connect(str(scene.store.url.database))
