"""Who reads a chat, and how much of what people wrote about a request that chat may show.

:func:`how_much` is the one place that decides it: for cards, notices, pictures and lists alike, when they
are rendered. Default: nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.queries import people as people_rows
from storage.tables.models import Person, Request
from storage.tables.words import MembershipState
from workflow.kernel.actions import Right, Side
from workflow.kernel.roles import AT_DESK
from workflow.kernel.tx import Actor, Standing, Tx
from workflow.organisation import groups, involving, people, rights, units
from workflow.organisation.duty.deputies import deputises


class What(StrEnum):
    """What people write about a request."""

    ANSWER = "answer"  # what came back
    COMMENT = "comment"  # what both sides say to each other
    WHY = "why"  # why it was returned, declined, delayed, reopened
    MATTER = "matter"  # the request's own words: reason, basis, note
    CASE = "case"  # its case number, and what stands beside it
    CONTACT = "contact"  # whom to call about it
    FILE = "file"  # a picture or document of the asking side
    ANSWER_FILE = "answer_file"  # one of the asked side


class Much(StrEnum):
    """How much of it is shown. A request is shown whole by :func:`workflow.notices.cards.load_full` alone."""

    NOTHING = "nothing"
    OUTCOME = "outcome"  # that there is something, how it came out, and the way to read it in private
    MASKED = "masked"  # the words, without what names or numbers anybody
    WHOLE = "whole"  # as it is: to the very people who read there; a picture cannot be masked


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """A chat as the readers of one request."""

    chat_id: int
    side: Side
    answers: str = "outcome"  # [protection] answers_in_groups
    files: bool = True  # [requests] files_in_groups
    shared: bool = False  # a group of several units
    reader: Actor | None = None  # of a private chat
    units: frozenset[int] = frozenset()  # all that read there
    watching: frozenset[int] = frozenset()  # those that have passed the request on and still look on
    covers: frozenset[int] = frozenset()  # units whose one window a group is


#: What who looks after one of the two units reads: what it is about and why it takes so long.
TOLD_ABOVE = frozenset({What.MATTER, What.CASE, What.WHY})


def how_much(audience: Audience, request: rights.RequestFacts, what: What) -> Much:
    """How much of ``what`` of a request its audience may read where it is."""
    if audience.side in (Side.OBSERVER, Side.ABOVE):
        return Much.MASKED if audience.side is Side.ABOVE and what in TOLD_ABOVE else Much.NOTHING
    if what is What.CONTACT and audience.side in (Side.ASKED, Side.BOTH):
        return Much.WHOLE
    pictures = what in (What.FILE, What.ANSWER_FILE)
    if audience.reader is not None:  # alone with us
        if rights.may(audience.reader, Right.FULL, request) is None:
            return Much.WHOLE if pictures else Much.MASKED
        return Much.OUTCOME if pictures or what is What.ANSWER else Much.MASKED
    answers = audience.answers == "masked"
    if pictures:
        takes = audience.files and not audience.shared
        return Much.WHOLE if takes and (answers or what is What.FILE) else Much.OUTCOME
    return Much.MASKED if answers or what is not What.ANSWER else Much.OUTCOME


async def audience_of(tx: Tx, request: Request, chat_id: int, *, reader: Actor | None = None) -> Audience:
    """As things stand now: groups are bound and unbound, people leave, requests are transferred. ``reader``: whose
    private chat it is, where that is known already."""
    private = await groups.is_private(tx, chat_id)
    if not private:
        reader = None
        asks, asked = await groups.sides_of(tx, request, chat_id)
        own = await groups.readers_of(tx, chat_id)
    else:  # a private chat stands where its person stands
        if reader is None:
            person = await people_rows.by_chat(tx.session, chat_id)
            reader = await actor_by_person(tx, person.id) if person else None
        reader = involving.before_going_out(tx, reader, request) if reader else None
        own = reader.units if reader else frozenset()
        asks, asked = request.from_unit_id in own, request.to_unit_id in own
        asked = asked or (reader is not None and rights.deputises(reader, request))
    side = _side(asks=asks, asked=asked)
    watching = involving.watchers(tx, request) if side is Side.OBSERVER else frozenset()
    if side is Side.OBSERVER and (
        await _above(tx, request, chat_id, reader) or await _watches(tx, request, chat_id, reader)
    ):
        side = Side.ABOVE
    return Audience(
        chat_id=chat_id,
        side=side,
        answers=tx.policy.answers_in_groups,
        files=tx.policy.files_in_groups,
        shared=not private and len(own) > 1,
        reader=reader,
        units=own,
        watching=watching,
        covers=await groups.seen_from(tx, chat_id) if not private and side is Side.ABOVE else frozenset(),
    )


async def _watches(tx: Tx, request: Request, chat_id: int, reader: Actor | None) -> bool:
    """Whether a person works for a unit that has passed it on, or a group is that unit's desk."""
    if reader is not None:
        return rights.watches(reader, involving.watchers(tx, request))
    return not await groups.is_private(tx, chat_id) and await groups.watches(tx, request, chat_id)


def _side(*, asks: bool, asked: bool) -> Side:
    if asks:
        return Side.BOTH if asked else Side.ASKER
    return Side.ASKED if asked else Side.OBSERVER


async def _above(tx: Tx, request: Request, chat_id: int, reader: Actor | None) -> bool:
    """Whether a person looks after one of the two units, or a group was told of the request by escalation."""
    if not await groups.is_private(tx, chat_id):
        return await groups.looks_on(tx, request, chat_id) or await groups.heard_above(tx, request, chat_id)
    if reader is None:
        return False
    return rights.stands_above(reader, request) or rights.looks_on(reader, request)


async def actor_by_person(tx: Tx, person_id: int) -> Actor | None:
    """A person's standing as it is now, for a right that is asked again when a message goes out."""
    person = await tx.session.get(Person, person_id)
    if person is None:
        return None
    pairs = await people_rows.memberships(tx.session, person.id)
    tree = await units.current(tx)
    return Actor(
        person_id=person.id,
        chat_id=person.chat_id,
        name=people.name_of(tx, person),
        standings=tuple(
            [
                Standing(
                    unit_id=u.id,
                    code=u.code,
                    role=m.role,
                    below=tree.below(u.id),
                    newcomer=m.newcomer,
                    window=await groups.covered(tx, u.id) if m.role in AT_DESK else frozenset(),
                )
                for m, u in pairs
                if m.state == MembershipState.ACTIVE
            ]
        ),
        admin=rights.runs_desk(tx.policy, person.chat_id),
        deputises=await deputises(tx, person.id, [m.role for m, _ in pairs]),
    )
