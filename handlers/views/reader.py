"""The one way from texts to words for a reader: whatever people wrote is cleaned here, and never taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from babel.dates import format_date, format_datetime

from handlers.views.catalogue import our_language, wording
from handlers.views.rich import Mention, Rich, Span, joined, stripped, words
from handlers.views.template import MENTION, Node, Param, parsed
from workflow.kernel.text import Text

PARAM_MAX = 600  # characters of one parameter, so that a pasted book does not fill an error message
LONG_MAX = 20_000  # of those in LONG: beyond three messages they become a document
LABEL = "by_language"
LONG = frozenset({"text", "answer", "reason", "basis", "note", "contact"})
MULTILINE = LONG | {"why", "comment", "example", "lines"}

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What shows nothing, or makes its neighbours show something else: controls, bidi marks, overrides and
# isolates (a number written backwards), zero-width spaces, tag characters, halves of surrogate pairs.
# U+200D stays: it holds emoji together.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
_NUMBER = re.compile(r"[A-Za-z0-9]{1,20}-[0-9]{1,8}(?:-[0-9]{1,2})?")
_SPACES = re.compile(r"\s+")
_MINUTE = 60  # seconds
_SIMPLE_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def clean(text: str, *, multiline: bool = False, limit: int = PARAM_MAX) -> str:
    """User text without what cannot be seen, on one line unless ``multiline``, clipped with an ellipsis."""
    if len(text) > 4 * limit:  # do not wash what is thrown away
        text = text[: 4 * limit] + "\u2026"
    text = _UNSEEN.sub("", _NEWLINES.sub("\n", text))
    text = _BLANK_LINES.sub("\n\n", text.replace("\t", " ")) if multiline else _SPACES.sub(" ", text)
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def link(number: str) -> str:
    """The command that a tap on it sends: ``/r_KS26_0042``; empty for what has no number of ours."""
    return f"/r_{number.replace('-', '_')}" if _NUMBER.fullmatch(number) else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """For whom a text is worded: their language, their zone, and the moment of wording."""

    language: str
    zone: tzinfo
    now: datetime

    def say(self, key: str, /, **params: Any) -> Rich:
        return self.rich(Text(key, params))

    def rich(self, text: Text) -> Rich:
        """The wording with its parameters. One that is missing or None is left empty.

        A text of the key ``by_language`` is worded by its own parameters, one for each language: the
        labels of request types come from the configuration.
        """
        if text.key == LABEL:
            own = text.params.get(our_language(self.language)) or next(filter(None, text.params.values()), "")
            return words(clean(str(own)))
        spans: list[Span] = []
        self._fill(spans, parsed(wording(text.key, self.language)), text.params)
        return Rich(tuple(stripped(spans)))

    def _fill(self, spans: list[Span], nodes: tuple[Node, ...], params: Mapping[str, Any]) -> None:
        for node in nodes:  # told apart by type alone: a card has some two hundred
            if isinstance(node, Span):
                spans.append(node)
            elif isinstance(node, Param):
                self._fill_in(spans, node, params)
            elif all(params.get(name) not in (None, "", []) for name in node.names):
                self._fill(spans, node.nodes, params)

    def _fill_in(self, spans: list[Span], param: Param, params: Mapping[str, Any]) -> None:
        value, marks = params.get(param.name), param.marks
        if param.form == MENTION and params.get("id"):
            marks = (*marks, Mention(params["id"]))
        if isinstance(value, str):
            if text := self._words(value, name=param.name, form=param.form):
                spans.append(Span(text, marks))
            return
        rich = self.value(value, name=param.name, form=param.form)
        spans += [Span(text, marks + own) for text, own in rich.spans] if marks else rich.spans

    def plain(self, text: Text) -> str:
        """The wording without marks, for buttons and alerts."""
        return self.rich(text).plain

    def value(self, value: Any, *, name: str = "", form: str | None = None) -> Rich:  # noqa: PLR0911
        """A parameter, worded; see :class:`workflow.kernel.text.Text` for what it may be."""
        match value:
            case None:  # of a ledger that does not say when
                return words(wording("format.no_date", self.language)) if form == "past" else Rich()
            case Text():
                return self.rich(value)
            case datetime():
                return words(self.moment(value, form=form))
            case date():
                return words(self.day(value))
            case timedelta():
                return words(self.span(value))
            case str():
                return words(self._words(value, name=name, form=form))
            case int() | float() if form == "hours":
                return words(self.span(timedelta(hours=value)))
            case int() | float():
                return words(f"{round(value, 1):g}" if isinstance(value, float) else str(value))
            case Iterable():
                return self._listed([self.value(item, name=name) for item in value], form)
        raise TypeError(f"not a parameter of a text: {type(value).__name__}")

    def moment(self, at: datetime, *, form: str | None = None) -> str:
        """A local time, absolute, with its year unless it is this year.

        ``form`` time: the clock only; past: without the day of the week, which helps to meet a deadline
        but says nothing about what has been.

        Raises ``ValueError`` for a naive time: nobody could say which hour it means.
        """
        if at.tzinfo is None:
            raise ValueError("a naive time cannot be shown")
        local = at.astimezone(self.zone)
        this_year = local.year == self.now.astimezone(self.zone).year
        if form == "time":
            pattern = "format.time"
        elif form == "day":
            return self.day(local.date())
        else:
            pattern = {
                (False, True): "format.moment",
                (False, False): "format.moment_year",
                (True, True): "format.past",
                (True, False): "format.past_year",
            }[form == "past", this_year]
        return format_datetime(local, wording(pattern, self.language), locale=our_language(self.language))

    def day(self, day: date) -> str:
        this_year = day.year == self.now.astimezone(self.zone).year
        pattern = wording("format.day" if this_year else "format.day_year", self.language)
        return format_date(day, pattern, locale=our_language(self.language))

    def span(self, length: timedelta) -> str:
        """A duration in its two largest units, without sign: ``2 天 3 小时``.

        To the nearest minute: what is due in 8 hours has 8 hours left a second later, not 7 h 59 min.
        """
        seconds = int(abs(length.total_seconds()))
        if seconds >= _MINUTE:
            seconds = (seconds + _MINUTE // 2) // _MINUTE * _MINUTE
        for index, (unit, size) in enumerate(_SIMPLE_UNITS):
            if seconds < size:
                continue
            said = [self.say(f"duration.{unit}", count=seconds // size).plain]
            if index + 1 < len(_SIMPLE_UNITS):
                smaller, smaller_size = _SIMPLE_UNITS[index + 1]
                if rest := seconds % size // smaller_size:
                    said.append(self.say(f"duration.{smaller}", count=rest).plain)
            return " ".join(said)
        return self.say("duration.moment").plain

    def _listed(self, items: list[Rich], form: str | None) -> Rich:
        match form:
            case "row":
                return joined(wording("format.between", self.language), items)
            case "or":
                return joined(wording("format.or", self.language), items)
            case "apart":
                return joined("\n\n", items)
            case "points":
                return joined("\n", [words("• ") + item for item in items])
        return joined("\n", items)

    def _words(self, value: str, *, name: str, form: str | None) -> str:
        if form == "link":
            return link(value) or clean(value)
        limit = LONG_MAX if name in LONG else PARAM_MAX
        return clean(value, multiline=name in MULTILINE, limit=limit)


def render_plain(text: Text, *, language: str, zone: tzinfo, now: datetime) -> str:
    """A text without markup, for alerts and buttons."""
    return Reader(language=language, zone=zone, now=now).plain(text)
