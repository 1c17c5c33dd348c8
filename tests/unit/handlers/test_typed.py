"""The first word of what follows a command: a request's number, or words."""

from __future__ import annotations

import pytest

from handlers.typed import split


@pytest.mark.parametrize(
    "text",
    [
        "2 人已找到",
        "3 条记录",
        "2 辆车均未查到",
        "12 个账户",
        "1 名同住人",
        "2 people live there",
        "3 天内有住宿记录",
        "2  records found",
    ],
)
def test_a_small_number_and_what_it_counts_are_words(text: str) -> None:
    first, rest = split(text)
    assert not first.isdigit()
    assert " ".join(f"{first} {rest}".split()) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "2 未查到",
        "2 人员已核实",
        "2 名下无车",
        "2 个人信息属实",
        "2 条件不符",
        "2 台湾居民",
        "2 本人在家",
        "2 张三未找到",
        "2 周五18:00 忙",
        "2 起诉意见书已附",
        "2 天津籍",
        "12 personally known",
        "0042 人在家",
        "142 人在家",
    ],
)
def test_a_number_before_other_words_names_a_request(text: str) -> None:
    assert split(text)[0].isdigit()
