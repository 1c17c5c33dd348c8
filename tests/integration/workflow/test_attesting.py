"""Who still belongs to a unit is confirmed from time to time; who is not loses access, and their work goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from storage.queries import people as people_rows
from storage.tables import schema
from storage.tables.models import Event, Membership, Person, Request
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.actions import attesting
from workflow.keeping.covering import cover
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.record.record import put_signed
from workflow.record.signed import ATTENDED
from workflow.record.verifying import verify
from workflow.scheduled import belonging, retention, ticks

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, OTHER_HANDLER, SUPERVISOR, ADMIN = (
    11,
    12,
    13,
    21,
    22,
    23,
    25,
    1001,
)
EVERY, WITHIN = timedelta(days=30), timedelta(days=7)
OF_KS = {"顾一苇", "陆时雨", "孟秋"}  # whom the liaison confirms: not herself, nor the supervisor


async def play(scene: Scene) -> None:
    """WX26-0001 is with 顾一苇; the liaison of KS and the admin have a private chat open."""
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    for who in (LIAISON, ADMIN):
        await scene.says(who, "/start", chat=who)


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    await after(scene, play)
    scene.policy = replace(scene.policy, attest_every=EVERY, attest_within=WITHIN, quiet=None)
    return scene


async def tick(scene: Scene) -> None:
    await ticks.housekeeping(scene.work())
    await scene.deliver()


async def passes(scene: Scene, time: timedelta) -> None:
    """The desk runs all that time, and ticks at its end."""
    scene.now += time
    async with scene.work().write() as tx:
        put_signed(tx, ATTENDED, (tx.now - timedelta(minutes=1)).isoformat())
    await tick(scene)


async def membership(scene: Scene, who: int) -> Membership | None:
    async with scene.store.read() as session:
        person = await people_rows.by_chat(session, who)
        assert person is not None
        query = select(Membership).where(Membership.person_id == person.id, Membership.until.is_(None))
        return await session.scalar(query)


async def whole(scene: Scene) -> bool:
    async with scene.work().read() as tx:
        return (await verify(tx))[1] is None


async def desk_actions(scene: Scene) -> list[str]:
    async with scene.store.read() as session:
        return list(await session.scalars(select(Event.action).where(Event.chain == 0).order_by(Event.seq)))


async def hears(scene: Scene, who: int, words: str, *, chat: int) -> str:
    heard = len(scene.said)
    await scene.says(who, words, chat=chat)
    return scene.heard(chat, heard)


async def asked(scene: Scene) -> None:
    scene.now += EVERY
    await tick(scene)


async def test_nobody_is_asked_before_it_is_time_nor_twice(desk: Scene) -> None:
    heard = len(desk.said)
    desk.now += EVERY - timedelta(minutes=1)
    await tick(desk)
    assert not desk.heard(LIAISON, heard)
    desk.now += timedelta(minutes=1)
    await tick(desk)
    said = desk.last("是否仍属本单位", chat=LIAISON)
    assert all(name in said.text for name in OF_KS)
    assert "沈听澜" not in said.text and "温如言" not in said.text
    again = len(desk.said)
    await tick(desk)
    assert not desk.heard(LIAISON, again)
    assert await whole(desk)


async def test_the_supervisor_and_who_alone_leads_are_for_an_admin_to_confirm(desk: Scene) -> None:
    await asked(desk)
    said = desk.heard(ADMIN)
    assert "温如言" in said and "沈听澜" in said and "顾一苇" not in said


async def test_a_tap_confirms_and_the_list_goes_on_in_its_place(desk: Scene) -> None:
    await asked(desk)
    heard = len(desk.said)
    toast = await desk.presses(LIAISON, "✅ 顾一苇", chat=LIAISON)
    assert "仍属本单位" in toast
    now = desk.said[-1]
    assert now.kind == "edit" and "✅ 陆时雨" in now.buttons and "✅ 顾一苇" not in now.buttons
    assert len(desk.said) == heard + 1
    one = await membership(desk, HANDLER)
    assert one is not None and (one.confirmed_at, one.asked_at) == (desk.now, None)
    assert (await desk_actions(desk))[-1] == "confirmed"
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is not None
    assert await whole(desk)


async def test_who_is_not_confirmed_in_time_loses_access_and_the_work_goes_back(desk: Scene) -> None:
    await asked(desk)
    heard = len(desk.said)
    await passes(desk, WITHIN - timedelta(minutes=1))
    assert (await desk.request("WX26-0001")).state == "accepted"
    desk.now += timedelta(minutes=1)
    await tick(desk)
    assert await membership(desk, HANDLER) is None
    request = await desk.request("WX26-0001")
    assert (request.state, request.handler_id, request.accepted_at) == ("open", None, None)
    assert "WX26-0001" in desk.heard(KS, heard) and "顾一苇" in desk.heard(KS, heard)
    assert (await desk.actions(request))[-1] == "give_back"
    assert "unconfirmed" in await desk_actions(desk)
    assert "无权查看" in await hears(desk, HANDLER, "/answer WX26-0001 已查实", chat=KS)
    assert (await desk.request("WX26-0001")).state == "open"
    assert await whole(desk)


async def test_who_is_said_to_have_left_is_removed_at_once(desk: Scene) -> None:
    await asked(desk)
    toast = await desk.presses(LIAISON, "❌ 顾一苇 已离开", chat=LIAISON)
    assert "顾一苇" in toast and "WX26-0001" in toast
    assert await membership(desk, HANDLER) is None
    assert (await desk.request("WX26-0001")).state == "open"
    assert (await desk_actions(desk))[-1] == "removed"
    assert await whole(desk)


async def test_about_whom_nobody_can_be_asked_stays(desk: Scene) -> None:
    """No admin is reached: who alone leads a unit does not lose it to the clock."""
    desk.policy = replace(desk.policy, admins=frozenset())
    await asked(desk)
    await passes(desk, WITHIN)
    assert await membership(desk, LIAISON) is not None
    assert await membership(desk, SUPERVISOR) is not None
    assert await membership(desk, HANDLER) is None


async def test_never_is_never(desk: Scene) -> None:
    desk.policy = replace(desk.policy, attest_every=None)
    heard = len(desk.said)
    desk.now += 400 * timedelta(days=1)
    await tick(desk)
    assert "是否仍属本单位" not in desk.heard(LIAISON, heard)
    assert await membership(desk, HANDLER) is not None


async def test_no_list_wakes_anybody(desk: Scene) -> None:
    at = (desk.now + EVERY).astimezone(desk.policy.zone).time()
    later = (desk.now + EVERY + timedelta(hours=2)).astimezone(desk.policy.zone).time()
    desk.policy = replace(desk.policy, quiet=(at, later))
    heard = len(desk.said)
    await asked(desk)
    assert not desk.heard(LIAISON, heard)
    desk.now += timedelta(hours=3)
    await tick(desk)
    assert "是否仍属本单位" in desk.heard(LIAISON, heard)


async def test_on_demand_and_only_for_who_leads_the_unit(desk: Scene) -> None:
    desk.now += timedelta(days=20)
    await desk.says(LIAISON, "/attest", chat=KS)
    assert "顾一苇" in desk.last("是否仍属本单位", chat=KS).text
    for who, words in ((HANDLER, "/attest"), (LIAISON_WX, "/attest KS"), (SUPERVISOR, "/attest")):
        assert "🚫" in await hears(desk, who, words, chat=who)


@pytest.mark.parametrize("press", [Press.BELONGS, Press.GONE])
@pytest.mark.parametrize("who", [HANDLER, SUPERVISOR, LIAISON_WX, OFFICER])
async def test_nobody_else_may_tap(desk: Scene, press: Press, who: int) -> None:
    one = await membership(desk, OTHER_HANDLER)
    assert one is not None
    do = attesting.confirm if press is Press.BELONGS else attesting.dismiss
    with pytest.raises(Refused) as refused:
        await do(desk.acting(who, who), one.id)
    assert refused.value.text.key == "denied.confirm"
    assert carry(press, one.id) and await membership(desk, OTHER_HANDLER) is not None


@pytest.mark.parametrize("whom", [LIAISON, SUPERVISOR])
async def test_a_liaison_confirms_neither_herself_nor_who_supervises_her(desk: Scene, whom: int) -> None:
    one = await membership(desk, whom)
    assert one is not None
    for do in (attesting.confirm, attesting.dismiss):
        with pytest.raises(Refused):
            await do(desk.acting(LIAISON, LIAISON), one.id)


async def test_without_a_private_chat_it_is_asked_in_the_desk(scene: Scene) -> None:
    scene.policy = replace(scene.policy, attest_every=EVERY, attest_within=WITHIN, quiet=None)
    await asked(scene)
    assert "林小满" in scene.last("是否仍属本单位", chat=WX).text
    await scene.presses(LIAISON_WX, "✅ 林小满", chat=WX)
    one = await membership(scene, OFFICER)
    assert one is not None and one.confirmed_at == scene.now


async def test_what_was_changed_by_hand_is_found(desk: Scene) -> None:
    """Somebody puts off by hand when they are to be confirmed."""
    await asked(desk)
    await desk.presses(LIAISON, "✅ 顾一苇", chat=LIAISON)
    assert await whole(desk)
    async with desk.store.write() as session:
        one = (await session.scalars(select(Membership).join(Person).where(Person.chat_id == HANDLER))).one()
        table = Membership.__table__
        later = one.confirmed_at + timedelta(days=300) if one.confirmed_at else None
        await session.execute(table.update().where(table.c.id == one.id).values(confirmed_at=later))
    assert not await whole(desk)


async def test_what_somebody_asked_stays_with_their_unit(desk: Scene) -> None:
    """Who asked it is removed: the request goes on, and its answer comes to the desk."""
    desk.now += EVERY
    await tick(desk)
    await desk.presses(LIAISON_WX, "❌ 林小满 已离开", chat=WX)
    request: Request = await desk.request("WX26-0001")
    assert request.state == "accepted"


# --- what nobody could have confirmed, ends nothing ---------------------------------------------------------------


async def test_after_the_desk_was_away_everybody_is_asked_anew(desk: Scene) -> None:
    await asked(desk)
    heard = len(desk.said)
    desk.now += WITHIN + timedelta(days=1)
    await tick(desk)
    assert await membership(desk, HANDLER) is not None and await membership(desk, SUPERVISOR) is not None
    assert "是否仍属本单位" in desk.heard(LIAISON, heard)
    assert await whole(desk)
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is None
    assert await whole(desk)


async def test_when_who_was_asked_has_left_it_is_asked_of_the_admin(desk: Scene) -> None:
    await asked(desk)
    await desk.says(ADMIN, "/role @shen none KS", chat=ADMIN)
    heard = len(desk.said)
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is not None
    assert "顾一苇" in desk.heard(ADMIN, heard)
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is None
    assert await whole(desk)


async def test_admins_hear_that_nobody_leads_a_unit_any_more(desk: Scene) -> None:
    await asked(desk)
    heard = len(desk.said)
    await passes(desk, WITHIN)
    assert await membership(desk, LIAISON) is None
    assert "昆山市公安局已没有联络员" in desk.heard(ADMIN, heard)


async def test_a_damaged_request_keeps_nobody_in_their_unit(desk: Scene) -> None:
    await asked(desk)
    async with desk.store.write() as session:
        table = Request.__table__
        await session.execute(table.update().where(table.c.number == "WX26-0001").values(sealed=b"damaged"))
    await passes(desk, WITHIN)
    for who in (HANDLER, OTHER_HANDLER):
        assert await membership(desk, who) is None


async def test_what_fails_for_one_stops_no_other(desk: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await asked(desk)
    first = await membership(desk, HANDLER)
    assert first is not None
    do = belonging.do_lapse

    async def fails(tx: Tx, membership_id: int) -> bool:
        if membership_id == first.id:
            raise ValueError("broken")
        return await do(tx, membership_id)

    async def none_kept(_work: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(belonging, "do_lapse", fails)
    monkeypatch.setattr(retention, "run", none_kept)
    with pytest.raises(OSError, match="disk full"):
        await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is not None
    assert await membership(desk, OTHER_HANDLER) is None


async def test_what_was_renewed_since_the_clock_looked_stands(desk: Scene) -> None:
    one = await membership(desk, HANDLER)
    assert one is not None
    async with desk.work().write() as tx:
        held = await people_rows.hold(tx.session, one.id)
        assert held is not None
        held.asked_at, held.role_until = tx.now, tx.now + timedelta(days=1)
        assert not await attesting.do_lapse(tx, one.id)
        assert not await attesting.do_end_role(tx, one.id)
    assert await membership(desk, HANDLER) is not None


async def _temporary(desk: Scene) -> None:
    """One was confirmed, others are asked, one has a role with an end."""
    await asked(desk)
    await desk.presses(LIAISON, "✅ 顾一苇", chat=LIAISON)
    await hears(desk, LIAISON, "/role @gu liaison until 2026-12-31", chat=KS)
    one = await membership(desk, HANDLER)
    assert one is not None and one.role_until and one.role_then and one.confirmed_at


async def _told(desk: Scene) -> list[tuple[object, ...]]:
    columns = (Membership.id, Membership.confirmed_at, Membership.asked_at, Membership.role_until)
    async with desk.store.read() as session:
        found = await session.execute(select(*columns, Membership.role_then).order_by(Membership.id))
        return [tuple(row) for row in found]


@pytest.mark.engines
async def test_an_older_version_does_not_lose_who_was_confirmed_and_until_when_a_role_is(desk: Scene) -> None:
    await _temporary(desk)
    before = await _told(desk)
    for revision in ("0018", "0015"):
        await schema.downgrade(desk.store, revision)
        await schema.upgrade(desk.store)
        assert await _told(desk) != before
        await cover(desk.work())
        assert await _told(desk) == before
        assert await whole(desk)


async def test_what_was_changed_by_hand_meanwhile_is_not_put_back(desk: Scene) -> None:
    await _temporary(desk)
    await schema.downgrade(desk.store, "0018")
    async with desk.store.write() as session:
        await session.execute(text("UPDATE memberships SET role = 'supervisor' WHERE role = 'liaison'"))
    await schema.upgrade(desk.store)
    await cover(desk.work())
    assert not await whole(desk)
