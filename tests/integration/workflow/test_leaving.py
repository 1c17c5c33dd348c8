"""Work is handed over to a colleague; a role that was given for a time ends by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.queries import people as people_rows
from storage.tables.models import Request
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from tests.integration.workflow.test_attesting import desk_actions, hears, membership, tick, whole
from workflow.actions import attesting, leaving
from workflow.kernel.errors import Refused
from workflow.organisation import people

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, OTHER_HANDLER, PLAIN, ADMIN = (
    11,
    12,
    13,
    21,
    22,
    23,
    24,
    1001,
)
SUPERVISOR, STRANGER = 25, 26


async def _play(scene: Scene) -> None:
    """林小满 asked twice; 顾一苇 has taken one, and answered the other."""
    for number in ("WX26-0001", "WX26-0002"):
        await scene.says(
            OFFICER, FORM if number.endswith("1") else FORM.replace("陈望舒 320583199204080027", "方砚秋")
        )
        await scene.says(HANDLER, f"/accept {number}", chat=KS)
    await scene.says(HANDLER, "/answer WX26-0002 已查实", chat=KS)
    await scene.says(OTHER_HANDLER, "/start", chat=OTHER_HANDLER)


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    await after(scene, _play)
    return scene


async def handler_of(scene: Scene, number: str) -> str:
    request = await scene.request(number)
    async with scene.work().read() as tx:
        return await people.name_by_id(tx, request.handler_id)


async def test_what_a_colleague_was_given_meanwhile_stays_theirs(
    desk: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the list of what is in hand and the hold of each another may be given one."""
    before = await desk.request("WX26-0001")
    await desk.says(LIAISON, "/assign WX26-0001 @lu", chat=KS)

    async def as_listed(*_: object, **__: object) -> list[Request]:
        return [before]

    monkeypatch.setattr(leaving.rows, "waiting", as_listed)
    assert before.handler_id is not None and before.to_unit_id is not None
    async with desk.work().write() as tx:
        assert await leaving.give_back(tx, before.handler_id, before.to_unit_id) == ()
    assert await handler_of(desk, "WX26-0001") == "陆时雨"
    assert (await desk.request("WX26-0001")).state == "accepted"


async def test_what_somebody_has_in_hand_goes_to_a_colleague(desk: Scene) -> None:
    heard = len(desk.said)
    await desk.says(LIAISON, "/handover @gu @lu", chat=KS)
    assert await handler_of(desk, "WX26-0001") == "陆时雨"
    assert (await desk.request("WX26-0001")).state == "accepted"
    assert await handler_of(desk, "WX26-0002") == "顾一苇"  # who answered it
    assert "WX26-0001" in desk.last("已交给", chat=KS).text
    told = desk.heard(OTHER_HANDLER, heard)
    assert "WX26-0001" in told and "沈听澜" in told
    assert (await desk.actions(await desk.request("WX26-0001")))[-1] == "assign"
    assert "handover" in await desk_actions(desk)
    assert await whole(desk)


async def test_what_somebody_asked_is_a_colleagues_to_close(desk: Scene) -> None:
    await desk.says(LIAISON_WX, "/handover @lin @zhou")
    for number in ("WX26-0001", "WX26-0002"):
        assert (await desk.actions(await desk.request(number)))[-1] == "hand_on"
    assert "🚫" in await hears(desk, OFFICER, "/close WX26-0002", chat=WX)
    await desk.says(COLLEAGUE, "/close WX26-0002")
    assert (await desk.request("WX26-0002")).state == "closed"
    assert await whole(desk)


