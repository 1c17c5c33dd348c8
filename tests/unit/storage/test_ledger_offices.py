"""Ten ledgers, each laid out as one kind of office lays it out: what is kept of every row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from bot.commands.wording import words as english
from storage.ledger.header import named
from storage.ledger.reading import LedgerReader, LedgerRow, RejectedRow
from tests.office import NAMES, WUXI, csv_text, number_of, ods, ods_row, xlsx
from workflow.ledger.clean import cleaned

ZONE = ZoneInfo("Asia/Shanghai")
ONE, TWO = NAMES[:2]
Kept = list[dict[str, Any]]


def person(place: int, **more: Any) -> dict[str, Any]:
    return {"name": NAMES[place], "ids": {"cn_id": number_of(place)}} | more


def foreign_liaison(path: Path) -> Path:
    """English names, semicolons, a quoted line break, days written out."""
    rows = csv_text(
        [
            "Ref. No.",
            "Date received",
            "Requesting unit",
            "Full name",
            "ID number",
            "Reason",
            "Date answered",
            "Reply",
        ],
        ["L-1", "1 March 2024", WUXI, ONE, number_of(0), '"fraud\ncase"', "5 March 2024", "confirmed"],
        ["L-2", "2024-03-02 14:05", WUXI, TWO, number_of(1), "theft", "", ""],
        divider=";",
    )
    path.write_text(rows, encoding="utf-8-sig")
    return path


def typed_by_hand(path: Path) -> Path:
    """Tabs in UTF-16, stars before what must be filled in, full width, Chinese numerals."""
    rows = csv_text(
        ["*编号", "★来函日期", "*来函单位", "协查对象", "证件号码（１８位）", "事由", "回函日期", "回函内容"],
        ["协１", "二〇二四年三月一日", WUXI, ONE, number_of(0), "诈骗案", "2024．3．5", "查实"],
        ["协２", "2024年3月2日 9时5分", WUXI, TWO, number_of(1), "盗窃案", "", ""],
        divider="\t",
    )
    path.write_bytes(rows.encode("utf-16"))
    return path


def printed_and_signed(path: Path) -> Path:
    """A title, an empty line, who made it; a total and a signature below."""
    return xlsx(path, {"登记簿": [
        ["", "", "协查工作登记簿"], [], ["单位：法制大队", "", "", "", "制表日期：2024-04-01"],
        ["序号", "收文日期", "来文单位", "被查人姓名", "身份证号码", "案由", "复函日期", "查询结果"],
        [1, "2024-03-01", WUXI, ONE, number_of(0), "诈骗案", "2024-03-05", "户籍在本市"],
        [2, "2024-03-02", WUXI, TWO, number_of(1), "盗窃案", "", ""],
        ["合计", "", "", "2人"], ["审核人：", "", "", "", "填表人："],
    ]})  # fmt: skip


def two_halves(path: Path) -> Path:
    """A sheet for each half of the year, whose numbers begin anew, and a statistic."""
    head = ["序号", "日期", "申请单位", "姓名", "身份证号", "事由"]
    return xlsx(path, {
        "上半年": [head, [1, "2024/3/1", WUXI, ONE, number_of(0), "诈骗案"]],
        "下半年": [head, [1, "2024/9/1", WUXI, TWO, number_of(1), "盗窃案"]],
        "统计": [["月份", "件数"], ["3月", 1], ["9月", 1]],
    })  # fmt: skip


def asked_and_answered(path: Path) -> Path:
    """来函 and 回函 over their columns, merged; the serial numbers of days, as a workbook has them."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 1, 0, "编号")
        sheet.merge_range(0, 1, 0, 3, "来函")
        sheet.merge_range(0, 4, 0, 5, "对象")
        sheet.merge_range(0, 6, 0, 7, "回函")
        sheet.write_row(1, 1, ["日期", "单位", "事由", "姓名", "身份证号", "日期", "内容"])
        day = book.add_format({"num_format": "m月d日"})
        for at, name in enumerate((ONE, TWO)):
            sheet.write_row(2 + at, 0, [f"来{at + 1}", "", WUXI, "诈骗案", name, number_of(at)])
            sheet.write_number(2 + at, 1, 45352 + at, day)
        sheet.write_number(2, 6, 45356, day)
        sheet.write_string(2, 7, "查实")
    return path


