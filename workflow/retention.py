"""Housekeeping: answered requests close by themselves, drafts expire, the queues are swept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from storage.models import File, InboxUpdate, OutboxLine, Request
from workflow.intake import expire_drafts
from workflow.requests import apply, tell
from workflow.text import t
from workflow.work import Tx, Work

BATCH = 100
KEEP_DONE = timedelta(days=2)  # updates: Telegram repeats none that is older than a day
KEEP_LOOSE_FILES = timedelta(days=1)  # album items whose caption never came


async def run(work: Work) -> None:
    """One round; what is left over comes in the next."""
    async with work.write() as tx:
        await _autoclose(tx)
        await expire_drafts(tx)
        await _sweep(tx)


async def _autoclose(tx: Tx) -> None:
    before = tx.now - tx.policy.autoclose_after
    due = (
        await tx.session.scalars(
            select(Request)
            .where(Request.state == "answered", Request.answered_at < before, Request.number.is_not(None))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    ).all()
    for request in due:
        await apply(tx, request, "close", closed_at=tx.now, detail={"by_itself": True})
        await tell(
            tx,
            request,
            t("closed.by_itself", number=request.number, days=tx.policy.autoclose_after.days),
            [request.chat_id],
        )


async def _sweep(tx: Tx) -> None:
    """What was personal in the queues goes as soon as it is no longer needed to recognise a repeat."""
    before = tx.now - KEEP_DONE
    await tx.session.execute(
        delete(InboxUpdate).where(InboxUpdate.state == "done", InboxUpdate.done_at < before)
    )
    await tx.session.execute(
        delete(OutboxLine).where(OutboxLine.state.in_(("sent", "failed")), OutboxLine.created_at < before)
    )
    await tx.session.execute(
        delete(File).where(
            File.request_id.is_(None),
            File.draft_id.is_(None),
            File.answer_id.is_(None),
            File.at < tx.now - KEEP_LOOSE_FILES,
        )
    )