async def test_what_was_asked_in_private_is_not_heard_there_any_more(desk: Scene) -> None:
    await desk.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "沈知行"), chat=OFFICER)
    asked = await desk.request("WX26-0003")
    assert asked.chat_id == OFFICER
    await desk.says(LIAISON_WX, "/role @lin none")
    await desk.says(LIAISON_WX, "/handover @lin @zhou")
    heard = len(desk.said)
    await desk.says(HANDLER, "/accept WX26-0003", chat=KS)
    await desk.says(HANDLER, "/answer WX26-0003 已查实", chat=KS)
    assert "WX26-0003" in desk.heard(WX, heard)
    assert "已查实" not in desk.heard(OFFICER, heard)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("/handover", "交给谁"),
        ("/handover @gu", "交给谁"),
        ("/handover @gu @gu", "同一个人"),
        ("/handover @gu @lu @meng", "交给谁"),
        ("/handover @gu @nobody", "nobody"),
        ("/handover @gu @meng", "不是昆山市公安局的协作员"),
        ("/handover @gu @lin", "不是"),
        ("/handover @lu @gu", "没有在办"),
    ],
)
async def test_what_cannot_be_handed_over_is_said_and_nothing_changes(
    desk: Scene, words: str, said: str
) -> None:
    assert said in await hears(desk, LIAISON, words, chat=KS)
    assert await handler_of(desk, "WX26-0001") == "顾一苇"


async def test_a_liaison_does_not_take_what_a_colleague_asked_unless_they_left(desk: Scene) -> None:
    before = (await desk.request("WX26-0001")).asker_id
    said = await hears(desk, LIAISON_WX, "/handover @lin @bai", chat=WX)
    assert "仍在本单位" in said and "/handover" in said and len(said.strip().splitlines()) == 1
    assert (await desk.request("WX26-0001")).asker_id == before
    await desk.says(LIAISON_WX, "/role @lin none")
    await desk.says(LIAISON_WX, "/handover @lin @bai")
    assert (await desk.request("WX26-0001")).asker_id != before


async def test_the_most_of_a_day_is_of_who_asked_whoever_has_it_by_now(desk: Scene) -> None:
    desk.policy = replace(desk.policy, flash_per_day=1)
    subject = "陈望舒 320583199204080027"
    await desk.says(LIAISON_WX, FORM.replace(subject, "方砚冬") + "\n紧急程度：特急", chat=WX)
    calm = await desk.says(LIAISON_WX, FORM.replace(subject, "沈知行"), chat=WX)
    assert (await desk.request("WX26-0003")).state == "open"
    await desk.says(LIAISON_WX, "/handover @bai @zhou")
    await desk.says(LIAISON_WX, FORM.replace(subject, "方砚春") + "\n紧急程度：特急", chat=WX)
    assert (await desk.request("WX26-0005")).state == "pending"
    await desk.edits(LIAISON_WX, calm, FORM.replace(subject, "沈知行") + "\n紧急程度：特急", chat=WX)
    assert (await desk.request("WX26-0004")).urgency != "flash"
    await desk.says(COLLEAGUE, FORM.replace(subject, "秦若水") + "\n紧急程度：特急", chat=WX)
    assert (await desk.request("WX26-0006")).state == "open", "what came to them counts for nothing"


@pytest.mark.parametrize("who", [HANDLER, OTHER_HANDLER, PLAIN])
async def test_only_a_liaison_hands_over(desk: Scene, who: int) -> None:
    assert "🚫" in await hears(desk, who, "/handover @gu @lu", chat=KS)
    assert await handler_of(desk, "WX26-0001") == "顾一苇"


async def test_a_liaison_of_another_unit_hands_over_nothing_here(desk: Scene) -> None:
    await desk.says(LIAISON_WX, "/handover @gu @lu KS", chat=LIAISON_WX)
    assert await handler_of(desk, "WX26-0001") == "顾一苇"


# --- a role for a time ------------------------------------------------------------------------------------------


async def test_a_role_lasts_to_the_end_of_its_day_and_is_then_what_it_was(desk: Scene) -> None:
    day = (desk.now.astimezone(desk.policy.zone) + timedelta(days=3)).date()
    await desk.says(LIAISON, f"/role @meng handler 至 {day.month}月{day.day}日", chat=KS)
    assert "之后恢复为民警" in desk.said[-1].text
    one = await membership(desk, PLAIN)
    assert one is not None and one.role == "handler"
    desk.now = datetime(day.year, day.month, day.day, 15, 58, tzinfo=UTC)
    await tick(desk)
    one = await membership(desk, PLAIN)
    assert one is not None and one.role == "handler"
    await desk.says(LIAISON, "/assign WX26-0001 @meng", chat=KS)
    heard = len(desk.said)
    desk.now += timedelta(minutes=3)
    await tick(desk)
    one = await membership(desk, PLAIN)
    assert one is not None and (one.role, one.role_until) == ("officer", None)
    assert "角色已到期" in desk.heard(KS, heard) and "WX26-0001" in desk.heard(KS, heard)
    assert (await desk.request("WX26-0001")).state == "open"
    assert (await desk_actions(desk)).count("role_over") == 1
    assert await whole(desk)


