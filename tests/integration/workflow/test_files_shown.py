"""Files reach the other side once, and nobody else."""

from __future__ import annotations

from typing import Any

from tests.integration.workflow.scene import FORM, KS, SZ, WX, Scene
from workflow.actions import talking
from workflow.notices.attachments import FileIn
from workflow.organisation import binding

OFFICER, HANDLER, LIAISON, ADMIN = 11, 21, 22, 1001


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


async def test_the_files_of_an_answer_go_to_the_asker_in_private(scene: Scene) -> None:
    await scene.says(OFFICER, "/start", chat=OFFICER)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, None, caption="/answer WX26-0001 已核实", chat=KS, **photo("P2"))
    await later(scene)
    assert files_in(scene, WX) == []
    assert files_in(scene, OFFICER) == ["P2"]
    assert "附件已私信提出人" in scene.last("已反馈", "查看全文", chat=WX).text


async def test_what_the_asked_unit_sends_beside_its_answer_is_read_in_private_too(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.replies(
        HANDLER, scene.last("WX26-0001", "受理", chat=KS), None, caption="证件照", **photo("P2")
    )
    await later(scene)
    assert files_in(scene, WX) == []
    assert "查看全文" in "".join(scene.last("1 个附件不在群内显示", chat=WX).buttons)
    await scene.reads(OFFICER, "WX26-0001")
    assert files_in(scene, OFFICER) == ["P2"]


async def test_a_file_whose_name_is_somebodys_number_stays_out_of_groups(scene: Scene) -> None:
    named = {"document": {"file_id": "D1", "file_unique_id": "u1", "file_name": "320583199204080027.pdf"}}
    await scene.says(OFFICER, None, caption=FORM, **named)
    await later(scene)
    assert files_in(scene, KS) == []
    assert "1 个附件不在群内显示" in scene.heard(KS)
    await scene.reads(HANDLER, "WX26-0001")
    assert files_in(scene, HANDLER) == ["D1"]


async def test_the_files_of_an_answer_go_to_the_asker_and_those_of_the_request_are_not_sent_back(
    scene: Scene,
) -> None:
    scene.show_answers()
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
