"""The administrators' pages name what there is: defaults, files, metrics."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.settings.entries import DutyEntry, LadderRung, RouteEntry, SharingEntry, TypeField
from web.meters import Meters
from web.metrics import Depths, exposition

ROOT = Path(__file__).parents[3]
EXAMPLE: dict[str, Any] = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))

#: Tables that the example has as a comment, or written shortly: what is left out there is what the model gives.
LEFT_OUT = {
    "Fields of a type's own": TypeField,
    "ladder": LadderRung,
    "routes": RouteEntry,
    "sharing": SharingEntry,
    "duty": DutyEntry,
}


def words(page: str) -> str:
    return (ROOT / "docs" / page).read_text("utf-8")


def defaults() -> list[tuple[str, str, str]]:
    """(section, key, default as the page writes it)"""
    section, found = "", []
    for line in words("configuration.md").splitlines():
        if heading := re.match(r"##+ (?:`\[+(\w+)\]+`|(.+))", line):
            section = heading[1] or heading[2]
        elif row := re.match(r"\| `(\w+)` \| `(.+?)` \| (.*) \|$", line):
            assert row[3].strip(), f"[{section}] {row[1]} is not explained"
            found.append((section, row[1], row[2]))
    return found


@pytest.mark.parametrize(("section", "key", "default"), defaults(), ids=str)
def test_a_default_on_the_page_is_that_of_the_example(section: str, key: str, default: str) -> None:
    value = tomllib.loads(f"value = {default}")["value"]
    if section in LEFT_OUT:
        given = LEFT_OUT[section].model_fields[key].get_default()
        assert value == (list(given) if isinstance(given, tuple) else given)
        return
    table = EXAMPLE[section]
    tables = table if isinstance(table, list) else [table]
    assert value in [each.get(key) for each in tables]


@pytest.mark.parametrize("page", ["administrators.md", "scaling.md", "configuration.md"])
def test_files_that_a_page_names_are_there(page: str) -> None:
    named = re.findall(r"\b(?:deploy|docs|tests|storage)/[\w.@*/-]+\w", words(page))
    gone = [name for name in named if not list(ROOT.glob(name))]
    assert not gone


def test_metrics_to_watch_are_metrics_that_there_are() -> None:
    text = exposition(Meters(), Depths(backup_age=1.0)).decode()
    named = set(re.findall(r"crossbeat_[a-z_]+[a-z]", words("administrators.md")))
    named -= {"crossbeat_bot", "crossbeat_key"}  # the bot, the secret
    assert named
    assert not [name for name in named if name not in text]
