"""What units share for a time: who finds it, how much of it, and when it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from storage.tables.models import Event
from storage.tables.shared import SharedNote
from tests.integration.workflow.scene import KS, Said, Scene
from workflow.kernel.policy import Sharing
from workflow.record.verifying import verify
from workflow.scheduled import alerts

OFFICER, HANDLER, LIAISON, OFFICER_KS, SUPERIOR, OFFICER_SZ, OFFICER_CZ, OUTSIDER = (
    11, 21, 22, 24, 31, 33, 45, 99,
)  # fmt: skip
VALUE = "320583199204080027"
NOTE = "/share 昆山南站监控保存 30 天，找值班室调取"


def last(scene: Scene, chat: int) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == chat)


async def finds(scene: Scene, who: int, words: str = "监控保存") -> str:
    heard = len(scene.said)
    await scene.says(who, f"/find {words}", chat=who)
    return scene.heard(who, heard)


async def count(scene: Scene) -> int:
    async with scene.store.read() as session:
        return await session.scalar(select(func.count()).select_from(SharedNote)) or 0


async def test_a_units_own_people_find_it_and_nobody_else_does(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    assert "已共享 1，有效期到 " in last(scene, HANDLER).text
    told = await finds(scene, OFFICER_KS)
    assert "昆山南站监控保存 30 天" in told and "昆山市公安局 顾一苇" in told and "不是任何请求的答复" in told
    for other in (OFFICER, OFFICER_SZ, OFFICER_CZ, OUTSIDER):
        assert "监控保存 30 天" not in await finds(scene, other)


@pytest.mark.parametrize(
    ("head", "found", "not_found"),
    [
        ("下级：", (OFFICER_KS, OFFICER_SZ), (OFFICER, OFFICER_CZ)),
        ("元旦安保：", (OFFICER_SZ, OFFICER_KS), (OFFICER, OFFICER_CZ)),
        ("环太湖：", (OFFICER_SZ, OFFICER), (OFFICER_KS, OFFICER_CZ)),
    ],
)
async def test_others_find_it_as_far_as_it_was_shared(
    scene: Scene, head: str, found: tuple[int, ...], not_found: tuple[int, ...]
) -> None:
    lake = Sharing(units=frozenset({"SZ", "WX"}), name="环太湖")
    scene.policy = replace(scene.policy, sharing=(lake,))
    await scene.says(SUPERIOR, "/operation 元旦安保 SZ KS until 2026-12-05", chat=-2001)
    await scene.says(SUPERIOR, NOTE.replace("/share ", f"/share {head}"), chat=SUPERIOR)
    for who in found:
        assert "监控保存 30 天" in await finds(scene, who)
    for who in not_found:
        assert "监控保存 30 天" not in await finds(scene, who)
    if "元旦" in head:
        await scene.says(SUPERIOR, "/operation end", chat=-2001)
        assert "监控保存 30 天" not in await finds(scene, OFFICER_KS)


async def test_what_names_somebody_is_read_whole_for_a_purpose_and_recorded(scene: Scene) -> None:
    await scene.says(HANDLER, f"/share 陈望舒 {VALUE} 常住花桥，别去户籍地找", chat=HANDLER)
    told = await finds(scene, OFFICER_KS, "花桥")
    assert VALUE not in told and "花桥" in told
    await scene.presses(OFFICER_KS, "🗒 全文", chat=OFFICER_KS)
    assert VALUE in last(scene, OFFICER_KS).text and "办案" in last(scene, OFFICER_KS).text
    async with scene.store.read() as session:
        assert await session.scalar(select(func.count()).where(Event.action == "share_read")) == 1
    heard = len(scene.said)
    await scene.says(OFFICER_KS, f"/subject {VALUE}", chat=OFFICER_KS)
    assert "常住花桥" in scene.heard(OFFICER_KS, heard)
    heard = len(scene.said)
    await scene.says(OFFICER, f"/subject {VALUE}", chat=OFFICER)
    assert "花桥" not in scene.heard(OFFICER, heard)


async def test_in_a_group_it_is_masked_and_where_others_read_along_it_is_not_found(scene: Scene) -> None:
    await scene.says(HANDLER, f"/share 陈望舒 {VALUE} 常住花桥", chat=HANDLER)
    await scene.says(HANDLER, "/find 花桥", chat=KS)
    assert "花桥" in last(scene, KS).text and VALUE not in scene.heard(KS)
    for code in ("KS", "WX"):
        await scene.says(1001, f"/bind {code} shared", chat=-2001)
    await scene.says(HANDLER, "/find 花桥", chat=-2001)
    assert "花桥" not in scene.heard(-2001)


async def test_it_is_over_by_itself_and_then_kept_no_longer(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE + " 至 2026-12-20", chat=HANDLER)
    assert "12月20日" in last(scene, HANDLER).text, last(scene, HANDLER).text
    assert "至" not in (await finds(scene, OFFICER_KS)).split("天，找")[-1]
    scene.pass_time(days=60)
    assert "监控保存 30 天" not in await finds(scene, OFFICER_KS)
    await alerts.run(scene.work())
    assert await count(scene) == 0


async def test_without_a_day_it_holds_for_ninety(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    scene.pass_time(days=89)
    assert "监控保存 30 天" in await finds(scene, OFFICER_KS)
    scene.pass_time(days=3)
    assert "监控保存 30 天" not in await finds(scene, OFFICER_KS)


@pytest.mark.parametrize("how", ["button", "command"])
async def test_who_shared_it_takes_it_back(scene: Scene, how: str) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    mine = last(scene, HANDLER)
    for who in (OFFICER_KS, SUPERIOR):
        await scene.says(who, "/share 撤回 1", chat=who)
        assert await count(scene) == 1
    if how == "button":
        await scene.presses(HANDLER, "↩️", on=mine)
    else:
        await scene.says(HANDLER, "/share", chat=HANDLER)
        assert "监控保存" in last(scene, HANDLER).text
        await scene.says(HANDLER, "/share withdraw 1", chat=HANDLER)
    assert await count(scene) == 0
    assert "监控保存 30 天" not in await finds(scene, OFFICER_KS)


async def test_words_are_whole_ones_and_numbers_are_not_read_off(scene: Scene) -> None:
    await scene.says(HANDLER, f"/share Liaison plan for Nanjing: ask {VALUE}", chat=HANDLER)
    assert "Nanjing" in await finds(scene, OFFICER_KS, "plan Nanjing")
    for words in ("Li An", "320583199", VALUE[6:14]):
        assert "Nanjing" not in await finds(scene, OFFICER_KS, words), words


async def test_in_a_shared_group_ones_own_notes_are_for_who_may_find_them(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    await scene.says(1001, "/bind CZ shared", chat=KS)
    heard = len(scene.said)
    await scene.says(HANDLER, "/share", chat=KS)
    assert "您没有有效的共享" in scene.heard(KS, heard)


async def test_no_number_is_given_twice(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    first = last(scene, HANDLER)
    await scene.says(HANDLER, "/share 撤回 1", chat=HANDLER)
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    await scene.presses(HANDLER, "↩️", on=first)
    assert await count(scene) == 1, "an old button takes the new one for its own"
    await scene.says(HANDLER, "/share 撤回 2", chat=HANDLER)
    assert await count(scene) == 0


async def test_who_has_left_takes_nothing_back_and_the_liaison_does(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    mine = last(scene, HANDLER)
    await scene.says(LIAISON, "/role @gu none", chat=KS)
    await scene.presses(HANDLER, "↩️", on=mine)
    assert await count(scene) == 1
    await scene.says(LIAISON, "/share 撤回 1", chat=LIAISON)
    assert await count(scene) == 0


@pytest.mark.parametrize(
    ("who", "chat", "args", "said"),
    [
        (OFFICER, OFFICER, "内容", "🚫"),
        (OUTSIDER, OUTSIDER, "内容", "🚫"),
        (HANDLER, HANDLER, "下级：内容", "🚫"),
        (LIAISON, LIAISON, "下级：", "请写共享内容"),
        (LIAISON, LIAISON, "内容\n机密", "密级"),
        (LIAISON, LIAISON, "内" * 2001, "最多 2000 个字"),
        (LIAISON, LIAISON, "内容 至 2020-01-01", "有效期"),
        (LIAISON, LIAISON, "内容 until 2031-01-01", "有效期"),
        (LIAISON, LIAISON, "内容 至 昨天", "有效期"),
        (LIAISON, KS, f"陈望舒 {VALUE} 常住花桥", "私聊"),
    ],
)
async def test_what_is_wrong_is_said_in_a_line_and_nothing_is_kept(
    scene: Scene, who: int, chat: int, args: str, said: str
) -> None:
    await scene.says(who, f"/share {args}", chat=chat)
    assert said in last(scene, chat).text, last(scene, chat).text
    assert VALUE not in last(scene, chat).text
    assert await count(scene) == 0


async def test_a_row_that_was_changed_by_hand_is_found_by_nobody_and_named(scene: Scene) -> None:
    await scene.says(HANDLER, NOTE, chat=HANDLER)
    async with scene.store.write() as session:
        await session.execute(update(SharedNote).values(unit_id=3))
    assert "监控保存 30 天" not in await finds(scene, OFFICER_KS)
    assert "监控保存 30 天" not in await finds(scene, OFFICER)
    async with scene.work().read() as tx:
        _, broken = await verify(tx)
    assert broken is not None and "note" in broken.why
