"""The full text of a request, for one person in private."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from handlers.views.card import EVERYTHING, Room, card_text
from handlers.views.catalogue import has, our_language
from handlers.views.reader import Reader
from handlers.views.rich import Rich, joined
from workflow.kernel.outcomes import named
from workflow.kernel.text import Text
from workflow.notices.cards_view import AnswerLine, CommentLine, FullView, HistoryLine

ALL = Room(share=40, subjects=EVERYTHING)


def full(view: FullView, *, reader: Reader, lasts: timedelta | None = None) -> Rich:
    """Everything that is known of a request, of any length. ``lasts``: so long it stands in the chat."""
    head = [reader.say("full.head", number=view.card.number), reader.say("full.warning")]
    if lasts is not None:
        head.append(reader.say("full.lasts", after=lasts))
    if view.purpose:
        head.append(reader.say("full.purpose", why=view.purpose))
    matter = replace(view.card, answer=None, comments=())  # both follow in full
    blocks = [joined("\n", head), card_text(matter, reader=reader, room=ALL)]
    if view.text:
        blocks.append(_block(reader, "full.post", [reader.say("full.quote", text=view.text)]))
    blocks.append(_block(reader, "full.answers", (_answer(line, reader) for line in view.answers)))
    kept = (_answer(line, reader, origin="full.reference_from") for line in view.references)
    blocks.append(_block(reader, "full.references", kept))
    blocks.append(_block(reader, "full.comments", (_comment(line, reader) for line in view.comments)))
    blocks.append(_block(reader, "full.history", (_event(line, reader) for line in view.history)))
    if view.files:
        blocks.append(reader.say("full.files", count=len(view.files)))
    return joined("\n\n", [block for block in blocks if block])


def _block(reader: Reader, title: str, lines: Iterable[Rich]) -> Rich:
    body = joined("\n", lines)
    return joined("\n", [reader.say(title), body]) if body else body


def _answer(line: AnswerLine, reader: Reader, *, origin: str = "full.reused") -> Rich:
    key = "full.answer_by_partial" if line.partial else "full.answer_by"
    outcome = named(line.outcome, ours=line.reused_from is None)
    said = [
        reader.say(key, at=line.at, unit=line.unit, name=line.name, outcome=outcome, code=line.code or None)
    ]
    if line.withdrawn_at is not None:
        said.append(reader.say("full.withdrawn", at=line.withdrawn_at))
    if line.text:  # nothing but files, or deleted
        said.append(reader.say("full.quote" if line.withdrawn_at is None else "full.struck", text=line.text))
    for former in line.former:
        said.append(reader.say("full.former", at=former.at, name=former.name))
        said.append(reader.say("full.quote", text=former.text))
    if line.reused_from is not None:
        said.append(reader.say(origin, number=line.reused_from))
    return joined("\n", [part for part in said if part])


def _comment(line: CommentLine, reader: Reader) -> Rich:
    return reader.say("full.comment", at=line.at, name=line.name, text=line.text)


def _event(line: HistoryLine, reader: Reader) -> Rich:
    key = f"history.{line.action}"
    action = Text(key if has(key, our_language(reader.language)) else "history.other")
    name = f"{line.unit} {line.name}".strip()
    return reader.say("full.history_line", at=line.at, action=action, name=name)
