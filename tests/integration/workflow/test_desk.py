"""A desk that is the one window of units below it: it looks on, approves, re-routes and nudges, and says little."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from storage.tables.involved import Involved
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Said, Scene
from workflow.scheduled import ticks

OFFICER, LIAISON_WX, HANDLER, LIAISON, ADMIN = 11, 13, 21, 22, 1001
DESK, DESK_SUPERVISOR, DESK_OFFICER, OTHER_LIAISON = 31, 32, 33, 41
NUMBER = "WX26-0001"


@played_once
async def window(scene: Scene) -> None:
    """The group of Suzhou is the window of Kunshan."""
    await scene.says(ADMIN, "/bind SZ desk", chat=SZ)
    await scene.says(DESK, "/start", chat=DESK)


def card(scene: Scene, chat: int = SZ, number: str = NUMBER) -> Said | None:
    link = number.replace("-", "_")
    return next((s for s in reversed(scene.said) if s.chat == chat and f"/r_{link}" in s.text), None)


async def roles(scene: Scene, number: str = NUMBER) -> list[str]:
    request = await scene.request(number)
    async with scene.store.read() as session:
        found = await session.scalars(select(Involved.role).where(Involved.request_id == request.id))
        return sorted(found)


async def test_without_a_window_the_unit_above_sees_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert card(scene) is None
    assert await roles(scene) == ["asked", "asker"]


async def test_the_desk_sees_the_masked_card_and_one_message_is_all_it_is_told(scene: Scene) -> None:
    await window(scene)
    since = len(scene.said)
    await scene.says(OFFICER, FORM)
    shown = card(scene)
    assert shown is not None and "320583********0027" in shown.text and "320583199204080027" not in shown.text
    assert {"催办", "转派", "转办"} <= set(shown.buttons) and "受理" not in shown.buttons
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    await scene.replies(OFFICER, card(scene, WX) or shown, "请尽快")
    await scene.says(HANDLER, f"/answer {NUMBER} 已查实：住花桥", chat=KS)
    sent = [s for s in scene.said[since:] if s.chat == SZ and s.kind == "send"]
    assert len(sent) == 1, [s.text for s in sent]
    assert "花桥" not in scene.heard(SZ)
    assert await roles(scene) == ["asked", "asker", "desk"]


async def test_a_unit_that_has_a_window_of_its_own_is_nobody_elses_to_look_at(scene: Scene) -> None:
    await window(scene)
    await scene.says(ADMIN, "/bind KS desk", chat=KS)
    await scene.says(OFFICER, FORM)
    assert card(scene) is None and await roles(scene) == ["asked", "asker"]
    await scene.says(DESK, "/inbox", chat=SZ)
    assert NUMBER not in scene.said[-1].text


async def test_the_desk_re_routes_and_stays_involved(scene: Scene) -> None:
    await window(scene)
    await scene.says(OFFICER, FORM)
    shown = card(scene)
    assert shown is not None
    await scene.presses(DESK, "转办", on=shown)
    await scene.presses(DESK, "常州", on=scene.said[-1])
    request = await scene.request(NUMBER)
    assert request.state == "open" and card(scene, CZ) is not None
    assert await roles(scene) == ["asked", "asker", "desk", "forwarded", "forwarded"]
    now = card(scene)
    assert now is not None and "320583********0027" in now.text and list(now.buttons) == ["催办"]
    await scene.presses(DESK, "催办", on=now)
    assert "催" in scene.heard(CZ)
    await scene.says(DESK, "/inbox 已转", chat=SZ)
    assert NUMBER in scene.said[-1].buttons
    await scene.says(DESK, f"/transfer {NUMBER} 昆山", chat=DESK)
    assert "🚫" in scene.said[-1].text, "it is no longer within its tree"


async def test_its_officers_and_those_of_other_desks_may_nothing(scene: Scene) -> None:
    await window(scene)
    await scene.says(OFFICER, FORM)
    for who in (DESK_OFFICER, OTHER_LIAISON):
        for words in (
            f"/show {NUMBER}",
            f"/transfer {NUMBER} 常州",
            f"/nudge {NUMBER}",
            f"/assign {NUMBER} @gu",
        ):
            await scene.says(who, words, chat=who)
            assert (
                NUMBER not in scene.said[-1].text or "🚫" in scene.said[-1].text or "⚠️" in scene.said[-1].text
            )
    await scene.says(DESK_SUPERVISOR, f"/transfer {NUMBER} 常州", chat=DESK_SUPERVISOR)
    assert "🚫" in scene.said[-1].text
    for words in (f"/accept {NUMBER}", f"/answer {NUMBER} 已查实", f"/decline {NUMBER} 无"):
        await scene.says(DESK, words, chat=DESK)
        assert "🚫" in scene.said[-1].text, words
    request = await scene.request(NUMBER)
    assert request.state == "open" and await roles(scene) == ["asked", "asker", "desk"]


async def test_the_desk_approves_where_nobody_of_the_unit_can(scene: Scene) -> None:
    await window(scene)
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=True)
    scene.policy = replace(scene.policy, types=types)
    await scene.says(LIAISON, FORM.replace("致：昆山", "致：常州"), chat=KS)
    assert (await scene.request("KS26-0001")).state == "pending"
    assert card(scene, SZ, "KS26-0001") is None, "nothing is said in a group before it goes out"
    whole = next(s for s in reversed(scene.said) if s.chat == DESK and "批准" in s.buttons)
    assert "320583199204080027" in whole.text
    await scene.says(DESK, "/inbox", chat=DESK)
    assert "待我批准（1）" in scene.said[-1].text
    await scene.presses(DESK, "批准", on=whole)
    assert (await scene.request("KS26-0001")).state == "open"
    assert await roles(scene, "KS26-0001") == ["asked", "asker", "desk"]
    out = card(scene, SZ, "KS26-0001")
    assert out is not None and list(out.buttons) == ["催办"]


async def test_what_its_own_unit_is_to_be_asked_the_desk_neither_hears_nor_approves(scene: Scene) -> None:
    await window(scene)
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=True)
    scene.policy = replace(scene.policy, types=types)
    since = len(scene.said)
    await scene.says(LIAISON, FORM.replace("致：昆山", "致：苏州"), chat=KS)
    await scene.says(DESK, "/inbox", chat=DESK)
    assert not any("KS26" in s.text for s in scene.said[since:] if s.chat in (DESK, SZ))


async def test_nor_does_it_read_or_approve_that_by_its_number(scene: Scene) -> None:
    await window(scene)
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=True)
    scene.policy = replace(scene.policy, types=types)
    await scene.says(HANDLER, FORM.replace("致：昆山", "致：苏州"), chat=KS)
    since = len(scene.said)
    for call in ("/show", "/approve", "/reject", "/why", "/audit", "/cancel"):
        await scene.says(DESK, f"{call} KS26-0001", chat=DESK)
    await scene.says(DESK, "/find 陈望舒", chat=DESK)
    told = [s.text for s in scene.said[since:] if s.chat in (DESK, SZ)]
    assert told and not any("陈望舒" in text or "待批准" in text for text in told), told
    assert (await scene.request("KS26-0001")).state == "pending"


async def test_its_inbox_has_what_the_units_below_are_asked_and_ask(scene: Scene) -> None:
    await window(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, FORM.replace("致：昆山", "致：无锡"), chat=KS)
    for chat in (SZ, DESK):
        await scene.says(DESK, "/inbox", chat=chat)
        listed = scene.said[-1]
        assert list(listed.buttons)[:3] == ["✅ 外来 1", "外发 1", "已转 0"] and NUMBER in listed.buttons
        await scene.presses(DESK, NUMBER, on=listed)
        assert "🚫" not in scene.said[-1].text
    await scene.says(DESK_OFFICER, "/inbox", chat=DESK_OFFICER)
    assert NUMBER not in scene.said[-1].text


async def test_a_confidential_request_is_not_shown_at_the_desk(scene: Scene) -> None:
    await window(scene)
    await scene.says(OFFICER, FORM + "\n保密：是")
    assert (await scene.request(NUMBER)).confidential
    assert card(scene) is None


async def test_the_digest_of_the_desk_has_what_is_late_below(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    scene.pass_time(days=4)
    await scene.says(DESK, "/digest", chat=SZ)
    assert "WX26" not in scene.said[-1].text
    await window(scene)
    await ticks.digests(scene.work())
    await scene.deliver()
    told = [s.text for s in scene.said if s.chat == SZ and "已超期" in s.text]
    assert told and "WX26_0001" in told[-1]


async def test_parts_of_a_request_stand_in_the_inbox_of_who_has_them(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/split {NUMBER} 常州 苏州", chat=KS)
    assert await roles(scene, f"{NUMBER}-1") == ["asked", "asker"]
    await scene.says(OTHER_LIAISON, "/inbox", chat=CZ)
    assert f"{NUMBER}-1" in scene.said[-1].buttons
    await scene.says(LIAISON, "/inbox 外发", chat=KS)
    assert {f"{NUMBER}-1", f"{NUMBER}-2"} <= set(scene.said[-1].buttons)
