"""The unit that gave an answer may give it to who did not get it: by a tap of its own, and the asker hears of it
only then. What holds for a part answers the part; what may be the same is laid beside the request."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from storage.tables.models import Answer, Desk, Event, Offer, Request
from tests.integration.workflow.dump import changed, dump
from tests.integration.workflow.kept import after, played_once
from tests.integration.workflow.scene import CZ, FORM, KS, SZ, WX, Scene
from workflow.kernel.errors import Refused
from workflow.record.verifying import verify
from workflow.reuse import giving, reusing

OFFICER, COLLEAGUE, LIAISON_WX, HANDLER, LIAISON, OFFICER_KS = 11, 12, 13, 21, 22, 24
LIAISON_SZ, CHANGZHOU, OFFICER_CZ, ADMIN = 31, 41, 45, 1001
KNOWN, UNKNOWN = "陈望舒 320583199204080027", "顾远山 11010519491231002X"
PHOTO = {"photo": [{"file_id": "P1", "file_unique_id": "u", "width": 1, "height": 1}]}


@pytest.fixture
async def given(scene: Scene) -> Scene:
    """Kunshan has answered WX26-0001; Changzhou asks Kunshan the same in CZ26-0001."""
    await after(scene, _give)
    return scene


async def _give(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)


@played_once
async def answered(scene: Scene, **more: object) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(
        LIAISON, None, chat=KS, caption="/answer WX26-0001 已核实，户籍在昆山花桥", **(more or PHOTO)
    )


async def shown_in_private(scene: Scene, who: int, number: str) -> str:
    heard = len(scene.said)
    await scene.says(who, f"/show {number}", chat=who)
    return scene.heard(who, heard)


async def recorded(scene: Scene, number: str) -> list[str]:
    return await scene.actions(await scene.request(number))


async def offers(scene: Scene) -> list[tuple[str, str, str]]:
    async with scene.store.read() as session:
        return [(o.side, o.verdict, o.state) for o in await session.scalars(select(Offer).order_by(Offer.id))]


async def test_the_unit_that_gave_the_answer_sees_so_under_its_card_and_the_asker_does_not(
    given: Scene,
) -> None:
    card = given.last("CZ26-0001", chat=KS)
    assert "您单位曾答复同一对象" in card.text and "WX26-0001" in card.text
    labels = list(card.buttons)
    assert [b for b in labels if b.startswith(("用此答复 WX26-0001", "先看", "另行办理"))] == labels[:3]
    for chat in (CZ, OFFICER_CZ):
        assert "WX26" not in given.heard(chat) and "曾答复" not in given.heard(chat)
    assert await offers(given) == [("gave", "reuse", "open")]


@pytest.mark.parametrize("who", [HANDLER, LIAISON])
async def test_one_tap_answers_the_request_and_the_asker_is_given_the_answer(given: Scene, who: int) -> None:
    await given.says(OFFICER_CZ, "/start", chat=OFFICER_CZ)
    heard = len(given.said)
    await given.presses(who, "用此答复", chat=KS)
    request = await given.request("CZ26-0001")
    assert (request.state, request.outcome) == ("answered", (await given.request("WX26-0001")).outcome)
    assert "昆山市公安局" in given.last("CZ26-0001", "办结", chat=CZ).text
    told = given.heard(OFFICER_CZ, heard)
    assert "户籍在昆山花桥" in told and "WX26" not in told
    assert "P1" in [f for s in given.said[heard:] if s.chat == OFFICER_CZ for f in s.files]
    assert "WX26" not in given.heard(CZ, heard) and "无锡" not in given.heard(CZ, heard)
    assert not [b for b in given.last("CZ26-0001", chat=KS).buttons if b.startswith("用此答复")]
    assert await offers(given) == [("gave", "reuse", "taken")]


async def test_the_same_by_a_command_in_chinese_and_in_reply_to_the_card(given: Scene) -> None:
    for words in ("/用此答复 CZ26-0001 WX26-0001", "/release wx26-1"):
        if words.startswith("/release"):
            await given.says(OFFICER_CZ, FORM, chat=CZ)
            await given.replies(HANDLER, given.last("CZ26-0002", chat=KS), "/release WX26-0001")
            assert (await given.request("CZ26-0002")).state == "answered"
        else:
            await given.says(HANDLER, words, chat=KS)
            assert (await given.request("CZ26-0001")).state == "answered"


async def test_both_records_say_so_and_the_one_asker_does_not_read_it_in_the_other_s(given: Scene) -> None:
    await given.presses(HANDLER, "用此答复", chat=KS)
    assert "release" in await recorded(given, "CZ26-0001")
    assert "released" in await recorded(given, "WX26-0001")
    assert "CZ26-0001" not in await shown_in_private(given, OFFICER, "WX26-0001")
    told = await shown_in_private(given, OFFICER, "WX26-0001")
    assert "常州" not in told and "提供给" not in told
    told = await shown_in_private(given, OFFICER_CZ, "CZ26-0001")
    assert "无锡" not in told and "WX26" not in told


async def test_withheld_the_asker_learns_nothing_and_it_is_not_offered_again(given: Scene) -> None:
    heard = len(given.said)
    await given.says(LIAISON, "/withhold CZ26-0001 WX26-0001", chat=KS)
    assert not given.heard(CZ, heard)
    assert (await given.request("CZ26-0001")).state == "open"
    assert "withhold" in await recorded(given, "CZ26-0001")
    assert "withhold" in await recorded(given, "WX26-0001")
    assert "曾答复" not in given.last("CZ26-0001", chat=KS).text
    assert "withhold" not in await shown_in_private(given, OFFICER_CZ, "CZ26-0001")
    await given.edits(
        OFFICER_CZ, (await given.request("CZ26-0001")).message_id or 0, FORM + "\n案件：A123", chat=CZ
    )
    assert "曾答复" not in given.last("CZ26-0001", chat=KS).text
    assert await offers(given) == [("gave", "reuse", "withheld")]


async def test_handled_anew_the_line_goes_and_nobody_else_hears(given: Scene) -> None:
    heard = len(given.said)
    await given.presses(HANDLER, "另行办理", chat=KS)
    assert not given.heard(CZ, heard)
    assert "曾答复" not in given.last("CZ26-0001", chat=KS).text
    assert "已失效" in await given.forges(HANDLER, "1:release:2:1", chat=KS)  # the button as it stood before
    assert (await given.request("CZ26-0001")).state == "open"


@pytest.mark.parametrize(
    "who", [OFFICER_KS, 25, ADMIN, OFFICER_CZ, CHANGZHOU, OFFICER, LIAISON_WX, LIAISON_SZ, 99]
)
async def test_nobody_else_releases_or_withholds_by_button_or_by_command(given: Scene, who: int) -> None:
    before = await dump(given.store)
    for chat in (KS, who):
        for action in ("release", "withhold", "apart"):
            if who != ADMIN or action == "release":
                await given.forges(who, f"2:{action}:2:1", chat=chat)
    for action in ("release", "withhold") if who != ADMIN else ("release",):
        await given.says(who, f"/{action} CZ26-0001 WX26-0001", chat=who)
        assert given.said[-1].text.startswith(("🚫", "⚠️"))
    await given.deliver()
    assert not [
        c for c in changed(before, await dump(given.store)) if c not in ("people", "accounts", "memberships")
    ]


async def test_to_who_has_no_right_to_it_a_request_that_is_there_is_as_one_that_is_not(given: Scene) -> None:
    for who in (OFFICER_CZ, LIAISON_SZ, 99):
        words = set()
        for pair in (
            "CZ26-0001 WX26-0001",
            "CZ26-0001 WX26-0077",
            "CZ26-0077 WX26-0001",
            "SZ26-0001 SZ26-0002",
        ):
            await given.says(who, f"/release {pair}", chat=who)
            words.add(given.said[-1].text.replace(pair, "N M"))
        assert len(words) == 1
        assert (
            len(
                {await given.forges(who, f"1:release:{n}:{m}", chat=who) for n, m in ((2, 1), (2, 9), (9, 1))}
            )
            == 1
        )


# --- when a third unit was asked


@pytest.fixture
async def elsewhere(scene: Scene) -> Scene:
    """Changzhou asks Suzhou what Kunshan has answered to Wuxi; Kunshan's liaison has a private chat."""
    await after(scene, _ask_elsewhere)
    return scene


