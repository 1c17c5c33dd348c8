from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.form.form import (
    Form,
    Marker,
    fields_missing,
    looks_like_request,
    marker,
    merge,
    read,
    read_for,
    urgency,
)
from tests.growth import costs_less
from tests.quick import examples

ID, OTHER_ID, PHONE = "320583199001010010", "320583199001010029", "13812345678"

POST = f"""户籍证明
致：昆山、无锡
对象：张三 {ID} {PHONE}
案件编号：A3205834500002026010001
期间：2026-02-01至2026-02-28
事由：诈骗案嫌疑人
户籍核实
法律依据：刑事诉讼法第五十四条
紧急程度：加急
时限：3天
备注：无"""

ENGLISH = f"""household certificate
to: KS, WX
subject: Zhang San {ID} {PHONE}
case: A3205834500002026010001
period: 2026-02-01..2026-02-28
reason: fraud suspect
to be checked
basis: article 54
urgency: urgent
deadline: by Friday 18:00
note: none"""


@pytest.mark.parametrize(
    ("text", "kind", "rest"),
    [
        ("#协作 户籍证明\n对象：张三", "hashtag", "户籍证明\n对象：张三"),
        ("#求助", "hashtag", ""),
        ("#REQUEST household", "hashtag", "household"),
        ("＃協作：户籍", "hashtag", "户籍"),
        ("# 协作 户籍", "hashtag", "户籍"),
        ("#协作户籍证明", "hashtag", "户籍证明"),
        ("\n  \u200b#协作\n对象：张三", "hashtag", "\n对象：张三"),
        ("/new", "command", ""),
        ("/NEW@CrossBot 户籍", "command", "户籍"),
        ("／ｎｅｗ　户籍", "command", "户籍"),
        ("@crossbot 户籍", "mention", "户籍"),
        ("＠CrossBot，户籍", "mention", "户籍"),
        ("@crossbot #协作 户籍", "mention", "户籍"),
        ("#协作 @crossbot 户籍", "hashtag", "户籍"),
        ("#协作 @zhang 户籍", "hashtag", "@zhang 户籍"),
        ("🚨 #协作 车辆信息\n📮致：昆山", "hashtag", "车辆信息\n📮致：昆山"),
        ("【#协作】【户籍证明】\n【致】昆山", "hashtag", "【户籍证明】\n【致】昆山"),
        ("**#协作** 户籍", "hashtag", "户籍"),
    ],
)
def test_a_marker_on_the_first_line_makes_a_request(text: str, kind: str, rest: str) -> None:
    assert marker(text, bot_username="CrossBot") == Marker(kind=kind, rest=rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "请看 #协作",
        "你好\n#协作",
        "#requests",
        "#request_form",
        "/news",
        "/new@otherbot x",
        "@otherbot x",
        "@crossbot2 x",
        "协作",
    ],
)
def test_other_messages_have_no_marker(text: str) -> None:
    assert marker(text, bot_username="@CrossBot") is None


def test_every_field_of_the_contract_is_read_in_chinese() -> None:
    form = read(POST)
    assert form.type_text == "户籍证明"
    assert form.to == ("昆山", "无锡")
    assert form.case == "A3205834500002026010001"
    assert form.period == "2026-02-01至2026-02-28"
    assert form.reason == "诈骗案嫌疑人\n户籍核实"
    assert (form.basis, form.urgency, form.due, form.note) == ("刑事诉讼法第五十四条", "加急", "3天", "无")
    [subject] = form.subjects
    assert (subject.kind, subject.name) == ("person", "张三")
    assert [(i.kind, i.value) for i in subject.ids] == [("cn_id", ID), ("phone", PHONE)]
    assert not form.unknown
    assert not form.lead


def test_every_field_of_the_contract_is_read_in_english() -> None:
    form = read(ENGLISH)
    assert form.type_text == "household certificate"
    assert form.to == ("KS", "WX")
    assert form.reason == "fraud suspect\nto be checked"
    assert (form.basis, form.urgency, form.due, form.note) == (
        "article 54",
        "urgent",
        "by Friday 18:00",
        "none",
    )
    assert form.labels == read(POST).labels
    assert [i.value for i in form.subjects[0].ids] == [ID, PHONE]


