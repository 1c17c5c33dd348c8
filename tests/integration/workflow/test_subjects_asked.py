"""What a post leaves open about whose number it is, and which: said, proposed, and kept only when confirmed."""

from __future__ import annotations

import pytest

from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.body import Body

OFFICER = 11
ID, OTHER, THIRD = "320583198502145015", "320583198502145023", "320583199001010010"


def post(subject: str) -> str:
    return FORM.replace("陈望舒 320583199204080027", subject)


async def subjects(scene: Scene, number: str = "WX26-0001") -> list[tuple[str, list[str]]]:
    request = await scene.request(number)
    async with scene.work().read() as tx:
        body = Body.of(request, tx.sealer)
    return [(s.name, [i.value for i in s.ids]) for s in body.subjects]


async def test_two_people_in_one_line_get_their_own_numbers(scene: Scene) -> None:
    await scene.says(OFFICER, post(f"王建国，李秀英，身份证号：{ID}，{OTHER}"))
    assert await subjects(scene) == [("王建国", [ID]), ("李秀英", [OTHER])]


async def test_pairs_that_nobody_can_tell_are_proposed_and_kept_when_confirmed(scene: Scene) -> None:
    await scene.says(OFFICER, post(f"王建国、李秀英、赵六 {ID}、{OTHER}"))
    asked = scene.last("分不清", chat=WX)
    assert "王**" in asked.text
    assert ID not in asked.text
    assert not await scene.all_requests()
    await scene.presses(OFFICER, "就是这样", chat=WX, on=asked)
    assert await subjects(scene) == [("王建国", [ID]), ("李秀英", [OTHER]), ("赵六", [])]


async def test_pairs_of_an_edited_post_are_not_those_that_were_confirmed(scene: Scene) -> None:
    message = await scene.says(OFFICER, post(f"王建国、李秀英、赵六 {ID}、{OTHER}").replace("事由：", "缘："))
    asked = scene.last("分不清", chat=WX)
    await scene.presses(OFFICER, "就是这样", chat=WX, on=asked)
    await scene.edits(OFFICER, message, post(f"王建国、李秀英、赵六 {OTHER}、{ID}"))
    assert not await scene.all_requests()


async def test_a_letter_for_a_digit_is_proposed_and_kept_when_confirmed(scene: Scene) -> None:
    await scene.says(OFFICER, post("张三 32O583199001O10010"))
    asked = scene.last("可能是", chat=WX)
    assert "320583********0010" in asked.text
    assert "“O”当作“0”" in asked.text
    assert not await scene.all_requests()
    await scene.presses(OFFICER, "是 320583", chat=WX, on=asked)
    assert await subjects(scene) == [("张三", [THIRD])]


async def test_what_was_written_may_be_meant(scene: Scene) -> None:
    await scene.says(OFFICER, post("张三 32O583199001O10010"))
    await scene.presses(OFFICER, "照原文登记", chat=WX)
    await scene.presses(OFFICER, "仍然登记", chat=WX)
    assert await subjects(scene) == [("张三", ["32O583199001O10010"])]


async def test_a_button_of_another_number_confirms_nothing(scene: Scene) -> None:
    message = await scene.says(OFFICER, post("张三 32O583199001O10010"))
    asked = scene.last("可能是", chat=WX)
    await scene.edits(OFFICER, message, post("张三 32O5831985O2145015"))
    data = next(data for label, data in asked.buttons.items() if label.startswith("是 "))
    await scene.forges(OFFICER, data, chat=WX, message_id=asked.message_id)
    assert not await scene.all_requests()


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("张三 身份证3205831990010100100", "19 位"),
        ("张三 身份证32058319900101001", "17 位"),
        ("张三 手机1381234567", "10 位"),
        ("张三 手机：138123456789", "12 位"),
        ("张三 身份证320583199001010019", "校验不符"),
    ],
)
async def test_a_number_of_a_wrong_length_is_said_like_a_wrong_check_digit(
    scene: Scene, subject: str, said: str
) -> None:
    await scene.says(OFFICER, post(subject))
    asked = scene.last(said, chat=WX)
    assert not await scene.all_requests()
    await scene.presses(OFFICER, "仍然登记", chat=WX, on=asked)
    assert len(await scene.all_requests()) == 1


async def test_what_was_not_understood_is_repeated_and_stays_as_a_note(scene: Scene) -> None:
    await scene.says(OFFICER, post(f"张三，厨师，{THIRD}").replace("事由：", "星座：处女\n事油："))
    hints = scene.last("厨师", chat=WX)
    assert "没有看懂" in hints.text
    assert "“星座”" in hints.text
    assert "“事油”按“事由”理解" in hints.text
    card = scene.last("WX26-0001", "户籍核实", chat=KS)
    assert "星座：处女" in card.text


async def test_a_company_code_is_kept_as_it_is_written(scene: Scene) -> None:
    code = "91320583MA1N0ABC3F"
    await scene.says(OFFICER, post(f"昆山鼎盛电子有限公司 统一社会信用代码：{code}"))
    assert await subjects(scene) == [("昆山鼎盛电子有限公司", [code])]