async def _ask_elsewhere(scene: Scene) -> None:
    await answered(scene)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(OFFICER_CZ, FORM.replace("昆山", "苏州"), chat=CZ)


async def test_the_liaison_of_the_unit_that_gave_it_is_asked_in_private_and_nobody_else(
    elsewhere: Scene,
) -> None:
    asked = elsewhere.last("CZ26-0001", chat=LIAISON)
    assert "常州市公安局" in asked.text and "WX26-0001" in asked.text
    assert [b[:3] for b in asked.buttons] == ["用此答", "不提供", "先看"]
    assert "陈" not in asked.text and "320583" not in asked.text
    for chat in (KS, WX, SZ, CZ):
        assert "WX26-0001" not in elsewhere.last("", chat=chat).text or chat in (WX, KS)
        assert "曾答复" not in elsewhere.heard(chat) and "CZ26" not in elsewhere.heard(KS) + elsewhere.heard(
            WX
        )


async def test_released_there_the_unit_that_is_asked_hears_only_that_nothing_is_left_to_do(
    elsewhere: Scene,
) -> None:
    heard = len(elsewhere.said)
    await elsewhere.presses(LIAISON, "用此答复", chat=LIAISON)
    assert (await elsewhere.request("CZ26-0001")).state == "answered"
    assert "昆山市公安局" in elsewhere.heard(CZ, heard)
    told = elsewhere.heard(SZ, heard) + await shown_in_private(elsewhere, LIAISON_SZ, "CZ26-0001")
    assert "无需再查" in told
    for secret in ("花桥", "昆山", "WX26", "已查实"):
        assert secret not in told
    gone = [s for s in elsewhere.said[heard:] if s.chat == LIAISON and s.kind == "edit"]
    assert gone and not gone[-1].buttons