def free_program(path: Path) -> Path:
    """OpenDocument: days as values, repeated empty cells."""
    day = "<table:table-cell office:value-type='date' office:date-value='2024-03-0{}'/>"
    head = ["编号", "请求时间", "请求单位", "姓名", "身份证号", "事由"]
    rows = [
        ["自1", day.format(1), WUXI, ONE, number_of(0), "诈骗案"],
        ["自2", day.format(2), WUXI, TWO, number_of(1), "盗窃案"],
    ]
    return ods(path, {"台账": "".join(ods_row(cells) for cells in [head, *rows])})


def system_export(path: Path) -> Path:
    """Each cell as a formula that is a text, everything quoted, GB18030, empty columns at the end."""
    guarded = ["编号", "登记时间", "来函单位", "姓名", "证件号码", "简要案情", "反馈时间", "反馈内容", "", ""]
    asked, answers = '"2024-03-0{} 08:00:00"', ('"2024-03-05 17:30:00"', '"查实"')
    lines = [
        [
            f'"=""系{at + 1}"""', asked.format(at + 1), f'"{WUXI}"', f'"{name}"', f'"=""{number_of(at)}"""', '"诈骗案"',
            *(answers if at == 0 else ('""', '""')), '""', '""',
        ]
        for at, name in enumerate((ONE, TWO))
    ]  # fmt: skip
    path.write_text(csv_text(guarded, *lines), encoding="gb18030")
    return path


def pipes(path: Path) -> Path:
    """Divided by |, the names in two languages, a day with its weekday."""
    rows = csv_text(
        ["编号 No.", "来函日期 Date", "来函单位 From", "姓名 Name", "身份证号 ID", "事由 Reason"],
        ["管1", "2024年3月1日（星期五）", WUXI, ONE, number_of(0), "诈骗案"],
        ["管2", "2024.03.02", WUXI, TWO, number_of(1), "盗窃案"],
        divider="|",
    )
    path.write_text(rows, encoding="utf-8")
    return path


def one_letter_two_people(path: Path) -> Path:
    """People and their numbers a line each in one cell; who handled it beside their telephone."""
    header = ["文号", "来函时间", "发函单位", "查询对象", "身份证号码", "查询事由", "承办民警", "联系电话"]
    row = [
        "苏公协〔2024〕1号",
        "2024-03-01",
        WUXI,
        f"{ONE}\n{TWO}",
        f"{number_of(0)}\n{number_of(1)}",
        "诈骗案",
    ]
    return xlsx(path, {"Sheet1": [header, [*row, "钱某", "13900000001"]]})


def said_yes(path: Path) -> Path:
    """Columns in another order, remarks between them, whether it was answered as 是 and 否."""
    return xlsx(path, {"台账": [
        ["是否反馈", "备注", "事由", "身份证号", "姓名", "协查编号", "来函单位", "来函日期", "反馈情况", "反馈日期"],
        ["是", "急", "诈骗案", number_of(0), ONE, "办1", WUXI, "2024-03-01", "查实", "2024-03-05"],
        ["否", "/", "盗窃案", number_of(1), TWO, "办2", WUXI, "2024-03-02", "", ""],
    ]})  # fmt: skip


