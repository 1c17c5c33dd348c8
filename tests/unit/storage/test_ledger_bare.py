"""What the cells of our own tables hold comes back as it was, whatever people mean by such a cell; and a number is kept
under its own kind, whatever its column is called."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.ledger.columns import flatten, unflatten
from workflow.ledger.clean import cleaned

ZONE = ZoneInfo("Asia/Shanghai")


def read(cells: dict[str, str]) -> dict[str, Any]:
    return cleaned(unflatten(cells), zone=ZONE, from_table=True)


@pytest.mark.parametrize(
    "text",
    ["无", "-", "——", "/", "N/A", "不详", "null", '="12"', "12.0", "'7", '"', "=1", "同上", "[]", "'-"],
)
@pytest.mark.parametrize("name", ["answer", "reason", "case", "contact", "甲", "id"])
def test_a_cell_of_ours_is_what_it_says(name: str, text: str) -> None:
    row = {
        "id": "1",
        name: text,
        "subjects": [{"name": text or "某甲", "ids": {"account": text or "7", "passport": text or "7"}}],
    }
    back = read(flatten(row))
    assert back == row
    assert all(type(value) is str for value in (back[name], *back["subjects"][0]["ids"].values()))
    assert not [cell for cell in flatten(row).values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["无", "-", "——"])
def test_what_people_write_for_nothing_is_nothing(text: str) -> None:
    assert read({"id": "1", "case": text, "subjects.0.name": text, "subjects.0.ids.cn_id": text}) == {
        "id": "1"
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("passport", "E12345678"), ("permit", "H1234567890"), ("permit", "USA320190031401"), ("phone", "13812345678"),
        ("cn_id", "320583199003140118"), ("cn_id", "320583199003140117"),
        ("cn_id", "320583********0118"), ("cn_id", "12345678"),
    ],
)  # fmt: skip
def test_a_number_under_the_heading_of_identity_cards_is_kept_under_its_own_kind(
    kind: str, text: str
) -> None:
    cells = {"id": "1", "subjects.0.name": "某甲", "subjects.0.ids.cn_id": text}
    row = read(cells)
    assert row["subjects"] == [{"name": "某甲", "ids": {kind: text}}]
    assert read(flatten(row)) == row
    beside = read(cells | {"subjects.0.ids.phone": "13912345678"})["subjects"][0]["ids"]
    assert sorted(beside.values()) == sorted([text, "13912345678"])
