"""``crossbeat export``: the ledger given out into a file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot.commands.telling import tell_terminal
from bot.commands.wording import say, words
from bot.runtime.failure import Failure
from bot.runtime.opening import opened
from bot.runtime.private_file import must_be_writable
from bot.settings.model import Settings
from storage.ledger.items import LedgerUnfit, LedgerUnreadable
from storage.ledger.write import LedgerWriter, form_of
from workflow.ledger import giving as ledger
from workflow.ledger.rows import RowRejected, moment

SMALL_FILE = 2_000_000  # bytes; some thousands of rows


def helpers_for(path: Path) -> int:
    """How many processes prepare rows beside the one that writes: none for what is done in a second, else one
    for each core: preparing takes longer than writing, which waits for the disk now and then."""
    if path.stat().st_size < SMALL_FILE:
        return 0
    return os.cpu_count() or 1


def existing(path: Path | None, language: str) -> Path:
    """A file that is to be read. Raises :class:`Failure` where there is none."""
    if path is None or not path.is_file():
        raise Failure(say(language, "import.no_file", path=str(path)))
    return path


async def export(settings: Settings, args: argparse.Namespace) -> int:
    """The whole ledger in order of being asked; the form by ``--format`` or the file's name."""
    target: Path | None = args.output
    language = settings.locale.language
    must_be_writable(target)
    try:
        form = args.format or (form_of(target) if target else "jsonl")
        async with opened(settings) as desk:
            zone = desk.policy.zone
            since = _moment(args.since, "--since", zone, language)
            until = _moment(args.until, "--until", zone, language)
            out: Path | IO[bytes] = target or sys.stdout.buffer
            await ledger.note_export(desk.work(), since=since, until=until)
            with LedgerWriter(out, form) as writer, progress(None, say(language, "export.progress")) as step:
                async for row in ledger.rows_out(desk.work(), since=since, until=until):
                    writer.write(row)
                    step(writer.rows)
            gone = await ledger.left_out(desk.work(), since=since, until=until)
    except (LedgerUnreadable, LedgerUnfit) as error:
        raise Failure(words(error.why, language)) from None
    tell_terminal(say(language, "export.rows", count=writer.rows, gone=gone or None))
    return 0


def _moment(text: str | None, name: str, zone: Any, language: str) -> datetime | None:
    try:
        return moment(text, name, zone)
    except RowRejected as error:
        raise Failure(words(error.why, language)) from None


@contextmanager
def progress(total: int | None, words: str) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere. Called with how many rows are done."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns: list[ProgressColumn] = [SpinnerColumn(), TextColumn("{task.description}")]
    if total is None:
        columns += [MofNCompleteColumn(), TimeElapsedColumn()]
    else:
        columns += [BarColumn(), TaskProgressColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)
