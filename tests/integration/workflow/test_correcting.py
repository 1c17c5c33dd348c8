"""An answer put right: by command, by button, by an edit; told to all who rely on it; both texts kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from storage.tables.models import Answer, Event, File, Source
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.purged import purge, unsealed
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.record.verifying import verify
from workflow.scheduled import retention, ticks

ASKER, COLLEAGUE, HANDLER, LIAISON, OTHER, OFFICER = 11, 12, 21, 22, 23, 24
WRONG, RIGHT = "已核实，户籍在周市镇", "已核实，户籍在花桥镇"


@played_once
async def answered(scene: Scene, text: str = WRONG, **fields: Any) -> int:
    """WX26-0001 answered by its handler; the message that did it."""
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    return await scene.says(HANDLER, f"/answer WX26-0001 {text}", chat=KS, **fields)


async def texts(scene: Scene, number: str = "WX26-0001") -> list[str]:
    """Every text that was ever given as the answer, in order."""
    request = await scene.request(number)
    async with scene.store.read() as session:
        found = await session.scalars(
            select(Answer).where(Answer.request_id == request.id).order_by(Answer.id)
        )
        return [scene.store.sealer.unseal("answers", answer.sealed)["text"] for answer in found]


async def edits(scene: Scene, message: int, text: str, **fields: Any) -> None:
    await scene.feed({
        "edited_message": scene.message(HANDLER, KS, text, message_id=message, edit_date=1, **fields)
    })  # fmt: skip


@pytest.mark.parametrize("way", ["command", "hashtag", "button", "edit"])
async def test_the_asker_is_told_and_both_texts_are_kept(scene: Scene, way: str) -> None:
    message = await answered(scene)
    before = len(scene.said)
    if way == "command":
        await scene.says(HANDLER, f"/correct WX26-0001 {RIGHT}", chat=KS)
    elif way == "hashtag":
        await scene.replies(HANDLER, scene.last("WX26-0001", "更正", chat=KS), f"#更正 {RIGHT}")
    elif way == "button":
        await scene.presses(HANDLER, "更正")
        prompt = scene.last("更正后的完整反馈", chat=KS)
        assert prompt.force_reply
        await scene.replies(HANDLER, prompt, RIGHT)
    else:
        await edits(scene, message, f"/answer WX26-0001 {RIGHT}")
    assert await texts(scene) == [WRONG, RIGHT]
    told = scene.last("WX26-0001", "已更正", "请以此为准", chat=WX)
    assert "林小满" in told.text
    assert "已于" in scene.last("WX26-0001", "→", "更正", chat=WX).text
    assert "已更正" in scene.heard(KS, before)
    whole = await scene.reads(ASKER, "WX26-0001")
    assert RIGHT in whole and "更正前" in whole and WRONG in whole
    assert "correct" in await scene.actions(await scene.request("WX26-0001"))
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_the_asker_reads_the_corrected_answer_in_private_at_once(scene: Scene) -> None:
    await scene.says(ASKER, "/start", chat=ASKER)
    await answered(scene)
    before = len(scene.said)
    await scene.says(HANDLER, f"/correct WX26-0001 {RIGHT}", chat=KS)
    await scene.deliver()
    assert RIGHT in scene.heard(ASKER, before)


async def test_an_edit_of_the_reply_that_answered_is_read_as_the_answer_was(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.presses(HANDLER, "反馈")
    reply = await scene.replies(HANDLER, scene.last("反馈", chat=KS), "查无：系统中没有")
    await edits(scene, reply, "查无：系统中没有该人")
    assert await texts(scene) == ["系统中没有", "系统中没有该人"]
    assert (await scene.request("WX26-0001")).outcome == "nothing"


@pytest.mark.parametrize("text", [f"/answer WX26-0001 {WRONG}", f"/answer WX26-0001  {WRONG} "])
async def test_an_edit_that_says_the_same_changes_nothing(scene: Scene, text: str) -> None:
    message = await answered(scene)
    before = len(scene.said)
    await edits(scene, message, text)
    assert await texts(scene) == [WRONG]
    assert len(scene.said) == before


async def test_what_telegram_reports_of_a_reaction_changes_nothing(scene: Scene) -> None:
    message = await answered(scene)
    await scene.says(HANDLER, f"/correct WX26-0001 {RIGHT}", chat=KS)
    before = len(scene.said)
    update = scene.message(HANDLER, KS, f"/answer WX26-0001 {WRONG}", message_id=message)
    await scene.feed({"edited_message": update})
    assert await texts(scene) == [WRONG, RIGHT]
    assert len(scene.said) == before


async def test_the_correction_can_itself_be_put_right_by_an_edit(scene: Scene) -> None:
    await answered(scene)
    message = await scene.says(HANDLER, "/correct WX26-0001 户籍在千灯镇", chat=KS)
    await edits(scene, message, f"/correct WX26-0001 {RIGHT}")
    assert await texts(scene) == [WRONG, "户籍在千灯镇", RIGHT]
    whole = await scene.reads(ASKER, "WX26-0001")
    assert whole.index(RIGHT) < whole.index(WRONG) < whole.index("户籍在千灯镇")


async def test_a_caption_is_edited_and_its_file_stays_the_one_it_is(scene: Scene) -> None:
    document = {"document": {"file_id": "D1", "file_unique_id": "d1", "file_name": "a.pdf"}}
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    card = scene.last("WX26-0001", "→", chat=KS)
    reply = await scene.replies(HANDLER, card, None, caption=f"#反馈 {WRONG}", **document)
    update = scene.message(
        HANDLER, KS, None, message_id=reply, caption=f"#反馈 {RIGHT}", edit_date=1, **document
    )
    await scene.feed({"edited_message": update})
    assert await texts(scene) == [WRONG, RIGHT]
    async with scene.store.read() as session:
        files = (await session.scalars(select(File))).all()
    assert [(file.answer_id, file.request_id) for file in files] == [(2, 1)]


@pytest.mark.parametrize(
    ("said", "text", "outcome"),
    [
        ("已查实", "已核实，户籍在花桥镇", "found"),
        ("已查实", "更正：查不到该人", None),
        ("查无", "更正：已核实，户籍在花桥镇", None),
        ("查无", "更正：系统内未发现", "nothing"),
        ("已查实", "查无：登记系统中没有", "nothing"),
        ("部分", "部分：只有户籍", "partly"),
    ],
)
async def test_the_outcome_holds_on_unless_a_no_has_become_of_a_yes(
    scene: Scene, said: str, text: str, outcome: str | None
) -> None:
    await answered(scene, "未见登记" if said == "查无" else WRONG)
    await scene.presses(HANDLER, said)
    await scene.says(HANDLER, f"/correct WX26-0001 {text}", chat=KS)
    assert (await scene.request("WX26-0001")).outcome == outcome
    assert ("现在的结果是哪一种" in scene.heard(KS)) == (outcome is None)
    if outcome is None:
        await scene.presses(HANDLER, "部分", on=scene.last("现在的结果是哪一种", chat=KS))
        assert (await scene.request("WX26-0001")).outcome == "partly"


async def test_a_closed_request_can_be_put_right_too(scene: Scene) -> None:
    await answered(scene)
    await scene.presses(HANDLER, "已查实")
    await scene.says(ASKER, "/close WX26-0001")
    await scene.presses(HANDLER, "更正")
    await scene.replies(HANDLER, scene.last("更正后的完整反馈", chat=KS), "查错了，查无此人")
    request = await scene.request("WX26-0001")
    assert (request.state, request.outcome) == ("closed", None)
    assert "请以此为准" in scene.last("WX26-0001", "已更正", chat=WX).text
    await scene.presses(HANDLER, "查无")
    assert (await scene.request("WX26-0001")).outcome == "nothing"


async def test_everybody_who_reused_it_is_told_and_has_the_right_one(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    await scene.says(COLLEAGUE, "/close WX26-0002")
    before = len(scene.said)
    await scene.says(HANDLER, "/correct WX26-0001 查无：登记系统中没有", chat=KS)
    told = scene.last("WX26-0002", "所复用的反馈", "请以此为准", chat=WX)
    assert "周知远" in told.text and "WX26-0001" in told.text
    assert "WX26-0002" in scene.heard(WX, before)
    assert await texts(scene, "WX26-0002") == [WRONG, "登记系统中没有"]
    second = await scene.request("WX26-0002")
    assert (second.state, second.outcome) == ("closed", "nothing")
    assert "correct" in await scene.actions(second)
    assert "登记系统中没有" in await scene.reads(COLLEAGUE, "WX26-0002")
    await scene.says(HANDLER, "/correct WX26-0001 查无：两个系统中都没有", chat=KS)
    assert (await texts(scene, "WX26-0002"))[-1] == "两个系统中都没有"
    await scene.says(13, FORM)
    await scene.says(13, "/reuse WX26-0003 WX26-0001")
    assert await texts(scene, "WX26-0003") == ["两个系统中都没有"], "only what stands is given"


async def test_who_has_it_from_elsewhere_puts_it_right_there(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(COLLEAGUE, "/reuse WX26-0002 WX26-0001")
    await scene.says(HANDLER, f"/correct WX26-0002 {RIGHT}", chat=KS)
    assert "原件" in scene.last("WX26-0002", "⚠️", chat=KS).text
    assert await texts(scene, "WX26-0002") == [WRONG]


@pytest.mark.parametrize("who", [ASKER, OTHER, OFFICER, 31, 1001])
async def test_nobody_else_may(scene: Scene, who: int) -> None:
    await answered(scene)
    await scene.says(who, f"/correct WX26-0001 {RIGHT}", chat=WX if who == ASKER else KS)
    assert await texts(scene) == [WRONG]
    assert "🚫" in scene.said[-1].text or "⚠️" in scene.said[-1].text


async def test_a_liaison_of_the_unit_may(scene: Scene) -> None:
    await answered(scene)
    await scene.says(LIAISON, f"/correct WX26-0001 {RIGHT}", chat=KS)
    assert await texts(scene) == [WRONG, RIGHT]
    async with scene.store.read() as session:
        givers = list(await session.scalars(select(Answer.person_id).order_by(Answer.id)))
    assert givers[0] != givers[1]


async def test_answering_again_says_how_it_is_put_right(scene: Scene) -> None:
    await answered(scene)
    await scene.says(HANDLER, f"/answer WX26-0001 {RIGHT}", chat=KS)
    assert "/correct WX26-0001" in scene.said[-1].text
    await scene.replies(HANDLER, scene.last("WX26-0001", "→", chat=KS), f"#反馈 {RIGHT}")
    assert "/correct WX26-0001" in scene.said[-1].text
    assert await texts(scene) == [WRONG]


@pytest.mark.parametrize("text", ["", WRONG])
async def test_a_correction_that_says_nothing_new_says_so(scene: Scene, text: str) -> None:
    await answered(scene)
    await scene.says(HANDLER, f"/correct WX26-0001 {text}", chat=KS)
    assert "⚠️" in scene.said[-1].text and "/correct WX26-0001" in scene.said[-1].text
    assert await texts(scene) == [WRONG]


async def test_nothing_answered_is_nothing_to_put_right(scene: Scene) -> None:
    await scene.says(ASKER, FORM)
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, f"/correct WX26-0001 {RIGHT}", chat=KS)
    assert "⚠️" in scene.said[-1].text
    assert (await scene.request("WX26-0001")).state == "accepted"


async def test_of_several_parts_the_one_that_was_edited_is_put_right(scene: Scene) -> None:
    first = await answered(scene, "部分反馈：身份属实")
    await scene.says(HANDLER, "/answer WX26-0001 查无：没有住址", chat=KS)
    await edits(scene, first, "/answer WX26-0001 部分反馈：身份有误")
    assert await texts(scene) == ["身份属实", "没有住址", "身份有误"]
    whole = await scene.reads(ASKER, "WX26-0001")
    assert whole.index("身份有误") < whole.index("没有住址"), "in the order in which they were given"
    assert (await scene.request("WX26-0001")).outcome == "nothing"


async def test_the_record_names_both(scene: Scene) -> None:
    await answered(scene)
    await scene.says(HANDLER, f"/correct WX26-0001 {RIGHT}", chat=KS)
    async with scene.store.read() as session:
        event = (await session.scalars(select(Event).where(Event.action == "correct"))).one()
    detail = scene.store.sealer.unseal("events", event.sealed)
    assert (detail["corrects"], detail["answer"]) == (1, 2)
    assert event.unit_id is not None


async def test_after_a_reopening_the_next_answer_is_a_new_one(scene: Scene) -> None:
    message = await answered(scene)
    await scene.says(ASKER, "/reopen WX26-0001 地址不符")
    await edits(scene, message, f"/answer WX26-0001 {RIGHT}")
    assert await texts(scene) == [WRONG]
    assert "⚠️" in scene.said[-1].text, "an edit that is not taken is not passed over in silence"


async def test_what_messages_became_is_forgotten_when_nobody_can_edit_them(scene: Scene) -> None:
    await answered(scene)
    async with scene.store.read() as session:
        assert (await session.scalars(select(Source))).all()
    scene.pass_time(days=4)
    await retention.run(scene.work())
    async with scene.store.read() as session:
        assert not (await session.scalars(select(Source))).all()


async def test_a_purge_takes_both_texts(scene: Scene) -> None:
    await answered(scene)
    await scene.says(HANDLER, f"/correct WX26-0001 {RIGHT}", chat=KS)
    await scene.says(ASKER, "/close WX26-0001")
    scene.pass_time(days=40)
    await ticks.housekeeping(scene.work())
    assert (await purge(scene)).counts.answers == 2
    left = "\n".join((await unsealed(scene)).values())
    assert "周市镇" not in left and "花桥镇" not in left
