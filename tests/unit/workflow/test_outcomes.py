"""How an answer came out is never read from its words where they might mean a no."""

from __future__ import annotations

import pytest

from workflow.kernel.outcomes import (
    FOUND,
    MORE,
    NOTHING,
    PARTLY,
    PICKED,
    is_no,
    named,
    read_outcome,
    suggested,
)

NOES = (
    "无违法犯罪记录", "無違法犯罪紀錄", "查不到", "没有查到", "沒有查到", "未发现", "未查到该人信息", "经查，无此人",
    "经核查，系统内无相关记录", "该号码为空号", "该人不在我辖区居住", "情况不属实", "名下没有车辆", "查不出结果",
    "未见异常", "不存在该人员", "暂无信息", "并非我局登记", "查询失败", "查无异常", "查无违法犯罪记录", "查无前科",
    "not on file", "no record", "No records were found.", "nothing on file", "There is nothing about him",
    "We couldn't find him", "he does not live here", "unable to confirm", "never registered here", "none of them",
    "negative", "could not be found", "found nothing", "Found no trace of him", "unknown here", "isn’t known here",
)  # fmt: skip
YESES = (
    "已核实，户籍地址：昆山市花桥镇", "户籍在无锡市梁溪区", "核对无误，情况属实", "未婚，户籍在周市镇",
    "未成年，随父居住", "情况属实，无需另行核实", "2 人已核实，情况属实", "He lives at No. 12 Garden Road",
    "Confirmed, not only once",
)  # fmt: skip


@pytest.mark.parametrize("text", NOES)
@pytest.mark.parametrize("opening", ["", "已查实，", "查实：", "有结果 ", "Found: ", "found "])
def test_a_no_is_never_read_as_found(opening: str, text: str) -> None:
    outcome, kept = read_outcome(opening + text)
    assert outcome in (None, NOTHING)
    assert outcome == NOTHING or kept == opening + text
    assert is_no(text)
    assert suggested(opening + text)[0] != FOUND


@pytest.mark.parametrize("text", [*NOES, *YESES])
def test_words_alone_decide_nothing_but_what_they_begin_with(text: str) -> None:
    said = text.lower().startswith(("not found", "no record"))
    assert said or read_outcome(text) == (None, text)


@pytest.mark.parametrize("text", YESES)
def test_what_is_no_no_is_suggested_as_found_and_may_be_said_to_be(text: str) -> None:
    assert not is_no(text)
    assert suggested(text)[0] == FOUND
    assert read_outcome(f"已查实：{text}") == (FOUND, text)


@pytest.mark.parametrize(
    ("text", "outcome", "kept"),
    [
        ("查无", NOTHING, "查无"),
        ("查无 名下无车辆", NOTHING, "名下无车辆"),
        ("查无，系统中没有", NOTHING, "系统中没有"),
        ("查无此人", NOTHING, "查无此人"),
        ("查无此人。另请问徐州", NOTHING, "另请问徐州"),
        ("查无此人的出入境记录", NOTHING, "查无此人的出入境记录"),
        ("部分：户籍已核实", PARTLY, "户籍已核实"),
        ("部分查实，住址不详", PARTLY, "住址不详"),
        ("部分反馈：先确认身份", MORE, "先确认身份"),
        ("先行反馈 身份属实", MORE, "身份属实"),
        ("还有后续：身份属实", MORE, "身份属实"),
        ("已查实：情况属实", FOUND, "情况属实"),
        ("已查实", FOUND, "已查实"),
        ("Found: he lives here", FOUND, "he lives here"),
        ("found he lives here", FOUND, "found he lives here"),
        ("Nothing found: no such name", NOTHING, "no such name"),
        ("not found in our files", NOTHING, "not found in our files"),
        ("Nothing.", NOTHING, "Nothing."),
        ("partly: the name only", PARTLY, "the name only"),
        ("Partial answer: the name", MORE, "the name"),
        ("First part: the name", MORE, "the name"),
        ("部分人员已迁出", None, "部分人员已迁出"),
        ("none of them lives here", None, "none of them lives here"),
        ("foundation documents attached", None, "foundation documents attached"),
        ("查无异常", None, "查无异常"),
        ("", None, ""),
    ],
)
def test_an_answer_says_its_outcome_by_what_it_begins_with(text: str, outcome: str | None, kept: str) -> None:
    assert read_outcome(text) == (outcome, kept)


@pytest.mark.parametrize(
    ("text", "first"),
    [("部分人员已迁出", PARTLY), ("身份已核实，住址待查", MORE), ("the rest will follow later", PARTLY)],
)
def test_a_part_is_suggested_as_one(text: str, first: str) -> None:
    assert suggested(text)[0] == first


def test_every_outcome_can_be_picked_whatever_is_suggested() -> None:
    for text in (*NOES, *YESES):
        assert sorted(suggested(text)) == sorted(PICKED)


def test_no_outcome_has_words_of_its_own() -> None:
    assert named(None).key == "outcome.unset"
    assert named(NOTHING).key == "outcome.nothing"
