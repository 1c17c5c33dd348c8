"""What the readers of ledgers say of a file, as texts that the views word in the reader's language."""

from __future__ import annotations

from typing import Any

from storage.ledger.fields import COLUMNS
from storage.ledger.why import Why
from workflow.kernel.text import Text, t


def told(why: Why, *, labels: bool = True) -> Text:
    """The text of it. ``labels``: fields are called as people call them, and not as a file has them."""
    return t(f"ledger_why.{why.cause}", **{name: _value(name, v, labels) for name, v in why.params.items()})


def _value(name: str, value: Any, labels: bool) -> Any:
    if isinstance(value, Why):
        return told(value, labels=labels)
    if isinstance(value, list):
        return [_value(name, one, labels) for one in value]
    if labels and name == "field" and value in COLUMNS:
        return t(f"ledger_field.{value}")
    if labels and name == "kind":
        return t(f"kind.{value}")
    return value
