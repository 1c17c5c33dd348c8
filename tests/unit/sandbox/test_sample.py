"""The sample: plain, valid, and what the tour promises."""

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import phonenumbers
import pytest
from stdnum import luhn
from stdnum.cn import ric, uscc

import sandbox
from sandbox.sample import sample

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PACKAGE = Path(sandbox.__file__).parent
OURS = {"bot", "handlers", "web", "workflow", "matching", "storage"}


@pytest.mark.parametrize("now", [NOW, datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
def test_the_ledger_has_thirty_rows_of_the_past_whenever_it_is_asked_for(now: datetime) -> None:
    rows = sample.ledger(now)
    assert len(rows) == len({row["id"] for row in rows}) == 30
    assert all(datetime.fromisoformat(row["asked_at"]) < now for row in rows)
    answered = [row for row in rows if "answered_at" in row]
    assert all(datetime.fromisoformat(row["answered_at"]) < now for row in answered)
    assert 20 <= len(answered) < 30


def test_every_number_in_the_ledger_has_its_check_digit() -> None:
    checks: dict[str, Callable[[str], object]] = {
        "cn_id": ric.is_valid,
        "uscc": uscc.is_valid,
        "bank_card": luhn.is_valid,
        "phone": lambda number: phonenumbers.is_valid_number(phonenumbers.parse(number, "CN")),
    }
    numbers = [
        (kind, number)
        for row in sample.ledger(NOW)
        for subject in row["subjects"]
        for kind, number in subject["ids"].items()
    ]
    assert len(numbers) > 30
    assert [pair for pair in numbers if not checks.get(pair[0], bool)(pair[1])] == []


def test_types_and_units_of_the_ledger_exist() -> None:
    types = {kind["key"] for kind in sample.REQUEST_TYPES}
    units = {unit["name"] for unit in sample.UNITS}
    for row in sample.ledger(NOW):
        assert row["type"] in types
        assert {row["from_unit"], row["to_unit"]} <= units


def test_one_example_is_new_and_the_other_is_answered_and_fresh() -> None:
    rows = sample.ledger(NOW)
    known = {
        subject["ids"].get("cn_id"): row
        for row in rows
        if row["type"] == "household" and "answered_at" in row
        for subject in row["subjects"]
    }
    for language in ("zh", "en"):
        (new,) = re.findall(r"\b\d{17}[\dX]\b", sample.EXAMPLE_MESSAGE[language])
        (old,) = re.findall(r"\b\d{17}[\dX]\b", sample.KNOWN_SUBJECT_MESSAGE[language])
        assert ric.is_valid(new)
        assert new not in known
        assert NOW - datetime.fromisoformat(known[old]["answered_at"]) < timedelta(days=30)


def test_people_sit_in_the_chats_and_the_admin_is_one_of_them() -> None:
    people = {person["id"] for person in sample.PEOPLE}
    for chat in sample.CHATS:
        assert {*chat["members"], *chat["admins"]} <= people
    assert set(sample.ADMINS) <= people
    assert len(sample.CHATS) == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tour_leads_to_people_and_chats_as_they_are_called(language: str) -> None:
    world = sample.world(language)
    assert {step["person"] for step in world["tour"]} <= {person["name"] for person in world["people"]}
    assert {step["chat"] for step in world["tour"] if "chat" in step} <= {c["title"] for c in world["chats"]}


def test_in_english_no_name_of_a_chat_or_topic_is_chinese() -> None:
    for chat in sample.world("en")["chats"]:
        assert all(name.isascii() for name in (chat["title"], *chat.get("topics", ()))), chat
    assert any(chat.get("topics") for chat in sample.world("en")["chats"])


def test_the_sandbox_imports_nothing_of_ours() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not OURS & {name.split(".")[0] for name in names}, path


def test_the_page_loads_nothing_from_elsewhere() -> None:
    ours = [path for path in (PACKAGE / "chat_page/page").rglob("*.*") if path.parent.name != "vendor"]
    assert len(ours) > 10
    for path in ours:
        addresses = re.findall(r"https?://[^\s\"'`)]+", path.read_text("utf-8"))
        allowed = {"http://www.w3.org/2000/svg", "https://${url}"}
        assert set(addresses) <= allowed, path


def test_the_page_has_every_word_in_both_languages() -> None:
    words = (PACKAGE / "chat_page/page/js/i18n.js").read_text("utf-8")
    chinese, english = words.split("\n  en: {")
    keys = [re.findall(r"^    (\w+): ", part, re.MULTILINE) for part in (chinese, english)]
    assert keys[0] == keys[1]
    source = "".join(path.read_text("utf-8") for path in (PACKAGE / "chat_page/page/js").glob("*.js"))
    used = set(re.findall(r"\bt\(\"(\w+)\"", source))
    assert used <= set(keys[0])
