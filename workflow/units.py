"""Units: found by what people call them, and who stands above whom."""

from __future__ import annotations

from collections.abc import Sequence

from matching.choose import choose
from storage import units as rows
from storage.models import Unit
from workflow.errors import Refused
from workflow.text import Button, t
from workflow.work import Tx

CLOSE = 3


async def current(tx: Tx) -> Sequence[Unit]:
    """All units of the configuration."""
    if "units" not in tx.memo:
        tx.memo["units"] = await rows.current(tx.session)
    found: Sequence[Unit] = tx.memo["units"]
    return found


def names(unit: Unit) -> list[str]:
    return [unit.code, unit.name, *unit.aliases]


async def named(tx: Tx, text: str, *, action: str = "", but_not: frozenset[int] = frozenset()) -> Unit:
    """The unit that somebody means. Raises :class:`Refused` naming the closest, with buttons for ``action``."""
    units = {u.code: u for u in await current(tx) if u.id not in but_not}
    choice = choose(text, {code: names(unit) for code, unit in units.items()})
    if choice.key is not None:
        return units[choice.key]
    close = [units[code] for code in choice.close] or list(units.values())[:CLOSE]
    buttons = [(Button(label=t("plain", text=u.name), data=f"{action}:{u.id}"),) for u in close if action]
    raise Refused("error.unit_unknown", buttons=tuple(buttons), given=text, close=[u.name for u in close])


async def superiors(tx: Tx, unit_id: int) -> list[Unit]:
    """The units above, nearest first."""
    above: list[Unit] = []
    unit = await tx.session.get(Unit, unit_id)
    while unit is not None and unit.parent_id is not None and all(unit.parent_id != u.id for u in above):
        unit = await tx.session.get(Unit, unit.parent_id)
        if unit is not None:
            above.append(unit)
    return above
