"""Telegram's numbers of people on their way in and out: in the desk they stand under its veil."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from handlers.incoming import Posted, Replied
from handlers.views.outgoing import Document, Edit, Files, Outgoing, Say
from handlers.views.rich import Mention, Rich, Span
from storage.tables.veil import Veil
from workflow.kernel.tx import Place, Sender


def veiled(found: Any, veil: Veil) -> Any:
    """What came in, or a part of it, with the desk's own numbers of people and of their private chats."""
    if isinstance(found, Sender):
        number = veil.ours(int(found.native_id))
        return replace(found, native_id=str(number), chat_id=number)
    if isinstance(found, Place):
        number = veil.ours(found.chat_id)
        return found if number == found.chat_id else replace(found, chat_id=number)
    if isinstance(found, tuple):
        return tuple(veiled(one, veil) for one in found)
    parts = ((field.name, getattr(found, field.name)) for field in fields(found))
    of_people = {
        name: veiled(part, veil)
        for name, part in parts
        if isinstance(part, Sender | Place | Posted | Replied) or _of_senders(part)
    }
    return replace(found, **of_people)


def _of_senders(part: Any) -> bool:
    return isinstance(part, tuple) and bool(part) and all(isinstance(one, Sender) for one in part)


def unveiled(out: Outgoing, veil: Veil) -> Outgoing:
    """What goes out, its mentions by Telegram's numbers."""
    match out:
        case Say() | Edit():
            return replace(out, text=_of_text(out.text, veil)) if _mentions(out.text) else out
        case Files() | Document():
            return replace(out, caption=_of_text(out.caption, veil)) if _mentions(out.caption) else out
    return out


def _mentions(text: Rich) -> bool:
    return any(isinstance(mark, Mention) for span in text.spans for mark in span.marks)


def _of_text(text: Rich, veil: Veil) -> Rich:
    return Rich(
        tuple(
            Span(
                span.text,
                tuple(
                    Mention(veil.theirs(mark.account)) if isinstance(mark, Mention) else mark
                    for mark in span.marks
                ),
            )
            for span in text.spans
        )
    )
