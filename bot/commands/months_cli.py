"""``crossbeat months`` and ``crossbeat rekey --online``: the keys of months, changed and destroyed while the bot runs.

What is done is done: whoever is interrupted runs the same again, or lets the bot go on with it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from datetime import UTC, datetime

from bot.commands.ledger_cli import progress
from bot.commands.telling import tell_terminal
from bot.runtime.failure import Failure
from bot.runtime.lease import LEASE
from bot.runtime.opening import Opened, opened
from bot.settings.model import Settings
from storage.copies import months as rows
from storage.database.ciphers import OF_VERSION
from storage.database.months import Keyring, KeyringBroken, keyring_of, named, number_of
from storage.database.seal import month_name, month_of
from storage.queries import replicas
from workflow.keeping import months as job
from workflow.keeping.months import Stage, Why

YES = ("y", "yes", "是", "好")
WAIT_SECONDS = 2.0


async def months(settings: Settings, args: argparse.Namespace) -> int:
    """Lists them, destroys one, or makes more."""
    if (args.month is None) == (args.what == "retire"):
        raise Failure("name the month, after retire alone: crossbeat months retire 2026-03")
    async with opened(settings, sync=False) as desk:
        keyring = _keyring(desk)
        try:
            if args.what == "extend":
                await asyncio.to_thread(keyring.extend)
                tell_terminal(_reach(keyring))
            elif args.what == "retire":
                await _retire(desk, args.month, yes=args.yes)
            else:
                await _list(desk, keyring)
        except job.NotBegun as refused:
            raise Failure(f"{refused}; nothing was changed") from None
        except (KeyringBroken, OSError) as error:
            raise Failure(f"[storage] months: {error}") from None
    return 0


async def renew(settings: Settings, *, yes: bool) -> int:
    """New keys of months for everything; the old ones are destroyed at the end. Says what that leaves as it was."""
    async with opened(settings, sync=False) as desk:
        keyring = _keyring(desk)
        if (going := await job.job_of(desk.work())) is not None:
            await _to_the_end(desk)
            if going.why == Why.RENEWED:  # by a call before, which was cut short
                return 0
        _ask(
            "Everything that people wrote is sealed anew under new keys of months, and the old ones are destroyed: "
            "what they wrote opens in no backup made so far.",
            yes=yes,
        )
        try:
            if desk.store.dialect != "sqlite":
                await _all_see(desk, keyring)
            await job.renew(desk.work())
            await _to_the_end(desk)
        except job.NotBegun as refused:
            raise Failure(f"{refused}; nothing was changed") from None
        except (KeyringBroken, OSError) as error:
            raise Failure(f"[storage] months: {error}") from None
    tell_terminal(
        "make a backup now, copy the keys of months to their safe place, and destroy the older copies of them there"
    )
    tell_terminal(
        "the desk's key stays as it was, and with it keyed hashes, checksums, who people are, what groups are called "
        "and the desk's own record: if somebody has got hold of it, stop the bot and run crossbeat rekey"
    )
    return 0


def _keyring(desk: Opened) -> Keyring:
    keyring = keyring_of(desk.store.sealer)
    if keyring is None:
        raise Failure(
            "this desk keeps no keys of months: [storage] months names their file, and the next start makes it"
        )
    return keyring


def _reach(keyring: Keyring) -> str:
    return f"{keyring.path}: keys up to {month_name(keyring.months[-1])}"


async def _list(desk: Opened, keyring: Keyring) -> None:
    async with desk.store.read() as session:
        found = await rows.lying_under(session)
    under: dict[str, int] = {}
    for beginning, values in found.items():
        month = month_of(beginning)
        name = month_name(month) if month else "desk" if beginning[:1] in OF_VERSION else "unknown"
        under[name] = under.get(name, 0) + values
    now = keyring.this_month()
    here = {month_name(month) for month in keyring.months}
    past = {month_name(month) for month in keyring.months if number_of(month) <= now}
    for name in sorted({*under, *past}, key=lambda one: (one != "desk", one)):
        state = "key" if name in here or name == "desk" else "gone"
        sys.stdout.write(f"{name}\t{under.get(name, 0)}\t{state}\n")
    tell_terminal(_reach(keyring))
    if (going := await job.job_of(desk.work())) is not None:
        tell_terminal(_about(going))


def _about(going: job.Job) -> str:
    named_ = ", ".join(going.drop[:3]) + (f" and {len(going.drop) - 3} more" if len(going.drop) > 3 else "")
    what = "what lies under the desk's key" if going.why == Why.ADOPTED else f"what lies under {named_}"
    if not going.clean:
        return f"{what} is being sealed anew: {going.moved} values so far"
    return f"{what} was sealed anew, {going.moved} values; the keys go when a backup has been made since"


async def _retire(desk: Opened, name: str, *, yes: bool) -> None:
    month = named(name)
    assert month is not None  # noqa: S101 - for the type checker: it was read
    if (going := await job.job_of(desk.work())) is not None:
        await _to_the_end(desk)
        if month in going.months:  # by a call before, which was cut short
            return
    job.check_retired(desk.work(), month)
    _ask(
        f"What still lies under {name} is sealed anew, and its key is destroyed: what was written in that month opens "
        "in no backup made so far, also what stays on this desk.",
        yes=yes,
    )
    await job.retire(desk.work(), month)
    await _to_the_end(desk)
    tell_terminal(
        "make a backup now, and put this file in the place of its other copies, which still have the key"
    )


def _ask(what: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure("a key that is destroyed is gone for good, and nobody is here to be asked: add --yes")
    sys.stderr.write(f"{what} Go on? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in YES:
        raise Failure("nothing was changed")


async def _to_the_end(desk: Opened) -> None:
    """Does what was begun, together with the bot where that runs."""
    going = await job.job_of(desk.work())
    waited = False
    with progress(None, "values sealed anew") as step:
        while going is not None:
            stage = await job.step(desk.work())
            last, going = going, await job.job_of(desk.work())
            step((going or last).moved)
            if stage is Stage.WAITS:
                if last.why == Why.AGE:
                    tell_terminal(f"{_about(last)}: crossbeat backup")
                    raise Failure("that comes first; nothing else was begun")
                if not waited:
                    tell_terminal("waiting until every process writes under the new keys: a minute")
                waited = True
                await asyncio.sleep(WAIT_SECONDS)
    if going is None and (keyring := keyring_of(desk.store.sealer)) is not None:
        tell_terminal(f"{last.moved} values sealed anew; {_reach(keyring)}")


async def _all_see(desk: Opened, keyring: Keyring) -> None:
    """Makes sure that each replica works with this very file: one with a copy could not read what the others write."""
    await asyncio.to_thread(keyring.touch)
    sees = await asyncio.to_thread(keyring.seen)
    until = time.monotonic() + 3 * LEASE.total_seconds()
    while True:
        async with desk.store.read() as session:
            seeing = await replicas.seeing(session, datetime.now(UTC))
        others = sorted(holder for holder, seen in seeing.items() if seen != sees)
        if not others:
            return
        if time.monotonic() > until:
            raise Failure(
                f"{', '.join(others)} work with another copy of {keyring.path}: stop them, and give them this file "
                "before they start again; nothing was changed"
            )
        await asyncio.sleep(WAIT_SECONDS)
