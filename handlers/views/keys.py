"""Buttons of the workflow, worded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.views.outgoing import Key, Rows
from handlers.views.reader import Reader
from workflow.kernel.text import Button

LABEL_MAX = 64  # characters; phones cut longer ones off anyway


def keyboard(rows: Iterable[Sequence[Button]], *, reader: Reader) -> Rows:
    """The buttons, worded. One that does nothing is left out."""
    keys = (tuple(_key(button, reader) for button in row if button.data or button.start) for row in rows)
    return tuple(row for row in keys if row)


def _key(button: Button, reader: Reader) -> Key:
    label = reader.plain(button.label)
    label = label if len(label) <= LABEL_MAX else label[: LABEL_MAX - 1] + "…"
    return Key(label=label, data=button.data, start="" if button.data else button.start)
