"""Posts in sentences, in both languages: what can be told is filled in, only what is wanting or doubtful is asked."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.settings.model import Settings
from bot.settings.policy import policy_of
from matching.form.free import wishes
from matching.form.marker import marker
from storage.tables.models import Unit
from workflow.kernel.parts import Part
from workflow.organisation.units import Units
from workflow.request.reading import Reading, understand

SENT = datetime.fromisoformat("2026-11-27T10:00:00+08:00")
#: ``ask``: the fields that are asked for; everything else that is named must have been read, and nothing more.
SENTENCES = [
    json.loads(line) for line in (Path(__file__).parent / "sentences.jsonl").read_text("utf-8").splitlines()
]
UNITS = (
    ("SZ", "苏州市公安局", ["苏州", "苏州市局", "Suzhou PSB", "Suzhou"], None),
    ("KS", "昆山市公安局", ["昆山", "昆山市局", "Kunshan PSB", "Kunshan"], 1),
    ("WX", "无锡市公安局", ["无锡", "无锡市局", "Wuxi PSB", "Wuxi"], None),
    ("CZ", "常州市公安局", ["常州", "常州市局", "Changzhou PSB", "Changzhou"], None),
)
STATION = ("ZQ", "周庄派出所", ["周庄派出所"], 2)


def units(*more: tuple[str, str, list[str], int | None]) -> Units:
    return Units(
        all=[
            Unit(id=number, code=code, name=name, aliases=aliases, kind="police", parent_id=parent)
            for number, (code, name, aliases, parent) in enumerate((*UNITS, *more), start=1)
        ]
    )


@cache
def policy() -> Any:
    return policy_of(Settings(), "desk_bot")


def read(text: str, *, known: Units | None = None) -> Reading:
    marked = marker(text, bot_username="desk_bot")
    assert marked is not None, "the post has lost its marker"
    part = Part(text=marked.rest, sent=SENT)
    return understand([part], policy=policy(), units=known or units(), own=3, sent=SENT, now=SENT)


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["text"][:40])
def test_a_sentence_says_what_a_careful_person_reads_in_it(case: dict[str, Any]) -> None:
    reading = read(case["text"])
    asked = {problem.field for problem in reading.problems}
    pressing = {"ground"} if reading.urgency == "flash" else set()  # which no sentence says
    assert asked == set(case.get("ask", ())) | pressing
    if "type" not in asked:
        assert reading.type == case["type"]
    if "to" not in asked:
        assert [unit.code for unit in reading.to] == case["to"]
    got = [(s.name, {one.kind: one.value for one in s.ids}) for s in reading.subjects]
    assert got == [(s["name"], s["ids"]) for s in case["subjects"]]
    if "due" not in asked:
        due = reading.due.isoformat()[:16] if reading.due else ""
        assert any(due.startswith(day) for day in case["due"]) if "due" in case else not due
    assert [str(day) for day in reading.period or ()] == case.get("period", [])
    assert reading.urgency == case.get("urgency", "normal")
    assert case.get("reason", "") in reading.form.reason
    assert bool(reading.form.reason) == ("reason" in case)
    assert reading.form.case == case.get("case", "")
    kept = f"{reading.form.note}\n{reading.form.contact}"
    assert all(word in kept for word in case.get("keep", ()))


def test_a_station_that_is_a_unit_itself_is_asked_itself() -> None:
    text = "#协作 请昆山市公安局周庄派出所查一下陈望舒320583199204080027的户籍，诈骗案"
    assert [unit.code for unit in read(text).to] == ["KS"]
    assert [unit.code for unit in read(text, known=units(STATION)).to] == ["ZQ"]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("苏州昆山千灯所", ["KS"]),
        ("昆山看守所、常州武进分局湖塘派出所", ["KS", "CZ"]),
        ("Kunshan PSB Huaqiao Police Station", ["KS"]),
        ("苏州工业园区分局", ["YQ"]),
        ("苏州园区分局", []),
        ("花桥派出所", []),
        ("昆山律师事务所", []),
        ("昆山公交公司", []),
    ],
)
def test_an_office_is_asked_of_its_unit_unless_it_may_be_anothers(given: str, asked: list[str]) -> None:
    park = ("YQ", "苏州工业园区公安局", ["苏州工业园区", "苏州工业园区分局"], 1)
    text = f"#协作 户籍证明\n致：{given}\n对象：陈望舒 320583199204080027\n事由：诈骗案"
    reading = read(text, known=units(park))
    assert [unit.code for unit in reading.to] == asked
    assert bool(asked) == (not reading.problems)


@pytest.mark.parametrize(
    "place",
    [
        "住昆山的",
        "昆山人",
        "在昆山落脚的",
        "户籍地为昆山的",
        "农业银行昆山支行的",
        "昆山路上的",
        "去了昆山的",
    ],
)
def test_a_place_is_not_who_is_asked(place: str) -> None:
    reading = read(f"#协作 查一下{place}陈望舒320583199204080027的户籍，诈骗案")
    assert reading.to == ()
    problem = next(one for one in reading.problems if one.field == "to")
    assert [choice.value for choice in problem.choices] == [2], "it is offered, and never taken"


def test_another_place_does_not_take_from_who_is_asked() -> None:
    reading = read("#协作 请常州查一下家住昆山的陈望舒320583199204080027的户籍，诈骗案")
    assert [unit.code for unit in reading.to] == ["CZ"]
    assert "昆山" in reading.form.note


def test_labels_stand_against_sentences() -> None:
    reading = read(
        "#协作 麻烦昆山帮查户籍，明天要\n致：常州\n对象：陈望舒 320583199204080027\n事由：诈骗案\n时限：3天"
    )
    assert [unit.code for unit in reading.to] == ["CZ"]
    assert reading.due is not None and reading.due.isoformat()[:16] == "2026-11-30T10:00"
    assert reading.type == "household"


def test_what_no_kind_has_is_repeated() -> None:
    reading = read("#协作 请昆山查陈望舒320583199204080027户籍，诈骗案，另有77889912345X6")
    assert any(hint.key == "hint.unread" and "77" in str(hint.params["given"]) for hint in reading.hints)


def test_what_was_read_is_shown_while_more_is_asked_and_masked() -> None:
    reading = read("#协作 昆山的同志帮查一下陈望舒的户籍，身份证320583199204080027")
    assert [problem.field for problem in reading.problems] == ["reason"]
    shown = str(reading.told)
    assert "昆山市公安局" in shown and "320583********0027" in shown
    assert "陈望舒" not in shown and "320583199204080027" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "KS26-0042 麻烦看一下",
        "请大家查收邮件 a@b.com",
        "需要加班的报一下，电话13812345678",
        "已查，杜若飞341226198803124518户籍在花桥镇",
        "上午查的341226198803124518结果出来了，谢谢帮忙",
        "麻烦哪位把苏E12345挪一下车",
        "帮我充话费13812345678 50块",
    ],
)
def test_talk_about_a_number_is_no_wish_for_a_request(text: str) -> None:
    assert not wishes(text)


@pytest.mark.parametrize(
    "text",
    ["帮忙查一下341226198803124518的户籍", "麻烦看一下苏E5T301车主", "pls check 341226198803124518"],
)
def test_who_asks_for_a_look_into_records_is_offered_a_request(text: str) -> None:
    assert wishes(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("#协作 昆山的同志帮查陈志远320583198803152411户籍，诈骗案，如果能特急最好", "特急"),
        (
            "#request Kunshan PSB: household of Ma Qiang, ID 341226199511286114, assault, urgent if possible",
            "urgent",
        ),
    ],
)
def test_haste_that_is_only_wished_for_is_said_back(text: str, word: str) -> None:
    reading = read(text)
    assert reading.urgency == "normal"
    assert [hint.params["given"] for hint in reading.hints if hint.key == "hint.wished"] == [word]


def test_a_tail_of_no_known_number_is_repeated() -> None:
    reading = read("#协作 户籍证明 致昆山 王海波 尾号6114 诈骗案")
    assert [hint.params["given"] for hint in reading.hints if hint.key == "hint.unread"] == ["尾号6114"]


def test_a_number_behind_its_label_begins_the_subject_within_a_line() -> None:
    reading = read("#协作 账户查询 致：昆山 卡号：6228480418887776668 期间：2014-2018 事由：洗钱")
    assert [unit.code for unit in reading.to] == ["KS"]
    assert [i.value for s in reading.subjects for i in s.ids] == ["6228480418887776668"]
    assert not reading.problems


def test_labels_of_one_character_and_a_line_of_haste_are_read() -> None:
    reading = read("#协作 户籍\n发：昆山\n人：马强\n号：341226199511286114\n因：故意伤害\n急")
    assert [s.name for s in reading.subjects] == ["马强"]
    assert (reading.form.reason, reading.urgency) == ("故意伤害", "urgent")


def test_a_number_that_stands_beside_labelled_people_does_not_vanish() -> None:
    reading = read("#协作 户籍证明，另查苏E7K218\n致：昆山\n对象：陈志远 320583198803152411\n事由：诈骗")
    assert [one.kind for subject in reading.subjects for one in subject.ids] == ["cn_id"]
    assert "苏E7K218" in reading.form.note
    assert any(hint.key == "hint.unread" for hint in reading.hints)


def test_a_letter_in_brackets_is_read_by_its_sentences() -> None:
    reading = read(
        "#协作 【协查通报】\n【主送】常州市公安局\n【事由】交通肇事逃逸\n"
        "【内容】一辆苏D7H622白色小客车于11月18日晚在我市肇事逃逸，请协查该车车主信息\n【时限】24小时"
    )
    assert (reading.type, [unit.code for unit in reading.to]) == ("vehicle", ["CZ"])
    assert [(s.name, [i.value for i in s.ids]) for s in reading.subjects] == [("", ["苏D7H622"])]


def test_of_two_kinds_in_one_post_the_other_stays_in_the_note() -> None:
    text = "#协作 请昆山查320583199204080027的户籍和前科，诈骗案"
    asked = next(one for one in read(text).problems if one.field == "type")
    assert asked.text.key == "problem.type_spoken_of"
    assert [choice.value for choice in asked.choices] == ["household", "criminal_record"]
    assert read(text).form.note == "户籍、前科"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("#协作 昆山查苏E5T301的车主，说错了，是苏E1M777，肇事逃逸", "problem.corrected"),
        (
            "#协作 户籍证明\n致：昆山\n对象：郭小峰（应为郭晓峰）320583199204080027\n事由：诈骗",
            "problem.corrected",
        ),
        (
            "#协作 户籍证明\n致：昆山\n对象：陈望舒 341226199511286114\n事由：诈骗\n更正：身份证应为320583199204080027",
            "problem.corrected",
        ),
        (
            "#协作 户籍证明\n致：昆山\n对象：张三、李四、王五 320583199204080027、341226199511286114\n事由：诈骗",
            "problem.pairs",
        ),
    ],
)
def test_a_correction_is_asked_about_in_its_own_words(text: str, key: str) -> None:
    assert key in [problem.text.key for problem in read(text).problems]


@pytest.mark.parametrize("label", ["", "类型："])
def test_a_first_line_of_two_kinds_is_kept_where_one_was_tapped(label: str) -> None:
    text = f"{label}户籍证明、违法犯罪记录\n致：昆山\n对象：陈望舒 320583199204080027\n事由：诈骗"

    def tapped(chosen: dict[str, str]) -> Reading:
        part = Part(text=text, sent=SENT)
        return understand([part], policy=policy(), units=units(), own=3, sent=SENT, now=SENT, chosen=chosen)

    (asked,) = tapped({}).problems
    assert asked.text.key == "problem.type_spoken_of"
    assert {choice.value for choice in asked.choices} == {"household", "criminal_record"}
    done = tapped({"type": "criminal_record"})
    assert (done.type, done.problems) == ("criminal_record", ())
    assert done.form.note == "户籍证明、违法犯罪记录"


def test_what_stands_for_two_units_is_asked_with_a_button_for_each() -> None:
    known = units(("JX", "江夏分局", [], None), ("JXX", "锦溪分局", [], None))
    reading = read(
        "#协作 户籍证明\n致：jxfj\n对象：陈望舒 320583199204080027\n事由：核实\n时限：3天", known=known
    )
    [problem] = [problem for problem in reading.problems if problem.field == "to"]
    assert problem.text.key == "problem.to_several"
    assert [choice.value for choice in problem.choices] == [5, 6]
