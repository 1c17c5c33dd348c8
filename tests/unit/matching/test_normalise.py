"""One spelling for many."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.han import SIMPLIFIED, TRADITIONAL
from matching.text.normalise import compact, fold, fold_aligned, stars


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("３２０５８３", "320583"),
        ("張三豐", "张三丰"),
        ("  张\u3000 三\n", "张 三"),
        ("张\u200b三\u202e", "张三"),
        ("（男）：", "(男):"),
        ("Zhang San", "Zhang San"),
        ("ｘＸ", "xX"),
        ("a\x00b\x1fc", "ab c"),
        ("\ud800张", "张"),
        ("", ""),
    ],
)
def test_a_text_has_one_folded_form(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_compact_drops_separators_and_case() -> None:
    assert compact("苏e·a-12 34") == "苏EA1234"


def test_the_table_of_characters_is_that_of_opencc() -> None:
    converter = opencc.OpenCC("t2s")
    assert len(TRADITIONAL) == len(SIMPLIFIED) > 3000
    differing = [t for t, s in zip(TRADITIONAL, SIMPLIFIED, strict=True) if converter.convert(t) != s]
    assert set(differing) <= {"囯", "甯"}  # variants that stand in names, added by hand


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_aligned_positions_point_into_the_text(text: str) -> None:
    folded, positions = fold_aligned(text)
    if positions is not None:
        assert len(positions) == len(folded)
        assert all(0 <= place < len(text) for place in positions)
        assert positions == sorted(positions)
    else:
        assert len(folded) == len(text)


@given(st.text())
def test_stars_keep_the_length(text: str) -> None:
    assert len(stars(text)) == len(text)
