"""Albums come as several messages in any order; all of them end where the words belong."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.tables.models import File
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.scheduled import ticks

OFFICER, LIAISON_WX, HANDLER, LIAISON = 11, 13, 21, 22
ALBUM = {"P1": FORM, "P2": None, "P3": None}


def photo(name: str) -> dict[str, Any]:
    return {"photo": [{"file_id": name, "file_unique_id": f"u{name}", "width": 9, "height": 9}]}


def files_in(scene: Scene, chat: int) -> list[str]:
    return [file for said in scene.said if said.chat == chat for file in said.files]


async def later(scene: Scene) -> None:
    scene.pass_time(seconds=2)
    await scene.deliver()


@pytest.mark.parametrize("order", list(permutations(ALBUM)), ids="-".join)
async def test_an_album_of_a_post_is_whole_in_every_order(scene: Scene, order: tuple[str, ...]) -> None:
    for name in order:
        words = {"caption": ALBUM[name]} if ALBUM[name] else {}
        await scene.says(OFFICER, None, media_group_id="A", **words, **photo(name))
    await later(scene)
    assert sorted(set(files_in(scene, KS))) == ["P1", "P2", "P3"]
    assert len(await scene.all_requests()) == 1


@pytest.mark.parametrize("order", list(permutations(("P1", "P2"))), ids="-".join)
async def test_an_album_of_a_draft_goes_with_it(scene: Scene, order: tuple[str, ...]) -> None:
    for name in order:
        words = {"caption": "#协作 户籍证明\n致：昆山、常州\n事由：核实"} if name == "P1" else {}
        await scene.says(OFFICER, None, media_group_id="A", **words, **photo(name))
    await scene.replies(OFFICER, scene.last("对象", chat=WX), "陈望舒 320583199204080027")
    await later(scene)
    assert sorted(files_in(scene, KS)) == sorted(files_in(scene, CZ)) == ["P1", "P2"]


@pytest.mark.parametrize("order", list(permutations(("P1", "P2"))), ids="-".join)
async def test_an_album_in_reply_to_a_card_is_one_answer(scene: Scene, order: tuple[str, ...]) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.presses(HANDLER, "反馈")
    prompt = scene.last("反馈", chat=KS)
    for name in order:
        words = {"caption": "已核实，见照片"} if name == "P1" else {}
        await scene.replies(HANDLER, prompt, None, media_group_id="B", **words, **photo(name))
    await later(scene)
    assert (await scene.request("WX26-0001")).state == "answered"
    assert files_in(scene, WX) == []
    assert "已核实，见照片" in await scene.reads(OFFICER, "WX26-0001")
    assert sorted(files_in(scene, OFFICER)) == ["P1", "P2"]
    assert (await scene.actions(await scene.request("WX26-0001"))).count("answer") == 1


async def test_an_album_of_ordinary_talk_is_swept_after_two_days(scene: Scene) -> None:
    await scene.says(OFFICER, None, media_group_id="C", **photo("P1"))
    await scene.says(OFFICER, None, media_group_id="C", **photo("P2"))
    assert not scene.said
    scene.pass_time(days=2, minutes=1)
    await ticks.housekeeping(scene.work())
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(File)) == 0


async def test_files_are_not_sent_again_when_old_lines_of_the_outbox_are_gone(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    await later(scene)
    scene.pass_time(days=2, minutes=5)
    await ticks.housekeeping(scene.work())
    await scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), None, caption="又一张", **photo("P2"))
    await later(scene)
    assert files_in(scene, KS) == ["P1", "P2"]


async def test_a_file_without_words_under_a_card_is_passed_on(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.replies(OFFICER, scene.last("WX26-0001", chat=WX), None, **photo("P1"))
    await later(scene)
    assert files_in(scene, KS) == ["P1"]


async def test_files_of_a_request_follow_it_to_the_unit_that_it_is_transferred_to(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    await later(scene)
    await scene.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    await later(scene)
    assert files_in(scene, CZ) == ["P1"]


async def test_no_files_go_into_a_shared_group(scene: Scene) -> None:
    await scene.says(1001, "/bind WX", chat=KS)
    await scene.says(OFFICER, None, caption=FORM, **photo("P1"))
    await later(scene)
    assert files_in(scene, KS) == []


async def test_an_item_is_recorded_and_refused_to_who_has_left_since_the_words(scene: Scene) -> None:
    await scene.says(OFFICER, None, caption=FORM, media_group_id="A", **photo("P1"))
    await scene.says(OFFICER, None, media_group_id="A", **photo("P2"))
    assert (await scene.actions(await scene.request("WX26-0001")))[1:] == ["file"]
    await scene.says(LIAISON_WX, "/role @lin none")
    await scene.says(OFFICER, None, media_group_id="A", **photo("P3"))
    await later(scene)
    assert set(files_in(scene, KS)) == {"P1", "P2"}
    assert (await scene.actions(await scene.request("WX26-0001"))).count("file") == 1
