"""``crossbeat units``: the units of the desk as they are, also as the configuration would have them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from bot.runtime.failure import Failure
from bot.runtime.opening import opened
from bot.settings.entries import UnitEntry
from bot.settings.model import Settings
from workflow.kernel.errors import Refused
from workflow.organisation import tree
from workflow.organisation.tree import Here


async def units(settings: Settings, args: argparse.Namespace) -> int:
    """Prints a line a unit, or the ``[[units]]`` of a configuration that would say the same; or gives one back to the
    configuration, of which the next start then takes it."""
    async with opened(settings, sync=False) as desk:
        if args.give_back is not None:
            try:
                given = await tree.give_back(desk.work(), args.give_back)
            except Refused:
                raise Failure(
                    f"{args.give_back} was not made or changed by command: crossbeat units"
                ) from None
            sys.stderr.write(f"{given.name}: the next start takes it from the configuration\n")
            return 0
        here = (await tree.present(desk.work())).units
    sys.stdout.write(as_toml(here, settings.units) if args.toml else "".join(map(_line, here)))
    return 0


def _line(one: Here) -> str:
    """Code, name, code of the unit above, who says so, who took over; divided by tabs."""
    spec = one.spec
    by = "command" if one.by_desk else "configuration"
    state = f"closed\t{one.into}" if one.closed else ""
    return "\t".join(filter(None, (spec.code, spec.name, spec.parent or "-", by, state))) + "\n"


def as_toml(here: Sequence[Here], entries: Sequence[UnitEntry]) -> str:
    """The ``[[units]]`` that say what the desk has. What only the file knows of a unit is taken from its entry."""
    known = {entry.code: entry for entry in entries}
    return "\n".join(_block(one, known.get(one.spec.code)) for one in here if not one.closed)


def _block(one: Here, entry: UnitEntry | None) -> str:
    spec = one.spec
    values: list[tuple[str, object]] = [("code", spec.code), ("name", spec.name)]
    values += [("aliases", list(spec.aliases))] if spec.aliases else []
    values += [("parent", spec.parent)] if spec.parent else []
    values += [("kind", spec.kind)] if spec.kind != "police" else []
    if entry is not None:
        values += [("standard_code", entry.standard_code)] if entry.standard_code else []
        values += [("chats", list(entry.chats))] if entry.chats else []
        values += [("remote", True)] if entry.remote else []
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values]
    return "\n".join(("[[units]]", *lines)) + "\n"