@given(
    st.permutations(
        POST.split("\n户籍核实", maxsplit=1)[0].split("\n")[1:] + POST.split("户籍核实\n")[1].split("\n")
    )
)
@examples(50)
def test_the_order_of_the_fields_does_not_matter(lines: list[str]) -> None:
    form = read("\n".join(["户籍证明", *lines]))
    whole = read(POST.replace("\n户籍核实", ""))
    assert {
        name: getattr(form, name)
        for name in ("type_text", "to", "subjects", "reason", "due", "note", "labels")
    } == {
        name: getattr(whole, name)
        for name in ("type_text", "to", "subjects", "reason", "due", "note", "labels")
    }


@pytest.mark.parametrize(
    "label",
    [
        "对象",
        "對象",
        "对　象",
        "对 象",
        " 对象 ",
        "1、对象",
        "(1) 对象",
        "【对象】",
        "**对象**",
        "• 对象",
        "对象（姓名、证件号）",
        "Ｓｕｂｊｅｃｔ",
        "SUBJECT",
        "被查人",
        "人员",
        "person",
        "姓名",
    ],
)
@pytest.mark.parametrize("colon", [":", "：", "﹕", " : ", "∶"])
def test_a_label_is_known_in_every_way_it_is_typed(label: str, colon: str) -> None:
    form = read(f"户籍\n{label}{colon}张三\n事由：核实")
    assert [subject.name for subject in form.subjects] == ["张三"]
    assert form.reason == "核实"


@pytest.mark.parametrize(
    "label", ["联系人", "承办人", "经办人", "承办民警", "联系电话", "聯繫電話", "contact", "Officer to call"]
)
def test_the_officer_to_call_is_no_subject(label: str) -> None:
    form = read(f"户籍\n对象：张三 {ID}\n{label}：周知远 {PHONE}\n电话：0512-57301234")
    assert form.contact == f"周知远 {PHONE}\n电话：0512-57301234"
    assert [(s.name, [i.value for i in s.ids]) for s in form.subjects] == [("张三", [ID])]
    assert not form.unknown


def test_lines_without_a_label_continue_the_field_above() -> None:
    form = read("户籍\n事由：第一行\n\n第二行 http://example.org/a:b\n10:30 见面\n备注：x\ny")
    assert form.reason == "第一行\n\n第二行 http://example.org/a:b\n10:30 见面"
    assert form.note == "x\ny"
    assert not form.unknown


def test_a_repeated_single_field_is_appended() -> None:
    assert read("户籍\n事由：一\n时限：3天\n事由：二").reason == "一\n二"


def test_what_stands_above_the_first_label_is_the_type_and_the_lead() -> None:
    form = read("户籍证明 急\n各位好\n对象：张三")
    assert (form.type_text, form.lead) == ("户籍证明 急", "各位好")
    form = read("急\n各位好\n类型：户籍证明")
    assert (form.type_text, form.lead) == ("户籍证明", "急\n各位好")
    form = read("\n各位好\n对象：张三")
    assert (form.type_text, form.lead) == ("", "各位好")


def test_a_whole_post_may_stand_on_the_first_line() -> None:
    form = read(f"户籍证明 致：昆山 对象：张三 {ID} 事由：核实户籍；时限：3天")
    assert (form.type_text, form.to, form.reason, form.due) == ("户籍证明", ("昆山",), "核实户籍", "3天")
    assert [subject.name for subject in form.subjects] == ["张三"]


def test_a_post_without_any_colon_is_read_by_its_labels() -> None:
    form = read(f"户籍证明\n对象 张三 {ID}\n事由 核实\n时限 3天")
    assert (form.type_text, form.reason, form.due) == ("户籍证明", "核实", "3天")
    assert [subject.name for subject in form.subjects] == ["张三"]
    assert read("户籍证明\n事由 核实\n你好").labels == frozenset()
    among_others = read(f"户籍证明\n致：昆山\n对象 张三 {ID}\n事由：核实\n时限 3天")
    assert (among_others.to, among_others.reason, among_others.due) == (("昆山",), "核实", "3天")
    assert read("household\nreason: fraud suspect\nto be checked").reason == "fraud suspect\nto be checked"


