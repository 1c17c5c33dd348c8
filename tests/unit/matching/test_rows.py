"""Rows as people and programs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.compare.engine import Engine
from matching.compare.packing import FormError
from matching.identifiers.values import Record, TypeRule
from tests.quick import examples

ENGINE = Engine(
    {
        "household": TypeRule(
            key="household", labels={"zh": "户籍证明", "en": "household certificate"}, aliases=("户籍",)
        )
    }
)
ID = "320583199001010010"


def ids(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    record = ENGINE.record_from_row(row)
    return [(i.kind, i.value, i.state) for subject in record.subjects for i in subject.ids]


@pytest.mark.parametrize(
    "written",
    ["household", "户籍证明", "戶籍證明", "户 籍", "HOUSEHOLD Certificate", "household-certificate"],
)
def test_a_type_has_many_names(written: str) -> None:
    assert ENGINE.resolve_type(written) == "household"


def test_an_unknown_type_has_none() -> None:
    assert ENGINE.resolve_type("天气") == ENGINE.resolve_type("") == ""


def test_swapped_fields_are_put_right() -> None:
    row = {"subjects": [{"name": "张三", "ids": {"cn_id": "13812345678", "phone": ID}}]}
    assert ids(row) == [("phone", "13812345678", "valid"), ("cn_id", ID, "valid")]


def test_a_number_in_the_name_is_no_name() -> None:
    record = ENGINE.record_from_row({"subjects": [{"name": f"张三 身份证{ID}"}]})
    assert record.subjects[0].name == "张三"
    assert record.subjects[0].ids[0].value == ID


def test_labels_in_chinese_and_several_values_are_read() -> None:
    row = {"subjects": [{"name": "张三", "ids": {"身份证号": int(ID), "手机": "13812345678、13912345678"}}]}
    assert [kind for kind, _, _ in ids(row)] == ["cn_id", "phone", "phone"]


def test_a_number_that_a_spreadsheet_has_rounded_is_damaged() -> None:
    assert [state for _, _, state in ids({"subjects": [{"ids": {"cn_id": float(ID)}}]})] == ["damaged"]


def test_a_placeholder_in_the_name_is_no_identifier() -> None:
    assert ids({"subjects": ["张三 000000000000000000"]}) == []


@pytest.mark.parametrize("empty", ["无", "不详", "000000000000000000", None, "", [], True, "N/A"])
def test_a_placeholder_is_no_identifier(empty: object) -> None:
    assert ids({"subjects": [{"name": "张三", "ids": {"cn_id": empty}}]}) == []


def test_a_number_in_the_words_is_the_subjects_when_its_name_stands_before_it() -> None:
    record = ENGINE.record_from_row(
        {"subjects": [{"name": "张三"}], "reason": f"张三，身份证号{ID}，涉嫌盗窃"}
    )
    assert [(i.value, i.found) for i in record.subjects[0].ids] == [(ID, True)]


@pytest.mark.parametrize(
    "reason",
    [
        f"同案人员李四{ID}在逃",
        f"与李四（{ID}）有关",
        f"李四{ID}的妻子",
        f"被害人李四，{ID}",
        f"伙同张三、李四{ID}作案",
    ],
)
def test_a_number_of_somebody_else_in_the_words_is_not_taken(reason: str) -> None:
    record = ENGINE.record_from_row({"subjects": [{"name": "张三"}, {"name": "王五"}], "reason": reason})
    assert [subject.ids for subject in record.subjects] == [(), ()]


@pytest.mark.parametrize(
    ("written", "asked", "expected"),
    [
        ("2026年2月1日-2月28日", None, (date(2026, 2, 1), date(2026, 2, 28))),
        ("2026.2.1-2.28", None, (date(2026, 2, 1), date(2026, 2, 28))),
        ("2026年2月", None, (date(2026, 2, 1), date(2026, 2, 28))),
        ("2月1日至2月28日", "2026-03-10", (date(2026, 2, 1), date(2026, 2, 28))),
        ("2月1日至2月28日", None, None),
        ("近三个月", None, None),
        ("不详", "2026-03-10", None),
    ],
)
def test_a_period_in_words_is_read_by_the_day_of_asking(
    written: str, asked: str | None, expected: tuple[date, date] | None
) -> None:
    assert ENGINE.record_from_row({"period": written, "asked_at": asked}).period == expected


@pytest.mark.parametrize(
    "case",
    [
        "A3205834500002026010001（昆公（刑）立字〔2026〕12号）",
        ["昆公(刑)立字[2026]0012号", "A3205834500002026010001"],
        "A3205834500002026010001 / 昆公刑立字【2026】第12号",
    ],
)
def test_a_case_may_have_its_number_of_each_system(case: object) -> None:
    assert ENGINE.record_from_row({"case": case}).case == "A3205834500002026010001 D:昆公刑立:2026:12"


def test_times_periods_and_cases_are_read() -> None:
    record = ENGINE.record_from_row(
        {
            "type": "户籍",
            "case": "a3205834500002026010001",
            "period": ["2026年2月28日", "2026-02-01"],
            "asked_at": "2026-03-01T09:00:00+08:00",
            "answered_at": "2026-03-02",
            "state": "answered",
        }
    )
    assert record.period == (date(2026, 2, 1), date(2026, 2, 28))
    assert record.asked_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert record.answered_at == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert record.case == "A3205834500002026010001"


@pytest.mark.parametrize(
    ("words", "type", "names", "numbers", "case"),
    [
        ("张三", "", ["张三"], [], ""),
        ("户籍 张三 320583********0010", "household", ["张三"], ["320583********0010"], ""),
        ("138****5678", "", [""], ["138****5678"], ""),
        ("A3205834500002026010001", "", [], [], "A3205834500002026010001"),
        ("张三、李四", "", ["张三", "李四"], [], ""),
        ("John Smith", "", ["JOHN SMITH"], [], ""),
        ("", "", [], [], ""),
    ],
)
def test_words_are_looked_for(words: str, type: str, names: list[str], numbers: list[str], case: str) -> None:
    record = ENGINE.record_from_words(words)
    assert (record.type, record.case) == (type, case)
    assert [subject.name for subject in record.subjects] == names
    assert [i.value for subject in record.subjects for i in subject.ids] == numbers


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=60)
    | st.sampled_from((ID, "13812345678", "苏EA1234")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("name", "ids", "kind", "cn_id", "phone", "plate", "身份证", "value"))
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_ROWS = st.dictionaries(
    st.sampled_from(
        (
            "id",
            "type",
            "subjects",
            "subject",
            "ids",
            "name",
            "case",
            "period",
            "reason",
            "asked_at",
            "answered_at",
            "outcome",
            "state",
        )
    ),
    _JSON,
    max_size=10,
)


@examples(300)
@given(_ROWS)
def test_nonsense_is_dropped_and_never_raised(row: dict[str, Any]) -> None:
    record = ENGINE.record_from_row(row)
    assert isinstance(record, Record)
    again = ENGINE.unpack(ENGINE.pack(record))
    assert (again.id, again.type, again.case, again.period) == (
        record.id,
        record.type,
        record.case,
        record.period,
    )
    assert len(again.subjects) == len(record.subjects)
    assert ENGINE.keys(again, hash) == ENGINE.keys(record, hash)
    for match in ENGINE.judge(record, [record, again], as_of=datetime(2026, 3, 1, tzinfo=UTC)):
        assert 0 < match.score < 1


def test_identifiers_as_pairs_of_kind_and_value_are_read() -> None:
    assert ids({"subjects": [{"ids": [{"kind": "手机", "value": "138 1234 5678"}, {"kind": []}]}]}) == [
        ("phone", "13812345678", "valid")
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"phone": "1997548288"}, ("phone", "1997548288", "length")),  # a digit is lost: no passport
        # A mistyped card in groups, whose last groups look like a landline.
        (
            {"bank_card": "6225 8829 0483 2894 745"},
            ("bank_card", "6225882904832894745", "damaged"),
        ),
        ({"cn_id": "177****6991"}, ("phone", "177****6991", "masked")),
        ({"phone": "320583********0010"}, ("cn_id", "320583********0010", "masked")),
    ],
)
def test_a_damaged_or_masked_number_stays_or_becomes_what_it_is(
    given: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert ids({"subjects": [{"name": "张三", "ids": given}]}) == [expected]


def test_a_row_may_have_its_one_subject_spread_out() -> None:
    row = {"id": "1", "name": "张三", "cn_id": ID, "手机号": "13812345678"}
    assert [(kind, value) for kind, value, _ in ids(row)] == [("cn_id", ID), ("phone", "13812345678")]


def test_a_row_without_subjects_has_the_number_in_its_words() -> None:
    (subject,) = ENGINE.record_from_row({"subjects": [], "reason": "请核查。车牌号：苏EA1234"}).subjects
    assert (subject.kind, subject.name) == ("vehicle", "")
    assert [(i.kind, i.value, i.found) for i in subject.ids] == [("plate", "苏EA1234", True)]


@pytest.mark.parametrize("reason", ["与李四共有车辆苏EA1234", "苏EA1234、苏EA1235", "请核查"])
def test_a_row_without_subjects_has_no_number_of_others_and_none_of_several(reason: str) -> None:
    assert ENGINE.record_from_row({"subjects": [], "reason": reason}).subjects == ()


def test_a_company_is_known_by_its_name() -> None:
    (subject,) = ENGINE.record_from_row({"subjects": [{"name": "上海华泰科技有限公司"}]}).subjects
    assert subject.kind == "company"


def test_deeply_nested_rows_are_nonsense_too() -> None:
    nested: Any = ID
    for _ in range(900):
        nested = [{"kind": nested, "value": nested, "ids": nested, "name": nested}]
    assert (
        ENGINE.record_from_row({"subjects": nested, "ids": nested, "period": nested, "type": nested}).type
        == ""
    )


@pytest.mark.parametrize("subjects", [30, pytest.param(1000, marks=pytest.mark.thorough)])
def test_absurd_lengths_are_cut(subjects: int) -> None:
    row = {
        "id": "x" * 10**6,
        "type": "y" * 10**6,
        "reason": f"{ID}，" * 10**5,
        "case": "A" * 10**6,
        "subjects": [{"name": "张" * 10**6, "ids": {"phone": ["13812345678"] * 10**4}}] * subjects,
    }
    record = ENGINE.record_from_row(row)
    assert len(ENGINE.pack(record)) < 100_000


def test_a_packed_record_is_the_record() -> None:
    row = {
        "id": "r",
        "type": "户籍",
        "reason": "诈骗案",
        "case": "A3205834500002026010001",
        "period": ["2026-02-01", "2026-02-28"],
        "subjects": [
            {"name": "张三", "ids": {"cn_id": "320583****0010", "phone": "138 1234 5678"}},
            {"kind": "vehicle", "ids": {"plate": "EA1234"}},
        ],
        "answered_at": "2026-03-02T10:00:00+08:00",
        "outcome": "found",
    }
    record = ENGINE.record_from_row(row)
    again = ENGINE.unpack(ENGINE.pack(record))
    assert ENGINE.pack(again) == ENGINE.pack(record)
    assert [s.sound for s in again.subjects] == [s.sound for s in record.subjects]
    assert again.answered_at == record.answered_at


@pytest.mark.parametrize("data", [b"", b"2\x1f", b"1" + b"\x1f" * 9, b"1" + b"\x1fx" * 10, b"\xff" * 40])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FormError):
        ENGINE.unpack(data)
