"""Texts for people, named but not yet worded: the views word them in the reader's language.

A :class:`Text` is a catalogue key with parameters. It is kept in the outbox as JSON, so that a line
queued today is worded tomorrow in the language that the chat has chosen by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A catalogue key and its parameters.

    A parameter is a ``str`` (user text: escaped by the views), ``int``, ``float``, ``date``, aware
    ``datetime`` (shown in the reader's zone), ``timedelta`` (a duration), ``None`` (left empty), another
    ``Text``, :class:`Words`, or a list of any of these (a line each).
    """

    key: str
    params: dict[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        return {"t": self.key, "p": {name: to_json(value) for name, value in self.params.items()}}


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote about a request, kept as data: how much of it is shown depends on where.

    See :mod:`workflow.notices.words`; the views never meet one.
    """

    what: str  # of workflow.organisation.audience.What
    text: str
    request_id: int


def t(key: str, **params: Any) -> Text:
    """A text by its catalogue key."""
    return Text(key, params)


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """An inline button: ``data`` comes back to us, ``start`` opens the private chat with a payload."""

    label: Text
    data: str = ""
    start: str = ""

    def json(self) -> dict[str, Any]:
        return {"label": self.label.json(), "data": self.data, "start": self.start}


def to_json(value: Any) -> Any:  # noqa: PLR0911
    match value:
        case Text():
            return value.json()
        case Words():
            return {"w": value.what, "s": value.text, "r": value.request_id}
        case datetime():
            return {"dt": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case timedelta():
            return {"td": value.total_seconds()}
        case str() | int() | float() | None:
            return value
        case Iterable():
            return [to_json(item) for item in value]
    raise TypeError(f"not a parameter of a text: {type(value).__name__}")


def from_json(value: Any) -> Any:  # noqa: PLR0911
    """The inverse of :func:`to_json`."""
    match value:
        case {"t": str(key), "p": dict(params)}:
            return Text(key, {name: from_json(item) for name, item in params.items()})
        case {"w": str(what), "s": str(text), "r": int(request_id)}:
            return Words(what, text, request_id)
        case {"dt": str(iso)}:
            return datetime.fromisoformat(iso)
        case {"d": str(iso)}:
            return date.fromisoformat(iso)
        case {"td": seconds}:
            return timedelta(seconds=seconds)
        case list():
            return [from_json(item) for item in value]
    return value
