"""The figures of a year or a month as the sheets of a workbook, in a reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from babel.dates import format_date

from handlers.views.catalogue import our_language
from handlers.views.reader import Reader
from workflow.figures.counting import Answers
from workflow.figures.periods import Sort
from workflow.figures.report import Part
from workflow.kernel.text import t
from workflow.lookup.reports import Cell, Report, Sheet

HOUR = timedelta(hours=1)
NOTHING: Mapping[str, Cell] = {}
#: The columns of each sheet, by their words in the catalogues.
COLUMNS: dict[str, tuple[str, ...]] = {
    "overview": ("what", "value"),
    "sent": ("asked_party", "sent_urgent", "sent_other", "sent_all", "got_answer", "was_declined"),
    "received": (
        "asking_party", "received_urgent", "received_other", "received_all", "answered_urgent", "answered_other",
        "answered_all",
    ),
    "refused": ("asking_party", "ground", "declined"),
    "deviated": ("asking_party", "late", "delayed", "owed"),
    "parts": (
        "when", "received_all", "answered_all", "reused", "own", "on_time", "median", "within", "declined", "sent_all",
        "got_answer", "was_declined",
    ),
    "types": (
        "type", "received_all", "answered_all", "reused", "own", "on_time", "median", "within", "declined", "rating",
    ),
}  # fmt: skip


def sheets(report: Report, reader: Reader) -> Sequence[Sheet]:
    """An overview, the four tables of article 18, the time part by part, the types of request."""
    figures, parts = report.figures, _parts(report, reader)
    whole = _how_well(figures.whole)
    tables = {
        "sent": _summed(reader, "sent", [
            (report.names[o.party], o.sent_urgent, o.sent_other, o.sent_urgent + o.sent_other, o.answered, o.declined)
            for o in figures.sent
        ]),
        "received": _summed(reader, "received", [
            (
                report.names[o.party], o.received_urgent, o.received_other, o.received_urgent + o.received_other,
                o.answered_urgent, o.answered_other, o.answered_urgent + o.answered_other,
            )
            for o in figures.received
        ]),
        "refused": _summed(reader, "refused", [
            (report.names[o.party], o.ground or reader.plain(t("report.no_ground")), o.count) for o in figures.refused
        ]),
        "deviated": _summed(reader, "deviated", [
            (report.names[o.party], o.late, o.delayed, o.owed)
            for o in figures.received if o.late or o.delayed or o.owed
        ]),
        "parts": _summed(reader, "parts", parts, instead={"median": whole[4], "within": whole[5]}),
        "types": [
            (reader.plain(report.types[o.type]), o.received, *_how_well(o.answers), o.declined, o.rated.mean)
            for o in figures.types
        ],
    }  # fmt: skip
    overview = _sheet(report, reader, "overview", _overview(report, reader), notes=_notes(report, reader))
    return [
        overview,
        *(_sheet(report, reader, name, rows, total=name != "types") for name, rows in tables.items()),
    ]


def _sheet(
    report: Report,
    reader: Reader,
    name: str,
    rows: Sequence[Sequence[Cell]],
    *,
    total: bool = False,
    notes: Sequence[str] = (),
) -> Sheet:
    if name == "parts":
        short = long = t("report.by_month" if report.period.sort is Sort.YEAR else "report.by_day")
    else:
        short, long = t(f"report.sheet.{name}"), t(f"report.title.{name}")
    head = t("report.title", unit=report.unit, period=report.period.said, what=long)
    return Sheet(
        name=reader.plain(short),
        title=reader.plain(head),
        headers=[reader.plain(t(f"report.column.{column}")) for column in COLUMNS[name]],
        rows=rows,
        total=total,
        notes=notes,
    )


def _summed(
    reader: Reader, name: str, rows: Sequence[Sequence[Cell]], *, instead: Mapping[str, Cell] = NOTHING
) -> Sequence[Sequence[Cell]]:
    """With a last row that sums up each column of counts. ``instead``: of columns that have no sum."""
    sums: list[Cell] = [reader.plain(t("report.sum"))]
    for at, column in enumerate(COLUMNS[name][1:], start=1):
        counted = [cell for row in rows if isinstance(cell := row[at], int)]
        sums.append(instead.get(column, None if column == "ground" else sum(counted)))
    return [*rows, sums]


def _parts(report: Report, reader: Reader) -> list[Sequence[Cell]]:
    return [
        (
            _when(part, report, reader), part.received, *_how_well(part.answers), part.declined, part.sent,
            part.sent_answered, part.sent_declined,
        )
        for part in report.figures.parts
    ]  # fmt: skip


def _when(part: Part, report: Report, reader: Reader) -> str:
    """A month, or a day with its day of the week, by the unit's own clock."""
    day = part.since.astimezone(report.period.zone).date()
    pattern = "yyyy-MM" if report.period.sort is Sort.YEAR else "yyyy-MM-dd EEE"
    return format_date(day, pattern, locale=our_language(reader.language))


def _how_well(answers: Answers) -> tuple[Cell, ...]:
    """Answered, reused, own, on time, and in hours: the median, the time within which 80 % were given."""
    hours = [span / HOUR if span is not None else None for span in (answers.median, answers.most_within)]
    return (answers.answered, answers.reused, answers.own, answers.on_time, *hours)


def _overview(report: Report, reader: Reader) -> Sequence[Sequence[Cell]]:
    figures, whole = report.figures, report.figures.whole
    share = 100 * whole.on_time / whole.own if whole.own else None
    median, within = _how_well(whole)[4:]
    values: dict[str, Cell] = {
        "unit": report.unit,
        "below": "、".join(report.below) or None,
        "period": report.period.said,
        "zone": str(report.period.zone),
        "made_at": report.made_at.astimezone(report.period.zone).strftime("%Y-%m-%d %H:%M"),
        "sent_all": sum(one.sent_urgent + one.sent_other for one in figures.sent),
        "received_all": sum(one.received_urgent + one.received_other for one in figures.received),
        "answered_all": whole.answered,
        "reused": whole.reused,
        "own": whole.own,
        "on_time": whole.on_time,
        "share": share,
        "median": median,
        "within": within,
        "declined": sum(one.declined for one in figures.received),
        "saved": figures.saved_hours,
        "rated": figures.rated.count,
        "rating": figures.rated.mean,
    }
    return [
        (reader.plain(t(f"report.column.{name}")), value)
        for name, value in values.items()
        if value is not None
    ]


def _notes(report: Report, reader: Reader) -> Sequence[str]:
    """How it was reckoned."""
    notes = ("counted", "on_time", "within", "saved", "first_answer", "clock")
    return [reader.plain(t(f"report.note.{note}", zone=str(report.period.zone))) for note in notes]
