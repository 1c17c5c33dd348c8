"""/subject and /case: all that one may see about somebody, in time order, masked, for a purpose that is on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage.tables.models import Event
from tests.integration.workflow.kept import after
from tests.integration.workflow.scene import CZ, FORM, KS, WX, Scene
from workflow.kernel.carried import key_of

OFFICER, COLLEAGUE, HANDLER, LIAISON, LIAISON_SZ, OFFICER_CZ, STRANGER = 11, 12, 21, 22, 31, 45, 99
VALUE, NAME, CASE = "320583199204080027", "陈望舒", "A3202005500002026010001"
OTHER = FORM.replace("陈望舒 320583199204080027", "杜若川 110101199003070134")


@pytest.fixture
async def asked(scene: Scene) -> Scene:
    """WX26-0001 and 0003 are about one person, 0002 about another; 0002 and 0003 belong to one case."""
    await after(scene, _ask_three)
    return scene


async def _ask_three(scene: Scene) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(OFFICER, f"{OTHER}\n案件：{CASE}")
    scene.pass_time(hours=1)
    await scene.says(COLLEAGUE, f"{FORM}\n案件：{CASE}")


async def told(scene: Scene, who: int, words: str) -> str:
    heard = len(scene.said)
    await scene.says(who, words, chat=who)
    return scene.heard(who, heard)


async def traces(scene: Scene) -> list[tuple[int, dict[str, object]]]:
    """What the record says of it: with which request (0: none), and how."""
    async with scene.work().read() as tx:
        events = await tx.session.scalars(select(Event).where(Event.action == "traced").order_by(Event.id))
        return [(event.chain, tx.sealer.unseal("events", event.sealed)) for event in events]


@pytest.mark.parametrize("words", [f"/subject {VALUE}", f"/subject {NAME}", "/subject 320583********0027"])
async def test_all_about_a_subject_stands_in_time_order_masked_with_buttons(asked: Scene, words: str) -> None:
    said = await told(asked, HANDLER, words)
    listed = asked.said[-1]
    assert "对象：您可查看的 2 件" in said and "WX26_0002" not in said
    assert said.index("WX26_0001") < said.index("WX26_0003")
    assert VALUE not in listed.text and NAME not in listed.text and "320583********0027" in listed.text
    assert list(listed.buttons) == ["WX26-0001", "WX26-0003"]
    seen = await traces(asked)
    assert [chain for chain, _ in seen] == [1, 3]
    assert {str(detail["purpose"]) for _, detail in seen} == {"办案"}


async def test_all_about_a_case(asked: Scene) -> None:
    said = await told(asked, HANDLER, f"/case {CASE}")
    assert "案件：您可查看的 2 件" in said and "WX26_0001" not in said
    assert said.index("WX26_0002") < said.index("WX26_0003")
    assert "没有这个案号" in await told(asked, HANDLER, "/case A3202005500002026019999")


async def test_it_is_looked_for_only_when_a_purpose_is_picked(asked: Scene) -> None:
    asked.purpose = None
    said = await told(asked, HANDLER, f"/subject {VALUE}")
    question = asked.said[-1]
    assert "用途" in said and "WX26" not in said and not await traces(asked)
    await asked.presses(HANDLER, "督查", on=question)
    assert {str(detail["purpose"]) for _, detail in await traces(asked)} == {"督查"}
    heard = len(asked.said)
    await asked.says(LIAISON, "/audit WX26-0001", chat=LIAISON)
    assert "按对象或案件列出（督查）" in asked.heard(LIAISON, heard)


async def test_a_look_that_finds_nothing_is_on_record_too(asked: Scene) -> None:
    assert "没有这个对象" in await told(asked, HANDLER, "/subject 13812345678")
    [(chain, detail)] = await traces(asked)
    assert (chain, detail["purpose"], detail["by"]) == (0, "办案", "subject")


async def test_everybody_sees_what_they_may_see_of_it_and_no_more(asked: Scene) -> None:
    await asked.says(OFFICER_CZ, FORM, chat=CZ)
    for words in (f"/subject {VALUE}", f"/subject {NAME}"):
        assert "CZ26" not in await told(asked, OFFICER, words)
        theirs = await told(asked, OFFICER_CZ, words)
        assert "CZ26_0001" in theirs and "WX26" not in theirs
        both = await told(asked, HANDLER, words)
        assert "CZ26_0001" in both and "WX26_0001" in both
    nothing = await told(asked, STRANGER, f"/subject {VALUE}")
    assert "26" not in nothing.replace(VALUE, "")
    assert "WX26" not in await told(asked, OFFICER_CZ, f"/case {CASE}")


async def test_in_a_group_nothing_is_drawn_together(asked: Scene) -> None:
    for words in (f"/subject {VALUE}", f"/case {CASE}"):
        heard = len(asked.said)
        await asked.says(HANDLER, words, chat=KS)
        assert "私聊" in asked.heard(KS, heard) and "WX26" not in asked.heard(KS, heard)
    assert not await traces(asked)


@pytest.mark.parametrize(
    "words", ["/subject", "/subject 陈", "/subject ……", "/case", "/case 诈骗案", "/case 1"]
)
async def test_what_names_nobody_is_refused_with_what_works(asked: Scene, words: str) -> None:
    command = words.split(maxsplit=1)[0]
    assert f"例如：{command} " in (await told(asked, HANDLER, words)).replace("`", "")
    assert not await traces(asked)


async def test_names_of_units_and_words_of_the_reason_are_no_subject(asked: Scene) -> None:
    for words in ("/subject 昆山", "/subject 电信诈骗案"):
        assert "没有这个对象" in await told(asked, HANDLER, words)


async def test_forged_presses_show_nothing(asked: Scene) -> None:
    asked.purpose = None
    await told(asked, HANDLER, f"/subject {VALUE}")
    data = asked.said[-1].buttons["办案"]
    draft = data.split(":")[2]
    heard = len(asked.said)
    for who, given, chat in (
        (OFFICER, data, OFFICER),
        (LIAISON, data, LIAISON),
        (HANDLER, data, KS),
        (HANDLER, f"1:trace:{draft}", HANDLER),
        (HANDLER, f"1:trace:{draft}:p00000000", HANDLER),
        (HANDLER, f"1:trace:9999:{key_of('办案')}", HANDLER),
        (HANDLER, f"1:page:1:subject:{draft}", HANDLER),
        (OFFICER, f"1:page:1:subject:{draft}", OFFICER),
        (HANDLER, f"1:page:1:case:{draft}", HANDLER),
    ):
        assert len((await asked.forges(who, given, chat=chat)).splitlines()) == 1
    assert not asked.heard(HANDLER, heard) and not await traces(asked)


async def test_its_pages_are_turned_by_who_asked_and_each_is_on_record(scene: Scene) -> None:
    for _ in range(10):
        await scene.says(OFFICER, FORM)
        scene.pass_time(minutes=1)
    await told(scene, HANDLER, f"/subject {VALUE}")
    listed = scene.said[-1]
    assert "WX26_0001" in listed.text and "WX26_0010" not in listed.text
    assert "只有本人" in await scene.presses(OFFICER, "2 ›", on=listed)
    await scene.presses(HANDLER, "2 ›", on=listed)
    assert "WX26_0010" in scene.said[-1].text and scene.said[-1].kind == "edit"
    assert len(await traces(scene)) == 10


async def test_free_words_find_masked_lines_alone(asked: Scene) -> None:
    for who, chat in (
        (OFFICER, WX),
        (OFFICER, OFFICER),
        (HANDLER, KS),
        (HANDLER, HANDLER),
        (LIAISON_SZ, LIAISON_SZ),
    ):
        for words in (VALUE, NAME, "户籍", CASE, "陈望舒 户籍"):
            heard = len(asked.said)
            await asked.says(who, f"/find {words}", chat=chat)
            said = asked.heard(chat, heard)
            assert VALUE not in said and NAME not in said and "110101199003070134" not in said, words
