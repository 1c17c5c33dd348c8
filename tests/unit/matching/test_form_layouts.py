"""One post in the ways that people lay it out: its fields are read alike, and nobody is made of its layout."""

from __future__ import annotations

import pytest

from matching.form.form import marker, read
from matching.identifiers.identifiers import find
from matching.masking.masking import mask_text
from tests.growth import costs_less

ID = "320583198502145015"


@pytest.mark.parametrize(
    "text",
    [
        f"户籍证明\n致：昆山\n对象：王建国 {ID}\n事由：诈骗\n时限：3天",
        f"户籍证明\n致 昆山\n对象 王建国 {ID}\n事由 诈骗\n时限 3天",
        f"户籍证明致昆山对象王建国身份证{ID}事由诈骗时限3天",
        f"户籍证明\n1、协作单位：昆山\n2、被查人：王建国\n3、身份证号：{ID}\n4、案由：诈骗\n5、时限：3天",
        f"户籍证明\n【接收单位】昆山\n【对象】王建国 {ID}\n【事由】诈骗\n【时限】3天",
        f"户籍证明\n- 致: 昆山\n- 对象: 王建国, {ID}\n- 事由: 诈骗\n- 时限: 3天",
        f"户籍证明\n**致**：昆山\n**对象**：王建国 {ID}\n**事由**：诈骗\n**时限**：3天",
        f"户籍证明\n📮致：昆山\n👤对象：王建国 {ID}\n📝事由：诈骗\n⏰时限：3天",
        f"户籍证明\n| 字段 | 内容 |\n|---|---|\n| 致 | 昆山 |\n| 对象 | 王建国 {ID} |\n| 事由 | 诈骗 |\n| 时限 | 3天 |",
        f"户籍证明\n致\t昆山\n对象\t王建国 {ID}\n事由\t诈骗\n时限\t3天",
        f"户籍证明\n致：昆山\n事由：诈骗\n时限：3天\n姓名\t身份证号码\n王建国\t{ID}",
        f"户籍证明\n致：昆山\n身份证号：{ID}\n姓名：王建国\n事由：诈骗\n时限：3天",
        f"户籍证明\n单位：昆山\n当事人：王建国，{ID}\n案由：诈骗\n办结时限：3天",
        f"户籍证明 致：昆山 人：王建国 {ID} 因：诈骗 限：3天",
        f"户籍证明\n致：昆山\n姓名：王建国\n证号：{ID}\n用途：诈骗\n时限：3天",
        f"户籍证明\n致：昆山\n对象：王建国\n身份证：{ID[:6]}\n{ID[6:]}\n事由：诈骗\n时限：3天",
        f"户籍证明\n致：昆山\n对象：王建国，男，{ID}，原籍昆山\n事由：诈骗\n时限：3天",
        f"户籍证明\n致：昆山\n对象：王建国 {ID}\n事由：诈骗\ndue 3天",
        f"户籍证明\n致：昆山\n对像：王建国 {ID}\n事油：诈骗\n时现：3天",
    ],
)
def test_a_layout_changes_nothing_of_what_is_read(text: str) -> None:
    form = read(text)
    assert (form.type_text, form.to, form.reason, form.due) == ("户籍证明", ("昆山",), "诈骗", "3天")
    assert [(s.name, [i.value for i in s.ids]) for s in form.subjects] == [("王建国", [ID])]
    assert not form.unsure


def test_a_telephone_number_below_the_unit_is_the_subject() -> None:
    form = read("机主信息\n主送单位：常州市公安局\n手机号：15951230002\n案由：电信诈骗")
    assert form.to == ("常州市公安局",)
    assert [i.value for s in form.subjects for i in s.ids] == ["15951230002"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4096,
        "对象：张三\n" * 680,
        "绰号" * 2048,
        "|a|b|\n" * 680,
        "张三和李四和" * 680,
        "对象\t张三\n致\tx\n" * 400,
        "姓名\n身份证号\nx\n" * 500,
        "1" * 4096,
        "*1" * 2048,
        "a.b." * 1024,
        "身份证号：" * 820,
        " " * 4096,
        "尾号" * 2048,
        "昆公（刑）立字〔2026〕" * 300,
    ],
)
def test_a_hostile_text_costs_no_more_than_it_is_long(text: str) -> None:
    """Four times the text may cost four times as much, or somewhat more; not sixteen times."""

    def look(part: str) -> None:
        read(f"户籍\n{part}")
        find(part)
        mask_text(part)

    assert costs_less(11, lambda: look(text[:1024]), lambda: look(text[:4096]))


def test_a_marker_in_brackets_is_one() -> None:
    found = marker("【#协作】【户籍证明】\n【致】昆山", bot_username="crossbeat")
    assert found is not None
    assert read(found.rest).to == ("昆山",)
