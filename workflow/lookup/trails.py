"""What stands in the record of one request, one person or one number, a page at a time, as somebody may see it.

A page begins where the one before it ended, and ends at the newest event of the time when it was asked; so it stays the
same however much is done meanwhile, also by looking at it. How many entries there are is told nobody: it would count
what they may not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from storage.queries import trails as rows
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Event, Request
from workflow.kernel.actions import PASSING_ON, Right
from workflow.kernel.body import Body
from workflow.kernel.standing import name_of
from workflow.kernel.text import from_json
from workflow.kernel.tx import Actor, Tx
from workflow.lookup.trail_views import TrailLine
from workflow.notices.full_texts import purpose_of
from workflow.organisation import owning, people, rights, units

EXPORT = "export"  # a unit's whole ledger was taken away
PAGE = 15  # entries; a phone shows about so many
AT_ONCE = 50  # events that are read
READ_THROUGH = 300  # events for a page, of which somebody may be allowed to see few
#: What is done to no request and stands in the trail of a person: what they looked for, looked into and took away.
_LOOKS = frozenset({EXPORT, "traced", *owning.AUDITS})


class By(StrEnum):
    """Of what the record is looked into."""

    REQUEST = "request"
    PERSON = "person"
    VALUE = "value"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """What was asked for, and when."""

    by: By
    of: int | str  # the id of the request or the person; the number, as it was typed
    last: int  # the newest event of that time
    ids: tuple[int, ...] = ()  # of the requests that name the number
    starts: tuple[int, ...] = (
        0,
    )  # the event after which each page known so far begins; 0: at the end of the record
    shown: tuple[int, ...] = ()  # of ``ids`` those of which something was shown
    more: bool = False  # there may be older requests that name it

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "by": self.by.value, "of": self.of, "last": self.last, "ids": list(self.ids),
            "starts": list(self.starts), "shown": list(self.shown), "more": self.more,
        }  # fmt: skip

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Trail:
        """The inverse of :meth:`plain`."""
        lists = {name: tuple(plain[name]) for name in ("ids", "starts", "shown")}
        return cls(by=By(plain["by"]), of=plain["of"], last=plain["last"], more=plain["more"], **lists)

    @property
    def backwards(self) -> bool:
        """Whether the newest comes first: of a request it is read from its beginning."""
        return self.by is not By.REQUEST

    def began(self, page: int) -> int:
        """After which event a page begins."""
        start = self.starts[page - 1]
        return start or (self.last + 1 if self.backwards else 0)

    def known(self, page: int, following: int | None) -> Trail:
        """The same, now that it is known where the page after one begins."""
        if following is None or page < len(self.starts):
            return self
        return replace(self, starts=(*self.starts, following))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Some entries, the requests whose they are, and after which event it goes on; None: there is nothing more."""

    lines: tuple[TrailLine, ...]
    requests: tuple[int, ...]
    following: int | None


async def stretch(
    tx: Tx, reader: Actor, trail: Trail, after: int, *, most: int = PAGE, through: int = READ_THROUGH
) -> Stretch:
    """The next entries after an event that a reader may see, looking through so many events for them. What was asked
    for must be theirs to ask for."""
    taken = await _taken_away(tx, trail)
    lines: list[TrailLine] = []
    requests: dict[int, None] = {}
    read = 0
    while read < through:
        found, ends = await _next(tx, trail, taken, after)
        read += len(found)
        of = {one.id: one for one in await rows.requests_of(tx.session, {e.chain for e in found})}
        for event in found:
            line = await _line(tx, reader, trail, event, of.get(event.chain))
            if line is not None and len(lines) == most:
                return Stretch(lines=tuple(lines), requests=tuple(requests), following=after)
            if line is not None:
                lines.append(line)
                if event.chain != DESK_CHAIN:
                    requests[event.chain] = None
            after = event.id
        if ends:
            return Stretch(lines=tuple(lines), requests=tuple(requests), following=None)
    return Stretch(lines=tuple(lines), requests=tuple(requests), following=after)


async def _next(tx: Tx, trail: Trail, taken: Sequence[Event], after: int) -> tuple[list[Event], bool]:
    """The next events in the order of the trail, and whether they are the last."""
    if trail.by is By.PERSON:
        found = list(await rows.of_actor(tx.session, int(trail.of), before=after, limit=AT_ONCE))
        return found, len(found) < AT_ONCE
    if trail.by is By.VALUE:
        found = list(await rows.of_chains(tx.session, trail.ids, before=after, limit=AT_ONCE))
        ends = len(found) < AT_ONCE
        found += [one for one in taken if one.id < after and (ends or one.id > found[-1].id)]
        return sorted(found, key=lambda event: event.id, reverse=True), ends
    chain = int(trail.of)
    found = list(await rows.of_chain(tx.session, chain, after=after, last=trail.last, limit=AT_ONCE))
    ends = len(found) < AT_ONCE
    found += [one for one in taken if one.id > after and (ends or one.id < found[-1].id)]
    return sorted(found, key=lambda event: event.id), ends


