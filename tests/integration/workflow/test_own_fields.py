"""Fields that a type of request has of its own: read, asked for, kept, shown, edited, given out and taken in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.compare.engine import Engine
from matching.identifiers.values import OwnField, OwnKind, TypeRule
from tests.integration.workflow.scene import FORM, KS, WX, Scene
from workflow.kernel.body import Body
from workflow.kernel.own_column import of_column
from workflow.ledger import giving

OFFICER, HANDLER, LIAISON = 11, 21, 22
INTERVIEW = TypeRule(
    key="interview",
    labels={"zh": "代为询问", "en": "questioning on behalf"},
    aliases=("代为询问",),
    fields=(
        OwnField(key="outline", labels={"zh": "询问提纲", "en": "outline"}, required=True),
        OwnField(
            key="as_what", labels={"zh": "询问身份", "en": "asked as"}, kind=OwnKind.CHOICE, required=True,
            options=({"zh": "证人", "en": "witness"}, {"zh": "被侵害人", "en": "victim"}),
        ),
        OwnField(key="guardian", labels={"zh": "法定代理人", "en": "legal guardian"}, kind=OwnKind.PERSON),
        OwnField(key="held_on", labels={"zh": "案发日期", "en": "date of incident"}, kind=OwnKind.DATE),
        OwnField(key="amount", labels={"zh": "涉案金额", "en": "amount"}, kind=OwnKind.NUMBER),
        OwnField(key="stay", labels={"zh": "居住起止", "en": "stay"}, kind=OwnKind.PERIOD),
    ),
)  # fmt: skip
POST = """#协作 代为询问
致：昆山
对象：陈望舒 320583199204080027
事由：电信诈骗案被害人询问
询问提纲：一、何时何地认识对方
二、转账几次，各多少
询问身份：被侵害人
法定代理人：郑明远 13812345678
案发日期：2026年11月3日
涉案金额：3.6万元
居住起止：2026-02-01至2026-02-28
时限：3天"""


@pytest.fixture
def scene(scene: Scene) -> Scene:
    types = {**scene.policy.types, INTERVIEW.key: INTERVIEW}
    return replace(
        scene, policy=replace(scene.policy, types=types), engine=Engine(types, zone=scene.policy.zone)
    )


async def body(scene: Scene, number: str = "WX26-0001") -> Body:
    return Body.of(await scene.request(number), scene.store.sealer)


async def test_a_post_is_read_with_its_own_fields_and_they_are_nothing_else(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    kept = await body(scene)
    assert kept.own == {
        "outline": "一、何时何地认识对方\n二、转账几次，各多少", "as_what": "被侵害人",
        "guardian": "郑明远 13812345678", "held_on": "2026-11-03", "amount": "3.6万元",
        "stay": "2026-02-01 ~ 2026-02-28",
    }  # fmt: skip
    assert [s.name for s in kept.subjects] == ["陈望舒"], "the guardian is no subject"
    assert kept.said("reason") == "电信诈骗案被害人询问"
    assert kept.period is None
    assert kept.said("note") == ""


async def test_a_card_shows_them_and_masks_who_is_named(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    card = scene.last("WX26-0001", "→", chat=KS).text
    for shown in (
        "询问提纲：一、何时何地认识对方",
        "询问身份：被侵害人",
        "案发日期：2026-11-03",
        "涉案金额：3.6万元",
    ):
        assert shown in card
    assert "郑明远" not in card
    assert "13812345678" not in card
    assert "郑明远 13812345678" in await scene.reads(HANDLER, "WX26-0001")
    await scene.says(LIAISON, "/lang en", chat=KS)
    await scene.says(LIAISON, "/show WX26-0001", chat=KS)
    await scene.presses(HANDLER, "受理")
    assert any("asked as: victim" in said.text for said in scene.said)


async def test_what_is_wanting_is_asked_for_and_completed_by_taps_and_words(scene: Scene) -> None:
    post = POST.replace("询问身份：被侵害人\n", "").replace(
        "询问提纲：一、何时何地认识对方\n二、转账几次，各多少\n", ""
    )
    await scene.says(OFFICER, post)
    asked = scene.said[-1]
    assert "还缺“询问提纲”" in asked.text
    assert "还缺“询问身份”" in asked.text
    await scene.presses(OFFICER, "证人", on=asked)
    await scene.says(OFFICER, None, chat=WX)
    await scene.replies(OFFICER, scene.last("还缺“询问提纲”", chat=WX), "问清转账经过")
    kept = await body(scene)
    assert (kept.own["as_what"], kept.own["outline"]) == ("证人", "问清转账经过")


async def test_the_guided_form_asks_for_them_one_after_the_other(scene: Scene) -> None:
    await scene.says(OFFICER, "/new")
    await scene.presses(OFFICER, "代为询问", chat=WX)
    await scene.presses(OFFICER, "昆山", chat=WX)
    for words in ("陈望舒 320583199204080027", "被害人询问"):
        await scene.replies(OFFICER, scene.said[-1], words)
    assert "还缺“询问提纲”" in scene.said[-1].text
    await scene.replies(OFFICER, scene.said[-1], "问清转账经过")
    assert "还缺“询问身份”" in scene.said[-1].text
    await scene.presses(OFFICER, "证人", on=scene.said[-1])
    await scene.presses(OFFICER, "普通", chat=WX)
    assert (await body(scene)).own == {"outline": "问清转账经过", "as_what": "证人"}


@pytest.mark.parametrize(
    ("line", "said"),
    [("涉案金额：很多", "“涉案金额”要有数目"), ("案发日期：上个月", "“案发日期”看不懂"),
     ("居住起止：那阵子", "“居住起止”看不懂"), ("询问身份：路人", "“询问身份”没有“路人”这一项")],
)  # fmt: skip
async def test_what_does_not_say_it_is_asked_about(scene: Scene, line: str, said: str) -> None:
    label = line.partition("：")[0]
    lines = [one for one in POST.split("\n") if not one.startswith(label)]
    await scene.says(OFFICER, "\n".join([*lines, line]))
    assert said in scene.said[-1].text
    assert await scene.all_requests() == []


async def test_a_date_that_could_be_two_has_a_button_for_each(scene: Scene) -> None:
    await scene.says(OFFICER, POST.replace("2026年11月3日", "3/11/2026"))
    asked = scene.said[-1]
    assert "“案发日期”看不懂" in asked.text
    assert len(asked.buttons) == 2
    label = next(one for one in asked.buttons if "11月3日" in one)
    await scene.presses(OFFICER, label, on=asked)
    assert (await body(scene)).own["held_on"] == "2026-11-03"


async def test_a_forged_choice_changes_nothing(scene: Scene) -> None:
    await scene.says(OFFICER, POST.replace("询问身份：被侵害人\n", ""))
    data = next(iter(scene.said[-1].buttons.values()))
    forged = f"{data.rpartition(':')[0]}:p00000000"
    await scene.forges(OFFICER, forged, chat=WX, message_id=scene.said[-1].message_id)
    assert await scene.all_requests() == []


async def test_an_edit_changes_them_and_says_which(scene: Scene) -> None:
    post = await scene.says(OFFICER, POST)
    await scene.presses(HANDLER, "受理")
    await scene.edits(OFFICER, post, POST.replace("3.6万元", "4.1万元"))
    assert (await body(scene)).own["amount"] == "4.1万元"
    assert "涉案金额" in scene.heard(KS)


async def test_a_label_of_another_type_is_a_note(scene: Scene) -> None:
    await scene.says(OFFICER, FORM + "\n涉案金额：5000元")
    kept = await body(scene)
    assert kept.own == {}
    assert "涉案金额：5000元" in kept.said("note")
    assert "涉案金额" in scene.last("WX26-0001", "→", chat=WX).text, "and it is said so"


async def test_several_in_a_line_and_in_brackets_are_read(scene: Scene) -> None:
    lines = [one for one in POST.split("\n") if not one.startswith(("询问身份", "涉案金额", "案发日期"))]
    await scene.says(
        OFFICER, "\n".join([*lines, "询问身份：证人；涉案金额：5000元", "【案发日期】2026-11-03"])
    )
    kept = await body(scene)
    assert (kept.own["as_what"], kept.own["amount"], kept.own["held_on"]) == ("证人", "5000元", "2026-11-03")


async def test_english_labels_are_read_alike(scene: Scene) -> None:
    await scene.says(
        OFFICER,
        "#request questioning on behalf\nto: KS\nsubject: 陈望舒 320583199204080027\nreason: fraud\n"
        "outline: when and where\nasked as: witness\ndate of incident: 2026-11-03",
    )
    assert (await body(scene)).own == {
        "outline": "when and where",
        "as_what": "证人",
        "held_on": "2026-11-03",
    }


async def test_a_ledger_gives_them_out_and_takes_them_in(scene: Scene) -> None:
    await scene.says(OFFICER, POST)
    [row] = [row async for row in giving.rows_out(scene.work(), since=None, until=None)]
    assert "涉案金额：3.6万元" in row["fields"]
    assert of_column(INTERVIEW, row["fields"]) == (await body(scene)).own


async def test_an_answer_is_matched_as_before(scene: Scene) -> None:
    """What agrees is what ``same`` says; own fields are for the eyes of people."""
    await scene.says(OFFICER, POST)
    await scene.says(LIAISON, "/answer WX26-0001 已询问", chat=KS)
    await scene.says(12, POST.replace("涉案金额：3.6万元", "涉案金额：9万元"))
    assert any(button.startswith("复用") for said in scene.said if said.chat == WX for button in said.buttons)
