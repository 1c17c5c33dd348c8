"""An answer is taken back at the very moment at which something else is done with it: whatever comes first, nobody is
left with an answer that holds no longer, and nobody waits for the other for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from storage.database.engine import Store
from storage.queries import answers as answer_rows
from storage.tables.models import Answer, Comment, Request
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from tests.integration.workflow.test_at_once import elsewhere, outcomes, whole
from tests.patience import ENOUGH
from workflow.actions import asking, correcting, handling, marking, withdrawing
from workflow.reuse import giving, reusing

pytestmark = pytest.mark.engines
OFFICER, COLLEAGUE, HANDLER, LIAISON, OFFICER_CZ = 11, 12, 21, 22, 45
OURS, SECOND, OTHERS = "WX26-0001", "WX26-0002", "CZ26-0001"
Do = Callable[[Scene, Store], Awaitable[object]]


async def _play(scene: Scene) -> None:
    """周知远 asks what was answered to 林小满, and so does 方砚 of another unit."""
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/accept {OURS}", chat=KS)
    await scene.says(HANDLER, f"/answer {OURS} 已查实：户籍在昆山花桥", chat=KS)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)


@pytest.fixture
async def answered(scene: Scene) -> Scene:
    await after(scene, _play)
    return scene


def withdraws(who: int = LIAISON) -> Do:
    return lambda scene, store: withdrawing.withdraw(
        elsewhere(scene.acting(who, KS), store), OURS, "核对有误"
    )


def reuses(scene: Scene, store: Store) -> Awaitable[object]:
    return reusing.reuse(elsewhere(scene.acting(COLLEAGUE, WX), store), request=SECOND, source=OURS)


def attaches(scene: Scene, store: Store) -> Awaitable[object]:
    return reusing.attach_own(elsewhere(scene.acting(COLLEAGUE, WX), store), request=SECOND, source=OURS)


def releases(number: str) -> Do:
    return lambda scene, store: giving.release(
        elsewhere(scene.acting(HANDLER, KS), store), request=number, source=OURS
    )


def closes(number: str, who: int) -> Do:
    return lambda scene, store: asking.close(elsewhere(scene.acting(who, WX), store), number)


def corrects(scene: Scene, store: Store) -> Awaitable[object]:
    return correcting.correct(elsewhere(scene.acting(HANDLER, KS), store), OURS, "户籍在昆山玉山")


def marks(scene: Scene, store: Store) -> Awaitable[object]:
    return marking.mark(elsewhere(scene.acting(HANDLER, KS), store), OURS, "H2")


def reopens(scene: Scene, store: Store) -> Awaitable[object]:
    return asking.reopen(elsewhere(scene.acting(OFFICER, WX), store), OURS, "还差照片")


def transfers(scene: Scene, store: Store) -> Awaitable[object]:
    return handling.transfer(elsewhere(scene.acting(LIAISON, KS), store), SECOND, "常州")


@asynccontextmanager
async def held(store: Store, number: str) -> AsyncIterator[None]:
    """Somebody else has the request for a moment, so that all who want it wait, in the order in which they came."""
    async with store.write() as session:
        await session.execute(select(Request.id).where(Request.number == number).with_for_update())
        yield
        await asyncio.sleep(0.2)


async def at_once(scene: Scene, second_store: Store, *doings: Do, hold: str) -> list[str]:
    """What became of each, done by processes of their own, the first of which is first in the queue."""
    tasks: list[asyncio.Task[object]] = []
    stores: Sequence[Store] = (scene.store, second_store)
    async with asyncio.timeout(ENOUGH):
        async with held(scene.store, hold):
            for turn, do in enumerate(doings):
                tasks.append(asyncio.ensure_future(do(scene, stores[turn % 2])))
                await asyncio.sleep(0.1)
        return await outcomes(*tasks)


async def standing(scene: Scene, number: str) -> list[Answer]:
    request = await scene.request(number)
    async with scene.store.read() as session:
        return [one.answer for one in await answer_rows.standing(session, request.id)]


async def holds_nothing_taken_back(scene: Scene) -> bool:
    """Nobody has, or is answered with, what its giver took back."""
    for number in (OURS, SECOND, OTHERS):
        request, given = await scene.request(number), await standing(scene, number)
        if given or request.answered_at is not None or request.state in ("answered", "closed"):
            return False
    return await whole(scene)


both_ways = pytest.mark.parametrize("first", [True, False], ids=["withdrawn first", "withdrawn second"])


def ordered(first: bool, *doings: Do) -> Sequence[Do]:
    return doings if first else doings[::-1]


async def test_of_two_who_take_it_back_one_does(answered: Scene, second_store: Store) -> None:
    ended = await at_once(answered, second_store, withdraws(), withdraws(HANDLER), hold=OURS)
    assert ended == ["done", "error.not_answered"]
    assert (await answered.actions(await answered.request(OURS))).count("withdraw") == 1
    assert await holds_nothing_taken_back(answered)


@both_ways
@pytest.mark.parametrize(
    "other", [reuses, releases(SECOND), releases(OTHERS)], ids=["reuse", "release", "to others"]
)
async def test_while_it_is_passed_on(answered: Scene, second_store: Store, other: Do, first: bool) -> None:
    ended = await at_once(answered, second_store, *ordered(first, withdraws(), other), hold=OURS)
    assert "done" in ended and set(ended) <= {"done", "error.reuse_no_match", "error.release_no_match"}
    assert await holds_nothing_taken_back(answered)


@both_ways
@pytest.mark.parametrize("hold", [OURS, SECOND])
@pytest.mark.parametrize("other", [reuses, releases(SECOND)], ids=["reuse", "release"])
async def test_while_who_had_it_before_takes_it_again(
    answered: Scene, second_store: Store, other: Do, hold: str, first: bool
) -> None:
    """Theirs has a copy of it already, which both want to change."""
    await reuses(answered, answered.store)
    await answered.says(COLLEAGUE, f"/reopen {SECOND} 还差一点")
    ended = await at_once(answered, second_store, *ordered(first, withdraws(), other), hold=hold)
    assert "done" in ended
    assert await holds_nothing_taken_back(answered)


@both_ways
async def test_while_it_is_attached(answered: Scene, second_store: Store, first: bool) -> None:
    await at_once(answered, second_store, *ordered(first, withdraws(), attaches), hold=OURS)
    async with answered.store.read() as session:
        kept = await session.scalars(select(Comment).where(Comment.kind == "reference").order_by(Comment.id))
        last = [answered.store.sealer.unseal("comments", one.sealed) for one in kept][-1:]
    assert all(one.get("withdrawn") for one in last)
    assert await holds_nothing_taken_back(answered)


@both_ways
async def test_while_its_request_is_closed(answered: Scene, second_store: Store, first: bool) -> None:
    closing = closes(OURS, OFFICER)
    ended = await at_once(answered, second_store, *ordered(first, withdraws(), closing), hold=OURS)
    request = await answered.request(OURS)
    # Who was first in the queue may be overtaken: the record tells who was.
    closed_before = "close" in await answered.actions(request)
    assert ended == (["done", "done"] if closed_before else ["done", "error.state"])
    assert (request.state, request.closed_at) == ("accepted", None)
    assert await holds_nothing_taken_back(answered)


@both_ways
@pytest.mark.parametrize("hold", [OURS, SECOND])
async def test_while_a_request_that_reuses_it_is_closed(
    answered: Scene, second_store: Store, hold: str, first: bool
) -> None:
    await reuses(answered, answered.store)
    closing = closes(SECOND, COLLEAGUE)
    ended = await at_once(answered, second_store, *ordered(first, withdraws(), closing), hold=hold)
    assert "done" in ended and set(ended) <= {"done", "error.state"}
    assert (await answered.request(SECOND)).state == "open"
    assert await holds_nothing_taken_back(answered)


@both_ways
@pytest.mark.parametrize("other", [corrects, marks], ids=["correct", "mark"])
async def test_while_something_else_is_done_to_it(
    answered: Scene, second_store: Store, other: Do, first: bool
) -> None:
    await reuses(answered, answered.store)
    ended = await at_once(answered, second_store, *ordered(first, withdraws(), other), hold=OURS)
    assert "done" in ended
    assert await holds_nothing_taken_back(answered)


@both_ways
async def test_while_its_request_is_opened_again(answered: Scene, second_store: Store, first: bool) -> None:
    """Once it is open again there is no answer to take back: who has the old one keeps it."""
    await reuses(answered, answered.store)
    ended = await at_once(answered, second_store, *ordered(first, withdraws(), reopens), hold=OURS)
    assert ended[0] == "done" and ended[1] != "done"
    request = await answered.request(OURS)
    actions = await answered.actions(request)  # who was first in the queue may be overtaken
    assert ("reopen" in actions) != ("withdraw" in actions)
    if "reopen" in actions:
        assert (
            request.state == "open" and len(await standing(answered, SECOND)) == 1 and await whole(answered)
        )
    else:
        assert await holds_nothing_taken_back(answered)


async def test_of_two_who_pass_it_on_to_the_same_request_one_does(
    answered: Scene, second_store: Store
) -> None:
    ended = await at_once(answered, second_store, releases(SECOND), reuses, hold=OURS)
    assert len([one for one in ended if one == "done"]) == 1
    assert len(await standing(answered, SECOND)) == 1
    assert await whole(answered)


async def test_of_three_who_had_it_one_after_the_other(answered: Scene, second_store: Store) -> None:
    """Whose answer came to them by a request that was given it itself wait in one order, too."""
    await reuses(answered, answered.store)

    def again(scene: Scene, store: Store) -> Awaitable[object]:
        work = elsewhere(scene.acting(OFFICER, WX), store)
        return reusing.reuse(work, request="WX26-0003", source=SECOND)

    await answered.says(OFFICER, FORM)
    ended = await at_once(answered, second_store, withdraws(), again, transfers, hold=OURS)
    assert "done" in ended
    assert (await answered.request("WX26-0003")).state == "open"
    assert await whole(answered)
