"""The picture of a week: drawn with the house's own font, whatever the names in it are."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.views import picture
from handlers.views.catalogue import catalogue
from handlers.views.reader import Reader
from storage.queries.histories import Helped
from workflow.figures.thanks import CAP, ranked
from workflow.figures.week import WeekView

NOW = datetime(2026, 11, 30, 1, tzinfo=UTC)
WEEK = WeekView(
    unit="昆山市公安局", first=date(2026, 11, 23), last=date(2026, 11, 29), zone="Asia/Shanghai",
    received=(12, 18, 9, 22, 15, 3, 0), answered=(8, 14, 17, 12, 19, 5, 1), new=79, done=76, own=64, on_time=57,
    median=93_600.0, new_before=66, done_before=71, own_before=60, on_time_before=48, median_before=131_400.0,
    sent=31, sent_done=28, waiting=23, late=4, ages=(9, 6, 4, 3, 1),
    types=(({"zh": "户籍证明", "en": "household certificate"}, 28, 22, 20),), reused=12, saved=1_036_800.0,
    helpers=(("苏州市公安局", 11, 5, False), ("昆山市公安局", 9, 4, True)), place=2,
)  # fmt: skip
NOTHING = replace(
    WEEK, received=(0,) * 7, answered=(0,) * 7, new=0, done=0, own=0, on_time=0, median=None, new_before=0,
    done_before=0, own_before=0, on_time_before=0, median_before=None, sent=0, sent_done=0, waiting=0, late=0,
    ages=(0,) * 5, types=(), reused=0, saved=0.0, helpers=(), place=0,
)  # fmt: skip
LONG = replace(
    WEEK,
    unit="<b>江苏省苏州市昆山市公安局刑事侦查大队反电信网络诈骗中队</b>&amp;" * 3,
    types=(({"zh": "很长" * 9, "en": "a very long name of a type of request"}, 123_456, 99_999, 98_765),) * 5,
    helpers=tuple(("名字很长很长很长很长很长很长很长的单位", 1_234, 567, at == 4) for at in range(5)),
    received=(9_999,) * 7, new=123_456, median=8_640_000.0 + 82_800, place=77,
)  # fmt: skip


def reader(language: str) -> Reader:
    return Reader(language=language, zone=ZoneInfo("Asia/Shanghai"), now=NOW)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", [WEEK, NOTHING, LONG], ids=["week", "nothing", "long"])
def test_a_week_is_drawn(view: WeekView, language: str, theme: str) -> None:
    drawn = picture.week(WeekView.from_json(view.to_json()), reader=reader(language), theme=theme)
    assert drawn.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", drawn[16:24])
    assert width == 1080
    assert 1100 < height < 1600


def test_what_is_drawn_comes_back_from_the_outbox_as_it_went_in() -> None:
    assert WeekView.from_json(WEEK.to_json()) == WEEK


def test_names_are_words_and_no_markup() -> None:
    assert "<b>" not in picture.svg(LONG, reader=reader("zh"), theme="light")
    assert "&lt;b&gt;" in picture.svg(LONG, reader=reader("zh"), theme="light")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_character_of_its_words_is_in_the_font(language: str) -> None:
    """The font holds GB 2312 and Latin characters (deploy/subset_font.py): another one would be drawn as a box."""
    words = "".join(
        text for key, text in catalogue(language).items() if key.startswith(("week.", "duration."))
    )
    missing = {
        char for char in words if not char.isascii() and char not in "–—…·📊⚠\ufe0f" and not _in_gb2312(char)
    }
    assert missing == set()


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def test_a_name_is_cut_to_its_room_and_a_line_is_broken() -> None:
    assert picture.fitted("昆山市公安局", 200, 23) == "昆山市公安局"
    assert picture.width_of(picture.fitted("昆山市公安局" * 9, 200, 23), 23) <= 200
    text = "own answers that others closed or rated, 每个请求单位最多计三分" * 3
    lines = picture.wrapped(text, 300, 19)
    assert all(picture.width_of(line, 19) <= 300 for line in lines)
    assert "".join(lines).replace(" ", "") == (
        "own answers that others closed or rated, 每个请求单位最多计三分" * 3
    ).replace(" ", "")


def helped(*pairs: tuple[int, int], rating: int | None = 5) -> list[Helped]:
    return [Helped(at, by, asker, rating) for at, (by, asker) in enumerate(pairs)]


def test_helping_many_units_is_worth_more_than_playing_ball_with_one() -> None:
    ball = helped(*([(1, 2), (2, 1)] * 50))
    table = ranked([*ball, *helped((3, 1), (3, 2), (3, 4), (3, 5))])
    assert [(one.unit_id, one.points, one.units) for one in table] == [(3, 4, 4), (1, CAP, 1), (2, CAP, 1)]


def test_answering_oneself_or_badly_is_worth_nothing() -> None:
    assert ranked([*helped((1, 1), (1, 1)), *helped((2, 3), rating=2)]) == ()
    assert [one.points for one in ranked(helped((2, 3), rating=None))] == [1], "closed without a rating"
