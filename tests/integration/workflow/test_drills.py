"""A drill looks like the day's work and leaves nothing in it: no figure, no ledger, no match, no word upwards."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from storage.tables.models import MatchRecord
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene
from workflow.kernel.numbers import drill_number_of, is_drill, part_number, read_number
from workflow.ledger import giving
from workflow.record.verifying import verify
from workflow.scheduled import ticks

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, ABOVE, ADMIN = 11, 12, 13, 21, 22, 31, 1001
NUMBER = "WXDRILL26-0001"
OTHER = FORM.replace("陈望舒 320583199204080027", "王五 11010519491231002X")


async def begin(scene: Scene) -> None:
    await scene.says(LIAISON_WX, "/drill start")
    assert "演练开始" in scene.said[-1].text


async def test_each_card_and_message_says_that_it_is_a_drill(scene: Scene) -> None:
    await begin(scene)
    await scene.says(OFFICER, FORM)
    since = len(scene.said)
    for chat in (WX, KS):
        card = scene.last(NUMBER, "→", chat=chat).text
        assert "演练" in card.splitlines()[1]
    await scene.presses(HANDLER, "受理")
    await scene.says(HANDLER, f"/answer {NUMBER} 已核实", chat=KS)
    said = [s for s in scene.said[since:] if s.text and s.kind in ("send", "edit") and s.chat in (WX, KS)]
    assert said
    assert [
        s.text for s in said if "DRILL" not in s.text and "结果" not in s.text and "已核实" not in s.text
    ] == []
    await scene.says(OFFICER, "/lang en")
    await scene.says(OFFICER, f"/close {NUMBER}")
    assert any("Drill" in s.text for s in scene.said)


async def test_it_is_in_no_figure_no_ledger_and_no_match(scene: Scene) -> None:
    await begin(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} 已核实", chat=KS)
    await scene.says(LIAISON_WX, "/drill stop")
    await scene.says(COLLEAGUE, FORM)
    assert not any(button.startswith("复用") for said in scene.said for button in said.buttons), (
        "a drill's answer"
    )
    await scene.says(LIAISON, "/stats 7d", chat=KS)
    assert "收到：新增 1 · 反馈 0" in scene.said[-1].text
    rows = [row async for row in giving.rows_out(scene.work(), since=None, until=None)]
    assert [row["id"] for row in rows] == ["WX26-0002"]
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).select_from(MatchRecord)) == 1


async def test_who_asked_about_somebody_in_a_drill_is_found_by_who_looks_into_the_record(
    scene: Scene,
) -> None:
    await begin(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/answer {NUMBER} 已核实：住花桥", chat=KS)
    await scene.says(LIAISON_WX, "/drill stop")
    assert (await scene.request(NUMBER)).state == "answered"
    for who in (LIAISON_WX, LIAISON, ADMIN):
        for named in ("320583199204080027", "陈望舒"):
            await scene.says(who, f"/audit {named}", chat=who)
            assert NUMBER in scene.said[-1].text, (who, named)


async def test_an_answer_of_the_days_work_is_not_offered_to_a_drill(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    await begin(scene)
    await scene.says(COLLEAGUE, FORM)
    assert not any(button.startswith("复用") for said in scene.said for button in said.buttons)


async def test_no_unit_above_hears_of_a_drill_and_the_two_sides_do(scene: Scene) -> None:
    await begin(scene)
    await scene.says(OFFICER, FORM)
    for _ in range(12):
        scene.pass_time(hours=12)
        await ticks.reminders(scene.work())
        await scene.deliver()
    assert scene.heard(SZ) == ""
    assert NUMBER.replace("-", "_") in scene.heard(KS), "reminded as of any other"


async def test_the_sheet_says_how_each_unit_did_and_what_was_missed(scene: Scene) -> None:
    await begin(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, OTHER)
    await scene.says(OFFICER, OTHER.replace("昆山", "常州"))
    scene.pass_time(minutes=20)
    await scene.says(HANDLER, f"/accept {NUMBER}", chat=KS)
    scene.pass_time(minutes=40)
    await scene.says(HANDLER, f"/answer {NUMBER} 已核实", chat=KS)
    await scene.says(LIAISON_WX, "/drill stop")
    sheet = scene.said[-1].text if "演练结束" in scene.said[-1].text else scene.last("演练结束", chat=WX).text
    assert "昆山市公安局：2 件，受理 1（中位 20 分钟），反馈 1（中位 1 小时）" in sheet
    assert "常州市公安局：1 件，受理 0，反馈 0" in sheet
    assert "（已撤销）：WXDRILL26-0002、WXDRILL26-0003" in sheet
    assert [r.state for r in await scene.all_requests()] == ["answered", "cancelled", "cancelled"]
    assert await scene.reminders(await scene.request("WXDRILL26-0002")) == []


async def test_before_and_after_it_requests_are_real_and_the_record_holds(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await begin(scene)
    await scene.says(OFFICER, OTHER)
    await scene.says(24, OTHER.replace("昆山", "无锡"), chat=KS)
    await scene.says(LIAISON_WX, "/演练 结束")
    await scene.says(OFFICER, OTHER)
    numbers = [request.number for request in await scene.all_requests()]
    assert numbers == ["WX26-0001", "WXDRILL26-0002", "KS26-0001", "WX26-0003"], "another group works on"
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


@pytest.mark.parametrize(
    ("who", "words", "chat", "said"),
    [
        (OFFICER, "/drill start", WX, "🚫"), (LIAISON, "/drill start", WX, "🚫"),
        (LIAISON_WX, "/drill start", LIAISON_WX, "演练在群里进行"), (LIAISON_WX, "/drill", WX, "请写明开始还是结束"),
        (LIAISON_WX, "/drill stop", WX, "本群没有在演练"), (LIAISON_WX, "/drill maybe", WX, "请写明开始还是结束"),
    ],
)  # fmt: skip
async def test_who_may_not_or_does_not_say_what_is_told_so(
    scene: Scene, who: int, words: str, chat: int, said: str
) -> None:
    await scene.says(who, words, chat=chat)
    assert said in scene.said[-1].text
    await scene.says(OFFICER, FORM)
    assert [request.number for request in await scene.all_requests()] == ["WX26-0001"]


async def test_a_second_start_begins_nothing_anew_and_an_admin_may(scene: Scene) -> None:
    await scene.says(ADMIN, "/drill start", chat=CZ)
    assert "演练开始" in scene.said[-1].text
    scene.pass_time(hours=1)
    await scene.says(ADMIN, "/drill start", chat=CZ)
    assert "起已在演练" in scene.said[-1].text
    await scene.says(ADMIN, "/drill stop", chat=CZ)
    assert "历时 1 小时" in scene.said[-1].text
    assert "没有发出请求" in scene.said[-1].text


async def test_a_drill_that_was_forgotten_makes_nothing_an_exercise(scene: Scene) -> None:
    await begin(scene)
    scene.pass_time(days=1, minutes=1)
    await scene.says(OFFICER, FORM)
    assert not is_drill((await scene.all_requests())[-1].number or "")
    await scene.says(LIAISON_WX, "/drill stop")
    assert "演练结束" in scene.said[-1].text


async def test_in_a_group_of_several_units_none_begins(scene: Scene) -> None:
    await scene.says(ADMIN, "/bind CZ shared", chat=WX)
    await scene.says(LIAISON_WX, "/drill start")
    assert "共用" in scene.said[-1].text
    await scene.says(OFFICER, FORM)
    assert not is_drill((await scene.all_requests())[-1].number or "")


def test_a_number_of_a_drill_is_read_and_known() -> None:
    number = drill_number_of("KS", 2026, 42)
    assert number == "KSDRILL26-0042"
    assert read_number("/r_KSDRILL26_0042") == read_number("ksdrill26-42") == number
    assert is_drill(number)
    assert is_drill(part_number(number, 1))
    assert not is_drill("KS26-0042")
    assert not is_drill("DRILL2-0042")
    assert not is_drill(None)
