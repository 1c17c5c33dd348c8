"""A header that a person has pointed at, or explained in an earlier file, and one that there is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.wording import words as english
from storage.ledger.reading import EVERY_SHEET, LedgerReader, LedgerUnreadable, Reading
from tests.office import csv_text, xlsx
from tests.unit.storage.test_ledger_layouts import read

NAMES = ["顺", "哪天", "问谁", "啥事"]
ROWS = [["T-1", "2024-03-01", "钱一诺", "诈骗案"], ["T-2", "2024-03-02", "孙二妮", "盗窃案"]]
GIVEN = {"顺": "id", "哪天": "asked_at", "问谁": "subjects.0.name", "啥事": "reason"}


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
def test_a_row_of_any_names_is_the_header_where_it_is_pointed_at(tmp_path: Path, divider: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text(["本子"], NAMES, *ROWS, divider=divider), encoding="gb18030")
    found = read(path, headers={EVERY_SHEET: 2}, given=GIVEN)
    assert found.ids == ["T-1", "T-2"] and found.column("asked_at") == ["2024-03-01", "2024-03-02"]
    assert found.sheets[0].header_row == 2


@pytest.mark.parametrize("divider", [",", ";", "\t", "|"])
def test_without_a_header_no_row_is_lost(tmp_path: Path, divider: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text(*ROWS, divider=divider), encoding="utf-8")
    given = dict(zip("ABCD", GIVEN.values(), strict=True))
    found = read(path, headers={EVERY_SHEET: 0}, given=given)
    assert found.ids == ["T-1", "T-2"] and found.sheets[0].header_row is None
    assert found.column("reason") == ["诈骗案", "盗窃案"]


def test_each_sheet_has_a_header_of_its_own(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"甲": [NAMES, ROWS[0]], "乙": [[], ["标题"], NAMES, ROWS[1]]})
    found = read(path, headers={"甲": 1, "乙": 3}, given=GIVEN)
    assert found.ids == ["T-1", "T-2"] and [sheet.header_row for sheet in found.sheets] == [1, 3]


def test_two_rows_say_it_together_where_they_say_more(tmp_path: Path) -> None:
    upper, lower = ["怎么编的", "来函", "", "谁"], ["", "单位", "日期", ""]
    rows = [upper, lower, ["T-1", "某局", "2024-03-01", "钱一诺"]]
    (tmp_path / "a.csv").write_text(csv_text(*rows), encoding="utf-8")
    found = read(tmp_path / "a.csv", headers={EVERY_SHEET: 1}, given={"怎么编的": "id"})
    assert found.ids == ["T-1"] and found.column("from_unit") == ["某局"]


def test_where_nothing_stands_there_is_no_header(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"甲": [NAMES, ROWS[0]]})
    with pytest.raises(LedgerUnreadable) as refused:
        read(path, headers={EVERY_SHEET: 9})
    assert "nothing stands in row 9" in english(refused.value.why)


def test_rows_that_may_be_the_header_are_named_where_none_is_found(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"甲": [["本子"], NAMES, *ROWS], "说明": [["一、填写"], ["二、上报"]]})
    with pytest.raises(LedgerUnreadable) as refused:
        read(path)
    assert refused.value.rows == (("甲", 2, tuple(NAMES)), ("甲", 0, ()))


def test_a_header_that_was_explained_is_found_again_by_its_names(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"甲": [["本子"], NAMES, *ROWS]})
    with LedgerReader(path, Reading(headers={EVERY_SHEET: 2})) as first:
        known = first.layouts()
    with LedgerReader(path, Reading(layouts=known)) as again:
        again.understand(remembered=dict.fromkeys(known, GIVEN))
        assert again.sheets[0].columns == GIVEN
    other = xlsx(tmp_path / "b.xlsx", {"甲": [[*NAMES, "别的"], ROWS[0]]})
    with pytest.raises(LedgerUnreadable):
        LedgerReader(other, Reading(layouts=known)).look()
