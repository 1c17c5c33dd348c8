"""Operations of several units: who takes part by whose word, what its group sees, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from storage.tables.models import Event
from storage.tables.operations import Operation, OperationRequest
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Said, Scene
from workflow.kernel.policy import Sharing
from workflow.organisation import setup
from workflow.record.verifying import verify
from workflow.scheduled import closing, digests

OFFICER, LIAISON_WX, HANDLER, LIAISON, SUPERIOR, LIAISON_CZ, OUTSIDER, ADMIN = (
    11,
    13,
    21,
    22,
    31,
    41,
    99,
    1001,
)
JOINT = -2001
BEGIN = "/operation 元旦安保 WX KS until {day}"
TO_CZ = FORM.replace("昆山", "常州")
TAGGED = FORM + "\n行动：元旦安保"


def day(scene: Scene, days: int = 20) -> str:
    return (scene.now + timedelta(days=days)).date().isoformat()


@played_once
async def begun(scene: Scene) -> None:
    """Wuxi has begun it and takes part; Kunshan has been asked, where its liaison reads in private."""
    for who in (LIAISON_WX, LIAISON, LIAISON_CZ, SUPERIOR):
        await scene.says(who, "/start", chat=who)
    await scene.says(LIAISON_WX, BEGIN.format(day=day(scene)), chat=JOINT)


@played_once
async def joined(scene: Scene) -> None:
    await begun(scene)
    await scene.presses(LIAISON, "✅ 同意参与", chat=LIAISON)


def cards(scene: Scene, chat: int, since: int = 0) -> list[str]:
    return [
        s.text.split()[1] for s in scene.said[since:] if s.chat == chat and s.kind == "send" and "→" in s.text
    ]


def last(scene: Scene, chat: int) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == chat)


async def count(scene: Scene, model: type) -> int:
    async with scene.store.read() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


# --- who takes part ---------------------------------------------------------------------------------------------


async def test_a_unit_takes_part_when_its_own_liaison_has_agreed_and_not_before(scene: Scene) -> None:
    await begun(scene)
    told = last(scene, JOINT).text
    assert "参与：无锡市公安局" in told and "待同意：昆山市公安局" in told, told
    asked = last(scene, LIAISON)
    assert "元旦安保" in asked.text and "白露" in asked.text
    await scene.says(HANDLER, TAGGED.replace("昆山", "无锡"), chat=KS)
    assert cards(scene, JOINT) == [], "Kunshan takes no part yet"
    await scene.presses(LIAISON, "✅ 同意参与", chat=LIAISON)
    assert "昆山市公安局参与行动 元旦安保" in last(scene, JOINT).text
    assert not last(scene, LIAISON).buttons
    await scene.says(HANDLER, TAGGED.replace("昆山", "无锡"), chat=KS)
    assert cards(scene, JOINT) == ["KS26-0002"]


async def test_who_stands_above_a_unit_has_it_take_part_and_it_is_told(scene: Scene) -> None:
    for who in (LIAISON, SUPERIOR):
        await scene.says(who, "/start", chat=who)
    await scene.says(SUPERIOR, BEGIN.format(day=day(scene)).replace("WX", "SZ"), chat=JOINT)
    assert "参与：苏州市公安局、昆山市公安局" in last(scene, JOINT).text
    assert "（上级单位）安排昆山市公安局" in last(scene, LIAISON).text


async def test_an_admin_begins_one_and_agrees_for_nobody(scene: Scene) -> None:
    for who in (LIAISON_WX, LIAISON):
        await scene.says(who, "/start", chat=who)
    await scene.says(ADMIN, BEGIN.format(day=day(scene)), chat=JOINT)
    assert "参与：暂无" in last(scene, JOINT).text
    ask = last(scene, LIAISON)
    toast = await scene.forges(ADMIN, ask.buttons["✅ 同意参与"], chat=ADMIN, message_id=ask.message_id)
    assert "由该单位" in toast
    await scene.says(ADMIN, "/operation", chat=JOINT)
    assert "参与：暂无" in last(scene, JOINT).text
    await scene.says(OFFICER, FORM, chat=JOINT)
    assert "还没有单位同意参与" in last(scene, JOINT).text


@pytest.mark.parametrize("who", [OFFICER, HANDLER, LIAISON_CZ, OUTSIDER])
async def test_whoever_may_not_begin_one_is_told_so_and_nothing_changes(scene: Scene, who: int) -> None:
    await scene.says(who, BEGIN.format(day=day(scene)), chat=JOINT)
    assert last(scene, JOINT).text.startswith("🚫")
    assert await count(scene, Operation) == 0


@pytest.mark.parametrize("who", [OFFICER, LIAISON_WX, LIAISON_CZ, OUTSIDER])
async def test_nobody_else_says_for_a_unit_that_it_takes_part(scene: Scene, who: int) -> None:
    await begun(scene)
    ask = last(scene, LIAISON)
    await scene.forges(who, ask.buttons["✅ 同意参与"], chat=LIAISON, message_id=ask.message_id)
    await scene.says(LIAISON_WX, "/operation", chat=JOINT)
    assert "待同意：昆山市公安局" in last(scene, JOINT).text


async def test_a_unit_stays_out_and_a_second_tap_changes_nothing(scene: Scene) -> None:
    await begun(scene)
    ask = last(scene, LIAISON)
    await scene.presses(LIAISON, "🚫 不参与", on=ask)
    assert "昆山市公安局不参与" in last(scene, JOINT).text
    toast = await scene.presses(LIAISON, "🚫 不参与", on=ask)
    assert "按钮" in toast
    await scene.says(LIAISON_WX, "/operation", chat=JOINT)
    assert "昆山" not in last(scene, JOINT).text


async def test_a_unit_of_which_nobody_is_reached_in_private_is_asked_at_its_desk(scene: Scene) -> None:
    await scene.says(LIAISON_WX, BEGIN.format(day=day(scene)), chat=JOINT)
    assert "同意参与" in str(last(scene, KS).buttons)
    await scene.presses(LIAISON, "✅ 同意参与", chat=KS)
    assert "昆山市公安局参与行动" in last(scene, JOINT).text


async def test_one_more_unit_is_asked_and_one_leaves(scene: Scene) -> None:
    await joined(scene)
    await scene.says(LIAISON, "/operation add 常州", chat=JOINT)
    await scene.presses(LIAISON_CZ, "✅ 同意参与", chat=LIAISON_CZ)
    await scene.says(OFFICER, TAGGED, chat=WX)
    assert cards(scene, JOINT) == ["WX26-0001"]
    await scene.says(LIAISON_WX, "/operation leave", chat=JOINT)
    assert "无锡市公安局已退出" in scene.heard(JOINT)
    card = [s for s in scene.said if s.chat == JOINT and "WX26-0001" in s.text][-1]
    assert card.kind == "edit" and "陈" not in card.text and not card.buttons
    await scene.says(OFFICER, TAGGED, chat=WX)
    assert cards(scene, JOINT) == ["WX26-0001"]


async def test_one_liaison_does_not_take_another_unit_out(scene: Scene) -> None:
    await joined(scene)
    await scene.says(LIAISON_WX, "/operation leave KS", chat=JOINT)
    assert last(scene, JOINT).text.startswith("🚫")
    await scene.says(LIAISON_WX, "/operation", chat=JOINT)
    assert "参与：无锡市公安局、昆山市公安局" in last(scene, JOINT).text


async def test_a_unit_that_has_left_or_was_only_asked_runs_nothing(scene: Scene) -> None:
    await begun(scene)
    for said in ("end", "add CZ", f"until {day(scene, 200)}"):
        await scene.says(LIAISON, f"/operation {said}", chat=JOINT)
        assert "🚫" in last(scene, JOINT).text, said
    await scene.presses(LIAISON, "✅ 同意参与", chat=LIAISON)
    await scene.says(LIAISON_WX, "/operation leave", chat=JOINT)
    for said in ("end", "add WX", "add CZ", f"until {day(scene, 200)}", ""):
        await scene.says(LIAISON_WX, f"/operation {said}", chat=JOINT)
        assert "🚫" in last(scene, JOINT).text, said
    await scene.says(LIAISON, "/operation add WX", chat=JOINT)
    assert "待同意：无锡市公安局" in last(scene, JOINT).text


async def test_the_last_unit_that_leaves_ends_it(scene: Scene) -> None:
    await joined(scene)
    await scene.says(LIAISON_WX, "/operation 退出", chat=JOINT)
    await scene.says(LIAISON, "/operation 退出", chat=JOINT)
    assert "已结束" in last(scene, JOINT).text


# --- what its group sees ----------------------------------------------------------------------------------------


async def test_its_group_sees_what_is_tagged_and_nothing_else(scene: Scene) -> None:
    await joined(scene)
    heard = len(scene.said)
    await scene.says(OFFICER, FORM)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    await scene.says(OFFICER, TAGGED)
    await scene.says(HANDLER, "/accept WX26-0002", chat=KS)
    await scene.says(HANDLER, "/answer WX26-0002 已核实，户籍在玉山镇", chat=KS)
    there = [s for s in scene.said[heard:] if s.chat == JOINT]
    assert cards(scene, JOINT, heard) == ["WX26-0002"]
    assert all("WX26-0001" not in s.text for s in there)
    assert all("陈望舒" not in s.text and "320583199204080027" not in s.text for s in there), there
    assert "玉山镇" not in "".join(s.text for s in there)
    assert "行动：元旦安保" in there[0].text


async def test_what_is_posted_in_its_group_is_tagged_by_itself(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, TO_CZ, chat=JOINT)
    assert cards(scene, JOINT) == ["WX26-0001"]
    assert "行动：元旦安保" in scene.heard(JOINT)
    assert cards(scene, CZ) == ["WX26-0001"]
    assert await count(scene, OperationRequest) == 1


async def test_the_asker_tags_a_request_by_a_tap_and_takes_the_tag_away(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, FORM)
    toast = await scene.presses(OFFICER, "🏷 元旦安保", chat=WX)
    assert "已标注" in toast
    assert cards(scene, JOINT) == ["WX26-0001"]
    toast = await scene.presses(OFFICER, "🏷 取消标注", chat=WX)
    assert "不再标注" in toast
    gone = [s for s in scene.said if s.chat == JOINT and "WX26-0001" in s.text][-1]
    assert "陈" not in gone.text and not gone.buttons
    assert await count(scene, OperationRequest) == 0
    await scene.says(HANDLER, "/show WX26-0001", chat=JOINT)
    assert "陈" not in last(scene, JOINT).text


@pytest.mark.parametrize("who", [HANDLER, LIAISON_WX, OUTSIDER])
async def test_nobody_else_tags_a_request(scene: Scene, who: int) -> None:
    await joined(scene)
    await scene.says(OFFICER, FORM)
    card = next(s for s in scene.said if s.chat == WX and "→" in s.text)
    await scene.presses(who, "🏷 元旦安保", on=card)
    assert cards(scene, JOINT) == []


async def test_an_edit_tags_and_untags(scene: Scene) -> None:
    await joined(scene)
    post = await scene.says(OFFICER, FORM)
    await scene.edits(OFFICER, post, TAGGED)
    assert cards(scene, JOINT) == ["WX26-0001"]
    await scene.edits(OFFICER, post, TAGGED.replace("3天", "4天"))
    assert await count(scene, OperationRequest) == 1, "what the edit does not touch stays"
    await scene.edits(OFFICER, post, FORM)
    assert await count(scene, OperationRequest) == 0


async def test_a_tag_by_tap_outlives_an_edit(scene: Scene) -> None:
    await joined(scene)
    post = await scene.says(OFFICER, FORM)
    await scene.presses(OFFICER, "🏷 元旦安保", chat=WX)
    await scene.edits(OFFICER, post, FORM.replace("核实", "核查"))
    assert await count(scene, OperationRequest) == 1
    assert "行动：元旦安保" in last(scene, JOINT).text


async def test_a_name_of_no_operation_of_the_unit_stays_words_and_is_said(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, FORM + "\n行动：春雷")
    assert cards(scene, JOINT) == []
    assert "只作为文字保留" in scene.heard(WX) and "元旦安保" in scene.heard(WX)
    await scene.says(45, TAGGED.replace("昆山", "无锡"), chat=CZ)
    assert cards(scene, JOINT) == [], "Changzhou takes no part"
    assert "贵单位的行动" not in scene.heard(CZ), "nor does it learn which there are"


async def test_what_is_confidential_or_has_not_gone_out_is_not_seen(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, TAGGED + "\n保密")
    assert cards(scene, JOINT) == []


@pytest.mark.parametrize("command", ["/inbox", "/overdue", "/members", "/roster", "/export", "/unit"])
async def test_lists_of_a_unit_are_not_given_out_in_its_group(scene: Scene, command: str) -> None:
    await scene.says(OFFICER, FORM)
    await joined(scene)
    await scene.says(LIAISON, command, chat=JOINT)
    assert "只看标注的请求" in last(scene, JOINT).text


async def test_somebody_of_no_unit_of_it_asks_nothing_there_and_is_not_let_in(scene: Scene) -> None:
    await joined(scene)
    await scene.says(LIAISON_CZ, FORM, chat=JOINT)
    assert last(scene, JOINT).text.startswith("🚫")
    await scene.says(OUTSIDER, "你好", chat=JOINT)
    assert "想加入" not in scene.heard(JOINT)


async def test_its_digest_counts_what_is_tagged_alone(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, TAGGED)
    scene.pass_time(days=1)
    await digests.run(scene.work())
    await scene.deliver()
    told = last(scene, JOINT).text
    assert "行动：元旦安保" in told and "新增 1" in told, told
    assert "WX26-0001" not in told
    await scene.says(LIAISON, "/digest", chat=JOINT)
    assert "WX26-0001" not in last(scene, JOINT).text and "元旦安保" in last(scene, JOINT).text


async def test_its_figures_and_those_of_an_agreement_count_what_is_between_their_units(scene: Scene) -> None:
    lake = Sharing(units=frozenset({"WX", "CZ"}), name="环太湖")
    scene.policy = replace(scene.policy, sharing=(lake,))
    await joined(scene)
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, TAGGED)
    await scene.says(OFFICER, TO_CZ)
    await scene.says(LIAISON, "/stats 7d", chat=JOINT)
    assert "元旦安保" in last(scene, JOINT).text and "相互之间：新增 1 " in last(scene, JOINT).text
    await scene.says(LIAISON, "/stats 元旦安保", chat=LIAISON)
    assert (
        "无锡市公安局、昆山市公安局" in last(scene, LIAISON).text and "新增 1 " in last(scene, LIAISON).text
    )
    await scene.says(LIAISON_CZ, "/stats 环太湖 7d", chat=LIAISON_CZ)
    assert "相互之间：新增 1 " in last(scene, LIAISON_CZ).text
    await scene.says(LIAISON, "/stats 环太湖", chat=LIAISON)
    assert "相互之间" not in last(scene, LIAISON).text, "Kunshan has no part in it"
    await scene.says(LIAISON_CZ, "/stats 元旦安保", chat=LIAISON_CZ)
    assert "相互之间" not in last(scene, LIAISON_CZ).text
    await scene.says(OFFICER, "/stats", chat=JOINT)
    assert last(scene, JOINT).text.startswith("🚫")


# --- how it ends ------------------------------------------------------------------------------------------------


async def test_it_ends_by_itself_on_its_last_day_and_is_announced_the_day_before(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, TAGGED)
    scene.pass_time(days=18)
    assert await closing.run(scene.work()) == 0
    scene.pass_time(days=1)
    assert await closing.run(scene.work()) == 1
    assert await closing.run(scene.work()) == 0
    await scene.deliver()
    assert "自动关闭" in scene.heard(JOINT)
    scene.pass_time(days=2)
    heard = len(scene.said)
    await scene.says(OFFICER, TAGGED)
    assert cards(scene, JOINT, heard) == [], "it is over whether the clock has said so or not"
    assert await closing.run(scene.work()) == 1
    assert await closing.run(scene.work()) == 0
    await scene.deliver()
    assert "未结 1 件" in scene.heard(JOINT, heard)
    await scene.says(HANDLER, "/accept WX26-0001", chat=KS)
    assert "受理" in scene.heard(KS, heard), "it goes on where it belongs"
    assert "顾一苇" not in scene.heard(JOINT, heard)


async def test_it_is_prolonged_and_then_announced_anew(scene: Scene) -> None:
    await joined(scene)
    scene.pass_time(days=19)
    await closing.run(scene.work())
    await scene.says(LIAISON, f"/operation 至 {day(scene, 60)}", chat=JOINT)
    assert "截止日已改为" in last(scene, JOINT).text
    scene.pass_time(days=59)
    assert await closing.run(scene.work()) == 1


async def test_it_is_ended_before_its_time_and_another_may_begin(scene: Scene) -> None:
    await joined(scene)
    await scene.says(OFFICER, "/operation end", chat=JOINT)
    assert last(scene, JOINT).text.startswith("🚫")
    await scene.says(LIAISON, "/operation end", chat=JOINT)
    assert "已结束" in last(scene, JOINT).text
    await scene.says(LIAISON_WX, BEGIN.format(day=day(scene)), chat=JOINT)
    assert "已建立" in last(scene, JOINT).text


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("元旦安保 WX KS", "要有截止日"),
        ("元旦安保 WX KS until 2026-01-05", "不能作为截止日"),
        ("元旦安保 WX KS until 明年再说", "不能作为截止日"),
        ("元旦安保 WX KS until 2031-01-05", "最长一年"),
        ("元旦安保 until 2026-12-05", "参与单位"),
        ("元旦安保 WX until 2026-12-05", "至少要两个单位"),
        ("元旦安保 WX WX until 2026-12-05", "至少要两个单位"),
        ("元旦安保 WX QQ until 2026-12-05", "例如：/operation 元旦安保 KS WX until"),
        ("张三320583199204080027专案 WX KS until 2026-12-05", "个人信息"),
        ("绝密 WX KS until 2026-12-05", "密级"),
        ("护" * 41 + " WX KS until 2026-12-05", "最多 40 个字"),
        ("end", "没有进行中的行动"),
        ("until 2026-12-05", "没有进行中的行动"),
    ],
)
async def test_what_is_wrong_is_said_in_a_line_with_what_works(scene: Scene, args: str, said: str) -> None:
    await scene.says(LIAISON_WX, f"/operation {args}", chat=JOINT)
    told = last(scene, JOINT).text
    assert said in told, told
    assert "320583199204080027" not in told
    assert await count(scene, Operation) == 0


@pytest.mark.parametrize(
    "args",
    [
        "元旦安保 WX KS 至2026年12月5日",
        "元旦安保 WX、KS 到 2026年12月5日",
        "元旦安保 无锡 昆山至2026-12-05",
        "元旦 安保 WX KS until 5 December 2026",
        "护航 到 家 WX KS until 2026-12-05",
    ],
)
async def test_it_is_begun_as_people_write(scene: Scene, args: str) -> None:
    await scene.says(LIAISON_WX, f"/行动 {args}", chat=JOINT)
    told = last(scene, JOINT).text
    assert "已建立" in told and "12月5日" in told, told


async def test_it_is_begun_in_a_group_of_its_own(scene: Scene) -> None:
    await scene.says(LIAISON_WX, BEGIN.format(day=day(scene)), chat=LIAISON_WX)
    assert "自己的群" in last(scene, LIAISON_WX).text
    await scene.says(LIAISON_WX, BEGIN.format(day=day(scene)), chat=WX)
    assert "工作群" in last(scene, WX).text
    await begun(scene)
    await scene.says(ADMIN, "/bind CZ", chat=JOINT)
    assert "结束行动" in last(scene, JOINT).text
    await scene.says(ADMIN, "/unbind", chat=JOINT)
    assert "结束行动" in last(scene, JOINT).text


async def test_what_the_configuration_says_of_its_group_waits_for_its_end(scene: Scene) -> None:
    await joined(scene)
    specs = [setup.UnitSpec(code=code, name=name) for code, name in (("WX", "无锡"), ("KS", "昆山"))]
    await setup.sync(scene.work(), specs, [setup.ChatSpec(id=JOINT, units=("KS",))])
    await scene.says(LIAISON_WX, "/operation", chat=JOINT)
    assert "元旦安保" in last(scene, JOINT).text


async def test_a_group_that_gets_another_id_keeps_its_operation(scene: Scene) -> None:
    await joined(scene)
    new = -2999
    await scene.feed({"message": scene.message(ADMIN, JOINT, None, migrate_to_chat_id=new)})
    await scene.says(OFFICER, TAGGED)
    assert cards(scene, new) == ["WX26-0001"]


async def test_a_row_that_was_changed_by_hand_opens_nothing_and_is_named(scene: Scene) -> None:
    await joined(scene)
    async with scene.store.write() as session:
        await session.execute(update(Operation).values(ends_at=datetime(2030, 1, 1, tzinfo=UTC)))
    await scene.says(OFFICER, TAGGED)
    assert cards(scene, JOINT) == []
    async with scene.work().read() as tx:
        _, broken = await verify(tx)
    assert broken is not None and "operation" in broken.why


async def test_what_becomes_of_it_stands_in_the_record(scene: Scene) -> None:
    await joined(scene)
    await scene.says(LIAISON, "/operation end", chat=JOINT)
    async with scene.store.read() as session:
        found = set(await session.scalars(select(Event.action).where(Event.chain == 0)))
    assert {"operation", "operation_join", "operation_end"} <= found
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_what_goes_out_of_the_group_is_found_by_its_units_in_private(scene: Scene) -> None:
    await joined(scene)
    await scene.says(HANDLER, "/operation", chat=HANDLER)
    assert "元旦安保" in last(scene, HANDLER).text
    await scene.says(LIAISON_CZ, "/operation", chat=LIAISON_CZ)
    assert "元旦安保" not in scene.heard(LIAISON_CZ, len(scene.said) - 1).replace(
        "/operation 元旦安保 KS", ""
    )
    assert SZ != JOINT
