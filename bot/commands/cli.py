"""``crossbeat``: the command line. Data goes to stdout, everything for people to stderr."""

from __future__ import annotations

import argparse
import asyncio
import codecs
import gc
import io
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.runtime.described import stack_of, told
from bot.runtime.failure import Failure

if TYPE_CHECKING:
    from bot.settings.model import Settings
    from storage.database.ciphers import Cipher

Command = Callable[["Settings", argparse.Namespace], Awaitable[int | None]]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it succeeded, 1 when it failed, 2 when it was used wrongly."""
    _speak_utf8()
    args = _used(parser(), argv)
    try:
        return _run(args) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `crossbeat export | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if args.debug:  # what it quotes may be a person's, and a service's words are kept
            sys.stderr.write(f"Traceback of crossbeat {args.command}:\n{stack_of(error)}\n")
        for line in _told(error):
            sys.stderr.write(f"crossbeat {args.command}: {line}\n")
        return 1


def _speak_utf8() -> None:
    """Data and words are UTF-8 also where the environment names no language, or another encoding: a ledger
    row must not fail, or come out otherwise, by the terminal of whoever exports it."""
    codecs.register_error("as_it_was", _as_it_was)
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "as_it_was")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _as_it_was(error: UnicodeError) -> tuple[str | bytes, int]:
    """The bytes of a file's name that Python could not read are written as they are; all else is spelled out."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(error)


def _used(top: argparse.ArgumentParser, argv: Sequence[str] | None) -> argparse.Namespace:
    args, unknown = top.parse_known_args(argv)
    if unknown:
        args.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if args.command == "match" and args.file is None and not args.evaluate:
        args.parser.error("the following arguments are required: FILE (- reads standard input)")
    if args.command == "import" and (args.file is None) == (args.undo is None):
        args.parser.error("one of these is required: FILE, or --undo ID")
    return args


def _run(args: argparse.Namespace) -> int | None:
    from bot.runtime import lean_libraries, lean_patterns
    from bot.telegram import lean_aiogram

    gc.disable()  # a tenth of the start is spent looking for garbage among what is being imported
    lean_libraries.load()
    from bot.runtime import log

    if args.command in ("try", "run", "check"):
        lean_libraries.load_aiohttp()
        lean_aiogram.load()
    if args.command == "try":
        log.set_up(level="warning")
        with lean_patterns.deferred():
            from bot.commands import try_it

        return asyncio.run(_await(try_it.run(args)))
    with lean_patterns.deferred():
        from bot.commands import commands
        from bot.settings import file as settings_file

    if args.command == "check":  # says itself what is wrong with the configuration
        log.set_up(level="error")
        from bot.commands import check

        return asyncio.run(_await(check.run(args)))
    settings = settings_file.load(args.config)
    level = settings.log.level if args.command == "run" else "warning"
    log.set_up(level="debug" if args.debug else level, form=settings.log.format)
    command: Command = commands.COMMANDS[args.command]
    if args.command == "run":
        with lean_patterns.deferred():
            from bot import app  # noqa: F401 - before the collector wakes up

    return asyncio.run(_await(command(settings, args)))


async def _await(work: Awaitable[int | None]) -> int | None:
    gc.freeze()  # what is imported stays
    gc.enable()
    return await work


def _told(error: Exception) -> list[str]:
    """What the person reads: our own failures as they are; of the unexpected, what kind it was."""
    from bot.settings.file import SettingsRefused

    if isinstance(error, SettingsRefused):
        return [f"{error.path}: {fault}" if error.path else str(fault) for fault in error.faults]
    if isinstance(error, Failure):
        return [str(error)]
    return [f"{told(error)} (--debug shows more)"]


def parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="PATH", help="default: config.toml, if there is one")
    common.add_argument("--debug", action="store_true", help="show stacks, log everything")
    top = argparse.ArgumentParser(
        prog="crossbeat", description="A request desk for police units, in the group chats they use."
    )
    top.add_argument("--version", action="version", version=f"crossbeat {_version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, parents=[common], help=words, description=words)
        command.set_defaults(parser=command)  # which tells how it is used, where the top would list them all
        return command

    _add_running(add)
    _add_ledger(add)
    _add_copying(add)
    return top


Add = Callable[[str, str], argparse.ArgumentParser]


def _add_running(add: Add) -> None:
    try_ = add("try", "the whole product on this machine, without Telegram")
    try_.add_argument("--port", type=int, default=8642, help="of the chat page (default: 8642, 0: any)")
    try_.add_argument("--lang", choices=("zh", "en"), help="language of the page and the bot")
    try_.add_argument("--no-browser", action="store_true", help="do not open the page")
    try_.add_argument(
        "--empty", action="store_true", help="begin with an empty wall, not with a desk at work"
    )
    add("run", "the bot, until it is stopped")
    add("check", "say everything that is wrong with configuration and database; change nothing")


def _add_ledger(add: Add) -> None:
    import_ = add("import", "take in a ledger of earlier requests: .xlsx, .xls, .ods, .csv, .tsv, .jsonl")
    import_.add_argument("file", type=Path, metavar="FILE", nargs="?")
    import_.add_argument("--dry-run", action="store_true", help="show how it is understood; change nothing")
    import_.add_argument("--sheet", action="append", metavar="NAME", help="only this sheet (repeatable)")
    import_.add_argument(
        "--map", action="append", metavar='"COLUMN=FIELD"', help="say what a column holds (repeatable)"
    )
    import_.add_argument(
        "--header",
        action="append",
        metavar="[SHEET=]ROW",
        help="which row names the columns, 0: none does, they are A, B, C (repeatable)",
    )
    import_.add_argument("--update", action="store_true", help="correct rows whose id is on file")
    import_.add_argument("--report", type=Path, metavar="FILE", help="write the account there as JSON")
    import_.add_argument("--undo", type=int, metavar="ID", help="take an import back")
    import_.add_argument("--atomic", action="store_true", help="all rows or none")
    import_.add_argument("--rejects", type=Path, metavar="FILE", help="write the rejected rows there")
    export = add("export", "the ledger, as import reads it back")
    export.add_argument("--since", type=_time, metavar="DATE", help="asked at or after it")
    export.add_argument("--until", type=_time, metavar="DATE", help="asked before it")
    export.add_argument("--format", choices=("jsonl", "csv", "xlsx"))
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    match = add("match", "earlier answers to the requests of a JSONL file, one result a line")
    match.add_argument("file", metavar="FILE", nargs="?", help="- for standard input")
    match.add_argument(
        "--as-of", type=_time, metavar="TIME", help="judge freshness at that moment (default: now)"
    )
    match.add_argument(
        "--evaluate", metavar="LABELS", help="how good it is, by labelled pairs; desk: its own"
    )
    match.add_argument("--explain", action="store_true", help="say how each score came about")
    match.add_argument(
        "--jobs", type=int, metavar="N", help="processes (default: all cores for many queries)"
    )
    digest = add("digest", "print the digest that a group would get")
    digest.add_argument("--chat", type=int, metavar="ID", help="default: every group")
    digest.add_argument("--date", type=_day, metavar="DATE", help="default: today")


def _add_copying(add: Add) -> None:
    add("migrate", "bring the database to the current schema")
    verify = add("verify", "recompute the record; name the first broken entry")
    verify.add_argument(
        "--seal", nargs=2, metavar=("DAY", "HEX"), help="compare a day with the seal that stands in a digest"
    )
    verify.add_argument("--export", metavar="N", help="write the record of a request, to be proved elsewhere")
    verify.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to; default: stdout")
    verify.add_argument("--record", type=Path, metavar="FILE", help="prove a record that a desk has written")
    verify.add_argument("--public-key", metavar="HEX", help="with --record: that desk's, as it says itself")
    backup = add("backup", "a consistent copy, while the bot runs")
    backup.add_argument("dest", type=Path, metavar="DEST")
    backup.add_argument("--with-key", action="store_true", help="put the key beside it: guard it well")
    restore = add("restore", "back from a copy")
    restore.add_argument("source", type=Path, metavar="SRC")
    restore.add_argument("--force", action="store_true", help="over a database that is there")
    restore.add_argument(
        "--erased-in", type=Path, metavar="FILE", help="a newer backup, which knows what was erased since"
    )
    move = add("move", "copy the desk to another database, and verify the copy")
    move.add_argument("--to", required=True, metavar="URL", help="an empty database, SQLite or PostgreSQL")
    purge = add("purge", "delete for good what requests said that ended before a date, while the bot runs")
    purge.add_argument(
        "--before", type=_time, required=True, metavar="DATE", help="ended before it; at least 31 days back"
    )
    purge.add_argument("--type", action="append", metavar="KEY", help="only this type (repeatable)")
    purge.add_argument("--dry-run", action="store_true", help="say how much it would be; change nothing")
    purge.add_argument("--yes", action="store_true", help="do not ask")
    subject = add("subject", "all that the desk holds about a person or number, for an order; or its erasure")
    subject.add_argument(
        "value",
        metavar="VALUE",
        help="a number, or a name; - reads it from standard input, where no list of processes shows it",
    )
    subject.add_argument("--export", type=Path, metavar="FILE", help="write all of it there, as JSON lines")
    subject.add_argument("--order", metavar="REFERENCE", help="of the order; it stands in the record")
    doing = subject.add_mutually_exclusive_group()
    doing.add_argument("--hold", metavar="WHY", help="put all of it under legal hold; needs --order")
    doing.add_argument("--release", action="store_true", help="end the holds placed so; needs --order")
    doing.add_argument("--erase", action="store_true", help="erase what the law lets go; needs --order")
    subject.add_argument("--with-others", action="store_true", help="also requests that name others besides")
    subject.add_argument("--yes", action="store_true", help="do not ask")
    readings = add("readings", "which words posts were not understood in, the most frequent first")
    readings.add_argument("--since", type=_time, metavar="DATE", help="default: the 30 days that are kept")
    readings.add_argument("--limit", type=int, default=40, metavar="N", help="lines (default: 40)")
    readings.add_argument("--lang", choices=("zh", "en"), help="default: the desk's language")
    units = add("units", "the units of the desk as they are, those made or changed by command as well")
    as_what = units.add_mutually_exclusive_group()
    as_what.add_argument(
        "--toml", action="store_true", help="as the [[units]] of a configuration that says the same"
    )
    as_what.add_argument(
        "--give-back", metavar="CODE", help="take it from the configuration again, at the next start"
    )
    rekey = add("rekey", "give the desk a new key, and seal everything anew with it; the bot must be stopped")
    rekey.add_argument("--yes", action="store_true", help="do not ask")
    rekey.add_argument(
        "--cipher", type=_cipher, metavar="aes|sm4", help="keep it under these ciphers (default: as it is)"
    )
    rekey.add_argument(
        "--online", action="store_true",
        help="while the bot runs: new keys of months for everything; the desk's key stays",
    )  # fmt: skip
    months = add(
        "months", "the keys of months: what lies under each; or one of them destroyed, while the bot runs"
    )
    months.add_argument(
        "what", nargs="?", choices=("list", "retire", "extend"), default="list", help="default: list"
    )
    months.add_argument("month", nargs="?", type=_month, metavar="MONTH", help="to retire: 2026-03, say")
    months.add_argument("--yes", action="store_true", help="do not ask")
    reindex = add("reindex", "make outdated keys of the match index anew, while the bot runs")
    reindex.add_argument("--all", action="store_true", help="all of them, not only outdated ones")


def _time(text: str) -> str:
    """A date or time as it was written. Raises ``ArgumentTypeError`` for what is none."""
    from matching.dates.dates import read_moment

    if read_moment(text, zone=UTC) is None:  # in which zone is known only where the configuration is read
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; 2026-03-01 or 2026-03-01T09:00:00+08:00 would work"
        )
    return text


def _month(text: str) -> str:
    """The name of a month. Raises ``ArgumentTypeError`` for what is none."""
    from storage.database.months import named

    if named(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no month: write it as 2026-03")
    return text


def _cipher(text: str) -> Cipher:
    """The ciphers of that name. Raises ``ArgumentTypeError`` where there are none."""
    from storage.database.ciphers import Cipher

    try:
        return Cipher(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither {' nor '.join(Cipher)}") from None


def _day(text: str) -> date:
    """A date. Raises ``ArgumentTypeError`` for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2026-12-01") from None


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("crossbeat")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
