"""Two units ask about the same subject: their liaisons are told in private whom to call, once, and not without
end. Of a confidential request nobody hears but its own supervisors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from storage.tables.models import Event, Offer
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, SUPERVISOR, CHANGZHOU, OFFICER_CZ = (
    11,
    12,
    13,
    21,
    22,
    25,
    41,
    45,
)
KNOWN, UNKNOWN = "陈望舒 320583199204080027", "顾远山 11010519491231002X"
GROUPS = (WX, KS, SZ, CZ)


@pytest.fixture
async def open_chats(scene: Scene) -> Scene:
    """Everybody has opened a private chat."""
    await after(scene, _open_a_chat_each)
    return scene


async def _open_a_chat_each(scene: Scene) -> None:
    for who in (OFFICER, LIAISON_WX, LIAISON, HANDLER, SUPERVISOR, CHANGZHOU, OFFICER_CZ):
        await scene.says(who, "/start", chat=who)


def told(scene: Scene, since: int = 0) -> dict[int, int]:
    """How many messages about the same subject of another unit each chat got."""
    found: dict[int, int] = {}
    for said in scene.said[since:]:
        if "同一对象" in said.text and "公安局也" in said.text:
            found[said.chat] = found.get(said.chat, 0) + 1
    return found


async def test_the_two_liaisons_are_told_in_private_whom_to_call_and_nobody_else(open_chats: Scene) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM + "\n联系人：林小满 0510-12345678")
    heard = len(scene.said)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert told(scene, heard) == {LIAISON_WX: 1, CHANGZHOU: 1}
    to_cz = scene.last("无锡市公安局", chat=CHANGZHOU).text
    assert "白露" in to_cz and "0510-12345678" in to_cz and "CZ26-0001" in to_cz
    assert "WX26" not in to_cz and "陈" not in to_cz and "3205" not in to_cz
    to_wx = scene.last("常州市公安局", chat=LIAISON_WX).text
    assert "秦砚秋" in to_wx and "WX26-0001" in to_wx and "CZ26" not in to_wx


async def test_it_stands_in_both_records_with_who_was_told_and_in_neither_full_text(
    open_chats: Scene,
) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    async with scene.work().read() as tx:
        events = (await tx.session.scalars(select(Event).where(Event.action == "pointed_out"))).all()
        details = [tx.sealer.unseal("events", e.sealed) for e in events]
    assert {e.chain for e in events} == {1, 2}
    assert all(len(d["told"]) == 1 for d in details)
    for who, number in ((OFFICER, "WX26-0001"), (OFFICER_CZ, "CZ26-0001")):
        heard = len(scene.said)
        await scene.says(who, f"/show {number}", chat=who)
        assert "同一对象" not in scene.heard(who, heard)


async def test_two_units_are_told_once_however_many_posts_follow(open_chats: Scene) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    for _ in range(3):
        await scene.says(OFFICER_CZ, FORM, chat=CZ)
        await scene.says(OFFICER, FORM)
    assert told(scene, heard) == {LIAISON_WX: 1, CHANGZHOU: 1}


async def test_an_edit_does_not_tell_them_again(open_chats: Scene) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM)
    post = await scene.says(OFFICER_CZ, FORM, chat=CZ)
    heard = len(scene.said)
    await scene.edits(OFFICER_CZ, post, FORM + "\n案件：A3205834500002026010001", chat=CZ)
    assert told(scene, heard) == {}


@pytest.mark.parametrize("subject", ["陈望舒", "陈望舒 320583********0027", "陈望舒 13812345678", UNKNOWN])
async def test_a_mask_or_a_name_tells_nobody(open_chats: Scene, subject: str) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM.replace(KNOWN, f"{KNOWN} 13812345678"))
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, subject), chat=CZ)
    assert told(scene) == {}


async def test_one_person_causes_so_many_notices_a_day(open_chats: Scene) -> None:
    scene = open_chats
    scene.policy = replace(scene.policy, offers_per_day=2)
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, FORM.replace(KNOWN, UNKNOWN))
    heard = len(scene.said)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)  # a notice for each of the two
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, UNKNOWN), chat=CZ)
    assert told(scene, heard) == {LIAISON_WX: 1, CHANGZHOU: 1}
    async with scene.store.read() as session:
        assert [o.side for o in await session.scalars(select(Offer))] == ["overlap", "overlap"]


async def test_a_liaison_who_has_opened_no_chat_is_told_nothing_and_no_group_is_told_instead(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert told(scene) == {}


async def test_within_a_unit_the_asker_is_told_as_before(open_chats: Scene) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM)
    await scene.says(COLLEAGUE, FORM)
    assert "本单位的 /r_WX26_0001 也在查同一对象" in scene.heard(WX)


# --- confidential


@pytest.mark.parametrize("line", ["保密", "密级：秘密", "保密：是"])
async def test_of_a_confidential_request_only_its_own_supervisors_hear(open_chats: Scene, line: str) -> None:
    scene = open_chats
    await scene.says(OFFICER, f"{FORM}\n{line}")
    assert "🔐 保密" in scene.last("WX26-0001", chat=WX).text
    heard = len(scene.said)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert set(told(scene, heard)) == {SUPERVISOR}  # of Kunshan, which is asked
    assert "常州市公安局" in scene.last("WX26-0001", "保密", chat=SUPERVISOR).text
    await scene.says(COLLEAGUE, FORM)
    for chat in (*GROUPS, OFFICER, LIAISON_WX, LIAISON, CHANGZHOU, OFFICER_CZ):
        assert "同一对象" not in scene.heard(chat, heard)


async def test_a_confidential_answer_is_offered_to_nobody_and_may_be_given_by_nobody(
    open_chats: Scene,
) -> None:
    scene = open_chats
    await scene.says(OFFICER, f"{FORM}\n保密")
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    heard = len(scene.said)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    for chat in GROUPS:
        assert "曾答复" not in scene.heard(chat, heard) and "可能已有答复" not in scene.heard(chat, heard)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    await scene.says(LIAISON, "/release CZ26-0001 WX26-0001", chat=KS)
    assert (await scene.request("WX26-0002")).state == (await scene.request("CZ26-0001")).state == "open"


async def test_an_asker_who_marks_it_is_offered_nothing_either_and_whoever_takes_the_mark_off_is(
    open_chats: Scene,
) -> None:
    scene = open_chats
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    post = await scene.says(COLLEAGUE, FORM)
    assert "可能已有答复" in scene.last("WX26-0002", chat=WX).text
    await scene.edits(COLLEAGUE, post, f"{FORM}\n保密")
    assert "可能已有答复" not in scene.last("WX26-0002", chat=WX).text
    assert (await scene.request("WX26-0002")).confidential
    await scene.edits(COLLEAGUE, post, f"{FORM}\n备注：不再保密")
    assert "可能已有答复" in scene.last("WX26-0002", chat=WX).text
