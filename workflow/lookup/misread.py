"""What posts were most often not understood in, with what people made of it: for whoever runs the desk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from matching.words.choose_words import squeeze
from storage.queries import misread as rows
from storage.tables.words import MisreadKind
from workflow.organisation.work import Work
from workflow.request.misread import Misread

MOST_ROWS = 100_000  # the newest of a month that are counted


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedBack:
    """One thing that was not understood, how often, and what came of it."""

    kind: MisreadKind
    word: str
    count: int
    made: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """What was asked back or corrected, the most frequent first."""

    asked: tuple[AskedBack, ...] = ()


async def asked_back(work: Work, *, since: datetime, limit: int) -> Readings:
    """So many of what was asked back or corrected since a time."""
    async with work.read() as tx:
        found = [Misread.of(tx, row) for row in await rows.since(tx.session, since, limit=MOST_ROWS)]
    return Readings(asked=tuple(_counted(found)[:limit]))


def _counted(found: list[Misread]) -> list[AskedBack]:
    """The same words together, however they were spaced and spelled wide or narrow."""
    together: dict[tuple[MisreadKind, str, str], list[Misread]] = {}
    for one in found:
        together.setdefault((one.kind, squeeze(one.word), one.read), []).append(one)
    asked = [
        AskedBack(
            kind=kind,
            word=f"{same[0].word}: {read}" if read else same[0].word,
            count=len(same),
            made=tuple(Counter(one.made for one in same if one.made).most_common()),
        )
        for (kind, _, read), same in together.items()
    ]
    return sorted(asked, key=lambda one: (-one.count, one.kind, one.word))
