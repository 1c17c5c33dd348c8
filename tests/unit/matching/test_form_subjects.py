from __future__ import annotations

import pytest

from matching.form.form import read
from matching.form.subjects import read_subjects
from tests.growth import costs_less

A, B, PHONE, PHONE_2 = "320583199001010010", "320583199001010029", "13812345678", "13912345678"

#: text: the subjects as (kind, name, numbers)
TABLE: dict[str, list[tuple[str, str, list[str]]]] = {
    f"张三 {A} {PHONE}": [("person", "张三", [A, PHONE])],
    f"{A} 张三 {PHONE}": [("person", "张三", [A, PHONE])],
    f"{PHONE}{'，'}张三": [("person", "张三", [PHONE])],
    f"张三，身份证：{A}，手机 {PHONE}": [("person", "张三", [A, PHONE])],
    f"張三，身份證號碼：{A}，手機：{PHONE}": [("person", "张三", [A, PHONE])],
    f"张三，男，汉族，1990年1月1日出生，住昆山市玉山镇，公民身份号码{A}": [("person", "张三", [A])],
    f"张三(男) ID: {A} phone {PHONE}": [("person", "张三", [A, PHONE])],
    f"张三，厨师，{A}": [("person", "张三", [A])],
    f"犯罪嫌疑人张三 {A}": [("person", "张三", [A])],
    f"张三 {A[:6]} {A[6:14]} {A[14:]}": [("person", "张三", [A])],
    f"张三 {PHONE}、{PHONE_2}": [("person", "张三", [PHONE, PHONE_2])],
    f"张三 {A}；李四 {B}": [("person", "张三", [A]), ("person", "李四", [B])],
    f"张三 {A};李四 {B}": [("person", "张三", [A]), ("person", "李四", [B])],
    f"张三 {A}\n李四 {B}": [("person", "张三", [A]), ("person", "李四", [B])],
    f"张三 {A}、李四 {B}": [("person", "张三", [A]), ("person", "李四", [B])],
    f"张三 {A}，李四 {B}": [("person", "张三", [A]), ("person", "李四", [B])],
    f"张三 {A} 李四 {B}": [("person", "张三", [A]), ("person", "李四", [B])],
    f"{A} 张三 {B} 李四": [("person", "张三", [A]), ("person", "李四", [B])],
    f"{A}、{B}": [("person", "", [A]), ("person", "", [B])],
    f"张三、李四 {B}": [("person", "张三", []), ("person", "李四", [B])],
    f"张三、李四、王五 {B}": [("person", "张三", []), ("person", "李四", []), ("person", "王五", [B])],
    "张三、李四、王五": [("person", "张三", []), ("person", "李四", []), ("person", "王五", [])],
    "张 三": [("person", "张三", [])],
    "张三": [("person", "张三", [])],
    f"张三\n身份证 {A}\n手机 {PHONE}": [("person", "张三", [A, PHONE])],
    f"张三 {A}\n{B}": [("person", "张三", [A]), ("person", "", [B])],
    f"张三 {A} A3205834500002026010001": [("person", "张三", [A])],
    f"张三 {A} {A}": [("person", "张三", [A])],
    "张* 320583********0010": [("person", "张*", ["320583********0010"])],
    "买买提·吐尔逊": [("person", "买买提·吐尔逊", [])],
    f"John Smith passport E12345678, phone {PHONE}": [("person", "JOHN SMITH", ["E12345678", PHONE])],
    "无名尸体一具": [("person", "无名尸体一具", [])],
    PHONE: [("phone", "", [PHONE])],
    f"{PHONE}、{PHONE_2}": [("phone", "", [PHONE]), ("phone", "", [PHONE_2])],
    "苏E12345": [("vehicle", "", ["苏E12345"])],
    "苏E12345；苏E67890": [("vehicle", "", ["苏E12345"]), ("vehicle", "", ["苏E67890"])],
    "银行卡 6222021234567890128": [("account", "", ["6222021234567890128"])],
    "李四，建设银行 6217001234567890123，户名李四": [("person", "李四", ["6217001234567890123"])],
    "昆山永兴科技有限公司": [("company", "昆山永兴科技有限公司", [])],
    "": [],
    " \n；": [],
}


@pytest.mark.parametrize(("text", "subjects"), TABLE.items())
def test_names_and_numbers_become_subjects(text: str, subjects: list[tuple[str, str, list[str]]]) -> None:
    found = read_subjects(text).found
    assert [(s.kind, s.name, [i.value for i in s.ids]) for s in found] == subjects


@pytest.mark.parametrize(
    ("text", "name", "plates"),
    [
        ("苏E12345 车主李四", "李四", ["苏E12345"]),
        ("苏E12345，车主：李四", "李四", ["苏E12345"]),
        ("苏E12345 黑色奥迪A6L\n车主 李四 13912345678", "李四", ["苏E12345"]),
        ("苏E12345 白色大众", "", ["苏E12345"]),
        ("苏ED12345 驾驶人 李四", "李四", ["苏ED12345"]),
        ("蘇E·12345", "", ["苏E12345"]),
    ],
)
def test_a_vehicle_has_its_plate_and_perhaps_its_owner(text: str, name: str, plates: list[str]) -> None:
    [vehicle] = read_subjects(text, kind="vehicle").found
    assert (vehicle.kind, vehicle.name) == ("vehicle", name)
    assert [i.value for i in vehicle.ids if i.kind == "plate"] == plates


def test_labelled_lines_of_one_person_are_one_subject() -> None:
    form = read(
        f"户籍\n姓名：张三\n性别：男\n身份证号：{A}\n电话：{PHONE}\n住址：昆山市玉山镇\n事由：核实\n电话：0512-57301234"
    )
    [subject] = form.subjects
    assert (subject.name, [i.value for i in subject.ids]) == ("张三", [A, PHONE])
    assert (form.reason, form.contact) == ("核实", "电话：0512-57301234")
    assert form.note == "张三：性别：男；住址：昆山市玉山镇"
    assert not form.unknown


def test_numbers_above_the_name_are_of_the_same_person() -> None:
    [subject] = read(f"户籍\n身份证：{A}\n手机：{PHONE}\n姓名：张三\n事由：x").subjects
    assert (subject.name, [i.value for i in subject.ids]) == ("张三", [A, PHONE])


def test_each_label_begins_another_subject() -> None:
    form = read(f"户籍\n人员：张三 {A}\n人员：李四 {B}\n车辆：苏E12345")
    assert [(s.kind, s.name) for s in form.subjects] == [
        ("person", "张三"),
        ("person", "李四"),
        ("vehicle", ""),
    ]


def test_a_wrong_check_digit_is_kept_and_marked() -> None:
    [subject] = read_subjects("张三 320583199001010011").found
    assert [(i.kind, i.state) for i in subject.ids] == [("cn_id", "damaged")]


@pytest.mark.parametrize("number", ["3205831990010100", "1381234567", "苏E1234"])
def test_a_number_of_no_known_kind_is_reported_and_not_dropped(number: str) -> None:
    form = read(f"户籍\n对象：张三 {number}")
    assert form.unread == (number,)
    assert form.subjects[0].name == "张三"


def test_a_long_word_is_read_in_time_that_grows_with_it() -> None:
    # Linear is eight times as much, quadratic sixty-four.
    short, long = ("wd" * n for n in (1_000, 8_000))
    assert costs_less(30, lambda: read_subjects(short), lambda: read_subjects(long))
