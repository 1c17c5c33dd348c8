"""Two requests about one subject are answered at the same moment: each answer is for the other request too, and neither
waits for the other for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import update

from storage.database.engine import Store
from storage.queries import requests
from storage.tables.models import Answer, Request
from tests.integration.workflow.scene import CZ, FORM, KS, Scene
from tests.integration.workflow.test_at_once import elsewhere, outcomes, whole
from tests.integration.workflow.test_withdrawing_at_once import standing
from tests.patience import ENOUGH
from workflow.actions import answering, picking
from workflow.reuse import reuse

pytestmark = pytest.mark.engines
OFFICER, COLLEAGUE, HANDLER, LIAISON, OFFICER_CZ = 11, 12, 21, 22, 45
FIRST, SECOND, OTHERS = "WX26-0001", "WX26-0002", "CZ26-0001"


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its own request by the time at which the other goes on, if both can have theirs at once."""
    both, really = asyncio.Barrier(2), reuse.index_answer

    async def index_answer(*given: Any) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await both.wait()
        await really(*given)

    monkeypatch.setattr(reuse, "index_answer", index_answer)


def answers(scene: Scene, store: Store, number: str, who: int) -> Awaitable[object]:
    return answering.answer(elsewhere(scene.acting(who, KS), store), number, "已查实：户籍在昆山花桥")


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize("second", [SECOND, OTHERS], ids=["of one unit", "of two units"])
async def test_two_answers_about_one_subject(scene: Scene, second_store: Store, second: str) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, f"/accept {FIRST}", chat=KS)
    await scene.says(OFFICER_CZ, FORM, chat=CZ) if second == OTHERS else await scene.says(COLLEAGUE, FORM)
    async with asyncio.timeout(ENOUGH):
        ended = await outcomes(
            answers(scene, scene.store, FIRST, HANDLER), answers(scene, second_store, second, LIAISON)
        )
    assert ended == ["done", "done"]
    assert [(await scene.request(number)).state for number in (FIRST, second)] == ["answered", "answered"]
    assert await whole(scene)


def picks(scene: Scene, store: Store, request: Request, answer: Answer) -> Awaitable[object]:
    return picking.pick(elsewhere(scene.acting(HANDLER, KS), store), request.id, answer.id, "found")


@pytest.mark.usefixtures("met")
async def test_two_outcomes_of_one_subject(scene: Scene, second_store: Store) -> None:
    """What was a first part is the whole by a tap, and is offered from then on."""
    given: list[tuple[Request, Answer]] = []
    for who, number in ((OFFICER, FIRST), (COLLEAGUE, SECOND)):
        await scene.says(who, FORM)
        await scene.says(HANDLER, f"/accept {number}", chat=KS)
        await scene.says(HANDLER, f"/answer {number} 还有后续：户籍在昆山花桥", chat=KS)
        given.append((await scene.request(number), (await standing(scene, number))[0]))
    async with asyncio.timeout(ENOUGH):
        stores = (scene.store, second_store)
        doings = [picks(scene, store, *one) for store, one in zip(stores, given, strict=True)]
        assert await outcomes(*doings) == ["done", "done"]
    assert await whole(scene)


async def test_what_was_read_before_it_was_held_is_read_anew(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    async with scene.store.write() as session:
        seen = await requests.by_number(session, FIRST)
        assert seen is not None and seen.state == "open"
        quietly = update(Request).values(state="accepted").execution_options(synchronize_session=False)
        await session.execute(quietly)  # as somebody else would have
        held = await requests.hold(session, seen.id)
        assert held is seen and held.state == "accepted"
        await session.rollback()
