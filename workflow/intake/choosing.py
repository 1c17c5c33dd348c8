"""What is tapped under a draft: one of the choices that were offered, and no other."""

from __future__ import annotations

from storage.tables.words import DraftKind
from workflow.intake import routing
from workflow.intake.intake import do_advance
from workflow.intake.tapped import do_choose
from workflow.kernel.pressed import close
from workflow.kernel.results import (
    DraftKept,
    Registered,
)
from workflow.kernel.text import t
from workflow.notices.drafts import under_it
from workflow.organisation import units
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.drafts import DraftBody


async def choose(work: Work, draft_id: int, name: str, value: str) -> Registered | DraftKept:
    """A tap on one of the choices under a draft. The data may be forged: what it names must exist."""
    async with work.write() as tx:
        draft = await drafts.mine(tx, draft_id)
        body = DraftBody.of(tx, draft)
        await do_choose(tx, draft, body, name, value)
        body.keep(tx, draft)
        if draft.kind != DraftKind.GUIDED:  # a list of problems keeps its words; a form asks on in its place
            await close(tx, under_it(draft.id))
        return await tx.conclude(await do_advance(tx, draft, body))


async def route(work: Work, draft_id: int, unit_id: int) -> Registered | DraftKept:
    """A tap of the desk: the post that names no unit goes to this one, in the name of who posted it."""
    async with work.write() as tx:
        draft, body = await routing.access_routed(tx, draft_id)
        await do_choose(tx, draft, body, "to", str(unit_id))
        body.keep(tx, draft)
        told = t("route.done", unit=await units.name_of(tx, unit_id), by=tx.who.name)
        await close(tx, under_it(draft.id), told)
        return await tx.conclude(await do_advance(tx, draft, body))
