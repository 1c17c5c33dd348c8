"""Reuse: what is offered, what may be taken, and how long an answer stays an answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from storage.tables.models import Answer, MatchLabel, MatchRecord, Request
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.kernel.body import Body, comparable
from workflow.reuse import reuse

OFFICER, COLLEAGUE, HANDLER, LIAISON, CHANGZHOU = 11, 12, 21, 22, 41
OTHER_SUBJECT = FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X")


@played_once
async def answered(scene: Scene, text: str = "已核实，户籍在昆山花桥") -> None:
    """WX26-0001, answered."""
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer WX26-0001 {text}", chat=KS)


async def fresh_until(scene: Scene, number: str) -> list[object]:
    request = await scene.request(number)
    async with scene.store.read() as session:
        query = select(Answer.fresh_until).where(Answer.request_id == request.id).order_by(Answer.id)
        return list((await session.scalars(query)).all())


async def test_a_chain_of_reuse_does_not_make_an_answer_younger(scene: Scene) -> None:
    await answered(scene)
    scene.pass_time(days=100)
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    scene.pass_time(days=50)
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, "/reuse WX27-0002 WX27-0001")
    assert (await scene.request("WX27-0002")).state == "answered"
    original = await fresh_until(scene, "WX26-0001")
    assert await fresh_until(scene, "WX27-0001") == await fresh_until(scene, "WX27-0002") == original
    scene.pass_time(days=40)  # 190 days after the answer, 90 after its first reuse
    await scene.says(COLLEAGUE, FORM)
    for source in ("WX26-0001", "WX27-0001", "WX27-0002"):
        await scene.says(COLLEAGUE, f"/reuse WX27-0003 {source}")
        assert "有效期" in scene.said[-1].text
    assert (await scene.request("WX27-0003")).state == "open"


async def test_an_offer_that_was_taken_has_no_buttons_any_more(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    offer = scene.last("复用 WX26-0001", chat=WX)
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    edits = [said for said in scene.said if said.message_id == offer.message_id and said.kind == "edit"]
    assert edits and not [b for b in edits[-1].buttons if b.startswith(("复用", "先看", "不是"))]


async def test_a_stale_answer_is_shown_without_a_button_to_reuse_it(scene: Scene) -> None:
    await answered(scene)
    scene.pass_time(days=181)
    heard = len(scene.said)
    await scene.says(COLLEAGUE, FORM)
    offers = [s for s in scene.said[heard:] if "WX26-0001" in s.text and s.chat == WX]
    assert not any(label.startswith("复用") for s in offers for label in s.buttons)


async def test_a_reused_answer_comes_whole_with_its_parts_and_files(scene: Scene) -> None:
    photo = {"photo": [{"file_id": "P1", "file_unique_id": "u", "width": 1, "height": 1}]}
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 部分反馈：户籍在花桥", chat=KS)
    await scene.says(LIAISON, None, chat=KS, caption="/answer WX26-0001 现住址在陆家", **photo)
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用", chat=WX)
    await scene.says(COLLEAGUE, "/show WX26-0002", chat=COLLEAGUE)
    full = scene.heard(COLLEAGUE)
    assert "花桥" in full
    assert "陆家" in full
    assert "P1" in [f for s in scene.said if s.chat == COLLEAGUE for f in s.files]


async def test_only_a_matching_answer_is_taken_and_the_refusal_tells_nothing_of_another(scene: Scene) -> None:
    await answered(scene)
    await scene.says(CHANGZHOU, OTHER_SUBJECT, chat=CZ)
    before = await dump(scene.store)
    answers = []
    for source in ("WX26-0001", "WX26-0099", "KS26-0001"):
        await scene.says(CHANGZHOU, f"/reuse CZ26-0001 {source}", chat=CZ)
        answers.append(scene.said[-1].text.replace(source, "N"))
    assert len(set(answers)) == 1
    assert not changed(before, await dump(scene.store))
    assert await scene.forges(CHANGZHOU, "1:reuse:2:1", chat=CZ) == await scene.forges(
        CHANGZHOU, "1:reuse:2:88", chat=CZ
    )


async def test_what_was_reopened_declined_or_cancelled_has_no_answer_to_give(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER, "/reopen WX26-0001 地址不符")
    heard = len(scene.said)
    await scene.says(COLLEAGUE, FORM)
    assert not [s for s in scene.said[heard:] if any(b.startswith("复用") for b in s.buttons)]
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    assert (await scene.request("WX26-0002")).state == "open"
    await scene.says(LIAISON, "/decline WX26-0001 无法核实", chat=KS)
    await scene.says(COLLEAGUE, "/cancel WX26-0002")
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(MatchRecord)) == 0
    heard = len(scene.said)
    await scene.says(OFFICER, FORM)
    assert "也在查" not in scene.heard(WX, heard)


async def test_an_answer_after_a_reopening_can_be_reused_again(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER, "/reopen WX26-0001 地址不符")
    await scene.says(LIAISON, "/answer WX26-0001 已更正，在陆家", chat=KS)
    await scene.says(COLLEAGUE, FORM)
    await scene.presses(COLLEAGUE, "复用", chat=WX)
    assert "陆家" in await scene.reads(COLLEAGUE, "WX26-0002")
    assert (await scene.request("WX26-0002")).state == "answered"


async def test_what_has_changed_by_an_edit_is_compared_as_it_is_now(scene: Scene) -> None:
    await answered(scene)
    post = await scene.says(COLLEAGUE, OTHER_SUBJECT)
    heard = len(scene.said)
    await scene.edits(COLLEAGUE, post, FORM)
    assert any(b.startswith("复用") for s in scene.said[heard:] for b in s.buttons)


async def test_an_offer_that_no_longer_holds_is_not_taken(scene: Scene) -> None:
    await answered(scene)
    post = await scene.says(COLLEAGUE, FORM)
    offer = scene.last("复用", chat=WX)
    await scene.edits(COLLEAGUE, post, OTHER_SUBJECT)
    assert "⚠️" in await scene.presses(COLLEAGUE, "复用", on=offer)
    assert (await scene.request("WX26-0002")).state == "open"


async def test_an_answer_is_offered_to_those_of_the_unit_who_already_wait_for_it(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(CHANGZHOU, FORM, chat=CZ)
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert any(b.startswith("复用 WX26-0001") for s in scene.said[heard:] if s.chat == WX for b in s.buttons)
    assert not [s for s in scene.said[heard:] if s.chat == CZ]
    await scene.presses(COLLEAGUE, "复用", chat=WX)
    assert (await scene.request("WX26-0002")).state == "answered"


async def test_an_arriving_answer_is_not_offered_past_a_rival_on_file(scene: Scene) -> None:
    subject = "陈望舒 320583199204080027"
    await scene.says(COLLEAGUE, FORM.replace(subject, "陈望舒 11010519491231002X"))
    await scene.says(CHANGZHOU, FORM.replace(subject, "陈望舒 13812345678"), chat=CZ)
    await scene.says(OFFICER, FORM.replace(subject, f"{subject} 13812345678"))
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0002 已核实", chat=KS)
    assert not any(b.startswith("复用") for s in scene.said[heard:] if s.chat == CZ for b in s.buttons)


async def test_not_the_same_is_kept_as_a_label_once(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    for _ in range(2):
        await scene.presses(COLLEAGUE, "不是同一件", chat=WX)
    async with scene.store.read() as session:
        labels = (await session.scalars(select(MatchLabel))).all()
    assert [label.same for label in labels] == [False]


async def test_an_imported_answer_is_reused_by_the_ledgers_id(scene: Scene) -> None:
    await answered(scene)
    async with scene.store.write() as session:
        await session.execute(update(Request).values(number=None, external_id="legacy-000123"))
        await session.execute(update(Answer).values(fresh_until=None))
    await scene.says(COLLEAGUE, FORM)
    assert "legacy-000123" in scene.last("复用", chat=WX).text
    await scene.says(COLLEAGUE, "/reuse WX26-0002 legacy-000123")
    assert (await scene.request("WX26-0002")).state == "answered"


async def test_posts_and_ledger_rows_are_compared_alike(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n案件：a3205834500002026010001")
    row = {
        "id": "1",
        "type": "户籍证明",
        "subjects": [{"kind": "person", "name": "陈望舒", "ids": {"cn_id": "320583199204080027"}}],
        "case": "A3205834500002026010001",
        "reason": "电信诈骗案嫌疑人户籍核实",
        "asked_at": "2026-03-01T09:00:00+08:00",
    }
    request = await scene.request("WX26-0001")
    async with scene.work().read() as tx:
        ours = comparable(request, Body.of(request, tx.sealer))
        theirs = tx.engine.record_from_row(row)
        hashed = reuse.key_hash(tx)
        assert set(tx.engine.keys(ours, hashed)) == set(tx.engine.keys(theirs, hashed))
    assert (ours.case, ours.reason, ours.subjects[0].sound) == (
        theirs.case,
        theirs.reason,
        theirs.subjects[0].sound,
    )


async def test_an_answer_is_not_offered_to_the_request_that_it_answers(scene: Scene) -> None:
    await answered(scene)
    request = await scene.request("WX26-0001")
    assert "offer" not in await scene.actions(request)
    assert await scene.forges(OFFICER, "1:reuse:1:1", chat=WX)
    assert request.answered_at == (await scene.request("WX26-0001")).answered_at
    assert (await fresh_until(scene, "WX26-0001")) == [scene.now + timedelta(days=180)]
