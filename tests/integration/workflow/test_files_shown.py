"""Files reach the other side once, and nobody else."""

from __future__ import annotations

from typing import Any

from tests.integration.workflow.scene import FORM, KS, SZ, WX, Scene
from workflow import binding, talking
from workflow.attachments import FileIn

OFFICER, HANDLER, ADMIN = 11, 21, 1001


def photo(name: str) -> dict[str, Any]:
    sizes = [{"file_id": name, "file_unique_id": f"u{name}", "width": 9, "height": 9}]
    return {"photo": sizes}


def files_in(scene: Scene, chat: int) -> list[str]:
    return [file for said in scene.said if said.chat == chat for file in said.files]


async def later(scene: Scene) -> None:
    scene.pass_time(seconds=2)
    await scene.deliver()


async def test_the_files_of_a_request_go_to_the_asked_unit_alone(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    await later(scene)
    assert files_in(scene, KS) == ["P1"]
    assert files_in(scene, WX) == files_in(scene, SZ) == []


async def test_an_album_goes_out_as_a_whole(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, media_group_id="A", **photo("P1"))
    await scene.says(OFFICER, None, media_group_id="A", **photo("P2"))
    await later(scene)
    assert sorted(set(files_in(scene, KS))) == ["P1", "P2"]


async def test_the_files_of_an_answer_go_to_the_asker_and_those_of_the_request_are_not_sent_back(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    await later(scene)
    await scene.presses(HANDLER, "受理")
    card = scene.last("WX26-0001", chat=KS)
    await scene.replies(HANDLER, card, None, caption="#反馈 已核实", **photo("P2"))
    await later(scene)
    assert files_in(scene, WX) == ["P2"]
    assert files_in(scene, KS) == ["P1"]


async def test_a_later_file_does_not_bring_the_earlier_ones_again(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    await later(scene)
    card = scene.last("WX26-0001", chat=WX)
    await scene.replies(OFFICER, card, None, caption="又一张", **photo("P2"))
    await later(scene)
    assert files_in(scene, KS) == ["P1", "P2"]


async def test_files_under_way_do_not_reach_a_group_that_has_become_a_shared_one(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    files = [FileIn(kind="photo", file_id="P1", unique_id="u1")]
    await talking.comment(scene.acting(OFFICER, WX), (await scene.request("WX26-0001")).id, "照片", files)
    await binding.bind(scene.acting(ADMIN, KS), "CZ")
    await later(scene)
    assert "照片" in scene.heard(KS)
    assert files_in(scene, KS) == []
