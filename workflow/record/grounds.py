"""On which grounds requests were declined, as the record has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from storage.database.seal import SealBroken
from storage.queries import events, histories
from storage.queries.scopes import Which
from storage.tables.models import Request
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx

#: Ground -> how many, the most first; "" for those that name none, or of which it is not known any more.
ByGround = tuple[tuple[str, int], ...]


async def declined_by_ground(
    tx: Tx, which: Which, since: datetime, until: datetime, *, by_asked: bool = False
) -> ByGround:
    """Of the requests of ``which`` that were declined from one moment up to another, each by how it was the last time.
    Nothing where none of them names a ground. ``by_asked``: by who is asked now, and not by who had it before."""
    found = await histories.declined(tx.session, which, since, until, by_asked=by_asked)
    return counted_by_ground(tx, found)


def counted_by_ground(tx: Tx, found: Iterable[histories.Declined]) -> ByGround:
    """The same of requests that were looked up already."""
    counted = Counter(ground_of(tx, one.sealed) for one in found)
    if not any(counted):
        return ()
    return tuple(sorted(counted.items(), key=lambda one: (not one[0], -one[1], one[0])))


async def declined_on(tx: Tx, request: Request) -> str:
    """The ground on which a request stands declined; "" for none."""
    acts = await events.of_kind(tx.session, request.id, "decline", since=request.asked_at)
    return ground_of(tx, acts[-1].sealed) if acts else ""


def told(grounds: ByGround) -> list[Text] | None:
    """The same for people; None where nobody named one."""
    return [
        t("stats.ground", ground=ground, count=count) if ground else t("stats.ground_none", count=count)
        for ground, count in grounds
    ] or None


def ground_of(tx: Tx, sealed: bytes) -> str:
    """The ground that an event of declining names; "" for none."""
    try:
        return str(tx.sealer.unseal("events", sealed).get("ground") or "")
    except SealBroken:  # changed by hand, which ``verify`` says
        return ""
