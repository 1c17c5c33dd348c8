"""Ledgers of more offices: headers of three rows, months whose numbers begin anew above a subtotal, names of banks."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from storage.ledger.outcomes import state_of, waits
from storage.ledger.words import meaning
from tests.office import NAMES, WUXI, number_of, xlsx
from tests.unit.storage.test_ledger_layouts import read


def test_a_header_of_three_rows_is_read_where_cells_are_merged_into_the_third(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("汇总")
        sheet.merge_range("A1:H1", "协查情况汇总表")
        for where, name in {"A2:A4": "序号", "B2:C2": "来函", "D2:F2": "协查对象", "G2:H2": "反馈"}.items():
            sheet.merge_range(where, name)
        for where, name in {"B3:B4": "单位", "C3:C4": "日期", "D3:D4": "姓名", "E3:F3": "证件"}.items():
            sheet.merge_range(where, name)
        sheet.merge_range("G3:G4", "日期")
        sheet.merge_range("H3:H4", "内容")
        sheet.write_row(3, 4, ["证件种类", "证件号码"])
        row = [1, WUXI, "2024-03-01", NAMES[0], "身份证", number_of(0), "2024-03-03", "户籍在本市"]
        sheet.write_row(4, 0, row)
    found = read(tmp_path / "a.xlsx")
    assert found.column("subjects") == [[{"name": NAMES[0], "ids": {"cn_id": number_of(0)}}]]
    assert not found.rejected and found.column("answered_at") == ["2024-03-03"]
    assert found.column("from_unit") == [WUXI]


def test_the_first_row_of_data_is_no_third_row_of_a_header(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("台账")
        for where, name in {"A1:A2": "编号", "B1:C1": "来函", "D1:D2": "姓名", "E1:E2": "事由"}.items():
            sheet.merge_range(where, name)
        sheet.write_row(1, 1, ["单位", "日期"])
        sheet.merge_range("A3:A4", "甲")  # one letter about two people, who has no digit in it
        sheet.merge_range("B3:B4", "某局")
        sheet.write_row(2, 2, ["三月一日", NAMES[0], "诈骗案"])
        sheet.write_row(3, 2, ["三月一日", NAMES[1], "诈骗案"])
    assert read(tmp_path / "a.xlsx").ids == ["甲", "甲-2"]


def test_serial_numbers_begin_anew_in_sheets_that_have_subtotals(tmp_path: Path) -> None:
    header = ["序号", "日期", "委托单位", "被查人", "身份证号"]
    months = {
        f"{month}月": [
            header, ["1", f"2024.{month}.5", WUXI, NAMES[month], number_of(month)], ["小计", "", "", 1],
        ]
        for month in (1, 2)
    }  # fmt: skip
    found = read(xlsx(tmp_path / "a.xlsx", months))
    assert found.ids == ["1月-1", "2月-1"] and len(found.rejected) == 2


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("户名", "subjects.0.name"), ("开户名称", "subjects.0.name"), ("Subject's Name", "subjects.0.name"),
        ("Subject\u2019s name", "subjects.0.name"), ("账户", "subjects.0.ids.account"), ("用户名", None),
        ("查询期间起", "start"), ("查询时间止", "end"), ("违法行为", "reason"), ("涉嫌罪名", "reason"),
    ],
)  # fmt: skip
def test_the_headings_of_banks_and_of_traffic_police_are_known(header: str, field: str | None) -> None:
    assert meaning(header) == field


@pytest.mark.parametrize("words", ["未反馈，已催办", "未回，已催两次", "尚未回函 再催"])
def test_who_was_reminded_has_not_answered(words: str) -> None:
    assert waits(words) == "open"
    assert waits("已催办") is None and waits("未发现，已催收欠款") is None


def test_what_waits_to_be_signed_for_is_open() -> None:
    assert state_of("待签收") == state_of("未接收") == "open"
