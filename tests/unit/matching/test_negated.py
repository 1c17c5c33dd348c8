"""Who is said not to be meant is no subject, and stays in the note."""

from __future__ import annotations

import pytest

from matching.form.form import read
from matching.form.negated import negated
from matching.identifiers.identifiers import scan

ID, OTHER = "341226199511286114", "320584199207043527"

NOT_MEANT = [
    "不要查李建国",
    "不用查李建国",
    f"不用再查李建国{OTHER}了",
    f"不要查{OTHER}",
    "除了李建国以外",
    "除了李建国",
    "李建国不用查",
    f"李建国{OTHER}就不用查了",
    "李建国除外",
    "不是李建国",
    "不要查李某",
    "无需核实李建国和张伟",
    "not Li Jianguo",
    f"no need to check Li Jianguo {OTHER}",
    "except Li Jianguo",
    "don't check Li Jianguo",
    "excluding Li Jianguo",
]


@pytest.mark.parametrize("words", NOT_MEANT)
def test_who_is_not_meant_is_found(words: str) -> None:
    text = f"查王海波{ID}，{words}"
    assert len(negated(text, scan(text))) == 1
    assert all(ID not in text[start:end] for start, end in negated(text, scan(text)))


@pytest.mark.parametrize("words", NOT_MEANT)
def test_who_is_not_meant_is_no_subject_of_a_field(words: str) -> None:
    form = read(f"户籍\n致：昆山\n对象：王海波 {ID}，{words}\n事由：诈骗")
    assert [(s.name, [i.value for i in s.ids]) for s in form.subjects] == [("王海波", [ID])]
    assert words.rstrip("了") in form.note


@pytest.mark.parametrize(
    "text",
    [
        f"是不是王海波{ID}",
        f"要不要查王海波{ID}都行",
        f"不仅查王海波{ID}",
        f"不急，查王海波{ID}",
        f"不要声张，查王海波{ID}",
        f"分别查王海波{ID}",
        f"not urgent, Ma Qiang {ID}",
        f"not later than Friday, Ma Qiang {ID}",
        f"whether or not Ma Qiang {ID} lives there",
    ],
)
def test_other_words_of_no_deny_nobody(text: str) -> None:
    assert not negated(text, scan(text))
