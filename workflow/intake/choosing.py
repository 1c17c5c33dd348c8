"""What is tapped under a draft: one of the choices that were offered, and no other."""

from __future__ import annotations

from storage.tables.models import Draft
from storage.tables.words import DraftKind
from workflow.intake.intake import do_advance
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import close
from workflow.kernel.results import (
    DraftKept,
    FlashHeld,
    Registered,
)
from workflow.kernel.tx import Tx
from workflow.notices.drafts import WIDE, under_it
from workflow.organisation import units
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.drafts import DraftBody
from workflow.request.reading_subjects import confirmed


async def choose(work: Work, draft_id: int, name: str, value: str) -> Registered | DraftKept | FlashHeld:
    """A tap on one of the choices under a draft. The data may be forged: what it names must exist."""
    async with work.write() as tx:
        draft = await drafts.mine(tx, draft_id)
        body = DraftBody.of(tx, draft)
        await _choose(tx, draft, body, name, value)
        draft.sealed = body.seal(tx)
        if draft.kind != DraftKind.GUIDED:  # a list of problems keeps its words; a form asks on in its place
            await close(tx, under_it(draft.id))
        return await tx.conclude(await do_advance(tx, draft, body))


async def _choose(tx: Tx, draft: Draft, body: DraftBody, name: str, value: str) -> None:
    """What was tapped, kept in the draft."""
    if name == "to" and value.isascii() and value.isdigit() and len(value) < 19:
        unit = await units.by_id(tx, int(value))
        if unit is None or unit.retired_at is not None or unit.id == draft.unit_id:
            raise Refused("error.button_old")
        body.chosen["to"] = [unit.id]
    elif name == "type" and value in tx.policy.types:
        body.chosen["type"] = value
    elif name == "urgency" and value in tx.policy.time_to_answer:
        body.chosen["urgency"] = value
    elif name in WIDE:
        await _choose_time(tx, draft, body, name, value)
    elif name in ("repair", "as_written", "pairs"):
        reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
        kept = confirmed(reading.form, name, value)
        if kept is None:
            raise Refused("error.button_old")
        body.chosen[name] = kept if isinstance(kept, list) else [*body.chosen.get(name, ()), kept]
    elif name == "anyway":
        body.chosen["anyway"] = True
    else:
        raise Refused("error.button_old")


async def _choose_time(tx: Tx, draft: Draft, body: DraftBody, name: str, value: str) -> None:
    """One of the times that the words of the draft could mean, and no other."""
    body.chosen.pop(name, None)
    reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
    choices = [choice for problem in reading.problems for choice in problem.choices if choice.name == name]
    if not any(choice.value == value for choice in choices):
        raise Refused("error.button_old")
    body.chosen[name] = value
