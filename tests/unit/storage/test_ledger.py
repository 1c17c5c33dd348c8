from __future__ import annotations

import csv
import io
import json
import random
import re
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands.wording import words as english
from storage.ledger.cells import text_of
from storage.ledger.columns import PART_LABELS, guard, label_of, unguard
from storage.ledger.fields import COLUMNS, LABELS
from storage.ledger.header import named
from storage.ledger.reading import (
    LedgerReader,
    LedgerRow,
    LedgerUnfit,
    LedgerUnreadable,
    RawLine,
    RejectedRow,
    read_jsonl,
)
from storage.ledger.write import Form, LedgerWriter, form_of

FORMS: tuple[Form, ...] = ("jsonl", "csv", "xlsx")
ROW: dict[str, Any] = {
    "id": "legacy-000123",
    "type": "household",
    "from_unit": "无锡市公安局",
    "to_unit": "昆山市公安局",
    "subjects": [
        {"kind": "person", "name": "张三", "ids": {"cn_id": "320583199001010010", "phone": "13812345678"}}
    ],
    "case": "A3205834500002026010001",
    "period": ["2026-02-01", "2026-02-28"],
    "reason": "诈骗案嫌疑人户籍核实",
    "asked_at": "2026-03-01T09:00:00+08:00",
    "answered_at": "2026-03-02T10:00:00+08:00",
    "answer": "已核实，户籍地址……",
    "outcome": "found",
    "state": "answered",
}


def invented(number: int) -> dict[str, Any]:
    """A row as a bureau's old records could hold it, with all the awkward values that there are."""
    dice = random.Random(number)
    row: dict[str, Any] = {
        "id": f"legacy-{number:06}",
        "type": dice.choice(["household", "车辆核查", "witness"]),
    }
    row["from_unit"], row["to_unit"] = dice.sample(["无锡市公安局", "昆山市公安局", "Suzhou, PSB", "常州"], 2)
    row["subjects"] = [
        {
            "kind": dice.choice(["person", "vehicle", "account"]),
            "name": dice.choice(["张三", "O'Neil; Kate", "=cmd|' /C calc'!A0", "欧阳\n娜娜", "-"]),
            "ids": {
                sort: f"{dice.randrange(10**17, 10**18)}"
                for sort in dice.sample(["cn_id", "phone", "plate", "passport"], dice.randrange(1, 4))
            },
        }
        for _ in range(dice.choice([0, 1, 1, 1, 2, 5]))
    ]
    if dice.random() < 0.5:
        row["subjects"].append({"kind": "person", "name": "李*", "ids": {"cn_id": "320583********0010"}})
    if dice.random() < 0.5:
        row["period"] = ["2026-02-01", "2026-02-28"]
    if dice.random() < 0.7:
        row["case"] = f"A32058345{number:014}"
    row["reason"] = dice.choice(
        ["核实", '他说："好"', "+86 13812345678", "a,b;c\td", "@all", "第一行\r\n第二行"]
    )
    row["asked_at"] = f"2026-03-{dice.randrange(1, 29):02}T09:00:00+08:00"
    if dice.random() < 0.8:
        row |= {"answered_at": "2026-04-01T10:00:00+08:00", "answer": "查。" * dice.randrange(1, 900)}
        row |= {"outcome": dice.choice(["found", "partly", "nothing found"]), "state": "answered"}
    return row


def write(path: Path, form: Form, rows: list[dict[str, Any]], *, chinese: bool = False) -> Path:
    with LedgerWriter(path, form, chinese=chinese) as writer:
        for row in rows:
            writer.write(row)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    items = list(LedgerReader(path))
    assert [item for item in items if isinstance(item, RejectedRow)] == []
    return [item.row for item in items if isinstance(item, LedgerRow)]


