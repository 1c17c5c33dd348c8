"""A post that names no unit goes to the desk that is its unit's window: by a rule, else by a tap there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, SZ, WX, Said, Scene
from workflow.kernel.policy import Route

LIAISON, DESK, DESK_SUPERVISOR, ADMIN, OUTSIDER = 22, 31, 32, 1001, 99
NOBODY = FORM.replace("致：昆山\n", "")


@played_once
async def window(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind SZ desk", chat=SZ)


def asked(scene: Scene) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == SZ and "没有写协作单位" in s.text)


async def test_where_there_is_no_window_who_posted_is_asked_as_ever(scene: Scene) -> None:
    await scene.says(24, NOBODY, chat=KS)
    assert "请哪个单位协作" in scene.said[-1].text and not await scene.all_requests()


async def test_the_desk_taps_a_unit_and_it_is_registered_in_the_askers_name(scene: Scene) -> None:
    await window(scene)
    await scene.says(24, NOBODY, chat=KS)
    assert "已请苏州市公安局专班指定" in scene.heard(KS)
    ask = asked(scene)
    assert "320583199204080027" not in ask.text and "昆山市公安局" in ask.text
    for who in (DESK_SUPERVISOR, OUTSIDER, LIAISON):
        assert "🚫" in await scene.presses(who, "无锡", on=ask)
    await scene.presses(DESK, "无锡", on=ask)
    [request] = await scene.all_requests()
    assert (request.number, request.state, request.chat_id) == ("KS26-0001", "open", KS)
    assert "KS26_0001" in scene.heard(WX) and "KS26_0001" in scene.heard(KS)
    assert "⚠️" in await scene.presses(DESK, "无锡", on=ask)
    assert len(await scene.all_requests()) == 1


async def test_who_posted_may_still_say_it_and_the_desk_is_asked_no_more(scene: Scene) -> None:
    await window(scene)
    await scene.says(24, NOBODY, chat=KS)
    ask = asked(scene)
    await scene.presses(24, "无锡", on=next(s for s in reversed(scene.said) if s.chat == KS and s.buttons))
    assert len(await scene.all_requests()) == 1
    assert "⚠️" in await scene.presses(DESK, "无锡", on=ask)
    assert len(await scene.all_requests()) == 1


@pytest.mark.parametrize(
    ("route", "registered"),
    [
        (Route(to="WX", types=frozenset({"household"}), words=("诈骗",)), True),
        (Route(to="WX"), True),
        (Route(to="WX", words=("江阴",)), False),
        (Route(to="WX", types=frozenset({"vehicle"})), False),
        (Route(to="KS"), False),
    ],
)
async def test_a_rule_sends_it_by_type_and_words(scene: Scene, route: Route, registered: bool) -> None:
    await window(scene)
    scene.policy = replace(scene.policy, routes=(route,))
    await scene.says(24, NOBODY, chat=KS)
    assert [r.number for r in await scene.all_requests()] == (["KS26-0001"] if registered else [])
    if registered:
        assert "KS26_0001" in scene.heard(WX)


async def test_a_unit_that_was_written_and_not_understood_is_asked_back_as_ever(scene: Scene) -> None:
    await window(scene)
    scene.policy = replace(scene.policy, routes=(Route(to="WX"),))
    await scene.says(24, FORM.replace("致：昆山", "致：某某局"), chat=KS)
    assert not await scene.all_requests() and "没有写协作单位" not in scene.heard(SZ)


async def test_what_has_to_be_approved_or_is_confidential_is_not_shown_to_the_desk(scene: Scene) -> None:
    await window(scene)
    await scene.says(24, NOBODY + "\n保密：是", chat=KS)
    assert "请哪个单位协作" in scene.said[-1].text, "its asker is asked instead"
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=True)
    scene.policy = replace(scene.policy, types=types)
    await scene.says(24, NOBODY, chat=KS)
    assert "请哪个单位协作" in scene.said[-1].text
    assert "没有写协作单位" not in scene.heard(SZ)


async def test_a_post_in_the_window_itself_is_asked_there(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind KS desk", chat=KS)
    await scene.says(24, NOBODY, chat=KS)
    assert "请哪个单位协作" in scene.said[-1].text
