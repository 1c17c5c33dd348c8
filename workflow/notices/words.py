"""What people wrote about a request, from the use case that passes it on to the chat that shows it.

A use case puts :func:`quoted` into a text and says no more; how much of them a chat may show is decided when
the text is rendered, by :func:`workflow.organisation.audience.how_much`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matching.identifiers.values import Subject
from storage.queries import requests as rows
from storage.tables.models import Person, Request
from workflow.kernel.body import Body
from workflow.kernel.masked import hide, hide_in_case
from workflow.kernel.text import Button, Text, Words, t
from workflow.kernel.tx import Tx
from workflow.notices.own_shown import own_people
from workflow.notices.telling import link
from workflow.organisation.audience import Audience, Much, What, audience_of, how_much


def quoted(request: Request, what: What | str, text: str) -> Words:
    """Somebody's words about a request, as a parameter of a text."""
    return Words(what=What(what).value, text=text, request_id=request.id)


def said(audience: Audience, request: Request, known: Sequence[Subject], what: What, text: str) -> str | Text:
    """The words as their audience may read them: masked, or where to read them, or nothing.

    ``known``: see :func:`known_subjects`.
    """
    match how_much(audience, request, what):
        case Much.MASKED:
            return hide_in_case(text, known) if what is What.CASE else hide(text, known)
        case Much.WHOLE:
            return text
        case Much.OUTCOME:
            return t("words.answer_in_private")
        case _:
            return ""


async def known_subjects(tx: Tx, request: Request, body: Body) -> tuple[Subject, ...]:
    """Whom what was said to a request may name: its own subjects, and those of each request whose answer was
    given to it: one asked by the number, the other by the name."""
    sources = await rows.sources_of_answers(tx.session, request.id)
    named = own_people(tx, request, body)
    return (*body.subjects, *named, *(s for source in sources for s in Body.of(source, tx.sealer).subjects))


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A text as one chat may read it, and the button to what was kept back."""

    text: Text
    buttons: tuple[Button, ...] = ()


async def place(tx: Tx, chat_id: int, text: Text) -> Placed:
    """The text with everybody's words in it as the chat may read them, now."""
    kept_back: dict[int, Request] = {}

    async def one(value: Any) -> Any:
        match value:
            case Words():
                return await _shown(tx, chat_id, value, kept_back)
            case Text():
                return Text(value.key, {name: await one(inner) for name, inner in value.params.items()})
            case list() | tuple():
                return [await one(inner) for inner in value]
        return value

    placed = await one(text)
    return Placed(text=placed, buttons=tuple(full_button(r) for r in kept_back.values() if r.number))


async def _shown(tx: Tx, chat_id: int, value: Words, kept_back: dict[int, Request]) -> str | Text:
    request = await tx.session.get(Request, value.request_id)
    if request is None:
        return ""
    audience = await audience_of(tx, request, chat_id)
    known = await known_subjects(tx, request, Body.of(request, tx.sealer))
    shown = said(audience, request, known, What(value.what), value.text)
    if not isinstance(shown, Text):
        return shown
    kept_back[request.id] = request
    asker = await tx.session.get(Person, request.asker_id) if request.asker_id else None
    sent = value.what == What.ANSWER and asker is not None and asker.open_chat is not None
    return t("words.answer_sent" if sent else shown.key, link=link(request.number or ""))


def full_button(request: Request) -> Button:
    """Opens the private chat, where the whole request is shown to whoever may read it."""
    return full_button_of(request.number or "")


def full_button_of(number: str) -> Button:
    """The same, by the request's number."""
    return Button(label=t("button.full"), start="r_" + number.replace("-", "_"))
