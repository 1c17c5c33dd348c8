"""What officers remember of a request finds it, and nothing else does."""

from __future__ import annotations

import pytest

from matching.form.form import read
from workflow.kernel.body import Body
from workflow.lookup.search import mentions, wanted

POST = """户籍证明
致：昆山
对象：陈望舒 320583199204080027 13812345678
案件：A3205834500002026010001
事由：电信诈骗案嫌疑人户籍核实"""
FORM = read(POST)
BODY = Body(subjects=FORM.subjects, texts={"case": FORM.case, "reason": FORM.reason})
LABELS = ("户籍证明", "household certificate", "昆山市公安局", "昆山")


def found(words: str) -> bool:
    return mentions(wanted(words), BODY, number="WX26-0042", labels=LABELS)


@pytest.mark.parametrize(
    "words",
    ["陈望舒", "望舒", "陳望舒", "chen wangshu", "CHENWANGSHU", "陈**", "陈*舒", "320583199204080027",
     "320583********0027", "3205 8319 9204 0800 27", "0027", "19920408", "13812345678", "138****5678",
     "A3205834500002026010001", "诈骗", "户籍", "昆山 陈望舒", "wx26-0042", "WX26", "household",
     "陈望舒 320583199204080027"],
)  # fmt: skip
def test_what_is_remembered_finds_it(words: str) -> None:
    assert found(words)


@pytest.mark.parametrize(
    "words",
    ["陈望书法", "李", "王五", "320583199204080028", "320583********0028", "027", "139****5678",
     "A3205834500002026010002", "常州", "昆山 王五", "****", "WX26-0043"],
)  # fmt: skip
def test_what_is_not_in_it_does_not(words: str) -> None:
    assert not found(words)
