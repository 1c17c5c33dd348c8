"""同上 means the last row of data, whatever stands between; where there is none the row is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bot.commands.wording import words as english
from storage.ledger.ditto import is_ditto
from storage.ledger.write import Form, LedgerWriter
from tests.office import HEADER, NAMES, WUXI, csv_text, line, xlsx
from tests.unit.storage.test_ledger_layouts import Read, read, text

SAME = (
    "同上",
    "〃",
    "″",
    "同 上",
    "（同上）",
    "同上。",
    "同上行",
    "上同",
    "ditto",
    "Ditto.",
    "do.",
    '"',
    "”",
    "same as above",
)


def table(path: Path, *rows: Any) -> Read:
    return read(xlsx(path / "a.xlsx", {"台账": [HEADER, *rows]}))


@pytest.mark.parametrize("written", SAME)
def test_what_people_write_for_what_stands_above(tmp_path: Path, written: str) -> None:
    found = table(tmp_path, line(0), line(1, 申请单位=written))
    assert found.column("申请单位") == [None, None] and found.column("from_unit") == [WUXI, WUXI]


@pytest.mark.parametrize(
    "written", ["同上海某局", "同上，另查实其名下车辆", "Same day", "d", "sam", "同", "—", "'"]
)
def test_what_only_begins_so_stays(written: str) -> None:
    assert not is_ditto(written)


@pytest.mark.parametrize(
    "between",
    [
        ["小计", "", "某某支队", "", "2", "", "", "", "", ""],
        ["", "", "", "", "", "", "", "", "", ""],
        ["以下为四月来函", "", "", "", "", "", "", "", "", ""],
        ["示例", "户籍证明", "某某局", "某某局", "张某", "", "某案", "2025-01-01", "", ""],
        list(HEADER),
    ],
)
def test_it_is_the_last_row_of_data_whatever_stands_between(tmp_path: Path, between: list[str]) -> None:
    for number, kind in enumerate(("a.csv", "b.xlsx")):
        rows = [HEADER, line(0), between, line(1, 申请单位="同上", 提出时间="〃")]
        path = tmp_path / kind
        found = read(xlsx(path, {"台账": rows}) if number else text(path, csv_text(*rows)))
        assert found.column("from_unit") == [WUXI, WUXI], found.rejected
        assert found.column("asked_at") == ["2025-04-01"] * 2


def test_a_subtotal_that_counts_as_a_line_is_none_of_data_either(tmp_path: Path) -> None:
    subtotal = [2, "小计", "", "某某支队", "", "2", "", "", "", "", ""]
    rows = [["序号", *HEADER], [1, *line(0)], subtotal, [3, *line(1, 申请单位="同上")]]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert found.column("from_unit") == [WUXI, WUXI] and len(found.rejected) == 1


def test_a_row_that_has_none_above_is_named_and_costs_no_other(tmp_path: Path) -> None:
    found = table(tmp_path, line(0, 申请单位="同上"), line(1), line(2, 申请单位="〃"))
    assert found.ids == ["2025-协-002", "2025-协-003"] and found.column("from_unit") == [WUXI, WUXI]
    [refused] = found.rejected
    assert english(refused.reason) == "申请单位: cell C2 says 同上, and no row of data stands above it"


def test_a_cell_that_cost_its_own_row_is_handed_to_no_other(tmp_path: Path) -> None:
    """3.20583E+17 is refused; 同上 under it must not bring it in again."""
    found = table(
        tmp_path, line(0, 身份证号="3.20583E+17"), line(1, 身份证号="同上"), line(2, 申请单位="同上")
    )
    assert found.ids == ["2025-协-003"] and found.column("from_unit") == [WUXI], "what was sound in it counts"
    assert ["3.20583E+17" in english(one.reason) for one in found.rejected] == [True, True]


def test_under_a_row_that_cannot_be_told_apart_nothing_is_taken_from_an_earlier_one(tmp_path: Path) -> None:
    shifted = [*line(1), "多出一格"]
    found = read(
        text(tmp_path / "a.csv", csv_text(HEADER, line(0), shifted, line(2, 申请单位="同上"), line(3)))
    )
    assert found.ids == ["2025-协-001", "2025-协-004"]
    assert "no row of data stands above it" in english(found.rejected[1].reason)


def test_under_an_id_it_is_the_next_person_of_the_same_letter(tmp_path: Path) -> None:
    rows = [line(0), line(1, 编号="同上"), line(2, 编号="〃"), line(3)]
    found = table(tmp_path, *rows)
    assert found.ids == ["2025-协-001", "2025-协-001-2", "2025-协-001-3", "2025-协-004"]


def test_beside_merged_cells_it_counts_on(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("台账")
        for at, row in enumerate([HEADER, line(0), line(1, 编号=""), line(2, 编号="同上", 姓名=NAMES[2])]):
            sheet.write_row(at, 0, row)
        sheet.merge_range("A2:A3", "2025-协-001")
    assert read(tmp_path / "a.xlsx").ids == ["2025-协-001", "2025-协-001-2", "2025-协-001-3"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("words", [*SAME, "'同上", "''〃", "'"])
def test_an_answer_of_that_word_is_given_out_and_read_back_as_it_is(
    tmp_path: Path, form: Form, words: str
) -> None:
    rows = [
        {"id": "1", "asked_at": "2025-04-01", "answer": "甲"},
        {"id": "2", "asked_at": "2025-04-02", "answer": words},
    ]
    with LedgerWriter(tmp_path / f"a.{form}", form) as writer:
        for row in rows:
            writer.write(row)
    assert read(tmp_path / f"a.{form}").rows == rows