def test_several_labels_may_share_a_line_but_not_inside_free_text() -> None:
    form = read("户籍\n致：昆山 时限：3天\n事由：问 对象：李四 的事")
    assert (form.to, form.due) == (("昆山",), "3天")
    assert form.reason == "问 对象：李四 的事"
    assert form.subjects == ()


@pytest.mark.parametrize(
    "value",
    ["昆山、无锡", "昆山,无锡", "昆山，无锡", "昆山;无锡", "昆山；无锡", "昆山\n无锡", "、昆山、、无锡、"],
)
def test_several_units_are_divided_by_any_divider(value: str) -> None:
    assert read(f"户籍\n致：{value}").to == ("昆山", "无锡")


@pytest.mark.parametrize(
    ("label", "closest", "field"),
    [
        ("事油", "事由", "reason"),
        ("时线", "时限", "due"),
        ("时现", "时限", "due"),
        ("对像", "对象", "subject"),
        ("案建编号", "案件编号", "case"),
        ("reson", "reason", "reason"),
        ("urgancy", "urgency", "urgency"),
    ],
)
def test_a_label_that_can_only_be_a_slip_is_taken_and_said(label: str, closest: str, field: str) -> None:
    form = read(f"户籍\n备注：x\n{label}：核实")
    assert form.raw[field] == "核实"
    assert form.note == "x"
    assert [(u.label, u.closest, u.field, u.taken) for u in form.unknown] == [(label, closest, field, True)]


@pytest.mark.parametrize(
    ("label", "closest", "field"),
    [("星座", "", ""), ("案件编", "案件编号", "case"), ("cose", "case", "case")],
)
def test_an_unknown_label_is_a_note_of_its_own_and_named_with_what_it_resembles(
    label: str, closest: str, field: str
) -> None:
    form = read(f"户籍\n事由：核实\n{label}：随便\n第二行")
    assert (form.reason, form.note) == ("核实", f"{label}：随便\n第二行")
    assert [(u.label, u.closest, u.field, u.taken) for u in form.unknown] == [(label, closest, field, False)]


def test_an_unknown_label_under_the_subject_makes_no_subject() -> None:
    form = read(f"户籍\n对象：张三 {ID}\n星座：李四座")
    assert [subject.name for subject in form.subjects] == ["张三"]
    assert form.note == "星座：李四座"


def test_hidden_characters_are_gone_and_markup_is_text() -> None:
    form = read(
        "户\u200b籍\n对\u200b象：张\u202e三\u202c\n事由：<b>'; DROP TABLE requests;--</b>\x00\ud800\n"
        "备注：👨\u200d👩"
    )
    assert form.type_text == "户籍"
    assert form.subjects[0].name == "张三"
    assert form.reason == "<b>'; DROP TABLE requests;--</b>"
    assert form.note == "👨\u200d👩"


def test_line_ends_of_every_system_are_line_ends() -> None:
    assert read("户籍\r\n对象：张三\r事由：一\u2028二").reason == "一\n二"


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        (POST, True),
        ("对象：张三\n事由：核实\n时限：3天", True),
        ("【对象】张三\n【事由】核实\n【时限】3天", True),
        ("| 对象 | 张三 |\n| 事由 | 核实 |\n| 时限 | 3天 |", True),
        ("subject: a\nreason: b\nto: c", True),
        ("对象：张三\n事由：核实", False),
        ("姓名：张三\n人员：李四\n对象：王五", False),  # one field three times
        ("对象：\n事由：\n时限：", False),
        ("明天开会：十点", False),
        ("", False),
    ],
)
def test_three_known_fields_look_like_a_request(text: str, likely: bool) -> None:
    assert looks_like_request(text) is likely


