"""A post may say that it is confidential, in a line, with a label, or beside its type."""

from __future__ import annotations

import pytest

from matching.form.confidential import cut_out
from matching.form.form import merge, read, read_for

POST = """户籍证明
致：昆山
对象：陈望舒 320583199204080027
事由：电信诈骗案嫌疑人户籍核实"""


@pytest.mark.parametrize(
    "line",
    [
        "保密", "【保密】", "（保密）", "#保密", "保密！", "保 密：是", "保密：是", "是否保密：是", "密级：秘密",
        "密级：机密★5年", "密级: 内部", "涉密：是", "confidential", "Confidential: yes", "confidentiality: high",
        "🔐 保密", "２、密级：秘密",
    ],
)  # fmt: skip
def test_a_line_that_says_so_makes_it_confidential_and_belongs_to_no_other_field(line: str) -> None:
    for text in (
        f"{POST}\n{line}",
        POST.replace("\n致", f"\n{line}\n致"),
        POST.replace("\n事由", f"\n{line}\n事由"),
    ):
        form = read(text)
        assert form.confidential is True
        assert form.reason == "电信诈骗案嫌疑人户籍核实"
        assert form.to == ("昆山",)
        assert [s.name for s in form.subjects] == ["陈望舒"]
        assert not form.unknown


@pytest.mark.parametrize("first", ["户籍证明（保密）", "户籍证明 保密", "户籍证明【机密】"])
def test_a_word_beside_the_type_makes_it_confidential(first: str) -> None:
    form = read(POST.replace("户籍证明", first, 1))
    assert (form.type_text, form.confidential) == ("户籍证明", True)


@pytest.mark.parametrize(
    "line", ["密级：无", "密级：", "保密：否", "是否涉密：不涉密", "密级：普通（非密）", "confidential: no"]
)
def test_an_express_no_is_a_no(line: str) -> None:
    assert read(f"{POST}\n{line}").confidential is False


@pytest.mark.parametrize(
    "text",
    [
        "事由：泄露国家秘密案",
        "备注：请注意保密",
        "事由：涉密人员户籍核实",
        "保密局来函",
        "对象：保密 320583199204080027",
    ],
)
def test_the_word_in_a_sentence_does_not(text: str) -> None:
    assert read(f"{POST}\n{text}").confidential is None
    assert cut_out(text)[0] == text


def test_what_completes_a_draft_may_say_so_and_may_take_it_back() -> None:
    form = read(POST)
    assert form.confidential is None
    form = merge(form, read_for("保密", "reason"))
    assert (form.confidential, form.reason) == (True, "电信诈骗案嫌疑人户籍核实")
    assert merge(form, read("案件：A1")).confidential is True
    assert merge(form, read("密级：无")).confidential is False