async def test_withheld_there_no_other_chat_hears_a_word(elsewhere: Scene) -> None:
    heard = len(elsewhere.said)
    await elsewhere.presses(LIAISON, "不提供", chat=LIAISON)
    assert {s.chat for s in elsewhere.said[heard:]} == {LIAISON}
    await elsewhere.presses(LIAISON, "用此答复", on=elsewhere.last("WX26-0001", "用此", chat=LIAISON))
    assert (await elsewhere.request("CZ26-0001")).state == "open"


async def test_what_is_over_meanwhile_is_not_released_and_not_described(elsewhere: Scene) -> None:
    await elsewhere.says(LIAISON_SZ, "/answer CZ26-0001 已另行核实", chat=SZ)
    toast = await elsewhere.presses(LIAISON, "用此答复", chat=LIAISON)
    assert "了结" in toast and "苏州" not in toast
    assert "release" not in await recorded(elsewhere, "CZ26-0001")


async def test_a_third_unit_is_asked_only_for_what_is_surely_about_the_same(scene: Scene) -> None:
    await answered(scene)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    heard = len(scene.said)
    for subject in ("陈望舒", "陈望舒 320583********0027"):
        await scene.says(OFFICER_CZ, FORM.replace("昆山", "苏州").replace(KNOWN, subject), chat=CZ)
    assert not scene.heard(LIAISON, heard)


