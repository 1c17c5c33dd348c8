"""``crossbeat purge``: what requests said that ended before a date is deleted for good."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from datetime import datetime

from bot.commands.ledger_cli import progress
from bot.commands.telling import tell_terminal
from bot.commands.wording import words
from bot.runtime.failure import Failure
from bot.runtime.opening import Opened, opened
from bot.settings.model import Settings
from storage.queries.purging import Counts
from workflow.keeping import purging
from workflow.kernel.policy import kept_at_least
from workflow.ledger.rows import RowRejected, moment

SHOWN_BROKEN = 20
YES = ("y", "yes", "是", "好")


async def purge(settings: Settings, args: argparse.Namespace) -> int:
    """Say how much it is, ask, delete it batch by batch; 1 where a request had to be left as it is."""
    async with opened(settings, sync=False) as desk:
        before = _before(desk, args.before)
        if not (args.dry_run or args.yes or sys.stdin.isatty()):
            raise Failure(
                "what is purged is gone for good, and nobody is here to be asked: add --yes, or --dry-run"
            )
        types = _types(desk, args.type)
        counted = await purging.count(desk.work(), before, types)
        if args.dry_run:
            _print(counted)
            return 0
        if not counted.requests:
            tell_terminal(f"nothing to purge: no request with content ended before {before:%Y-%m-%d %H:%M}")
            return 0
        if not args.yes and not _agreed(counted, before):
            tell_terminal("nothing was deleted")
            return 1
        await purging.begin(desk.work(), before=before, counted=counted, types=types)
        with progress(None, "requests") as step:
            done = await purging.run(desk.work, before=before, types=types, progress=step)
        names = await purging.names(desk.work(), done.broken[:SHOWN_BROKEN])
    _print(done.counts)
    return _told(done, names)


def _before(desk: Opened, text: str) -> datetime:
    """The date, in the desk's zone. Raises :class:`Failure` where it is too close."""
    try:
        before = moment(text, "--before", desk.policy.zone)
    except RowRejected as error:
        raise Failure(words(error.why, desk.policy.language)) from None
    if before is None:
        raise Failure("--before is empty; 2026-03-01 would work")
    kept = kept_at_least(desk.policy.reopen_within)
    latest = desk.clock().astimezone(desk.policy.zone) - kept
    if before > latest:
        raise Failure(
            f"--before {text} is less than {kept.days} days back, and a closed request may be reopened "
            f"until then; --before {latest:%Y-%m-%d} would work"
        )
    return before


def _types(desk: Opened, named: list[str] | None) -> frozenset[str] | None:
    """The types that were named; None for all. Raises :class:`Failure` for one that nobody knows."""
    if named is None:
        return None
    unknown = [key for key in named if key not in desk.policy.types]
    if unknown:
        known = ", ".join(desk.policy.types)
        raise Failure(f"--type {unknown[0]}: there is no such type; there are {known}")
    return frozenset(named)


def _agreed(counted: Counts, before: datetime) -> bool:
    tell_terminal(
        f"{counted.requests} requests ended before {before:%Y-%m-%d %H:%M}. What they say goes for good: "
        f"{counted.answers} answers, {counted.comments} comments, {counted.files} files, "
        f"{counted.match_keys} match keys."
    )
    sys.stderr.write("Delete it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in YES


def _told(done: purging.Purged, names: list[str]) -> int:
    tell_terminal(f"{done.counts.requests} requests purged; older backups still hold what they said")
    if not done.broken:
        return 0
    more = f" and {len(done.broken) - len(names)} more" if len(done.broken) > len(names) else ""
    tell_terminal(
        f"{len(done.broken)} left as they are, since their record does not hold: {', '.join(names)}{more}; "
        "crossbeat verify says why"
    )
    return 1


def _print(counts: Counts) -> None:
    for name, count in asdict(counts).items():
        sys.stdout.write(f"{name}\t{count}\n")
