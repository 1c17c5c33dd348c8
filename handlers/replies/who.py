"""Who answers what and how fast, worded for a chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.unit_views import Who, WhoPace, WhoUnit


async def say_who(tx: Tx, who: Who) -> None:
    if not who.units:
        await tx.say(t("who.none", type=who.type, days=who.back.days))
        return
    lines = [_unit(one, alone=who.alone) for one in who.units]
    ask = None if who.alone else t("who.in_private", bot=who.bot)
    await tx.say(t("who", type=who.type, lines=lines, days=who.back.days, ask=ask))


def _unit(one: WhoUnit, *, alone: bool) -> Text:
    return t(
        "who.unit",
        unit=one.unit,
        code=one.code,
        paces=[_pace(pace) for pace in one.paces] or t("who.no_pace"),
        duty=one.on_duty or None,
        liaisons=list(one.liaisons) or (t("who.no_liaison") if alone else None),
        handlers=list(one.handlers) or None,
        handling=one.handling,
        unreached=None if one.reached else t("who.unreached"),
    )


def _pace(pace: WhoPace) -> Text:
    if not pace.answered:
        return t("who.no_pace")
    if pace.median is None:
        return t("who.few", type=pace.type, answered=pace.answered)
    return t("who.pace", type=pace.type, answered=pace.answered, median=pace.median, within=pace.most_within)


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {Who: say_who}
