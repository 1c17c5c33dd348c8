"""``/watch``: facts for who supervises, about their own units and those below, with no score and nothing of a subject.
Asking for them stands in the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Select, make_url, select, update
from sqlalchemy.dialects import sqlite

from storage.queries import watching as rows
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Event, Request
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene
from tests.moments import MORNING
from workflow.kernel.errors import Refused
from workflow.kernel.policy import Watch
from workflow.lookup import watching

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS = 11, 12, 13, 21, 22, 24
SUPERVISOR_KS, LIAISON_SZ, SUPERVISOR_SZ, OFFICER_SZ, LIAISON_CZ, ADMIN = 25, 31, 32, 33, 41, 1001
NAME, NUMBER = "陈望舒", "320583199204080027"
OTHERS = ("11010519491231002X", "110105194912310038", "110105194912310054")
KEEN = Watch(no_case=1, at_night=1, one_subject=2, many_subjects=2, flash=1, returned=2, reveals=1,
             condition_words=("费用", "条件"))  # fmt: skip


def asks(to: str, who: str = f"{NAME} {NUMBER}", *more: str) -> str:
    return "\n".join(("#协作 户籍证明", f"致：{to}", f"对象：{who}", "事由：嫌疑人户籍核实", *more))


async def test_what_is_asked_for_is_found_by_the_time(sqlite_url: str) -> None:
    """Neither by all that a unit ever asked, nor by reading the record through."""
    path = str(make_url(sqlite_url).database)
    span = rows.Span(since=MORNING, until=MORNING + timedelta(days=7))
    asked: list[str] = []

    class Asked:
        async def execute(self, statement: Select[Any]) -> Any:
            said = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
            asked.append(str(said))
            return SimpleNamespace(all=list)

    session: Any = Asked()
    await rows.asked(session, [1, 2], span, also_held=[1])
    await rows.acts(session, "read", span, units=[1, 2])
    await rows.taken(session, "export", span)
    await rows.late(session, [1, 2], span)
    with closing(sqlite3.connect(path)) as database:
        plans = [" ".join(row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {one}")) for one in asked]
    for plan, index in zip(
        plans,
        ("ix_requests_asked_at (asked_at>? AND asked_at<?)", "ix_events_watched (action=? AND at>? AND at<?)",
         "ix_events_watched (action=? AND at>? AND at<?)", "ix_answers_at (at>? AND at<?)"),
        strict=True,
    ):  # fmt: skip
        assert index in plan and "SCAN" not in plan


@pytest.fixture
def keen(scene: Scene) -> Scene:
    scene.policy = replace(scene.policy, watch=KEEN)
    return scene


async def watch(scene: Scene, who: int, words: str = "") -> str:
    heard = len(scene.said)
    await scene.says(who, f"/watch {words}".strip(), chat=who)
    return scene.heard(who, heard)


def part(told: str, heading: str) -> str:
    """What stands under one heading, "" where there is none."""
    return next((one for one in told.split("\n\n") if heading in one), "")


@pytest.mark.engines
async def test_each_fact_names_whose_it_is_and_its_requests(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)  # no case
    await keen.says(HANDLER, asks("常州"), chat=KS)  # the same subject, by another
    await keen.says(OFFICER_KS, asks("无锡", OTHERS[0], "案件：A3205834500002026010001"), chat=KS)
    told = await watch(keen, SUPERVISOR_KS)
    no_case = part(told, "没有案件编号")
    assert "昆山市公安局 孟秋 · 1：/r_KS26_0001" in no_case and "顾一苇 · 1：/r_KS26_0002" in no_case
    assert "KS26_0003" not in no_case
    one = part(told, "同一对象被多人查询")
    assert "2 人问过" in one and "/r_KS26_0001" in one and "/r_KS26_0002" in one and "KS26_0003" not in one
    many = part(told, "一人查询众多对象")
    assert "孟秋 · 2 个不同对象" in many and "/r_KS26_0003" in many and "顾一苇" not in many
    for secret in (NAME, NUMBER, OTHERS[0], NUMBER[-4:], "望舒"):
        assert secret not in told
    assert "夜间" not in told and "特急" not in told


async def test_at_night_and_in_a_hurry(keen: Scene) -> None:
    keen.pass_time(hours=14)  # eleven in the evening
    await keen.says(OFFICER_KS, asks("无锡", f"{NAME} {NUMBER}", "紧急程度：特急"), chat=KS)
    told = await watch(keen, SUPERVISOR_KS)
    assert "/r_KS26_0001" in part(told, "夜间提出") and "/r_KS26_0001" in part(told, "多次特急")
    assert "特急而没有" not in told, "a ground was picked"
    keen.policy = replace(keen.policy, watch=replace(KEEN, night=None, flash=0))
    assert "夜间" not in await watch(keen, SUPERVISOR_KS)


async def test_flash_without_a_ground(keen: Scene) -> None:
    keen.policy = replace(keen.policy, grounds=())
    await keen.says(OFFICER_KS, asks("无锡", f"{NAME} {NUMBER}", "紧急程度：特急"), chat=KS)
    assert "/r_KS26_0001" in part(await watch(keen, SUPERVISOR_KS), "特急而没有紧急理由")


@pytest.mark.parametrize(
    ("subject", "more", "how"),
    [
        ("林小满 11010519491231002X", (), "与成员同名"),
        ("微信 fangyan", (), "账号与成员的用户名相同"),
        ("警官证 南字第20230015号", (), "警官证或军官证"),
        ("张三 13812345678", (), "与民警留的联系电话相同"),
    ],
)
async def test_a_subject_that_may_be_a_colleague(
    keen: Scene, subject: str, more: tuple[str, ...], how: str
) -> None:
    await keen.says(HANDLER, asks("常州", OTHERS[0], "联系人：顾一苇 138-1234-5678"), chat=KS)
    await keen.says(OFFICER_KS, asks("无锡", subject, *more), chat=KS)
    told = part(await watch(keen, SUPERVISOR_KS), "可能是同事")
    assert how in told and "/r_KS26_0002" in told and "KS26_0001" not in told
    assert "林小满" not in told and "138" not in told


async def test_how_was_answered(keen: Scene) -> None:
    for _ in range(3):
        await keen.says(OFFICER, FORM)
    for note in ("先电话联系", "急"):
        await keen.says(HANDLER, "/return WX26-0001 请先转来费用", chat=KS)
        await keen.replies(OFFICER, keen.last("WX26-0001", "需要补充", chat=WX), f"备注：{note}")
    await keen.says(LIAISON, "/decline WX26-0002 1. 没有", chat=KS)
    keen.pass_time(days=6)
    await keen.says(LIAISON, "/answer WX26-0003 已查实", chat=KS)
    told = await watch(keen, SUPERVISOR_KS)
    assert "昆山市公安局" in part(told, "晚于最初时限") and "/r_WX26_0003" in part(told, "晚于最初时限")
    assert "/r_WX26_0001" in part(told, "超期仍未反馈")
    assert "昆山市公安局 · 2：/r_WX26_0001" in part(told, "多次退回")
    assert keen.policy.declines[0] in part(told, "拒绝，按依据") and "/r_WX26_0002" in part(
        told, "拒绝，按依据"
    )
    assert "/r_WX26_0001" in part(told, "提到费用或条件")
    assert "没有写明依据" not in told and "请先转来" not in told
    assert "拖延" not in await watch(keen, LIAISON_WX), "it is the other unit's doing"


async def test_looks_without_own_work_and_exports(keen: Scene) -> None:
    await keen.says(OFFICER, FORM)
    await keen.says(LIAISON, "/show WX26-0001", chat=LIAISON)
    await keen.says(OFFICER, "/show WX26-0001", chat=OFFICER)  # their own
    told = part(await watch(keen, SUPERVISOR_KS), "没有在办请求却看全文")
    assert "沈听澜 · 1：/r_WX26_0001" in told
    assert "看全文" not in await watch(keen, LIAISON_WX)
    keen.pass_time(minutes=1)
    await keen.says(LIAISON, asks("无锡", OTHERS[0]), chat=KS)
    await keen.says(LIAISON, "/show WX26-0001", chat=LIAISON)
    assert part(await watch(keen, SUPERVISOR_KS), "却看全文") == told, (
        "they had a request of their own by then"
    )
    await keen.says(LIAISON, "/export", chat=LIAISON)
    exported = part(await watch(keen, SUPERVISOR_KS), "导出台账")
    assert "沈听澜" in exported and "昆山市公安局" in exported
    assert "导出" not in await watch(keen, LIAISON_WX) and "沈听澜" in await watch(keen, ADMIN)


# --- who, and of whom ------------------------------------------------------------------------------------------------


async def test_a_supervisor_sees_the_unit_and_all_below_a_liaison_the_unit_alone(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    await keen.says(OFFICER_SZ, asks("无锡", OTHERS[0]), chat=SZ)
    for who in (SUPERVISOR_SZ, ADMIN):
        told = await watch(keen, who)
        assert "KS26_0001" in told and "SZ26_0001" in told
    told = await watch(keen, LIAISON_SZ)
    assert "SZ26_0001" in told and "KS26" not in told and "孟秋" not in told
    for who in (SUPERVISOR_KS, LIAISON):
        told = await watch(keen, who)
        assert "KS26_0001" in told and "SZ26" not in told
    for who in (LIAISON_WX, LIAISON_CZ):  # what others ask of them is the others' doing
        told = await watch(keen, who)
        assert "没有达到" in told and "孟秋" not in told


@pytest.mark.parametrize("who", [OFFICER_KS, HANDLER, 26, 99])
async def test_nobody_else_is_told_anything(keen: Scene, who: int) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    for words in ("", "7", "KS", "KS 7"):
        told = await watch(keen, who, words)
        assert "🚫" in told and "KS26" not in told and "督查要览**" not in told
    assert await watches(keen) == []


async def test_in_a_group_it_is_not_given(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    heard = len(keen.said)
    await keen.says(SUPERVISOR_KS, "/watch", chat=KS)
    assert "私聊" in keen.heard(KS, heard) and "孟秋" not in keen.heard(KS, heard)
    assert await watches(keen) == []


async def test_a_removed_supervisor_is_told_nothing(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    assert "KS26_0001" in await watch(keen, SUPERVISOR_KS)
    await keen.says(ADMIN, "/role @wen none KS", chat=ADMIN)
    told = await watch(keen, SUPERVISOR_KS)
    assert "KS26" not in told and "🚫" in told


async def test_a_named_unit_and_days(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    keen.pass_time(days=3)
    await keen.says(OFFICER_SZ, asks("无锡", OTHERS[0]), chat=SZ)
    assert "KS26" not in part(await watch(keen, SUPERVISOR_SZ, "2"), "没有案件编号")
    for words in ("5天", "昆山 5 天", "５", "5d", "1w", "昆山 5", "5 昆山", "昆山"):
        told = await watch(keen, SUPERVISOR_SZ, words)
        assert "KS26_0001" in told, words
        assert ("SZ26_0001" in told) is ("昆山" not in words), words
    for who, words in ((SUPERVISOR_KS, "苏州"), (SUPERVISOR_KS, "无锡"), (LIAISON_SZ, "昆山")):
        told = await watch(keen, who, words)
        assert "🚫" in told and "SZ26" not in told and "孟秋" not in told
    assert "没有达到" not in await watch(keen, ADMIN, "昆山")


@pytest.mark.parametrize(
    "words", ["0", "93", "-1", "9" * 9, "9" * 5000, "7.5", "0天", "36h", "3wd", "7 8", "14w"]
)
async def test_days_that_there_are_not(keen: Scene, words: str) -> None:
    told = await watch(keen, SUPERVISOR_KS, words)
    assert "/watch 7" in told and "92" in told


async def test_that_it_was_asked_for_stands_in_the_record(keen: Scene) -> None:
    await watch(keen, SUPERVISOR_SZ)
    (said,) = await watches(keen)
    assert sorted(said["units"]) == ["KS", "SZ"]
    assert "查看督查要览" in await heard_of(keen, ADMIN, "/audit @cheng")


async def test_an_empty_desk_and_lists_that_are_turned_off(scene: Scene) -> None:
    assert "没有达到" in await watch(scene, SUPERVISOR_SZ)
    off = Watch(
        no_case=0, at_night=0, colleagues=0, one_subject=0, many_subjects=0, flash=0, no_ground=0, late=0,
        declined=0, conditions=0, returned=0, reveals=0, exports=0,
    )  # fmt: skip
    scene.policy = replace(scene.policy, watch=off)
    scene.pass_time(hours=14)
    await scene.says(OFFICER_KS, asks("无锡", "林小满 " + NUMBER, "紧急程度：特急"), chat=KS)
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/show WX26-0001", chat=LIAISON)
    scene.pass_time(days=5)
    assert "没有达到" in await watch(scene, SUPERVISOR_SZ, "9")


# --- what nobody is to learn -----------------------------------------------------------------------------------------


async def test_what_has_not_gone_out_is_told_to_its_own_unit_alone(keen: Scene) -> None:
    types = {key: replace(rule, approve=True) for key, rule in keen.policy.types.items()}
    keen.policy = replace(keen.policy, types=types)
    await keen.says(OFFICER_KS, asks("苏州"), chat=KS)  # for the unit above
    assert (await keen.request("KS26-0001")).state == "pending"
    assert "KS26_0001" in await watch(keen, SUPERVISOR_KS)
    for who in (SUPERVISOR_SZ, LIAISON_SZ, LIAISON_WX):
        assert "KS26" not in await watch(keen, who)
    await keen.says(LIAISON, "/reject KS26-0001 不需要", chat=LIAISON)
    assert "KS26" not in await watch(keen, SUPERVISOR_SZ)


async def test_who_else_asks_about_somebody_is_not_told_across_units(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    await keen.says(45, asks("无锡"), chat=CZ)
    for who in (SUPERVISOR_KS, SUPERVISOR_SZ, LIAISON_CZ, LIAISON_WX):
        assert "被多人查询" not in await watch(keen, who)
    one = part(await watch(keen, ADMIN), "被多人查询")
    assert "属 2 个单位" in one and "CZ26_0001" in one and "KS26_0001" in one


async def test_a_confidential_request_is_matched_for_its_supervisors_alone(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    await keen.says(HANDLER, asks("无锡"), chat=KS)
    async with keen.store.write() as session:
        await session.execute(update(Request).where(Request.number == "KS26-0002").values(confidential=True))
    assert "被多人查询" in await watch(keen, SUPERVISOR_KS)
    assert "被多人查询" not in await watch(keen, LIAISON)


async def test_of_what_was_deleted_nothing_is_guessed(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    assert "没有案件编号" in await watch(keen, SUPERVISOR_KS)
    async with keen.store.write() as session:
        body = keen.store.sealer.seal("requests", {"subjects": []})
        await session.execute(update(Request).values(purged_at=keen.now, sealed=body))
    assert "没有案件编号" not in await watch(keen, SUPERVISOR_KS)


async def test_what_was_refused_and_read_is_no_fact_once_its_record_was_deleted(keen: Scene) -> None:
    await keen.says(OFFICER, FORM)
    await keen.says(OFFICER, FORM)
    await keen.says(LIAISON, "/show WX26-0001", chat=LIAISON)
    await keen.says(LIAISON, "/decline WX26-0001 1. 没有", chat=KS)
    await keen.says(LIAISON, "/decline WX26-0002 1. 没有", chat=KS)
    told = await watch(keen, SUPERVISOR_KS)
    assert "WX26_0001" in part(told, "拒绝，按依据") and "WX26_0001" in part(told, "却看全文")
    keen.pass_time(days=32)
    async with keen.store.write() as session:  # as `crossbeat purge` leaves it
        request = (await session.scalars(select(Request).where(Request.number == "WX26-0001"))).one()
        request.purged_at = keen.now
        emptied = keen.store.sealer.seal("events", {"emptied": True})
        await session.execute(update(Event).where(Event.chain == request.id).values(sealed=emptied))
    told = await watch(keen, SUPERVISOR_KS, "40")
    assert "WX26_0002" in part(told, "拒绝，按依据") and "WX26_0001" not in told
    assert "没有写明依据" not in told and "却看全文" not in told


async def test_of_what_went_on_to_another_unit_the_number_is_not_told(keen: Scene) -> None:
    await keen.says(OFFICER, FORM)
    await keen.says(HANDLER, "/return WX26-0001 请先付费用", chat=KS)
    assert "/r_WX26_0001" in part(await watch(keen, SUPERVISOR_KS), "费用或条件")
    await keen.replies(OFFICER, keen.last("WX26-0001", "需要补充", chat=WX), "备注：先电话联系")
    await keen.says(LIAISON, "/transfer WX26-0001 常州", chat=KS)
    told = await watch(keen, SUPERVISOR_KS)
    assert "昆山市公安局 · 1" in part(told, "费用或条件") and "WX26" not in told


async def test_a_row_that_was_changed_by_hand_blinds_nobody(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    await keen.says(OFFICER_KS, asks("无锡", OTHERS[0]), chat=KS)
    async with keen.store.write() as session:
        await session.execute(
            update(Request).where(Request.number == "KS26-0001").values(sealed=b"\x01" * 64)
        )
    told = await watch(keen, SUPERVISOR_KS)
    assert "/r_KS26_0001" in part(told, "内容打不开") and "/r_KS26_0002" in part(told, "没有案件编号")


async def test_without_a_chat_it_comes_back_as_a_value_or_is_refused(keen: Scene) -> None:
    await keen.says(OFFICER_KS, asks("无锡"), chat=KS)
    work = keen.acting(SUPERVISOR_KS, SUPERVISOR_KS)
    work.place = work.reply = None
    view = await watching.watch(work, "7")
    assert view.count == 1 and view.until - view.since > timedelta(days=7)
    work = keen.acting(OFFICER_KS, OFFICER_KS)
    work.place = None
    with pytest.raises(Refused, match=r"denied\.watch"):
        await watching.watch(work)


async def heard_of(scene: Scene, who: int, words: str) -> str:
    heard = len(scene.said)
    await scene.says(who, words, chat=who)
    return scene.heard(who, heard)


async def watches(scene: Scene) -> list[dict[str, object]]:
    """What the record says of who asked for it."""
    async with scene.store.read() as session:
        which = (
            select(Event.sealed)
            .where(Event.chain == DESK_CHAIN, Event.action == "watched")
            .order_by(Event.seq)
        )
        return [scene.store.sealer.unseal("events", sealed) for sealed in await session.scalars(which)]
