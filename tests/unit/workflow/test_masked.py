"""What a group may read: numbers and subjects' names hidden, however they are written."""

from __future__ import annotations

import pytest

from matching.identifiers.values import Identifier, Subject
from matching.masking.masking import mask_name
from workflow.kernel.errors import Refused
from workflow.kernel.masked import SEEN, hide, hide_in_case, seen

CN_ID, PHONE, PLATE, CASE = "320583199204080027", "13812345678", "苏E12345", "A3205834500002026010001"
WIDE = "３２０５８３１９９２０４０８００２７"
SUBJECT = Subject(
    name="陈望舒",
    ids=(
        Identifier(kind="cn_id", value=CN_ID, state="valid", raw=CN_ID),
        Identifier(kind="phone", value=PHONE, state="valid", raw=PHONE),
        Identifier(kind="plate", value=PLATE, state="valid", raw=PLATE),
        Identifier(kind="account", value="XIAOCHEN88", state="valid", raw="xiaochen88"),
    ),
)


@pytest.mark.parametrize(
    "written",
    [CN_ID, "3205 8319 9204 0800 27", WIDE, f"（{CN_ID}）", f"{CN_ID}{PHONE}", "320583-19920408-0027", PHONE,
     "\u200b".join(CN_ID), "138 1234 5678", "138-1234-5678", PLATE, "苏E 12345", "苏E·12345", "苏e12345",
     "Xiaochen88", "xiaochen88"],
)  # fmt: skip
def test_a_number_of_the_subject_is_hidden_however_it_is_written(written: str) -> None:
    text = hide(f"据查，{written} 与本案有关", (SUBJECT,))
    flat = "".join(c for c in text if c.isalnum() or c == "*").upper()
    for value in (CN_ID, PHONE, PLATE, "XIAOCHEN88", WIDE):
        assert value not in flat
    assert "据查" in text
    assert "与本案有关" in text


def test_the_subjects_name_is_hidden_and_so_are_others() -> None:
    assert hide("陈望舒与王五同住", (SUBJECT,)) == "陈**与王*同住"


@pytest.mark.parametrize(
    "written",
    [
        "138/1234/5678",
        "138_1234_5678",
        "138—1234—5678",
        "138 (1234) 5678",
        "(138)1234 5678",
        "一三八一二三四五六七八",
        "三二零五 八三一九 九二零四",
        "壹叁捌壹贰叁肆伍陆柒捌",
    ],
)
def test_a_number_that_no_shape_fits_is_hidden_too(written: str) -> None:
    """Of nobody known."""
    text = hide(f"联系电话{written}，核实", ())
    assert written not in text
    assert text.count("*") >= 4
    assert "".join(c for c in written if c.isalnum())[2:-2] not in "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("陈望舒", "陈 望舒"),
        ("陈望舒", "陈　望　舒"),
        ("陈望舒", "陳望舒"),
        ("陈望舒", "陈\u200b望舒"),
        ("买买提·艾力", "买买提艾力"),
        ("买买提·艾力", "买买提•艾力"),
        ("JOHN SMITH", "John Smith"),
        ("JOHN SMITH", "john  smith"),
        ("JOHN SMITH", "Smith, John"),
        ("JOHN SMITH", "ＪＯＨＮ Ｓｍｉｔｈ"),
        ("O NEIL KATE", "O'Neil Kate"),
        ("O NEIL KATE", "Kate O'Neil"),
        ("ABC贸易", "abc 贸易"),
    ],
)
def test_a_name_is_hidden_however_it_is_written(name: str, written: str) -> None:
    text = hide(f"据查，{written}与本案有关（{written}）。", (Subject(name=name),))
    assert text == f"据查，{mask_name(name)}与本案有关（{mask_name(name)}）。"
    assert written not in seen(f"x {written}", (Subject(name=name),))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("JOHN SMITH", "johnson smithers"),
        ("AN", "an item and a Man"),
        ("张三", "一张表，三人"),
        ("张*", "张*与某人"),
    ],
)
def test_what_is_not_the_name_stays(name: str, text: str) -> None:
    assert hide(text, (Subject(name=name),)) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01 18:00 到 2026-12-05",
        "金额 1 250 000 元",
        "共 12 人，见附件 3",
        "20261201",
        "2026/12/01 至 2026/12/31",
        "二〇二六年十二月三十一日，二百三十四万五千六百七十八元",
        "18:00-20:30",
        "WX26-9999",
        CASE,
    ],
)
def test_dates_amounts_and_numbers_of_requests_stay(text: str) -> None:
    assert hide(text, ()) == text
    assert seen(text) == text


def test_a_case_number_stays_whole_and_a_persons_in_its_place_does_not() -> None:
    assert hide_in_case(CASE, (SUBJECT,)) == CASE
    assert hide_in_case("锡公（刑）立字〔2026〕0123号", (SUBJECT,)) == "锡公（刑）立字〔2026〕0123号"
    assert CN_ID not in hide_in_case(CN_ID, ())
    assert PHONE not in hide_in_case(f"{CASE} {PHONE}", (SUBJECT,))


def test_what_is_said_back_is_short_and_masked() -> None:
    assert seen("x" * 10_000) == "x" * SEEN
    assert CN_ID not in seen(f"  {CN_ID}  ")
    assert PLATE not in seen("嫌疑人苏E12 345").replace(" ", "")


def test_a_refusal_masks_what_it_says_back_by_itself() -> None:
    assert CN_ID not in str(Refused("error.number_unknown", given=CN_ID).text.params["given"])