async def test_who_came_for_a_time_is_no_member_after_it(desk: Scene) -> None:
    await desk.says(STRANGER, "/start", chat=STRANGER)
    await desk.says(ADMIN, "/role @songli handler KS until 2026-12-31", chat=ADMIN)
    assert "之后不再是其成员" in desk.said[-1].text
    desk.now = datetime(2026, 12, 31, 16, 1, tzinfo=UTC)
    await tick(desk)
    assert await membership(desk, STRANGER) is None
    assert await whole(desk)


async def test_a_role_given_anew_without_an_end_has_none(desk: Scene) -> None:
    await desk.says(LIAISON, "/role @meng handler 至 2026-12-31", chat=KS)
    await desk.says(LIAISON, "/role @meng liaison 至 2027-01-15", chat=KS)
    one = await membership(desk, PLAIN)
    assert one is not None and (one.role, one.role_then) == ("liaison", "officer")
    await desk.says(LIAISON, "/role @meng handler", chat=KS)
    one = await membership(desk, PLAIN)
    assert one is not None and (one.role, one.role_until, one.role_then) == ("handler", None, None)


@pytest.mark.parametrize("until", ["1/12", "昨天", "2020-01-01", "某天", "2099-01-01"])
async def test_a_day_that_is_none_is_asked_about(desk: Scene, until: str) -> None:
    assert "哪一天" in await hears(desk, LIAISON, f"/role @meng handler 至 {until}", chat=KS)
    one = await membership(desk, PLAIN)
    assert one is not None and one.role == "officer"


async def test_a_unit_may_stand_behind_the_day(desk: Scene) -> None:
    await desk.says(LIAISON, "/role @meng 协作员 至 12-31 KS", chat=KS)
    one = await membership(desk, PLAIN)
    assert one is not None and one.role == "handler" and one.role_until is not None
    assert "角色至" in await hears(desk, LIAISON, "/members", chat=KS)


async def test_nobody_lengthens_their_own_role(desk: Scene) -> None:
    await desk.says(LIAISON, "/role @gu liaison until 2026-12-31", chat=KS)
    for words in ("/role @gu liaison", "/role @gu liaison until 2027-03-01"):
        assert "🚫" in await hears(desk, HANDLER, words, chat=KS)
    one = await membership(desk, HANDLER)
    assert one is not None and (one.role, one.role_then) == ("liaison", "handler")
    assert one.role_until is not None and one.role_until.year == 2026


async def test_who_is_a_supervisor_again_is_not_for_a_liaison_to_change(desk: Scene) -> None:
    await desk.says(ADMIN, "/role @wen liaison KS until 2026-12-31", chat=ADMIN)
    assert "🚫" in await hears(desk, LIAISON, "/role @wen officer", chat=KS)
    one = await membership(desk, SUPERVISOR)
    assert one is not None and (one.role, one.role_then) == ("liaison", "supervisor")
    with pytest.raises(Refused):
        await attesting.dismiss(desk.acting(LIAISON, LIAISON), one.id)


async def test_no_role_ends_in_a_higher_one(desk: Scene) -> None:
    assert "权限反而更大" in await hears(desk, LIAISON, "/role @gu officer until 2026-12-31", chat=KS)
    one = await membership(desk, HANDLER)
    assert one is not None and (one.role, one.role_until) == ("handler", None)


async def test_who_gives_a_role_says_that_they_belong_to_the_unit(desk: Scene) -> None:
    one = await membership(desk, HANDLER)
    assert one is not None
    async with desk.work().write() as tx:
        held = await people_rows.hold(tx.session, one.id)
        assert held is not None
        held.asked_at = tx.now
    await desk.says(LIAISON, "/role @gu handler until 2026-12-31", chat=KS)
    one = await membership(desk, HANDLER)
    assert one is not None and (one.confirmed_at, one.asked_at) == (desk.now, None)
    assert await whole(desk)
