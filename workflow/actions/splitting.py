"""The asked unit has a request done in parts: one for each of several units, each a request of its own, and gives one
answer outward.

A part is asked by the unit that splits, in its own name: it comes back to that unit's desk, which merges what is
answered (:mod:`workflow.actions.merging`). The asking side of the whole learns of nothing but the whole. One number,
one level: a part is not split again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from matching.text.normalise import VERSION
from storage.queries import files as file_rows
from storage.queries import people as people_rows
from storage.queries import registered
from storage.queries import requests as rows
from storage.tables.models import Request, Unit
from workflow.actions.split_words import Until, split_words
from workflow.deadlines import deadlines
from workflow.deadlines.clocks import due_for, terms_of
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.numbers import MOST_PARTS, is_part, part_number
from workflow.kernel.results import Option, PartMade, Split, UnitsToSplit
from workflow.kernel.roles import HANDLING
from workflow.kernel.states import WAITING, State
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.progress import notify_registered
from workflow.organisation import groups, involving, units
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.family import parts_of
from workflow.request.requests import ENDED, Ref, access_request, do_action
from workflow.reuse import offers, reuse

CALL = worded("split")
OF_WHOLE = "of_whole"  # of what was tapped: how many of a part's texts are those of the whole
MOST_CHOICES = 20  # that are offered: more do not fit a phone
#: Of the time that is left to answer the whole, what is kept back for merging, and at most how much.
TO_MERGE, MOST_TO_MERGE = 0.25, timedelta(days=1)


async def split(work: Work, ref: Ref, words: str) -> Split | UnitsToSplit:
    """``/split N unit unit … [until]``: a part for each of these units; without one, which there are."""
    async with work.write() as tx:
        request = await _access(tx, ref)
        if not words.strip():
            return await tx.conclude(await _to_choose(tx, request))
        example = await _example(tx, request)
        meant = split_words(tx, await units.current(tx), request, words, example=example)
        to = [await units.named(tx, one, example=example) for one in meant.units]
        made = await _do_split(tx, request, to, meant.until)
        return await tx.conclude(_told(request, made))


async def choose_units(work: Work, ref: Ref) -> UnitsToSplit:
    """The 分办 button: the units that it may be split to, those below the asked one first."""
    async with work.write() as tx:
        return await tx.conclude(await _to_choose(tx, await _access(tx, ref)))


async def split_to(work: Work, ref: Ref, unit_id: int) -> Split:
    """One of these was tapped; the others are still to be had. The data may be forged."""
    async with work.write() as tx:
        request = await _access(tx, ref)
        unit = (await units.current(tx)).by_id.get(unit_id)
        if unit is None:
            raise Refused("error.button_old")
        made = await _do_split(tx, request, [unit], None)
        left = await _to_choose(tx, request)
        return await tx.conclude(replace(_told(request, made), left=left))


async def _access(tx: Tx, ref: Ref) -> Request:
    request = await access_request(tx, ref, Action.SPLIT, example=CALL)
    if is_part(request.number):
        raise Refused("error.part_again", number=request.number)
    return request


def _told(request: Request, made: Sequence[tuple[Request, Unit]]) -> Split:
    return Split(
        request_id=request.id,
        number=request.number or "",
        state=State(request.state),
        parts=tuple(PartMade(number=part.number or "", unit=u.name, due_at=part.due_at) for part, u in made),
    )


async def _example(tx: Tx, request: Request) -> str:
    """A call that would work, with units that are neither side of the request, have no part of it yet and would
    see one."""
    but_not = (request.to_unit_id, request.from_unit_id, *(await _had(tx, request)).by_unit)
    others = [u for u in await units.current(tx) if u.id not in but_not]
    open_to: list[Unit] = []
    for unit in others[:MOST_CHOICES]:
        if len(open_to) < 2 and await _is_reached(tx, request, unit):
            open_to.append(unit)
    called = [u.code if " " in u.name else u.name for u in open_to or others[:2]] or ["CZ"]
    return f"/split {request.number} {' '.join(called)}"


# --- which units ------------------------------------------------------------------------------------------------


class _Had(NamedTuple):
    """Parts that there are: of all numbers, and by the unit that has one, or has answered it."""

    every: Sequence[Request]
    by_unit: dict[int | None, Request]


async def _had(tx: Tx, request: Request) -> _Had:
    every = await parts_of(tx, request)
    own = [part for part in every if part.from_unit_id == request.to_unit_id]
    return _Had(every, {part.to_unit_id: part for part in own if part.state in (*WAITING, *ENDED)})


async def _to_choose(tx: Tx, request: Request) -> UnitsToSplit:
    """Units with people who would see a part, but for those that have one. Raises :class:`Refused` where there is
    none."""
    had, known = await _had(tx, request), await units.current(tx)
    not_to = {request.to_unit_id, request.from_unit_id, *had.by_unit}
    below = known.below(request.to_unit_id or 0)
    others = sorted((u for u in known if u.id not in not_to), key=lambda u: u.id not in below)
    open_to = [u for u in others if await _is_reached(tx, request, u)][:MOST_CHOICES]
    if not open_to and not had.by_unit:
        raise Refused("error.no_other_unit", number=request.number)
    return UnitsToSplit(
        request_id=request.id,
        number=request.number or "",
        options=tuple(Option(id=u.id, name=u.name) for u in open_to),
        example=await _example(tx, request),
    )


async def _is_reached(tx: Tx, request: Request, unit: Unit) -> bool:
    """Whether somebody of a unit would see a part, and may accept it."""
    reached = await groups.groups_of(tx, unit.id) or await groups.shared_by(tx, request.to_unit_id, unit.id)
    return bool(reached) and bool(await people_rows.with_role(tx.session, unit.id, HANDLING))


async def _check_units(tx: Tx, request: Request, to: Sequence[Unit], had: _Had) -> None:
    """Raises :class:`Refused` for a part to the unit itself, to who asks, to a unit twice, to one that nobody of would
    see it, and for more parts than a request may have."""
    example, seen = await _example(tx, request), set[int]()

    def refused(key: str, unit: Unit, part: str | None = None) -> Refused:
        return Refused(key, number=request.number, unit=unit.name, example=example, part=part)

    for unit in to:
        if unit.id == request.to_unit_id:
            raise refused("error.part_self", unit)
        if unit.id == request.from_unit_id:
            raise refused("error.part_asker", unit)
        if unit.id in had.by_unit:
            raise refused("error.part_had", unit, had.by_unit[unit.id].number)
        if unit.id in seen:
            raise refused("error.part_twice", unit)
        if unit.retired_at is not None or not await _is_reached(tx, request, unit):
            raise refused("error.part_nobody", unit)
        seen.add(unit.id)
    if len(had.every) + len(to) > MOST_PARTS:
        raise Refused("error.parts_many", number=request.number, most=MOST_PARTS)


def for_parts(body: Body) -> Body:
    """What a request says, as its parts do. When it went out, who approved it, and an
    operation that it is tagged with, are the whole's alone."""
    of_whole = {**body.chosen, OF_WHOLE: len(body.parts)}
    return replace(body, hints=(), went_out=None, tagged=None, chosen=of_whole)


