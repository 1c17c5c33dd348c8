"""The texts that somebody sent for a request, and when: what they say about time counts from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import datetime
from types import MappingProxyType
from typing import Any

from matching.form.fields import TIMED
from matching.form.form import read


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A text that somebody sent for a request; ``field`` when it answers a question about one field.

    ``sent``: when, None for one of before that was kept. ``since``: for fields whose words an edit has changed,
    when that was.
    """

    text: str
    field: str = ""
    sent: datetime | None = None
    since: Mapping[str, datetime] = made(default_factory=lambda: MappingProxyType({}))

    def said_at(self, name: str) -> datetime | None:
        """When it said what it says about a field."""
        return self.since.get(name, self.sent)

    def edited(self, text: str, at: datetime) -> Part:
        """The part with another text. Words about time that stay as they were still count from when they were
        written; those that have changed, from the edit."""
        before, after = read(self.text), read(text)
        changed = {name: at for name in TIMED if getattr(before, name) != getattr(after, name)}
        return replace(self, text=text, since=MappingProxyType({**self.since, **changed}))

    def plain(self) -> list[Any]:
        """As it lies in a sealed value."""
        sent = self.sent.isoformat() if self.sent else None
        return [self.text, self.field, sent, {name: at.isoformat() for name, at in self.since.items()}]

    @classmethod
    def of(cls, plain: list[Any]) -> Part:
        """The inverse of :meth:`plain`; what was sealed before times were kept has none."""
        text, name, sent, since = (*plain, None, {})[:4] if len(plain) == 2 else plain
        return cls(
            text=text,
            field=name,
            sent=datetime.fromisoformat(sent) if sent else None,
            since=MappingProxyType({key: datetime.fromisoformat(at) for key, at in since.items()}),
        )
