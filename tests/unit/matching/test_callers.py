"""Where whoever writes is to be called is no subject of theirs, in whatever words, in a sentence and in a field."""

from __future__ import annotations

import pytest

from matching.form.form import read
from matching.identifiers.callers import callers, is_called
from matching.identifiers.identifiers import scan
from matching.identifiers.mentions import complete
from matching.identifiers.values import Subject

ID, THEIRS, MINE = "341226199511286114", "13812345678", "13912340001"

#: A number of the writer's, as people give it.
OWN = [
    f"联系我{MINE}",
    f"有事打我电话{MINE} 林小满",
    f"有事联系{MINE}",
    f"有结果打{MINE}",
    f"查到了请发我手机{MINE}",
    f"结果反馈给我{MINE}",
    f"回电{MINE}",
    f"请回电话到{MINE}",
    f"我的手机{MINE}",
    f"我手机号是{MINE}",
    f"我们所电话：{MINE}",
    f"打电话给我{MINE}",
    f"{MINE}联系我",
    f"{MINE}是我的手机",
    f"{MINE}（我的电话）",
    f"我是无锡市局林小满，电话{MINE}",
    f"我叫林小满 {MINE}",
    f"call me {MINE}",
    f"Call me back on {MINE}",
    f"reach me at {MINE}",
    f"text me on {MINE}",
    f"my mobile is {MINE}",
    f"my number: {MINE}",
    f"I can be reached at {MINE}",
    f"results to {MINE}",
    f"any questions, {MINE}",
    f"this is Lin Xiaoman, phone {MINE}",
    f"{MINE} is my number",
    f"谢谢，林小满 {MINE}",
    f"Thanks, Lin Xiaoman {MINE}",
    f"联系人：林小满 {MINE}",
]
#: A number that is the subject's, though words of calling stand near it.
THEIR_OWN = [
    f"机主{THEIRS}",
    f"号码{THEIRS}",
    f"接到来电{THEIRS}后被骗",
    f"请告诉我们{THEIRS}的机主",
    f"发我{THEIRS}的机主信息",
    f"他的手机{THEIRS}",
    f"嫌疑人联系电话{THEIRS}",
    f"subscriber of {THEIRS}",
    f"call records of {THEIRS}",
    f"the caller used {THEIRS}",
]


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in callers(text, scan(text))]


@pytest.mark.parametrize("words", OWN)
def test_what_says_whom_to_call_is_found(words: str) -> None:
    text = f"查户籍{ID}，{words}"
    assert MINE in " ".join(told(text))
    assert ID not in " ".join(told(text))


@pytest.mark.parametrize("words", THEIR_OWN)
def test_a_number_that_is_asked_about_is_nobody_to_call(words: str) -> None:
    assert not told(f"{words}，涉诈")


@pytest.mark.parametrize("words", OWN)
def test_it_is_no_number_of_the_subject_in_a_field(words: str) -> None:
    form = read(f"户籍\n致：昆山\n对象：王海波 {ID}，{words}\n事由：诈骗")
    assert [(s.name, [i.value for i in s.ids]) for s in form.subjects] == [("王海波", [ID])]
    assert MINE in form.contact


@pytest.mark.parametrize("words", OWN)
def test_it_is_no_number_of_the_subject_in_the_reason(words: str) -> None:
    [subject] = complete([Subject(kind="person", name="王海波")], f"诈骗案，{words}")
    assert not subject.ids


def test_a_name_and_number_of_somebody_else_in_the_reason_are_not_the_subjects() -> None:
    [subject] = complete([Subject(kind="person", name="王海波")], f"诈骗案\n林小满 {MINE}")
    assert not subject.ids


@pytest.mark.parametrize(
    "label",
    ["我的手机", "我电话", "回电", "回电号码", "有事联系", "Call me", "my phone", "Reach me at", "值班电话"],
)
def test_a_line_with_a_label_of_ones_own_is_the_contact(label: str) -> None:
    form = read(f"户籍\n致：昆山\n对象：王海波 {ID}\n{label}：{MINE}\n事由：诈骗")
    assert [i.value for s in form.subjects for i in s.ids] == [ID]
    assert MINE in form.contact
    assert form.reason == "诈骗"


@pytest.mark.parametrize("line", [f"谢谢！林小满 {MINE}", f"有事打我{MINE}", f"Thanks, Lin Xiaoman {MINE}"])
@pytest.mark.parametrize("last", ["事由：诈骗", "时限：3天", "对象：王海波 341226199511286114"])
def test_a_last_line_that_only_says_whom_to_call_belongs_to_no_field(line: str, last: str) -> None:
    assert is_called(line, scan(line))
    form = read(f"户籍\n致：昆山\n{last}\n{line}")
    assert MINE in form.contact
    assert MINE not in form.reason + form.due and MINE not in str(form.subjects)


def test_of_two_telephones_to_call_the_first_is_the_subjects() -> None:
    form = read(f"户籍\n致：昆山\n对象：王海波 {ID}\n联系电话：{THEIRS}\n事由：诈骗\n联系电话：{MINE}")
    assert [i.value for i in form.subjects[0].ids] == [ID, THEIRS]
    assert MINE in form.contact and THEIRS not in form.contact
    inline = read(f"户籍\n对象：王海波 {ID} 联系电话{THEIRS}，诈骗案，联系电话{MINE}")
    assert [i.value for i in inline.subjects[0].ids] == [ID, THEIRS]
    assert MINE in inline.contact


def test_people_of_a_list_keep_their_telephones() -> None:
    form = read(f"户籍\n对象：王海波 联系电话{THEIRS}、李建国 联系电话{MINE}")
    assert [(s.name, [i.value for i in s.ids]) for s in form.subjects] == [
        ("王海波", [THEIRS]),
        ("李建国", [MINE]),
    ]


def test_a_contact_ends_where_the_next_person_begins() -> None:
    form = read(f"户籍\n对象：联系人林小满{MINE}，王海波 {ID}")
    assert [(s.name, [i.value for i in s.ids]) for s in form.subjects] == [("王海波", [ID])]
    assert form.contact == f"联系人林小满{MINE}"
