"""What is held about a person goes by order, before its time: what the law lets go, and the rest is named.

Not what is under legal hold, not what is at work, not before the time for which the record of it is kept in full
(``[retention] keep_at_least``), and not what is about others as well, unless whoever gives the order has said so.
What goes leaves a tombstone like any purge, which the record proves. Which requests these were stands in the desk's
own chain as keyed hashes: after a restore of an older backup they are erased again.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from storage.database.failpoints import failpoint
from storage.database.locked import LOCKED
from storage.queries import alerts, holds, shared
from storage.queries import holdings as rows
from storage.tables.models import Request
from storage.tables.words import State
from workflow.keeping.holdings import CALLED, Found, hashed
from workflow.keeping.meant import Meant
from workflow.keeping.purging import do_purge, lasting_secret
from workflow.kernel.body import Body
from workflow.kernel.policy import Policy, kept_at_least
from workflow.kernel.standing import name_of
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody

ERASED = "erase"  # the event of the desk's chain that lists what was erased
BY_ORDER = "order"
BATCH = 25
_OVER = frozenset({State.CLOSED, State.DECLINED, State.CANCELLED, State.UNAPPROVED})
_OVER_ELSEWHERE = _OVER | {State.ANSWERED}  # of imported rows, which nobody closes here


class Left(StrEnum):
    """Why a request stays."""

    HELD = "held"
    OPEN = "open"
    EARLY = "early"
    OTHERS = "others"
    UNSURE = "unsure"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What becomes of a request; ``left`` None: it goes. ``until``: it may go from then on."""

    request_id: int
    number: str
    left: Left | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was done: a verdict for each request, and how many of the other rows of each kind went and stayed."""

    verdicts: Sequence[Verdict] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    stayed: Mapping[str, int] = field(default_factory=dict)


def floor_of(policy: Policy) -> timedelta:
    """So long after its end nothing of a request is erased, whatever the order."""
    return max(kept_at_least(policy.reopen_within), policy.keep_at_least)


async def judge(work: Work, meant: Meant, found: Found, *, with_others: bool) -> list[Verdict]:
    """What would become of each request."""
    verdicts = []
    async with work.read() as tx:
        for request_id, sure in found.requests.items():
            request = await tx.session.get(Request, request_id)
            if request is not None:
                verdicts.append(await _judge(tx, request, meant, sure=sure, with_others=with_others))
    return verdicts


async def _judge(tx: Tx, request: Request, meant: Meant, *, sure: bool, with_others: bool) -> Verdict:
    left, until = await _why_left(tx, request, meant, sure=sure, with_others=with_others)
    return Verdict(request_id=request.id, number=name_of(request), left=left, until=until)


async def _why_left(
    tx: Tx, request: Request, meant: Meant, *, sure: bool, with_others: bool
) -> tuple[Left | None, datetime | None]:
    """Why it stays, and until when; nothing of both where it goes."""
    if await holds.held(tx.session, [request.id]):
        return Left.HELD, None
    ended = ended_at(request)
    if ended is None:
        return Left.OPEN, None
    if not sure:
        return Left.UNSURE, None
    until = ended + floor_of(tx.policy)
    if until > tx.now:
        return Left.EARLY, until
    if not with_others and meant.names_others(Body.of(request, tx.sealer)):
        return Left.OTHERS, None
    return None, None


def ended_at(request: Request) -> datetime | None:
    """When a request was over; None for one that is not."""
    if request.number is None:
        return (request.answered_at or request.asked_at) if request.state in _OVER_ELSEWHERE else None
    return request.closed_at if request.state in _OVER else None


async def erase(
    work: Callable[[], Work],
    meant: Meant,
    found: Found,
    *,
    order: str,
    with_others: bool,
    progress: Callable[[int], None],
) -> Erased:
    """Erases what may go, batch by batch, while the bot may run. What is done is done: an interrupted run is taken up
    by the next one, which finds what is left."""
    verdicts: list[Verdict] = []
    ids = list(found.requests)
    for start in range(0, len(ids), BATCH):
        async with work().write() as tx:
            batch = ids[start : start + BATCH]
            verdicts += await _erase(tx, meant, found, batch, order=order, with_others=with_others)
            failpoint("erase.written")
        failpoint("erase.committed")
        progress(len(verdicts))
    async with work().write() as tx:
        gone, stayed = await _erase_loose(tx, found)
    return Erased(verdicts=verdicts, gone=gone, stayed=stayed)


async def _erase(
    tx: Tx, meant: Meant, found: Found, ids: Sequence[int], *, order: str, with_others: bool
) -> list[Verdict]:
    """Looked at again under the lock: a hold may have come since, or a press that opened it anew."""
    verdicts, going = [], []
    for request_id in ids:
        request = await tx.session.get(Request, request_id, with_for_update=LOCKED, populate_existing=True)
        if request is None or request.purged_at is not None:
            continue
        sure = found.requests[request_id]
        verdict = await _judge(tx, request, meant, sure=sure, with_others=with_others)
        verdicts.append(verdict)
        if verdict.left is None:
            going.append(request)
    if not going:
        return verdicts
    key = await lasting_secret(tx, make=True)
    names = {request.id: known_as(key, facts_of(request)) for request in going}
    done = await do_purge(tx, going, by=BY_ORDER, order=order)
    left = dict.fromkeys(done.broken, Left.BROKEN) | dict.fromkeys(done.held, Left.HELD)
    erased = {request_id: name for request_id, name in names.items() if request_id not in left}
    if erased:
        await rows.drop_lines(tx.session, of_requests=list(erased))
        await note_erased(tx, key, order, list(erased.values()), by="command line")
    return [
        Verdict(
            request_id=one.request_id,
            number=one.number,
            left=left.get(one.request_id, one.left),
            until=one.until,
        )
        for one in verdicts
    ]


async def _erase_loose(tx: Tx, found: Found) -> tuple[dict[str, int], dict[str, int]]:
    ids: dict[str, list[int]] = {}
    for one in found.loose:
        ids.setdefault(one.table, []).append(one.id)
    gone = {
        "drafts": await rows.empty_drafts(tx.session, ids.get("drafts", ()), emptied=DraftBody().seal(tx)),
        "inbox": await rows.drop_updates(tx.session, ids.get("inbox", ())),
        "outbox": await rows.drop_lines(tx.session, ids.get("outbox", ())),
        "misread": await rows.drop_misread(tx.session, ids.get("misread", ())),
        "shared_notes": await shared.drop(tx.session, ids.get("shared_notes", ())),
        "alerts": await alerts.drop(tx.session, ids.get("alerts", ())),
    }
    stayed = {table: len(those) - gone.get(table, 0) for table, those in ids.items()}
    return (
        {CALLED[table]: count for table, count in gone.items() if count},
        {CALLED.get(table, table): count for table, count in stayed.items() if count},
    )


async def note_erased(tx: Tx, key: bytes, order: str, names: Sequence[str], *, by: str) -> None:
    """What was erased, and the key of its hashes, which lies sealed with them: a list is good by itself."""
    await record(tx, None, ERASED, by=by, order=order, key=b64encode(key).decode(), erased=list(names))


def facts_of(request: Request) -> rows.Named:
    return rows.Named(request.id, request.number, request.external_id, request.asked_at)


def known_as(key: bytes, one: rows.Named) -> str:
    """By what a request is known in every copy of this desk. Not its id alone: after an import was taken back
    another may have it."""
    asked = one.asked_at.timestamp()
    return hashed(key, f"{one.id}:{one.number or ''}:{one.external_id or ''}:{asked:.6f}")
