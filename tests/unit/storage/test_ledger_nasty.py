"""Ledgers that nobody would lay out so, and offices do: each is read right, or says what it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.commands.wording import words as english
from matching.form.apart import unlisted
from storage.ledger.outcomes import outcome_of, state_of, waits
from storage.ledger.words import meaning
from storage.ledger.years import year_told
from tests.office import NAMES, WUXI, number_of, xlsx
from tests.unit.storage.test_ledger_layouts import read
from tests.unit.storage.test_ledger_ten_layouts import ZONE, A, B, C, told
from workflow.ledger.clean import cleaned

HEAD = ["编号", "来函单位", "来函日期", "姓名", "身份证号", "事由", "回函日期", "回函内容"]


def row(place: int, **changed: Any) -> list[Any]:
    values = [
        f"甲{place}",
        WUXI,
        f"2024-03-0{place}",
        NAMES[place],
        number_of(place),
        "诈骗案",
        "2024-03-11",
        "属实",
    ]
    return list((dict(zip(HEAD, values, strict=True)) | changed).values())


# --- tables side by side


@pytest.mark.parametrize("gap", [[], [""], ["", ""]])
def test_tables_side_by_side_are_read_one_after_the_other(tmp_path: Path, gap: list[str]) -> None:
    """As one table, the second request would be a part of the first, with the answer of the first."""
    rows = [["发函台账"], HEAD + gap + HEAD, row(1) + gap + row(2), row(3) + gap]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert found.ids == ["甲1", "甲3", "甲2"] and not found.rejected
    assert [[one["name"] for one in people] for people in found.column("subjects")] == [
        [NAMES[1]], [NAMES[3]], [NAMES[2]],
    ]  # fmt: skip
    second = "ABCDEFGHIJKLM"[len(HEAD + gap)]
    assert [(sheet.name, sheet.read, sheet.blank) for sheet in found.sheets] == [
        ("台账", 2, 0), (f"台账!{second}", 2, 1),
    ]  # fmt: skip
    assert all("side by side" in " ".join(map(english, sheet.notes)) for sheet in found.sheets)


def test_a_cell_of_the_second_table_is_named_as_it_stands_in_the_sheet(tmp_path: Path) -> None:
    rows = [[*HEAD, "", *HEAD], [*row(1), "", *row(2, 身份证号="#REF!")]]
    [refused] = read(xlsx(tmp_path / "a.xlsx", {"台账": rows})).rejected
    assert "cell N2" in english(refused.reason)


@pytest.mark.parametrize(
    "beside",
    [
        ["月份", "件数", "办结率"],  # a statistic
        ["回函日期", "回函单位", "承办人"],  # the other half of one table
        ["姓名", "身份证号"],  # the next person
    ],
)
def test_what_is_no_table_of_its_own_stays_with_the_row(tmp_path: Path, beside: list[str]) -> None:
    rows = [[*HEAD, "", *beside], [*row(1), "", *(["x"] * len(beside))]]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": rows}))
    assert found.ids == ["甲1"] and len(found.sheets) == 1


# --- printed pages, lists in cells, one column for name and number


def test_a_header_that_comes_again_is_blank_however_it_is_spaced(tmp_path: Path) -> None:
    again = ["编 号", "来函单位", "来函\n日期", "姓  名", *HEAD[4:]]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": [HEAD, row(1), again, row(2)]}))
    assert found.ids == ["甲1", "甲2"] and not found.rejected and found.sheets[0].blank == 1


@pytest.mark.parametrize(
    "listed",
    [
        "1、{}\n2、{}",
        "1.{}\n2.{}",
        "①{}②{}",
        "（1）{}；（2）{}",
        "1）{} 2）{}",
        "- {}\n- {}",
        "一、{}\n二、{}",
        "1 {}\n2 {}",
    ],
)
def test_people_and_numbers_of_a_list_are_told_apart(tmp_path: Path, listed: str) -> None:
    people = row(1, 姓名=listed.format(A[0], B[0]), 身份证号=listed.format(A[1], B[1]))
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": [HEAD, people]}))
    assert told(found) == [("甲1", "2024-03-01", "2024-03-11", [A, B])]


@pytest.mark.parametrize(
    "text", ["86 13812345678\n86 13912345678", "2、甲\n3、乙", "1、甲", "甲1、乙2", "12.5\n13.5", "甲 - 乙"]
)
def test_what_is_no_list_stays_as_it_is(text: str) -> None:
    assert unlisted(text) == text


@pytest.mark.parametrize(
    "header", ["姓名及身份证号码", "姓名、身份证号", "协查对象姓名及身份证号", "姓名身份证"]
)
@pytest.mark.parametrize("cell", ["1、{0} {1}\n2、{2} {3}", "{0}{1}，{2}{3}", "{0}（{1}）、{2}（{3}）"])
def test_names_and_numbers_may_stand_in_one_column(tmp_path: Path, header: str, cell: str) -> None:
    head = [header if name == "姓名" else name for name in HEAD if name != "身份证号"]
    cells = ["甲1", WUXI, "2024-03-01", cell.format(*A, *B), "诈骗案", "2024-03-11", "属实"]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": [head, cells]}))
    assert told(found) == [("甲1", "2024-03-01", "2024-03-11", [A, B])]


def test_headings_may_count_the_people(tmp_path: Path) -> None:
    head = ["编号", "来函日期", "姓名1", "身份证号1", "姓名2", "身份证号（2）", "事由"]
    found = read(xlsx(tmp_path / "a.xlsx", {"台账": [head, ["甲1", "2024-03-01", *A, *C, "诈骗案"]]}))
    assert told(found)[0][3] == [A, C]
    assert meaning("备注1") is None and meaning("姓名10") is None


def test_a_number_beside_a_number_is_not_dropped() -> None:
    for text in (f"{A[1]}(13812345678)", f"{A[1]}/13812345678"):
        given = {"subjects": [{"name": A[0], "ids": {"cn_id": text}}]}
        assert "13812345678" in str(cleaned(given, zone=ZONE, from_table=True)), text
    alone = {"subjects": [{"name": A[0], "ids": {"cn_id": f"{A[1]}(本人)"}}]}
    assert cleaned(alone, zone=ZONE, from_table=True)["subjects"][0]["ids"] == {"cn_id": A[1]}


@pytest.mark.parametrize("header", ["人员及证件", "被查人员及身份证号", "嫌疑人姓名、证件号码"])
def test_people_may_stand_with_their_papers_under_any_word_for_them(header: str) -> None:
    assert meaning(header) == "subjects.0.name"


def test_what_a_column_of_a_strange_name_holds_is_proposed_by_its_cells(tmp_path: Path) -> None:
    """The one who handled them all is none of whom it is about; a name with its number is no answer."""
    head = ["编号", "来函日期", "何人何证", "交由谁办"]
    rows = [[f"甲{at}", "2024-03-01", f"{NAMES[at]} {number_of(at)}", "钱某"] for at in range(4)]
    [sheet] = read(xlsx(tmp_path / "a.xlsx", {"台账": [head, *rows]})).sheets
    assert sheet.perhaps == [("何人何证", "subjects.0.name"), ("交由谁办", "handler")]


def test_a_state_that_stands_alone_beside_a_day_is_the_answer(tmp_path: Path) -> None:
    head = ["编号", "来函日期", "姓名", "办结日期", "情况"]
    rows = [["甲1", "2024-03-01", A[0], "2024-03-03", "已核实"], ["甲2", "2024-03-01", B[0], "", "正在办理"]]
    first, second = read(xlsx(tmp_path / "a.xlsx", {"台账": [head, *rows]})).rows
    assert (first["answer"], first["state"]) == ("已核实", "已核实")
    assert "answer" not in second and second["state"] == "正在办理"


# --- traditional characters, forms of the web


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("辦理中", "accepted"), ("未回覆", "open"), ("尚未回覆", "open"), ("未獲回覆", "open"), ("已辦結", "closed"),
        ("已撤銷", "cancelled"), ("退回補充", "returned"), ("駁回", "unapproved"),
        ("TRUE", "answered"), ("FALSE", "open"),
    ],
)  # fmt: skip
def test_states_in_traditional_characters_and_of_forms_are_known(text: str, state: str) -> None:
    assert state_of(text) == state


def test_who_has_not_answered_in_traditional_characters_has_not_answered(tmp_path: Path) -> None:
    head = ["編號", "來函單位", "來函日期", "姓名", "身份證號碼", "案由", "覆函日期", "辦理情況"]
    rows = [
        ["繁1", WUXI, "2024年3月1日", *A, "詐騙案", "", "辦理中"],
        ["繁2", WUXI, "2024年3月1日", *B, "詐騙案", "2024年3月5日", "查無此人"],
    ]
    found = read(xlsx(tmp_path / "a.xlsx", {"臺賬": [head, *rows]}))
    assert found.rows[0]["state"] == "辦理中" and "answer" not in found.rows[0]
    assert found.rows[1]["outcome"] == "查無此人" and outcome_of("查無此人") == "nothing"
    assert waits("未覆") == "open" and waits("無犯罪記錄") is None


# --- days without a year


@pytest.mark.parametrize(
    ("titles", "sheet", "file", "year", "month"),
    [
        (["2024年1月协查台账"], "1月", "x", 2024, 1), ([], "3月", "2024年台账", 2024, 3), ([], "2024", "x", 2024, None),
        (["台账（2024年度）", "填报日期：2025年1月5日"], "一", "x", 2024, None),
        ([], "2024年", "2025年台账", 2024, None),
        ([], "一", "台账2024-01", 2024, 1),
    ],
)  # fmt: skip
def test_the_year_of_a_sheet_is_what_its_title_its_name_or_the_files_tells(
    titles: list[str], sheet: str, file: str, year: int, month: int | None
) -> None:
    found = year_told(titles, sheet, file)
    assert found is not None and (found.year, found.month) == (year, month)


@pytest.mark.parametrize(
    ("titles", "sheet", "file"),
    [
        (["填报日期：2025年1月5日"], "一", "台账20240105"), (["2023-2024年台账"], "一", "2024"),
        (["2023年度"], "2024年", "x"),
        (["2024年1月"], "2月", "x"), ([], "一", "台账2024-2025"), ([], "1月", "台账"),
    ],
)  # fmt: skip
def test_where_it_may_be_two_or_the_day_of_filling_in_there_is_none(
    titles: list[str], sheet: str, file: str
) -> None:
    assert year_told(titles, sheet, file) is None


def test_sheets_of_months_have_the_year_of_the_file(tmp_path: Path) -> None:
    days = [row(1, 来函日期="1月5日", 回函日期="2月9日"), row(2, 来函日期="12月28日"), row(3, 来函日期="1.6")]
    found = read(xlsx(tmp_path / "2024年协查台账.xlsx", {"1月": [HEAD, *days]}))
    asked = [cleaned(one, zone=ZONE, from_table=True).get("asked_at") for one in found.rows]
    assert asked == ["2024-01-05", "12月28日", "1.6"], "one of December may be of the year before"
    assert cleaned(found.rows[0], zone=ZONE, from_table=True)["answered_at"] == "2024-02-09"
    assert "days without a year are of 2024" in " ".join(map(english, found.sheets[0].notes))
    other = read(xlsx(tmp_path / "台账.xlsx", {"1月": [HEAD, days[0]]}))
    assert other.column("asked_at") == ["1月5日"], "nothing tells the year: the row is refused"


def test_a_row_that_names_the_unit_asked_keeps_it(tmp_path: Path) -> None:
    head = [*HEAD, "收函单位"]
    book = xlsx(tmp_path / "a.xlsx", {"台账": [head, [*row(1), "昆山市公安局"], [*row(2), ""]]})
    found = read(book, given={"to_unit": "=常州市公安局"})
    assert found.column("to_unit") == ["昆山市公安局", "常州市公安局"]
    assert "put to 常州市公安局" in " ".join(map(english, found.sheets[0].notes))
