"""A unit's week as a picture: an SVG by a template, drawn by resvg with the house's own font, so that it looks the same
on every machine. Colours are those that people tell apart who see fewer of them (Okabe and Ito)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from babel.dates import format_date

from handlers.views.catalogue import our_language, wording
from handlers.views.reader import LABEL, Reader
from workflow.figures.week import WeekView
from workflow.kernel.text import Text, t

FOLDER = Path(__file__).parent / "pictures"
FONT = FOLDER / "NotoSansSC-subset.otf"
THEMES: dict[str, dict[str, Any]] = {
    "light": {
        "ground": "#FFFFFF", "card": "#F1F4F8", "ink": "#16202B", "soft": "#566472", "line": "#C9D3DF",
        "blue": "#0072B2", "orange": "#E69F00", "green": "#00795A",
        "ages": ("#BFD9EA", "#7FB4D6", "#3F8FC2", "#0B5A8A", "#D55E00"),
    },
    "dark": {
        "ground": "#11171E", "card": "#1E2833", "ink": "#EDF2F7", "soft": "#A3B1BF", "line": "#3A4755",
        "blue": "#56B4E9", "orange": "#E69F00", "green": "#3CCB9E",
        "ages": ("#D6EBF8", "#A2D2F0", "#56B4E9", "#2A7FB0", "#FF8A3D"),
    },
}  # fmt: skip
HEIGHT_ROW = 62
BAR_MOST, WIDTH, COLUMN, TILE = 210, 968, 456, 190  # pixels
_PIECE = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+")
#: What stands in a picture by itself.
WORDS = (
    "by_day", "received", "answered", "open", "types", "helpers", "none_open", "none_types", "none_helpers",
)  # fmt: skip
#: Patterns of Babel in which there are no words.
WEEKDAY, SHORT = "EEE", {"zh": "M/d", "en": "d MMM"}
_DASH = "—"
_WIDE = 0x2E7F  # from here on a character is as wide as the font is high


def week(view: WeekView, *, reader: Reader, theme: str) -> bytes:
    """The picture as PNG, 1080 pixels wide; takes about a tenth of a second."""
    import resvg_py  # not for every start: neither of the two is needed before the first picture

    drawn = svg(view, reader=reader, theme=theme)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawn, skip_system_fonts=True, font_files=[str(FONT)], font_family="Noto Sans SC"
        )
    )


def svg(view: WeekView, *, reader: Reader, theme: str) -> str:
    """What is drawn. Names are escaped by the template, and cut to the room that there is."""
    import jinja2

    surroundings = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True
    )
    colours = THEMES.get(theme, THEMES["light"])
    say = _Say(reader)
    rows = max(len(view.types), len(view.helpers), 1)
    foot = say.foot(view)
    return surroundings.get_template("week.svg.j2").render(
        c=colours,
        height=1030 + rows * HEIGHT_ROW + 44 + 28 * len(foot),
        title=fitted(view.unit, 968, 46),
        subtitle=say.span(view),
        tiles=say.tiles(view),
        days=say.days(view, colours),
        legend=_legend(say.words(view)),
        ages=say.ages(view, colours),
        types=say.types(view),
        helpers=say.helpers(view),
        words=say.words(view),
        foot=foot,
    )


def fitted(text: str, room: int, size: int) -> str:
    """A text cut, with an ellipsis, to so many pixels in a size; as wide as it is reckoned, and never wider."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def width_of(text: str, size: int) -> float:
    """In pixels, in the house's font: never less than it takes, but for a line of nothing but capitals."""
    return sum(size if ord(char) > _WIDE else 0.58 * size for char in text)


