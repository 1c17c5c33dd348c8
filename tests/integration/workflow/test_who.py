"""Who answers what, how fast they were, and whom to call there."""

from __future__ import annotations

import pytest

from tests.integration.workflow.kept import played_once
from tests.integration.workflow.scene import FORM, KS, WX, Said, Scene

OFFICER, LIAISON_WX, HANDLER, LIAISON, SUPERVISOR, SUPERIOR, OUTSIDER = 11, 13, 21, 22, 25, 31, 99


def last(scene: Scene, chat: int) -> Said:
    return next(s for s in reversed(scene.said) if s.chat == chat)


@played_once
async def answered(scene: Scene) -> None:
    """Kunshan has answered three, after one, two and five hours."""
    await scene.says(OFFICER, "/start", chat=OFFICER)
    for number, hours in enumerate((1, 2, 5), start=1):
        await scene.says(OFFICER, FORM.replace("陈望舒 320583199204080027", f"王海{'波江川'[number - 1]}"))
        scene.pass_time(hours=hours)
        await scene.says(HANDLER, f"/accept WX26-000{number}", chat=KS)
        await scene.says(HANDLER, f"/answer WX26-000{number} 已核实，情况属实", chat=KS)


@pytest.mark.parametrize(
    "words", ["/who 户籍 昆山", "/who 昆山 户籍证明", "/who KS", "/找谁 昆山户籍", "/who 户籍"]
)
async def test_it_tells_how_fast_a_unit_was_and_whom_to_call(scene: Scene, words: str) -> None:
    await answered(scene)
    await scene.says(OFFICER, words, chat=OFFICER)
    told = last(scene, OFFICER).text
    assert "昆山市公安局" in told and "3 件，中位 2 小时，八成在 5 小时 内" in told, told
    assert "联络员：沈听澜" in told
    assert "顾一苇" not in told, "who of another unit handles is not for everybody"


@pytest.mark.parametrize("who", [HANDLER, LIAISON, SUPERVISOR, SUPERIOR])
async def test_who_belongs_to_a_unit_or_looks_over_it_sees_all_who_handle_there(
    scene: Scene, who: int
) -> None:
    await scene.says(who, "/who 昆山", chat=who)
    assert "协作员：顾一苇、陆时雨" in last(scene, who).text


async def test_few_answers_tell_no_time(scene: Scene) -> None:
    await answered(scene)
    scene.pass_time(days=89.9)
    await scene.says(OFFICER, "/who 户籍 昆山", chat=OFFICER)
    assert "件数太少" in last(scene, OFFICER).text
    scene.pass_time(days=2)
    await scene.says(OFFICER, "/who 户籍", chat=OFFICER)
    assert "没有单位反馈过" in last(scene, OFFICER).text


async def test_in_a_group_nobody_is_named(scene: Scene) -> None:
    await answered(scene)
    await scene.says(OFFICER, "/who 户籍 昆山")
    told = last(scene, WX).text
    assert "中位 2 小时" in told and "沈听澜" not in told and "私聊" in told


@pytest.mark.parametrize("words", ["谁有昆山的联系方式？", "请问昆山那边找谁", "who has a contact in KS?"])
async def test_the_question_whom_to_call_is_answered_in_private(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, words, chat=OFFICER)
    assert "联络员：沈听澜" in last(scene, OFFICER).text


@pytest.mark.parametrize(
    "words", ["谁有昆山的联系方式？", "有没有昆山的电话，急", "昆山的联系人是谁？帮忙问问"]
)
async def test_the_same_in_a_group_offers_no_request(scene: Scene, words: str) -> None:
    heard = len(scene.said)
    await scene.says(OFFICER, words)
    assert scene.heard(WX, heard) == ""


async def test_asked_of_the_bot_in_a_group_it_is_answered_and_registers_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, f"@{scene.policy.bot_username} 谁有昆山的联系方式？")
    assert "谁能办" in last(scene, WX).text and "沈听澜" not in last(scene, WX).text
    assert await scene.all_requests() == []


@pytest.mark.parametrize(
    ("words", "said"), [("/who", "事项或单位"), ("/who 昆山 天气", "“天气”"), ("/who 13812345678", "例如")]
)
async def test_what_is_wrong_is_said_in_a_line(scene: Scene, words: str, said: str) -> None:
    await scene.says(OFFICER, words, chat=OFFICER)
    assert said in last(scene, OFFICER).text
    assert "13812345678" not in last(scene, OFFICER).text


async def test_a_stranger_learns_nothing(scene: Scene) -> None:
    await scene.says(OUTSIDER, "/who 昆山", chat=OUTSIDER)
    assert "昆山" not in last(scene, OUTSIDER).text
    await scene.says(OUTSIDER, "谁有昆山的联系方式？", chat=OUTSIDER)
    assert "沈听澜" not in scene.heard(OUTSIDER)