OFFICES: dict[Callable[[Path], Path], tuple[str, list[str], list[str], list[str | None]]] = {
    foreign_liaison: ("a.csv", ["L-1", "L-2"], ["2024-03-01", "2024-03-02T14:05:00+08:00"], ["2024-03-05", None]),
    typed_by_hand: ("a.tsv", ["协１", "协２"], ["2024-03-01", "2024-03-02T09:05:00+08:00"], ["2024-03-05", None]),
    printed_and_signed: ("a.xlsx", ["1", "2"], ["2024-03-01", "2024-03-02"], ["2024-03-05", None]),
    two_halves: ("a.xlsx", ["上半年-1", "下半年-1"], ["2024-03-01", "2024-09-01"], [None, None]),
    asked_and_answered: ("a.xlsx", ["来1", "来2"], ["2024-03-01", "2024-03-02"], ["2024-03-05", None]),
    free_program: ("a.ods", ["自1", "自2"], ["2024-03-01", "2024-03-02"], [None, None]),
    system_export: (
        "a.csv", ["系1", "系2"], ["2024-03-01T08:00:00+08:00", "2024-03-02T08:00:00+08:00"],
        ["2024-03-05T17:30:00+08:00", None],
    ),
    pipes: ("a.txt", ["管1", "管2"], ["2024-03-01", "2024-03-02"], [None, None]),
    said_yes: ("a.xlsx", ["办1", "办2"], ["2024-03-01", "2024-03-02"], ["2024-03-05", None]),
}  # fmt: skip


def kept(path: Path) -> tuple[Kept, list[RejectedRow], LedgerReader]:
    reader = LedgerReader(path)
    with reader:
        reader.understand(is_type=lambda word: False)
        items = list(reader.unread())
    rows = [cleaned(item.row, zone=ZONE, from_table=True) for item in items if isinstance(item, LedgerRow)]
    rejected = [item for item in items if isinstance(item, RejectedRow)]
    assert sum(s.read for s in reader.sheets) == len(items) + sum(s.blank for s in reader.sheets)
    return rows, rejected, reader


@pytest.mark.parametrize("office", OFFICES, ids=lambda office: office.__name__)
def test_each_row_of_an_office_says_who_was_asked_about_and_when(
    office: Callable[[Path], Path], tmp_path: Path
) -> None:
    name, ids, asked, answered = OFFICES[office]
    rows, rejected, _ = kept(office(tmp_path / name))
    assert [row["id"] for row in rows] == ids
    assert [row["asked_at"] for row in rows] == asked
    assert [row.get("answered_at") for row in rows] == answered
    assert [row.get("answer") is not None for row in rows] == [day is not None for day in answered]
    assert [row["subjects"] for row in rows] == [[person(0)], [person(1)]]
    assert [row["from_unit"] for row in rows] == [WUXI, WUXI]
    assert all(row["reason"] for row in rows)
    assert len(rejected) == (2 if office is printed_and_signed else 0)


def test_what_stands_beside_the_table_of_an_office_is_named(tmp_path: Path) -> None:
    _, _, reader = kept(two_halves(tmp_path / "a.xlsx"))
    assert [sheet.name for sheet in reader.left_out] == ["统计"]
    for sheet in reader.sheets:
        nobodys = any("to_unit" in note for note in map(english, sheet.notes))
        assert nobodys == ("to_unit" not in sheet.columns.values())
    _, _, without = kept(foreign_liaison(tmp_path / "c.csv"))
    assert any("nobody's to release" in note for note in map(english, without.sheets[0].notes))
    rows, _, _ = kept(said_yes(tmp_path / "b.xlsx"))
    assert [row.get("state") for row in rows] == ["是", "否"]
    assert [row.get("note") for row in rows] == ["急", None]


def test_two_people_of_one_letter_have_their_own_numbers_and_the_officer_theirs(tmp_path: Path) -> None:
    [row], _, _ = kept(one_letter_two_people(tmp_path / "a.xlsx"))
    assert row["subjects"] == [person(0), person(1)]
    assert (row["handler"], row["contact"], row["id"]) == ("钱某", "13900000001", "苏公协〔2024〕1号")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("编号 No.", "id"), ("来函日期/Date", "asked_at"), ("Name 姓名", "subjects.0.name"), ("事由 Reason", "reason"),
        ("DNA编号", None), ("QQ群名称", None),
    ],
)  # fmt: skip
def test_a_name_in_two_languages_is_what_its_chinese_half_says(header: str, field: str | None) -> None:
    assert named(header) == field
