"""The kinds of requests in the example configuration: each is read by its names, with each of its own fields, in both
languages, and asks for what the law wants of it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings.model import Settings
from bot.settings.policy import policy_of
from matching.identifiers.values import OwnKind, TypeRule
from sandbox.sample import sample
from storage.tables.models import Unit
from workflow.kernel.parts import Part
from workflow.organisation.units import Units
from workflow.request.reading import Reading, understand

ROOT = Path(__file__).parents[3]
EXAMPLE = tomllib.loads((ROOT / "config.example.toml").read_text(encoding="utf-8"))
POLICY = policy_of(Settings(**EXAMPLE))
DAY = 86_400  # seconds
SENT = datetime(2026, 12, 1, 1, tzinfo=UTC)
UNITS = Units([
    Unit(id=1, code="WX", name="无锡市公安局", aliases=["无锡"]),
    Unit(id=2, code="KS", name="昆山市公安局", aliases=["昆山"]),
])  # fmt: skip
SUBJECTS = {
    "person": "陈望舒 320583199204080027", "vehicle": "苏E12345", "phone": "13800138000",
    "account": "6222021234567890128", "company": "91110000600037341L", "none": "",
}  # fmt: skip
SAID = {
    OwnKind.TEXT: "按附件办理", OwnKind.NUMBER: "12", OwnKind.DATE: "2026-12-20",
    OwnKind.PERIOD: "2026-12-05至2026-12-20", OwnKind.PERSON: "郑明远",
}  # fmt: skip
KEPT = SAID | {OwnKind.PERIOD: "2026-12-05 ~ 2026-12-20"}


def read(text: str) -> Reading:
    return understand([Part(text=text, sent=SENT)], policy=POLICY, units=UNITS, own=1, sent=SENT, now=SENT)


def post(rule: TypeRule, language: str) -> tuple[str, dict[str, str]]:
    """A post of the type in one language, and what is to be kept of its own fields."""
    words = {
        "zh": (
            "致：昆山", "对象：", "事由：电信诈骗案办理", "案件：A3205834500002026010001",
            "期间：2026-11-01至2026-11-30", "依据：立案决定书", "紧急理由：1",
        ),
        "en": (
            "to: KS", "subject: ", "reason: work on a fraud", "case: A3205834500002026010001",
            "period: 2026-11-01..2026-11-30", "basis: decision to open a case", "ground: 1",
        ),
    }  # fmt: skip
    to, subject, reason, case, period, basis, ground = words[language]
    about = [subject + SUBJECTS[rule.about]] if rule.about != "none" else []
    lines = [rule.labels[language], to, *about, reason, case]
    lines += [period] if "period" in rule.require else []
    lines += [basis] if "basis" in rule.require else []
    lines += [ground] if rule.ground else []
    kept = {}
    for one in rule.fields:
        option = one.options[-1] if one.options else {}
        said = option[language] if option else SAID[one.kind]
        lines.append(f"{one.labels[language]}{'：' if language == 'zh' else ': '}{said}")
        kept[one.key] = option["zh"] if option else KEPT[one.kind]
    return "\n".join(lines), kept


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", POLICY.types)
def test_a_post_of_each_kind_is_complete_with_all_that_it_has_of_its_own(key: str, language: str) -> None:
    text, kept = post(POLICY.types[key], language)
    reading = read(text)
    assert [problem.text.key for problem in reading.problems] == [], text
    assert reading.type == key
    assert dict(reading.own) == kept
    assert reading.form.note == ""


@pytest.mark.parametrize("key", POLICY.types)
def test_what_each_kind_requires_is_asked_for_and_nothing_else_of_its_own(key: str) -> None:
    rule = POLICY.types[key]
    text, _ = post(rule, "zh")
    labels = tuple(one.labels["zh"] for one in rule.fields)
    bare = "\n".join(line for line in text.split("\n") if not line.startswith(labels or ("\0",)))
    asked = {problem.field for problem in read(bare).problems}
    assert asked == {f"own.{one.key}" for one in rule.fields if one.required}


@pytest.mark.parametrize("key", POLICY.types)
def test_each_kind_is_known_by_each_of_its_names(key: str) -> None:
    rule = POLICY.types[key]
    for name in (*rule.labels.values(), *rule.aliases):
        assert read(f"{name}\n致：昆山\n事由：电信诈骗案办理").type == key, name


def test_the_kinds_of_the_sample_bureau_are_those_of_the_example() -> None:
    mine = {one["key"]: one for one in EXAMPLE["request_types"]}
    theirs = tomllib.loads((ROOT / "sandbox" / "sample" / "types.toml").read_text(encoding="utf-8"))[
        "request_types"
    ]
    assert [one for one in theirs if mine.get(one["key"]) != one] == []
    assert {one["key"] for one in theirs} <= {one["key"] for one in sample.REQUEST_TYPES}


def test_the_times_that_the_law_sets_are_kept() -> None:
    """Identity, age and criminal record within 7 days, 15 where travel is very hard (art. 353)."""
    for key in ("information", "criminal_record"):
        rule = POLICY.types[key]
        assert rule.time is not None and rule.remote_time is not None
        assert (rule.time.seconds, rule.remote_time.seconds) == (7 * DAY, 15 * DAY)
    assert {key for key, rule in POLICY.types.items() if rule.approve} >= {
        "evidence", "property", "watch_person", "questioning",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("户籍信息查询", {"household", ""}), ("查一下户籍", {"household", ""}), ("车辆轨迹查询", {"movements", ""}),
        ("违法犯罪记录证明", {"criminal_record"}), ("冻结账户", {"property", ""}), ("紧急止付", {"stop_payment"}),
        ("布控车辆", {"watch_vehicle"}), ("送达文书", {"service"}), ("跟班学习", {"training"}),
    ],
)  # fmt: skip
def test_what_officers_write_for_a_kind_is_read_or_asked_and_never_another(
    text: str, meant: set[str]
) -> None:
    assert read(f"{text}\n致：昆山\n事由：办案").type in meant
