"""What officers remember of a request finds it, and nothing else does."""

from __future__ import annotations

import pytest

from matching.form.form import read
from workflow.kernel.body import Body
from workflow.lookup.search import mentions, names_subject, wanted

POST = """户籍证明
致：昆山
对象：陈望舒 320583199204080027 13812345678
案件：A3205834500002026010001
事由：电信诈骗案嫌疑人户籍核实"""
FORM = read(POST)
BODY = Body(subjects=FORM.subjects, texts={"case": FORM.case, "reason": FORM.reason})
LABELS = ("户籍证明", "household certificate", "昆山市公安局", "昆山")


def found(words: str, *, whole: bool = True) -> bool:
    return mentions(wanted(words), BODY, number="WX26-0042", labels=LABELS, whole=whole)


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


OF_NOTE = Body(subjects=FORM.subjects, texts={"reason": "诈骗，其同住人手机13987654321，住昆山"})


@pytest.mark.parametrize(
    "words",
    ["陈望舒", "320583199204080027", "320583********0027", "0027", "320583", "138****5678", "5678", "13812345678",
     "A3205834500002026010001", "诈骗", "wx26-0042", "0042", "昆山 陈望舒"],
)  # fmt: skip
def test_who_reads_the_card_alone_finds_it_by_what_the_card_shows_or_by_the_whole(words: str) -> None:
    assert found(words, whole=False)


def test_who_reads_the_card_alone_reads_no_number_off_what_is_found() -> None:
    """Digit after digit: what is hidden is told by nothing that differs between a right guess and a wrong one."""
    body = Body(subjects=FORM.subjects, texts={"reason": FORM.reason})
    value = "320583199204080027"

    def finds(words: str) -> tuple[bool, bool]:
        asked = wanted(words)
        return mentions(asked, body, number="", whole=False), names_subject(asked, body, whole=False)

    for shown in range(7, 15):
        right = value[:shown]
        for digit in "0123456789":
            wrong = right[:-1] + digit
            assert finds(wrong) == finds(right)
            assert finds(f"{wrong}*") == finds(f"{right}*")
            assert finds(wrong.ljust(18, "*")) == finds(right.ljust(18, "*"))
    assert mentions(wanted("19920408"), body, number="")
    assert finds("19920408") == (False, False)


@pytest.mark.parametrize(
    "words", ["13987", "9876", "87654", "139876543", "987", "87", "９８７", "9 8 7 6", "诈骗 876"]
)
def test_part_of_a_number_in_free_words_is_for_who_may_read_them_whole(words: str) -> None:
    asked = wanted(words)
    assert mentions(asked, OF_NOTE, number="")
    assert not mentions(asked, OF_NOTE, number="", whole=False)
