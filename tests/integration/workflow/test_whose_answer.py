"""An answer belongs to the unit that gave it and was given to the unit that asked: nobody else learns even
that there is one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from storage.tables.models import Answer, Request
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Said, Scene

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, CHANGZHOU, OFFICER_CZ = 11, 12, 13, 21, 22, 41, 45
KNOWN, UNKNOWN = "陈望舒 320583199204080027", "顾远山 11010519491231002X"
WHOLE = f"{KNOWN} 13812345678"
#: What somebody may know of a person, and the same of a person who is not on file.
KNOWLEDGE = {
    "a whole number": (KNOWN, UNKNOWN),
    "a number alone": ("320583199204080027", "11010519491231002X"),
    "a masked number": ("陈望舒 320583********0027", "顾远山 110105********002X"),
    "a name": ("陈望舒", "顾远山"),
    "a telephone beside a name": ("陈望舒 13812345678", "顾远山 13900001111"),
    "a telephone": ("13812345678", "13900001111"),
}


@played_once
async def answered(scene: Scene, text: str = "已核实，户籍在昆山花桥", subject: str = WHOLE) -> None:
    """WX26-0001, asked of Kunshan and answered."""
    await scene.says(OFFICER, FORM.replace(KNOWN, subject))
    await scene.says(LIAISON, f"/answer WX26-0001 {text}", chat=KS)


def seen(said: list[Said], chat: int) -> list[tuple[object, ...]]:
    """What a chat was sent, without the numbers and the subject by which two posts differ anyway."""
    return [
        (
            s.kind,
            re.sub(r"👤.*|📱.*|[A-Z]{2}26[-_]\d{4}", "…", s.text),
            [re.sub(r"\d+", "…", f"{label} {data}") for label, data in s.buttons.items()],
            s.reply_to is None,
            s.files,
        )
        for s in said
        if s.chat == chat
    ]


@pytest.mark.parametrize("asked", ["昆山", "苏州"])
@pytest.mark.parametrize("knowledge", sorted(KNOWLEDGE))
async def test_an_outsider_hears_the_same_whether_there_is_something_on_file_or_not(
    scene: Scene, knowledge: str, asked: str
) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM.replace(KNOWN, WHOLE))  # and one that is open still
    for chat in (CZ, OFFICER_CZ):
        heard = []
        for subject in KNOWLEDGE[knowledge]:
            before = len(scene.said)
            post = FORM.replace(KNOWN, subject).replace("昆山", asked)
            await scene.says(OFFICER_CZ, post, chat=chat)
            heard.append(seen(scene.said[before:], chat))
        assert heard[0]
        assert heard[0] == heard[1]


async def test_an_outsider_who_names_the_request_is_refused_as_if_there_were_none(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    before = await dump(scene.store)
    words = []
    for source in ("WX26-0001", "WX26-0099", "KS26-0001", "legacy-1"):
        await scene.says(OFFICER_CZ, f"/reuse CZ26-0001 {source}", chat=CZ)
        words.append(scene.said[-1].text.replace(source, "N"))
    assert len(set(words)) == 1
    request = await scene.request("CZ26-0001")
    for action in ("reuse", "not_same"):
        toasts = {await scene.forges(OFFICER_CZ, f"1:{action}:{request.id}:{n}", chat=CZ) for n in (1, 88)}
        assert len(toasts) == 1
    assert not changed(before, await dump(scene.store))


async def test_an_answer_that_has_gone_stale_or_was_deleted_is_refused_to_an_outsider_in_the_same_words(
    scene: Scene,
) -> None:
    await answered(scene)
    scene.pass_time(days=200)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.says(OFFICER_CZ, "/reuse CZ27-0001 WX26-0001", chat=CZ)
    assert "有效期" not in scene.said[-1].text
    async with scene.store.write() as session:
        await session.execute(update(Request).where(Request.id == 1).values(purged_at=scene.now))
    await scene.says(OFFICER_CZ, "/reuse CZ27-0001 WX26-0001", chat=CZ)
    assert "删除" not in scene.said[-1].text


async def test_an_imported_answer_of_units_that_the_desk_does_not_know_is_nobodys(scene: Scene) -> None:
    await answered(scene)
    async with scene.store.write() as session:
        nobody = {"from_unit_id": None, "to_unit_id": None}
        await session.execute(update(Request).values(number=None, external_id="legacy-1", **nobody))
        await session.execute(update(Answer).values(unit_id=None))
    heard = len(scene.said)
    await scene.says(COLLEAGUE, FORM)
    assert "legacy-1" not in scene.heard(WX, heard)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 legacy-1")
    assert (await scene.request("WX26-0002")).state == "open"


async def test_the_unit_that_is_asked_now_does_not_read_another_units_answer(scene: Scene) -> None:
    photo = {"photo": [{"file_id": "P1", "file_unique_id": "u", "width": 1, "height": 1}]}
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, None, chat=KS, caption="/answer WX26-0001 已核实，户籍在昆山花桥", **photo)
    await scene.says(COLLEAGUE, FORM.replace("昆山", "常州"))
    await scene.says(CHANGZHOU, "/start", chat=CHANGZHOU)
    await scene.says(CHANGZHOU, "/accept WX26-0002", chat=CZ)
    heard = len(scene.said)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    assert (await scene.request("WX26-0002")).state == "answered"
    await scene.says(CHANGZHOU, "/show WX26-0002", chat=CHANGZHOU)
    another = {"photo": [{"file_id": "P2", "file_unique_id": "v", "width": 1, "height": 1}]}
    await scene.replies(COLLEAGUE, scene.last("WX26-0002", chat=WX), None, **another)
    for chat in (CZ, CHANGZHOU):
        told = scene.heard(chat, heard)
        assert "WX26-0002" in told
        for secret in ("花桥", "昆山", "WX26-0001", "已查实"):
            assert secret not in told
    assert "WX26-0001" in scene.heard(WX, heard)
    files = [f for s in scene.said[heard:] if s.chat in (CZ, CHANGZHOU) for f in s.files]
    assert files == ["P2"]


async def test_what_is_shown_of_a_reused_answer_is_masked_by_the_subjects_of_both(scene: Scene) -> None:
    scene.show_answers()
    name = "文明"  # a word that stays where it is no name that is known
    await answered(scene, f"{name}，户籍在昆山花桥", WHOLE.replace("陈望舒", name))
    await scene.says(COLLEAGUE, FORM.replace(KNOWN, "320583199204080027"))
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert "♻️ 复用 WX26-0001" in scene.last("WX26-0002", "昆山花桥", chat=WX).text
    for chat in (WX, KS):
        assert name not in scene.heard(chat)


async def test_what_is_only_possible_answers_nothing(scene: Scene) -> None:
    await answered(scene)
    for post in (FORM.replace("户籍证明", "违法犯罪记录"), FORM.replace(KNOWN, "陈望舒")):
        await scene.says(COLLEAGUE, post)
        number = (await scene.all_requests())[-1].number
        request = await scene.request(number or "")
        await scene.says(COLLEAGUE, f"/reuse {number} WX26-0001")
        assert "⚠️" in scene.said[-1].text
        await scene.forges(COLLEAGUE, f"1:reuse:{request.id}:1", chat=WX)
        assert (await scene.request(number or "")).state == "open"


async def test_two_units_that_ask_about_the_same_are_told_by_their_liaisons_in_private(scene: Scene) -> None:
    for liaison in (LIAISON_WX, CHANGZHOU):
        await scene.says(liaison, "/start", chat=liaison)
    await scene.says(OFFICER, FORM)
    heard = len(scene.said)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert "无锡市公安局" in scene.last("同一对象", chat=CHANGZHOU).text
    assert "常州市公安局" in scene.last("同一对象", chat=LIAISON_WX).text
    told = [s for s in scene.said[heard:] if "同一对象" in s.text]
    assert {s.chat for s in told} == {CHANGZHOU, LIAISON_WX}
    assert not [s for s in told if "320583" in s.text or "陈" in s.text]
