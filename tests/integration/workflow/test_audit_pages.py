"""``/audit`` a page at a time, as a file, and as it is tried by whom it is not for; each look is on record."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from bot.telegram.sender import CAN
from handlers.views.lines import render
from handlers.views.outgoing import Document
from storage.tables.models import Draft, Event, OutboxLine
from tests.integration.workflow.kept import after
from tests.integration.workflow.purged import closed, purge
from tests.integration.workflow.scene import CZ, FORM, KS, Said, Scene
from workflow.organisation import setup
from workflow.organisation.setup import UnitSpec

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS, SUPERVISOR = 11, 12, 13, 21, 22, 24, 25
SONGLI, PASSER, LIAISON_SZ, SUPERVISOR_SZ, CHANGZHOU, OFFICER_CZ, ADMIN = 26, 99, 31, 32, 41, 45, 1001
NUMBER, VALUE, NAME = "WX26-0001", "320583199204080027", "陈望舒"
LOOKS = 20  # of the handler, so that there are two pages


@pytest.fixture
async def looked(scene: Scene) -> Scene:
    """Wuxi asks Kunshan, whose handler looks at it again and again."""
    await after(scene, _look)
    return scene


async def _look(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.presses(HANDLER, "受理")
    for _ in range(LOOKS):
        await scene.says(HANDLER, f"/show {NUMBER}", chat=HANDLER)


async def told(scene: Scene, who: int, words: str, *, chat: int | None = None) -> str:
    heard = len(scene.said)
    await scene.says(who, words, chat=chat or who)
    return scene.heard(chat or who, heard)


async def page(scene: Scene, who: int, words: str) -> Said:
    await scene.says(who, words, chat=who)
    return scene.last("📜", chat=who)


def turned(scene: Scene, said: Said) -> Said:
    """What stands in its place now."""
    return next(one for one in reversed(scene.said) if one.message_id == said.message_id)


async def events(scene: Scene, action: str) -> list[dict[str, Any]]:
    async with scene.work().read() as tx:
        found = await tx.session.scalars(select(Event).where(Event.action == action).order_by(Event.id))
        return [
            {"chain": one.chain, "unit": one.unit_id, **tx.sealer.unseal("events", one.sealed)}
            for one in found
        ]


async def test_a_request_is_read_from_its_beginning_and_turned_in_place(looked: Scene) -> None:
    first = await page(looked, LIAISON, f"/audit {NUMBER}")
    assert "从早到晚" in first.text and "第 1 页" in first.text and "登记" in first.text
    assert list(first.buttons) == ["2 ›", "📤 导出"]
    sent = sum(one.kind == "send" for one in looked.said)
    await looked.presses(LIAISON, "2 ›", on=first)
    second = turned(looked, first)
    assert second.kind == "edit" and "第 2 页" in second.text and "登记" not in second.text
    assert list(second.buttons) == ["‹ 1", "📤 导出"]
    await looked.presses(LIAISON, "‹ 1", on=second)
    assert turned(looked, first).text == first.text, "the same, though it was looked at meanwhile"
    assert sum(one.kind == "send" for one in looked.said) == sent
    lines = [
        line
        for one in (first, second)
        for line in one.text.splitlines()
        if " · " in line and "页" not in line
    ]
    assert sum("查看全文" in line for line in lines) == LOOKS
    assert len(await events(looked, "audited")) == 1, "it is one look"


async def test_of_a_person_and_of_a_number_the_newest_come_first(looked: Scene) -> None:
    for who, words in ((LIAISON, "/audit @gu"), (LIAISON, f"/audit {VALUE}")):
        first = await page(looked, who, words)
        assert "最近的在前" in first.text and "登记" not in first.text and VALUE not in first.text
        await looked.presses(who, "2 ›", on=first)
        assert ("受理" if "@" in words else "登记") in turned(looked, first).text


async def test_a_page_is_turned_by_the_one_who_asked_alone(looked: Scene) -> None:
    first = await page(looked, ADMIN, f"/audit {NUMBER}")
    data = first.buttons["2 ›"]
    for who in (LIAISON, SUPERVISOR_SZ, OFFICER):
        before = len(looked.said)
        assert "别人查的" in await looked.forges(who, data, chat=who)
        assert "别人查的" in await looked.forges(who, first.buttons["📤 导出"], chat=who)
        assert NUMBER not in looked.heard(who, before)
    assert not await events(looked, "audit_export")


async def test_who_was_removed_turns_no_page_and_takes_no_file(looked: Scene) -> None:
    first = await page(looked, SUPERVISOR, f"/audit {NUMBER}")
    await looked.says(ADMIN, "/role @wen none KS", chat=ADMIN)
    for label in ("2 ›", "📤 导出"):
        assert "🚫" in await looked.presses(SUPERVISOR, label, on=first)
    assert turned(looked, first).text == first.text
    assert not await events(looked, "audit_export")


@pytest.mark.parametrize("to", ["0", "3", "99", "-1", "x", "9" * 30])
async def test_a_page_that_there_is_not_is_refused(looked: Scene, to: str) -> None:
    first = await page(looked, LIAISON, f"/audit {NUMBER}")
    version, press, _, *rest = first.buttons["2 ›"].split(":")
    data = ":".join((version, press, to, *rest))
    assert "按钮" in await looked.forges(LIAISON, data, chat=LIAISON, message_id=first.message_id)
    assert turned(looked, first).text == first.text


async def test_what_is_kept_for_another_thing_is_no_audit(looked: Scene) -> None:
    """A search, whose words are kept like what was audited, or nothing at all."""
    async with looked.store.read() as session:
        other = await session.scalar(select(Draft.id).where(Draft.kind != "audit").limit(1))
    for kept in (other or 0, 0, 999):
        assert await looked.forges(LIAISON, f"2:page:1:audit:{kept}", chat=LIAISON)
        assert await looked.forges(LIAISON, f"2:audit_file:{kept}", chat=LIAISON)
    assert "📜" not in looked.heard(LIAISON)


async def test_a_supervisor_sees_all_below_at_any_depth_and_a_sibling_nothing(looked: Scene) -> None:
    for words in (f"/audit {NUMBER}", "/audit @gu", f"/audit {VALUE}", f"/audit {NAME}"):
        seen = await told(looked, SUPERVISOR_SZ, words)
        assert NUMBER in seen and "顾一苇" in seen, words
        assert VALUE not in seen and NAME not in seen.replace(f"/audit {NAME}", ""), words
        theirs = await told(looked, CHANGZHOU, words)
        assert "📜" not in theirs or "没有您可查看的记录" in theirs, words
        assert "顾一苇" not in theirs, words
    assert "不在您负责的单位" in await told(looked, SUPERVISOR_SZ, "/audit @lin"), "of a unit beside"


async def test_however_far_below_it_lies(looked: Scene) -> None:
    """A province stands above the city that stands above the county."""
    specs = [UnitSpec(code="JS", name="江苏省公安厅"), UnitSpec(code="SZ", name="苏州市公安局", parent="JS")]
    specs += [UnitSpec(code="KS", name="昆山市公安局", parent="SZ"), UnitSpec(code="WX", name="无锡市公安局")]
    specs += [UnitSpec(code="CZ", name="常州市公安局", parent="JS")]
    await setup.sync(looked.work(), specs, [])
    for who, words in ((PASSER, "@passer supervisor JS"), (SONGLI, "@songli supervisor CZ")):
        await looked.says(who, "/start", chat=who)
        await looked.says(ADMIN, f"/role {words}", chat=ADMIN)
    for words in (f"/audit {NUMBER}", "/audit @gu", f"/audit {VALUE}"):
        assert "顾一苇" in await told(looked, PASSER, words), words
        assert "顾一苇" not in await told(looked, SONGLI, words), "a sister unit's"


async def test_what_one_side_holds_the_other_does_not_find_in_any_audit(looked: Scene) -> None:
    await told(looked, LIAISON, f"/hold {NUMBER} 督察核查中")
    for words in (f"/audit {VALUE}", "/audit @shen"):
        assert "保全" in await told(looked, SUPERVISOR, words), words
        assert "保全" in await told(looked, SUPERVISOR_SZ, words), words
        assert "保全" not in await told(looked, LIAISON_WX, words), words
    looked.purpose = "办案"
    first = await page(looked, LIAISON_WX, f"/audit {VALUE}")
    await looked.presses(LIAISON_WX, "📤 导出", on=first)
    assert "保全" not in repr(await sheets(looked))


async def test_an_officer_and_a_handler_may_look_into_nothing(looked: Scene) -> None:
    for who in (OFFICER, HANDLER, OFFICER_KS):
        for words in (f"/audit {NUMBER}", "/audit @gu", "/audit @lin", f"/audit {VALUE}", f"/audit {NAME}"):
            said = await told(looked, who, words)
            assert "🚫" in said and "📜" not in said, (who, words)
    assert not await events(looked, "audited")


async def test_of_who_has_left_it_is_still_seen_what_they_did(looked: Scene) -> None:
    await looked.says(LIAISON, "/role @gu none", chat=KS)
    assert "受理" in await told(looked, LIAISON, "/audit @gu") or "查看全文" in looked.said[-1].text


@pytest.mark.parametrize(
    "value", ["320583********0027", "3205831992", "0027", "138001", f"{VALUE} 13800138000"]
)
async def test_less_than_a_whole_number_could_be_anybodys(looked: Scene, value: str) -> None:
    said = await told(looked, LIAISON, f"/audit {value}")
    assert "📜" not in said and "/audit" in said and not await events(looked, "audited")


async def test_a_request_that_waits_for_approval_is_its_own_units_alone(scene: Scene) -> None:
    types = dict(scene.policy.types)
    types["household"] = replace(types["household"], approve=True)
    scene.policy = replace(scene.policy, types=types)
    await scene.says(OFFICER, FORM)
    assert (await scene.request(NUMBER)).state == "pending"
    for words in (f"/audit {NUMBER}", f"/audit {VALUE}", f"/audit {NAME}"):
        for who in (LIAISON, SUPERVISOR, SUPERVISOR_SZ):
            assert "林小满" not in await told(scene, who, words), words
        assert "林小满" in await told(scene, LIAISON_WX, words), words


async def test_a_cancelled_request_and_one_answered_by_reuse_are_found_by_their_number(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, f"/cancel {NUMBER}")
    assert NUMBER in await told(scene, LIAISON, f"/audit {VALUE}")
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0002 已查实：户籍在昆山花桥", chat=KS)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(COLLEAGUE, "/reuse WX26-0003 WX26-0002")
    assert (await scene.request("WX26-0003")).reused_from_id is not None
    seen = await page(scene, LIAISON, f"/audit {VALUE}")
    while on := next((label for label in seen.buttons if "›" in label), None):
        found = seen.text
        await scene.presses(LIAISON, on, on=seen)
        seen = turned(scene, seen)
        seen = replace(seen, text=found + seen.text)
    assert all(number in seen.text for number in (NUMBER, "WX26-0002", "WX26-0003"))


async def test_a_release_is_seen_over_the_unit_that_released_and_over_no_other(scene: Scene) -> None:
    """Changzhou asks what Wuxi has asked before: whose lookers learn that Kunshan had something on file?"""
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} 已查实：户籍在昆山花桥", chat=KS)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.presses(HANDLER, "另行办理", chat=KS)
    for words in ("/audit CZ26-0001", f"/audit {VALUE}", "/audit @fangyan"):
        theirs = await told(scene, CHANGZHOU, words)
        assert "CZ26-0001" in theirs and "另行办理" not in theirs and "无锡" not in theirs, words
        assert "可提供" not in theirs and "答复过" not in theirs, words
    assert "另行办理" in await told(scene, SUPERVISOR, "/audit CZ26-0001")
    assert "另行办理" in await told(scene, SUPERVISOR_SZ, "/audit CZ26-0001")


async def test_an_admin_who_looks_in_a_group_tells_nobody_there_what_is_not_for_them(scene: Scene) -> None:
    """In that of Changzhou, which asks what Kunshan answered before, and is refused it without learning so."""
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} 已查实：户籍在昆山花桥", chat=KS)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.presses(HANDLER, "另行办理", chat=KS)
    await scene.says(LIAISON, "/export", chat=LIAISON)
    there = await told(scene, ADMIN, "/audit CZ26-0001", chat=CZ)
    assert "登记" in there and "方砚" in there
    for words in ("另行办理", "可否提供", "昆山", "导出台账"):
        assert words not in there, words
    alone = await told(scene, ADMIN, "/audit CZ26-0001")
    assert "另行办理" in alone and "导出台账" in alone


async def test_that_an_admin_looked_into_it_is_for_both_sides_whatever_the_admin_belongs_to(
    scene: Scene,
) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(ADMIN, "/role @fang officer CZ", chat=ADMIN)
    await told(scene, ADMIN, f"/audit {NUMBER}")
    for who in (SUPERVISOR, LIAISON_WX):
        assert "方予安" in await told(scene, who, f"/audit {NUMBER}"), who


async def test_that_it_was_looked_into_is_for_who_looks_over_the_looker(looked: Scene) -> None:
    await told(looked, SUPERVISOR, f"/audit {NUMBER}")
    assert "查阅记录" in await told(looked, LIAISON, "/audit @wen")
    for who in (LIAISON, SUPERVISOR_SZ):
        looked_at = await page(looked, who, f"/audit {NUMBER}")
        await looked.presses(who, "2 ›", on=looked_at)
        assert "查阅记录" in turned(looked, looked_at).text and "温如言" in turned(looked, looked_at).text, (
            who
        )
    theirs = await page(looked, LIAISON_WX, f"/audit {NUMBER}")
    await looked.presses(LIAISON_WX, "2 ›", on=theirs)
    assert "查阅记录" not in turned(looked, theirs).text, "the other side does not learn of it"
    assert "查阅记录" not in await looked.reads(OFFICER, NUMBER)
    assert "查阅记录" not in await looked.reads(HANDLER, NUMBER)


async def test_what_an_admin_looked_into_is_seen_by_all_who_look_over_the_request(looked: Scene) -> None:
    await told(looked, ADMIN, f"/audit {NUMBER}")
    for who in (LIAISON, LIAISON_WX, SUPERVISOR_SZ):
        newest = await page(looked, who, f"/audit {VALUE}")
        assert "查阅记录" in newest.text and "方予安" in newest.text, who
    assert "查阅记录" not in await looked.reads(OFFICER, NUMBER)


async def test_a_look_for_a_number_is_on_record_without_it(looked: Scene) -> None:
    other = "110101199003070134"
    await told(looked, LIAISON, f"/audit {other}")
    await told(looked, LIAISON, f"/audit {VALUE}")
    found = await events(looked, "audited")
    desk, of_requests = [e for e in found if e["chain"] == 0], [e for e in found if e["chain"]]
    assert len(desk) == 2 and len(of_requests) == 1, "also of one that leads to nothing"
    assert len({*map(str, (e["who"] for e in desk))}) == 2
    assert VALUE not in repr(found) and other not in repr(found)
    seen = await told(looked, SUPERVISOR, "/audit @shen")
    assert seen.count("某个号码或姓名") == 2 and VALUE not in seen
    assert "某个号码或姓名" not in await told(looked, LIAISON_WX, "/audit @shen")


async def test_whose_acts_were_looked_into_is_seen_over_the_looker(looked: Scene) -> None:
    await told(looked, LIAISON, "/audit @gu")
    assert "顾一苇" in await told(looked, SUPERVISOR, "/audit @shen")
    [event, _] = [e for e in await events(looked, "audited") if "of" in e]
    assert event["unit"] is not None


async def test_a_purged_request_is_not_found_by_its_number_on_an_old_page_either(scene: Scene) -> None:
    await closed(scene)
    first = await page(scene, LIAISON, f"/audit {VALUE}")
    assert NUMBER in first.text
    kept = first.buttons["📤 导出"].rpartition(":")[2]
    scene.pass_time(days=40)
    await purge(scene)
    await scene.forges(LIAISON, f"2:page:1:audit:{kept}", chat=LIAISON, message_id=first.message_id)
    assert NUMBER not in turned(scene, first).text
    assert NUMBER not in await told(scene, LIAISON, f"/audit {VALUE}")
    assert "内容已按期删除" in await told(scene, LIAISON, f"/audit {NUMBER}")


# --- as a file -----------------------------------------------------------------------------------------------------


async def sheets(scene: Scene) -> list[list[list[str]]]:
    """The workbooks that were queued, as they are made now."""
    async with scene.store.read() as session:
        lines = (await session.scalars(select(OutboxLine).where(OutboxLine.kind == "trail"))).all()
    made = [one for line in lines for one in await render(line, scene.work(), CAN)]
    books = [openpyxl.load_workbook(io.BytesIO(one.content)) for one in made if isinstance(one, Document)]
    return [
        [[str(c or "") for c in row] for row in book.active.iter_rows(values_only=True)] for book in books
    ]


@pytest.mark.parametrize("words", [f"/audit {NUMBER}", "/audit @gu", f"/audit {VALUE}"])
async def test_a_file_holds_all_pages_and_is_asked_for_with_a_purpose(looked: Scene, words: str) -> None:
    looked.purpose = None
    first = await page(looked, LIAISON, words)
    await looked.presses(LIAISON, "📤 导出", on=first)
    why = looked.last("导出为文件的用途", chat=LIAISON)
    assert not await events(looked, "audit_export")
    await looked.presses(LIAISON, "督查", on=why)
    [event, *_] = await events(looked, "audit_export")
    assert event["purpose"] == "督查" and VALUE not in repr(event)
    [rows] = await sheets(looked)
    assert rows[0] == ["时间", "编号", "事项", "用途", "单位", "人员", "查的是谁"]
    assert sum("查看全文" in row for row in rows) == LOOKS
    assert VALUE not in repr(rows) and NAME not in repr(rows)
    assert "导出记录（督查）" in await told(looked, SUPERVISOR, "/audit @shen")


@pytest.mark.parametrize(("words", "kind"), [(f"/audit {NUMBER}", "trail"), ("/export", "export")])
async def test_a_second_tap_on_a_purpose_takes_nothing_away_once_more(
    looked: Scene, words: str, kind: str
) -> None:
    looked.purpose = None
    await looked.says(LIAISON, words, chat=LIAISON)
    if kind == "trail":
        await looked.presses(LIAISON, "📤 导出", on=looked.last("📜", chat=LIAISON))
    why = looked.last("用途", chat=LIAISON)
    assert "按钮" not in await looked.presses(LIAISON, "督查", on=why)
    assert "按钮" in await looked.presses(LIAISON, "督查", on=why)
    async with looked.store.read() as session:
        lines = (await session.scalars(select(OutboxLine).where(OutboxLine.kind == kind))).all()
    assert len(lines) == 1
    assert len(await events(looked, "export" if kind == "export" else "audit_export")) == 1


async def test_who_was_removed_meanwhile_gets_no_file(looked: Scene) -> None:
    first = await page(looked, SUPERVISOR, f"/audit {NUMBER}")
    await looked.presses(SUPERVISOR, "📤 导出", on=first)
    assert len(await sheets(looked)) == 1
    await looked.says(ADMIN, "/role @wen none KS", chat=ADMIN)
    assert await sheets(looked) == []


async def test_a_forged_purpose_gives_nothing(looked: Scene) -> None:
    first = await page(looked, LIAISON, f"/audit {NUMBER}")
    kept = first.buttons["📤 导出"].rpartition(":")[2]
    assert "按钮" in await looked.forges(LIAISON, f"2:audit_give:{kept}:p00000000", chat=LIAISON)
    assert not await sheets(looked) and not await events(looked, "audit_export")


@pytest.mark.parametrize("words", [f"/audit {NUMBER}", f"/audit {VALUE}", f"/subject {VALUE}"])
async def test_what_was_looked_up_does_not_become_a_request_by_an_edit(looked: Scene, words: str) -> None:
    """What is kept of it is for its pages, and holds no post."""
    looked.purpose = None
    first = await looked.says(LIAISON, words, chat=LIAISON)
    said = len(looked.said)
    await looked.edits(LIAISON, first, FORM.replace("昆山", "无锡"), chat=LIAISON)
    assert len(await looked.all_requests()) == 1
    assert "🚫" not in looked.heard(LIAISON, said)
    if "audit" in words:
        kept = looked.last("📜", chat=LIAISON)
        await looked.presses(LIAISON, "📤 导出", on=kept)
        assert "用途" in looked.said[-1].text, "what is kept is as it was"
