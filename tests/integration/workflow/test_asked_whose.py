"""What may be the subject's or the writer's, and what may be the reason or a person: asked, and never guessed."""

from __future__ import annotations

import pytest

from tests.integration.workflow.scene import KS, WX, Scene
from workflow.kernel.body import Body

OFFICER = 11
ID, PHONE = "341226199511286114", "13912340001"
POST = f"#协作 请昆山查王海波{ID}户籍，诈骗案，联系电话{PHONE}"
SIGNED = f"#协作 昆山 户籍 王海波 {ID} 诈骗案 林小满{PHONE}"


async def body(scene: Scene, number: str = "WX26-0001") -> Body:
    request = await scene.request(number)
    async with scene.work().read() as tx:
        return Body.of(request, tx.sealer)


def told(found: Body) -> list[tuple[str, list[str]]]:
    return [(s.name, [i.value for i in s.ids]) for s in found.subjects]


@pytest.mark.parametrize("post", [POST, SIGNED])
async def test_a_number_of_the_writers_own_is_kept_as_the_contact(scene: Scene, post: str) -> None:
    await scene.says(OFFICER, post)
    asked = scene.last("联系方式？", chat=WX)
    assert "139****0001" in asked.text and PHONE not in asked.text
    assert not await scene.all_requests()
    await scene.presses(OFFICER, "是我的", chat=WX, on=asked)
    found = await body(scene)
    assert told(found) == [("王海波", [ID])]
    assert PHONE in found.said("contact")


async def test_a_number_of_the_subjects_is_added_to_them(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    await scene.presses(OFFICER, "是对象的", chat=WX)
    found = await body(scene)
    assert told(found) == [("王海波", [ID, PHONE])]
    assert not found.said("contact")


async def test_somebody_named_beside_it_becomes_one_more_subject(scene: Scene) -> None:
    await scene.says(OFFICER, SIGNED)
    await scene.presses(OFFICER, "是对象的", chat=WX)
    assert told(await body(scene)) == [("王海波", [ID]), ("林小满", [PHONE])]


@pytest.mark.parametrize("words", ["我的", "是我的", "Mine"])
async def test_words_say_it_as_well_as_a_button(scene: Scene, words: str) -> None:
    await scene.says(OFFICER, POST)
    await scene.replies(OFFICER, scene.last("联系方式？", chat=WX), words)
    assert told(await body(scene)) == [("王海波", [ID])]


async def test_a_button_of_another_number_says_nothing(scene: Scene) -> None:
    message = await scene.says(OFFICER, POST)
    asked = scene.last("联系方式？", chat=WX)
    data = next(data for label, data in asked.buttons.items() if label.startswith("是我的"))
    await scene.edits(OFFICER, message, POST.replace(PHONE, "13912340002"))
    await scene.forges(OFFICER, data, chat=WX, message_id=asked.message_id)
    assert not await scene.all_requests()


async def _guided_to_the_reason(scene: Scene) -> None:
    await scene.says(OFFICER, "/new", chat=OFFICER)
    await scene.presses(OFFICER, "户籍证明", chat=OFFICER)
    await scene.says(OFFICER, "昆山", chat=OFFICER)
    await scene.says(OFFICER, f"王海波 {ID}", chat=OFFICER)


@pytest.mark.parametrize("name", ["李建国", "李某", "Ma Qiang"])
async def test_a_bare_name_for_the_reason_is_asked_about(scene: Scene, name: str) -> None:
    await _guided_to_the_reason(scene)
    await scene.says(OFFICER, name, chat=OFFICER)
    asked = scene.last("要查的人", chat=OFFICER)
    assert "李建国" not in asked.text
    await scene.presses(OFFICER, "是要查的人", chat=OFFICER)
    assert "因何事" in scene.said[-1].text, "the reason is still wanting"
    await scene.says(OFFICER, "盗窃案", chat=OFFICER)
    await scene.presses(OFFICER, "普通", chat=OFFICER)
    found = await body(scene)
    assert len(found.subjects) == 2 and found.said("reason") == "盗窃案"


async def test_it_may_be_the_reason_all_the_same(scene: Scene) -> None:
    await _guided_to_the_reason(scene)
    await scene.says(OFFICER, "李建国", chat=OFFICER)
    await scene.presses(OFFICER, "是事由", chat=OFFICER)
    await scene.presses(OFFICER, "普通", chat=OFFICER)
    found = await body(scene)
    assert len(found.subjects) == 1 and found.said("reason") == "李建国"


async def test_another_reason_in_its_place_answers_too(scene: Scene) -> None:
    await _guided_to_the_reason(scene)
    await scene.says(OFFICER, "李建国", chat=OFFICER)
    await scene.says(OFFICER, "盗窃案", chat=OFFICER)
    await scene.presses(OFFICER, "普通", chat=OFFICER)
    assert (await body(scene)).said("reason") == "盗窃案"
    assert "李建国" not in scene.heard(KS)


@pytest.mark.parametrize("reason", ["盗窃", "核实身份", "车祸", "诈骗", "Tax evasion", "fraud"])
async def test_a_reason_of_a_word_is_one(scene: Scene, reason: str) -> None:
    await _guided_to_the_reason(scene)
    await scene.says(OFFICER, reason, chat=OFFICER)
    await scene.presses(OFFICER, "普通", chat=OFFICER)
    assert (await body(scene)).said("reason") == reason
