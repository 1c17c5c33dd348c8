"""A list of requests a page at a time: turned by ‹ and › in place, never by another message.

Nothing of it is kept but what was asked for: a page is looked up anew when it is turned to, with the rights of
whoever turns it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.tables.models import Request
from workflow.kernel import pressed
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import Refused
from workflow.kernel.labels import subject_hint, type_label
from workflow.kernel.pressed import LIST, Under
from workflow.kernel.states import WAITING, WITH_ASKED
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import handler_of, link
from workflow.notices.words import known_subjects, said
from workflow.organisation import people, units
from workflow.organisation.audience import What, audience_of

PAGE = 8  # requests; a phone shows about so many with their buttons
REASON = 40  # characters of it, after it was masked
IN_A_ROW = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Requests under one title, a text that takes ``lines`` and ``count``."""

    title: str
    found: Sequence[Request]
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What was asked for, and how to ask for it again: ``again`` is ``KIND:ARGUMENT``."""

    again: str
    sections: tuple[Section, ...]
    none: Text

    @property
    def found(self) -> list[tuple[int, Request]]:
        """All of it in order, each with the number of its section."""
        return [(n, request) for n, section in enumerate(self.sections) for request in section.found]


def on_page(listing: Listing, page: int) -> list[tuple[int, Request]]:
    """What stands on a page, counted from 1."""
    return listing.found[(page - 1) * PAGE : page * PAGE]


async def say(tx: Tx, listing: Listing) -> None:
    """Its first page, or that there is nothing to list."""
    if not listing.found:
        await tx.say(listing.none)
        return
    await tx.say(await _text(tx, listing, 1), buttons=_buttons(listing, 1), purpose=LIST)


async def turn(tx: Tx, listing: Listing, page: int) -> None:
    """Another page in the place of the one whose button was pressed; the last one where there are fewer now."""
    page = min(page, _pages(listing))
    if page < 1:
        raise Refused("error.button_old")
    under = Under(purposes=(LIST,))
    await pressed.change(tx, under, await _text(tx, listing, page), _buttons(listing, page))


def _pages(listing: Listing) -> int:
    return -(-len(listing.found) // PAGE)


async def _text(tx: Tx, listing: Listing, page: int) -> Text:
    shown = on_page(listing, page)
    parts = []
    for n, section in enumerate(listing.sections):
        lines = [await line(tx, request) for number, request in shown if number == n]
        if lines:
            parts.append(t(section.title, lines=lines, count=len(section.found), **section.params))
    several = _pages(listing) > 1
    return t("list", parts=parts, page=page if several else None, pages=_pages(listing))


def _buttons(listing: Listing, page: int) -> list[list[Button]]:
    """One for each request on the page, and those that turn it."""
    ours = [
        Button(label=t("plain", text=request.number), data=carry(Press.SHOW, request.id))
        for _, request in on_page(listing, page)
        if request.number
    ]
    rows = [ours[i : i + IN_A_ROW] for i in range(0, len(ours), IN_A_ROW)]
    turns = [
        Button(label=t("plain", text=label), data=carry(Press.PAGE, to, listing.again))
        for label, to in ((f"‹ {page - 1}", page - 1), (f"{page + 1} ›", page + 1))
        if 1 <= to <= _pages(listing)
    ]
    return [*rows, turns] if turns else rows


async def line(tx: Tx, request: Request) -> Text:
    """One request in a list, masked: it may stand in a group."""
    body = Body.of(request, tx.sealer)
    from_unit = await units.name_of(tx, request.from_unit_id)
    to_unit = await units.name_of(tx, request.to_unit_id)
    rule = tx.policy.types.get(request.type)
    handler = await handler_of(tx, request)
    due = request.due_at if request.state in WAITING else None
    late = request.state in WITH_ASKED and due is not None and due < tx.now
    return t(
        "list.late" if late else "list.line",
        number=request.number or request.external_id,
        state=t(f"state.{request.state}"),
        type=type_label(rule) if rule else t("plain", text=request.type),
        from_unit=from_unit,
        to_unit=to_unit,
        subject=t("list.purged", at=request.purged_at) if request.purged_at else subject_hint(body.subjects),
        reason=await _reason(tx, request, body),
        due=due,
        left=due - tx.now if due is not None else None,
        link=link(request.number or ""),
        handler=people.name_of(tx, handler) if handler else "",
    )


async def _reason(tx: Tx, request: Request, body: Body) -> str:
    """Why it is asked, as this chat may read it, short. It is cut after it was masked: half a number is not known
    for one."""
    audience = await audience_of(tx, request, tx.where.chat_id)
    known = await known_subjects(tx, request, body)
    masked = said(audience, request, known, What.MATTER, body.said("reason"))
    words = " ".join(masked.split()) if isinstance(masked, str) else ""
    return words if len(words) <= REASON else words[: REASON - 1] + "…"
