"""The record: whoever changes it afterwards is found out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from storage.tables.covered import DESK_CHAIN
from storage.tables.models import DaySeal, Event, Request
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.organisation import units
from workflow.record.chains import digest
from workflow.record.sealing import seal_day
from workflow.record.verifying import Broken, verify
from workflow.scheduled import ticks

OFFICER, HANDLER, LIAISON, SZ_LIAISON, ADMIN = 11, 21, 22, 31, 1001


@played_once
async def a_full_day(scene: Scene) -> None:
    """Two requests with a history, a chain of the desk, and a sealed day."""
    await scene.says(ADMIN, "/bind SZ", chat=-3001)
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(12, FORM)
    scene.pass_time(days=1)
    await ticks.digests(scene.work())
    await scene.deliver()


async def check(scene: Scene) -> Broken | None:
    async with scene.work().read() as tx:
        checked, broken = await verify(tx)
        assert checked > 0 or broken is not None
        return broken


async def tamper(scene: Scene, statement: object) -> None:
    async with scene.store.write() as session:
        await session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]


@asynccontextmanager
async def tampered(scene: Scene, event: Event, values: dict[str, object] | None) -> AsyncIterator[None]:
    """An event with other values, or without the event (None); afterwards it is as it was."""
    table = Event.__table__
    was = {column.key: getattr(event, column.key) for column in table.columns}
    here = update(Event).where(Event.id == event.id)
    await tamper(
        scene, here.values(**values) if values is not None else delete(Event).where(Event.id == event.id)
    )
    yield
    await tamper(scene, here.values(**was) if values is not None else insert(Event).values(**was))


async def test_an_untouched_record_is_whole(scene: Scene) -> None:
    await a_full_day(scene)
    assert await check(scene) is None
    await scene.says(ADMIN, "/verify", chat=ADMIN)
    assert "全部完好" in scene.said[-1].text


CHANGES: dict[str, Callable[[Event], dict[str, object]]] = {
    "when": lambda e: {"at": e.at + timedelta(seconds=1)},
    "who": lambda e: {"actor_id": 2 if e.actor_id == 1 else 1},
    "for which unit": lambda e: {"unit_id": 4},
    "what": lambda e: {"action": "cancel"},
    "the place in the chain": lambda e: {"seq": e.seq + 100},
    "the chain": lambda e: {"chain": 2, "seq": 77},
    "the hash": lambda e: {"hash": bytes(32)},
    "the link": lambda e: {"prev": bytes(31) + b"1"},
    "the content": lambda e: {"sealed": bytes([*e.sealed[:-1], e.sealed[-1] ^ 1])},
}


async def test_a_changed_or_deleted_event_is_found(scene: Scene) -> None:
    await a_full_day(scene)
    async with scene.store.read() as session:
        events = (await session.scalars(select(Event).order_by(Event.id))).all()
    assert {"register", "accept", "answer", "bind"} <= {event.action for event in events}
    for event in events:
        for what, change in {**CHANGES, "deleted": None}.items():
            async with tampered(scene, event, change(event) if change else None):
                assert await check(scene) is not None, (event.action, what)
    assert await check(scene) is None


async def test_a_chain_that_is_made_anew_from_the_change_on_is_found_by_the_days_seal(scene: Scene) -> None:
    await a_full_day(scene)
    async with scene.work().write() as tx:
        events = (await tx.session.scalars(select(Event).where(Event.chain == 1).order_by(Event.seq))).all()
        head = events[0].prev
        for event in events:
            if event.action == "accept":
                event.actor_id = 1
            event.prev = head
            event.hash = head = digest(
                event.prev, chain=1, seq=event.seq, at=event.at, actor_id=event.actor_id, unit_id=event.unit_id,
                action=event.action, detail=tx.sealer.unseal("events", event.sealed),
            )  # fmt: skip
        (await tx.session.get_one(Request, 1)).event_head = head
    broken = await check(scene)
    assert broken is not None
    assert "seal" in broken.why


async def test_a_cut_tail_of_the_desks_own_chain_is_found(scene: Scene) -> None:
    await scene.says(ADMIN, "/role @gu liaison", chat=KS)
    assert await check(scene) is None
    newest = select(func.max(Event.id)).where(Event.chain == DESK_CHAIN).scalar_subquery()
    await tamper(scene, delete(Event).where(Event.id == newest))
    broken = await check(scene)
    assert broken is not None and broken.chain == DESK_CHAIN


async def test_a_cut_tail_is_found_even_before_the_day_is_sealed(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await tamper(scene, delete(Event).where(Event.action == "accept"))
    broken = await check(scene)
    assert broken is not None
    assert broken.number == "WX26-0001"


async def test_a_request_that_disappears_with_its_record_is_found(scene: Scene) -> None:
    await a_full_day(scene)
    await tamper(scene, delete(Event).where(Event.chain == 2))
    await tamper(scene, update(Request).where(Request.id == 2).values(event_seq=0, event_head=None))
    assert await check(scene) is not None


@pytest.mark.parametrize("column", ["hash", "prev", "last_event_id"])
async def test_a_changed_seal_is_found(scene: Scene, column: str) -> None:
    await a_full_day(scene)
    value = 3 if column == "last_event_id" else bytes(range(32))
    await tamper(scene, update(DaySeal).values({column: value}))
    assert await check(scene) is not None


async def test_verify_names_the_first_broken_record_in_chat(scene: Scene) -> None:
    await a_full_day(scene)
    await tamper(scene, update(Event).where(Event.action == "accept").values(action="assign"))
    await scene.says(ADMIN, "/verify", chat=ADMIN)
    assert "WX26-0001" in scene.said[-1].text
    assert "第 2 条" in scene.said[-1].text


async def test_every_day_is_sealed_once_and_seals_follow_each_other(scene: Scene) -> None:
    await a_full_day(scene)
    for number in range(3):
        await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", f"张{number}丰"))
        scene.pass_time(days=1)
        await ticks.digests(scene.work())
        await ticks.digests(scene.work())
    async with scene.store.read() as session:
        seals = (await session.scalars(select(DaySeal).order_by(DaySeal.day))).all()
    assert len(seals) == 4
    assert [seal.prev for seal in seals[1:]] == [seal.hash for seal in seals[:-1]]
    assert await check(scene) is None


async def test_who_belongs_to_two_units_is_recorded_for_the_one_that_they_act_for(scene: Scene) -> None:
    for code, chat in (("KS", KS), ("WX", WX)):
        await scene.says(ADMIN, f"/role @ye liaison {code}", chat=chat)
    await scene.says(SZ_LIAISON, FORM)
    await scene.says(SZ_LIAISON, "/nudge WX26-0001")
    await scene.says(SZ_LIAISON, "/accept WX26-0001", chat=KS)
    await scene.says(SZ_LIAISON, "/transfer WX26-0001 常州", chat=KS)
    request = await scene.request("WX26-0001")
    async with scene.work().read() as tx:
        known = {unit.id: unit.code for unit in await units.current(tx)}
        events = (
            await tx.session.scalars(select(Event).where(Event.chain == request.id).order_by(Event.seq))
        ).all()
        done = [(event.action, known[event.unit_id or 0]) for event in events if event.action != "read"]
    assert done == [("register", "WX"), ("nudge", "WX"), ("accept", "KS"), ("transfer", "KS")]


@pytest.mark.parametrize(
    ("hours", "sealed"), [(10.5, False), (15, False), (15.01, False), (15.02, True), (40, True)]
)
async def test_a_day_of_the_desk_is_sealed_when_it_is_over(scene: Scene, hours: float, sealed: bool) -> None:
    """At nine in the morning; a group far to the east asks for the digest of its next day already."""
    await scene.says(OFFICER, FORM)
    day = scene.now.astimezone(scene.policy.zone).date()
    scene.pass_time(hours=hours)
    async with scene.work().write() as tx:
        assert (await seal_day(tx, day) is not None) == sealed
    scene.pass_time(days=1)
    async with scene.work().write() as tx:
        later = await seal_day(tx, day + timedelta(days=9))
    assert sealed or (later is not None and later.day == day)
