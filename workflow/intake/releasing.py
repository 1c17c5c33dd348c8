"""What a liaison decides about a 特急 that waits for them."""

from __future__ import annotations

from dataclasses import replace

from storage.tables.models import Draft, Person
from storage.tables.words import DraftState
from workflow.intake.intake import do_advance
from workflow.kernel.errors import Refused
from workflow.kernel.results import FlashDecided
from workflow.kernel.tx import Tx
from workflow.notices.drafts import notify_flash_decided
from workflow.organisation import people
from workflow.organisation.audience import actor_by_person
from workflow.organisation.rights import may_for_unit
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody
from workflow.request.flash import APPROVED


async def decide(work: Work, draft_id: int, *, approve: bool) -> FlashDecided:
    """批准 or 驳回: by a liaison of the asking unit, never by the asker."""
    async with work.write() as tx:
        draft = await _held(tx, draft_id)
        author = await tx.session.get_one(Person, draft.person_id)
        action = "flash_approved" if approve else "flash_rejected"
        await record(tx, None, action, person=draft.person_id, draft=draft.id)
        await notify_flash_decided(tx, draft, author, approved=approve)
        decided = FlashDecided(
            draft_id=draft.id, approved=approve, by=tx.who.name, asker=people.name_of(tx, author)
        )
        if not approve:
            draft.state = DraftState.DROPPED
            return await tx.conclude(decided)
        body = DraftBody.of(tx, draft)
        body.chosen[APPROVED] = True
        draft.state = DraftState.OPEN
        return await tx.conclude(replace(decided, became=await do_advance(tx, draft, body)))


async def _held(tx: Tx, draft_id: int) -> Draft:
    """The draft, if it still waits and the actor may decide. Raises :class:`Refused`."""
    draft = await tx.session.get(Draft, draft_id, with_for_update=True)
    if draft is None or draft.state != DraftState.HELD:
        raise Refused("error.button_old")
    if not may_for_unit(tx.who, "flash", draft.unit_id):
        raise Refused("denied.liaison_only")
    if draft.person_id == tx.who.person_id:
        raise Refused("denied.flash_own")
    author = await actor_by_person(tx, draft.person_id)
    if author is None or not may_for_unit(author, "ask", draft.unit_id):
        raise Refused("denied.flash_left")
    return draft
