"""What a channel is given instead of what it cannot do: lines of text say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handlers.views.outgoing import (
    Can,
    Delete,
    Document,
    Edit,
    EditButtons,
    Files,
    Key,
    Outgoing,
    React,
    Rows,
    Say,
    shown,
)
from handlers.views.rich import Rich, Span, Style, cut, joined, words
from workflow.kernel.actions import ACTIONS, Action
from workflow.kernel.carried import Carried, Press
from workflow.kernel.errors import Refused


def fitted(out: Outgoing, can: Can, *, card: bool) -> Outgoing | None:
    """What to do where not all of it can be done; None where nothing is left of it.

    Of a ``card`` that has changed its head is said, which names the request and how it stands: who wants all of it asks
    for it. Nothing that somebody wrote is lost: other texts are said as a whole.
    """
    match out:
        case Edit() if not can.edits:
            said = Say(text=_head(out.text) if card else out.text, rows=out.rows, shows=shown(out))
            return _without_buttons(said, can)
        case EditButtons() | React() | Delete() if not _able(out, can):
            return None
        case Files() if not can.files:
            text = joined(
                "\n", [said for said in (out.caption, *(file.refused for file in out.files)) if said]
            )
            return Say(text=text, protect=out.protect, lasts=out.lasts) if text else None
        case Say():
            return _without_buttons(out, can)
        case Document() if not can.files:
            raise ValueError("a document for a channel that takes no files")
    return out


def _able(out: EditButtons | React | Delete, can: Can) -> bool:
    """Of what there are no words for: whether it can be done."""
    match out:
        case EditButtons():
            return can.edits and can.buttons
        case React():
            return can.reactions
    return can.deletes


def _without_buttons(said: Say, can: Can) -> Say:
    """The buttons as the commands that do the same in a reply; a step that only a button takes has none."""
    if can.buttons or not said.rows:
        return said
    hints = joined("\n", _hints(said.rows))
    text = joined("\n\n", [said.text, hints]) if hints else said.text
    return replace(said, rows=(), text=text, shows=shown(said))


def _hints(rows: Rows) -> Iterator[Rich]:
    for key in (key for row in rows for key in row):
        command = command_of(key)
        if command:
            yield words(f"{key.label}: ") + Rich((Span(command, (Style.CODE,)),))


def command_of(key: Key) -> str:
    """The command that does what a button does, typed in reply to its message; empty where there is none."""
    if key.start:
        return f"/{key.start}" if key.start.startswith("r_") else ""
    try:
        carried = Carried.unpack(key.data)
    except Refused:
        return ""
    does = carried.does
    if does is Press.LOOK and len(carried.args) == 1:  # its label is the purpose
        return f"/show {key.label}"
    return f"/{does}" if isinstance(does, Action) and ACTIONS[does].command and not carried.args else ""


def _head(text: Rich) -> Rich:
    """The first block of a text: up to its first blank line."""
    end = text.plain.find("\n\n")
    return text if end < 0 else cut(text, 0, end)
