"""Ten ledgers, each laid out as some office would: who is asked about, when it was asked and answered, is read of
each row, and all that is no row is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from bot.commands.wording import words as english
from storage.ledger.reading import LedgerReader, LedgerUnreadable
from tests.office import (
    HEADER,
    NAMES,
    WUXI,
    csv_text,
    line,
    number_of,
    ods,
    ods_row,
    raw_xlsx,
    xls,
    xlsx,
    xml_row,
)
from tests.unit.storage.test_ledger_layouts import Read, read
from workflow.ledger.clean import cleaned

ZONE = ZoneInfo("Asia/Shanghai")
A, B, C, D = ((NAMES[at], number_of(at)) for at in range(4))
Told = tuple[str, str | None, str | None, list[tuple[str, str | None]]]


def told(found: Read) -> list[Told]:
    """Of each row: its id, the days of asking and of answering, and each person with their number."""
    return [_told(cleaned(row, zone=ZONE, from_table=True)) for row in found.rows]


def _told(row: dict[str, Any]) -> Told:
    people = [(one["name"], one.get("ids", {}).get("cn_id")) for one in row.get("subjects", [])]
    asked, answered = row.get("asked_at"), row.get("answered_at")
    return row.get("id", ""), asked and asked[:10], answered and answered[:10], people


def test_1_groups_of_columns_and_a_merged_title(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("来函登记")
        sheet.merge_range("A1:J1", "某某分局2025年度外地来函协查登记台账")
        sheet.merge_range("A2:D2", "填报单位（盖章）：")
        for at, name in {0: "序号", 1: "函号（必填）", 9: "备注"}.items():
            sheet.merge_range(2, at, 3, at, name)
        sheet.merge_range("C3:D3", "来函")
        sheet.merge_range("E3:F3", "被查询人基本情况")
        sheet.merge_range("G3:I3", "回函")
        sheet.write_row(3, 2, ["单位", "日期", "姓名", "公民身份号码", "日期", "内容", "承办民警"])
        sheet.write_row(
            4, 0, [1, "甲函〔2025〕7号", WUXI, "2025.4.1", *A, "2025.4.3", "户籍在本市", "钱某", ""]
        )
        sheet.write_row(5, 0, [2, "甲函〔2025〕8号", WUXI, "2025.4.2", *B, "", "", "孙某", "未回"])
        sheet.write(7, 0, "审核人：            填表人：            填表日期：2025年12月31日")
    found = read(tmp_path / "a.xlsx")
    assert told(found) == [
        ("甲函〔2025〕7号", "2025-04-01", "2025-04-03", [A]),
        ("甲函〔2025〕8号", "2025-04-02", None, [B]),
    ]
    assert found.column("handler") == ["钱某", "孙某"] and found.column("note")[1] == "未回"
    assert [row.line for row in found.rejected] == [8] and found.sheets[0].blank == 1


def test_2_people_one_a_line_in_one_cell_with_as_many_numbers(tmp_path: Path) -> None:
    header = ["收文编号", "来文单位", "来文时间", "核查人员名单", "身份证号码", "办结时间", "办理结果"]
    people, numbers = f"1.{A[0]}\n2.{B[0]}\n3.{C[0]}", f"1.{A[1]}\n2.{B[1]}\n3.{C[1]}"
    rows = [
        ["S-1", WUXI, "2025年4月1日", people, numbers, "2025年4月2日", "均已核实"],
        ["S-2", WUXI, "2025年4月3日", D[0], D[1], "2025年4月5日", "查无"],
    ]
    found = read(xlsx(tmp_path / "a.xlsx", {"名单": [header, *rows]}))
    assert told(found) == [
        ("S-1", "2025-04-01", "2025-04-02", [A, B, C]),
        ("S-2", "2025-04-03", "2025-04-05", [D]),
    ]


def test_3_cover_statistics_and_a_list_of_people_beside_two_years(tmp_path: Path) -> None:
    header = ["编号", "申请单位", "申请日期", "姓名", "证件号码", "答复日期", "答复内容"]
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        cover = book.add_worksheet("填表说明")
        cover.write_column(0, 0, ["一、本表由各单位填报。", "二、日期格式为 2025-04-01。"])
        months = book.add_worksheet("按月统计")
        months.write_row(0, 0, ["月份", "来函数", "办结数", "办结率"])
        months.write_row(1, 0, ["1月", 12, 11, "91.7%"])
        staff = book.add_worksheet("通讯录")
        staff.write_row(0, 0, ["姓名", "单位", "联系电话"])
        staff.write_row(1, 0, ["钱某", "情指中心", "0512-57000001"])
        for year, person in ((2024, A), (2025, B)):
            sheet = book.add_worksheet(f"{year}年")
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, [f"{year}-1", WUXI, f"{year}-04-01", *person, f"{year}-04-02", "已核实"])
        book.get_worksheet_by_name("2024年").hide()
    found = read(tmp_path / "a.xlsx")
    assert told(found) == [
        ("2024-1", "2024-04-01", "2024-04-02", [A]),
        ("2025-1", "2025-04-01", "2025-04-02", [B]),
    ]
    assert set(found.left_out) == {"填表说明", "按月统计", "通讯录"}
    assert [english(note) for note in found.sheets[0].notes][:1] == ["a hidden sheet, taken like the others"]


def test_4_pages_with_their_own_header_totals_and_signatures(tmp_path: Path) -> None:
    header = ["编号", "来函单位", "来函日期", "姓名", "身份证号", "回函日期", "回函内容"]
    page = ["某某派出所协查登记表（第1页）", "", "", "", "", "", ""]
    rows = [
        page,
        header,
        ["4-1", WUXI, "2025/4/1", *A, "2025/4/2", "已核实"],
        ["本页小计", "", "", 1, "", "", ""],
        page,
        header,
        ["4-2", "〃", "2025/4/3", *B, "2025/4/4", "已核实"],
        ["合计", "", "", 2, "", "", ""],
        ["制表人：钱某", "", "", "审核人：孙某", "", "", ""],
    ]
    found = read(xls(tmp_path / "a.xls", rows))
    assert told(found) == [
        ("4-1", "2025-04-01", "2025-04-02", [A]),
        ("4-2", "2025-04-03", "2025-04-04", [B]),
    ]
    assert [row.line for row in found.rejected] == [4, 5, 8, 9] and found.sheets[0].blank == 1


def test_5_rows_and_columns_that_a_filter_has_hidden(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ["编号", "提出时间", "姓名", "身份证号", "答复时间", "答复"])
        sheet.write_row(1, 0, ["5-1", "2025-04-01", *A, "2025-04-02", "已核实"])
        sheet.write_row(2, 0, ["5-2", "2025-04-03", *B, "2025-04-04", "已核实"])
        sheet.autofilter("A1:F3")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("D:D", None, None, {"hidden": True})
    found = read(tmp_path / "a.xlsx")
    assert told(found) == [
        ("5-1", "2025-04-01", "2025-04-02", [A]),
        ("5-2", "2025-04-03", "2025-04-04", [B]),
    ]
    assert "1 hidden rows are taken like the others" in map(english, found.sheets[0].notes)


def test_6_text_in_gb18030_with_tabs_and_lines_within_cells(tmp_path: Path) -> None:
    header = ["工单号", "请求单位", "请求时间", "涉案人员", "证件号", "简要案情", "反馈时间", "反馈内容"]
    rare = "𠮷野某"  # four bytes in GB18030
    rows = [
        [
            "6-1",
            WUXI,
            "2025年4月1日 上午9点",
            rare,
            A[1],
            '"网上\r\n诈骗"',
            "2025年4月2日",
            '"已核实\n附件一份"',
        ],
        ["6-2", WUXI, "２０２５．４．３", *B, "盗窃", "二〇二五年四月四日", "查无"],
    ]
    (tmp_path / "a.txt").write_bytes(csv_text(header, *rows, divider="\t").encode("gb18030"))
    found = read(tmp_path / "a.txt")
    assert told(found) == [
        ("6-1", "2025-04-01", "2025-04-02", [(rare, A[1])]),
        ("6-2", "2025-04-03", "2025-04-04", [B]),
    ]
    assert found.column("answer")[0] == "已核实\n附件一份"


def test_7_days_counted_from_1904_in_a_chinese_format(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as book:
        sheet = book.add_worksheet("台账")
        day = book.add_format({"num_format": 57})
        sheet.write_row(0, 0, ["编号", "来函日期", "协查对象", "身份证号", "回函日期", "回函内容"])
        sheet.write(1, 0, "7-1")
        sheet.write_number(1, 1, 44_286, day)
        sheet.write_row(1, 2, A)
        sheet.write_number(1, 4, 44_287.75, day)
        sheet.write(1, 5, "已核实")
    assert told(read(tmp_path / "a.xlsx")) == [("7-1", "2025-04-01", "2025-04-02", [A])]


def test_8_a_page_that_is_called_a_workbook_says_what_it_is(tmp_path: Path) -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in ("8-1", "2025-04-01", *A))
    page = f"<html><meta charset=gb2312><table><tr><th>编号<th>来函日期</tr><tr>{cells}</tr></table></html>"
    for name, content in (("导出.xls", page.encode("gb18030")), ("导出.xlsx", page.encode("utf-16"))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LedgerUnreadable) as refused:
            read(tmp_path / name)
        said = english(refused.value.why)
        assert said.startswith(f"{name} is a web page (HTML)") and "save it as .xlsx" in said


def test_9_formulas_that_no_program_has_calculated(tmp_path: Path) -> None:
    formula = "<c><f>VLOOKUP(A2,人员!A:B,2,0)</f></c>"
    header = ["编号", "来函日期", "姓名", "身份证号", "回函日期", "回函内容", "在办天数"]
    rows = [
        xml_row(1, header),
        xml_row(2, ["9-1", "2025-04-01", *A, "2025-04-02", "已核实", formula]),
        xml_row(3, ["9-2", "2025-04-01", B[0], formula, "2025-04-02", "已核实", formula]),
        xml_row(4, ["9-3", "2025-04-03", *C, "2025-04-04", "已核实", "#REF!"]),
    ]
    found = read(raw_xlsx(tmp_path / "a.xlsx", rows))
    assert [row[0] for row in told(found)] == ["9-1", "9-3"]
    assert english(found.rejected[0].reason).startswith("身份证号: cell D3 holds a formula")
    assert "在办天数: 3 cells" in " ".join(map(english, found.sheets[0].notes))


def test_10_quotation_marks_that_are_never_closed_in_utf_16(tmp_path: Path) -> None:
    header = ["编号", "来函日期", "姓名", "身份证号", "事由", "回函日期", "回函内容"]
    rows = [
        ["10-1", "2025-04-01", *A, '"老宅', "2025-04-02", "已核实"],
        ["10-2", "2025-04-03", *B, '"网吧"内抓获', "2025-04-04", '他说"没有'],
        ["10-3", "2025-04-05", *C, "盗窃", "2025-04-06", '"已核实'],
    ]
    (tmp_path / "a.csv").write_bytes(csv_text(header, *rows, divider=";").encode("utf-16"))
    found = read(tmp_path / "a.csv")
    assert told(found) == [
        ("10-1", "2025-04-01", "2025-04-02", [A]),
        ("10-2", "2025-04-03", "2025-04-04", [B]),
        ("10-3", "2025-04-05", "2025-04-06", [C]),
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_how_much_of_a_file_has_been_read_is_known_on_the_way(tmp_path: Path, kind: str) -> None:
    rows = [line(0), *([line(n % 8) for n in range(3_000)])]
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        xlsx(path, {"台账": [HEADER, *rows]})
    elif kind == "xls":
        xls(path, [HEADER, *rows[:300]])
    elif kind == "ods":
        ods(path, {"台账": "".join(map(ods_row, [HEADER, *rows]))})
    else:
        path.write_text(csv_text(HEADER, *rows), encoding="utf-8")
    with LedgerReader(path) as reader:
        shares = [reader.share() for _ in reader.unread()]
    assert 0 < shares[len(shares) // 2] < 1 and shares == sorted(shares) and shares[-1] > 0.8
