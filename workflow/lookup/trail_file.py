"""What somebody found in the record as a file: asked for with a purpose, made when it is sent, with the rights of
that moment."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from storage.tables.models import Draft
from storage.tables.words import PostPurpose
from workflow.kernel import pressed
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import Under
from workflow.kernel.text import t
from workflow.kernel.tx import Actor, Tx
from workflow.lookup import trails
from workflow.lookup.auditing import KIND, check, kept_trail, note, of_whom
from workflow.lookup.looking import purpose_by_key
from workflow.lookup.trail_views import TrailLine, TrailWanted, WhyAudit
from workflow.lookup.trails import By, Trail
from workflow.organisation.audience import actor_by_person
from workflow.organisation.work import Work
from workflow.request.drafts import DraftBody

MOST = 20_000  # entries of a file
COLUMNS = ("at", "number", "action", "purpose", "unit", "name", "whom")
#: One entry as the cells of a row, in the order of :data:`COLUMNS`.
Worded = Callable[[TrailLine], Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrailFile:
    """``of``: which request, whom, what; ``more``: it does not hold all."""

    by: str
    of: str
    name: str
    content: bytes
    rows: int
    more: bool


async def ask(work: Work, kept: int) -> WhyAudit:
    """The button under a page: for which purpose. Raises :class:`Refused`."""
    async with work.write() as tx:
        _, trail = await kept_trail(tx, kept)
        _check_reached(tx)
        why = WhyAudit(kept=kept, by=trail.by, of=await of_whom(tx, trail), purposes=tx.policy.purposes)
        return await tx.conclude(why)


async def give(work: Work, kept: int, key: str) -> TrailWanted:
    """The purpose was picked: it stands in the record of all that the file will tell of. Raises :class:`Refused`."""
    async with work.write() as tx:
        purpose = purpose_by_key(tx, key)
        _, trail = await kept_trail(tx, kept)
        _check_reached(tx)
        await pressed.close_once(tx, Under(purposes=(PostPurpose.LOOK,)), t("audit.picked", purpose=purpose))
        of = {By.REQUEST: (int(trail.of),) if trail.by is By.REQUEST else (), By.VALUE: trail.ids}
        await note(tx, trail, "audit_export", of.get(trail.by, ()), purpose=purpose)
        return await tx.conclude(TrailWanted(kept=kept, purpose=purpose))


def _check_reached(tx: Tx) -> None:
    """Raises :class:`Refused` for who has no private chat to which it could be sent."""
    if not tx.who.private_ok and not tx.alone:
        raise Refused("error.export_private", bot=tx.policy.bot_username)


async def make(
    work: Work, *, kept: int, person_id: int, headers: Sequence[str], worded: Worded
) -> TrailFile | None:
    """The whole of what was asked for, as it stood then, as a workbook; None for whom it is not (any more)."""
    async with work.read() as tx:
        draft = await tx.session.get(Draft, kept)
        actor = await actor_by_person(tx, person_id)
        if draft is None or actor is None or draft.kind != KIND or draft.person_id != person_id:
            return None
        chosen = DraftBody.of(tx, draft).chosen
        if "by" not in chosen:
            return None
        trail = Trail.from_plain(chosen)
        try:
            await check(tx, actor, trail)
        except Refused:
            return None
        lines, more = await _all(tx, actor, trail)
        day, of = tx.now.astimezone(tx.policy.zone).date(), await of_whom(tx, trail)
    from storage.ledger.xlsx_write import write_xlsx  # not for every start: what writes workbooks is large

    target = io.BytesIO()
    await asyncio.to_thread(write_xlsx, target, COLUMNS, headers, [worded(line) for line in lines])
    called = of if trail.by is By.REQUEST else trail.by
    name = f"audit-{called}-{day:%Y-%m-%d}.xlsx"
    return TrailFile(
        by=trail.by, of=of, name=name, content=target.getvalue(), rows=len(lines), more=more or trail.more
    )


async def _all(tx: Tx, actor: Actor, trail: Trail) -> tuple[list[TrailLine], bool]:
    lines: list[TrailLine] = []
    after: int | None = trail.began(1)
    while after is not None and len(lines) < MOST:
        found = await trails.stretch(tx, actor, trail, after)
        lines += found.lines
        after = found.following
        await asyncio.sleep(0)  # a long record must not hold up everybody else's messages
    return lines, after is not None