async def test_in_a_group_that_the_asker_reads_too_nothing_of_it_is_said(scene: Scene) -> None:
    await answered(scene)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(ADMIN, "/bind CZ", chat=KS)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert "曾答复" not in scene.heard(KS)
    assert "用此答复 WX26-0001" in scene.last("CZ26-0001", chat=LIAISON).buttons
    toast = await scene.forges(HANDLER, "1:release:2:1", chat=KS)
    assert "私聊" in toast
    assert (await scene.request("CZ26-0001")).state == "open"


# --- what was decided before stands beside the question -----------------------------------------------------------


async def _both_answered(scene: Scene) -> None:
    """Kunshan has answered Wuxi about two people."""
    await answered(scene)
    await scene.says(OFFICER, FORM.replace(KNOWN, UNKNOWN))
    await scene.says(LIAISON, "/answer WX26-0002 查无此人", chat=KS)
    await scene.presses(LIAISON, "查无", chat=KS)


@pytest.mark.parametrize(("tap", "said"), [("用此答复", "上次：同意"), ("withhold", "上次：不提供")])
async def test_the_question_says_how_it_was_decided_last(scene: Scene, tap: str, said: str) -> None:
    await _both_answered(scene)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert "上次" not in scene.last("CZ26-0001", chat=KS).text
    if tap == "withhold":
        await scene.says(LIAISON, "/withhold CZ26-0001 WX26-0001", chat=KS)
    else:
        await scene.presses(LIAISON, tap, chat=KS)
    heard = len(scene.said)
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, UNKNOWN), chat=CZ)
    card = scene.last("CZ26-0002", chat=KS)
    assert said in card.text and "沈听澜" in card.text
    assert any(label.startswith("用此答复 WX26-0002") for label in card.buttons)
    assert "上次" not in scene.heard(CZ, heard) and (await scene.request("CZ26-0002")).state == "open"


async def test_what_was_decided_for_one_unit_is_not_said_of_another(scene: Scene) -> None:
    await _both_answered(scene)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.presses(LIAISON, "用此答复", chat=KS)
    await scene.says(33, FORM.replace(KNOWN, UNKNOWN), chat=SZ)
    card = scene.last("SZ26-0001", chat=KS)
    assert "曾答复" in card.text and "上次" not in card.text


async def test_a_decision_that_was_set_by_hand_is_not_shown(scene: Scene) -> None:
    await _both_answered(scene)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    await scene.presses(LIAISON, "用此答复", chat=KS)
    async with scene.store.write() as session:
        rows = (await session.scalars(select(Desk).where(Desk.key.startswith("consent:")))).all()
        assert len(rows) == 1
        giver, asker, kind = rows[0].key.removeprefix("consent:").split(":")
        session.add(Desk(key=f"consent:{giver}:{int(asker) + 900}:{kind}", value=rows[0].value))
        rows[0].value = rows[0].value[:-8] + "AAAAAAA="
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, UNKNOWN), chat=CZ)
    card = scene.last("CZ26-0002", chat=KS)
    assert "曾答复" in card.text and "上次" not in card.text


async def test_who_was_told_no_does_not_have_the_liaison_asked_again(elsewhere: Scene) -> None:
    await elsewhere.presses(LIAISON, "不提供", chat=LIAISON)
    heard = len(elsewhere.said)
    await elsewhere.says(OFFICER_CZ, FORM.replace("昆山", "苏州") + "\n备注：再次请求", chat=CZ)
    assert not elsewhere.heard(LIAISON, heard)
    await elsewhere.says(CHANGZHOU, FORM.replace("昆山", "苏州"), chat=CZ)
    assert "上次：不提供" in elsewhere.heard(LIAISON, heard)


# --- a part, and what only may be the same


async def test_what_holds_for_some_of_the_subjects_answers_these_and_the_rest_stays_open(
    scene: Scene,
) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM.replace(KNOWN, f"{KNOWN}\n对象：{UNKNOWN}"))
    assert "只涉及其中 1 个对象" in scene.last("WX26-0002", "复用 WX26-0001", chat=WX).text
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    request = await scene.request("WX26-0002")
    assert (request.state, request.partial, request.answered_at) == ("open", True, None)
    assert "2 个对象中的 1 个" in scene.heard(KS)
    assert "take_part" in await recorded(scene, "WX26-0002")
    await scene.says(LIAISON, "/answer WX26-0002 另一人也已核实", chat=KS)
    assert (await scene.request("WX26-0002")).state == "answered"


