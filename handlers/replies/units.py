"""Units made and changed by command, said to who did it; and what was done to one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import CHOOSE, Under
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.unit_views import UnitAct, UnitHistory
from workflow.organisation.results import UnitChanged, UnitToClose


async def say_changed(tx: Tx, changed: UnitChanged) -> None:
    told = changed_words(changed)
    if tx.pressed:
        await pressed.close(tx, Under(purposes=(CHOOSE,)), told)
    else:
        await tx.say(told)


def changed_words(changed: UnitChanged) -> Text:
    return t(
        f"changed.{changed.what}",
        name=changed.name,
        code=changed.code,
        was=changed.was or None,
        above=changed.above or t("unit.top"),
        aliases=list(changed.aliases) or None,
    )


async def say_to_close(tx: Tx, closing: UnitToClose) -> None:
    """What goes over, with the button that does it."""
    told = t(
        "unit.to_close",
        unit=closing.unit,
        code=closing.code,
        into=closing.into,
        waiting=list(closing.waiting) or None,
        members=closing.members,
        groups=closing.groups,
        below=list(closing.below) or None,
    )
    label = t("button.close_unit", unit=closing.unit)
    await tx.say(
        told, buttons=[[Button(label=label, data=carry(Press.CLOSE_UNIT, closing.listed))]], purpose=CHOOSE
    )


async def say_history(tx: Tx, history: UnitHistory) -> None:
    lines = [_act(one) for one in history.acts]
    none = t("unit.no_history", unit=history.unit)
    await tx.say(t("unit.history", unit=history.unit, lines=lines) if lines else none)


def _act(one: UnitAct) -> Text:
    return t(
        "unit.did",
        at=one.at,
        what=t(f"history.{one.what}"),
        was=list(one.was) or None,
        now=list(one.now) or None,
        by=one.by or t("unit.by_file"),
        why=one.why or None,
    )


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    UnitChanged: say_changed,
    UnitToClose: say_to_close,
    UnitHistory: say_history,
}
TOAST: dict[type, Callable[[Any], Text]] = {UnitChanged: changed_words}
