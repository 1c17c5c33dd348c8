"""A list of who is to be confirmed stays as it is under the finger: what was said can be said twice, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.tables.models import Event, Membership, Request
from tests.accounts import account
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene
from tests.integration.workflow.test_attesting import (
    ADMIN,
    EVERY,
    HANDLER,
    LIAISON,
    LIAISON_WX,
    OFFICER,
    OTHER_HANDLER,
    WITHIN,
    asked,
    desk_actions,
    membership,
    passes,
    play,
    whole,
)
from workflow.actions import leaving
from workflow.kernel.carried import Press, carry
from workflow.organisation import people


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    await after(scene, play)
    scene.policy = replace(scene.policy, attest_every=EVERY, attest_within=WITHIN, quiet=None)
    return scene


def listed(scene: Scene, *, chat: int = LIAISON) -> Said:
    return scene.last("是否仍属本单位", chat=chat)


def places(said: Said) -> list[str]:
    """The rows of a list, by the membership that each is about."""
    return [data.split(":")[2] for data in said.buttons.values()]


async def test_everybody_stays_in_their_place_whatever_was_tapped(desk: Scene) -> None:
    await asked(desk)
    first = listed(desk)
    lines = len(first.text.splitlines())
    await desk.presses(LIAISON, "❌ 顾一苇", on=first)
    now = desk.said[-1]
    assert now.kind == "edit" and places(now) == places(first) and len(now.text.splitlines()) == lines
    assert "❌ 顾一苇 已移除" in now.buttons and "❌ 顾一苇 @gu · 协作员 · 已移除" in now.text
    await desk.presses(LIAISON, "✅ 陆时雨", on=now)
    now = desk.said[-1]
    assert places(now) == places(first) and "☑️ 陆时雨" in now.buttons


async def test_a_second_tap_in_a_hurry_says_no_more_than_the_first(desk: Scene) -> None:
    """Both taps were on their way before the list was drawn anew."""
    await asked(desk)
    first = listed(desk)
    data = first.buttons["❌ 顾一苇 已离开"]
    for _ in range(2):
        toast = await desk.forges(LIAISON, data, chat=LIAISON, message_id=first.message_id)
        assert "顾一苇 已移除" in toast
    actions = await desk_actions(desk)
    assert actions.count("removed") == 1
    for other in (OTHER_HANDLER, 24):
        assert await membership(desk, other) is not None
    yes = first.buttons["✅ 陆时雨"]
    for _ in range(2):
        assert "仍属本单位" in await desk.forges(LIAISON, yes, chat=LIAISON, message_id=first.message_id)
    assert (await desk_actions(desk)).count("confirmed") == 1
    assert await whole(desk)


async def test_a_slip_is_taken_back_by_a_tap(desk: Scene) -> None:
    await asked(desk)
    before = await membership(desk, HANDLER)
    await desk.presses(LIAISON, "❌ 顾一苇", chat=LIAISON)
    assert await membership(desk, HANDLER) is None
    heard = len(desk.said)
    toast = await desk.presses(LIAISON, "↩️ 顾一苇", chat=LIAISON)
    assert "已恢复" in toast and "已恢复" in desk.heard(KS, heard)
    now = await membership(desk, HANDLER)
    assert before is not None and now is not None
    assert (now.id, now.role, now.confirmed_at, now.asked_at) == (before.id, before.role, desk.now, None)
    assert (await desk_actions(desk))[-1] == "restored"
    await desk.says(HANDLER, "/accept WX26-0001", chat=KS)
    assert (await desk.request("WX26-0001")).state == "accepted"
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is not None
    assert await whole(desk)


async def test_a_day_later_only_role_brings_somebody_back(desk: Scene) -> None:
    await asked(desk)
    await desk.presses(LIAISON, "❌ 顾一苇", chat=LIAISON)
    stands = desk.last("↩️ 顾一苇", chat=LIAISON)
    desk.now += timedelta(days=1)
    await desk.presses(LIAISON, "↩️ 顾一苇", on=stands)
    assert await membership(desk, HANDLER) is None


@pytest.mark.parametrize("how", ["role", "lapsed", "came again"])
async def test_what_ended_otherwise_is_not_taken_back_by_a_tap(desk: Scene, how: str) -> None:
    await asked(desk)
    first = listed(desk)
    one = await membership(desk, HANDLER)
    assert one is not None
    if how == "lapsed":
        await passes(desk, WITHIN)
    else:
        await desk.says(ADMIN, "/role @gu none KS", chat=ADMIN)
    if how == "came again":
        await desk.presses(LIAISON, "✅ 陆时雨", on=first)
        await desk.says(ADMIN, "/role @gu officer KS", chat=ADMIN)
    toast = await desk.forges(LIAISON, first.buttons["✅ 顾一苇"], chat=LIAISON, message_id=first.message_id)
    assert "已恢复" not in toast
    async with desk.store.read() as session:
        assert (await session.get_one(Membership, one.id)).until is not None


async def test_a_forged_list_names_nobody_of_another_unit(desk: Scene) -> None:
    await asked(desk)
    one, other = await membership(desk, HANDLER), await membership(desk, OFFICER)
    assert one is not None and other is not None
    async with desk.store.read() as session:
        query = select(Event).where(Event.chain == 0, Event.action == "attest").order_by(Event.seq)
        events = list(await session.scalars(query))
        seqs = [event.seq for event in events]
        wx = next(e.seq for e in events if desk.store.sealer.unseal("events", e.sealed)["unit"] == "WX")
    stands = listed(desk)
    for seq in (wx, seqs[-1] + 999, 1):
        data = carry(Press.BELONGS, one.id, seq)
        await desk.forges(LIAISON, data, chat=LIAISON, message_id=stands.message_id)
        assert "林小满" not in desk.said[-1].text
    for press in (Press.BELONGS, Press.GONE):
        toast = await desk.forges(LIAISON_WX, carry(press, one.id, wx), chat=WX, message_id=stands.message_id)
        assert "🚫" in toast
    toast = await desk.forges(LIAISON_WX, carry(Press.NEXT_LIST, one.unit_id), chat=WX, message_id=1)
    assert "🚫" in toast
    assert await membership(desk, HANDLER) is not None


async def test_of_many_the_next_list_comes_as_a_message_of_its_own(desk: Scene) -> None:
    ks = await membership(desk, HANDLER)
    assert ks is not None
    async with desk.work().write() as tx:
        for number in range(40):
            row = await people.see_person(tx, account(3000 + number, f"成员{number}"))
            tx.session.add(Membership(person_id=row.id, unit_id=ks.unit_id, role="officer", since=tx.now))
    await asked(desk)
    first = listed(desk)
    assert len(first.buttons) == 2 * 25 + 1 and "➡️ 另有 18 人待确认" in first.buttons
    await desk.presses(LIAISON, "✅ 顾一苇", on=first)
    now = desk.said[-1]
    assert "➡️ 另有 18 人待确认" in now.buttons
    heard = len(desk.said)
    await desk.presses(LIAISON, "➡️", on=now)
    more = desk.said[-1]
    assert len(desk.said) == heard + 1 and more.kind == "send" and more.message_id != first.message_id


# --- asked a second time ------------------------------------------------------------------------------------------


async def test_half_the_time_over_it_is_asked_once_more_and_then_not_again(desk: Scene) -> None:
    await asked(desk)
    await desk.presses(LIAISON, "✅ 陆时雨", chat=LIAISON)
    heard = len(desk.said)
    await passes(desk, WITHIN / 2 - timedelta(minutes=1))
    assert not desk.heard(LIAISON, heard)
    await passes(desk, timedelta(minutes=1))
    said = desk.heard(LIAISON, heard)
    assert "期限已过半" in said and "顾一苇" in said and "陆时雨" not in said
    again = len(desk.said)
    for _ in range(3):
        await passes(desk, timedelta(hours=1))
    assert not desk.heard(LIAISON, again)
    await desk.presses(LIAISON, "✅ 顾一苇", chat=LIAISON)
    await passes(desk, WITHIN / 2)
    assert await membership(desk, HANDLER) is not None and await membership(desk, 24) is None
    assert await whole(desk)


async def test_who_was_all_confirmed_of_is_not_asked_again(desk: Scene) -> None:
    await asked(desk)
    for name in ("顾一苇", "陆时雨", "孟秋"):
        await desk.presses(LIAISON, f"✅ {name}", chat=LIAISON)
    assert "全部确认" in desk.said[-1].text
    heard = len(desk.said)
    await passes(desk, WITHIN / 2)
    assert not desk.heard(LIAISON, heard)


async def test_what_is_asked_again_waits_for_the_morning(desk: Scene) -> None:
    await asked(desk)
    at = (desk.now + WITHIN / 2).astimezone(desk.policy.zone)
    desk.policy = replace(desk.policy, quiet=(at.time(), (at + timedelta(hours=2)).time()))
    heard = len(desk.said)
    await passes(desk, WITHIN / 2)
    assert not desk.heard(LIAISON, heard)
    await passes(desk, timedelta(hours=3))
    assert "期限已过半" in desk.heard(LIAISON, heard)


async def test_when_who_was_asked_leads_no_more_it_is_asked_of_the_admin(desk: Scene) -> None:
    """The only liaison was made an officer: nobody who was asked can answer."""
    await asked(desk)
    await desk.says(ADMIN, "/role @shen officer KS", chat=ADMIN)
    heard = len(desk.said)
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is not None
    assert "顾一苇" in desk.heard(ADMIN, heard)
    await passes(desk, WITHIN)
    assert await membership(desk, HANDLER) is None
    assert await whole(desk)


async def test_who_has_more_in_hand_than_is_looked_at_together_has_all_given_back(
    desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "MOST", 2)
    for number in range(4):
        await desk.says(OFFICER, FORM.replace("陈望舒", f"陈望{'甲乙丙丁'[number]}"))
        await desk.says(HANDLER, f"/accept WX26-000{number + 2}", chat=KS)
    await asked(desk)
    await desk.presses(LIAISON, "❌ 顾一苇", chat=LIAISON)
    async with desk.store.read() as session:
        held = (await session.scalars(select(Request).where(Request.handler_id.is_not(None)))).all()
        states = (await session.scalars(select(Request.state))).all()
    assert not held and list(states) == ["open"] * 5
    assert await whole(desk)