async def test_parts_that_hold_for_all_of_them_together_answer_the_request(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER, FORM.replace(KNOWN, UNKNOWN))
    await scene.says(LIAISON, "/answer WX26-0002 已核实，户籍在北京", chat=KS)
    await scene.says(COLLEAGUE, FORM.replace(KNOWN, f"{KNOWN}\n对象：{UNKNOWN}"))
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert (await scene.request("WX26-0003")).state == "open"
    await scene.presses(COLLEAGUE, "复用 WX26-0002", chat=WX)
    assert (await scene.request("WX26-0003")).state == "answered"
    whole = await shown_in_private(scene, COLLEAGUE, "WX26-0003")
    assert "花桥" in whole and "北京" in whole


async def test_a_part_that_held_before_an_edit_counts_no_more_after_it(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER, FORM.replace(KNOWN, UNKNOWN))
    await scene.says(LIAISON, "/answer WX26-0002 已核实，户籍在北京", chat=KS)
    third = "周行之 320583198511110038"
    post = await scene.says(COLLEAGUE, FORM.replace(KNOWN, f"{KNOWN}\n对象：{UNKNOWN}"))
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    await scene.edits(COLLEAGUE, post, FORM.replace(KNOWN, f"{third}\n对象：{UNKNOWN}"))
    await scene.presses(COLLEAGUE, "复用 WX26-0002", chat=WX)
    assert (await scene.request("WX26-0003")).state == "open"


async def test_what_only_may_be_the_same_is_attached_by_the_asker_and_the_request_stays_open(
    scene: Scene,
) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM.replace("户籍证明", "违法犯罪记录"))
    card = scene.last("WX26-0002", "附上供参考 WX26-0001", chat=WX)
    assert not [b for b in card.buttons if b.startswith("复用")]
    await scene.presses(COLLEAGUE, "附上供参考", chat=WX)
    assert (await scene.request("WX26-0002")).state == "open"
    assert "附供参考" in scene.last("WX26-0002", chat=WX).text
    assert "户籍在昆山花桥" in await shown_in_private(scene, COLLEAGUE, "WX26-0002")
    assert "attach" in await recorded(scene, "WX26-0002") and "attached" in await recorded(scene, "WX26-0001")


async def test_what_was_attached_is_not_read_by_a_unit_that_has_not_got_it(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM.replace("户籍证明", "违法犯罪记录").replace("昆山", "常州"))
    await scene.presses(COLLEAGUE, "附上供参考", chat=WX)
    assert "附供参考" not in scene.last("WX26-0002", chat=CZ).text
    assert "花桥" not in await shown_in_private(scene, CHANGZHOU, "WX26-0002")


async def test_the_unit_that_gave_it_attaches_it_for_who_asks_with_a_mask(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, "陈望舒 320583********0027"), chat=CZ)
    card = scene.last("CZ26-0001", "您单位曾答复同一对象", chat=KS)
    assert not [b for b in card.buttons if b.startswith("用此答复")]
    await scene.presses(HANDLER, "附上供参考", chat=KS)
    assert (await scene.request("CZ26-0001")).state == "open"
    assert "供参考" in scene.heard(CZ)
    told = await shown_in_private(scene, OFFICER_CZ, "CZ26-0001")
    assert "户籍在昆山花桥" in told and "WX26" not in told


@played_once
async def attached_by_giver(scene: Scene) -> Request:
    await answered(scene)
    await scene.says(OFFICER_CZ, "/start", chat=OFFICER_CZ)
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, "陈望舒 320583********0027"), chat=CZ)
    await scene.presses(HANDLER, "附上供参考", chat=KS)
    return await scene.request("CZ26-0001")


