"""A request done in parts: one for each unit, one answer outward; the asking side learns of nothing but that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.queries import figures
from storage.queries.scopes import Scope
from storage.tables.models import Answer
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene
from workflow.kernel.numbers import is_part, read_number, whole_of
from workflow.record.verifying import verify
from workflow.scheduled import reminders

ADMIN = 1001
OFFICER, LIAISON_WX, HANDLER, LIAISON, LIAISON_SZ, LIAISON_CZ, OFFICER_KS = 11, 13, 21, 22, 31, 41, 24
WHOLE, FIRST, SECOND = "WX26-0001", "WX26-0001-1", "WX26-0001-2"


@pytest.fixture
async def asked(scene: Scene) -> Scene:
    await after(scene, _ask)
    return scene


@pytest.fixture
async def split(scene: Scene) -> Scene:
    await after(scene, _split)
    return scene


async def _ask(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)


async def _split(scene: Scene) -> None:
    await _ask(scene)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(LIAISON, f"/split {WHOLE} 苏州 常州", chat=KS)


async def test_each_unit_has_a_part_with_its_own_number_card_and_time(split: Scene) -> None:
    whole, first, second = [await split.request(n) for n in (WHOLE, FIRST, SECOND)]
    assert (whole.state, whole.handler_id is not None) == ("accepted", True)
    assert {first.state, second.state} == {"open"}
    assert first.from_unit_id == second.from_unit_id == whole.to_unit_id
    assert first.due_at is not None and whole.due_at is not None
    assert split.now < first.due_at == second.due_at < whole.due_at
    for number, chat in ((FIRST, SZ), (SECOND, CZ)):
        card = split.last(number, "受理", chat=chat)
        assert "昆山市公安局 → " in card.text and f"{WHOLE} 的分办件" in card.text
        assert "电信诈骗案嫌疑人户籍核实" in card.text
        assert "分办" not in card.buttons, "one level"
        assert f"/r_{number.replace('-', '_')}" in card.text
    assert not [s for s in split.said if s.chat == CZ and FIRST in s.text]


async def test_the_desk_sees_how_many_are_in_and_who_is_late(split: Scene) -> None:
    card = split.last(WHOLE, "分办 0/2", chat=KS)
    assert "苏州市公安局 · 待受理" in card.text and "常州市公安局 · 待受理" in card.text
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    card = split.last(WHOLE, "分办 1/2", chat=KS)
    assert "苏州市公安局 · 已查实" in card.text
    split.pass_time(days=4)
    await reminders.run(split.work())
    await split.deliver()
    assert "常州市公安局 · 待受理 · 已超期" in split.last(WHOLE, "分办 1/2", chat=KS).text


async def test_the_asking_side_hears_of_one_request(split: Scene) -> None:
    heard = len(split.said)
    await split.says(LIAISON_SZ, f"/accept {FIRST}", chat=SZ)
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await split.says(LIAISON_CZ, f"/return {SECOND} 请补充照片", chat=CZ)
    assert split.heard(WX, heard) == ""
    told = split.heard(WX)
    assert FIRST not in told and "分办" not in told and "常州" not in told
    await split.says(OFFICER, f"/show {FIRST}")
    assert "没有" in split.heard(WX, heard)
    shown = await split.reads(OFFICER, WHOLE)
    assert "分办" not in shown and "花桥" not in shown


REFUSED = {
    "itself": ("/split WX26-0001 昆山", "不能分给自己"),
    "the asker": ("/split WX26-0001 苏州 无锡", "不能分回去"),
    "twice": ("/split WX26-0001 苏州 苏州市公安局", "写了两次"),
    "nobody": ("/split WX26-0001 时限 明天", "分给哪些单位"),
    "unknown": ("/split WX26-0001 图侦支队", "图侦支队"),
    "too late": ("/split WX26-0001 苏州 时限 30天", "不能晚于"),
    "a time that has passed": ("/split WX26-0001 苏州 2020-01-01", "已经过"),
}


@pytest.mark.parametrize(("words", "why"), REFUSED.values(), ids=list(REFUSED))
async def test_what_cannot_be_is_refused_in_one_line(asked: Scene, words: str, why: str) -> None:
    heard = len(asked.said)
    await asked.says(LIAISON, words, chat=KS)
    told = asked.heard(KS, heard)
    assert why in told and "/split WX26-0001" in told, told
    assert [r.number for r in await asked.all_requests()] == [WHOLE]
    assert (await asked.request(WHOLE)).state == "open"


@pytest.mark.parametrize("words", ["/split WX26-0001 苏州 时限 30天", "/split WX26-0001 常州 时限 30天"])
async def test_the_call_that_is_given_for_an_example_works(asked: Scene, words: str) -> None:
    await asked.says(ADMIN, "/unbind", chat=CZ)
    heard = len(asked.said)
    await asked.says(LIAISON, words, chat=KS)
    told = asked.heard(KS, heard)
    example = re.search(r"/split WX26-0001[^\n`]*", told)
    assert example is not None and "常州" not in example[0], told
    await asked.says(LIAISON, example[0], chat=KS)
    assert (await asked.request(FIRST)).state == "open"


@pytest.mark.parametrize(
    ("who", "chat"),
    [(HANDLER, KS), (OFFICER_KS, KS), (OFFICER, WX), (LIAISON_SZ, SZ), (LIAISON_CZ, CZ), (99, KS)],
    ids=["handler", "officer", "asker", "above", "another", "stranger"],
)
async def test_only_the_liaison_of_the_asked_unit_splits(asked: Scene, who: int, chat: int) -> None:
    await asked.says(who, f"/split {WHOLE} 常州", chat=chat)
    assert [r.number for r in await asked.all_requests()] == [WHOLE]


async def test_a_part_is_not_split_again_and_no_unit_has_two(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/split {FIRST} 常州", chat=SZ)
    assert "不能再分" in split.said[-1].text
    await split.says(LIAISON, f"/split {WHOLE} 常州", chat=KS)
    assert f"已有 {WHOLE} 的一件（{SECOND}）" in split.said[-1].text
    await split.says(LIAISON_SZ, f"/transfer {FIRST} 常州", chat=SZ)
    assert SECOND in split.said[-1].text and (await split.request(FIRST)).state == "open"
    await split.says(LIAISON_SZ, f"/transfer {FIRST} 无锡", chat=SZ)
    assert "请另选" in split.said[-1].text
    assert len(await split.all_requests()) == 3


async def test_one_tap_makes_one_part_and_the_list_goes_on(asked: Scene) -> None:
    await asked.presses(LIAISON, "分办", chat=KS)
    choice = asked.last("分给哪些单位办", chat=KS)
    assert set(choice.buttons) == {"苏州市公安局", "常州市公安局"}
    toast = await asked.presses(LIAISON, "常州市公安局", on=choice)
    assert toast == "🧩 已分给常州市公安局"
    left = asked.last(FIRST, "分给哪些单位办", chat=KS)
    assert left.message_id == choice.message_id and set(left.buttons) == {"苏州市公安局"}
    await asked.presses(LIAISON, "常州市公安局", on=choice)  # a double tap
    assert len(await asked.all_requests()) == 2
    await asked.replies(LIAISON, left, "苏州，时限 明天12:00")
    second = await asked.request(SECOND)
    assert second.due_fixed and second.due_at is not None


async def test_a_part_comes_back_to_the_desk_and_goes_out_again(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/return {FIRST} 请补充照片", chat=SZ)
    told = split.last("请补充照片", FIRST, chat=KS)
    assert told.reply_to == split.last(WHOLE, "分办", chat=KS).message_id
    await split.replies(HANDLER, told, "备注：照片已寄出")
    part = await split.request(FIRST)
    assert part.state == "open"
    assert "照片已寄出" in split.last(FIRST, "待受理", chat=SZ).text
    assert "照片" not in split.heard(WX)


async def test_while_a_part_is_out_the_desk_is_not_done(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    for words in ("/decline WX26-0001 不属本辖区", "/transfer WX26-0001 常州"):
        heard = len(split.said)
        await split.says(LIAISON, words, chat=KS)
        assert f"{SECOND}（常州市公安局）" in split.heard(KS, heard)
        assert (await split.request(WHOLE)).state == "accepted"
    await split.says(LIAISON, "/answer WX26-0001 已查实：户籍在昆山", chat=KS)
    asked = split.last("没有回来：", "不等了", chat=KS)
    assert (await split.request(WHOLE)).state == "accepted"
    await split.presses(LIAISON, "不等了", on=asked)
    whole, second = await split.request(WHOLE), await split.request(SECOND)
    assert (whole.state, whole.outcome, second.state) == ("answered", "found", "cancelled")
    assert "已查实" in split.last(WHOLE, "已反馈", chat=WX).text
    assert (await split.request(FIRST)).state == "closed"
    await split.presses(LIAISON, "不等了", on=asked)  # a double tap
    assert (await split.actions(whole)).count("answer") == 1


async def test_cancelled_with_the_whole(split: Scene) -> None:
    await split.says(OFFICER, f"/cancel {WHOLE}")
    assert {(await split.request(n)).state for n in (WHOLE, FIRST, SECOND)} == {"cancelled"}
    assert "已撤销" in split.last(FIRST, chat=SZ).text


async def test_an_edit_of_the_post_reaches_the_parts(scene: Scene) -> None:
    post = await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, f"/split {WHOLE} 苏州 常州", chat=KS)
    await scene.edits(OFFICER, post, FORM.replace("嫌疑人户籍核实", "嫌疑人住址核实"))
    for number, chat in ((FIRST, SZ), (SECOND, CZ)):
        assert "住址核实" in scene.last(number, "待受理", chat=chat).text
        assert "林小满" not in scene.last(number, "有修改", chat=chat).text


async def test_the_record_holds(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    async with split.work().read() as tx:
        checked, broken = await verify(tx)
    assert checked and broken is None


# --- one answer outward -----------------------------------------------------------------------------------------------


async def _answered(scene: Scene) -> None:
    await _split(scene)
    await scene.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await scene.says(LIAISON_CZ, f"/answer {SECOND} 查无：常州无居住登记", chat=CZ)


@pytest.fixture
async def answered(scene: Scene) -> Scene:
    await after(scene, _answered)
    return scene


async def test_the_draft_is_put_before_the_liaison_and_sent_by_a_tap(answered: Scene) -> None:
    draft = answered.last("汇总草稿", chat=LIAISON)
    assert "【苏州市公安局】户籍在昆山花桥\n\n【常州市公安局】查无：常州无居住登记" in draft.text or (
        "【苏州市公安局】户籍在昆山花桥\n\n【常州市公安局】常州无居住登记" in draft.text
    )
    assert "苏州市公安局：已查实" in draft.text and "常州市公安局：查无" in draft.text
    assert answered.heard(WX).count("已反馈") == 0
    await answered.presses(LIAISON, "发出", on=draft)
    whole = await answered.request(WHOLE)
    assert (whole.state, whole.outcome) == ("answered", None)
    pick = answered.last("结果是哪一种", chat=LIAISON)
    assert next(iter(pick.buttons)) == "部分", "what both come to"
    await answered.presses(LIAISON, "部分", on=pick)
    assert (await answered.request(WHOLE)).outcome == "partly"
    assert {(await answered.request(n)).state for n in (FIRST, SECOND)} == {"closed"}
    shown = await answered.reads(OFFICER, WHOLE)
    assert "【苏州市公安局】户籍在昆山花桥" in shown and "【常州市公安局】" in shown
    assert FIRST not in shown
    await answered.presses(LIAISON, "发出", on=draft)  # a double tap
    assert (await answered.actions(whole)).count("answer") == 1


async def test_a_reply_to_the_draft_is_the_answer(answered: Scene) -> None:
    draft = answered.last("汇总草稿", chat=LIAISON)
    await answered.replies(LIAISON, draft, "已查实：经苏州、常州核查，户籍在昆山花桥")
    whole = await answered.request(WHOLE)
    assert (whole.state, whole.outcome) == ("answered", "found")
    assert "经苏州、常州核查" in await answered.reads(OFFICER, WHOLE)


async def test_what_was_put_right_since_is_looked_at_again(answered: Scene) -> None:
    draft = answered.last("汇总草稿", chat=LIAISON)
    await answered.says(LIAISON_SZ, f"/correct {FIRST} 已查实：户籍在昆山陆家", chat=SZ)
    await answered.presses(LIAISON, "发出", on=draft)
    assert (await answered.request(WHOLE)).state == "accepted"
    again = answered.last("汇总草稿", chat=LIAISON)
    assert "昆山陆家" in again.text and again.message_id != draft.message_id
    await answered.presses(LIAISON, "发出", on=again)
    assert "昆山陆家" in await answered.reads(OFFICER, WHOLE)


async def test_the_strictest_code_of_the_parts_holds(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await split.says(LIAISON_SZ, f"/mark {FIRST} H2", chat=SZ)
    await split.says(LIAISON_CZ, f"/answer {SECOND} 已查实：无异常", chat=CZ)
    draft = split.last("汇总草稿", chat=LIAISON)
    assert "H2" in draft.text
    await split.presses(LIAISON, "发出", on=draft)
    pick = split.last("结果是哪一种", chat=LIAISON)
    assert next(iter(pick.buttons)) == "已查实"
    async with split.store.read() as session:
        given = (
            await session.scalars(select(Answer).where(Answer.request_id == (await split.request(WHOLE)).id))
        ).one()
    assert (given.handling, given.evaluation) == ("H2", None)


async def test_on_demand_with_a_part_still_out(split: Scene) -> None:
    await split.says(LIAISON, f"/merge {WHOLE}", chat=KS)
    assert "无可汇总" in split.said[-1].text
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await split.presses(LIAISON, "汇总", chat=KS)
    draft = split.last("汇总草稿", chat=LIAISON)
    assert "未回：WX26-0001-2（常州市公安局）" in draft.text
    await split.presses(LIAISON, "不等未回的", on=draft)
    assert (await split.request(WHOLE)).state == "answered"
    assert (await split.request(SECOND)).state == "cancelled"


async def test_who_may_not_answer_gets_no_draft(answered: Scene) -> None:
    for who, chat in ((OFFICER_KS, KS), (OFFICER, WX), (LIAISON_SZ, SZ), (99, KS)):
        heard = len(answered.said)
        await answered.says(who, f"/merge {WHOLE}", chat=chat)
        assert "汇总草稿**" not in answered.heard(who, heard) and "花桥" not in answered.heard(chat, heard)
        data = next(iter(answered.last("汇总草稿", chat=LIAISON).buttons.values()))
        await answered.forges(who, data, chat=chat)
        assert (await answered.request(WHOLE)).state == "accepted"


async def test_a_declined_part_is_named_and_the_rest_merged(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await split.says(LIAISON_CZ, f"/decline {SECOND} 不属本辖区", chat=CZ)
    draft = split.last("汇总草稿", chat=LIAISON)
    assert "未提供：WX26-0001-2（常州市公安局）" in draft.text
    assert "⛔ 常州市公安局 · 已拒绝" in split.last(WHOLE, "分办 1/2", chat=KS).text
    assert split.heard(WX).count("拒绝") == 0


async def test_the_family_is_offered_to_itself_never_and_to_others_once(answered: Scene) -> None:
    assert not [s for s in answered.said if "用此答复" in s.text or "可能已有答复" in s.text]
    await answered.presses(LIAISON, "发出", on=answered.last("汇总草稿", chat=LIAISON))
    await answered.says(45, FORM, chat=CZ)  # Changzhou asks Kunshan the same
    card = answered.last("CZ26-0001", chat=KS)
    assert [b for b in card.buttons if b.startswith("用此答复")] == ["用此答复 WX26-0001"]
    assert not [s for s in answered.said if s.chat == LIAISON_SZ and "用此答复" in "".join(s.buttons)]


async def test_one_request_is_one_in_the_figures(answered: Scene) -> None:
    await answered.presses(LIAISON, "发出", on=answered.last("汇总草稿", chat=LIAISON))
    known = {unit: (await answered.request(number)).to_unit_id for unit, number in
             (("KS", WHOLE), ("SZ", FIRST), ("CZ", SECOND))}  # fmt: skip
    asker = (await answered.request(WHOLE)).from_unit_id or 0
    since, until = answered.now - timedelta(days=1), answered.now + timedelta(days=1)

    async def counted(*units: int | None) -> tuple[int, ...]:
        scope = Scope.of(*[unit or 0 for unit in units])
        async with answered.work().read() as tx:
            got = await figures.done(tx.session, scope.received, since, until)
            sent = await figures.done(tx.session, scope.sent, since, until)
        return got.new, got.answered, sent.new, sent.answered

    assert await counted(known["KS"]) == (1, 1, 0, 0)
    assert await counted(asker) == (0, 0, 1, 1)
    assert await counted(known["SZ"]) == await counted(known["CZ"]) == (1, 1, 0, 0)
    assert await counted(*known.values()) == (1, 1, 0, 0), "a tree with its departments"
    assert await counted(asker, *known.values()) == (1, 1, 1, 1)


async def test_a_part_counts_against_its_own_unit(split: Scene) -> None:
    split.pass_time(days=4)
    await reminders.run(split.work())
    await split.deliver()
    assert FIRST in split.last("超期", chat=SZ).text and FIRST not in split.heard(CZ)
    assert FIRST not in split.heard(WX)


@pytest.mark.parametrize(
    "written", ["WX26-0001-1", "wx26-1-1", "/r_WX26_0001_1", "#wx26_0001_1", "ＷＸ26－0001－1"]
)
async def test_its_number_is_read_however_it_is_written(split: Scene, written: str) -> None:
    await split.says(LIAISON_SZ, f"/accept {written}", chat=SZ)
    assert (await split.request(FIRST)).state == "accepted"


async def test_a_day_is_no_number_of_a_part(split: Scene) -> None:
    assert read_number("2026-12-01") is None and read_number("KS26-0042-1") == "KS26-0042-1"
    assert read_number("KS26-0042") == "KS26-0042" and whole_of("KS26-0042") is None
    assert whole_of("KS26-0042-12") == "KS26-0042" and is_part("2B26-0042-1")


async def test_nobody_is_asked_twice_by_a_message_that_comes_twice(asked: Scene) -> None:
    message = asked.message(LIAISON, KS, f"/split {WHOLE} 苏州 常州")
    await asked.feed({"message": message})
    await asked.feed({"message": message})
    assert len(await asked.all_requests()) == 3


async def test_who_stands_in_for_the_unit_of_a_part_is_not_let_in_where_it_asked_the_whole(
    asked: Scene,
) -> None:
    today = asked.now.date().isoformat()
    await asked.says(LIAISON_CZ, f"/duty stand-in WX {today}..{today}", chat=CZ)
    assert "代班" in asked.said[-1].text
    await asked.says(LIAISON, f"/split {WHOLE} 苏州 常州", chat=KS)
    await asked.says(LIAISON_WX, "/start", chat=LIAISON_WX)
    heard = len(asked.said)
    for words in (f"/show {SECOND}", f"/accept {SECOND}", f"/answer {SECOND} 已查实：无", f"/why {SECOND}"):
        await asked.says(LIAISON_WX, words, chat=LIAISON_WX)
    assert (await asked.request(SECOND)).state == "open"
    assert "电信诈骗" not in asked.heard(LIAISON_WX, heard)


async def test_gone_with_the_membership(split: Scene) -> None:
    """Who split it leaves: another of the desk has the parts, and hears that they are in."""
    await split.says(HANDLER, "/start", chat=HANDLER)
    await split.says(1001, "/role @shen none KS", chat=KS)
    await split.says(LIAISON_SZ, f"/answer {FIRST} 已查实：户籍在昆山花桥", chat=SZ)
    await split.says(HANDLER, f"/cancel {SECOND}", chat=KS)
    assert (await split.request(SECOND)).state == "cancelled"
    heard = len(split.said)
    await split.says(LIAISON, f"/merge {WHOLE}", chat=LIAISON)
    assert "花桥" not in split.heard(LIAISON, heard)


async def test_what_was_split_off_is_nobodys_own_form(split: Scene) -> None:
    heard = len(split.said)
    await split.says(LIAISON, "/new 户籍", chat=KS)
    assert "电信诈骗案" not in split.heard(KS, heard)
    await split.says(LIAISON, "/notarequest", chat=KS)
    assert {(await split.request(n)).state for n in (FIRST, SECOND)} == {"open"}


async def test_why_says_that_the_desk_set_the_time(split: Scene) -> None:
    heard = len(split.said)
    await split.says(LIAISON_SZ, f"/why {FIRST}", chat=SZ)
    told = split.heard(SZ, heard)
    assert "分办单位定的时限" in told and "12月3日" in told, told
    heard = len(split.said)
    await split.says(LIAISON, f"/why {WHOLE}", chat=KS)
    assert "分办单位定的时限" not in split.heard(KS, heard) and WHOLE in split.heard(KS, heard)


async def test_who_has_it_next_sees_no_parts_of_who_had_it_before(answered: Scene) -> None:
    await answered.says(LIAISON, f"/transfer {WHOLE} 常州", chat=KS)
    whole = await answered.request(WHOLE)
    card = answered.last(WHOLE, "待受理", chat=CZ)
    assert "分办 " not in card.text and "汇总" not in card.buttons and "分办" in card.buttons
    await answered.says(LIAISON_CZ, f"/merge {WHOLE}", chat=CZ)
    assert "没有分办" in answered.said[-1].text
    await answered.says(LIAISON_CZ, f"/split {WHOLE} 苏州", chat=CZ)
    third = await answered.request(f"{WHOLE}-3")
    assert third.from_unit_id == whole.to_unit_id


async def test_no_code_of_the_whole_is_less_strict_than_that_of_a_part(split: Scene) -> None:
    await split.says(LIAISON_SZ, f"/answer {FIRST} H3 已查实：户籍在昆山花桥", chat=SZ)
    await split.says(LIAISON_CZ, f"/answer {SECOND} H1 查无：无记录", chat=CZ)
    for said in (
        f"/answer {WHOLE} H0 部分：见附",
        f"/mark {WHOLE} H0",
        f"/correct {WHOLE} H0 部分：户籍在花桥",
    ):
        await split.says(LIAISON, said, chat=LIAISON)
        assert "H3" in split.said[-1].text and "H0 " not in split.said[-1].text.split("\n")[0], said
        whole = await split.request(WHOLE)
        async with split.store.read() as session:
            given = await session.scalars(select(Answer.handling).where(Answer.request_id == whole.id))
            assert set(given) == {"H3"}, said
