"""The inbox of a unit: three lists with their counts, narrowed down by taps and words, and several done at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.involved import Involved
from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Said, Scene

OFFICER, OTHER, LIAISON_WX = 11, 12, 13
HANDLER, LIAISON, COLLEAGUE, OFFICER_KS, SUPERVISOR = 21, 22, 23, 24, 25
NEW_LIAISON, OUTSIDER = 41, 99


def form(number: int, *, kind: str = "户籍证明", to: str = "昆山", urgency: str = "") -> str:
    text = FORM.replace("陈望舒 320583199204080027", f"王五 1381234{number:04d}").replace("户籍证明", kind)
    text = text.replace("致：昆山", f"致：{to}")
    return text + (f"\n紧急程度：{urgency}\n紧急理由：有人有生命危险" if urgency else "")


@played_once
async def mixed(scene: Scene) -> None:
    """Four to Kunshan, of which one was passed on; one to Changzhou; one out of Kunshan."""
    await scene.says(OFFICER, form(1))
    await scene.says(OFFICER, form(2, kind="车辆信息", urgency="加急"))
    await scene.says(45, form(3), chat=CZ)
    await scene.says(OFFICER, form(4))
    await scene.says(OFFICER_KS, form(5, to="无锡"), chat=KS)
    await scene.says(LIAISON, "/transfer WX26-0003 常州", chat=KS)


async def opened(scene: Scene, who: int = LIAISON, chat: int = KS, words: str = "/inbox") -> Said:
    await scene.says(who, words, chat=chat)
    return scene.said[-1]


async def taps(scene: Scene, who: int, *labels: str) -> Said:
    """One after the other on the list that stands last; what it says then."""
    for label in labels:
        listed = next(
            s for s in reversed(scene.said) if any(b.startswith(("✅ ", "返回", "外来")) for b in s.buttons)
        )
        await scene.presses(who, label, on=listed)
    return next(s for s in reversed(scene.said) if s.buttons and s.kind == "edit")


def numbers(said: Said) -> list[str]:
    return [label.removeprefix("✅ ") for label in said.buttons if "26-" in label]


async def test_three_tabs_have_their_counts_and_each_its_own_requests(scene: Scene) -> None:
    await mixed(scene)
    first = await opened(scene)
    assert list(first.buttons)[:3] == ["✅ 外来 3", "外发 1", "已转 1"]
    assert set(numbers(first)) == {"WX26-0001", "WX26-0002", "CZ26-0001"}
    assert all(f"/r_{number.replace('-', '_')}" in first.text for number in numbers(first))
    out = await taps(scene, LIAISON, "外发 1")
    assert numbers(out) == ["KS26-0001"] and "昆山市公安局 外发（1）" in out.text
    passed = await taps(scene, LIAISON, "已转 1")
    assert numbers(passed) == ["WX26-0003"] and "已转（1）" in passed.text
    assert passed.message_id == first.message_id


async def test_who_passed_a_request_on_still_sees_it_masked_and_nudges(scene: Scene) -> None:
    await mixed(scene)
    await scene.says(HANDLER, "/show WX26-0003", chat=HANDLER)
    text = scene.said[-1].text
    assert (
        "WX26_0003" in text and "常州市公安局" in text and "138****0004" in text and "13812340004" not in text
    )
    await scene.says(LIAISON, "/nudge WX26-0003", chat=LIAISON)
    assert "催" in scene.heard(CZ)
    for who in (OFFICER_KS, OUTSIDER):
        await scene.says(who, "/show WX26-0003", chat=who)
        assert "常州" not in scene.said[-1].text
    for words in (
        "/answer WX26-0003 已查实",
        "/accept WX26-0003",
        "/transfer WX26-0003 苏州",
        "/decline WX26-0003 无",
    ):
        await scene.says(LIAISON, words, chat=LIAISON)
        assert "🚫" in scene.said[-1].text, words
    assert (await scene.request("WX26-0003")).state == "open"


async def test_how_it_came_out_is_not_told_to_who_passed_it_on(scene: Scene) -> None:
    await mixed(scene)
    await scene.says(NEW_LIAISON, "/answer WX26-0003 已查实，住花桥", chat=CZ)
    for words in ("/show WX26-0003", "/nudge WX26-0003", "/inbox 已转"):
        await scene.says(LIAISON, words, chat=LIAISON)
        assert not any(word in scene.said[-1].text for word in ("已反馈", "花桥", "常州", "已查实")), words


async def test_a_group_that_was_made_a_desk_keeps_the_card_of_what_it_passed_on(scene: Scene) -> None:
    await scene.says(1001, "/bind KS desk", chat=KS)
    await mixed(scene)
    card = [s for s in scene.said if s.chat == KS and "WX26_0003" in s.text][-1]
    assert "138****0004" in card.text and "常州市公安局" in card.text
    assert [b for b in card.buttons if b.startswith(("催办", "受理", "转办", "转派"))] == ["催办"]
    await scene.presses(LIAISON, "催办", on=card)
    assert "催" in scene.heard(CZ)
    await scene.says(NEW_LIAISON, "/answer WX26-0003 已查实，住花桥", chat=CZ)
    last = [s for s in scene.said if s.chat == KS and "WX26_0003" in s.text][-1]
    assert "138****0004" not in last.text and "花桥" not in last.text and not last.buttons


async def test_what_comes_back_to_who_passed_it_on_is_theirs_again_and_is_no_more_when_it_is_over(
    scene: Scene,
) -> None:
    await mixed(scene)
    await scene.says(NEW_LIAISON, "/transfer WX26-0003 昆山", chat=CZ)
    async with scene.store.read() as session:
        request = await scene.request("WX26-0003")
        found = await session.execute(
            select(Involved.role, Involved.unit_id)
            .where(Involved.request_id == request.id)
            .order_by(Involved.role)
        )
        roles = [(role, unit) for role, unit in found]
    assert [role for role, _ in roles] == ["asked", "asker", "forwarded"]
    assert dict(roles)["asked"] == request.to_unit_id
    first = await opened(scene)
    assert list(first.buttons)[:3] == ["✅ 外来 4", "外发 1", "已转 0"]
    await scene.says(NEW_LIAISON, "/inbox 已转", chat=CZ)
    assert numbers(scene.said[-1]) == ["WX26-0003"]
    await scene.says(LIAISON, "/answer WX26-0003 已查实", chat=KS)
    await scene.says(NEW_LIAISON, "/inbox 已转", chat=CZ)
    assert "WX26" not in scene.said[-1].text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("户籍", {"WX26-0001", "CZ26-0001"}),
        ("加急", {"WX26-0002"}),
        ("无锡", {"WX26-0001", "WX26-0002"}),
        ("户籍 无锡", {"WX26-0001"}),
        ("我的", {"WX26-0001"}),
        ("mine 常州", set()),
        ("超期", set()),
        ("昆山 车辆", {"WX26-0002"}),
        ("外发", {"KS26-0001"}),
        ("外发 常州", set()),
        ("household, 无锡", {"WX26-0001"}),
    ],
)
async def test_words_narrow_it_down(scene: Scene, words: str, found: set[str]) -> None:
    await mixed(scene)
    await scene.says(LIAISON, "/accept WX26-0001", chat=KS)
    assert set(numbers(await opened(scene, words=f"/inbox {words}"))) == found
    if not found:
        assert "没有符合筛选" in scene.said[-1].text


async def test_what_is_late_is_found(scene: Scene) -> None:
    await mixed(scene)
    scene.pass_time(days=4)
    assert set(numbers(await opened(scene, words="/inbox 超期"))) == {"WX26-0001", "WX26-0002", "CZ26-0001"}
    assert set(numbers(await opened(scene, words="/inbox 外发 late"))) == {"KS26-0001"}


@pytest.mark.parametrize("words", ["麒麟", "WX26-0001", "mine 甲乙丙", "x" * 300])
async def test_a_word_that_says_nothing_is_named_with_an_example_that_works(scene: Scene, words: str) -> None:
    await mixed(scene)
    said = await opened(scene, words=f"/inbox {words}")
    assert "看不懂" in said.text and "/inbox 特急 我的" in said.text and not said.buttons
    assert "✅ 外来" not in said.text
    await scene.says(LIAISON, "/inbox 特急 我的", chat=KS)
    assert "看不懂" not in scene.said[-1].text


async def test_two_other_units_at_once_are_refused(scene: Scene) -> None:
    await mixed(scene)
    assert "一次只能按一个单位" in (await opened(scene, words="/inbox 无锡 常州")).text


async def test_taps_narrow_it_down_and_take_it_back(scene: Scene) -> None:
    await mixed(scene)
    await opened(scene)
    panel = await taps(scene, LIAISON, "🔎 筛选")
    assert {
        "特急",
        "加急",
        "普通",
        "我的",
        "超期",
        "户籍证明",
        "车辆信息",
        "无锡市公安局",
        "常州市公安局",
    } <= set(panel.buttons)
    narrowed = await taps(scene, LIAISON, "户籍证明", "无锡市公安局")
    assert "筛选：户籍证明" in narrowed.text and {"✅ 户籍证明", "✅ 无锡市公安局"} <= set(narrowed.buttons)
    assert "WX26_0001" in narrowed.text and "WX26_0002" not in narrowed.text and "CZ26" not in narrowed.text
    listed = await taps(scene, LIAISON, "返回清单")
    assert numbers(listed) == ["WX26-0001"] and "✅ 外来 1" in listed.buttons
    again = await taps(scene, LIAISON, "🔎 筛选", "✅ 户籍证明", "返回清单")
    assert set(numbers(again)) == {"WX26-0001", "WX26-0002"}
    assert len(numbers(await taps(scene, LIAISON, "🔎 筛选", "清除筛选"))) == 3


async def test_several_are_accepted_at_once_and_the_refused_are_named_with_the_reason(scene: Scene) -> None:
    await mixed(scene)
    await opened(scene)
    picking = await taps(scene, LIAISON, "☑️ 多选", "WX26-0001", "WX26-0002", "CZ26-0001")
    assert "已选 3 件" in picking.text and "✅ WX26-0001" in picking.buttons
    await scene.says(LIAISON, "/answer WX26-0002 已查实", chat=KS)
    since = len(scene.said)
    done = await taps(scene, LIAISON, "受理 3 件")
    for number in ("WX26-0001", "CZ26-0001"):
        assert (await scene.request(number)).state == "accepted"
        assert (await scene.request(number)).handler_id is not None
    assert (await scene.request("WX26-0002")).state == "answered"
    [told] = [s for s in scene.said[since:] if "未办" in s.text]
    assert "已办 2 件" in told.text and "WX26-0002：" in told.text and "已反馈" in told.text
    assert "由我承办（2）" in done.text


async def test_several_are_assigned_to_a_handler_and_a_handler_may_not_assign(scene: Scene) -> None:
    await mixed(scene)
    await opened(scene, who=HANDLER, chat=HANDLER)
    assert not any("转派" in b for b in (await taps(scene, HANDLER, "☑️ 多选", "本页全选")).buttons)
    assert "失效" in await scene.forges(
        HANDLER, forged(scene, "assign"), chat=HANDLER, message_id=scene.said[-1].message_id
    )
    await opened(scene)
    await taps(scene, LIAISON, "☑️ 多选", "本页全选", "转派 3 件")
    await taps(scene, LIAISON, "顾一苇")
    for number in ("WX26-0001", "WX26-0002", "CZ26-0001"):
        assert (await scene.request(number)).state == "accepted"


def forged(scene: Scene, does: str) -> str:
    """The data of a button of the list that stands last, which does something else."""
    data = next(iter(scene.said[-1].buttons.values())).split(":")
    return ":".join([*data[:3], does])


async def test_several_are_answered_with_one_text_and_one_outcome(scene: Scene) -> None:
    await mixed(scene)
    await opened(scene)
    await taps(scene, LIAISON, "☑️ 多选", "WX26-0001", "CZ26-0001", "反馈 2 件", "查无")
    asked = scene.said[-1]
    assert "WX26-0001" in asked.text and "CZ26-0001" in asked.text and "查无" in asked.text
    await scene.replies(LIAISON, asked, "已查实：住花桥")
    assert "已办 0 件" in scene.said[-1].text and "不一致" in scene.said[-1].text
    await scene.replies(LIAISON, asked, "未见登记")
    for number in ("WX26-0001", "CZ26-0001"):
        request = await scene.request(number)
        assert (request.state, request.outcome) == ("answered", "nothing")
    assert "已办 2 件" in scene.said[-1].text or "已办 2 件" in scene.heard(KS)
    assert (await scene.request("WX26-0002")).state == "open"
    await scene.replies(LIAISON, asked, "再说一次")
    assert "还没有选中" in scene.said[-1].text, "twice is once"


async def test_another_reader_s_list_is_not_theirs_to_press(scene: Scene) -> None:
    await mixed(scene)
    listed = await opened(scene)
    for who in (HANDLER, OFFICER_KS, OFFICER, OUTSIDER):
        for label in ("外发 1", "☑️ 多选", "🔎 筛选"):
            assert "🚫" in await scene.presses(who, label, on=listed), (who, label)
    assert scene.said[-1].message_id >= listed.message_id


async def test_who_left_presses_in_vain(scene: Scene) -> None:
    await mixed(scene)
    await opened(scene, who=HANDLER)
    await taps(scene, HANDLER, "☑️ 多选", "本页全选")
    listed = scene.said[-1]
    await scene.says(LIAISON, "/role @gu none", chat=KS)
    assert "🚫" in await scene.presses(HANDLER, "受理 3 件", on=listed)
    assert (await scene.request("WX26-0001")).state == "open"


async def test_forged_taps_change_nothing(scene: Scene) -> None:
    await mixed(scene)
    listed = await opened(scene)
    kept = next(iter(listed.buttons.values())).split(":")[2]
    outside = (await scene.request("WX26-0003")).id
    for does in (
        f"on:{outside}", "on:999999", "tab:all", "urgency:now", "type:p00000000", "page:0", "page:x", "accept", "to:1",
        "outcome:found", "answer", "drop", "", "unit:x", f"to:{outside}",
    ):  # fmt: skip
        told = await scene.forges(LIAISON, f"2:inbox:{kept}:{does}", chat=KS, message_id=listed.message_id)
        assert "⚠️" in told or "🚫" in told, does
    assert "🚫" in await scene.forges(LIAISON, "2:inbox:99999:filter", chat=KS, message_id=listed.message_id)
    assert {r.state for r in await scene.all_requests()} == {"open"}


async def test_in_a_shared_group_it_has_what_is_between_its_units_alone(scene: Scene) -> None:
    await mixed(scene)
    await scene.says(1001, "/bind WX shared", chat=CZ)
    await scene.says(LIAISON_WX, "/inbox WX", chat=WX)
    assert "✅ 外来 1" in scene.said[-1].buttons
    await scene.says(LIAISON_WX, "/inbox WX", chat=CZ)
    assert "KS26" not in scene.said[-1].text
    await scene.says(LIAISON_WX, "/inbox WX 外发", chat=CZ)
    assert numbers(scene.said[-1]) == ["WX26-0003"], "the one that was passed on to Changzhou"


async def test_in_english(scene: Scene) -> None:
    await mixed(scene)
    await scene.says(LIAISON, "/lang en", chat=LIAISON)
    listed = await opened(scene, chat=LIAISON, words="/inbox household")
    assert list(listed.buttons)[:3] == ["✅ In 2", "Out 1", "Passed on 1"]
    assert "Filter: " in listed.text
