"""What is supplied after 退回 becomes part of the request: read, checked, shown, matched, kept."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables.models import Event, Request
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.body import Body

ASKER, COLLEAGUE, HANDLER, LIAISON = 11, 12, 21, 22
NAMED = FORM.replace("陈望舒 320583199204080027", "陈望舒")


@played_once
async def returned(scene: Scene, text: str = NAMED) -> None:
    await scene.says(ASKER, text)
    await scene.says(HANDLER, "/return WX26-0001 请补充", chat=KS)


async def supplies(scene: Scene, text: str) -> Request:
    await scene.replies(ASKER, scene.last("WX26-0001", "需要补充", chat=WX), text)
    return await scene.request("WX26-0001")


def body_of(scene: Scene, request: Request) -> Body:
    return Body.of(request, scene.store.sealer)


async def test_labelled_fields_change_the_request(scene: Scene) -> None:
    await returned(scene)
    request = await supplies(scene, "对象：陈望舒 320583199204080027\n期间：2026-02-01至2026-02-28")
    assert request.state == "open"
    body = body_of(scene, request)
    assert [i.value for i in body.subjects[0].ids] == ["320583199204080027"]
    assert body.period is not None
    assert "320583********0027" in scene.last("WX26-0001", "→", chat=KS).text


async def test_a_number_by_itself_is_the_one_that_was_asked_for(scene: Scene) -> None:
    await returned(scene)
    body = body_of(scene, await supplies(scene, "身份证号是320583199204080027"))
    assert len(body.subjects) == 1
    assert (body.subjects[0].name, body.subjects[0].ids[0].value) == ("陈望舒", "320583199204080027")


async def test_plain_words_are_added_to_the_note(scene: Scene) -> None:
    await returned(scene, NAMED + "\n备注：先电话联系")
    body = body_of(scene, await supplies(scene, "出生日期大约在 1992 年，住花桥"))
    assert body.said("note") == "先电话联系\n出生日期大约在 1992 年，住花桥"
    assert body.said("reason") == "电信诈骗案嫌疑人户籍核实" and body.subjects[0].name == "陈望舒"
    assert "住花桥" in scene.last("WX26-0001", "→", chat=KS).text


async def test_what_is_wrong_with_it_is_said_and_the_question_stays_open(scene: Scene) -> None:
    await returned(scene)
    request = await supplies(scene, "时限：随便什么时候")
    assert request.state == "returned"
    asked = scene.said[-1]
    assert "⚠️" in asked.text and asked.force_reply
    await scene.replies(ASKER, asked, "对象：陈望舒 320583199204080027")
    assert (await scene.request("WX26-0001")).state == "open"


async def test_it_is_matched_again(scene: Scene) -> None:
    await scene.says(COLLEAGUE, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await scene.says(ASKER, NAMED.replace("陈望舒", "江晚舟"))
    await scene.says(HANDLER, "/return WX26-0002 请补充姓名和号码", chat=KS)
    before = len(scene.said)
    await scene.replies(
        ASKER, scene.last("WX26-0002", "需要补充", chat=WX), "对象：陈望舒 320583199204080027"
    )
    heard = "".join(f"{s.text}{list(s.buttons)}" for s in scene.said[before:] if s.chat == WX)
    assert "WX26-0001" in heard


async def test_the_record_says_what_it_was_before_and_the_clock_runs_again(scene: Scene) -> None:
    await returned(scene)
    scene.pass_time(hours=5)
    due = (await scene.request("WX26-0001")).due_at
    request = await supplies(scene, "住花桥")
    assert request.due_at is not None and due is not None and request.due_at > due
    assert await scene.reminders(request)
    async with scene.store.read() as session:
        event = (await session.scalars(select(Event).where(Event.action == "complete"))).one()
    detail = scene.store.sealer.unseal("events", event.sealed)
    assert detail["fields"] == ["note"] and "陈望舒" in detail["text_before"]
