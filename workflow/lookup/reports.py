"""The figures of a year or a month as a workbook for one person: made when it is sent, with the rights of then."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.ledger.sheets import Cell, Sheet
from storage.tables.models import Unit
from workflow.figures import periods
from workflow.figures.periods import Period
from workflow.figures.report import Figures, Party, figures_of
from workflow.kernel.errors import Refused
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.lookup.unit_figures import scope_of, type_named
from workflow.organisation import units
from workflow.organisation.audience import actor_by_person
from workflow.organisation.work import Work

__all__ = ["Cell", "Report", "ReportFile", "Sheet", "make"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """``below``: names of the units below that are counted as well; ``names`` and ``types``: what parties and types of
    request are called."""

    unit: str
    below: tuple[str, ...]
    period: Period
    made_at: datetime
    figures: Figures
    names: Mapping[Party, str]
    types: Mapping[str, Text]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFile:
    unit: str
    period: str
    name: str
    content: bytes


async def make(
    work: Work,
    *,
    unit_id: int,
    person_id: int,
    period: str,
    tree: bool,
    worded: Callable[[Report], Sequence[Sheet]],
) -> ReportFile | None:
    """The workbook; None for whom it is not (any more)."""
    async with work.read() as tx:
        unit = await tx.session.get(Unit, unit_id)
        tx.actor = await actor_by_person(tx, person_id)
        zone = await periods.zone_of_unit(tx, unit_id)
        wanted = periods.calendar(period, zone)
        if unit is None or tx.actor is None or wanted is None:
            return None
        try:
            scope = await scope_of(tx, unit, "report", tree=tree)
        except Refused:
            return None
        figures = await figures_of(tx, scope, wanted)
        made = Report(
            unit=unit.name,
            below=tuple([await units.name_of(tx, one) for one in sorted(scope.desk - {unit_id})]),
            period=wanted,
            made_at=tx.now,
            figures=figures,
            names=await _names(tx, figures),
            types={one.type: type_named(tx, one.type) for one in figures.types},
        )
    from storage.ledger.sheets_write import (
        write_sheets,
    )  # not for every start: what writes workbooks is large

    target = io.BytesIO()
    await asyncio.to_thread(write_sheets, target, worded(made))
    return ReportFile(
        unit=unit.name, period=period, name=f"report-{unit.code}-{period}.xlsx", content=target.getvalue()
    )


async def _names(tx: Tx, figures: Figures) -> dict[Party, str]:
    parties = {one.party for one in figures.sent} | {one.party for one in figures.received}
    return {party: await units.name_of(tx, party) for party in parties}