# --- by when ----------------------------------------------------------------------------------------------------


def due_of_part(due: datetime | None, now: datetime) -> datetime | None:
    """Until when a part is due whose whole is due then: some of what is left is kept back to merge in. None where
    nothing is left of it."""
    if due is None or due <= now:
        return None
    left = due - now
    return due - min(left * TO_MERGE, MOST_TO_MERGE)


async def _due(tx: Tx, request: Request, until: Until | None) -> datetime:
    if until is None:
        own = due_of_part(request.due_at, tx.now)
        return own or due_for(tx.policy, await terms_of(tx, request), tx.sent, now=tx.now)
    late = request.due_at is not None and until.at > request.due_at > tx.now
    if late:
        example = await _example(tx, request)
        raise Refused("error.part_due_late", number=request.number, due=request.due_at, example=example)
    return until.at


# --- done -------------------------------------------------------------------------------------------------------


async def _do_split(
    tx: Tx, request: Request, to: Sequence[Unit], until: Until | None
) -> list[tuple[Request, Unit]]:
    had = await _had(tx, request)
    await _check_units(tx, request, to, had)
    due = await _due(tx, request, until)
    content = for_parts(Body.of(request, tx.sealer))
    first = max((int((one.number or "").rpartition("-")[2]) for one in had.every), default=0) + 1
    made: list[tuple[Request, Unit]] = []
    ids = await rows.new_ids(tx.session, len(to))
    for count, (unit, slot) in enumerate(zip(to, ids, strict=True), start=first):
        part = _new(tx, request, unit, content, due)
        part.id, part.number = slot, part_number(request.number or "", count)
        part.chat_id, part.thread_id = await _home(tx, request)
        part.origin_key = f"{registered.OF_A_SPLIT}{request.id}:{count}"
        tx.session.add(part)
        made.append((part, unit))
    await tx.session.flush()
    taken_at = deadlines.done_at(tx, request)
    await do_action(
        tx,
        request,
        Action.SPLIT,
        handler_id=request.handler_id or tx.who.person_id,
        accepted_at=request.accepted_at or taken_at,
        detail={"parts": [part.number for part, _ in made], "to": [unit.code for _, unit in made]},
    )
    for part, unit in made:
        await _open(tx, request, part, unit, content)
    return made


def _new(tx: Tx, request: Request, unit: Unit, content: Body, due: datetime) -> Request:
    return Request(
        type=request.type,
        state=State.OPEN,
        urgency=request.urgency,
        from_unit_id=request.to_unit_id,
        to_unit_id=unit.id,
        asker_id=tx.who.person_id,
        sealed=content.seal(tx.sealer),
        asked_at=tx.sent,
        due_at=due,
        first_due_at=due,
        due_fixed=True,  # by who split it, whatever time its type has
        accept_by=deadlines.accept_by(tx.policy, tx.sent, due, urgency=request.urgency, now=tx.now),
        version=0,
        event_seq=0,
        partial=False,
        confidential=request.confidential,
        key_version=VERSION,
    )


async def _home(tx: Tx, request: Request) -> tuple[int | None, int | None]:
    """The group in which it was split, where that is the unit's: what its desk is to hear of a part is said there."""
    place = tx.place
    if place is None or place.private or not await groups.is_of(tx, place.chat_id, request.to_unit_id):
        return None, None
    return place.chat_id, place.thread_id


async def _open(tx: Tx, request: Request, part: Request, unit: Unit, content: Body) -> None:
    """The files of the whole go with it; the first line of its record, its reminders, its card; what its unit has
    answered before about the same."""
    involving.begun(tx, part, await groups.desks_over(tx, part))
    files = await file_rows.of_request(tx.session, request.id)
    tx.session.add_all([attachments.copy_of(file, request_id=part.id) for file in files])
    await tx.session.flush()
    await record(
        tx, part, registered.REGISTERED, number=part.number, to=unit.code, type=part.type, urgency=part.urgency,
        due=part.due_at, fixed=part.due_fixed, part_of=request.number,
    )  # fmt: skip
    deadlines.plan_new(tx, part)
    await notify_registered(tx, part, unit, has_files=bool(files))
    compared = await reuse.index_new(tx, part, content)
    await offers.look_back(tx, part, compared, new=True)
