"""特急 has its price: beyond so many a day of one person another one of the unit, its liaison, must agree."""

from __future__ import annotations

from datetime import timedelta

from storage.queries import requests as rows
from storage.tables.models import Draft
from storage.tables.words import DraftKind, DraftState
from workflow.kernel.results import FlashHeld
from workflow.kernel.tx import Tx
from workflow.notices.drafts import notify_flash_held
from workflow.record.record import record
from workflow.request.drafts import DraftBody

DAY = timedelta(hours=24)
APPROVED = "approved"  # in what was chosen for a draft: a liaison has agreed


async def full(tx: Tx, asker_id: int | None) -> bool:
    """Whether somebody has asked as often in a day as they may without being asked why."""
    most = tx.policy.flash_per_day
    if not most:
        return False
    since = tx.sent - DAY
    return await rows.posts_asked(tx.session, asker_id=asker_id, urgency="flash", since=since) >= most


async def hold(tx: Tx, draft: Draft, body: DraftBody) -> FlashHeld:
    """Keep a complete post back until a liaison has decided, and ask them."""
    draft.state, draft.kind, draft.sealed = DraftState.HELD, DraftKind.FLASH, body.seal(tx)
    draft.expires_at = tx.now + tx.policy.draft_for
    await record(tx, None, "flash_held", person=draft.person_id, draft=draft.id)
    await notify_flash_held(tx, draft)
    return FlashHeld(draft_id=draft.id)
