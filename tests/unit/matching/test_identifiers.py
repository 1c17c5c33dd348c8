"""Identifiers: kinds and states, alone and in free text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from matching.identifiers.identifiers import expand15, find, identify
from matching.identifiers.readers import check_digit
from matching.words.kind_words import ID_KINDS

ID = "320583199001010010"


@pytest.mark.parametrize(
    ("kind", "written", "value", "state"),
    [
        ("cn_id", ID, ID, "valid"),
        ("cn_id", "３２０５８３ １９９００１０１ ００１０", ID, "valid"),
        ("cn_id", "身份证号：320583-19900101-0010", ID, "valid"),
        ("cn_id", "32O583l99001O10010", ID, "valid"),
        ("cn_id", "32058319900101001x", "32058319900101001X", "damaged"),
        ("cn_id", "320583199013010010", "320583199013010010", "damaged"),
        ("cn_id", "990583199001010010", "990583199001010010", "damaged"),
        ("cn_id", "320583900101001", ID, "valid"),
        ("cn_id", "320583********0010", "320583********0010", "masked"),
        ("cn_id", "320583****0010", "320583********0010", "masked"),
        ("cn_id", "320583XXXXXXXX0010", "320583********0010", "masked"),
        ("cn_id", "320583●●●●●●●●001X", "320583********001X", "masked"),
        ("cn_id", "320583……0010", "320583********0010", "masked"),
        ("cn_id", "3205839001**001", "320583199001**001*", "masked"),
        ("cn_id", "320583******001", "320583************", "masked"),
        ("cn_id", "32058319900101001", "32058319900101001", "length"),
        ("phone", "13812345678", "13812345678", "valid"),
        ("phone", "+86 138-1234-5678", "13812345678", "valid"),
        ("phone", "0086 13812345678", "13812345678", "valid"),
        ("phone", "(0510) 8234 5678", "051082345678", "valid"),
        ("phone", "0510-82345678转8001", "051082345678", "valid"),
        ("phone", "400-810-1234", "4008101234", "valid"),
        ("phone", "+1 415 555 2671", "+14155552671", "valid"),
        ("phone", "138****5678", "138****5678", "masked"),
        ("phone", "138***5678", "138****5678", "masked"),
        ("phone", "尾号5678", "*******5678", "masked"),
        ("phone", "82345678", "82345678", "partial"),
        ("phone", "12812345678", "12812345678", "damaged"),
        ("plate", "苏E·A1234", "苏EA1234", "valid"),
        ("plate", "蘇e-a1234", "苏EA1234", "valid"),
        ("plate", "苏EA123O", "苏EA1230", "valid"),
        ("plate", "苏ED12345", "苏ED12345", "valid"),
        ("plate", "苏E12345F", "苏E12345F", "valid"),
        ("plate", "粤Z1234港", "粤Z1234港", "valid"),
        ("plate", "EA1234" + "5", "EA12345", "partial"),
        ("plate", "苏E***34", "苏E***34", "masked"),
        ("bank_card", "6222 0212 3456 7894", "6222021234567894", "valid"),
        ("bank_card", "6222021234567890", "6222021234567890", "damaged"),
        ("bank_card", "6222****7894", "6222********7894", "masked"),
        ("uscc", "9111000060003734lL", "9111000060003734LL", "damaged"),
        ("uscc", "91110000600037341L", "91110000600037341L", "valid"),
        ("passport", "e12345678", "E12345678", "valid"),
        ("passport", "EB1234567", "EB1234567", "valid"),
        ("passport", "EO1234567", "E01234567", "valid"),
        ("passport", "GB12345O7", "G81234507", "valid"),
        ("passport", "AB7533299", "AB7533299", "valid"),
        ("passport", "P61SZ461", "P6152461", "damaged"),
        ("uscc", "91340102xxxxxxA93Y", "91340102******A93Y", "masked"),
        ("imei", "490154203237518", "490154203237518", "valid"),
        ("account", "wx_zhang-3", "wx_zhang-3", "valid"),
        (None, "苏E12345D", "苏E12345D", "valid"),
        (None, ID, ID, "valid"),
        (None, "随便写的", "随便写的", "other"),
        ("cn_id", "", "", "other"),
    ],
)
def test_a_value_has_a_normal_form_and_a_state(
    kind: str | None, written: str, value: str, state: str
) -> None:
    identifier = identify(kind, written)
    assert (identifier.value, identifier.state) == (value, state)
    assert identifier.raw == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三，身份证320583199001010010，电话13812345678", [("cn_id", ID), ("phone", "13812345678")]),
        ("车牌苏E·A1234、苏ED12345", [("plate", "苏EA1234"), ("plate", "苏ED12345")]),
        (
            "见A3205834500002026010001及昆公（刑）立字〔2026〕12号",
            [
                ("case", "A3205834500002026010001"),
                ("case", "D:昆公刑立:2026:12"),
            ],
        ),
        ("(2026)苏0583刑初12号", [("case", "C:苏0583刑初:2026:12")]),
        ("6222 0212 3456 7894 转入", [("bank_card", "6222021234567894")]),
        ("320583********0010 138****5678", [("cn_id", "320583********0010"), ("phone", "138****5678")]),
        ("IMEI:490154203237518", [("imei", "490154203237518")]),
        ("于2026-02-01至2026-02-28间转账1200000元", []),
        ("微信号wx_abc123，QQ：12345678", [("account", "wx_abc123"), ("account", "12345678")]),
        ("护照E12345678", [("passport", "E12345678")]),
        ("A.b@example.com", [("email", "a.b@example.com")]),
        ("ID320583199001010010", [("cn_id", ID)]),
        ("没有号码", []),
    ],
)
def test_identifiers_are_found_in_free_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f.identifier.kind, f.identifier.value) for f in find(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-01 2026-02-28",
        "2026.2.1—2026.2.28",
        "2026/02/01 09:00",
        "2026-02-01至2026-02-28",
        "1990-01-01 2026-12-31",
    ],
)
def test_dates_side_by_side_are_no_number(text: str) -> None:
    assert find(text) == []


def test_positions_are_those_of_the_text_as_written() -> None:
    text = "㍿①　身份证３２０５８３１９９００１０１００１０。"
    (found,) = find(text)
    assert text[found.start : found.end] == "３２０５８３１９９００１０１００１０"


@given(st.text(alphabet="0123456789*Xx苏EA-·. （）号字第2026张三ab@", max_size=80))
def test_what_is_found_never_overlaps_and_stands_in_order(text: str) -> None:
    end = 0
    for found in find(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@given(st.sampled_from((None, *ID_KINDS, "case", "nonsense")), st.text(max_size=200))
def test_reading_never_raises(kind: str | None, text: str) -> None:
    assert identify(kind, text).raw == text
    assert isinstance(find(text), list)


@given(st.integers(10**16, 10**17 - 1))
def test_check_digits_are_those_of_the_standard_library_of_numbers(body: int) -> None:
    assert check_digit(str(body)) == ric.calc_check_digit(f"{body}0")


def test_an_old_number_becomes_its_new_form() -> None:
    assert expand15("320583900101001") == ID
    assert expand15("320583901301001") == ""
    assert expand15("12") == ""


def test_a_long_text_is_searched_in_bounded_time() -> None:
    start = time.process_time()
    find("123 456 " * 20_000 + "*1" * 20_000 + "〔2026〕" * 5_000)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("number", ["32058319920408117", "32028119881123204", "32011519850307123"])
def test_a_resident_id_that_lost_a_digit_is_none_of_a_card(number: str) -> None:
    """Whatever the check of cards says, which fits one in ten of them."""
    [found] = find(f"陈望舒 {number}")
    assert (found.identifier.kind, found.identifier.state) == ("cn_id", "length")
    [called] = find(f"银行卡 {number}")
    assert called.identifier.kind == "bank_card", "what it is called goes first"
