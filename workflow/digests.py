"""The daily digest of each group, at its local time: what came, what was answered, what is late and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage import chats as chat_rows
from storage import figures
from storage.failpoints import reach
from storage.models import Chat, DaySeal, DigestSent, Request, Unit
from workflow import groups, people, units
from workflow.cards_view import DigestView, DueLine, LateLine
from workflow.places import zone_of
from workflow.policy import Policy
from workflow.record import seal_day
from workflow.work import LANE_DIGEST, Tx, Work

LINES = 15


def due_day(chat: Chat, policy: Policy, now: datetime) -> date | None:
    """The local date whose digest is due in this chat now: the last one whose time has come, however late
    after downtime. None for a chat that was not known then."""
    local = now.astimezone(zone_of(chat, policy))
    at = time.fromisoformat(chat.digest_at) if chat.digest_at else policy.digest_at
    planned = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
    if local < planned:
        planned -= timedelta(days=1)
    return planned.date() if chat.first_seen <= planned else None


async def run(work: Work) -> int:
    """Send every digest that is due; how many. One per chat and local date, whoever asks how often."""
    async with work.read() as tx:
        bound = await chat_rows.bound(tx.session)
        due = [(chat.id, day) for chat in bound if (day := due_day(chat, tx.policy, tx.now))]
        known = await tx.session.scalars(select(DigestSent).where(DigestSent.day.in_({d for _, d in due})))
        sent = {(row.chat_id, row.day) for row in known} if due else set()
    count = 0
    for chat_id, day in due:
        if (chat_id, day) not in sent:
            count += await _send(work, chat_id, day)
    return count


async def _send(work: Work, chat_id: int, day: date) -> int:
    try:
        async with work.write() as tx:
            if await tx.session.get(DigestSent, (chat_id, day)) is not None:
                return 0
            await seal_day(tx, day - timedelta(days=1))
            view = await build(tx, chat_id, day)
            reach("digests.built")
            speak = not view.empty or tx.policy.digest_when_empty
            tx.session.add(DigestSent(chat_id=chat_id, day=day, at=tx.now, empty=not speak))
            await tx.session.flush()
            if speak:
                await tx.queue(
                    "digest",
                    chat_id=chat_id,
                    lane=LANE_DIGEST,
                    purpose="digest",
                    payload={"view": view.to_json()},
                )
            reach("digests.queued")
            return int(speak)
    except IntegrityError:  # another replica was first; what it did not do comes with the next tick
        return 0


async def build(tx: Tx, chat_id: int, day: date, *, of: Sequence[Unit] | None = None) -> DigestView:
    """The digest of one chat: the 24 hours before its time on ``day``, and what is open now.

    Only figures, numbers and names of colleagues: nothing personal of a subject, nothing of other units.
    ``of``: these units instead of the chat's own.
    """
    chat = await tx.session.get(Chat, chat_id)
    about = of if of is not None else await groups.units_of(tx, chat_id)
    ids = [unit.id for unit in about]
    zone = zone_of(chat, tx.policy)
    at = time.fromisoformat(chat.digest_at) if chat and chat.digest_at else tx.policy.digest_at
    until = datetime.combine(day, at, tzinfo=zone)
    since = until - timedelta(days=1)
    done = await figures.over(tx.session, ids, since, until)
    waiting = await figures.waiting(tx.session, ids)
    tomorrow = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    late = [r for r in waiting if r.due_at is not None and r.due_at < tx.now]
    today = [r for r in waiting if r.due_at is not None and tx.now <= r.due_at < tomorrow]
    oldest = min(waiting, key=lambda r: r.asked_at, default=None)
    return DigestView(
        day=day,
        title=chat.title if chat else "",
        units=tuple(unit.name for unit in about),
        new=done.new,
        answered=done.answered,
        reused=done.reused,
        median_hours=done.median_hours,
        overdue=tuple([await _late_line(tx, r) for r in late[:LINES]]),
        due_today=tuple([await _due_line(tx, r) for r in today[:LINES]]),
        oldest_open=(oldest.number or "", oldest.asked_at) if oldest else None,
        unreachable=tuple(number for number, _ in await figures.unreached(tx.session, ids, since, tx.now)),
        day_seal=await _seal(tx, about),
    )


async def _late_line(tx: Tx, request: Request) -> LateLine:
    late = tx.now - (request.due_at or tx.now)
    number, who = request.number or "", await _who(tx, request)
    return LateLine(number=number, who=who, late_seconds=int(late.total_seconds()))


async def _due_line(tx: Tx, request: Request) -> DueLine:
    return DueLine(number=request.number or "", who=await _who(tx, request), at=request.due_at or tx.now)


async def _who(tx: Tx, request: Request) -> str:
    """With whom it is: the unit, and the handler where there is one."""
    unit_id = request.from_unit_id if request.state == "returned" else request.to_unit_id
    unit = await units.by_id(tx, unit_id)
    name = unit.name if unit else ""
    if request.handler_id is not None and request.state == "accepted":
        name += " " + await people.name_by_id(tx, request.handler_id)
    return name


async def _seal(tx: Tx, about: Sequence[Unit]) -> str:
    """The newest day's seal, for a group whose unit stands above others, or above which nobody stands."""
    ids = [unit.id for unit in about]
    below = await tx.session.scalar(select(Unit.id).where(Unit.parent_id.in_(ids)).limit(1))
    if below is None and not any(unit.parent_id is None for unit in about):
        return ""
    seal = await tx.session.scalar(select(DaySeal).order_by(DaySeal.day.desc()).limit(1))
    return seal.hash.hex() if seal else ""
