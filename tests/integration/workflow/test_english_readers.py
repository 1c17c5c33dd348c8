"""A group that reads English is refused in English, with examples in English."""

from __future__ import annotations

import re

import pytest

from tests.integration.workflow.scene import FORM, KS, PEOPLE, WX, Scene

OFFICER, HANDLER, LIAISON = 11, 21, 22
HAN = re.compile("[\u3400-\u9fff]+")
#: Names of the desk's own: units and people are called as they are called.
UNITS = ("苏州市公安局", "昆山市公安局", "无锡市公安局", "常州市公安局")
NAMES = re.compile("|".join([*UNITS, *(name for name, *_ in PEOPLE.values())]))


@pytest.mark.parametrize(
    ("words", "example"),
    [
        ("/answer WX26-0001", "/answer WX26-0001 Checked, it is as stated."),
        ("/answer WX26-0099 fine", "/answer WX26-0001 Checked, it is as stated."),
        ("/answer", "/answer"),
        ("/return WX26-0001", "/return WX26-0001 Please add the date of birth"),
        ("/return", "/return WX26-0001 Please add the date of birth"),
        ("/decline WX26-0001", "/decline WX26-0001 Not in our district"),
        ("/delay WX26-0001", "/delay WX26-0001 3 days waiting for approval"),
        ("/delay WX26-0001 3 days", "/delay WX26-0001 3 days waiting for approval"),
        ("/delay WX26-0001 soon", "/delay WX26-0001 3 days waiting for approval"),
        ("/transfer WX26-0001", "/transfer WX26-0001"),
        ("/transfer WX26-0099 x", "/transfer WX26-0001"),
        ("/correct WX26-0099 x", "/correct WX26-0001 Checked, the registered address is right."),
        ("/reopen WX26-0099 x", "/reopen KS26-0042 The address does not match"),
        ("/ask WX26-0099 x", "/ask KS26-0042 Why is there no answer yet?"),
        ("/find x", "/find Zhou Zhiyuan"),
        ("/assign WX26-0001", "/assign WX26-0001 @user"),
        ("/nudge", "/nudge"),
        ("/role @gu", "/role @user handler"),
        ("/stats abc", "/stats 7d"),
    ],
)
async def test_a_refusal_has_an_example_in_the_language_of_its_group(
    scene: Scene, words: str, example: str
) -> None:
    await scene.says(OFFICER, FORM)
    await scene.says(LIAISON, "/lang en", chat=KS)
    await scene.says(LIAISON, words, chat=KS)
    said = scene.said[-1].text
    assert example in said
    assert HAN.findall(NAMES.sub("", said)) == []
    await scene.says(LIAISON, "/lang zh", chat=KS)
    await scene.says(LIAISON, words, chat=KS)
    assert HAN.search(scene.said[-1].text)


LOOKED_UP = (
    "help",
    "start",
    "inbox",
    "overdue",
    "mine",
    "members",
    "roster",
    "unit",
    "stats",
    "digest",
    "find zzzz",
)


@pytest.mark.parametrize("words", LOOKED_UP)
async def test_what_is_looked_up_is_english_but_for_names(scene: Scene, words: str) -> None:
    for chat in (KS, LIAISON):
        await scene.says(LIAISON, "/lang en", chat=chat)
        since = len(scene.said)
        await scene.says(LIAISON, f"/{words}", chat=chat)
        for said in scene.said[since:]:
            plain = NAMES.sub("", said.text)
            assert [w for w in HAN.findall(plain) if w not in {"群", "昆山", "苏州"}] == [], plain


async def test_the_example_for_a_missing_subject_is_in_english(scene: Scene) -> None:
    await scene.says(OFFICER, "/lang en")
    await scene.says(OFFICER, "#request household certificate\nto: KS\nreason: identity check", chat=WX)
    said = scene.said[-1].text
    assert "Zhang San 11010519491231002X" in said
    assert HAN.findall(NAMES.sub("", said)) == []
