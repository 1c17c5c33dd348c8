"""Units that have agreed to share take each other's answers by the asker's own tap: of H0 and H1, about a number that
both requests name whole, and nothing besides the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from storage.tables.models import Answer, Offer
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, Scene
from workflow.kernel.policy import Sharing
from workflow.record.verifying import verify

OFFICER, COLLEAGUE, HANDLER, LIAISON, LIAISON_SZ, OFFICER_CZ = 11, 12, 21, 22, 31, 45
KNOWN = "陈望舒 320583199204080027"
AGREED = Sharing(units=frozenset({"KS", "CZ"}), types=frozenset({"household"}))


@played_once
async def answered(scene: Scene, *agreements: Sharing, handling: str | None = None, form: str = FORM) -> None:
    """Kunshan has answered Wuxi's request."""
    scene.policy = replace(scene.policy, sharing=agreements)
    await scene.says(OFFICER, form)
    await scene.says(LIAISON, "/answer WX26-0001 已核实，户籍在昆山花桥", chat=KS)
    async with scene.store.write() as session:
        await session.execute(update(Answer).values(handling=handling))


async def offers(scene: Scene) -> list[tuple[str, str]]:
    async with scene.store.read() as session:
        made = await session.scalars(select(Offer).where(Offer.side != "overlap").order_by(Offer.id))
        return [(o.side, o.state) for o in made]


async def test_the_asker_is_offered_it_and_one_tap_answers(scene: Scene) -> None:
    await answered(scene, AGREED)
    await scene.says(OFFICER_CZ, "/start", chat=OFFICER_CZ)
    heard = len(scene.said)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert await offers(scene) == [("got", "open")]
    card = scene.last("CZ26-0001", chat=CZ)
    assert "复用 昆山市公安局" in card.buttons
    await scene.presses(OFFICER_CZ, "复用", chat=CZ)
    request = await scene.request("CZ26-0001")
    assert request.state == "answered"
    await scene.says(OFFICER_CZ, "/show CZ26-0001", chat=OFFICER_CZ)
    assert "户籍在昆山花桥" in scene.heard(OFFICER_CZ, heard)
    for chat in (CZ, OFFICER_CZ):  # who asked it before is nobody else's business
        assert "WX26" not in scene.heard(chat, heard) and "无锡" not in scene.heard(chat, heard)
    async with scene.store.read() as session:
        copies = await session.scalars(select(Answer).where(Answer.reused_from_id.is_not(None)))
        assert [(a.request_id, a.handling) for a in copies] == [(request.id, "H1")]


async def test_both_records_say_so_and_the_giver_is_told(scene: Scene) -> None:
    await answered(scene, AGREED)
    await scene.says(OFFICER_CZ, FORM.replace("昆山", "苏州"), chat=CZ)
    await scene.presses(OFFICER_CZ, "复用", chat=CZ)
    assert "reuse" in await scene.actions(await scene.request("CZ26-0001"))
    assert "reused" in await scene.actions(await scene.request("WX26-0001"))
    scene.pass_time(minutes=11)
    await scene.deliver()
    assert "CZ26-0001" in scene.last("您单位的答复被复用", chat=KS).text


async def test_before_the_tap_the_answer_alone_is_read_and_the_look_is_recorded(scene: Scene) -> None:
    await answered(scene, AGREED, form=FORM.replace("事由：", "事由：阳山命案，"))
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    source, target = await scene.request("WX26-0001"), await scene.request("CZ26-0001")
    await scene.says(OFFICER_CZ, f"/start o_{target.id}_{source.id}_got", chat=OFFICER_CZ)
    told = scene.heard(OFFICER_CZ)
    assert "户籍在昆山花桥" in told
    assert "阳山" not in told and "无锡" not in told and "WX26" not in told
    assert "read" in await scene.actions(source)


@pytest.mark.parametrize(
    "why",
    [
        pytest.param((Sharing(units=frozenset({"KS", "SZ"})), None), id="others agreed"),
        pytest.param((replace(AGREED, types=frozenset({"vehicle"})), None), id="another type"),
        pytest.param((AGREED, "H2"), id="H2"),
    ],
)
async def test_otherwise_the_giver_decides(scene: Scene, why: tuple[Sharing, str | None]) -> None:
    agreement, handling = why
    await answered(scene, agreement, handling=handling)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert await offers(scene) == [("gave", "open")]
    assert "复用" not in "".join(scene.last("CZ26-0001", chat=CZ).buttons)
    await scene.says(OFFICER_CZ, "/reuse CZ26-0001 WX26-0001", chat=CZ)
    assert (await scene.request("CZ26-0001")).state == "open"


