"""Ledgers as offices lay them out: every row of every sheet is found, or named with what is wrong with it."""

from __future__ import annotations

import contextlib
import random
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bot.commands.wording import words as english
from storage.ledger.reading import LedgerReader, LedgerRow, LedgerUnreadable, Reading, RejectedRow, SheetFound
from tests.office import (
    HEADER,
    KUNSHAN,
    NAMES,
    STRICT,
    WUXI,
    csv_text,
    line,
    number_of,
    ods,
    ods_row,
    raw_xlsx,
    with_password,
    xls,
    xls_with_password,
    xlsx,
    xml_row,
)

TITLE = [f"{KUNSHAN}2025年度警务协作台账"]
WHO = ["填报单位：情指中心", "", "", "", "填报人：", "令狐某", "联系电话：", "0512-57000000"]


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file gave."""

    rows: list[dict[str, Any]]
    rejected: list[RejectedRow]
    sheets: list[SheetFound]
    left_out: dict[str, str]

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows]

    def column(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows]

    def accounted(self) -> bool:
        return sum(s.read for s in self.sheets) == len(self.rows) + len(self.rejected) + sum(
            s.blank for s in self.sheets
        )


def read(path: Path, **said: Any) -> Read:
    reader = LedgerReader(path, Reading(**said))
    with reader:
        reader.understand(is_type=lambda word: word in ("户籍证明", "机主信息"))
        items = list(reader.unread())
    rows = [item.row for item in items if isinstance(item, LedgerRow)]
    rejected = [item for item in items if isinstance(item, RejectedRow)]
    found = Read(
        rows=rows,
        rejected=rejected,
        sheets=reader.sheets,
        left_out={sheet.name: english(sheet.why) for sheet in reader.left_out},
    )
    assert found.accounted(), found.sheets
    return found


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


THREE = [line(0), line(1), line(2)]
IDS = ["2025-协-001", "2025-协-002", "2025-协-003"]


# -- where the table is ---------------------------------------------------------------------------------------


def test_titles_and_who_filled_it_in_may_stand_above_the_header(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": [TITLE, WHO, [], HEADER, *THREE]}))
    assert found.ids == IDS and found.sheets[0].header_row == 4
    found = read(text(tmp_path / "a.csv", csv_text(TITLE, WHO, HEADER, *THREE), "gb18030"))
    assert found.ids == IDS and found.sheets[0].header_row == 3


def _two_rows(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, name in {0: "序号", 1: "来函单位", 6: "承办民警", 7: "联系电话"}.items():
            sheet.merge_range(0, at, 1, at, name)
        sheet.merge_range(0, 2, 0, 3, "协查对象")
        sheet.merge_range(0, 4, 0, 5, "来函情况")
        sheet.merge_range(0, 8, 0, 9, "回函情况")
        sheet.write_row(1, 2, ["姓名", "身份证号", "日期", "内容"])
        sheet.write_row(1, 8, ["日期", "内容"])
        row = [
            1,
            WUXI,
            NAMES[0],
            number_of(0),
            "2025-04-01",
            "户籍证明",
            "钱某",
            "0512-57000001",
            "2025-04-02",
            "已核实",
        ]
        sheet.write_row(2, 0, row)
    return path


def test_a_header_of_two_rows_says_together_what_each_column_is(tmp_path: Path) -> None:
    found = read(_two_rows(tmp_path / "a.xlsx"))
    assert found.rows == [
        {
            "id": "1", "from_unit": WUXI, "asked_at": "2025-04-01", "type": "户籍证明", "handler": "钱某",
            "contact": "0512-57000001", "answered_at": "2025-04-02", "answer": "已核实",
            "subjects": [{"name": NAMES[0], "ids": {"cn_id": number_of(0)}}],
        }
    ]  # fmt: skip
    assert found.sheets[0].columns["协查对象/姓名"] == "subjects.0.name"


def test_a_header_of_two_rows_is_read_from_a_text_file_without_merged_cells(tmp_path: Path) -> None:
    upper = ["编号", "事项", "申请单位", "协作单位", "对象", "", "事由", "提出时间", "反馈情况", ""]
    lower = ["", "", "", "", "姓名", "身份证号", "", "", "答复时间", "答复"]
    found = read(text(tmp_path / "a.csv", csv_text(upper, lower, *THREE)))
    assert found.ids == IDS
    assert found.rows[0]["subjects"] == [{"name": NAMES[0], "ids": {"cn_id": number_of(0)}}]
    assert found.column("answered_at") == ["2025-04-11", "2025-04-12", "2025-04-13"]


def test_every_sheet_with_a_header_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheets = {
            "填表说明": [["1. 每季度末上报"], ["2. 不得涂改"]],
            "2024年": [HEADER, line(0)],
            "2025年": [TITLE, HEADER, line(1), line(2)],
            "统计": [["协作单位", "来函数", "答复数"], [KUNSHAN, 3, 3]],
            "人员名单": [["姓名", "身份证号"], [NAMES[0], number_of(0)]],
            "空表": [],
            "旧": [HEADER, line(3)],
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        book.worksheets()[-1].hide()
        book.add_chartsheet("图")
    found = read(tmp_path / "a.xlsx")
    assert [(s.name, s.header_row, s.read) for s in found.sheets] == [
        ("2024年", 1, 1),
        ("2025年", 2, 2),
        ("旧", 1, 1),
    ]
    assert set(found.left_out) == {"填表说明", "统计", "人员名单", "空表", "图"}
    assert found.left_out["空表"] == "it is empty" and "chart" in found.left_out["图"]
    assert "asked_at" in found.left_out["人员名单"]
    assert any("hidden" in note for note in map(english, found.sheets[2].notes))
    only = read(tmp_path / "a.xlsx", sheets=["2025年"])
    assert only.ids == IDS[1:] and only.left_out["2024年"] == "not asked for"
    with pytest.raises(LedgerUnreadable) as refused:
        read(tmp_path / "a.xlsx", sheets=["2026年"])
    assert "has no sheet 2026年; it has 填表说明" in english(refused.value.why)


def test_notes_totals_examples_and_repeated_headers_are_no_rows(tmp_path: Path) -> None:
    numbers = list(range(1, len(HEADER) + 1))
    example = ["示例", *line(5)[1:]]
    signed = [["填表人：令狐某", "", "", "审核人：", "长孙某"], ["单位（盖章）", "", "", "2025年12月31日"]]
    totals = [["合计", "3件"], ["", "", "小计", 3], ["备注：本表每季度上报"]]
    below = [[], *totals, *signed, ["以下空白"], ["一、其他"]]
    rows = [TITLE, HEADER, numbers, example, line(0), HEADER, line(1), *below]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert found.ids == IDS[:2]
    [sheet] = found.sheets
    assert (sheet.read, sheet.blank, len(found.rejected)) == (len(rows) - 2, 3, 8)
    assert all("no row of the ledger" in english(row.reason) for row in found.rejected)
    assert found.rejected[1].cells == ("合计", "3件")


def test_lines_that_have_nothing_but_their_number_are_blank(tmp_path: Path) -> None:
    header = ["序号", *HEADER]
    rows = [header, [1, *line(0)], [2, *line(1)], *([n] for n in range(3, 40))]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert found.ids == IDS[:2] and found.rejected == []
    assert (found.sheets[0].read, found.sheets[0].blank) == (39, 37)


def test_what_stands_beside_the_table_is_kept_under_the_name_of_its_column(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": [HEADER, line(0), [*line(1), "", "已电话催办"]]}))
    assert found.rows[1]["column L"] == "已电话催办"
    assert found.sheets[0].ignored == ["column K", "column L"]


# -- merged cells and short hands -----------------------------------------------------------------------------


def _merged(path: Path, *, with_id: bool) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for at in range(3):
            sheet.write_row(at + 1, 0, line(at))
        for column, value in {1: "户籍证明", 2: WUXI, 6: "同一来函", 7: "2025-04-01"}.items():
            sheet.merge_range(1, column, 5, column, value)  # two rows more than there are people
        if with_id:
            sheet.merge_range(1, 0, 3, 0, "2025-协-009")
        sheet.write_row(6, 0, line(6))
    return path


def test_cells_merged_downwards_count_for_each_of_their_rows(tmp_path: Path) -> None:
    found = read(_merged(tmp_path / "a.xlsx", with_id=False))
    assert found.ids == [*IDS, "2025-协-007"]
    assert found.column("asked_at") == ["2025-04-01"] * 3 + ["2025-04-07"]
    assert found.column("reason") == ["同一来函"] * 3 + ["盗窃案核实户籍"]
    assert found.sheets[0].blank == 2, "what is merged into a row makes no row of it"


def test_an_id_merged_over_several_people_is_told_apart(tmp_path: Path) -> None:
    found = read(_merged(tmp_path / "a.xlsx", with_id=True))
    assert found.ids == ["2025-协-009", "2025-协-009-2", "2025-协-009-3", "2025-协-007"]


def test_merged_cells_of_other_programs_count_too(tmp_path: Path) -> None:
    rows = [HEADER, line(0), ["2025-协-002", *[""] * 3, *line(1)[4:7], "", *line(1)[8:]]]
    found = read(xls(tmp_path / "a.xls", rows, merges=[(1, 2, 1, 1), (1, 2, 2, 2), (1, 2, 7, 7)]))
    assert [(row["id"], row["asked_at"], row["from_unit"]) for row in found.rows] == [
        (IDS[0], "2025-04-01", WUXI), (IDS[1], "2025-04-01", WUXI),
    ]  # fmt: skip
    first = [*line(0)[:7], "<table:table-cell table:number-rows-spanned='2' office:value-type='date'"
             " office:date-value='2025-04-01'><text:p>1日</text:p></table:table-cell>", *line(0)[8:]]  # fmt: skip
    second = [*line(1)[:7], "<table:covered-table-cell/>", *line(1)[8:]]
    found = read(ods(tmp_path / "a.ods", {"台账": ods_row(HEADER) + ods_row(first) + ods_row(second)}))
    assert found.column("asked_at") == ["2025-04-01", "2025-04-01"]


def test_ditto_is_what_stands_above(tmp_path: Path) -> None:
    rows = [HEADER, line(0), line(1, 申请单位="同上", 事由="〃"), line(2, 申请单位="同上")]
    found = read(text(tmp_path / "a.csv", csv_text(*rows)))
    assert found.column("from_unit") == [WUXI] * 3
    assert found.column("reason") == ["盗窃案核实户籍"] * 3


# -- ids ------------------------------------------------------------------------------------------------------


def test_a_serial_number_that_begins_anew_is_no_id_beside_one_that_does_not(tmp_path: Path) -> None:
    header = ["编号", "来函文号", *HEADER[1:]]

    def sheet(year: int) -> list[list[Any]]:
        return [header, *([n + 1, f"锡公函〔{year}〕{n + 1}号", *line(n)[1:]] for n in range(3))]

    found = read(xlsx(tmp_path / "a.xlsx", {"2024": sheet(2024), "2025": sheet(2025)}))
    assert found.ids == [f"锡公函〔{year}〕{n}号" for year in (2024, 2025) for n in (1, 2, 3)]
    assert found.column("编号") == ["1", "2", "3"] * 2


def test_where_there_is_no_other_number_a_serial_number_is_told_apart_by_its_sheet(tmp_path: Path) -> None:
    header = ["序号", *HEADER[1:]]
    sheets = {name: [header, [1, *line(0)[1:]], [2, *line(1)[1:]]] for name in ("2024年", "2025年")}
    found = read(xlsx(tmp_path / "a.xlsx", sheets))
    assert found.ids == ["2024年-1", "2024年-2", "2025年-1", "2025年-2"]
    assert "begin anew" in english(found.sheets[0].notes[0])


def test_the_column_that_is_unique_in_all_rows_is_the_id(tmp_path: Path) -> None:
    """A letter about two people has one number: far below the rows by which columns are understood."""
    header = ["序号", "来函文号", *HEADER[1:]]
    rows = [[n + 1, f"函{min(n, 290)}", *line(n % 20)[1:]] for n in range(300)]
    found = read(text(tmp_path / "a.csv", csv_text(header, *rows)))
    assert found.ids == [str(n + 1) for n in range(300)]
    rows = [[n + 1, f"函{n if n != 299 else 7}", *line(n % 20)[1:]] for n in range(300)]
    found = read(text(tmp_path / "b.csv", csv_text(header, *rows)))
    assert found.ids[:2] == ["函0", "函1"], "one slip in 300 makes no serial number of an id"


def test_a_total_below_the_table_makes_no_serial_number_of_an_id(tmp_path: Path) -> None:
    rows = [["序号", *HEADER], *([n + 1, *line(n)] for n in range(3)), ["合计", "", "3", "", "", "x"]]
    assert read(xlsx(tmp_path / "a.xlsx", {"台账": rows})).ids == IDS


# -- numbers, dates, formulas, errors -------------------------------------------------------------------------


@pytest.mark.parametrize("number", [14, 27, 30, 31, 32, 36, 50, 57, 58])
def test_dates_in_every_built_in_format_are_dates(tmp_path: Path, number: int) -> None:
    styles = f"<cellXfs><xf numFmtId='0'/><xf numFmtId='{number}'/></cellXfs>"
    row = [*line(0)[:7], "<c s='1'><v>45748.3784722</v></c>", "<c s='1'><v>45749</v></c>", "已核实"]
    found = read(raw_xlsx(tmp_path / "a.xlsx", [xml_row(1, HEADER), xml_row(2, row)], styles=styles))
    assert (found.rows[0]["asked_at"], found.rows[0]["answered_at"]) == ("2025-04-01T09:05:00", "2025-04-02")


@pytest.mark.parametrize(
    "code",
    [
        "yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;",
        "[$-804]yyyy/m/d;@",
        "[DBNum1][$-804]yyyy年m月d日",
        "m/d/yy h:mm",
    ],
)
def test_dates_in_formats_of_the_file_are_dates(tmp_path: Path, code: str) -> None:
    styles = (
        f"<numFmts><numFmt numFmtId='176' formatCode='{code}'/><numFmt numFmtId='177' formatCode='0.00_ ;[Red]-0.00 '/>"
        "</numFmts><cellXfs><xf numFmtId='176'/><xf numFmtId='177'/></cellXfs>"
    )
    row = [*line(0)[:6], "<c s='1'><v>45748</v></c>", "<c s='0'><v>45748</v></c>", "2025-04-02", "已核实"]
    found = read(raw_xlsx(tmp_path / "a.xlsx", [xml_row(1, HEADER), xml_row(2, row)], styles=styles))
    assert (found.rows[0]["asked_at"], found.rows[0]["reason"]) == ("2025-04-01", "45748")


def test_plain_numbers_in_columns_of_dates_are_days_of_the_workbooks_epoch(tmp_path: Path) -> None:
    rows = [HEADER, line(0, 提出时间=45748, 答复时间=45749.5)]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert (found.rows[0]["asked_at"], found.rows[0]["answered_at"]) == ("2025-04-01", "2025-04-02T12:00:00")
    rows = [HEADER, line(0, 提出时间=45748 - 1462, 答复时间=20250402)]
    found = read(xlsx(tmp_path / "b.xlsx", {"台账": rows}, date_1904=True))
    assert (found.rows[0]["asked_at"], found.rows[0]["answered_at"]) == ("2025-04-01", "20250402")
    found = read(xls(tmp_path / "c.xls", [HEADER, line(0, 提出时间=45748)]))
    assert found.rows[0]["asked_at"] == "2025-04-01"
    found = read(text(tmp_path / "d.csv", csv_text(HEADER, line(0, 提出时间=45748))))
    assert found.rows[0]["asked_at"] == "45748", "a text file says nothing of an epoch"


def test_a_number_that_a_spreadsheet_made_a_date_of_is_refused(tmp_path: Path) -> None:
    styles = "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>"
    row = ["<c s='1'><v>45748</v></c>", *line(0)[1:]]
    found = read(raw_xlsx(tmp_path / "a.xlsx", [xml_row(1, HEADER), xml_row(2, row)], styles=styles))
    assert "编号: cell A2 holds the date 2025-04-01, which a spreadsheet has made" in english(
        found.rejected[0].reason
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("编号", "2.02503E+11"), ("身份证号", "3.20583E+17"), ("姓名", "3.20583E+17"), ("事由", "1.2E+05"),
        ("身份证号", "3.20583E+17、3.20583E+17"), ("身份证号", "3.20583e+017"), ("身份证号", "'3.20583E+17"),
        ("身份证号", "320583198503010000.0"), ("答复", "6.22202E+18"), ("颜色", "3.20583E+22"),
    ],
)  # fmt: skip
def test_a_number_that_was_rounded_is_refused_wherever_it_stands(
    tmp_path: Path, column: str, value: str
) -> None:
    header = [*HEADER, "案号", "颜色"]
    row = dict(zip(header, [*line(0), "", ""], strict=True)) | {column: value}
    found = read(text(tmp_path / "a.csv", csv_text(header, list(row.values()))))
    if column == "颜色":
        assert found.rows and found.sheets[0].notes, "what is not the ledger's costs no row, and is said"
        return
    assert found.rows == [] and english(found.rejected[0].reason).startswith(f"{column}: ")
    assert "was rounded by a spreadsheet" in english(found.rejected[0].reason)


def test_formulas_that_nobody_calculated_are_named_not_read_as_empty(tmp_path: Path) -> None:
    header = [*HEADER, "部门"]
    formula = "<c><f>VLOOKUP(E2,B:C,2,0)</f><v/></c>"
    stored = "<c t='str'><f>A1</f><v></v></c>"
    rows = [
        xml_row(1, header),
        xml_row(2, [*line(0)[:5], formula, *line(0)[6:]]),
        xml_row(3, [formula.replace("<v/>", ""), *line(1)[1:]]),
        xml_row(4, [*line(2), formula]),
        xml_row(5, [*line(3)[:6], stored, *line(3)[7:]]),
    ]
    found = read(raw_xlsx(tmp_path / "a.xlsx", rows))
    assert [english(row.reason).partition(" holds")[0] for row in found.rejected] == [
        "身份证号: cell F2",
        "编号: cell A3",
    ]
    assert found.ids == ["2025-协-003", "2025-协-004"], "what is not the ledger's costs no row"
    assert list(map(english, found.sheets[0].notes)) == [
        "部门: 1 cells hold errors or formulas that were never calculated"
    ]
    cell = "<table:table-cell table:formula='of:=[.A1]'/>"
    found = read(ods(tmp_path / "a.ods", {"台账": ods_row(HEADER) + ods_row([cell, *line(0)[1:]])}))
    assert "编号: cell A2 holds a formula" in english(found.rejected[0].reason)


def test_errors_cost_the_rows_that_need_what_is_lost_and_no_others(tmp_path: Path) -> None:
    header = [*HEADER, "备注"]
    broken = "<c t='e'><v>#REF!</v></c>"
    rows = [xml_row(1, header), *(xml_row(n + 2, [*line(n), broken]) for n in range(3))]
    rows.append(xml_row(5, [broken, *line(3)[1:], broken]))
    found = read(raw_xlsx(tmp_path / "a.xlsx", rows))
    assert found.ids == IDS and found.column("note") == [None] * 3
    assert english(found.rejected[0].reason) == "编号: cell A5 holds the error #REF!"
    assert list(map(english, found.sheets[0].notes)) == [
        "备注: 4 cells hold errors or formulas that were never calculated"
    ]
    found = read(
        text(tmp_path / "a.csv", csv_text(HEADER, line(0, 身份证号="#N/A"), line(1, 提出时间="########")))
    )
    assert [english(row.reason).partition(";")[0] for row in found.rejected] == [
        "身份证号: holds the error #N/A",
        "提出时间: holds nothing but #: its column was too narrow when the file was made",
    ]


# -- workbooks of other programs ------------------------------------------------------------------------------


def _prefixed(path: Path) -> Path:
    """As some export libraries write: every name with the prefix of its namespace."""
    raw_xlsx(path, [xml_row(1, HEADER), *(xml_row(n + 2, line(n)) for n in range(3))])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace("xmlns=", "xmlns:x=")
    parts["xl/worksheets/sheet1.xml"] = re.sub("<(/?)", r"<\1x:", sheet)
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def _plain(path: Path) -> Path:
    return raw_xlsx(path, [xml_row(1, HEADER), *(xml_row(n + 2, line(n)) for n in range(3))])


BUILDERS: dict[str, Callable[[Path], Path]] = {
    "plain": _plain,
    "strict": lambda path: raw_xlsx(
        path, [xml_row(1, HEADER), *(xml_row(n + 2, line(n)) for n in range(3))], spaces=STRICT
    ),
    "styles that stop other readers": lambda path: raw_xlsx(
        path,
        [xml_row(1, HEADER), *(xml_row(n + 2, line(n)) for n in range(3))],
        styles="<fonts><font><family val='134'/></font></fonts><fills><fill/></fills>"
        "<cellXfs><xf numFmtId='x'/></cellXfs>",
    ),
    "prefixed": _prefixed,
    "cells without references": lambda path: raw_xlsx(
        path,
        [
            "<row>" + "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in row) + "</row>"
            for row in (HEADER, *THREE)
        ],
    ),
    "old Excel": lambda path: xls(path, [HEADER, *THREE]),
    "LibreOffice": lambda path: ods(
        path,
        {
            "台账": "<table:table-column/>" + ods_row(HEADER) + "".join(ods_row(row) for row in THREE)
            + "<table:table-row table:number-rows-repeated='1048000'><table:table-cell"
            " table:number-columns-repeated='1024'/></table:table-row>"
        },
    ),
    "tabs": lambda path: text(path, csv_text(HEADER, *THREE, divider="\t")),
    "semicolons, and Excel's own first line": lambda path: text(
        path, "sep=;\r\n" + csv_text(HEADER, *THREE, divider=";"), "gb18030"
    ),
    "bars": lambda path: text(path, csv_text(HEADER, *THREE, divider="|")),
    "UTF-16 with a mark": lambda path: text(path, csv_text(HEADER, *THREE, divider="\t"), "utf-16"),
    "UTF-16 without one": lambda path: text(path, csv_text(HEADER, *THREE), "utf-16-le"),
    "UTF-8 with a mark": lambda path: text(path, csv_text(HEADER, *THREE), "utf-8-sig"),
    "GB18030": lambda path: text(path, csv_text(HEADER, *THREE), "gb18030"),
    "quoted throughout": lambda path: text(
        path, "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in (HEADER, *THREE))
    ),
    "old line ends": lambda path: text(path, csv_text(HEADER, *THREE).replace("\r\n", "\r")),
}  # fmt: skip


@pytest.mark.parametrize("name", ["台账.csv", "台账.xlsx", "台账.xls", "台账"])
@pytest.mark.parametrize("kind", BUILDERS)
def test_what_a_file_is_is_told_by_what_is_in_it(tmp_path: Path, kind: str, name: str) -> None:
    found = read(BUILDERS[kind](tmp_path / name))
    assert found.ids == IDS, found
    assert found.column("answer") == [row[-1] for row in THREE]


def test_hidden_rows_are_taken_and_said(tmp_path: Path) -> None:
    rows = [xml_row(1, HEADER), xml_row(2, line(0), hidden="1"), xml_row(4, line(1), hidden="true")]
    found = read(raw_xlsx(tmp_path / "a.xlsx", rows))
    assert found.ids == IDS[:2]
    assert list(map(english, found.sheets[0].notes)) == ["2 hidden rows are taken like the others"]
    assert (found.sheets[0].read, found.sheets[0].blank) == (3, 1), "row 3 stands in no program's file"


# -- text files that are damaged ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_open_quotation_mark_swallows_no_row(tmp_path: Path, encoding: str) -> None:
    rows = [line(n) for n in range(8)]
    rows[2][6] = '"小区门口"抓拍核实'
    rows[4][6] = '"从未闭合的引号'
    rows[6][9] = '"好好引用，还有,逗号"'
    found = read(text(tmp_path / "a.csv", csv_text(HEADER, *rows), encoding))
    assert found.ids == [f"2025-协-{n + 1:03}" for n in range(8)]
    assert found.rows[2]["reason"] == '"小区门口"抓拍核实'
    assert found.rows[4]["reason"] == '"从未闭合的引号'
    assert found.rows[6]["answer"] == "好好引用，还有,逗号"


def test_a_cell_may_have_several_lines(tmp_path: Path) -> None:
    rows = [line(0, 答复='"第一行\n第二行，有,逗号\n""引用""的第三行"'), line(1), line(2, 事由='"两\r\n行"')]
    found = read(text(tmp_path / "a.csv", csv_text(HEADER, *rows)))
    assert found.ids == IDS
    assert found.rows[0]["answer"] == '第一行\n第二行，有,逗号\n"引用"的第三行'
    assert found.rows[2]["reason"] == "两\r\n行"


@pytest.mark.parametrize(("encoding", "cut"), [("utf-8", 1), ("utf-8", 2), ("gb18030", 1)])
@pytest.mark.parametrize(("column", "taken"), [(9, True), (6, True), (4, False)])
def test_half_a_character_spoils_its_own_row_alone(
    tmp_path: Path, encoding: str, cut: int, column: int, taken: bool
) -> None:
    rows = [line(n) for n in range(6)]
    lines = csv_text(HEADER, *rows).encode(encoding).split(b"\r\n")
    cells = lines[3].split(b",")
    cells[column] = cells[column].removesuffix("。".encode(encoding))[:-cut]
    lines[3] = b",".join(cells)
    (tmp_path / "a.csv").write_bytes(b"\r\n".join(lines))
    found = read(tmp_path / "a.csv")
    assert len(found.rows) == 5 + taken
    assert [row["answer"] for row in found.rows if row["id"] != IDS[2]] == [
        r[9] for r in rows if r[0] != IDS[2]
    ]
    if taken:
        assert any("\ufffd" in str(value) for value in found.rows[2].values())
    else:
        assert (found.rejected[0].line, english(found.rejected[0].reason)) == (
            4,
            "姓名: holds a damaged character",
        )


def test_a_line_with_too_many_fields_is_rejected_with_what_stands_in_it(tmp_path: Path) -> None:
    found = read(text(tmp_path / "a.csv", csv_text(HEADER, line(0), [*line(1), "多,余"])))
    assert english(found.rejected[0].reason) == "12 cells under 10 columns"
    assert found.rejected[0].cells[-2:] == ("多", "余")


def test_text_in_another_encoding_is_recognised_by_its_characters(tmp_path: Path) -> None:
    header = "編號,事項,申請單位,姓名,身份證號,事由,提出時間,答覆時間,答覆內容"
    row = "戶籍證明,無錫市公安局,歐陽若,{},竊盜案件核實戶籍資料,2025-04-01,2025-04-11,已經核實戶籍資料在本市範圍"
    lines = [header, *(f"甲-{n},{row.format(number_of(n))}" for n in range(9))]
    found = read(text(tmp_path / "a.csv", "\n".join(lines), "big5"))
    assert len(found.rows) == 9
    assert found.column("from_unit")[0] == "無錫市公安局"


# -- what is no ledger, and what is an attack -----------------------------------------------------------------

PAGE = "<html><head><meta charset='gb2312'></head><table><tr><td>编号</td></tr></table></html>"
OTHERS: dict[str, tuple[bytes, str]] = {
    "page": (PAGE.encode("gb2312"), "a web page (HTML)"),
    "page that begins with a style": (
        b"\r\n <style>td{}</style><table><tr><td>1</td></tr></table>",
        "a web page",
    ),
    "page in UTF-16": (PAGE.encode("utf-16"), "a web page"),
    "saved page": (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a saved web page (MHTML)"),
    "XML 2003": (
        b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
        "XML 2003",
    ),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
    "photograph": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    "RAR": (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "a gzip archive"),
    "nothing": (b"", "is empty"),
    "spaces": (b" \r\n \r\n", "is empty"),
    "anything": (bytes(range(256)) * 4, "neither a workbook nor a text file"),
    "words": ("今天天气很好。\n明天也是。\n".encode(), "no row names the columns of a ledger"),
    "JSON array": (b'[{"id": "1"}]', "no row names"),
}


@pytest.mark.parametrize("name", ["台账.xls", "台账.xlsx", "台账.csv"])
@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_ledger_is_refused_with_what_it_is(tmp_path: Path, kind: str, name: str) -> None:
    content, words = OTHERS[kind]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LedgerUnreadable) as refused:
        read(path)
    assert words in english(refused.value.why) and english(refused.value.why).startswith("台账")
    assert "\n" not in english(refused.value.why)


def _word(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    return path


def _encrypted_ods(path: Path) -> Path:
    ods(path, {"台账": ""})
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    return path


def _begins(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _bomb(path: Path) -> Path:
    raw_xlsx(path, [])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in parts.items():
            if "sheet1" not in name:
                packed.writestr(name, content)
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as bomb:
            for _ in range(60):
                bomb.write(b" " * 1_000_000)
    return path


def _billion_laughs(path: Path) -> Path:
    entities = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    raw_xlsx(path, [])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, (entities if "sheet1" in name else "") + content)
    return path


def _lies_about_its_size(path: Path) -> Path:
    """An archive whose table says that the sheet is small."""
    _plain(path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (with_password, "has a password"),
        (_encrypted_ods, "has a password"),
        (xls_with_password, "has a password"),
        (lambda path: xls_with_password(path, before=3, xor=True), "has a password"),
        (
            lambda path: _begins(path, b"b\x14#e\xff\x00\x00E-SafeNet\x00\x00LOCK"),
            "encrypted file (E-SafeNet)",
        ),
        (lambda path: _begins(path, b"-----BEGIN PGP MESSAGE-----\n\nhQEM\n"), "encrypted file (PGP)"),
        (lambda path: _begins(path, b"Salted__\x01\x02\x00\x99"), "encrypted file (OpenSSL)"),
        (_word, "is a Word document"),
        (_bomb, "unpacks to far more than a ledger holds"),
        (_billion_laughs, "declares a document type"),
        (_lies_about_its_size, "damaged"),
        (lambda path: xlsx(path, {"一": [], "二": []}), "is empty"),
        (lambda path: raw_xlsx(path, ["<row r='1'><c r='A1'"]), "damaged"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, build: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(LedgerUnreadable) as refused:
        read(build(tmp_path / "a.xlsx"))
    assert words in english(refused.value.why) and "\n" not in english(refused.value.why)


def test_three_hundred_columns_cost_no_row(tmp_path: Path) -> None:
    more = [f"附加{n}" for n in range(290)]
    rows: Sequence[Sequence[Any]] = [[*HEADER, *more], [*line(0), *more], line(1)]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert found.ids == IDS[:2] and len(found.sheets[0].ignored) == 290
    far = xml_row(2, line(0)).replace("</row>", "<c r='XFD2'><v>1</v></c></row>")
    found = read(raw_xlsx(tmp_path / "b.xlsx", [xml_row(1, HEADER), far, xml_row(3, line(1))]))
    assert found.ids == [IDS[1]] and english(found.rejected[0].reason) == "has cells beyond column 1024"


def test_a_cell_without_end_costs_its_own_row_alone(tmp_path: Path) -> None:
    rows = [xml_row(1, HEADER), xml_row(2, line(0, 答复="长" * 2_000_000)), xml_row(3, line(1))]
    found = read(raw_xlsx(tmp_path / "a.xlsx", rows))
    assert found.ids == [IDS[1]]
    assert english(found.rejected[0].reason) == "答复: cell J2 holds more than 32767 characters"
    endless = csv_text(HEADER, line(0, 答复="长" * 10_000_001), line(1))
    found = read(text(tmp_path / "a.csv", endless))
    assert found.ids == [IDS[1]] and "longer than" in english(found.rejected[0].reason)


def test_rich_text_and_what_xml_cannot_hold_are_read_as_text(tmp_path: Path) -> None:
    rich = (
        "<c t='inlineStr'><is><r><t>盗窃案</t></r><r><rPr><b/></rPr><t xml:space='preserve'> 核实</t></r>"
        "<rPh sb='0' eb='1'><t>daoqie</t></rPh></is></c>"
    )
    row = [*line(0)[:6], rich, *line(0)[7:9], "<c t='inlineStr'><is><t>一_x000D_二</t></is></c>"]
    found = read(raw_xlsx(tmp_path / "a.xlsx", [xml_row(1, HEADER), xml_row(2, row)]))
    assert (found.rows[0]["reason"], found.rows[0]["answer"]) == ("盗窃案 核实", "一\r二")


def test_a_damaged_file_of_any_kind_is_refused_or_read_and_stops_nothing(tmp_path: Path) -> None:
    whole = {
        "xls": xls(tmp_path / "a.xls", [HEADER, *THREE]),
        "ods": ods(tmp_path / "a.ods", {"台账": ods_row(HEADER) + ods_row(line(0))}),
        "xlsx": raw_xlsx(tmp_path / "a.xlsx", [xml_row(1, HEADER), xml_row(2, line(0))]),
        "csv": text(tmp_path / "a.csv", csv_text(HEADER, *THREE)),
    }
    dice = random.Random(3)
    for kind, path in whole.items():
        content = path.read_bytes()
        for number in range(80):
            damaged = bytearray(content)
            for _ in range(dice.choice((1, 3, 20))):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            if number % 5 == 0:
                damaged = damaged[: dice.randrange(len(damaged))]
            (tmp_path / f"damaged.{kind}").write_bytes(damaged)
            with contextlib.suppress(LedgerUnreadable):
                list(LedgerReader(tmp_path / f"damaged.{kind}"))