async def _taken_away(tx: Tx, trail: Trail) -> list[Event]:
    """The ledgers that somebody took away in which one of the requests stood: they are in the desk's record once, and
    not in those of a hundred thousand requests."""
    if trail.by is By.PERSON:
        return []
    ids = trail.ids if trail.by is By.VALUE else (int(trail.of),)
    requests = await rows.requests_of(tx.session, ids)
    if not requests:
        return []
    first = min(request.asked_at for request in requests)
    found = await rows.of_desk(tx.session, EXPORT, since=first, last=trail.last)
    if not found:
        return []
    moves: dict[int, list[Event]] = {}
    for move in await rows.of_kind(tx.session, [request.id for request in requests], PASSING_ON):
        moves.setdefault(move.chain, []).append(move)
    had = [one for request in requests for one in await _had(tx, request, moves.get(request.id, ()))]
    return [event for event in found if _was_in(tx, event, had, requests)]


class _Had(NamedTuple):
    """A request stood in the ledger of a unit: since then, and between two events (None: until now)."""

    code: str | None
    since: datetime
    after: int = 0
    before: int | None = None

    def when(self, event: Event) -> bool:
        within = event.id > self.after and (self.before is None or event.id < self.before)
        return within and event.at >= self.since


async def _had(tx: Tx, request: Request, moves: Sequence[Event]) -> list[_Had]:
    """In whose ledgers a request stood, and when: in that of who asks from the beginning, in that of who was asked from
    when it went out, and until it was passed on (``moves``)."""
    out = Body.of(request, tx.sealer).went_out
    since = out.at if out is not None else request.asked_at
    asked = [*(_said(tx, move).get("from") for move in moves), request.to_unit_id]
    begins = [0, *(move.id for move in moves)]
    had = [_Had(await _code(tx, request.from_unit_id), request.asked_at)]
    for unit_id, after, before in zip(asked, begins, [*begins[1:], None], strict=True):
        had.append(_Had(await _code(tx, unit_id), since, after, before))
    return had


async def _code(tx: Tx, unit_id: int | None) -> str | None:
    unit = await units.by_id(tx, unit_id)
    return unit.code if unit is not None else None


def _was_in(tx: Tx, event: Event, had: Sequence[_Had], requests: Sequence[Request]) -> bool:
    """Whether one of these requests was in what was taken away: the ledger of a unit, or, on the server, that of the
    whole desk."""
    said = _said(tx, event)
    if "unit" in said:
        return any(one.code == said["unit"] and one.when(event) for one in had)
    since, until = from_json(said.get("since")), from_json(said.get("until"))
    return any(
        one.asked_at <= event.at
        and (since is None or one.asked_at >= since)
        and (until is None or one.asked_at < until)
        for one in requests
    )


async def _line(
    tx: Tx, reader: Actor, trail: Trail, event: Event, request: Request | None
) -> TrailLine | None:
    """An event as an entry; None where it is not for the reader."""
    if event.chain == DESK_CHAIN:
        if not tx.alone or (trail.by is By.PERSON and not _of_desk(reader, event)):
            return None
    elif request is None or not _tells(tx, reader, event, request):
        return None
    return TrailLine(
        at=event.at,
        action=event.action,
        purpose=purpose_of(tx, event),
        number=name_of(request) if request is not None else "",
        unit=await units.name_of(tx, event.unit_id),
        name=await people.name_by_id(tx, event.actor_id) if event.actor_id else "",
        person=await _whom(tx, event),
        value=event.chain == DESK_CHAIN and event.action in owning.AUDITS and "who" in _said(tx, event),
    )


def _of_desk(reader: Actor, event: Event) -> bool:
    """Whether what was done to no request is for who looks into what a person did: what they looked for and took away
    in the name of a unit that the reader looks over; all of it for an admin."""
    looked = event.action in _LOOKS and event.unit_id is not None
    return reader.admin or (looked and rights.looks_over(reader, event.unit_id))


def _tells(tx: Tx, reader: Actor, event: Event, request: Request) -> bool:
    if rights.may(reader, Right.AUDIT, request) is not None:
        return False
    body = Body.of(request, tx.sealer)
    if not tx.alone:  # an admin in a group, where both sides may read along: no more than both may know
        return owning.tells(event, request, body, replace(reader, admin=False, standings=()))
    return owning.tells_auditor(event, request, body, reader)


async def _whom(tx: Tx, event: Event) -> str:
    """Into whose acts somebody looked."""
    if event.chain != DESK_CHAIN or event.action not in owning.AUDITS:
        return ""
    of = _said(tx, event).get("of")
    return await people.name_by_id(tx, int(of)) if of else ""


def _said(tx: Tx, event: Event) -> dict[str, Any]:
    return dict(tx.sealer.unseal("events", event.sealed))
