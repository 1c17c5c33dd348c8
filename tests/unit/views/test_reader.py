"""Whatever people write, Telegram takes what we make of it, and it says what they wrote."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.markup import to_html
from handlers.views.catalogue import LANGUAGES, catalogue
from handlers.views.reader import PARAM_MAX, clean, link, render_plain
from handlers.views.rich import Mention, Rich, Span, Style
from sandbox.botapi.html_entities import parse_html
from tests.unit.views.samples import NASTY, NOW, SHANGHAI, reader
from workflow.kernel.text import Text, from_json, t


@given(
    words=NASTY,
    key=st.sampled_from([key for key in sorted(catalogue("en")) if not key.startswith("format.")]),
    language=st.sampled_from(LANGUAGES),
)
def test_no_parameter_breaks_any_text(words: str, key: str, language: str) -> None:
    params = dict.fromkeys(
        ("number", "by", "text", "why", "given", "name", "unit", "example", "lines", "id"), words
    )
    worded = reader(language).rich(Text(key, params | {"id": 7}))
    markup = to_html(worded)
    text, _ = parse_html(markup)
    assert text == worded.plain
    markup.encode()


@given(words=NASTY)
def test_cleaned_text_has_nothing_unseen_and_keeps_its_limit(words: str) -> None:
    for multiline in (False, True):
        washed = clean(words, multiline=multiline, limit=100)
        assert len(washed) <= 100
        assert not set(washed) & set("\x00\x1b\u202e\u200b\u200f\u2066\ufeff\ud800\r\u2028\t")
        assert multiline or "\n" not in washed
        assert "\n\n\n" not in washed
        assert clean(washed, multiline=multiline, limit=100) == washed


@given(words=st.text(alphabet="<>&\"'ab张", max_size=50))
def test_escaping_loses_nothing(words: str) -> None:
    assert parse_html(to_html(Rich((Span(words),))))[0] == words


def test_markup_of_people_is_shown_not_done() -> None:
    markup = to_html(reader().say("plain", text="<b>x</b> & <a href='tg://user?id=1'>y</a>"))
    assert markup == "&lt;b&gt;x&lt;/b&gt; &amp; &lt;a href='tg://user?id=1'&gt;y&lt;/a&gt;"


def test_marks_of_the_catalogues_that_people_type_are_words() -> None:
    typed = "**x** `y` __z__ ```"
    assert reader().say("plain", text=typed) == Rich((Span(typed),))


def test_a_mention_is_of_an_account_and_shows_a_name() -> None:
    mention = reader().say("mention", name="<李明>", id=7)
    assert mention == Rich((Span("<李明>", (Mention(7),)),))
    assert to_html(mention) == '<a href="tg://user?id=7">&lt;李明&gt;</a>'


def test_marks_around_a_text_are_around_its_own_marks() -> None:
    inner = t("cancelled", number="KS26-0042", by="李明")
    [*_, number, _] = reader("en").value(inner).spans
    assert number == Span("KS26-0042", (Style.BOLD,))
    quoted = reader("en").say("full.quote", text=inner)
    assert {span.marks[0] for span in quoted.spans} == {Style.QUOTE}
    assert Span("KS26-0042", (Style.QUOTE, Style.BOLD)) in quoted.spans


def test_a_placeholder_that_a_person_typed_stays_as_it_is() -> None:
    words = reader().say("comment", number="KS26-0042", name="{text}", text="{number} [[{x}]]").plain
    assert "{text}" in words
    assert "{number} [[{x}]]" in words


def test_numbers_cannot_be_turned_round_by_a_bidi_override() -> None:
    assert clean("\u202e0100\u202c") == "0100"


def test_emoji_that_are_joined_stay_together() -> None:
    assert clean("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_a_name_cannot_forge_a_line_of_its_own() -> None:
    words = reader().say("closed", number="KS26-0042", by="李明\n\n🟢 KS26-0001 已办结").plain
    assert "\n" not in words


def test_an_absurd_parameter_is_clipped_with_an_ellipsis() -> None:
    words = reader().say("error.unit_unknown", given="x" * 10_000, close="昆山").plain
    assert len(words) < PARAM_MAX + 100
    assert "…" in words


@pytest.mark.parametrize(
    ("language", "this_year", "next_year"),
    [
        ("zh", "11月24日 周二 18:00", "2027年1月3日 周日 08:00"),
        ("en", "Tue 24 Nov, 18:00", "Sun 3 Jan 2027, 08:00"),
    ],
)
def test_a_time_is_absolute_local_and_has_its_year_unless_it_is_this_one(
    language: str, this_year: str, next_year: str
) -> None:
    say = reader(language)
    assert say.moment(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)) == this_year
    assert say.moment(datetime(2027, 1, 3, 0, 0, tzinfo=UTC)) == next_year


@pytest.mark.parametrize(
    ("language", "this_year", "next_year"),
    [("zh", "11月24日 18:00", "2027年1月3日 08:00"), ("en", "24 Nov, 18:00", "3 Jan 2027, 08:00")],
)
def test_what_has_been_is_told_without_the_day_of_the_week(
    language: str, this_year: str, next_year: str
) -> None:
    say = reader(language)
    assert say.moment(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), form="past") == this_year
    assert say.moment(datetime(2027, 1, 3, 0, 0, tzinfo=UTC), form="past") == next_year


def test_the_year_is_that_of_the_reader_not_of_utc() -> None:
    new_year_in_shanghai = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert reader(now=new_year_in_shanghai).moment(new_year_in_shanghai) == "1月1日 周五 00:30"


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        reader().moment(datetime(2026, 11, 24, 10, 0))


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(days=2, hours=3, minutes=59), "2 天 3 小时", "2 d 3 h"),
        (timedelta(days=1), "1 天", "1 d"),
        (timedelta(hours=3, minutes=5), "3 小时 5 分钟", "3 h 5 min"),
        (timedelta(hours=7, minutes=59, seconds=58), "8 小时", "8 h"),
        (timedelta(minutes=-40), "40 分钟", "40 min"),
        (timedelta(seconds=59), "不到 1 分钟", "less than 1 min"),
    ],
)
def test_a_duration_has_its_two_largest_units(length: timedelta, zh: str, en: str) -> None:
    assert reader("zh").span(length) == zh
    assert reader("en").span(length) == en


def test_parameters_of_every_kind_survive_the_outbox() -> None:
    text = t(
        "draft",
        problems=[t("missing.to"), t("problem.urgency", given="<急>")],
        until=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    )
    again = from_json(json.loads(json.dumps(text.json())))
    for language in LANGUAGES:
        assert reader(language).rich(again) == reader(language).rich(text)
    assert "<急>" in reader().plain(again)


def test_lists_are_lines_or_a_row() -> None:
    assert reader().value(["a", "b"]).plain == "a\nb"
    assert reader("zh").value(["a", "b"], form="row").plain == "a、b"
    assert reader("en").value(["a", "b"], form="row").plain == "a, b"


def test_dates_numbers_and_nothing() -> None:
    say = reader("en")
    assert say.value(date(2026, 11, 24)).plain == "Tue 24 Nov"
    assert say.value(date(2025, 11, 24)).plain == "Mon 24 Nov 2025"
    assert say.value(3.25).plain == "3.2"
    assert say.value(7).plain == "7"
    assert say.value(None).plain == ""
    with pytest.raises(TypeError):
        say.value(object())


def test_a_text_of_many_languages_is_read_in_the_readers_own() -> None:
    text = t("by_language", zh="户籍证明", en="household <certificate>")
    assert reader("zh").plain(text) == "户籍证明"
    assert reader("en").plain(text) == "household <certificate>"
    assert reader("en").plain(t("by_language", zh="户籍证明", en="")) == "户籍证明"


def test_what_has_no_value_leaves_no_hole() -> None:
    with_close = reader("en").say(
        "hint.unknown_label", given="x", close=t("hint.meant", field=t("field.reason"))
    )
    without = reader("en").say("hint.unknown_label", given="x", close=None)
    assert with_close.plain.endswith("Did you mean “Reason”?")
    assert without.plain.endswith("kept as a note.")


def test_a_number_is_a_command_and_what_is_no_number_is_not() -> None:
    assert link("KS26-0042") == "/r_KS26_0042"
    assert link("legacy 1") == ""
    assert link("<b>-1") == ""


def test_plain_texts_have_neither_tags_nor_entities() -> None:
    text = t("accepted", number="KS26-0042", by="A&B <x>", due=None)
    assert (
        render_plain(text, language="en", zone=SHANGHAI, now=NOW) == "🔵 KS26-0042 was accepted by A&B <x>."
    )
    assert "A&amp;B &lt;x&gt;" in to_html(reader("en").rich(text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["reused.whole", "reused.part"])
def test_a_reuse_names_the_unit_that_answered_only_where_it_is_known(key: str, language: str) -> None:
    """A register of letters received names who asked, and never the office that keeps it."""
    told = {"number": "WX26-0001", "source": "A-1", "by": "Lin", "answered_at": NOW, "covered": 1, "of": 2}
    assert "KS" in reader(language).plain(t(key, unit="KS", **told))
    without = reader(language).plain(t(key, unit="", **told))
    assert not any(gap in without for gap in ("（，", "(, ", "（）", "()"))
