"""What many cases begin with is played once, and then put back as it was.

Only on SQLite, whose pages are copied in a millisecond; on PostgreSQL it is played each time. So it is where the scene
is not the one that it was played from (each row of its database is compared), and in a case that replaces parts of the
product (``monkeypatch``): what is put back is what playing would have led to.
"""

from __future__ import annotations

import functools
import itertools
import sqlite3
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from aiogram.methods import AnswerCallbackQuery

from tests.integration.workflow.scene import Said, Scene
from workflow.kernel.policy import Policy

P, T = ParamSpec("P"), TypeVar("T")
HEADER_BYTES = 100  # of a file of SQLite's: counts how often it was written


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A scene at one moment: all rows, what was said so far, and where its numbers stand."""

    rows: sqlite3.Connection
    result: Any
    now: datetime
    policy: Policy
    purpose: str | None
    said: list[Said]
    toasts: list[AnswerCallbackQuery]
    files: dict[str, bytes]
    next_id: int
    next_update: int


_KEPT: OrderedDict[Hashable, _Kept] = OrderedDict()
MOST = (
    48  # scenes that are kept, half a megabyte each; those of a file are asked for one soon after the other
)


async def after(
    scene: Scene, play: Callable[Concatenate[Scene, P], Awaitable[T]], *args: P.args, **named: P.kwargs
) -> T:
    """The scene as ``play`` leaves it, and what that returns, which nobody may change. What it does depends on nothing
    but the scene and its arguments, which their ``repr`` tells apart."""
    if scene.store.dialect != "sqlite" or not scene.as_ever:
        return await play(scene, *args, **named)
    key = (play, repr((args, sorted(named.items()))), _begun(scene))
    if key not in _KEPT:
        result = await play(scene, *args, **named)
        _KEPT[key] = _keep(scene, result)
        if len(_KEPT) > MOST:
            _KEPT.popitem(last=False)[1].rows.close()
        return result
    _KEPT.move_to_end(key)
    _put_back(scene, _KEPT[key])
    return cast(T, _KEPT[key].result)


def played_once(
    play: Callable[Concatenate[Scene, P], Awaitable[T]],
) -> Callable[Concatenate[Scene, P], Awaitable[T]]:
    """A beginning that cases share: :func:`after` it, whoever calls it."""

    @functools.wraps(play)
    async def put_back(scene: Scene, *args: P.args, **named: P.kwargs) -> T:
        return await after(scene, play, *args, **named)

    return put_back


def _begun(scene: Scene) -> Hashable:
    """What tells one scene from another."""
    with closing(_file(scene)) as file:
        rows = blake2b(memoryview(file.serialize())[HEADER_BYTES:]).digest()
    return (
        rows,
        scene.now,
        repr(scene.policy),
        scene.purpose,
        len(scene.said),
        *scene.session.files,
        *_next(scene),
    )


def _next(scene: Scene) -> tuple[int, int]:
    """The numbers that come next, which stay what they are."""
    following = next(scene._ids), next(scene._updates)
    scene._ids, scene._updates = (itertools.count(number) for number in following)
    return following


def _keep(scene: Scene, result: object) -> _Kept:
    rows = sqlite3.connect(":memory:")
    with closing(_file(scene)) as file:
        file.backup(rows)
    next_id, next_update = _next(scene)
    return _Kept(
        rows=rows, result=result, now=scene.now, policy=scene.policy, purpose=scene.purpose, said=[*scene.said],
        toasts=[*scene.session.toasts], files={**scene.session.files}, next_id=next_id, next_update=next_update,
    )  # fmt: skip


def _put_back(scene: Scene, kept: _Kept) -> None:
    with closing(_file(scene)) as file:
        kept.rows.backup(file)
    scene.now, scene.policy, scene.purpose = kept.now, kept.policy, kept.purpose
    scene.said[:], scene.session.toasts[:], scene.session.files = kept.said, kept.toasts, {**kept.files}
    scene._ids, scene._updates = itertools.count(kept.next_id), itertools.count(kept.next_update)


def _file(scene: Scene) -> sqlite3.Connection:
    """A connection of our own: backing up goes around what the store keeps open, which sees it as a commit."""
    return sqlite3.connect(str(scene.store.url.database))
