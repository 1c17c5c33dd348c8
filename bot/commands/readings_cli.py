"""``crossbeat readings``: which words posts were not understood in, so that somebody can add them."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from bot.commands.telling import tell_terminal
from bot.commands.wording import words
from bot.runtime.failure import Failure
from bot.runtime.opening import Opened, opened
from bot.settings.model import Settings
from handlers.views.catalogue import has, our_language
from handlers.views.reader import Reader
from storage.tables.words import MisreadKind
from workflow.kernel.text import t
from workflow.ledger.rows import RowRejected, moment
from workflow.lookup.misread import AskedBack, asked_back
from workflow.request.misread import KEPT

_FIELDS = (MisreadKind.WANTING, MisreadKind.CHANGED)  # whose word is a field's key
MOST_MADE = 3


async def readings(settings: Settings, args: argparse.Namespace) -> int:
    """Prints how often, what, which words, and what people made of them, divided by tabs."""
    async with opened(settings, sync=False) as desk:
        since = _since(desk, args.since)
        found = (await asked_back(desk.work(), since=since, limit=args.limit)).asked
        reader = Reader(
            language=our_language(args.lang or settings.locale.language),
            zone=desk.policy.zone,
            now=desk.clock(),
        )
    for one in found:
        sys.stdout.write(f"{one.count}\t{line(reader, one)}\n")
    told = t("misread.advice") if found else t("misread.none", since=since)
    tell_terminal(reader.say(told.key, **told.params).plain)
    return 0


def _since(desk: Opened, text: str | None) -> datetime:
    """The time asked for, in the desk's zone; all that is kept by default. Raises :class:`Failure`."""
    if text is None:
        return desk.clock() - KEPT
    try:
        since = moment(text, "--since", desk.policy.zone)
    except RowRejected as error:
        raise Failure(words(error.why, desk.policy.language)) from None
    if since is None:
        raise Failure("--since is empty; 2026-03-01 would work")
    return since


def line(reader: Reader, one: AskedBack) -> str:
    """What it was, the words, what they became; divided by tabs."""
    field, _, rest = one.word.partition(": ")
    if one.kind in _FIELDS and has(f"field.{field}", reader.language):
        word = reader.say(f"field.{field}").plain + (f" {rest}" if rest else "")
    else:
        word = " ".join(one.word.split())
    made = ", ".join(
        f"{value} ({count})" if count < one.count else value for value, count in one.made[:MOST_MADE]
    )
    return f"{reader.say(f'misread.{one.kind}').plain}\t{word}\t{made or '-'}"