def table(path: Path, *rows: list[str], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_a_thousand_rows_out_and_in_are_equal(tmp_path: Path, form: Form, chinese: bool) -> None:
    rows = [invented(number) for number in range(1000)]
    assert read(write(tmp_path / f"ledger.{form}", form, rows, chinese=chinese)) == rows


# Half characters cannot be written as UTF-8, and XML 1.0 has no way to hold the two last code points.
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=12)
AWKWARD = st.sampled_from(
    [
     "", "null", '""', '"null"', '"a"', "{}", "[]", "[1]", "{", "'", "''", "'=1", "''=1", "=1", "+1",
     "-", "@a", "\t", "\r", "\r\n", "\n", " a ", "_x000D_", "_x0041_", "..", "a..b", "true", "1e5", "张三"]
)  # fmt: skip
#: A text that looks like a rounded number or an error is refused, which has tests of its own.
CELL = (TEXT | AWKWARD).filter(lambda text: text_of(text, "reason") == text)
VALUE = st.none() | CELL | st.lists(CELL, max_size=2) | st.dictionaries(CELL, CELL, max_size=2)
SUBJECT = st.fixed_dictionaries(
    {},
    optional={"kind": CELL, "name": CELL, "ids": st.dictionaries(st.sampled_from(["cn_id", "imei"]), CELL)},
)
#: Without an id and a time of asking it is no row of a ledger.
ROWS = st.fixed_dictionaries(
    {"id": st.builds("1{}".format, CELL), "asked_at": st.builds("2{}".format, CELL)},
    optional={
        "subjects": st.lists(SUBJECT, max_size=3) | VALUE,
        "period": st.lists(st.none() | st.just("2026-02-01") | CELL, min_size=2, max_size=2) | VALUE,
        "reason": CELL | st.none(),
        "state": CELL,
        "colour": VALUE,
    },
)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=4, unique_by=lambda row: str(row["id"])))
def test_any_text_in_any_column_comes_back_equal(
    tmp_path: Path, form: Form, rows: list[dict[str, Any]]
) -> None:
    back = read(write(tmp_path / f"ledger.{form}", form, rows))
    if form == "xlsx":  # which has a sheet for each year
        back, rows = (sorted(some, key=lambda row: str(row["id"])) for some in (back, rows))
    assert back == rows


def test_a_workbook_has_a_sheet_for_each_year_and_is_read_back_equal(tmp_path: Path) -> None:
    rows = [
        ROW | {"id": f"{year}-{n}", "asked_at": f"{year}-03-0{n + 1}T09:00:00+08:00"}
        for year in (2025, 2026)
        for n in range(3)
    ]
    path = write(tmp_path / "a.xlsx", "xlsx", rows, chinese=True)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["2025", "2026"]
    assert all(sheet.freeze_panes == "A2" and sheet.max_row == 4 for sheet in book.worksheets)
    assert read(path) == rows


