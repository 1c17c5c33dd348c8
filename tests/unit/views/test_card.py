"""Cards, full texts and digests: of every state, in both languages, whatever stands in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.limits import TEXT_UNITS
from bot.telegram.markup import to_html
from bot.telegram.split import split
from handlers.views.card import card
from handlers.views.catalogue import LANGUAGES, catalogue
from handlers.views.digest import LINES_MAX, digest
from handlers.views.full import full
from handlers.views.outgoing import Key
from handlers.views.rich import Rich, utf16_length
from sandbox.botapi.html_entities import parse_html
from storage.tables.models import REQUEST_STATES
from tests.quick import examples
from tests.unit.views.samples import NASTY, NOW, SHANGHAI, card_view, full_view, nasty_card, reader
from workflow.kernel.text import Button, t
from workflow.notices.cards_view import (
    BelowLine,
    CardView,
    CommentLine,
    DigestView,
    DueLine,
    LateLine,
    OfferLine,
    SubjectLine,
    Tally,
)

ENTITIES_MAX = 100  # Telegram drops what is beyond


def show(view: CardView, language: str = "zh") -> Rich:
    return card(view, language=language, zone=SHANGHAI, now=NOW, most=TEXT_UNITS)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", REQUEST_STATES)
def test_a_card_shows_what_the_contract_asks_for(state: str, language: str) -> None:
    words = show(card_view(state=state, handler="王芳", urgency="urgent"), language).plain
    entries = catalogue(language)
    expected = [
        "KS26-0042",
        card_view().type_labels[language],
        "昆山市公安局",
        "无锡市公安局",
        "320583********0010",
        entries[f"state.{state}"],
        entries["urgency.urgent"],
        "王芳",
    ]
    assert [word for word in expected if word not in words] == []
    assert words.splitlines()[-1] == "/r_KS26_0042"
    if state in ("open", "accepted", "returned"):
        assert reader(language).moment(NOW + timedelta(days=2, hours=3)) in words
        assert reader(language).span(timedelta(days=2, hours=3)) in words


@examples(60)
@given(words=NASTY, state=st.sampled_from(REQUEST_STATES), language=st.sampled_from(LANGUAGES))
def test_no_words_break_a_card_or_its_limits(words: str, state: str, language: str) -> None:
    shown = show(nasty_card(words, state), language)
    text, entities = parse_html(to_html(shown))
    assert text == shown.plain
    assert utf16_length(text) <= TEXT_UNITS
    assert len(entities) <= ENTITIES_MAX
    assert "KS26-0042" in text


def test_an_overdue_card_is_red_and_says_by_how_much() -> None:
    words = show(card_view(state="accepted", due_at=NOW - timedelta(hours=5), overdue=True)).plain
    assert words.startswith("🔴 KS26-0042")
    assert "已超期 5 小时" in words


def test_a_request_that_waits_for_its_asker_is_not_called_overdue() -> None:
    words = show(card_view(state="returned", due_at=NOW - timedelta(hours=5), overdue=True)).plain
    assert words.startswith("🟠")
    assert "超期" not in words


def test_a_part_of_the_answer_is_shown_while_the_rest_is_awaited() -> None:
    view = card_view(state="accepted", outcome="partly", partial=True, answer="户籍已核实，住址待查")
    words = show(view).plain
    assert "🔷 阶段性反馈 · 无锡市公安局\n户籍已核实，住址待查" in words
    assert "还剩" in words


@pytest.mark.parametrize(
    ("name", "kind", "sign"),
    [
        ("", "plate", "🚗"),
        ("", "phone", "📱"),
        ("", "uscc", "🏢"),
        ("王芳", "phone", "👤"),
        ("", "cn_id", "👤"),
    ],
)
def test_a_subject_wears_the_sign_of_what_it_is(name: str, kind: str, sign: str) -> None:
    words = show(card_view(subjects=(SubjectLine(name=name, ids=((kind, "1234"),)),))).plain
    assert any(line.startswith(f"{sign} ") and "1234" in line for line in words.splitlines())


def test_the_answer_of_before_a_reopening_is_not_shown_as_if_it_held() -> None:
    assert "已核实" not in show(card_view(state="open", outcome=None, answer="已核实")).plain


def test_a_long_answer_is_folded_and_a_short_one_is_not() -> None:
    answered = {"state": "answered", "outcome": "found", "answered_at": NOW}
    assert "<blockquote>查无异常</blockquote>" in to_html(show(card_view(answer="查无异常", **answered)))
    assert "<blockquote expandable>" in to_html(show(card_view(answer="详情。" * 200, **answered)))


def test_a_card_says_what_was_answered_reused_commented_and_found_elsewhere() -> None:
    view = card_view(
        state="answered",
        answered_at=NOW,
        answer="已核实",
        outcome="partly",
        partial=False,
        reused_from=("KS26-0001", 12),
        comments=(CommentLine(name="王芳", text="请看附件", at=NOW),),
        files=2,
        rating=4,
        similar=(
            OfferLine(
                number="CZ26-0007",
                verdict="reuse",
                answered_at=NOW,
                by_unit="常州市公安局",
                reasons=(t("plain", text="同一身份证号"), t("plain", text="同类事项")),
            ),
            OfferLine(number="CZ26-0008", verdict="possible", reasons=(t("plain", text="姓名相近"),)),
        ),
    )
    words = show(view).plain
    for expected in (
        "部分查实",
        "已核实",
        "复用 KS26-0001（12 天前反馈）",
        "王芳",
        "请看附件",
        "附件 2 个",
        "评价 4/5",
        "• CZ26-0007 · 常州市公安局",
        "同一身份证号、同类事项",
        "CZ26-0008（需核对，不能直接答复）：姓名相近",
    ):
        assert expected in words


def test_why_it_was_returned_stands_on_the_card_with_how_to_go_on() -> None:
    words = show(card_view(state="returned", closed_why="请补充出生日期")).plain
    assert "需补充：请补充出生日期" in words
    assert "回复本条消息" in words


def test_many_subjects_are_counted_and_the_full_text_has_them_all() -> None:
    subjects = tuple(SubjectLine(name=f"甲{n}") for n in range(9))
    view = card_view(subjects=subjects)
    assert "另有 3 个对象" in show(view).plain
    whole = full(full_view(card=view), reader=reader()).plain
    assert all(f"甲{n}" in whole for n in range(9))


def test_an_imported_request_without_a_number_of_ours_has_no_command() -> None:
    assert "/r_" not in show(card_view(number="legacy 000123")).plain


def test_buttons_carry_data_or_open_the_private_chat() -> None:
    _, rows = card(card_view(), language="en", zone=SHANGHAI, now=NOW, most=TEXT_UNITS)
    assert rows == (
        (
            Key(label="Accept", data="1:accept:7"),
            Key(label="🔒 Full text", start="r_KS26_0042"),
        ),
    )


def test_a_button_that_does_nothing_is_left_out() -> None:
    view = card_view(buttons=((Button(label=t("button.accept")),),))
    assert card(view, language="en", zone=SHANGHAI, now=NOW, most=TEXT_UNITS)[1] == ()


def test_a_long_label_is_clipped_and_markup_in_it_is_no_markup() -> None:
    view = card_view(buttons=((Button(label=t("plain", text="<b>" + "x" * 200), data="1:x:1"),),))
    label = card(view, language="en", zone=SHANGHAI, now=NOW, most=TEXT_UNITS)[1][0][0].label
    assert label.startswith("<b>xxx")
    assert len(label) == 64


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_full_text_shows_everything_once_and_warns(language: str) -> None:
    words = full(full_view(), reader=reader(language)).plain
    entries = catalogue(language)
    for expected in ("320583199001010010", "张三", "户籍地址属实", "请尽快", entries["history.register"]):
        assert expected in words
    assert reader(language).say("full.warning").plain in words
    assert words.count("户籍地址属实") == 1


@examples(40)
@given(words=NASTY, language=st.sampled_from(LANGUAGES))
def test_no_words_break_a_full_text(words: str, language: str) -> None:
    view = full_view(card=nasty_card(words, "answered"), text=words, purpose=words)
    for part in split(full(view, reader=reader(language))):
        text, _ = parse_html(to_html(part))
        assert text == part.plain
        assert utf16_length(text) <= TEXT_UNITS


def digest_view(lines: int = 1, who: str = "无锡市公安局 王芳") -> DigestView:
    return DigestView(
        day=date(2026, 11, 23),
        title="昆山群",
        units=("昆山市公安局",),
        since=NOW - timedelta(days=1),
        until=NOW,
        made_at=NOW + timedelta(hours=3),
        received=Tally(new=31, answered=29, reused=2, own=27, on_time=25, declined=4, median_hours=26.4),
        sent=Tally(new=17, answered=16, reused=16),
        overdue_count=lines,
        overdue=tuple(LateLine(number=f"KS26-{n:04}", who=who, late_seconds=90_000) for n in range(lines)),
        due_today_count=lines,
        due_today=tuple(DueLine(number=f"KS26-{n:04}", who=who, at=NOW) for n in range(lines)),
        returned=6,
        oldest_open=("KS26-0001", NOW - timedelta(days=9)),
        unreachable=("KS26-0077",),
        passed_over=("KS26-0078",),
        below=tuple(BelowLine(unit=f"{n}号派出所", waiting=n + 70, late=n) for n in range(lines)),
        day_seal="ab12",
    )


def say(view: DigestView, language: str = "zh") -> Rich:
    return digest(view, language=language, zone=SHANGHAI, now=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_says_all_figures_and_names(language: str) -> None:
    words = say(digest_view(), language).plain
    for expected in (
        "昆山市公安局",
        "/r_KS26_0000 无锡市公安局 王芳",
        reader(language).span(timedelta(seconds=90_000)),
        "18:00",
        "/r_KS26_0001",
        reader(language).span(timedelta(hours=26.4)),
        "KS26-0077",
        "KS26-0078",
        "ab12",
        reader(language).moment(NOW - timedelta(days=1), form="past"),
        reader(language).moment(NOW, form="past"),
        reader(language).moment(NOW + timedelta(hours=3), form="time"),
    ):
        assert expected in words
    for figure in ("31", "29", "2", "25", "4", "17", "16", "6"):
        assert f"<b>{figure}</b>" in to_html(say(digest_view(), language))


def test_a_digest_of_a_bad_day_names_some_and_counts_the_rest() -> None:
    words = say(digest_view(lines=200)).plain
    assert words.count("超期 1 天") == LINES_MAX
    assert f"另有 {200 - LINES_MAX} 件" in words
    assert utf16_length(say(digest_view(lines=200, who="长" * 60)).plain) <= TEXT_UNITS


def test_a_digest_counts_all_of_which_it_was_given_the_first() -> None:
    view = replace(digest_view(lines=15), overdue_count=61, due_today_count=33)
    words = say(view).plain
    assert "已超期（61）" in words
    assert f"另有 {61 - LINES_MAX} 件" in words
    assert "今日到期（33）" in words


def test_a_digest_without_news_says_so() -> None:
    view = DigestView(day=date(2026, 11, 23))
    assert view.empty
    assert catalogue("en")["digest.quiet"] in say(view, "en").plain
    assert not digest_view().empty


def test_a_digest_survives_the_outbox() -> None:
    for view in (digest_view(lines=3), DigestView(day=date(2026, 11, 23))):
        assert DigestView.from_json(view.to_json()) == view


@examples(40)
@given(words=NASTY, language=st.sampled_from(LANGUAGES))
def test_no_words_break_a_digest(words: str, language: str) -> None:
    view = DigestView(
        day=date(2026, 11, 23),
        units=(words,) * 3,
        unreachable=(words,) * 3,
        overdue=(LateLine(number=words, who=words, late_seconds=1),) * 3,
        due_today=(DueLine(number=words, who=words, at=NOW),) * 3,
    )
    for part in split(say(view, language)):
        text, _ = parse_html(to_html(part))
        assert text == part.plain
        assert utf16_length(text) <= TEXT_UNITS
