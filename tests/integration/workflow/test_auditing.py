"""Who asked, found, read, released, exported: of one request, of one person, of one number. For those who look after
one of the units, or what lies above, and for admins; each look is recorded itself."""

from __future__ import annotations

import pytest

from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, Scene

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON = 11, 12, 13, 21, 22
LIAISON_SZ, CHANGZHOU, OFFICER_CZ, ADMIN = 31, 41, 45, 1001
VALUE = "320583199204080027"


@pytest.fixture
async def answered(scene: Scene) -> Scene:
    """Wuxi asks Kunshan, which answers; its asker reads it whole."""
    await after(scene, _answer_and_read)
    return scene


async def _answer_and_read(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已查实：户籍在昆山花桥", chat=KS)
    await scene.says(OFFICER, "/show WX26-0001", chat=OFFICER)


async def told(scene: Scene, who: int, words: str, *, chat: int | None = None) -> str:
    heard = len(scene.said)
    await scene.says(who, words, chat=chat or who)
    return scene.heard(chat or who, heard)


@pytest.mark.parametrize("who", [LIAISON, LIAISON_WX, LIAISON_SZ, ADMIN])
async def test_who_looks_after_it_sees_the_record_and_that_is_recorded(answered: Scene, who: int) -> None:
    record = await told(answered, who, "/audit WX26-0001")
    assert "WX26-0001" in record and "林小满" in record and "反馈" in record
    assert (await answered.actions(await answered.request("WX26-0001")))[-1] == "audited"


@pytest.mark.parametrize("who", [OFFICER, COLLEAGUE, HANDLER, OFFICER_CZ, CHANGZHOU])
async def test_others_see_nothing(answered: Scene, who: int) -> None:
    for words in ("/audit WX26-0001", f"/audit {VALUE}", "/audit @lin"):
        record = await told(answered, who, words)
        assert "林小满" not in record and "沈听澜" not in record, words
    assert "audited" not in await answered.actions(await answered.request("WX26-0001"))


async def test_a_number_shows_what_was_done_in_every_request_that_names_it(answered: Scene) -> None:
    await answered.says(COLLEAGUE, FORM)
    record = await told(answered, LIAISON, f"/audit {VALUE}")
    assert "WX26-0001" in record and "WX26-0002" in record
    for number in ("WX26-0001", "WX26-0002"):
        assert (await answered.actions(await answered.request(number)))[-1] == "audited"


async def test_of_a_number_only_what_ones_units_have_to_do_with(answered: Scene) -> None:
    await answered.says(OFFICER_CZ, FORM, chat=CZ)
    await answered.presses(HANDLER, "用此答复", chat=KS)
    record = await told(answered, CHANGZHOU, f"/audit {VALUE}")
    assert "CZ26-0001" in record
    assert "WX26" not in record and "无锡" not in record and "林小满" not in record
    record = await told(answered, LIAISON_WX, f"/audit {VALUE}")
    assert "CZ26" not in record and "常州" not in record
    both = await told(answered, ADMIN, f"/audit {VALUE}")
    assert "CZ26-0001" in both and "WX26-0001" in both


@pytest.mark.parametrize("words", [f"{VALUE} 陈望舒", "陈望舒 13800138000"])
async def test_what_is_no_number_is_refused_with_what_works(answered: Scene, words: str) -> None:
    assert "/audit KS26-0042" in await told(answered, LIAISON, f"/audit {words}")


@pytest.mark.parametrize("words", ["/audit WX26-0001", f"/audit {VALUE}", "/audit @anybody"])
async def test_in_a_group_nobody_reads_who_read_what(answered: Scene, words: str) -> None:
    record = await told(answered, LIAISON, words, chat=KS)
    assert "私聊" in record and "林小满" not in record


async def test_of_a_person_their_own_liaison_sees_what_they_did(answered: Scene) -> None:
    record = await told(answered, LIAISON_WX, "/audit @lin")
    assert "WX26-0001" in record and "林小满" in record
    for who in (LIAISON, CHANGZHOU, OFFICER):
        assert "WX26-0001" not in await told(answered, who, "/audit @lin")
    assert "WX26-0001" in await told(answered, ADMIN, "/audit @lin")
