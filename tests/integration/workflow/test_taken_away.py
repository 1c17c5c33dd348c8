"""Ledgers that were taken away, in what ``/audit`` tells of a request: those it stood in, by whom it was taken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.workflow.scene import FORM, KS, Scene
from workflow.ledger import giving

OFFICER, LIAISON_WX, LIAISON, CHANGZHOU, ADMIN = 11, 13, 22, 41, 1001
NUMBER, NAME, TAKEN = "WX26-0001", "陈望舒", "导出台账"


@pytest.fixture
async def desk(scene: Scene) -> Scene:
    """Wuxi asks Kunshan; its liaison and that of Changzhou have a private chat open."""
    for who in (LIAISON, CHANGZHOU):
        await scene.says(who, "/start", chat=who)
    await scene.says(OFFICER, FORM)
    return scene


async def take(scene: Scene, who: int, code: str = "") -> None:
    scene.pass_time(minutes=1)
    await scene.says(who, f"/export {code}".strip(), chat=who)


async def taken(scene: Scene, words: str = f"/audit {NUMBER}", *, who: int = LIAISON_WX) -> list[str]:
    """Who took it away, as it is told."""
    heard = len(scene.said)
    await scene.says(who, words, chat=who)
    lines = scene.heard(who, heard).splitlines()
    return [line.rpartition(" · ")[2] for line in lines if TAKEN in line]


@pytest.mark.parametrize("words", [f"/audit {NUMBER}", f"/audit {NAME}"])
async def test_of_what_was_passed_on_who_had_it_when_the_ledger_was_taken(desk: Scene, words: str) -> None:
    await take(desk, LIAISON)
    await take(desk, CHANGZHOU)  # it is not theirs yet
    await desk.says(LIAISON, f"/transfer {NUMBER} 常州", chat=KS)
    assert await taken(desk, words) == ["昆山市公安局 沈听澜"]
    await take(desk, LIAISON)  # it is theirs no more
    await take(desk, CHANGZHOU)
    told = await taken(desk, words)
    assert sorted(told) == ["常州市公安局 秦砚秋", "昆山市公安局 沈听澜"]


async def test_who_belongs_to_several_units_took_it_for_the_one_whose_it_is(desk: Scene) -> None:
    await desk.says(ADMIN, "/role @qin liaison KS", chat=ADMIN)
    for code in ("KS", "CZ"):
        await take(desk, CHANGZHOU, code)
    assert await taken(desk) == ["昆山市公安局 秦砚秋"]
    theirs = await taken(desk, "/audit @qin", who=LIAISON)
    assert theirs == ["昆山市公安局 秦砚秋"], "what they took of another unit is not for this one"


async def test_the_whole_desk_taken_on_the_server_holds_it_too(desk: Scene) -> None:
    asked_at = desk.now
    for since, until in ((None, None), (asked_at + timedelta(hours=1), None), (None, asked_at)):
        desk.pass_time(minutes=1)
        await giving.note_export(desk.work(), since=since, until=until)
    assert len(await taken(desk)) == 1, "of the others it was left out"
    assert len(await taken(desk, f"/audit {NAME}")) == 1
