"""The daily digest of each group, at its local time: what came, what was answered, what is late and with whom."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage import chats as chat_rows
from storage import figures
from storage.models import Chat, DaySeal, DigestSent, Request, Unit
from workflow import people
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
        due = [
            (chat.id, day)
            for chat in await chat_rows.bound(tx.session)
            if (day := due_day(chat, tx.policy, tx.now))
        ]
        sent = (
            {
                (row.chat_id, row.day)
                for row in (
                    await tx.session.scalars(
                        select(DigestSent).where(DigestSent.day.in_({d for _, d in due}))
                    )
                ).all()
            }
            if due
            else set()
        )
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
            return int(speak)
    except IntegrityError:  # another replica was first: its row is the one that counts
        return 0


async def build(tx: Tx, chat_id: int, day: date) -> DigestView:
    """The digest of one chat: the 24 hours before its time on ``day``, and what is open now.

    Only figures, numbers and names of colleagues: nothing personal of a subject, nothing of other units.
    """
    chat = await tx.session.get(Chat, chat_id)
    units = await chat_rows.units_of(tx.session, chat_id)
    ids = [unit.id for unit in units]
    zone = zone_of(chat, tx.policy) if chat else tx.policy.zone
    at = time.fromisoformat(chat.digest_at) if chat and chat.digest_at else tx.policy.digest_at
    until = datetime.combine(day, at, tzinfo=zone)
    since = until - timedelta(days=1)
    done = await figures.over(tx.session, ids, since, until)
    waiting = [r for r in await figures.waiting(tx.session, ids) if r.asked_at < until + timedelta(days=1)]
    tomorrow = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    late = [r for r in waiting if r.due_at is not None and r.due_at < tx.now]
    today = [r for r in waiting if r.due_at is not None and tx.now <= r.due_at < tomorrow]
    oldest = min(waiting, key=lambda r: r.asked_at, default=None)
    seal = await tx.session.scalar(select(DaySeal).order_by(DaySeal.day.desc()).limit(1))
    return DigestView(
        day=day, title=chat.title if chat else "", units=tuple(unit.name for unit in units), new=done.new, answered=done.answered,
        reused=done.reused, median_hours=done.median_hours,
        overdue=tuple([LateLine(number=r.number or "", who=await _who(tx, r), late_seconds=int((tx.now - (r.due_at or tx.now)).total_seconds())) for r in late[:LINES]]),
        due_today=tuple([DueLine(number=r.number or "", who=await _who(tx, r), at=r.due_at or tx.now) for r in today[:LINES]]),
        oldest_open=(oldest.number or "", oldest.asked_at) if oldest else None,
        unreachable=tuple(number for number, _ in await figures.unreached(tx.session, ids, since, tx.now)),
        day_seal=seal.hash.hex() if seal and await _supervises(tx, ids) else "",
    )  # fmt: skip


async def _who(tx: Tx, request: Request) -> str:
    """With whom it is: the unit, and the handler where there is one."""
    unit = await tx.session.get(
        Unit, request.from_unit_id if request.state == "returned" else request.to_unit_id
    )
    name = unit.name if unit else ""
    if request.handler_id is not None and request.state == "accepted":
        name += " " + await people.name_by_id(tx, request.handler_id)
    return name


async def _supervises(tx: Tx, units: list[int]) -> bool:
    """A group whose unit stands above others, or above which nobody stands, keeps the day's seal."""
    return bool(await tx.session.scalar(select(Unit.id).where(Unit.parent_id.in_(units)).limit(1)))