async def test_what_was_attached_is_put_right_with_the_answer_and_its_reader_is_told(scene: Scene) -> None:
    request = await attached_by_giver(scene)
    for text in ("户籍在苏州花桥", "户籍在无锡梅村"):
        heard = len(scene.said)
        await scene.says(LIAISON, f"/correct WX26-0001 {text}", chat=KS)
        await scene.deliver()
        told = scene.last("CZ26-0001", "附供参考", "更正", chat=CZ).text
        assert told in scene.heard(CZ, heard) and "昆山市公安局" in told and "WX26" not in told
        assert text not in scene.heard(CZ, heard), "the words are read in private"
        assert text in scene.heard(OFFICER_CZ, heard), "where they are at once"
    whole = await shown_in_private(scene, OFFICER_CZ, "CZ26-0001")
    assert whole.index("梅村") < whole.index("更正前") < whole.index("昆山花桥") < whole.index("苏州花桥")
    assert "WX26" not in whole and "复用" not in whole and "  ·" not in whole
    assert (await recorded(scene, "CZ26-0001")).count("reference_corrected") == 2
    assert (await scene.request("CZ26-0001")).state == request.state == "open"
    assert whole.count("更正前") == 2, "one reference, and what it read before"
    async with scene.work().read() as tx:
        assert (await verify(tx))[1] is None


async def test_another_outcome_of_what_was_attached_is_told_to_its_reader(scene: Scene) -> None:
    await attached_by_giver(scene)
    await scene.presses(LIAISON, "已查实", chat=KS)
    assert "改为" not in scene.heard(CZ), "they have read of none"
    await scene.presses(LIAISON, "部分", chat=KS)
    told = scene.last("CZ26-0001", "附供参考", "改为", chat=CZ).text
    assert "部分" in told and "WX26" not in told
    assert (await recorded(scene, "CZ26-0001")).count("reference_outcome") == 2


async def test_a_unit_that_has_not_got_what_was_attached_hears_of_no_correction(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM.replace("户籍证明", "违法犯罪记录").replace("昆山", "常州"))
    await scene.presses(COLLEAGUE, "附上供参考", chat=WX)
    heard = len(scene.said)
    await scene.says(LIAISON, "/correct WX26-0001 户籍在苏州花桥", chat=KS)
    assert "WX26-0001" in scene.last("WX26-0002", "附供参考", "更正", chat=WX).text
    assert "更正" not in scene.heard(CZ, heard)
    told = await shown_in_private(scene, CHANGZHOU, "WX26-0002")
    assert "花桥" not in told and "更正" not in told
    whole = await shown_in_private(scene, COLLEAGUE, "WX26-0002")
    assert "来自 WX26-0001" in whole and "所附的既往答复已更正" in whole


async def test_what_was_attached_of_a_request_that_was_given_the_answer_follows_too(given: Scene) -> None:
    await given.presses(HANDLER, "用此答复", chat=KS)
    await given.says(CHANGZHOU, FORM.replace("户籍证明", "违法犯罪记录").replace("昆山", "苏州"), chat=CZ)
    await given.presses(CHANGZHOU, "附上供参考 CZ26-0001", chat=CZ)
    await given.says(LIAISON, "/correct WX26-0001 户籍在无锡梅村", chat=KS)
    told = given.last("CZ26-0002", "附供参考", "更正", chat=CZ).text
    assert "CZ26-0001" in told and "昆山市公安局" in told and "WX26" not in told
    whole = await shown_in_private(given, CHANGZHOU, "CZ26-0002")
    assert whole.index("户籍在无锡梅村") < whole.index("户籍在昆山花桥")


async def test_what_was_answered_after_the_attaching_is_no_part_of_it(scene: Scene) -> None:
    await attached_by_giver(scene)
    await scene.says(OFFICER, "/reopen WX26-0001 请补充住址")
    scene.pass_time(minutes=5)
    await scene.says(LIAISON, "/answer WX26-0001 住址在周市镇", chat=KS)
    await scene.says(LIAISON, "/correct WX26-0001 住址在千灯镇", chat=KS)
    assert "reference_corrected" not in await recorded(scene, "CZ26-0001")