@pytest.mark.parametrize(
    "subject",
    ["陈望舒 32058319920408****", "陈望舒", "陈望舒 13800138000"],
    ids=["a mask", "a name", "a telephone"],
)
async def test_less_than_a_whole_number_is_for_the_giver_to_judge(scene: Scene, subject: str) -> None:
    form = FORM.replace(KNOWN, KNOWN + " 13800138000")
    await answered(scene, AGREED, form=form)
    before = scene.heard(CZ)
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, subject), chat=CZ)
    assert "got" not in {side for side, _ in await offers(scene)}
    assert "复用" not in scene.heard(CZ, len(before))
    await scene.says(OFFICER_CZ, "/reuse CZ26-0001 WX26-0001", chat=CZ)
    assert (await scene.request("CZ26-0001")).state in ("open", "draft")


async def test_an_answer_about_somebody_else_besides_is_for_the_giver(scene: Scene) -> None:
    await answered(scene, AGREED, form=FORM.replace(KNOWN, f"{KNOWN}\n对象：顾远山 11010519491231002X"))
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert "got" not in {side for side, _ in await offers(scene)}


async def test_h3_is_used_again_by_nobody(scene: Scene) -> None:
    await answered(scene, AGREED, handling="H3")
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.says(COLLEAGUE, FORM)  # a colleague of who got it
    assert await offers(scene) == []
    refused = scene.heard(KS)
    await scene.says(HANDLER, "/release CZ26-0001 WX26-0001", chat=KS)
    assert "H3" in scene.heard(KS).removeprefix(refused)
    assert (await scene.request("CZ26-0001")).state == "open"


async def test_an_agreement_that_ended_takes_the_offer_off_the_card(scene: Scene) -> None:
    await answered(scene, AGREED)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    button = scene.last("CZ26-0001", chat=CZ)
    scene.policy = replace(scene.policy, sharing=())
    await scene.presses(OFFICER_CZ, "复用", on=button, chat=CZ)
    assert (await scene.request("CZ26-0001")).state == "open"


async def test_what_was_taken_is_not_taken_on_by_a_third(scene: Scene) -> None:
    """Changzhou and Suzhou agree, and Changzhou and Kunshan; Kunshan's answer does not reach Suzhou by way of
    Changzhou."""
    await answered(scene, AGREED, Sharing(units=frozenset({"CZ", "SZ"})))
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.presses(OFFICER_CZ, "复用", chat=CZ)
    made = len(await offers(scene))
    await scene.says(LIAISON_SZ, FORM, chat=SZ)
    assert {side for side, _ in (await offers(scene))[made:]} <= {"gave"}


async def test_the_record_holds(scene: Scene) -> None:
    await answered(scene, AGREED)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.presses(OFFICER_CZ, "复用", chat=CZ)
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


@pytest.mark.parametrize("code", ["H2", "H3"])
async def test_what_was_answered_before_a_reopening_counts_with_its_own_code(scene: Scene, code: str) -> None:
    """All that stands goes along with an answer; so what may not be passed on keeps the rest with the giver."""
    await answered(scene, AGREED, handling=code)
    await scene.says(OFFICER, "/reopen WX26-0001 缺照片")
    await scene.says(LIAISON, "/answer WX26-0001 已查实：照片已附", chat=KS)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert "got" not in {side for side, _ in await offers(scene)}
    await scene.says(HANDLER, "/release CZ26-0001 WX26-0001", chat=KS)
    async with scene.store.read() as session:
        copies = await session.scalars(select(Answer).where(Answer.reused_from_id.is_not(None)))
        assert "H3" not in {a.handling for a in copies}


async def test_who_looked_at_it_by_agreement_is_not_told_to_who_asked_first(scene: Scene) -> None:
    await answered(scene, AGREED)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    source, target = await scene.request("WX26-0001"), await scene.request("CZ26-0001")
    await scene.says(OFFICER_CZ, f"/start o_{target.id}_{source.id}_got", chat=OFFICER_CZ)
    for who, words in ((OFFICER, "/show WX26-0001"), (13, "/audit WX26-0001")):
        heard = len(scene.said)
        await scene.says(who, words, chat=who)
        told = scene.heard(who, heard)
        assert "WX26-0001" in told and "常州" not in told and "方砚" not in told


async def test_whose_question_it_was_cannot_be_guessed_at(scene: Scene) -> None:
    """A number that is typed brings the same words, whether the answer on offer was given there or not."""
    await answered(scene, AGREED)
    await scene.says(COLLEAGUE, FORM.replace(KNOWN, "顾远山 11010519491231002X"))
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    for words in ("/show {}", "/reuse CZ26-0001 {}"):
        told = []
        for number in ("WX26-0001", "WX26-0002"):
            heard = len(scene.said)
            await scene.says(OFFICER_CZ, words.format(number), chat=OFFICER_CZ)
            told.append(scene.heard(OFFICER_CZ, heard).replace(number, "N"))
        assert told[0] == told[1], words
    assert (await scene.request("CZ26-0001")).state == "open"
