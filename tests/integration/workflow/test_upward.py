"""What goes to a unit without anybody who could take it is offered to the unit above; units are known by sound."""

from __future__ import annotations

import pytest

from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, ABOVE, OTHER, ADMIN = 11, 12, 13, 21, 22, 31, 41, 1001
NUMBER = "WX26-0001"


@pytest.fixture
async def empty(scene: Scene) -> Scene:
    """Nobody of Kunshan would see a request; Suzhou stands above."""
    await scene.says(ADMIN, "/unbind", chat=KS)
    return scene


async def test_a_post_to_a_unit_with_nobody_says_so_and_one_tap_has_it_go_above(empty: Scene) -> None:
    await empty.says(OFFICER, FORM)
    told = empty.last("还没有绑定群", chat=WX)
    assert "苏州市公安局" in told.text and list(told.buttons) == ["⬆️ 改请苏州市公安局"]
    due = (await empty.request(NUMBER)).due_at
    await empty.presses(OFFICER, "⬆️ 改请苏州市公安局", on=told)
    request = await empty.request(NUMBER)
    assert (request.state, request.due_at) == ("open", due)
    assert NUMBER in empty.heard(SZ)
    assert "transfer" in await empty.actions(request)
    await empty.says(ABOVE, f"/accept {NUMBER}", chat=SZ)
    assert (await empty.request(NUMBER)).state == "accepted"
    await empty.says(ADMIN, "/verify", chat=ADMIN)
    assert "完好" in empty.heard(ADMIN)


@pytest.mark.parametrize("who", [COLLEAGUE, OTHER])
async def test_only_the_asker_and_their_liaison_may(empty: Scene, who: int) -> None:
    await empty.says(OFFICER, FORM)
    told = empty.last("还没有绑定群", chat=WX)
    await empty.presses(who, "⬆️ 改请苏州市公安局", on=told)
    assert "transfer" not in await empty.actions(await empty.request(NUMBER))
    await empty.presses(LIAISON_WX, "⬆️ 改请苏州市公安局", on=told)
    assert "transfer" in await empty.actions(await empty.request(NUMBER))


async def test_a_tap_that_comes_twice_or_late_changes_nothing(empty: Scene) -> None:
    await empty.says(OFFICER, FORM)
    told = empty.last("还没有绑定群", chat=WX)
    await empty.says(ADMIN, "/bind KS", chat=KS)
    await empty.presses(OFFICER, "⬆️ 改请苏州市公安局", on=told)
    assert (await empty.actions(await empty.request(NUMBER))).count("transfer") == 0
    await empty.says(ADMIN, "/unbind", chat=KS)
    await empty.presses(OFFICER, "⬆️ 改请苏州市公安局", on=told)
    await empty.presses(OFFICER, "⬆️ 改请苏州市公安局", on=told)
    assert (await empty.actions(await empty.request(NUMBER))).count("transfer") == 1


async def test_where_nobody_above_could_take_it_either_nothing_is_offered(empty: Scene) -> None:
    await empty.says(ADMIN, "/unbind", chat=SZ)
    await empty.says(OFFICER, FORM)
    told = empty.last("还没有绑定群", chat=WX)
    assert not told.buttons and "上级" not in told.text


async def test_a_unit_without_handlers_has_the_one_above_offered_for_what_is_to_be_assigned(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, FORM)
    card = scene.last(NUMBER, chat=KS)
    for who in ("@gu", "@lu", "@shen"):
        await scene.says(ADMIN, f"/role {who} officer KS", chat=KS)
    before = len(scene.said)
    await scene.presses(ADMIN, "转派", on=card, chat=KS)
    offered = next(said for said in scene.said[before:] if "苏州市公安局" in said.buttons)
    assert "还没有协作员" in offered.text
    await scene.presses(ADMIN, "苏州市公安局", on=offered)
    assert "transfer" in await scene.actions(await scene.request(NUMBER))


async def test_a_unit_with_a_group_and_nobody_to_take_it_is_told_of_too(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert "还没有能受理的人" not in scene.heard(WX)
    for who in ("@gu", "@lu", "@shen"):
        await scene.says(ADMIN, f"/role {who} officer KS", chat=KS)
    scene.pass_time(minutes=11)
    await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", "苏E12345"))
    told = scene.last("还没有能受理的人", chat=WX)
    await scene.presses(OFFICER, "⬆️ 改请苏州市公安局", on=told)
    assert "transfer" in await scene.actions(await scene.request("WX26-0002"))


@pytest.mark.parametrize("to", ["kunshan", "ksga", "昆山居", "昆衫", "KunShan", "昆山gaj"])
async def test_a_post_finds_its_unit_by_its_sound(scene: Scene, to: str) -> None:
    await scene.says(OFFICER, FORM.replace("昆山", to))
    assert "昆山市公安局" in scene.last(NUMBER, chat=KS).text


async def test_a_transfer_finds_its_unit_by_its_sound_and_names_what_it_cannot_tell(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/transfer {NUMBER} 长洲", chat=KS)
    assert "找不到单位" in scene.said[-1].text
    assert list(scene.said[-1].buttons) == ["常州市公安局"], "a district of Wuzhou is called that"
    await scene.says(LIAISON, f"/transfer {NUMBER} changzhouga", chat=KS)
    assert NUMBER in scene.heard(CZ)
