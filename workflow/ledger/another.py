"""Rows of a file that have an id on file and are no correction of what stands there: the serial number of another
year, the number that another desk has given to a request of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from storage.ledger.why import Cause, Why, why
from workflow.ledger.rows import Prepared

_SERIAL = re.compile(r"\d{1,6}")  # of a line; longer ones have their year in them


class OnFile(NamedTuple):
    """A row of an earlier file: by what an equal one is known, when it was asked, and whom it names. ``by_this``: of
    this very file, whose rows of one id contradict each other wherever they stand in it."""

    same: bytes
    asked_at: datetime
    by_this: bool
    names: frozenset[str]


def another(item: Prepared, row: Mapping[str, Any], there: OnFile, zone: tzinfo) -> Why | None:
    """Why a row is none that stands on file, though it has its number: None where it may be.

    Numbers of a line begin anew each year, and the ledger of this year must not be taken for a correction of last
    year's. One that was asked on another day and names nobody who stands there is another request: another desk
    counts as this one does.
    """
    before, now = (at.astimezone(zone).date() for at in (there.asked_at, item.asked_at))
    if before.year != now.year and _SERIAL.fullmatch(item.external_id):
        return why(Cause.ANOTHER_YEAR, id=item.external_id, before=before.year, now=now.year)
    names = named_in(row)
    if before != now and names and there.names and not names & there.names:
        return why(Cause.ANOTHER_REQUEST, id=item.external_id, before=before.isoformat())
    return None


def named_in(row: Mapping[str, Any]) -> frozenset[str]:
    """The names and numbers of a row's subjects, as they stand there."""
    subjects = row.get("subjects")
    return frozenset(_texts(subjects)) if isinstance(subjects, list) else frozenset()


def _texts(subjects: list[Any]) -> Iterator[str]:
    for subject in subjects:
        if isinstance(subject, dict):
            ids = subject.get("ids")
            for value in (subject.get("name"), *(ids.values() if isinstance(ids, dict) else ())):
                if isinstance(value, str):
                    yield from filter(None, value.split(";"))
