"""Housekeeping: answered requests close by themselves, drafts expire, the queues are swept, old content goes."""

from __future__ import annotations

from datetime import timedelta

from storage.queries import files, inbox, misread, outbox, requests, sources
from workflow.keeping import months, purging
from workflow.kernel.actions import Action
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import due_lists
from workflow.notices.telling import tell_asker
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.misread import KEPT
from workflow.request.requests import do_action
from workflow.reuse.called_off import call_off
from workflow.scheduled import reviews

BATCH = 100
KEEP_DONE = due_lists.KEPT  # updates: none that is older than a day is repeated; lines: lists are drawn anew
KEEP_ASIDE = timedelta(days=30)  # updates that could not be handled: as long as somebody may look into them
KEEP_DROPPED = timedelta(days=2)  # drafts: so long people can edit the post
KEEP_SOURCES = timedelta(days=3)  # what messages became: an edit may be read a day after it was made
#: Album items whose caption never came, and pictures that had to stay in a group: as long as they can be edited.
KEEP_LOOSE_FILES = timedelta(days=2)


async def run(work: Work) -> None:
    """One round; what is left over comes in the next."""
    async with work.write() as tx:
        await _autoclose(tx)
        await drafts.expire(tx)
    async with work.write() as tx:
        await _sweep(tx)
    await purging.tick(work)
    await months.tick(work)
    await reviews.run(work)


async def _autoclose(tx: Tx) -> None:
    before = tx.now - tx.policy.autoclose_after
    for request in await requests.to_close(tx.session, before=before, limit=BATCH):
        await do_action(tx, request, Action.CLOSE, closed_at=tx.now, detail={"by_itself": True})
        await call_off(tx, request)
        told = t("closed.by_itself", number=request.number, after=tx.policy.autoclose_after)
        await tell_asker(tx, request, told)


async def _sweep(tx: Tx) -> None:
    """What was personal in the queues goes as soon as it is no longer needed to recognise a repeat."""
    before = tx.now - KEEP_DONE
    await inbox.prune(tx.session, before=before)
    await inbox.prune(tx.session, before=tx.now - KEEP_ASIDE, state="aside")
    await drafts.forget(tx, before=tx.now - KEEP_DROPPED)
    await sources.prune(tx.session, before=tx.now - KEEP_SOURCES)
    await misread.prune(tx.session, before=tx.now - KEPT)
    await outbox.prune(tx.session, before=before)
    await files.drop_loose(tx.session, before=tx.now - KEEP_LOOSE_FILES)
