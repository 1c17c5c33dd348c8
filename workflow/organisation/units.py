"""Units: found by what people call them, and who stands above whom."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

from matching.words.choose import Choice, choose
from matching.words.choose_words import core, squeeze
from matching.words.sounding import Sounds
from storage.database.engine import Store
from storage.queries import units as rows
from storage.tables.models import Unit
from workflow.kernel.errors import Refused
from workflow.kernel.examples import Example
from workflow.kernel.memo import Slot
from workflow.kernel.text import Button, t
from workflow.kernel.tx import Tx

CLOSE = 3
MOST_HEARD = 8  # writings of one abbreviation that are looked at, and units that it may stand for


def names(unit: Unit) -> list[str]:
    return [unit.code, unit.name, *unit.aliases]


@dataclass(frozen=True, eq=False)
class Units:
    """All units of the configuration, and what they are called. Only to be read: they belong to no session."""

    all: Sequence[Unit]
    closed: Sequence[Unit] = ()  # those that another took over
    by_id: dict[int, Unit] = field(init=False)
    by_code: dict[str, Unit] = field(init=False)
    options: dict[str, list[str]] = field(init=False)  # code -> what people call it
    _below: dict[int, frozenset[int]] = field(init=False)
    _exact: dict[str, str | None] = field(init=False)  # name -> code; None where several have it
    _instead: dict[str, tuple[str, str]] = field(
        init=False
    )  # name of one that is closed -> it, who took over

    def __post_init__(self) -> None:
        exact: dict[str, str | None] = {}
        for unit in self.all:
            for name in {squeeze(name) for name in names(unit)} - {""}:
                exact[name] = None if name in exact else unit.code
        live = {unit.id: unit for unit in self.all}
        instead = {
            squeeze(name): (unit.name, successor.code)
            for unit in self.closed
            for name in (*names(unit), core(squeeze(unit.name)))
            if (successor := _successor(unit, live, self.closed)) is not None
        }
        for name, value in (
            ("_instead", instead),
            ("by_id", {u.id: u for u in self.all}),
            ("by_code", {u.code: u for u in self.all}),
            ("options", {u.code: names(u) for u in self.all}),
            ("_exact", exact),
            ("_below", _tree(self.all)),
        ):
            object.__setattr__(self, name, value)

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.all)

    def below(self, unit_id: int) -> frozenset[int]:
        """The units under a unit, at any depth."""
        return self._below.get(unit_id, frozenset())

    def choose(self, text: str) -> Choice:
        """The code of the unit that is meant: by its name, or by how that sounds (kunshan, ksga, 昆衫). A name
        written in full is not compared with all others; what stands for several units is asked back."""
        name = squeeze(text)
        code = self._exact.get(name)
        if code is not None:
            return Choice(key=code, exact=True)
        if name in self._instead:
            return self._succeeded(name)
        choice = choose(text, self.options)
        if choice.key is not None and not text.isascii():
            return choice
        heard = self._heard(text, choice)
        told = core(name)
        return heard if heard.key is not None or told not in self._instead else self._succeeded(told)

    def _succeeded(self, name: str) -> Choice:
        """That a unit of this name was closed, and who took over: to be confirmed by who wrote it."""
        was, successor = self._instead[name]
        return Choice(key=None, close=(successor,), instead=was)

    @cached_property
    def _sounds(self) -> Sounds:
        return Sounds(self.options)

    def _heard(self, text: str, choice: Choice) -> Choice:
        """The unit whose name sounds so, beside what was made of the text as it is written."""
        meant: dict[str, bool] = {} if choice.key is None else {choice.key: True}
        close: list[str] = []
        for written in self._sounds.written(text)[:MOST_HEARD]:
            code = self._exact.get(squeeze(written.text))
            read = choose(written.text, self.options) if code is None else Choice(key=code)
            close += read.close
            if read.key is not None:
                meant[read.key] = meant.get(read.key, False) or written.sure
        if choice.key is not None and meant.keys() == {choice.key}:
            return choice
        if len(meant) == 1 and all(meant.values()):
            return Choice(key=next(iter(meant)))
        several = tuple(meant)[:MOST_HEARD]
        others = tuple(dict.fromkeys([*several, *close, *choice.close]))[:CLOSE]
        return Choice(key=None, close=several if len(several) > 1 else others, several=len(several) > 1)

    def meant(self, text: str) -> Unit | None:
        """The unit that is meant, if there is no doubt."""
        key = self.choose(text).key
        return self.by_code[key] if key is not None else None


def _successor(unit: Unit, live: dict[int, Unit], closed: Sequence[Unit]) -> Unit | None:
    """Who took over in the end, where several were closed one after the other."""
    gone, seen = {one.id: one for one in closed}, set[int]()
    after = unit.successor_id
    while after in gone and after not in seen:
        seen.add(after)
        after = gone[after].successor_id
    return live.get(after or 0)


def _tree(units: Sequence[Unit]) -> dict[int, frozenset[int]]:
    """Unit -> all units under it; a circle, which the configuration refuses, ends where it began."""
    parents = {unit.id: unit.parent_id for unit in units}
    below: dict[int, set[int]] = {}
    for unit_id, parent_id in parents.items():
        seen, above = {unit_id}, parent_id
        while above is not None and above not in seen:
            below.setdefault(above, set()).add(unit_id)
            seen.add(above)
            above = parents.get(above)
    return {unit_id: frozenset(found) for unit_id, found in below.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """The units as they were when the stamp was put on them."""

    stamp: str
    units: Units


#: Of each open database. Units change when a process starts with another configuration; each transaction
#: asks for the stamp, so that no process goes on with what another has changed.
_KNOWN: WeakKeyDictionary[Store, _Known] = WeakKeyDictionary()


#: All units, and what stands for them as they are; both once for the transaction.
_HERE: Slot[None, Units] = Slot()
STAMP: Slot[None, str | None] = Slot()


async def current(tx: Tx) -> Units:
    """All units of the configuration."""
    here, stamps = tx.memo.of(_HERE), tx.memo.of(STAMP)
    if None not in here:
        stamp = stamps[None] if None in stamps else await rows.stamp(tx.session)
        known = _KNOWN.get(tx.store)
        if known is None or stamp is None or known.stamp != stamp:
            found = await rows.current(tx.session)
            closed = await rows.closed(tx.session)
            for unit in (*found, *closed):
                tx.session.expunge(unit)
            known = _Known(stamp=stamp or "", units=Units(found, closed))
            if stamp is not None:
                _KNOWN[tx.store] = known
        here[None] = known.units
    return here[None]


async def changed(tx: Tx) -> None:
    """Units were written: every process reads them anew."""
    await rows.put_stamp(tx.session, secrets.token_hex(8))
    tx.memo.of(_HERE).clear()
    tx.memo.of(STAMP).clear()


async def by_id(tx: Tx, unit_id: int | None) -> Unit | None:
    """A unit, retired ones as well; None for none."""
    if unit_id is None:
        return None
    return (await current(tx)).by_id.get(unit_id) or await tx.session.get(Unit, unit_id)


async def name_of(tx: Tx, unit_id: int | None) -> str:
    """What a unit is called, "" for none."""
    unit = await by_id(tx, unit_id)
    return unit.name if unit is not None else ""


async def some_code(tx: Tx) -> str:
    """A code that stands for a unit in an example."""
    return next((u.code for u in await current(tx)), "KS")


async def named(
    tx: Tx,
    text: str,
    *,
    example: Example,
    press: Callable[[int], str] | None = None,
    but_not: frozenset[int] = frozenset(),
) -> Unit:
    """The unit that somebody means. Raises :class:`Refused` naming the closest, with buttons that carry what
    ``press`` makes of a unit's id, and a call that would work."""
    known = await current(tx)
    units = Units([u for u in known if u.id not in but_not], known.closed) if but_not else known
    choice = units.choose(text)
    if choice.key is not None:
        return units.by_code[choice.key]
    close = [units.by_code[code] for code in choice.close] or list(units)[:CLOSE]
    buttons = [(Button(label=t("plain", text=u.name), data=press(u.id)),) for u in close if press]
    if choice.instead is not None:
        raise Refused("error.unit_closed", buttons=tuple(buttons), unit=choice.instead, instead=close[0].name,
                      example=example)  # fmt: skip
    key = "error.unit_several" if choice.several else "error.unit_unknown"
    closest = [u.name for u in close]
    raise Refused(key, buttons=tuple(buttons), given=text, close=closest, example=example)


async def superiors(tx: Tx, unit_id: int) -> list[Unit]:
    """The units above, nearest first."""
    above: list[Unit] = []
    unit = await by_id(tx, unit_id)
    while unit is not None and unit.parent_id is not None and all(unit.parent_id != u.id for u in above):
        unit = await by_id(tx, unit.parent_id)
        if unit is not None:
            above.append(unit)
    return above
