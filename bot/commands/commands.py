"""The commands of ``crossbeat`` that open a desk; each imports what it needs when it is run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable

from bot.commands.telling import tell_terminal
from bot.runtime.failure import Failure
from bot.settings.model import Settings


async def run(settings: Settings, _args: argparse.Namespace) -> int:
    from bot.app import App

    await App(settings).run()
    return 0


async def migrate(settings: Settings, _args: argparse.Namespace) -> int:
    from bot.runtime.opening import as_opened, confirm_key, open_store, shown
    from storage.tables import schema
    from workflow.keeping import covering, veiling

    store = await open_store(settings, create_key=True)
    try:
        if await schema.state(store) == "newer":
            raise Failure("the database was made by a newer crossbeat; upgrade this one")
        changed = await schema.upgrade(store)
        await confirm_key(store, settings)
        work = as_opened(settings, store).work()
        covered = await covering.cover(work)
        try:
            await veiling.settle(work)
        except veiling.VeilGone as gone:
            raise Failure(str(gone)) from None
        tell_terminal(
            f"{shown(store)}: {'brought to' if changed else 'already at'} schema {schema.revisions()[-1]}"
        )
        if covered:
            tell_terminal(f"{covered} rows of an older version came under the record, which says so")
    finally:
        await store.close()
    return 0


async def import_(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import import_cli

    return await import_cli.import_(settings, args)


async def export(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import ledger_cli

    return await ledger_cli.export(settings, args)


async def match(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import match_cli

    return await match_cli.match(settings, args)


async def digest(settings: Settings, args: argparse.Namespace) -> int:
    """Prints what a group would get; sends nothing, marks nothing."""
    from bot.runtime.opening import opened
    from handlers.views.digest import digest as worded
    from storage.queries import chats
    from workflow.organisation.places import tongue
    from workflow.scheduled import digests

    async with opened(settings) as desk, desk.work().read() as tx:
        found = [chat.id for chat in await chats.bound(tx.session)]
        if args.chat is not None and args.chat not in found:
            known = ", ".join(map(str, found)) or "none"
            raise Failure(f"the group {args.chat} belongs to no unit; groups that do: {known}")
        if not found:
            tell_terminal(
                "no group belongs to a unit yet, so there is no digest; /bind CODE in a group binds it"
            )
        for chat_id in [args.chat] if args.chat is not None else found:
            own = await tongue(tx, chat_id)
            day = args.date or tx.now.astimezone(own.zone).date()
            view = await digests.build(tx, chat_id, day)
            text = worded(view, language=own.language, zone=own.zone, now=tx.now)
            sys.stdout.write(f"{text.plain}\n\n")
    return 0


async def verify(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import verify_cli

    if args.record is not None:
        return verify_cli.prove(args.record, args.public_key)
    if args.export is not None:
        return await verify_cli.export(settings, args.export, args.output)
    return await verify_cli.verify(settings, seal=args.seal)


async def backup(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import copying

    return await copying.backup(settings, args.dest, with_key=args.with_key)


async def restore(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import copying

    return await copying.restore(settings, args.source, force=args.force, erased_in=args.erased_in)


async def move(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import copying

    return await copying.move(settings, args.to)


async def rekey(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import months_cli, rekeying

    if args.online:
        if args.cipher is not None:
            raise Failure("--cipher changes the desk's key too: stop the bot, and leave --online away")
        return await months_cli.renew(settings, yes=args.yes)

    return await rekeying.rekey(settings, yes=args.yes, cipher=args.cipher)


async def months(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import months_cli

    return await months_cli.months(settings, args)


async def reindex(settings: Settings, args: argparse.Namespace) -> int:
    """Match keys made anew where they are outdated, in batches, while the bot may run."""
    from bot.commands.ledger_cli import progress
    from bot.runtime.opening import opened
    from workflow.keeping import reindex as index

    async with opened(settings, sync=False) as desk:
        with progress(None, "requests") as step:
            done = await index.run(desk.work, everything=args.all, progress=step)
    tell_terminal(f"{done} requests indexed")
    return 0


async def purge(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import purge_cli

    return await purge_cli.purge(settings, args)


async def subject(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import subject_cli

    return await subject_cli.subject(settings, args)


async def readings(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import readings_cli

    return await readings_cli.readings(settings, args)


async def units(settings: Settings, args: argparse.Namespace) -> int:
    from bot.commands import units_cli

    return await units_cli.units(settings, args)


COMMANDS: dict[str, Callable[[Settings, argparse.Namespace], Awaitable[int]]] = {
    "run": run,
    "migrate": migrate,
    "import": import_,
    "export": export,
    "match": match,
    "digest": digest,
    "verify": verify,
    "backup": backup,
    "restore": restore,
    "move": move,
    "rekey": rekey,
    "months": months,
    "reindex": reindex,
    "purge": purge,
    "subject": subject,
    "readings": readings,
    "units": units,
}


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line} ")
        sys.stderr.flush()
