"""A drill: requests posted in a group while it runs are exercises, marked on every card and in every message by their
number; they are in no figure, no ledger, no match, and no unit above hears of them. At the end a sheet says how it
went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from storage.queries import drills as rows
from storage.tables.models import Request
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.states import WAITING, State
from workflow.kernel.tx import Tx
from workflow.organisation import drills, groups, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import do_action

EXAMPLE = "/drill start"
STARTS = frozenset({"start", "begin", "on", "开始", "启动"})
STOPS = frozenset({"stop", "end", "off", "结束", "停止"})


@dataclass(frozen=True, kw_only=True, slots=True)
class DrillBegun:
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DrillOf:
    """How one unit did: of so many requests, how many were taken and answered, and the median time of each."""

    unit: str
    count: int
    accepted: int
    accept_time: timedelta | None
    answered: int
    answer_time: timedelta | None
    late: int  # answered, or still owed, after the time that was set


@dataclass(frozen=True, kw_only=True, slots=True)
class DrillEnded:
    """``missed``: numbers of what nobody took, or nobody answered."""

    unit: str
    since: datetime
    lasted: timedelta
    units: tuple[DrillOf, ...]
    missed: tuple[str, ...]


async def drill(work: Work, said: str) -> DrillBegun | DrillEnded:
    """``/drill start`` and ``/drill stop`` in a group, for who leads its unit. Raises :class:`Refused`."""
    word = said.strip().lower()
    async with work.write() as tx:
        if tx.alone:
            raise Refused("error.drill_group", example=EXAMPLE)
        unit = await unit_at_hand(tx, "drill")
        chat_id = tx.where.chat_id
        begun = await drills.since(tx, chat_id)
        if word not in STARTS | STOPS:
            raise Refused("error.drill", example=EXAMPLE if begun is None else "/drill stop")
        if word in STARTS:
            if begun is not None:
                raise Refused("error.drill_on", since=begun, example="/drill stop")
            if len((await groups.scope_of(tx, chat_id)).all) > 1:  # of the others all is meant
                raise Refused("error.drill_shared", example=EXAMPLE)
            await drills.begin(tx, chat_id)
            await record(tx, None, "drill_start", chat=chat_id, unit=unit.code)
            return await tx.conclude(DrillBegun(unit=unit.name))
        if begun is None:
            raise Refused("error.drill_off", example=EXAMPLE)
        ended = await _do_end(tx, chat_id, begun, unit.name)
        await record(tx, None, "drill_stop", chat=chat_id, unit=unit.code)
        return await tx.conclude(ended)


async def _do_end(tx: Tx, chat_id: int, begun: datetime, unit: str) -> DrillEnded:
    """The sheet, as things stand; what is still open ends with the drill, so that nobody is reminded of it."""
    found = await rows.of_chat(tx.session, chat_id, begun)
    asked: dict[int, list[Request]] = {}
    for request in found:
        if request.to_unit_id is not None:
            asked.setdefault(request.to_unit_id, []).append(request)
    sheet = tuple([await _of_unit(tx, unit_id, theirs) for unit_id, theirs in asked.items()])
    missed = tuple(r.number or "" for r in found if r.state in WAITING)
    for request in found:
        if request.state in (*WAITING, State.PENDING):
            await do_action(tx, request, Action.CANCEL)
    await drills.end(tx, chat_id)
    return DrillEnded(unit=unit, since=begun, lasted=tx.now - begun, units=sheet, missed=missed)


async def _of_unit(tx: Tx, unit_id: int, asked: Sequence[Request]) -> DrillOf:
    taken = [r.accepted_at - r.asked_at for r in asked if r.accepted_at is not None]
    answered = [r.answered_at - r.asked_at for r in asked if r.answered_at is not None]
    late = [r for r in asked if r.first_due_at is not None and (r.answered_at or tx.now) > r.first_due_at]
    return DrillOf(
        unit=await units.name_of(tx, unit_id),
        count=len(asked),
        accepted=len(taken),
        accept_time=_median(taken),
        answered=len(answered),
        answer_time=_median(answered),
        late=len(late),
    )


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None