# --- afterwards


async def test_a_colleague_reuses_what_was_released_to_the_unit_under_its_own_number(given: Scene) -> None:
    await given.presses(HANDLER, "用此答复", chat=KS)
    await given.says(CHANGZHOU, FORM, chat=CZ)
    card = given.last("CZ26-0002", "复用 CZ26-0001", chat=CZ)
    assert "WX26" not in card.text
    await given.presses(CHANGZHOU, "复用 CZ26-0001", chat=CZ)
    assert (await given.request("CZ26-0002")).state == "answered"
    told = await shown_in_private(given, CHANGZHOU, "CZ26-0002")
    assert "花桥" in told and "WX26" not in told and "CZ26-0001" in told
    assert {"released", "reused"} <= set(await recorded(given, "WX26-0001"))
    assert "reused" in await recorded(given, "CZ26-0001")


async def test_what_was_taken_back_since_is_not_passed_on(given: Scene) -> None:
    await given.presses(HANDLER, "用此答复", chat=KS)
    await given.says(OFFICER, "/reopen WX26-0001 地址不符")
    await given.says(CHANGZHOU, FORM, chat=CZ)
    await given.says(CHANGZHOU, "/reuse CZ26-0002 CZ26-0001", chat=CZ)
    assert (await given.request("CZ26-0002")).state == "open"


async def test_a_unit_hears_once_of_several_reuses_of_its_answers(scene: Scene) -> None:
    await answered(scene)
    for _ in range(2):
        await scene.says(COLLEAGUE, FORM.replace("昆山", "常州"))
    heard = len(scene.said)
    for number in ("WX26-0002", "WX26-0003"):
        request = await scene.request(number)
        await reuse_without_sending(scene, COLLEAGUE, request.id)
    await scene.deliver()
    told = [s for s in scene.said[heard:] if s.chat == KS]
    assert len(told) == 1
    assert "WX26-0002" in told[0].text and "WX26-0003" in told[0].text


async def reuse_without_sending(scene: Scene, who: int, request_id: int) -> None:
    await reusing.reuse(scene.acting(who, who), request=request_id, source="WX26-0001")


async def test_an_answer_that_comes_while_others_wait_is_the_giver_s_to_release(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    scene.pass_time(
        hours=30
    )  # a card that were drawn anew would say by the time left that something has happened
    heard = len(scene.said)
    await scene.says(LIAISON, "/answer WX26-0001 已核实", chat=KS)
    assert "用此答复 WX26-0001" in scene.last("CZ26-0001", "曾答复", chat=KS).buttons
    assert "CZ26-0001" in scene.heard(KS, heard)
    assert not scene.heard(CZ, heard)


async def test_an_imported_answer_is_its_units_to_release_by_the_ledgers_id(given: Scene) -> None:
    async with given.store.write() as session:
        await session.execute(
            update(Request).where(Request.id == 1).values(number=None, external_id="legacy-1")
        )
        await session.execute(update(Answer).values(fresh_until=None))
    await given.says(OFFICER_CZ, FORM, chat=CZ)
    assert "用此答复 legacy-1" in given.last("CZ26-0002", "曾答复", chat=KS).buttons
    await given.says(HANDLER, "/release CZ26-0002 legacy-1", chat=KS)
    assert (await given.request("CZ26-0002")).state == "answered"
    assert "legacy" not in given.heard(CZ)


async def test_where_others_read_too_it_is_not_said_whose_answer_was_given(given: Scene) -> None:
    await given.says(ADMIN, "/bind SZ desk", chat=CZ)
    heard = len(given.said)
    await given.presses(HANDLER, "用此答复", chat=KS)
    told = given.heard(CZ, heard)
    assert "已有答复" in told
    assert "公安局" not in told.replace("常州市公安局 → 昆山市公安局", "") and "曾" not in told


async def test_a_unit_without_a_desk_of_its_own_hears_of_reuse_by_its_liaison(scene: Scene) -> None:
    await answered(scene)
    await scene.says(LIAISON, "/start", chat=LIAISON)
    await scene.says(ADMIN, "/unbind", chat=KS)
    await scene.says(COLLEAGUE, FORM.replace("昆山", "常州"))
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=WX)
    assert "WX26-0002" in scene.last("被复用", chat=LIAISON).text


