"""What posts were not understood in is kept, sealed, for a month, with what people made of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.tables.models import Misread
from storage.tables.words import MisreadKind
from tests.integration.workflow.scene import FORM, WX, Scene
from workflow.lookup.misread import AskedBack, asked_back
from workflow.scheduled import retention

OFFICER, COLLEAGUE = 11, 12


async def seen_back(scene: Scene) -> dict[tuple[str, str], AskedBack]:
    found = await asked_back(scene.work(), since=scene.now - timedelta(days=30), limit=100)
    return {(one.kind, one.word): one for one in found.asked}


async def test_a_unit_that_is_not_known_is_kept_with_what_it_became(scene: Scene) -> None:
    for who in (OFFICER, COLLEAGUE):
        await scene.says(who, FORM.replace("致：昆山", "致：玉峰山下所"))
        asked = scene.last("玉峰山下所", chat=WX)
        await scene.replies(who, asked, "还是不清楚")
        await scene.replies(who, scene.said[-1], "致：昆山")
    told = (await seen_back(scene))[MisreadKind.TO, "玉峰山下所"]
    assert (told.count, told.made) == (2, (("KS", 2),)), "asked twice about one draft, it counts once"


async def test_a_deadline_and_a_type_that_were_asked_back_are_kept(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("3天", "等你有空").replace("户籍证明", "户口底账"))
    await scene.replies(OFFICER, scene.said[-1], "时限：12月3日\n类型：户籍证明")
    found = await seen_back(scene)
    assert found[MisreadKind.DUE, "等你有空"].made[0][0].startswith("2026-12-03")
    types = [one for (kind, _), one in found.items() if kind == MisreadKind.TYPE]
    assert not types or types[0].made == (("household", 1),)


async def test_what_hinders_nothing_is_kept_too(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n领导批示：同意")
    await scene.request("WX26-0001")
    assert (await seen_back(scene))[MisreadKind.LABEL, "领导批示"].made == (("note", 1),)


async def test_a_field_that_was_not_found_is_counted_by_its_name(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("事由：电信诈骗案嫌疑人户籍核实\n", ""))
    assert (await seen_back(scene))[MisreadKind.WANTING, "reason"].count == 1


async def test_a_type_and_a_kind_of_number_that_an_edit_changed_are_kept(scene: Scene) -> None:
    post = "#协作 户籍证明\n致：昆山\n对象：15951230002\n事由：电信诈骗案"
    sent = await scene.says(OFFICER, post)
    await scene.request("WX26-0001")
    await scene.edits(
        OFFICER,
        sent,
        post.replace("户籍证明", "机主信息").replace("15951230002", "陈望舒 320583199204080027"),
    )
    found = await seen_back(scene)
    assert found[MisreadKind.CHANGED, "type: household"].made == (("phone", 1),)
    assert found[MisreadKind.CHANGED, "subject: phone"].made == (("cn_id", 1),)


async def test_it_is_sealed_masked_and_gone_after_a_month(scene: Scene) -> None:
    await scene.says(OFFICER, FORM.replace("致：昆山", "致：陈望舒所在的虞山所"))
    async with scene.store.read() as session:
        rows = (await session.scalars(select(Misread))).all()
        assert rows
        assert all("虞山所".encode() not in row.sealed for row in rows)
    assert not any("陈望舒" in word for _, word in await seen_back(scene))
    scene.now += timedelta(days=29)
    await retention.run(scene.work())
    assert await seen_back(scene)
    scene.now += timedelta(days=2)
    await retention.run(scene.work())
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(Misread)) == 0


@pytest.mark.parametrize("again", [False, True])
async def test_a_post_that_arrives_twice_is_counted_once(scene: Scene, *, again: bool) -> None:
    sent = await scene.says(OFFICER, FORM + "\n领导批示：同意")
    if again:
        await scene.says(OFFICER, FORM + "\n领导批示：同意", message_id=sent)
    assert (await seen_back(scene))[MisreadKind.LABEL, "领导批示"].count == 1
