"""A drill, worded for the group in which it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workflow.actions.drilling import DrillBegun, DrillEnded
from workflow.kernel.text import t
from workflow.kernel.tx import Tx


async def say_begun(tx: Tx, begun: DrillBegun) -> None:
    await tx.say(t("drill.begun", unit=begun.unit, stop="/drill stop"))


async def say_ended(tx: Tx, ended: DrillEnded) -> None:
    lines = [
        t(
            "drill.line", unit=one.unit, count=one.count, accepted=one.accepted, accept_time=one.accept_time,
            answered=one.answered, answer_time=one.answer_time, late=one.late or None,
        )
        for one in ended.units
    ]  # fmt: skip
    await tx.say(
        t(
            "drill.ended", unit=ended.unit, since=ended.since, lasted=ended.lasted, units=lines or t("drill.nothing"),
            missed=list(ended.missed) or None,
        )
    )  # fmt: skip


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {DrillBegun: say_begun, DrillEnded: say_ended}
