"""Whose a number is: in order where the counts agree, beside each other, else asked; and nothing disappears."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.form.form import Form, read
from tests.benchmarks.generator_world import cn_id
from tests.quick import examples

A, B, C = "320583198502145015", "320583198502145023", "320583199001010010"
P, Q = "13812345678", "13912345678"
WANG, LI, ZHAO = "王建国", "李秀英", "赵六"


def form(subject: str) -> Form:
    return read(f"户籍\n致：昆山\n对象：{subject}\n事由：核实")


def told(found: Form) -> list[tuple[str, list[str]]]:
    return [(s.name, [i.value for i in s.ids]) for s in found.subjects]


@pytest.mark.parametrize(
    "subject",
    [
        f"{WANG}，{LI}，身份证号：{A}，{B}",
        f"{WANG}、{LI} {A}、{B}",
        f"{WANG}、{LI}，身份证号分别为{A}、{B}",
        f"{WANG}（{A}）、{LI}（{B}）",
        f"{A}、{B} {WANG}、{LI}",
        f"{WANG} {LI} {A} {B}",
        f"{WANG}和{LI}，{A}和{B}",
        f"{WANG}及{LI} {A} {B}",
        f"{WANG}与{LI}：{A}，{B}",
        f"{WANG}及其妻子{LI} {A} {B}",
        f"{WANG}/{LI} {A}/{B}",
        f"{A} {WANG} {B} {LI}",
        f"{WANG}\n{LI}\n{A}\n{B}",
        f"{WANG}、{LI}\n身份证号：{A}、{B}",
        f"{WANG}：{A}\n{LI}：{B}",
        f"1.{WANG}{A} 2.{LI}{B}",
        f"1、{WANG}，男，身份证{A}；2、{LI}，女，身份证{B}",
        f"（1）{WANG} {A}（2）{LI} {B}",
        f"①{WANG}{A}②{LI}{B}",
        f"一、{WANG}{A} 二、{LI}{B}",
        f"- {WANG} {A}\n- {LI} {B}",
        f"• {WANG} {A}\n• {LI} {B}",
        f"对象一：{WANG}{A}，对象二：{LI}{B}",
        f"序号 姓名 身份证号\n1 {WANG} {A}\n2 {LI} {B}",
        f"序\t姓名\t身份证号\n1\t{WANG}\t{A}\n2\t{LI}\t{B}",
        f"姓 名\t身份证号\n{WANG}\t{A}\n{LI}\t{B}",
        f"| 序号 | 姓名 | 身份证 |\n|---|---|---|\n| 1 | {WANG} | {A} |\n| 2 | {LI} | {B} |",
        f"姓名\n身份证号\n{WANG}\n{A}\n{LI}\n{B}",
    ],
)
def test_each_of_two_people_gets_their_own_number(subject: str) -> None:
    found = form(subject)
    assert told(found) == [(WANG, [A]), (LI, [B])]
    assert not found.unsure
    assert (found.reason, found.to) == ("核实", ("昆山",))


@pytest.mark.parametrize(
    ("subject", "people"),
    [
        (f"{WANG}、{LI}，身份证：{A}、{B}，电话：{P}、{Q}", [(WANG, [A, P]), (LI, [B, Q])]),
        (f"{WANG} {A} {P}、{LI} {B} {Q}", [(WANG, [A, P]), (LI, [B, Q])]),
        (f"{WANG} {A}、{LI}、{ZHAO} {B}", [(WANG, [A]), (LI, []), (ZHAO, [B])]),
        (f"父亲{WANG} {A}，儿子王小明 {B}", [(WANG, [A]), ("王小明", [B])]),
        (f"{WANG}，妻子{LI} {B}", [(WANG, []), (LI, [B])]),
        (f"李和平、周和平 {A}、{B}", [("李和平", [A]), ("周和平", [B])]),
        ("苏E12345；苏E67890 车主李秀英", [("", ["苏E12345"]), (LI, ["苏E67890"])]),
    ],
)
def test_numbers_of_several_sorts_go_with_their_people(
    subject: str, people: list[tuple[str, list[str]]]
) -> None:
    assert told(form(subject)) == people
    assert not form(subject).unsure


@pytest.mark.parametrize(
    "subject",
    [
        f"{WANG}、{LI}、{ZHAO} {A}、{B}",
        f"{WANG}、{LI}，身份证号：{A}",
        f"{WANG}、{LI}\n身份证号：{A}",
        f"{WANG}、{LI} {A}、{B}、{C}",
        f"{WANG}、{LI} {A}、{B}，电话：{P}",
        f"{WANG} {A} {B}",
    ],
)
def test_what_nobody_can_tell_is_asked(subject: str) -> None:
    assert form(subject).unsure


@pytest.mark.parametrize(
    ("subject", "name", "kept"),
    [
        (f"陈志远（绰号：阿远）{C}", "陈志远", "绰号：阿远"),
        (f"陈志远，外号阿远，{C}", "陈志远", "外号阿远"),
        (f"陈志远（又名：陈远、阿远） {C}", "陈志远", "又名：陈远、阿远"),
        (f"陈志远，网名“飞鸟” {C}", "陈志远", "飞鸟"),
        (f"绰号阿远 {P}", "", "绰号阿远"),
        (f"陈志远，微信：飞鸟与鱼 {C}", "陈志远", "飞鸟与鱼"),
        (f"Wang Haibo 王海波 {C}", "王海波", "WANG HAIBO"),
        (f"王海波（Wang Haibo） {C}", "王海波", "WANG HAIBO"),
        (f"张三 女 1990年1月1日出生 住昆山市玉山镇前进路1号 {C}", "张三", "住昆山市玉山镇前进路1号"),
        (f"张三，发动机号：CDZ123456，{C}", "张三", "CDZ123456"),
    ],
)
def test_what_is_told_of_somebody_is_no_name_and_stays(subject: str, name: str, kept: str) -> None:
    found = form(subject)
    assert [s.name for s in found.subjects] == [name]
    assert kept in found.note


@pytest.mark.parametrize(
    ("subject", "left"),
    [
        (f"张三，厨师，{C}", "厨师"),
        (f"张三（李四之妻） {C}", "李四之妻"),
        (f"张三等3人 {C}", "等3人"),
        (f"张三、李四等3人 {A}、{B}", "等3人"),
        (f"张三 {C} 1234567890123", "1234567890123"),
        ("张三 会员编号8812345", "会员编号8812345"),
    ],
)
def test_what_is_not_understood_is_named_and_stays(subject: str, left: str) -> None:
    found = form(subject)
    assert left in (*found.left, *found.unread)
    assert left in found.note


@pytest.mark.parametrize(
    "subject",
    [
        "序号",
        "姓名",
        "ID",
        "FB ID：",
        "学号",
        "微信：",
        "绰号",
        "身份证号码：",
        "联系人：",
        "序号 姓名 性别",
        "passport no.",
    ],
)
def test_a_label_with_nothing_behind_it_is_nobody(subject: str) -> None:
    assert told(form(subject)) == []
    assert told(form(f"{WANG} {A}，{subject}")) == [(WANG, [A])]


def test_the_officer_in_the_subjects_line_is_a_contact() -> None:
    found = form(f"张三 {C}，承办人：李警官 {P}")
    assert told(found) == [("张三", [C])]
    assert found.contact == f"李警官 {P}"
    found = form(f"张三 {C} 联系人李警官 {P}")
    assert (told(found), found.contact) == ([("张三", [C])], f"联系人李警官 {P}")


_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from("王李张刘陈杨赵黄周吴"),
        st.sampled_from(("建国", "秀英", "志远", "海波", "和平", "小明", "佳人", "与飞")),
        st.dates(date(1960, 1, 1), date(2005, 12, 31)).map(lambda day: cn_id("320583", day, 101)),
    ),
    min_size=2,
    max_size=6,
    unique_by=(lambda p: p[0] + p[1], lambda p: p[2]),
)


@examples(150)
@given(
    _PEOPLE,
    st.sampled_from(("、", "，", " ", "\n", "；")),
    st.sampled_from(("、", "，", " ", "\n")),
    st.data(),
)
def test_nobody_gets_anothers_number_and_nobody_disappears(
    people: list[tuple[str, str, str]], between_names: str, between_numbers: str, data: st.DataObject
) -> None:
    """Either each gets their own, or it is asked; however many of the numbers are there."""
    count = data.draw(st.integers(1, len(people)))
    names = [surname + given for surname, given, _ in people]
    numbers = [number for _, _, number in people][:count]
    label = data.draw(st.sampled_from((" ", "，身份证号：", "\n身份证号：", "，身份证号码分别为", "：")))
    found = form(between_names.join(names) + label + between_numbers.join(numbers))
    assert {s.name for s in found.subjects} >= set(names)
    assert {i.value for s in found.subjects for i in s.ids} == set(numbers)
    if not found.unsure and count == len(people):
        assert told(found) == [(name, [number]) for name, number in zip(names, numbers, strict=True)]
    if count != len(people) and count != 1:
        assert found.unsure