def wrapped(text: str, room: int, size: int) -> list[str]:
    """A text in lines that fit: broken between words, or between characters where they are as wide as high."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and width_of(lines[-1] + piece, size) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def in_columns(rows: list[dict[str, Any]], *, begins: int) -> list[dict[str, Any]]:
    """Rows of a label, a number and a note: the numbers stand below each other, left of the widest note, and the labels
    have the room that is left."""
    notes = max((width_of(row["note"], 20) for row in rows), default=0)
    at = int(COLUMN - notes - 12)
    room = at - begins - 16
    return [
        row | {"at": at, "label": fitted(row["label"], int(room - width_of(row["value"], 23)), 23)}
        for row in rows
    ]


def _legend(words: Mapping[str, str]) -> dict[str, int]:
    """Where the two signs above the bars stand, their words ending at the right edge."""
    second = 1024 - 32 - int(width_of(words["answered"], 23)) - 4
    return {"second": second, "first": second - 56 - int(width_of(words["received"], 23))}


class _Say:
    """The words of a picture, for one reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __call__(self, key: str, /, **params: Any) -> str:
        return self.reader.plain(Text(key, params))

    def span(self, view: WeekView) -> str:
        return self(
            "week.span", first=self._day(view.first, self._full), last=self._day(view.last, self._full)
        )

    @property
    def _full(self) -> str:
        return wording("week.date", self.reader.language)

    def _day(self, day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=our_language(self.reader.language))

    def words(self, view: WeekView) -> dict[str, str]:
        names = (
            "by_day",
            "received",
            "answered",
            "open",
            "types",
            "helpers",
            "none_open",
            "none_types",
            "none_helpers",
        )
        found = {name: self(f"week.{name}") for name in names}
        return found | {"open_sum": self("week.open_sum", waiting=view.waiting, late=view.late)}

    def tiles(self, view: WeekView) -> list[dict[str, Any]]:
        share, before = _share(view.on_time, view.own), _share(view.on_time_before, view.own_before)
        return [
            self._tile("received", str(view.new), before=str(view.new_before)),
            self._tile("answered", str(view.done), before=str(view.done_before)),
            self._tile(
                "on_time", _DASH if share is None else str(share), unit="" if share is None else "%",
                before=_DASH if before is None else f"{before}%",
            ),
            self._tile("median", self._length(view.median), before=self._length(view.median_before)),
        ]  # fmt: skip

    def _tile(self, name: str, value: str, *, before: str, unit: str = "") -> dict[str, Any]:
        size = next((s for s in (62, 50, 42, 36, 30) if width_of(value, s) <= TILE - 32 * bool(unit)), 26)
        note = self("week.before", before=before)
        small = next((s for s in (21, 19, 17) if width_of(note, s) <= TILE), 15)
        return {
            "label": fitted(self(f"week.{name}"), TILE, 25), "value": value, "unit": unit, "size": size,
            "note": fitted(note, TILE, small), "note_size": small,
        }  # fmt: skip

    def _length(self, seconds: float | None) -> str:
        return _DASH if seconds is None else self.reader.span(timedelta(seconds=seconds))

    def days(self, view: WeekView, colours: Mapping[str, Any]) -> list[dict[str, Any]]:
        most = max((*view.received, *view.answered, 1))
        pairs = zip(view.received, view.answered, strict=True)
        return [
            {
                "x": 56 + int(WIDTH / 7 * (at + 0.5)),
                "name": self._day(view.first + timedelta(days=at), WEEKDAY),
                "date": self._day(view.first + timedelta(days=at), SHORT[our_language(self.reader.language)]),
                "bars": [
                    {"x": x, "value": value, "fill": fill, "height": round(BAR_MOST * value / most)}
                    for x, value, fill in ((-46, came, colours["blue"]), (4, done, colours["orange"]))
                ],
            }
            for at, (came, done) in enumerate(pairs)
        ]

    def ages(self, view: WeekView, colours: Mapping[str, Any]) -> list[dict[str, Any]]:
        whole = sum(view.ages)
        found, x = [], 56.0
        for at, (count, fill) in enumerate(zip(view.ages, colours["ages"], strict=True)):
            width = WIDTH * count / whole if whole else 0
            found.append({
                "x": round(x, 1), "width": round(width, 1), "fill": fill, "count": count,
                "label": self(f"week.age_{at}"),
            })  # fmt: skip
            x += width
        return found if whole else []

    def types(self, view: WeekView) -> list[dict[str, Any]]:
        most = max((count for _, count, _, _ in view.types), default=1) or 1
        rows = [
            {
                "label": self.reader.plain(t(LABEL, **labels)),
                "value": str(count),
                "note": self("week.type_note", own=own, on_time=on_time),
                "width": max(round(COLUMN * count / most), 10),
            }
            for labels, count, own, on_time in view.types
        ]
        return in_columns(rows, begins=0)

    def helpers(self, view: WeekView) -> list[dict[str, Any]]:
        rows = [
            {"label": name, "value": str(points), "note": self("week.helped", units=units), "own": own}
            for name, points, units, own in view.helpers
        ]
        return in_columns(rows, begins=38)

    def foot(self, view: WeekView) -> Sequence[str]:
        lines = [self("week.sent", sent=view.sent, answered=view.sent_done)]
        if view.saved:
            lines.append(self("week.saved", count=view.reused, saved=timedelta(seconds=view.saved)))
        if view.place > len(view.helpers):
            lines.append(self("week.place", place=view.place))
        lines.append(self("week.how", zone=view.zone))
        return [piece for line in lines for piece in wrapped(line, WIDTH, 19)]


def _share(on_time: int, own: int) -> int | None:
    return round(100 * on_time / own) if own else None
