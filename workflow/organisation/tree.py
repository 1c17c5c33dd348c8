"""The units of the desk as they are, beside what the configuration says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.queries import units as rows
from storage.tables.models import Unit
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.organisation import reshaping, units
from workflow.organisation.results import UnitChanged
from workflow.organisation.setup import UnitSpec
from workflow.organisation.work import Work
from workflow.record.record import record

GIVEN_BACK = "unit_give_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Here:
    """A unit of the desk. ``into``: the code of who took over, where it is closed."""

    spec: UnitSpec
    by_desk: bool
    closed: bool
    into: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """Every unit of the desk that there is, and those closed by command; each after the one it stands under."""

    units: tuple[Here, ...]


async def present(work: Work) -> Present:
    """The units of the desk."""
    async with work.read() as tx:
        found = list(await rows.every(tx.session))
    by_id = {unit.id: unit for unit in found}
    shown = [unit for unit in found if unit.retired_at is None or unit.by_desk]
    shown.sort(key=lambda one: (_depth(one, by_id), one.id))
    return Present(units=tuple(_here(unit, by_id) for unit in shown))


def _depth(unit: Unit, by_id: dict[int, Unit]) -> int:
    depth, seen, above = 0, {unit.id}, unit.parent_id
    while above in by_id and above not in seen:
        seen.add(above)
        depth, above = depth + 1, by_id[above].parent_id
    return depth


def _here(unit: Unit, by_id: dict[int, Unit]) -> Here:
    parent, into = by_id.get(unit.parent_id or 0), by_id.get(unit.successor_id or 0)
    return Here(
        spec=UnitSpec(
            code=unit.code,
            name=unit.name,
            aliases=tuple(unit.aliases),
            kind=unit.kind,
            parent=parent.code if parent is not None else "",
        ),
        by_desk=unit.by_desk,
        closed=unit.retired_at is not None,
        into=into.code if into is not None else "",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Differs:
    """What the configuration (``file``) says of a unit of the desk, and what is so (``desk``); ``what``: name, aliases,
    kind, parent, closed, or missing (from the file)."""

    code: str
    what: str
    file: str
    desk: str


def differences(here: Sequence[Here], specs: Sequence[UnitSpec]) -> list[Differs]:
    """Of the units that were made or changed by command."""
    known = {spec.code: spec for spec in specs}
    found = []
    for one in here:
        spec, code = known.get(one.spec.code), one.spec.code
        if not one.by_desk or (spec is None and one.closed):
            continue
        if spec is None:
            found.append(Differs(code=code, what="missing", file="", desk=one.spec.name))
        elif one.closed:
            found.append(Differs(code=code, what="closed", file=spec.name, desk=one.into))
        else:
            found += [
                Differs(code=code, what=what, file=file, desk=desk)
                for what, file, desk in (
                    ("name", spec.name, one.spec.name),
                    ("aliases", ", ".join(spec.aliases), ", ".join(one.spec.aliases)),
                    ("parent", spec.parent, one.spec.parent),
                )
                if file != desk
            ]
    return found


async def give_back(work: Work, code: str) -> UnitChanged:
    """A unit is what the configuration says of it from its next start on. Raises :class:`Refused`."""
    async with work.write() as tx:
        unit = (await reshaping.hold(tx)).get(code.strip().upper())
        if unit is None or not unit.by_desk:
            raise Refused("error.unit_not_desks", given=code)
        await _do_give_back(tx, unit)
        return UnitChanged(what=GIVEN_BACK, code=unit.code, name=unit.name)


async def _do_give_back(tx: Tx, unit: Unit) -> None:
    unit.by_desk = False
    await tx.session.flush()
    await record(tx, None, GIVEN_BACK, unit=unit.code)
    await units.changed(tx)
