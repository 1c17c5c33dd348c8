"""Lists of requests that people look up: their own, their unit's, what is late."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import figures, reminders
from storage.queries import requests as rows
from storage.queries.scopes import Scope, Which, lies_with, only
from storage.tables.models import Request, Unit
from workflow.kernel.errors import Refused
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.lookup import auditing, finding, pages, tracing
from workflow.lookup.pages import Listing, Section
from workflow.lookup.trail_views import AuditPage
from workflow.lookup.views import ListPage
from workflow.organisation import groups, rights, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work

MOST = 200  # that are listed


async def mine(work: Work) -> ListPage:
    """``/mine``: what I asked and is not over, and what I have to do; in a group only what concerns it."""
    async with work.write() as tx:
        return await tx.conclude(await pages.page_of(tx, await _mine(tx)))


async def _mine(tx: Tx) -> Listing:
    me = tx.who.person_id
    todo = await _here(tx, await rows.waiting(tx.session, handler=me, limit=MOST))
    asked = await _here(tx, await rows.waiting(tx.session, asker=me, limit=MOST))
    pending = await _here(tx, await rows.pending(tx.session, asker=me, limit=MOST))
    answered = await _here(tx, await rows.answered_of(tx.session, me))
    return Listing(
        again=f"mine:{me}",
        sections=(
            Section(title="mine.todo", found=[r for r in todo if r.state == State.ACCEPTED]),
            Section(title="mine.pending", found=pending),
            Section(title="mine.asked", found=asked),
            Section(title="mine.answered", found=answered),
        ),
    )


async def _here(tx: Tx, found: Sequence[Request]) -> list[Request]:
    """What the actor still may see, and this chat may hear of."""
    seen = [r for r in found if {r.from_unit_id, r.to_unit_id} & tx.who.units]
    return [request for request in seen if await groups.concerns(tx, request)]


async def overdue(work: Work, code: str = "") -> ListPage:
    """``/overdue``: what is late, with the unit, with those whom it asked, and with those below it."""
    async with work.write() as tx:
        return await tx.conclude(
            await pages.page_of(tx, await _overdue(tx, await unit_at_hand(tx, "overdue", code)))
        )


async def _overdue(tx: Tx, unit: Unit) -> Listing:
    below = await _below(tx, unit)
    which = Scope.of(unit.id).either if below is None else Scope.of(unit.id).either | below
    _, late = await figures.due_between(tx.session, which, None, tx.now, MOST)
    title = "overdue" if below is None else "overdue.with_below"
    section = Section(title=title, found=late, unit=unit.name)
    return Listing(again=f"overdue:{unit.id}", sections=(section,), unit=unit.name)


async def _below(tx: Tx, unit: Unit) -> Which | None:
    """What lies with the units below, for who looks after them: all of it in private; in a group, whose other
    members do not look after anybody, what was escalated to it. None where nothing of theirs is to be seen."""
    below = (await units.current(tx)).below(unit.id)
    if not below or not rights.looks_after(tx.who, unit.id):
        return None
    if tx.alone:
        return lies_with(below)
    told = [r.id for r in await reminders.escalated_from(tx.session, below, tx.now)
            if await groups.heard_above(tx, r, tx.where.chat_id)]  # fmt: skip
    return only(told)


async def turn(work: Work, page: int, kind: str, argument: int) -> ListPage | AuditPage:
    """‹ or › under a list. What the button names may be forged: it is looked up as if it were asked for anew."""
    if kind == "find":
        return await finding.turn(work, page, argument)
    if kind == auditing.KIND:
        return await auditing.turn(work, page, argument)
    if kind in tuple(tracing.Trace):
        return await tracing.turn(work, page, argument)
    async with work.write() as tx:
        if kind == "mine":
            if argument != tx.who.person_id:
                raise Refused("denied.list")
            listing = await _mine(tx)
        elif kind in _OF_A_UNIT:
            named = await units.by_id(tx, argument)
            unit = await unit_at_hand(tx, kind, named.code if named else "")
            listing = await _OF_A_UNIT[kind](tx, unit)
        else:
            raise Refused("error.button_old")
        return await tx.conclude(await pages.page_of(tx, listing, page, turned=True))


_OF_A_UNIT = {"overdue": _overdue}
