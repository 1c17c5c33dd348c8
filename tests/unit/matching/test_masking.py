"""What a group may see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identifiers.identifiers import identify
from matching.masking.masking import mask, mask_name, mask_text


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        ("cn_id", "320583199001010010", "320583********0010"),
        ("cn_id", "32058319900101****", "320583************"),
        ("phone", "13812345678", "138****5678"),
        ("plate", "苏E·A1234", "苏E***34"),
        ("bank_card", "6222021234567894", "622202******7894"),
        ("case", "昆公（刑）立字〔2026〕12号", "昆公（刑）立字〔2026〕12号"),
        ("account", "zhang@example.com", "z***@example.com"),
    ],
)
def test_a_number_shows_its_ends_only(kind: str, written: str, shown: str) -> None:
    assert mask(identify(kind, written)) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("John Smith", "J*** S****"),
        ("张某", "张*"),
        ("阿卜杜拉·买买提", "阿***·买**"),
        ("", ""),
        ("李", "李*"),
    ],
)
def test_a_name_shows_its_surname_only(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证320583199001010010电话13812345678", "身份证320583********0010电话138****5678"),
        (
            "案号A3205834500002026010001，金额1200000元，于20260201",
            "案号A3205834500002026010001，金额1200000元，于20260201",
        ),
        ("昆公（刑）立字〔2026〕1234567号", "昆公（刑）立字〔2026〕1234567号"),
        ("2026-02-01至2026-02-28", "2026-02-01至2026-02-28"),
        ("号32058319900101001012", "号32****************12"),
        ("¥1234567.50", "¥1234567.50"),
    ],
)
def test_personal_numbers_in_text_are_masked_and_others_stay(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@given(
    st.from_regex(r"(?:32058319[0-9]{10}|1[3-9][0-9]{9})", fullmatch=True),
    st.text(alphabet="张三，。 ", max_size=10),
)
def test_no_long_number_stays_readable(number: str, around: str) -> None:
    assert number not in mask_text(around + number + around)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系人：王五 13911112222", "联系人：王* 139****2222"),
        ("联系人：张三 13911112222", "联系人：张* 139****2222"),
        ("联系人：赵六，139 1111 2222", "联系人：赵*，139****2222"),
        ("联系人：王五 13911112222，张三 13812345678", "联系人：王* 139****2222，张* 138****5678"),
    ],
)
def test_a_numeral_that_ends_a_name_is_no_digit_of_the_number_behind_it(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    "text", ["电话：一三九 11112222", "账号：五 13911112222 8888", "联系人：王五 一三九一一一一二二二二"]
)
def test_numerals_that_are_of_a_number_stay_hidden(text: str) -> None:
    said = mask_text(text)
    assert "1111" not in said and "一一一" not in said and "*" in said
