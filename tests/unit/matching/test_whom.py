"""Somebody asks whom to call in a unit, which is no request."""

from __future__ import annotations

import pytest

from matching.form.free import wishes
from matching.form.whom import asks_whom


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("谁有昆山的联系方式？", "昆山"),
        ("请问谁有昆山刑侦的电话", "昆山刑侦"),
        ("哪位知道昆山局的联系电话", "昆山局"),
        ("有没有昆山的联系方式", "昆山"),
        ("求昆山联络员电话", "昆山"),
        ("昆山那边找谁？", "昆山"),
        ("昆山的联系人是谁", "昆山"),
        ("anyone has a contact in Kunshan?", "Kunshan"),
        ("whom do I call in Kunshan?", "Kunshan"),
    ],
)
def test_the_unit_is_found(text: str, where: str) -> None:
    assert asks_whom(text) == where
    assert not wishes(text)


@pytest.mark.parametrize(
    "text",
    [
        "查一下昆山陈望舒的联系方式",
        "麻烦昆山查一下张三的电话是多少",
        "请求昆山协查张三的电话",
        "需要昆山核实张三名下的电话",
        "帮查一下13812345678机主的联系方式",
        "今晚开会谁有空",
        "谁有时间帮忙查一下",
        "请问户籍证明怎么开",
        "",
        "谁有" * 100 + "昆山的电话",
    ],
)
def test_other_words_ask_something_else(text: str) -> None:
    assert asks_whom(text) is None
