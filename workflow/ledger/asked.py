"""The unit that all rows of a ledger were put to, as a person names it: the office that keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from matching.text.normalise import compact
from storage.ledger.reading import EACH_ROW
from workflow.kernel.tx import Tx
from workflow.ledger.explaining import ASKED
from workflow.organisation import units as unit_names


class NoSuchUnit(Exception):
    """A person has named a unit that this desk does not know; ``name``: what they said."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


async def with_unit(tx: Tx, given: Mapping[str, str]) -> dict[str, str]:
    """What was said of a ledger, with the whole name of the unit in it. Raises :class:`NoSuchUnit`."""
    said = given.get(ASKED, "")
    if not said.startswith(EACH_ROW):
        return dict(given)
    name = said.removeprefix(EACH_ROW)
    units = await unit_names.current(tx)
    known = {compact(one).casefold(): unit.name for unit in units for one in unit_names.names(unit)}
    if (unit := known.get(compact(name).casefold())) is None:
        raise NoSuchUnit(name)
    return {**given, ASKED: EACH_ROW + unit}
