"""Two at once: one wins, the other is told, and nothing is counted twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.database.engine import Store
from storage.tables.models import Counter, Draft, Event, OutboxLine, Person
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from tests.patience import ENOUGH
from workflow.actions import answering, asking, declining, handling, talking
from workflow.intake import intake
from workflow.kernel.errors import Refused
from workflow.organisation import members
from workflow.organisation.work import Work
from workflow.record.verifying import verify
from workflow.request import drafts
from workflow.scheduled import reminders, ticks

pytestmark = pytest.mark.engines
OFFICER, HANDLER, LIAISON, COLLEAGUE = 11, 21, 22, 23


def elsewhere(work: Work, store: Store) -> Work:
    """The same work in another process."""
    work.store = store
    return work


async def outcomes(*doings: Awaitable[object]) -> list[str]:
    """What became of each: done, or the key of the refusal."""
    ended = await asyncio.gather(*doings, return_exceptions=True)
    for end in ended:
        if isinstance(end, BaseException) and not isinstance(end, Refused):
            raise end
    return sorted(end.text.key if isinstance(end, Refused) else "done" for end in ended)


async def whole(scene: Scene) -> bool:
    async with scene.work().read() as tx:
        return (await verify(tx))[1] is None


async def test_of_two_who_accept_at_once_one_has_it_and_the_other_hears_who(
    scene: Scene, second_store: Store
) -> None:
    for turn in range(1, 6):
        await scene.says(OFFICER, FORM)
        request = await scene.request(f"WX26-{turn:04d}")
        one = handling.accept(scene.acting(HANDLER, KS), request.id)
        other = handling.accept(elsewhere(scene.acting(COLLEAGUE, KS), second_store), request.id)
        ended = await outcomes(one, other)
        assert ended[0] == "done"
        assert ended[1] in ("error.state", "error.too_late")
        assert (await scene.actions(request)).count("accept") == 1
    assert await whole(scene)


async def test_answer_and_decline_at_once_do_not_both_happen(scene: Scene, second_store: Store) -> None:
    await scene.says(OFFICER, FORM)
    request = await scene.request("WX26-0001")
    ended = await outcomes(
        answering.answer(scene.acting(LIAISON, KS), request.id, "已核实"),
        declining.decline(elsewhere(scene.acting(LIAISON, KS), second_store), request.id, "1. 不属本辖区"),
        asking.cancel(elsewhere(scene.acting(OFFICER, WX), second_store), request.id),
    )
    assert ended.count("done") == 1
    assert await whole(scene)


async def test_comments_at_once_are_all_kept_in_one_chain(scene: Scene, second_store: Store) -> None:
    await scene.says(OFFICER, FORM)
    request = await scene.request("WX26-0001")
    doings = []
    for turn in range(6):
        work = scene.acting(HANDLER if turn % 2 else OFFICER, KS if turn % 2 else WX)
        doings.append(
            talking.comment(elsewhere(work, second_store) if turn % 3 else work, request.id, f"第{turn}条")
        )
    assert await outcomes(*doings) == ["done"] * 6
    assert (await scene.actions(request)).count("comment") == 6
    assert await whole(scene)


async def test_posts_at_once_get_numbers_of_their_own(scene: Scene, second_store: Store) -> None:
    doings = []
    for turn in range(8):
        work = scene.acting(OFFICER, WX, message_id=9000 + turn)
        text = FORM.removeprefix("#协作 ").replace("陈望舒 320583199204080027", f"张{turn}丰")
        doings.append(intake.post(elsewhere(work, second_store) if turn % 2 else work, text))
    assert await outcomes(*doings) == ["done"] * 8
    numbers = [r.number for r in await scene.all_requests()]
    assert sorted(numbers) == [f"WX26-{n:04d}" for n in range(1, 9)]  # type: ignore[type-var]
    async with scene.store.read() as session:
        assert (await session.scalars(select(Counter.last))).all() == [8]
    assert await whole(scene)


async def test_events_of_the_desk_at_once_make_one_chain(scene: Scene, second_store: Store) -> None:
    doings: list[Awaitable[object]] = []
    for turn, who in enumerate(("@lin", "@zhou", "@bai")):
        work = scene.acting(13, WX)
        role = members.set_role(elsewhere(work, second_store) if turn % 2 else work, who=who, role="handler")
        doings.append(role)
    ended = await outcomes(*doings)
    assert "done" in ended
    assert await whole(scene)


async def test_somebody_new_in_two_places_at_once_is_one_person(scene: Scene, second_store: Store) -> None:
    await outcomes(
        members.noticed(scene.acting(99, KS)), members.noticed(elsewhere(scene.acting(99, 99), second_store))
    )
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).where(Person.chat_id == 99)) == 1


async def test_two_ticks_at_once_remind_once(scene: Scene, second_store: Store) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=4, hours=1)
    await asyncio.gather(reminders.run(scene.work()), reminders.run(elsewhere(scene.work(), second_store)))
    async with scene.store.read() as session:
        actions = (await session.scalars(select(Event.action).where(Event.chain == 1))).all()
    assert actions.count("remind") == 1
    assert actions.count("escalate") == 1


async def test_two_digests_at_once_are_one(scene: Scene, second_store: Store) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=1)
    await asyncio.gather(ticks.digests(scene.work()), ticks.digests(elsewhere(scene.work(), second_store)))
    await ticks.digests(scene.work())
    async with scene.store.read() as session:
        lines = (await session.scalars(select(OutboxLine.chat_id).where(OutboxLine.kind == "digest"))).all()
    assert sorted(lines) == sorted(set(lines))
    assert {WX, KS} <= set(lines)


async def test_a_reminder_and_an_answer_at_once_do_not_wait_for_each_other_for_ever(
    scene: Scene, second_store: Store
) -> None:
    for turn in range(1, 6):
        await scene.says(OFFICER, FORM)
        scene.now += timedelta(days=4, hours=1)
        request = await scene.request(f"WX26-{turn:04d}")
        async with asyncio.timeout(ENOUGH):
            await asyncio.gather(
                ticks.reminders(scene.work()),
                answering.answer(elsewhere(scene.acting(LIAISON, KS), second_store), request.id, "已核实"),
            )
        assert (await scene.request(f"WX26-{turn:04d}")).state == "answered"
        assert await scene.reminders(request) == []
    assert await whole(scene)


async def test_a_draft_that_is_completed_as_it_expires_is_not_said_to_have_expired(
    scene: Scene, second_store: Store
) -> None:
    scene.policy = replace(
        scene.policy, attest_every=None
    )  # who belongs to a unit is asked in these days as well
    await scene.says(OFFICER, FORM.replace("事由", "别的"))
    scene.pass_time(days=30)
    async with scene.acting(OFFICER, WX).write() as tx:
        draft = (await tx.session.scalars(select(Draft))).one()
        await drafts.mine(tx, draft.id)
        draft.state = "done"
        await tx.session.flush()
        expiring = asyncio.create_task(ticks.housekeeping(elsewhere(scene.work(), second_store)))
        await asyncio.sleep(0.3)
    await expiring
    async with scene.store.read() as session:
        assert (await session.scalars(select(Draft.state))).all() == ["done"]
    heard = len(scene.said)
    await scene.deliver()
    assert not scene.heard(WX, heard)
