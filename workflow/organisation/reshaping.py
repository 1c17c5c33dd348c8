"""Units made, renamed and moved by command, each change with who, since when and why in the desk's record.

A unit that was made or changed so belongs to the desk: what the configuration says of it is for who reads
``crossbeat check``, and changes nothing (docs/adr/0033-units-by-command.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.words.choose_words import squeeze
from storage.queries import desk
from storage.queries import units as rows
from storage.tables.models import Unit
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.organisation import rights, units
from workflow.organisation.results import UnitChanged
from workflow.organisation.setup import BY_FILE, SETUP_LOCK, stands_in
from workflow.organisation.work import Work
from workflow.record.record import record

MOST_NAME, MOST_ALIASES, MOST_WHY = 200, 20, 300
ADD, RENAME, ALIAS, MOVE, CLOSE = "unit_add", "unit_rename", "unit_alias", "unit_move", "unit_close"
#: What the record calls what was done to a unit.
ACTS = (ADD, RENAME, ALIAS, MOVE, CLOSE, BY_FILE, "unit_give_back", "retire_unit")
#: Of each a call that would work.
EXAMPLES = {
    ADD: worded("unit_add"),
    RENAME: worded("unit_rename"),
    ALIAS: worded("unit_alias"),
    MOVE: worded("unit_move"),
    CLOSE: worded("unit_close"),
}
_CODE = re.compile(r"[A-Z0-9]{1,10}")
_WHY = re.compile(
    r"(?:^|[\s;；,，])(?:原因|理由|事由|why|because|reason)\s*[:：=]?\s*(.*)$", re.IGNORECASE | re.DOTALL
)
_UNDER = re.compile(r"(?:^|\s)(?:under|上级|属于|隶属|属)\s*[:：=]?\s*(.*)$", re.IGNORECASE | re.DOTALL)
_TOP = frozenset({"top", "none", "无", "顶层", "最上级"})
_BETWEEN = re.compile(r"[、,;]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """``KSHQ new name under KS because …`` taken apart; ``under``: None where it is not said."""

    unit: str
    rest: str
    under: str | None
    why: str

    @classmethod
    def read(cls, args: str) -> Said:
        text, why = unicodedata.normalize("NFKC", args).strip(), ""
        if found := _WHY.search(text):
            text, why = text[: found.start()].strip(), found[1].strip()
        under = None
        if found := _UNDER.search(text):
            text, under = text[: found.start()].strip(), found[1].strip()
        unit, _, rest = text.partition(" ")
        return cls(unit=unit, rest=" ".join(rest.split()), under=under, why=why[:MOST_WHY])


async def add(work: Work, args: str) -> UnitChanged:
    """``/unit add KSHQ name under KS``."""
    said = Said.read(args)
    async with work.write() as tx:
        example = EXAMPLES[ADD]
        code = said.unit.upper()
        if not said.unit or not said.rest:
            raise Refused("error.unit_add", example=example)
        parent = await _parent(tx, said.under, example) if said.under is not None else None
        if not rights.may_place_under(tx.who, parent.id if parent else None):
            raise Refused("denied.unit_change", unit=parent.name if parent else said.rest)
        known = await hold(tx)
        if not _CODE.fullmatch(code):
            raise Refused("error.unit_code", given=said.unit, example=example)
        if code in known:
            raise Refused("error.unit_code_taken", given=code, unit=known[code].name, example=example)
        check_free(known, said.rest, None, example)
        unit = Unit(
            code=code, name=said.rest, aliases=[], kind=parent.kind if parent else "police",
            parent_id=parent.id if parent else None, by_desk=True,
        )  # fmt: skip
        tx.session.add(unit)
        after = {"name": unit.name, "under": parent.code if parent else None}
        await note(tx, unit, ADD, before={}, after=after, why=said.why)
        return await tx.conclude(_changed(ADD, unit, above=parent))


async def rename(work: Work, args: str) -> UnitChanged:
    """``/unit rename KSHQ new name``: its code and numbers stay, and it is found by its former name as well."""
    said = Said.read(args)
    async with work.write() as tx:
        example = EXAMPLES[RENAME]
        unit, known = await access(tx, said.unit, example)
        if not said.rest or said.under is not None:
            raise Refused("error.unit_rename", unit=unit.name, example=example)
        if said.rest == unit.name:
            raise Refused("error.unit_same", unit=unit.name, example=example)
        check_free(known, said.rest, unit, example)
        was = unit.name
        unit.name = said.rest
        kept = [one for one in (*unit.aliases, was) if squeeze(one) != squeeze(said.rest)]
        unit.aliases = list(dict.fromkeys(kept))
        await note(tx, unit, RENAME, before={"name": was}, after={"name": unit.name}, why=said.why)
        return await tx.conclude(_changed(RENAME, unit, was=was))


async def alias(work: Work, args: str) -> UnitChanged:
    """``/unit alias KSHQ 花桥、花桥所``; ``-花桥`` takes one away."""
    said = Said.read(args)
    async with work.write() as tx:
        example = EXAMPLES[ALIAS]
        unit, known = await access(tx, said.unit, example)
        given = [one.strip() for one in _BETWEEN.split(said.rest) if one.strip()]
        if not given or said.under is not None:
            raise Refused("error.unit_alias", unit=unit.name, example=example)
        now = list(unit.aliases)
        for one in given:
            now = _without(now, one[1:].strip(), unit, example) if one.startswith("-") else [*now, one]
            if not one.startswith("-"):
                check_free(known, one, unit, example)
        now = list(dict.fromkeys(now))
        if now == list(unit.aliases):
            raise Refused("error.unit_same", unit=unit.name, example=example)
        if len(now) > MOST_ALIASES:
            raise Refused("error.unit_aliases", unit=unit.name, most=MOST_ALIASES)
        before, unit.aliases = list(unit.aliases), now
        await note(tx, unit, ALIAS, before={"aliases": before}, after={"aliases": now}, why=said.why)
        return await tx.conclude(_changed(ALIAS, unit))


def _without(aliases: list[str], one: str, unit: Unit, example: Text) -> list[str]:
    left = [name for name in aliases if squeeze(name) != squeeze(one)]
    if len(left) == len(aliases):
        raise Refused(
            "error.unit_no_alias", given=one, unit=unit.name, aliases=aliases or None, example=example
        )
    return left


async def move(work: Work, args: str) -> UnitChanged:
    """``/unit move KSHQ under SZ``, ``/unit move SZ top``."""
    said = Said.read(args)
    async with work.write() as tx:
        example = EXAMPLES[MOVE]
        unit, known = await access(tx, said.unit, example)
        to = said.under if said.under is not None else said.rest
        if not to:
            raise Refused("error.unit_move", unit=unit.name, example=example)
        parent = None if to.lower() in _TOP else await _parent(tx, to, example)
        if not rights.may_place_under(tx.who, parent.id if parent else None):
            raise Refused("denied.unit_change", unit=parent.name if parent else unit.name)
        if (parent.id if parent else None) == unit.parent_id:
            raise Refused("error.unit_same", unit=unit.name, example=example)
        by_id = {one.id: one for one in known.values()}
        if parent is not None and stands_in(by_id, parent.id, unit.id):
            raise Refused("error.unit_circle", unit=unit.name, above=parent.name, example=example)
        was = by_id.get(unit.parent_id or 0)
        unit.parent_id = parent.id if parent else None
        before, after = {"under": was.code if was else None}, {"under": parent.code if parent else None}
        await note(tx, unit, MOVE, before=before, after=after, why=said.why)
        return await tx.conclude(_changed(MOVE, unit, was=was.name if was else "", above=parent))


async def hold(tx: Tx) -> dict[str, Unit]:
    """Every unit by its code, closed ones as well, for who changes them: nobody else does until this transaction is
    over."""
    await desk.wait_for_turn(tx.session, SETUP_LOCK)
    return {unit.code: unit for unit in await rows.every(tx.session)}


async def access(tx: Tx, called: str, example: Text) -> tuple[Unit, dict[str, Unit]]:
    """The unit that is meant, to be changed, and all units by their codes. Raises :class:`Refused` for none, for one
    that is closed by now, and for who may not."""
    if not called:
        raise Refused("error.unit_which", example=example)
    meant = await units.named(tx, called, example=example)
    if not rights.shapes(tx.who, meant.id):
        raise Refused("denied.unit_change", unit=meant.name)
    known = await hold(tx)
    unit = known[meant.code]
    if unit.retired_at is not None:
        raise Refused("error.unit_gone", unit=unit.name)
    return unit, known


async def _parent(tx: Tx, called: str, example: Text) -> Unit:
    if not called:
        raise Refused("error.unit_under", example=example)
    return await units.named(tx, called, example=example)


def check_free(known: Mapping[str, Unit], name: str, own: Unit | None, example: Text) -> None:
    """Raises :class:`Refused` for a name that is too long, or by which another unit is known."""
    if len(name) > MOST_NAME or not squeeze(name):
        raise Refused("error.unit_name", given=name[:40], most=MOST_NAME, example=example)
    for unit in known.values():
        taken = unit is not own and unit.retired_at is None
        if taken and squeeze(name) in {squeeze(one) for one in units.names(unit)}:
            raise Refused(
                "error.unit_name_taken", given=name, unit=unit.name, code=unit.code, example=example
            )


async def note(
    tx: Tx, unit: Unit, what: str, *, before: dict[str, Any], after: dict[str, Any], why: str
) -> None:
    """The unit belongs to the desk; the record says what it was and is, and every process reads the units anew."""
    unit.by_desk = True
    await tx.session.flush()
    await record(tx, None, what, unit=unit.code, was=before, now=after, why=why)
    await units.changed(tx)


def _changed(what: str, unit: Unit, *, was: str = "", above: Unit | None = None) -> UnitChanged:
    return UnitChanged(
        what=what,
        code=unit.code,
        name=unit.name,
        was=was,
        above=above.name if above else "",
        aliases=tuple(unit.aliases),
    )
