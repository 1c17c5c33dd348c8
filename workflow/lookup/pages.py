"""A list of requests a page at a time: turned by ‹ and › in place, never by another message.

Nothing of it is kept but what was asked for: a page is looked up anew when it is turned to, with the rights of
whoever turns it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.labels import subject_hint, type_label
from workflow.kernel.states import WAITING, WITH_ASKED
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.lookup.views import ListPage, RequestLine, SectionPage
from workflow.notices.telling import handler_of
from workflow.notices.words import known_subjects, said
from workflow.organisation import people, units
from workflow.organisation.audience import What, audience_of

PAGE = 8  # requests; a phone shows about so many with their buttons
REASON = 40  # characters of it, after it was masked


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Requests under one title."""

    title: str
    found: Sequence[Request]
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What was asked for, and how to ask for it again: ``again`` is ``KIND:ARGUMENT``."""

    again: str
    sections: tuple[Section, ...]
    unit: str | None = None  # whose it is

    @property
    def found(self) -> list[tuple[int, Request]]:
        """All of it in order, each with the number of its section."""
        return [(n, request) for n, section in enumerate(self.sections) for request in section.found]


def on_page(listing: Listing, page: int) -> list[tuple[int, Request]]:
    """What stands on a page, counted from 1."""
    return listing.found[(page - 1) * PAGE : page * PAGE]


async def page_of(tx: Tx, listing: Listing, page: int = 1, *, turned: bool = False) -> ListPage:
    """A page of it as the chat at hand may read it, the last one where there are fewer. ``turned``: in the place
    of another. Raises :class:`Refused` for one that there never was."""
    if page < 1:
        raise Refused("error.button_old")
    page = max(1, min(page, _pages(listing)))
    shown = on_page(listing, page)
    sections = []
    for n, section in enumerate(listing.sections):
        lines = [await line(tx, request) for number, request in shown if number == n]
        if lines:
            sections.append(
                SectionPage(
                    title=section.title, lines=tuple(lines), count=len(section.found), unit=section.unit
                )
            )
    return ListPage(
        again=listing.again,
        page=page,
        pages=_pages(listing),
        sections=tuple(sections),
        unit=listing.unit,
        turned=turned,
    )


def _pages(listing: Listing) -> int:
    return -(-len(listing.found) // PAGE)


async def line(tx: Tx, request: Request) -> RequestLine:
    """One request in a list, masked: it may stand in a group."""
    body = Body.of(request, tx.sealer)
    from_unit = await units.name_of(tx, request.from_unit_id)
    to_unit = await units.name_of(tx, request.to_unit_id or body.withheld_from)
    rule = tx.policy.types.get(request.type)
    handler = await handler_of(tx, request)
    due = request.due_at if request.state in WAITING else None
    late = request.state in WITH_ASKED and due is not None and due < tx.now
    return RequestLine(
        request_id=request.id,
        number=request.number or request.external_id or "",
        ours=bool(request.number),
        state=request.state,
        type=type_label(rule) if rule else t("plain", text=request.type),
        from_unit=from_unit,
        to_unit=to_unit,
        subject=subject_hint(body.subjects),
        purged_at=request.purged_at,
        reason=await _reason(tx, request, body),
        due=due,
        left=due - tx.now if due is not None else None,
        late=late,
        handler=people.name_of(tx, handler) if handler else "",
    )


async def _reason(tx: Tx, request: Request, body: Body) -> str:
    """Why it is asked, as this chat may read it, short. It is cut after it was masked: half a number is not known
    for one."""
    audience = await audience_of(tx, request, tx.reads_in, reader=tx.who if tx.alone else None)
    known = await known_subjects(tx, request, body)
    masked = said(audience, request, known, What.MATTER, body.said("reason"))
    words = " ".join(masked.split()) if isinstance(masked, str) else ""
    return words if len(words) <= REASON else words[: REASON - 1] + "…"