def test_a_reply_completes_the_draft() -> None:
    draft = read("户籍\n对象：张三\n时限：昨天")
    form = merge(draft, read(f"\n时限：3天\n事由：核实\n对象：李四 {ID}"))
    assert (form.type_text, form.due, form.reason) == ("户籍", "3天", "核实")
    assert [subject.name for subject in form.subjects] == ["李四"]
    assert form.raw["due"] == "3天"
    assert form.labels == {"subject", "due", "reason"}


def test_subjects_without_their_label_are_added() -> None:
    draft, more = read("户籍\n对象：张三"), Form(subjects=read("\n对象：李四").subjects)
    assert [subject.name for subject in merge(draft, more).subjects] == ["张三", "李四"]


def test_an_unlabelled_reply_is_the_type_only_where_there_was_none() -> None:
    assert merge(read("户籍\n对象：张三"), read("好的\n事由：x")).type_text == "户籍"
    assert merge(read("\n对象：张三"), read("户籍\n事由：x")).type_text == "户籍"
    assert merge(read("户籍\n对象：张三"), read("类型：车辆")).type_text == "车辆"


def test_an_unlabelled_reply_is_the_field_that_was_asked_for() -> None:
    assert read_for("诈骗案\n核实", "reason").reason == "诈骗案\n核实"
    assert read_for("昆山、无锡", "to").to == ("昆山", "无锡")
    assert read_for(f"张三 {ID}", "subject").subjects[0].name == "张三"
    assert read_for("户籍证明", "type").type_text == "户籍证明"
    labelled = read_for("时限：3天", "reason")
    assert (labelled.reason, labelled.due) == ("", "3天")


def test_missing_fields_are_named_in_the_order_asked() -> None:
    form = read("\n对象：张三\n案件：1\n事由：  ")
    assert fields_missing(form, ("reason", "type", "subject", "to", "case", "period", "basis")) == [
        "reason",
        "type",
        "to",
        "period",
        "basis",
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("特急", "flash"),
        ("flash", "flash"),
        ("FLASH!", "flash"),
        ("非常紧急", "flash"),
        ("加急", "urgent"),
        ("緊急", "urgent"),
        ("急", "urgent"),
        ("急件", "urgent"),
        ("Urgent", "urgent"),
        ("（加急）", "urgent"),
        ("普通", "normal"),
        ("一般", "normal"),
        ("normal", "normal"),
        ("不急", "normal"),
        ("", None),
        ("随便", None),
        ("普通 加急", None),
        ("应急演练", None),
    ],
)
def test_urgency_is_read_in_both_languages(text: str, key: str | None) -> None:
    assert urgency(text) == key


_LINES = st.sampled_from(
    [
        "对象：张三",
        f"身份证：{ID}",
        "姓名：",
        "事由：x",
        "：",
        "a:b",
        "事油：",
        "车辆：苏E12345、",
        "；；",
        "to:",
        "\u202e：",
        "1、",
        "类型 致：a 对象：b",
    ]
)


@given(st.lists(_LINES | st.text(max_size=30), max_size=12).map("\n".join))
@examples(400)
def test_no_text_breaks_the_reader_and_no_visible_text_is_lost(text: str) -> None:
    form = read(text)
    kept = "".join([form.type_text, form.lead, *form.raw.values()])
    for word in ("张三", ID, "苏E12345"):
        assert (word in text) <= (word in kept)
    assert merge(form, form).labels == form.labels
    looks_like_request(text)
    marker(text, bot_username="crossbot")


@pytest.mark.parametrize(
    "line",
    [
        "x：y",
        f"对象：张三 {ID}",
        PHONE,
        "姓名：张三\n身份证：1",
        "a:" * 40,
        " " * 100,
        "张三、李四",
        "事油：x",
        "致：a 时限：b",
    ],
)
@pytest.mark.parametrize("lines", [200, pytest.param(1_000, marks=pytest.mark.thorough)])
def test_ten_times_the_lines_do_not_take_a_hundred_times_as_long(line: str, lines: int) -> None:
    small, large = ("户籍\n对象：a\n" + f"{line}\n" * n for n in (lines, 10 * lines))
    # Linear is ten times as much, quadratic a hundred.
    assert costs_less(40, lambda: read(small), lambda: read(large))