async def test_who_looked_before_the_request_was_answered_otherwise_is_not_told_by_whom(
    elsewhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(*args: object) -> None:
        raise Refused("error.too_late", holder="叶知秋")

    monkeypatch.setattr(giving, "take", late)
    toast = await elsewhere.presses(LIAISON, "用此答复", chat=LIAISON)
    assert "了结" in toast and "叶知秋" not in toast


# --- 先看


async def test_who_is_offered_an_answer_reads_it_whole_in_private_before_taking_it(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    card = scene.last("WX26-0002", "先看", chat=WX)
    payload = card.buttons["先看"].rpartition("=")[2]
    heard = len(scene.said)
    await scene.says(COLLEAGUE, f"/start {payload}", chat=COLLEAGUE)
    told = scene.heard(COLLEAGUE, heard)
    assert "花桥" in told and "320583199204080027" in told
    assert "花桥" in await shown_in_private(scene, COLLEAGUE, "WX26-0001")
    async with scene.work().read() as tx:
        reads = [
            tx.sealer.unseal("events", e.sealed)["ground"]
            for e in await tx.session.scalars(select(Event).where(Event.chain == 1, Event.action == "read"))
        ]
    assert reads == ["offer", "offer"]
    await scene.presses(COLLEAGUE, "复用 WX26-0001", chat=COLLEAGUE)
    assert (await scene.request("WX26-0002")).state == "answered"


async def test_a_forged_look_shows_nothing_and_is_told_as_a_button_that_is_gone(scene: Scene) -> None:
    await answered(scene)
    await scene.says(COLLEAGUE, FORM)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    answers = set()
    for who, payload in (
        (OFFICER_CZ, "o_2_1_got"), (OFFICER_CZ, "o_3_1_got"), (OFFICER_CZ, "o_3_1_gave"), (OFFICER_KS, "o_3_1_gave"),
        (OFFICER_CZ, "o_77_88_got"), (99, "o_2_1_got"), (24, "o_x"), (13, "o_2_1_got"),
    ):  # fmt: skip
        await scene.says(who, f"/start {payload}", chat=who)
        answers.add(scene.said[-1].text)
        assert "花桥" not in scene.heard(who)
    assert len(answers) == 1


# --- how much of it


async def test_one_person_brings_about_so_many_a_day_and_no_more(scene: Scene) -> None:
    scene.policy = replace(scene.policy, offers_per_day=2)
    await answered(scene)
    for _ in range(3):
        await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert [side for side, *_ in await offers(scene)] == ["gave", "gave"]
    await scene.says(CHANGZHOU, FORM, chat=CZ)
    assert len(await offers(scene)) == 3
    scene.pass_time(days=1, minutes=1)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)
    assert len(await offers(scene)) == 4


async def test_what_is_kept_from_somebody_does_not_use_up_what_they_are_offered(scene: Scene) -> None:
    scene.policy = replace(scene.policy, offers_per_day=1)
    await answered(scene)
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, UNKNOWN), chat=CZ)
    await scene.says(LIAISON, "/answer CZ26-0001 已核实", chat=KS)
    await scene.says(OFFICER_CZ, FORM, chat=CZ)  # Wuxi's
    await scene.says(OFFICER_CZ, FORM.replace(KNOWN, UNKNOWN), chat=CZ)
    assert "复用 CZ26-0001" in "".join(scene.last("CZ26-0003", chat=CZ).buttons)
