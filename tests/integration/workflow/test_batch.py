"""One post asks several units: requests of their own, which the asking side sees together and no other unit does."""

from __future__ import annotations

from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene

OFFICER, COLLEAGUE, HANDLER, LIAISON, LIAISON_SZ, LIAISON_CZ = 11, 12, 21, 22, 31, 41
BOTH = FORM.replace("致：昆山", "致：昆山、常州")
FREE = "#协作 请昆山、常州查一下陈望舒的户籍，身份证320583199204080027，电信诈骗案嫌疑人核实，3天内"
FIRST, SECOND = "WX26-0001", "WX26-0002"


async def test_the_asking_side_sees_them_together(scene: Scene) -> None:
    await scene.says(OFFICER, BOTH)
    assert "同批：/r_WX26_0002" in scene.last(FIRST, "同批", chat=WX).text
    assert "同批：/r_WX26_0001" in scene.last(SECOND, "同批", chat=WX).text
    assert "同批：/r_WX26_0002" in await scene.reads(OFFICER, FIRST)
    assert "同批：/r_WX26_0002" in await scene.reads(13, FIRST), "its liaison"


async def test_a_single_addressee_has_no_such_line(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    assert "同批" not in scene.heard(WX) + await scene.reads(OFFICER, FIRST)


async def test_no_asked_unit_learns_who_else_was_asked(scene: Scene) -> None:
    await scene.says(OFFICER, BOTH)
    for who, number, other in ((LIAISON, FIRST, "常州"), (LIAISON_CZ, SECOND, "昆山")):
        shown = await scene.reads(who, number)
        assert "陈望舒" in shown and "电信诈骗案" in shown
        assert "同批" not in shown and other not in shown, shown
    for chat, other in ((KS, "常州"), (CZ, "昆山")):
        assert "同批" not in scene.heard(chat) and other not in scene.heard(chat)
    assert "致：昆山、常州" in await scene.reads(OFFICER, FIRST), "what they wrote themselves"


async def test_not_by_sentences_either(scene: Scene) -> None:
    await scene.says(OFFICER, FREE)
    assert len(await scene.all_requests()) == 2
    shown = await scene.reads(LIAISON, FIRST)
    assert "陈望舒" in shown and "常州" not in shown


async def test_nor_does_a_unit_that_has_a_part(scene: Scene) -> None:
    await scene.says(OFFICER, BOTH)
    await scene.says(LIAISON, f"/split {FIRST} 苏州", chat=KS)
    shown = await scene.reads(LIAISON_SZ, f"{FIRST}-1")
    assert "陈望舒" in shown and "常州" not in shown
    assert "同批" not in scene.heard(SZ) and "同批" not in shown


async def test_a_group_that_an_asked_unit_reads_too_is_not_told(scene: Scene) -> None:
    await scene.says(1001, "/bind CZ", chat=WX)
    before = len(scene.said)
    await scene.says(OFFICER, BOTH)
    assert len(await scene.all_requests()) == 2
    assert "同批" not in scene.heard(WX, before)
