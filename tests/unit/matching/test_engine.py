"""The engine's verdicts: one case a rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from matching.compare.engine import Engine
from matching.compare.reasons import english, words
from matching.identifiers.values import Match, TypeRule

ID, TWIN, OTHER = "320583199001010010", "320583199001010037", "110105199506017277"
PHONE, CASE = "13812345678", "A3205834500002026010001"
AS_OF = datetime(2026, 3, 14, 12, tzinfo=UTC)
RULES = {
    rule.key: rule
    for rule in (
        TypeRule(
            key="household", labels={"zh": "户籍证明", "en": "household certificate"}, aliases=("户籍",)
        ),
        TypeRule(key="whereabouts", same=("subject", "case"), fresh_for=timedelta(days=30)),
        TypeRule(key="calls", about="phone", same=("subject", "period")),
        TypeRule(key="vehicle", about="vehicle"),
        TypeRule(key="statement", about="account"),
        TypeRule(key="company", about="company"),
        TypeRule(key="files", about="none", same=("case",)),
    )
}
ENGINE = Engine(RULES)


def person(name: str = "张三", **ids: Any) -> dict[str, Any]:
    return {"kind": "person", "name": name, "ids": ids}


def row(
    *subjects: dict[str, Any], type: str = "household", days: int | None = 12, **more: Any
) -> dict[str, Any]:
    answered = (
        {}
        if days is None
        else {"answered_at": (AS_OF - timedelta(days=days)).isoformat(), "state": "answered"}
    )
    return {"id": "l-1", "type": type, "subjects": list(subjects), **answered, **more}


def judge(query: dict[str, Any], *candidates: dict[str, Any]) -> list[Match]:
    records = [ENGINE.record_from_row({**c, "id": c.get("id", "l-1")}) for c in candidates]
    return ENGINE.judge(ENGINE.record_from_row({**query, "id": "q-1"}), records, as_of=AS_OF)


def verdict(query: dict[str, Any], *candidates: dict[str, Any]) -> str:
    """Of the first candidate."""
    return next((match.verdict for match in judge(query, *candidates) if match.id == "l-1"), "none")


FULL = person(cn_id=ID, phone=PHONE)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (FULL, FULL, "reuse"),
        (person(cn_id=ID), person("", cn_id=ID), "reuse"),
        (person(cn_id=ID), person("Zhang San", cn_id="320583900101001"), "reuse"),
        (person(cn_id=ID), person("张*", cn_id="３２０５８３１９９００１０１００１０"), "reuse"),
        (person(cn_id=ID), person("李四", cn_id=ID), "possible"),
        (FULL, person(cn_id=TWIN, phone=PHONE), "none"),
        (FULL, person(cn_id="110105********7277", phone=PHONE), "none"),
        (FULL, person("李四", phone=PHONE), "none"),
        (FULL, person("张四", phone=PHONE), "none"),
        (FULL, person("章山", phone=PHONE), "possible"),
        (FULL, person(phone=PHONE), "reuse"),
        (FULL, person("", phone=PHONE), "possible"),
        (FULL, person("张*", phone=PHONE), "possible"),
        (FULL, person(cn_id="320583********0010", phone=PHONE), "reuse"),
        (FULL, person("张*", cn_id="320583********0010", phone=PHONE), "possible"),
        (FULL, person(cn_id="320583********0010"), "possible"),
        (FULL, person("李四", cn_id="320583********0010", phone=PHONE), "none"),
        (FULL, person(cn_id="302583199001010010"), "reuse"),  # two digits swapped
        (FULL, person(cn_id="32058319900101010"), "reuse"),  # a digit lost
        (FULL, person("章山", cn_id="302583199001010010"), "possible"),
        (FULL, person("章山", cn_id="302583199001010010", phone=PHONE), "reuse"),
        (FULL, person(cn_id="320583199001010011"), "possible"),  # one replaced: may be another's
        (FULL, person(cn_id="320583199001010011", phone=PHONE), "reuse"),
        (FULL, person(), "possible"),
        (FULL, person("李四"), "none"),
        (person("John Smith", passport="E12345678"), person("SMITH John", passport="e1234 5678"), "reuse"),
        (person("John Smith", passport="E12345678"), person("John Smith", passport="E12345679"), "none"),
        (person(cn_id=[ID, OTHER]), person(cn_id=ID), "possible"),  # one of the two is another's
    ],
)
def test_two_people(ours: dict[str, Any], theirs: dict[str, Any], expected: str) -> None:
    assert verdict(row(ours, days=None), row(theirs)) == expected


def test_mask_and_name_and_case_are_the_subject() -> None:
    masked = row(person(cn_id="320583********0010"), case=CASE)
    assert verdict(row(FULL, case=CASE), masked) == "reuse"
    short = row(person(cn_id="320***********0010"), case=CASE)
    assert verdict(row(FULL, case=CASE), short) == "possible"


def test_a_namesake_on_file_takes_reuse_from_all_but_an_equal_id() -> None:
    rival = row(person(cn_id=OTHER), id="l-2")
    assert verdict(row(person(phone=PHONE)), row(FULL)) == "reuse"
    assert verdict(row(person(phone=PHONE)), row(FULL), rival) == "possible"
    assert verdict(row(FULL), row(FULL), rival) == "reuse"


def test_the_reasons_are_those_of_the_contract() -> None:
    (match,) = judge(row(person("", cn_id=ID)), row(person(cn_id=ID)))
    assert [english(reason) for reason in match.reasons] == [
        "same cn_id",
        "same type",
        "answered 12 days ago",
    ]
    assert [words(reason, "zh") for reason in match.reasons] == ["同一身份证号", "同类事项", "12 天前答复"]
    assert match.score > 0.95


@pytest.mark.parametrize(
    ("candidate", "expected", "reason"),
    [
        (row(FULL, days=None), "possible", "not answered yet"),
        (row(FULL, days=400), "possible", "answered 400 days ago, no longer fresh"),
        (row(FULL, days=-3), "possible", "not answered yet"),
        (row(FULL, type="whereabouts"), "possible", "other type"),
        (row(FULL, type="天气"), "possible", "same cn_id"),
        (row(FULL, days=0), "reuse", "answered today"),
        (row(FULL, days=1), "reuse", "answered 1 day ago"),
        (row(FULL, outcome="nothing found"), "reuse", "nothing was found then"),
        ({**row(FULL), "state": "open"}, "possible", "same cn_id"),
    ],
)
def test_an_answer_must_be_there_fresh_and_of_the_type(
    candidate: dict[str, Any], expected: str, reason: str
) -> None:
    (match,) = judge(row(FULL), candidate)
    assert match.verdict == expected
    assert reason in [english(r) for r in match.reasons]


def test_a_declined_request_matches_nothing() -> None:
    assert judge(row(FULL), {**row(FULL, days=None), "state": "declined"}) == []


@pytest.mark.parametrize(
    ("case", "expected"), [(CASE, "reuse"), (CASE[:-1] + "2", "possible"), ("", "possible")]
)
def test_a_type_may_need_the_same_case(case: str, expected: str) -> None:
    query = row(FULL, type="whereabouts", case=CASE)
    assert verdict(query, row(FULL, type="whereabouts", case=case)) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (["2026-02-01", "2026-02-28"], "reuse"),
        (["2026-01-01", "2026-03-31"], "possible"),
        (["2025-02-01", "2025-02-28"], "possible"),
        (None, "possible"),
    ],
)
def test_a_type_may_need_the_same_period(period: list[str] | None, expected: str) -> None:
    phone = {"kind": "phone", "ids": {"phone": PHONE}}
    query = row(phone, type="calls", period=["2026-02-01", "2026-02-28"])
    assert verdict(query, row(phone, type="calls", period=period)) == expected


@pytest.mark.parametrize(
    ("type", "ours", "theirs", "expected"),
    [
        ("vehicle", {"plate": "苏E·A1234"}, {"plate": "苏EA1234"}, "reuse"),
        ("vehicle", {"plate": "苏EA1234"}, {"plate": "苏EA1235"}, "none"),
        ("vehicle", {"plate": "苏EA1234"}, {"plate": "EA1234"}, "possible"),
        ("vehicle", {"plate": "苏EA1234"}, {"plate": "苏E***34"}, "possible"),
        ("vehicle", {"plate": "苏EA1234"}, {"plate": "苏E***35"}, "none"),
        ("statement", {"bank_card": "6222021234567894"}, {"bank_card": "6222 0212 3456 7894"}, "reuse"),
        ("statement", {"bank_card": "6222021234567894"}, {"bank_card": "6222020000000000"}, "none"),
        ("statement", {"bank_card": "6222021234567894"}, {"account": "6222021234567894"}, "reuse"),
        ("company", {"uscc": "91110000600037341L"}, {"uscc": "91110000600037341l"}, "reuse"),
    ],
)
def test_a_number_decides_for_its_type(
    type: str, ours: dict[str, str], theirs: dict[str, str], expected: str
) -> None:
    query = row({"name": "张三", "ids": ours}, type=type)
    assert verdict(query, row({"name": "张三", "ids": theirs}, type=type)) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("上海华泰科技", "上海华泰科技有限公司", "possible"),
        ("上海华泰科枝有限公司", "上海华泰科技有限公司", "possible"),
        ("上海華泰科技股份有限公司", "上海华泰科技公司", "possible"),
        ("上海华泰科技有限公司", "苏州鑫达物流有限公司", "none"),
    ],
)
def test_companies_meet_by_name(ours: str, theirs: str, expected: str) -> None:
    query, earlier = row({"name": ours}, type="company"), row({"name": theirs}, type="company")
    assert verdict(query, earlier) == expected
    records = [ENGINE.record_from_row(one) for one in (query, earlier)]
    keys = [set(ENGINE.keys(record, hash)) for record in records]
    assert bool(keys[0] & keys[1]) == (expected == "possible")


def test_two_passports_whose_series_look_alike_are_two() -> None:
    query = row({"name": "张三", "ids": {"passport": "EB1234567", "phone": PHONE}})
    assert verdict(query, row({"name": "张三", "ids": {"passport": "E81234567", "phone": PHONE}})) == "none"


@pytest.mark.parametrize(
    ("type", "kind", "one", "two"),
    [
        ("vehicle", "plate", "苏EA1234", "苏EA1235"),
        ("statement", "bank_card", "6222021234567894", "6222020000000000"),
    ],
)
def test_each_number_that_is_asked_about_must_be_answered(type: str, kind: str, one: str, two: str) -> None:
    both, first = ({"name": "张三", "ids": {kind: ids}} for ids in ([one, two], one))
    assert verdict(row(both, type=type), row(first, type=type)) == "possible"
    assert verdict(row(first, type=type), row(both, type=type)) == "reuse"
    assert verdict(row(both, type=type), row(both, type=type)) == "reuse"


def test_one_person_with_two_ids_is_a_contradiction() -> None:
    both = person(cn_id=[ID, OTHER], phone=PHONE)
    assert verdict(row(both), row(FULL)) == verdict(row(FULL), row(both)) == "possible"
    assert verdict(row(person(cn_id=[ID, ID[:6] + "********" + ID[-4:]])), row(FULL)) == "reuse"


def test_a_form_of_address_is_no_equal_name() -> None:
    query = row(person("张先生", phone=PHONE))
    assert verdict(query, row(person("张先生", phone=PHONE))) == "possible"
    assert verdict(query, row(person("李先生", phone=PHONE))) != "reuse"


def test_a_number_in_the_words_alone_is_for_a_person_to_look_at() -> None:
    query = row(type="vehicle", reason="请核查车牌号：苏EA1234")
    assert (
        verdict(query, row({"kind": "vehicle", "ids": {"plate": "苏EA1234"}}, type="vehicle")) == "possible"
    )


def test_an_equal_number_of_another_owner_is_for_a_person_to_look_at() -> None:
    ours, theirs = ({"name": name, "ids": {"plate": "苏EA1234"}} for name in ("张三", "李四"))
    assert verdict(row(ours, type="vehicle"), row(theirs, type="vehicle")) == "possible"


def test_a_type_about_nothing_goes_by_its_case() -> None:
    assert verdict(row(type="files", case=CASE), row(type="files", case=CASE)) == "reuse"
    assert verdict(row(type="files", case=CASE), row(type="files", case=CASE[:-1] + "2")) == "none"


def test_every_subject_must_be_covered() -> None:
    second = person("李四", cn_id=OTHER)
    query = row(FULL, second)
    assert verdict(query, row(second, FULL)) == "reuse"
    (match,) = judge(query, row(FULL))
    assert match.verdict == "possible"
    assert match.covers == (0,)
    assert "covers 1 of 2 subjects" in [english(reason) for reason in match.reasons]
    assert verdict(row(FULL), row(FULL, second)) == "reuse"


@pytest.mark.parametrize(
    "unknown", [{"kind": "person"}, {"name": "不详"}, "不详", {"kind": "person", "ids": {}}]
)
def test_one_of_whom_nothing_is_known_is_not_covered(unknown: Any) -> None:
    assert verdict(row(FULL, unknown), row(FULL)) == "possible"
    assert verdict(row(FULL), row(FULL, unknown)) == "reuse"


@pytest.mark.parametrize("nothing", [{}, "", None, {"name": ""}])
def test_an_entry_that_says_nothing_is_nobody(nothing: Any) -> None:
    assert verdict(row(FULL, nothing), row(FULL)) == "reuse"


def test_a_request_that_only_mentions_the_subject_is_not_about_it() -> None:
    candidate = row(person("李四", cn_id=OTHER), reason=f"同案人员张三（{ID}）在逃")
    assert judge(row(FULL), candidate) == []
    assert judge(candidate, row(FULL)) == []


def test_reuse_comes_first_then_the_likelier() -> None:
    matches = judge(
        row(FULL),
        row(person(), id="name only"),
        row(FULL, days=400, id="expired"),
        row(FULL, id="good"),
        row(FULL, days=None, id="open"),
    )
    assert [m.id for m in matches] == ["good", "expired", "open", "name only"]
    assert len(ENGINE.judge(*_many(20), as_of=AS_OF, limit=3)) == 3


def _many(count: int) -> tuple[Any, list[Any]]:
    return ENGINE.record_from_row(row(FULL)), [
        ENGINE.record_from_row(row(FULL, id=f"l-{i}")) for i in range(count)
    ]
