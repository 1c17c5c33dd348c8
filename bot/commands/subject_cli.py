"""``crossbeat subject VALUE``: all that the desk holds about a person or a number, for an order; and its erasure."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.commands.ledger_cli import progress
from bot.commands.purge_cli import YES
from bot.commands.telling import tell_terminal
from bot.runtime.failure import Failure
from bot.runtime.opening import Opened, opened
from bot.runtime.private_file import must_be_writable, private_file
from bot.settings.model import Settings
from workflow.keeping import erasing, holdings, preserving
from workflow.keeping.erasing import Left, Verdict
from workflow.keeping.meant import Meant

PART_LEFT = 3
SHOWN = 10  # damaged values that are named
#: Why a request stays, to whoever brings the order.
LEFT: Mapping[Left, str] = {
    Left.HELD: "under legal hold; /release_hold ends it",
    Left.OPEN: "still at work; it can go once it is closed",
    Left.OTHERS: "is about others as well; --with-others erases it whole",
    Left.UNSURE: "may be about somebody else: the name or a masked number alone agrees",
    Left.BROKEN: "its record does not hold; crossbeat verify says why",
}


async def subject(settings: Settings, args: argparse.Namespace) -> int:
    """Finds, and gives out or erases; 0 when nothing is left undone, 3 when something had to stay."""
    order = (args.order or "").strip()
    if (args.erase or args.hold is not None or args.release) and not order:
        raise Failure('on whose order it is done stands in the record: add --order "REFERENCE"')
    if args.hold is not None and not args.hold.strip():
        raise Failure('--hold says why it is kept: --hold "inspection under way"')
    value = sys.stdin.readline() if args.value == "-" else args.value
    meant = Meant.of(value.strip())
    if meant is None:
        raise Failure(
            f"{value.strip()!r} names nobody: give a whole number, or a name of two characters at least; "
            "11010519491231002X would work"
        )
    if args.erase and not meant.numbers:
        raise Failure("many people have one name: to erase, give a number of the person")
    must_be_writable(args.export)
    async with opened(settings, sync=False) as desk:
        with progress(None, "looked at") as step:
            found = await holdings.find(desk.work(), meant, progress=step)
        verdicts: Sequence[Verdict] = ()
        if args.erase:
            verdicts = await erasing.judge(desk.work(), meant, found, with_others=args.with_others)
        if args.erase and not args.yes and not _agreed(verdicts, found):
            tell_terminal("nothing was erased")
            return 1
        await holdings.note(desk.work(), meant, found, order=order, what=_what(args))
        await _give_out(desk, found, args.export)
        if args.hold is not None:
            held = await preserving.hold(desk.work, found, order=order, why=args.hold.strip())
            tell_terminal(f"{held} requests put under hold: nothing of them is deleted until it has ended")
        if args.release:
            ended = await preserving.release(desk.work, found, order=order)
            tell_terminal(f"{ended} holds that were placed by order have ended; those of people stand")
        if not args.erase:
            return 0
        with progress(len(found.requests), "requests") as step:
            done = await erasing.erase(
                desk.work, meant, found, order=order, with_others=args.with_others, progress=step
            )
        return _told(desk, done)


def _what(args: argparse.Namespace) -> str:
    """What is done, in the record."""
    if args.erase:
        return "erase"
    return "hold" if args.hold is not None else "release" if args.release else "export"


async def _give_out(desk: Opened, found: holdings.Found, target: Path | None) -> None:
    """Into the file, as JSON lines; how much of each kind there is to stdout."""
    kinds: Counter[str] = Counter()
    if target is None:
        async for value in holdings.given_out(desk.work(), found):
            kinds[value["kind"]] += 1
    else:
        with private_file(target) as file:
            async for value in holdings.given_out(desk.work(), found):
                kinds[value["kind"]] += 1
                file.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    for kind, count in sorted(kinds.items()):
        sys.stdout.write(f"{kind}\t{count}\n")
    unsure = sum(not sure for sure in found.requests.values())
    if not kinds:
        tell_terminal("the desk holds nothing about it")
    elif unsure:
        tell_terminal(f'{unsure} of the requests agree in the name or a masked number alone: "sure": false')
    if found.damaged:
        more = "" if len(found.damaged) <= SHOWN else f" and {len(found.damaged) - SHOWN} more"
        tell_terminal(
            f"{len(found.damaged)} values cannot be opened, and may be about it too: "
            f"{', '.join(found.damaged[:SHOWN])}{more}; crossbeat verify says why"
        )
    if target is not None:
        tell_terminal(f"{target}: {kinds.total()} lines, in clear and readable by you alone")


def _agreed(verdicts: Sequence[Verdict], found: holdings.Found) -> bool:
    going = sum(one.left is None for one in verdicts)
    if not sys.stdin.isatty():
        raise Failure("what is erased is gone for good, and nobody is here to be asked: add --yes")
    sys.stderr.write(
        f"{going} of {len(verdicts)} requests can be erased, and what the queues and {len(found.loose)} other rows "
        "say. They are gone for good. Erase? [y/N] "
    )
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in YES


def _told(desk: Opened, done: erasing.Erased) -> int:
    """A line for each request, then what became of the rest."""
    zone = desk.policy.zone
    for one in done.verdicts:
        if one.left is None:
            sys.stdout.write(f"{one.number}\terased\n")
        elif one.left is Left.EARLY and one.until is not None:
            days = erasing.floor_of(desk.policy).days
            why = f"too early: its record is kept in full for {days} days after its end ([retention] keep_at_least), "
            sys.stdout.write(f"{one.number}\tleft\t{why}until {one.until.astimezone(zone):%Y-%m-%d}\n")
        else:
            sys.stdout.write(f"{one.number}\tleft\t{LEFT[one.left]}\n")
    for kind, count in done.gone.items():
        sys.stdout.write(f"{kind}\terased\t{count}\n")
    for kind, count in done.stayed.items():
        sys.stdout.write(f"{kind}\tleft\t{count}\n")
    left = sum(one.left is not None for one in done.verdicts)
    erased = len(done.verdicts) - left
    tell_terminal(
        f"{erased} requests erased, {left} left; that they were there, and by which order they went, stays"
    )
    if erased:
        tell_terminal("older backups still hold it: crossbeat restore erases it in them again")
    return PART_LEFT if left or done.stayed else 0
