"""A ledger on the chat page, as an admin brings it on the first day: from the file to an answer that is used again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from playwright.async_api import Browser, expect

from tests.e2e.posts import resident_id
from tests.e2e.test_page import DESKTOP, LIN, WX, YEAR, Try, Walk, browser, try_it

__all__ = ["browser", "try_it"]  # fixtures
pytestmark = pytest.mark.browser
ADMIN = "1001"
PERSON, NUMBER = "欧阳若兰", resident_id("320583", date(1991, 5, 4), 31)


def _ledger(path: Path) -> Path:
    """As somebody keeps it in a spreadsheet program: titles, groups, a column of their own, totals below."""
    day = date.today() - timedelta(days=20)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("协查台账")
        sheet.merge_range("A1:J1", "外地来函协查登记台账")
        names = [
            "序号",
            "来函文号",
            "来函单位",
            "收函单位",
            "来函日期",
            "协查事项",
            "姓名",
            "身份证号（必填）",
            "回函日期",
            "经过",
        ]
        sheet.write_row(2, 0, names)
        dated = book.add_format({"num_format": "yyyy年m月d日"})
        for at, (person, number) in enumerate(((PERSON, NUMBER), ("司徒某", NUMBER[:-1]))):
            row = [
                at + 1,
                f"甲函{at + 1}号",
                "无锡市公安局",
                "昆山市公安局",
                None,
                "户籍证明",
                person,
                number,
            ]
            sheet.write_row(3 + at, 0, row)
            sheet.write_datetime(3 + at, 4, day, dated)
            sheet.write_datetime(3 + at, 8, day + timedelta(days=2), dated)
            sheet.write(3 + at, 9, f"已查实，{person}户籍在本市")
        sheet.write(6, 0, "制表人：钱某")
    return path


async def test_a_ledger_from_the_file_to_an_answer_that_is_reused(
    browser: Browser, try_it: Try, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    walk = await Walk.open(browser, await try_it(), "ledger-zh", DESKTOP)
    await walk.speak_as(ADMIN)
    await walk.go_to(ADMIN)
    await walk.page.get_by_text("开始", exact=True).click()
    await walk.page.get_by_test_id("file-input").set_input_files(_ledger(folder / "协查台账.xlsx"))
    await walk.page.get_by_test_id("send").click()
    preview = await walk.hears("协查台账.xlsx", "读到", "经过")
    await walk.picture("previewed")
    await preview.hover()
    await preview.get_by_test_id("reply").click()
    await walk.say("经过=答复")
    explained = await walk.hears("经过 → 答复", "1 行有校验位或位数不对的号码")
    await walk.picture("explained")
    await walk.press(explained, "导入")
    await walk.hears("已导入", "收入 2")
    await walk.picture("taken")

    await walk.speak_as(LIN)
    await walk.go_to(WX)
    await walk.say(f"#协作 户籍证明\n致：昆山\n对象：{PERSON} {NUMBER}\n事由：诈骗案核实户籍")
    offer = await walk.hears(f"WX{YEAR}-0001", "复用 甲函1号")
    await walk.picture("offered")
    await walk.press(offer, "复用 甲函1号")
    await walk.hears(f"WX{YEAR}-0001", "已反馈", "复用")
    await walk.picture("reused")

    await walk.speak_as(ADMIN)
    await walk.go_to(ADMIN)
    await walk.press(walk.said("已导入"), "撤回")
    undone = await walk.hears("已撤回", "删去 1 行", "甲函1号")
    await expect(undone).to_be_visible()
    await walk.picture("taken-back")
    walk.end()