@given(CELL)
def test_no_guarded_text_begins_like_a_formula(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_formula_is_written_as_harmless_text(tmp_path: Path, form: Form) -> None:
    path = write(tmp_path / f"ledger.{form}", form, [{"id": "1", "reason": '=HYPERLINK("http://x","y")'}])
    if form == "csv":
        assert "'=HYPERLINK" in path.read_text("utf-8-sig")
    else:
        cell = openpyxl.load_workbook(path).worksheets[0]["B2"]
        assert (cell.data_type, cell.value[:2]) == ("s", "'=")


def test_csv_begins_with_the_mark_that_excel_needs(tmp_path: Path) -> None:
    assert write(tmp_path / "a.csv", "csv", [ROW]).read_bytes().startswith(b"\xef\xbb\xbfid,type,from_unit")


def test_columns_stand_in_the_order_of_the_contract(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "csv", [{"colour": "red"} | ROW])
    header, _, _ = path.read_bytes().decode("utf-8-sig").partition("\r\n")
    assert header == (
        "id,type,from_unit,to_unit,subjects.0.kind,subjects.0.name,subjects.0.ids.cn_id,subjects.0.ids.phone,"
        "case,period,reason,asked_at,answered_at,answer,outcome,state,colour"
    )


def test_every_column_has_a_chinese_label_that_is_read_back() -> None:
    columns = [*COLUMNS, *(f"subjects.1.{part}" for part in PART_LABELS)]
    assert [named(label_of(column)) for column in columns if column != "outcome"] == [
        column for column in columns if column != "outcome"
    ]
    assert named(label_of("outcome")) == "result", "told by its cells"
    assert all(not label_of(column).isascii() for column in columns)
    labels = [*LABELS.values(), label_of("subjects"), *PART_LABELS.values()]
    assert len(labels) == len(set(labels))


def test_a_plain_chinese_table_is_understood(tmp_path: Path) -> None:
    path = table(
        tmp_path / "旧台账.csv",
        ["编号", "事项", "申请单位", "协作单位", "姓名", "身份证号", "手机号码", "事 由", "起止时间", "答复"],
        ["1", "户籍", "无锡", "昆山", "张三", "320583199001010010", "", "核实", "2026-02-01..2026-02-28", ""],
        encoding="gbk",
    )  # fmt: skip
    assert read(path) == [
        {
            "id": "1", "type": "户籍", "from_unit": "无锡", "to_unit": "昆山",
            "subjects": [{"name": "张三", "ids": {"cn_id": "320583199001010010"}}],
            "reason": "核实", "period": ["2026-02-01", "2026-02-28"],
        }
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_delimiters_that_excel_writes(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = table(tmp_path / "a.csv", ["id", "reason"], ["1", "户籍"], encoding=encoding, delimiter=delimiter)
    assert read(path) == [{"id": "1", "reason": "户籍"}]


def test_unknown_columns_are_named_and_kept(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["id", "颜色", "reason"], ["1", "红", "x"])
    reader = LedgerReader(path)
    assert [item.row for item in reader if isinstance(item, LedgerRow)] == [
        {"id": "1", "颜色": "红", "reason": "x"}
    ]
    assert reader.unknown == ["颜色"]


def test_unknown_keys_of_json_lines_are_named_once(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", "jsonl", [{"id": "1", "colour": 1}, {"id": "2", "colour": 2, "size": 3}]
    )
    reader = LedgerReader(path)
    assert len(list(reader)) == 2
    assert reader.unknown == ["colour", "size"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": NaN}', "NaN is not JSON"),
        (b'{"id": "1", "id": "2"}', "'id' stands in it twice"),
        (b'{"id": "1", "id" : "2"}', "'id' stands in it twice"),
        (b'{"id" :"1","id":"2"}', "'id' stands in it twice"),
        (b'{"id":"1","a":[{"b":{"c":1,"c":2}}]}', "'c' stands in it twice"),
        (b'{"i\\u0064":"1","id":"2"}', "'id' stands in it twice"),
        (b'{"a":"\\":","a":1}', "'a' stands in it twice"),
        ('{"id": "户"}'.encode("gbk"), "not UTF-8"),
        (b'{"id": "\\ud800"}', "half a character"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a": "' + b"x" * 10_000_001 + b'"}', "longer than"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_others_are_read(line: bytes, reason: str) -> None:
    items = list(read_jsonl(io.BytesIO(b'{"id": "1"}\n\n' + line + b'\n{"id": "4"}')))
    assert [item.line for item in items] == [1, 3, 4]
    assert isinstance(items[1], RejectedRow)
    assert reason in english(items[1].reason)


def test_a_csv_row_with_too_many_cells_is_rejected_with_its_line(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["id", "reason"], ["1", "two\nlines"], ["2", "b", "c"], [], ["3"])
    items = list(LedgerReader(path))
    assert [(item.line, type(item)) for item in items] == [(2, LedgerRow), (4, RejectedRow), (6, LedgerRow)]
    assert isinstance(items[1], RejectedRow)
    assert (english(items[1].reason), items[1].text) == ("3 cells under 2 columns", "2 | b | c")


def test_an_identifier_that_excel_rounded_is_rejected_not_guessed(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["id", "身份证号"], ["1", "3.20583E+17"])
    (item,) = LedgerReader(path)
    assert isinstance(item, RejectedRow)
    assert "was rounded by a spreadsheet" in english(item.reason)


def test_numbers_dates_and_errors_of_a_spreadsheet_are_understood(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, ["id", "手机号", "asked_at"])
    sheet.write_row(1, 0, [1, 13812345678])
    sheet.write_datetime(1, 2, datetime(2026, 3, 1, 9, 30), day)
    sheet.write_row(2, 0, [2, 320583199001010010])
    sheet.write(4, 0, "4")
    sheet.write_datetime(4, 2, datetime(2026, 3, 1), day)
    sheet.write_formula(5, 0, "=1/0", None, "#DIV/0!")
    book.close()
    items = list(LedgerReader(tmp_path / "a.xlsx"))
    phone = {"id": "1", "subjects": [{"ids": {"phone": "13812345678"}}], "asked_at": "2026-03-01T09:30:00"}
    assert isinstance(items[0], LedgerRow)
    assert (items[0].line, items[0].row) == (2, phone)
    assert isinstance(items[1], RejectedRow)
    assert (items[1].line, english(items[1].reason)[:36]) == (3, "手机号: cell B3 holds a number of more ")
    assert isinstance(items[2], LedgerRow)
    assert (items[2].line, items[2].row) == (5, {"id": "4", "asked_at": "2026-03-01"})
    assert isinstance(items[3], RejectedRow)
    assert english(items[3].reason) == "id: cell A6 holds the error #DIV/0!"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"x,y\n1,2\n", "no row names the columns"),
        ("a.csv", b"id\n\xff\xff\xff\n", "neither UTF-8 nor GBK"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged workbook"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LedgerUnreadable) as refused:
        list(LedgerReader(path))
    assert re.search(reason, english(refused.value.why))


def test_other_kinds_of_file_are_refused_by_name() -> None:
    assert form_of(Path("A.XLSX")) == "xlsx"
    with pytest.raises(LedgerUnreadable) as refused:
        form_of(Path("a.pdf"))
    assert ".jsonl, .csv or .xlsx" in english(refused.value.why)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_fails_leaves_the_old_file_as_it_was(tmp_path: Path, form: Form) -> None:
    path = write(tmp_path / f"a.{form}", form, [ROW])
    before = path.read_bytes()

    def fail() -> None:
        with LedgerWriter(path, form) as writer:
            writer.write(ROW)
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_an_answer_too_long_for_a_cell_fails_loudly(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnfit) as refused:
        write(tmp_path / "a.xlsx", "xlsx", [{"id": "1", "answer": "x" * 32_768}])
    assert english(refused.value.why) == "answer of row 1 is too long for a cell: write jsonl or csv"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_no_rows_make_a_file_that_is_read_as_no_rows(tmp_path: Path, form: Form) -> None:
    assert read(write(tmp_path / f"a.{form}", form, [])) == []


@pytest.mark.parametrize("form", FORMS)
def test_rows_go_to_an_open_stream_as_well(tmp_path: Path, form: Form) -> None:
    stream = io.BytesIO()
    with LedgerWriter(stream, form) as writer:
        writer.write(ROW)
    path = tmp_path / "copy"
    path.write_bytes(stream.getvalue())
    assert read(path) == [ROW]


def test_memory_stays_bounded_however_long_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    tracemalloc.start()  # which makes everything slow: few rows, but long ones
    with LedgerWriter(path, "csv") as writer:
        for number in range(2_000):
            writer.write({"id": str(number), "reason": f"{number:04} " * 1000})
    assert sum(1 for _ in LedgerReader(path)) == 2_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The file has 10 MB; 8 MB of it may wait in memory for the header to be known.
    assert path.stat().st_size > 7_000_000
    assert peak < 30_000_000


def test_times_in_the_rows_are_left_as_they_are(tmp_path: Path) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC).isoformat()
    assert read(write(tmp_path / "a.csv", "csv", [{"id": "1", "asked_at": at}])) == [
        {"id": "1", "asked_at": at}
    ]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(), _VALUES, max_size=4),
    st.booleans(),
    st.sampled_from([None, (",", ":"), (" , ", " : ")]),
)
def test_every_object_of_json_is_read_as_it_was_written(
    row: dict[str, object], ascii_only: bool, separators: tuple[str, str] | None
) -> None:
    raw = json.dumps(row, ensure_ascii=ascii_only, separators=separators).encode()
    assert RawLine(line=1, raw=raw).read() == LedgerRow(line=1, row=row)
