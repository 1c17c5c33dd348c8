"""A unit's ledger as a file for one person: made when it is sent, with the rights they have by then."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

from storage.ledger.items import LedgerUnfit
from storage.ledger.write import Form, LedgerWriter
from storage.tables.models import Unit
from workflow.ledger import giving as ledger
from workflow.organisation.audience import actor_by_person
from workflow.organisation.rights import may_for_unit
from workflow.organisation.work import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerFile:
    unit: str
    name: str  # of the file
    content: bytes
    rows: int


async def make(work: Work, *, unit_id: int, person_id: int, chinese: bool) -> LedgerFile | None:
    """The ledger of a unit as XLSX (CSV where a row does not fit a cell); None for whom it is not.

    ``chinese``: headers in Chinese; ``crossbeat import`` reads both.
    """
    async with work.read() as tx:
        unit = await tx.session.get(Unit, unit_id)
        actor = await actor_by_person(tx, person_id)
        if unit is None or actor is None or not may_for_unit(actor, "export", unit_id):
            return None
        day = tx.now.astimezone(tx.policy.zone).date()
    try:
        form: Form = "xlsx"
        content, rows = await _written(work, unit_id, form, chinese=chinese)
    except LedgerUnfit:
        form = "csv"
        content, rows = await _written(work, unit_id, form, chinese=chinese)
    name = f"ledger-{unit.code}-{day:%Y-%m-%d}.{form}"
    return LedgerFile(unit=unit.name, name=name, content=content, rows=rows)


async def _written(work: Work, unit_id: int, form: Form, *, chinese: bool) -> tuple[bytes, int]:
    target = io.BytesIO()
    writer = LedgerWriter(target, form, chinese=chinese)
    with writer:
        async for row in ledger.rows_out(work, since=None, until=None, unit_id=unit_id):
            writer.write(row)
            await asyncio.sleep(0)  # a long ledger must not hold up everybody else's messages
    return target.getvalue(), writer.rows
