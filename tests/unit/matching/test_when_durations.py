from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.numerals import number
from matching.text.span import DurationError, Span, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", Span(seconds=90)),
        ("15m", Span(seconds=900)),
        ("8h", Span(seconds=28_800)),
        ("3d", Span(seconds=259_200)),
        ("2w", Span(seconds=1_209_600)),
        ("3wd", Span(working_days=3)),
        ("0m", Span()),
        (" 1D 12H ", Span(seconds=129_600)),
        ("2wd4h", Span(working_days=2, seconds=14_400)),
    ],
)
def test_durations_of_the_configuration_are_read(text: str, span: Span) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "3", "d", "3 days", "-3d", "1.5h", "3x", "3d!", "25%", "٣d", "9" * 10 + "d", "999999999w"]
)
def test_what_is_no_duration_says_what_would_be(text: str) -> None:
    with pytest.raises(DurationError, match="3wd for working days") as caught:
        parse_duration(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Span(), "0m"),
        (Span(seconds=90), "1m30s"),
        (Span(seconds=1_209_600), "2w"),
        (Span(seconds=8 * 86_400), "8d"),
        (Span(working_days=3), "3wd"),
    ],
)
def test_a_span_is_written_as_the_configuration_writes_it(span: Span, text: str) -> None:
    assert span.format() == text


@given(st.integers(0, 10_000), st.integers(0, 10**9))
def test_a_written_span_is_read_back_equal(working_days: int, seconds: int) -> None:
    span = Span(working_days=working_days, seconds=seconds)
    assert parse_duration(span.format()) == span
    assert span.timedelta() == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三十一", 31),
        ("廿三", 23),
        ("一百", 100),
        ("一百二", 120),
        ("一百零二", 102),
        ("一百二十五", 125),
        ("两千零二十六", 2026),
        ("二〇二六", 2026),
        ("〇", 0),
        ("48", 48),
        ("twelve", 12),
        ("二三", None),
        ("二三十", None),
        ("umpteen", None),
        ("", None),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, value: int | None) -> None:
    assert number(text) == value


@given(st.integers(1, 9999))
def test_every_chinese_numeral_is_read(value: int) -> None:
    assert number(_in_chinese(value)) == value


def _in_chinese(value: int) -> str:
    digits, text, gap = "零一二三四五六七八九", "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            text += ("零" if gap else "") + digits[digit] + unit
            gap = False
        elif text:
            gap = True
    return text
