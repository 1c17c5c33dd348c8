"""Buttons of the workflow as Telegram's inline keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.views.html import Reader
from handlers.views.outgoing import Key
from workflow.kernel.text import Button

LABEL_MAX = 64  # characters; phones cut longer ones off anyway
ROWS_MAX = 25  # Telegram: at most 100 buttons, the rest is dropped in silence


def keyboard(
    rows: Iterable[Sequence[Button]], *, reader: Reader, bot_username: str
) -> tuple[tuple[Key, ...], ...]:
    """The buttons, worded. One that leads nowhere (a ``start`` of an unnamed bot) is left out."""
    keys = (tuple(key for button in row if (key := _key(button, reader, bot_username))) for row in rows)
    return tuple(row for row in keys if row)[:ROWS_MAX]


def _key(button: Button, reader: Reader, bot_username: str) -> Key | None:
    label = reader.plain(button.label)
    label = label if len(label) <= LABEL_MAX else label[: LABEL_MAX - 1] + "…"
    if button.data:
        return Key(label=label, data=button.data)
    if button.start and bot_username:
        return Key(label=label, url=f"https://t.me/{bot_username}?start={button.start}")
    return None
