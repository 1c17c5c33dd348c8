"""The daily digest of each group, at its local time: what came, what was answered, what is late and with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError

from storage.database.failpoints import failpoint
from storage.queries import chats as chat_rows
from storage.queries import digests as digest_rows
from storage.queries import events, figures
from storage.queries import units as unit_rows
from storage.queries.scopes import Scope, Which
from storage.tables.models import Chat, DigestSent, Request, Unit
from storage.tables.words import Lane, LineKind, PostPurpose, ReminderKind
from workflow.deadlines.kinds import TURN
from workflow.figures import week
from workflow.kernel.policy import Policy
from workflow.kernel.tx import Tx
from workflow.notices.cards_view import BelowLine, DigestView, DueLine, GapLine, LateLine, Tally
from workflow.notices.telling import handler_of
from workflow.organisation import groups, operations, people, titles, units
from workflow.organisation.duty.weeks import gaps_of
from workflow.organisation.places import zone_of
from workflow.organisation.rights import hears_of_pending
from workflow.organisation.work import Work
from workflow.record.grounds import declined_by_ground
from workflow.record.sealing import seal_day

#: Rungs of the ladder that reached nobody; the group itself is named apart.
PASSED_OVER = (ReminderKind.UNREACHED, ReminderKind.HANDLER, ReminderKind.LIAISON, ReminderKind.COMMON)
LINES = 15  # of each list; the rest is counted


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
        joint = [one.chat_id for one in await operations.standing(tx)]
        bound = [*await chat_rows.bound(tx.session), *await chat_rows.reached(tx.session, joint)]
        due = [(chat.id, day) for chat in bound if (day := due_day(chat, tx.policy, tx.now))]
        sent = await digest_rows.sent_on(tx.session, {day for _, day in due})
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
            failpoint("digests.built")
            speak = not view.empty or tx.policy.digest_when_empty
            tx.session.add(DigestSent(chat_id=chat_id, day=day, at=tx.now, empty=not speak))
            await tx.session.flush()
            if speak:
                await tx.queue(
                    LineKind.DIGEST,
                    chat_id=chat_id,
                    lane=Lane.DIGEST,
                    purpose=PostPurpose.DIGEST,
                    payload={"view": view.to_json()},
                )
            await _send_picture(tx, chat_id, day)
            failpoint("digests.queued")
            return int(speak)
    except IntegrityError:  # another replica was first; what it did not do comes with the next tick
        return 0


async def _send_picture(tx: Tx, chat_id: int, day: date) -> None:
    """Once a week, the week up to the last midnight of the group, where it is the desk of a unit and anything happened.
    In the transaction of the digest, which comes once a day."""
    scope = await groups.scope_of(tx, chat_id)
    if tx.policy.picture_day != day.weekday() or not scope.desk:
        return
    chat = await tx.session.get(Chat, chat_id)
    zone = zone_of(chat, tx.policy)
    about = [unit for unit in await groups.units_of(tx, chat_id) if unit.id in scope.desk]
    view = await week.build(
        tx,
        scope,
        "、".join(unit.name for unit in about),
        own=about[0].id if len(about) == 1 else None,
        until=datetime.combine(day, time(), tzinfo=zone),
        zone=zone,
    )
    if not view.empty:
        await tx.queue(
            LineKind.PICTURE,
            chat_id=chat_id,
            lane=Lane.DIGEST,
            purpose=PostPurpose.DIGEST,
            payload={"view": view.to_json(), "theme": tx.policy.picture_theme},
        )


async def build(
    tx: Tx, chat_id: int, day: date, *, of: Unit | None = None, until: datetime | None = None
) -> DigestView:
    """The digest of one chat: the 24 hours before its time on ``day``, or before ``until``, and what is open
    now.

    Only figures, numbers and names of colleagues: nothing personal of a subject, nothing of other units.
    ``of``: this unit instead of the chat's own.
    """
    chat = await tx.session.get(Chat, chat_id)
    about = [of] if of is not None else list(await groups.units_of(tx, chat_id))
    joint = await groups.operation_of(tx, chat_id) if of is None else None
    scope = Scope.of(of.id) if of is not None else await groups.scope_of(tx, chat_id)
    zone = zone_of(chat, tx.policy)
    at = time.fromisoformat(chat.digest_at) if chat and chat.digest_at else tx.policy.digest_at
    until = until or datetime.combine(day, at, tzinfo=zone)
    since = until - timedelta(days=1)
    tomorrow = datetime.combine(tx.now.astimezone(zone).date() + timedelta(days=1), time(), tzinfo=zone)
    # A window also has what is due of the units whose window it is; what they did is told in their own digests.
    seen = await groups.seen_from(tx, chat_id) if of is None else frozenset[int]()
    either = scope.either | Scope.of(*seen).either if seen else scope.either
    late, of_late = await figures.due_between(tx.session, either, None, tx.now, LINES)
    today, of_today = await figures.due_between(tx.session, either, tx.now, tomorrow, LINES)
    oldest = await figures.oldest(tx.session, either)
    return DigestView(
        day=day,
        title=titles.read(tx.sealer, chat.sealed) if chat else "",
        units=tuple(unit.name for unit in about),
        operation=joint.name if joint is not None else "",
        since=since,
        until=until,
        made_at=tx.now,
        **await _happened(tx, scope, since, until),
        overdue_count=late,
        overdue=tuple([await _late_line(tx, r) for r in of_late]),
        due_today_count=today,
        due_today=tuple([await _due_line(tx, r) for r in of_today]),
        returned=(await figures.standing(tx.session, either, tx.now)).returned,
        pending=await _pending(tx, scope, of),
        oldest_open=(oldest.number or "", oldest.asked_at) if oldest else None,
        unreachable=await _skipped(tx, scope, TURN, since),
        passed_over=await _skipped(tx, scope, PASSED_OVER, since),
        below=await _below(tx, about) if joint is None else (),
        gaps=await _gaps(tx, scope),
        day_seal=await _seal(tx, about) if joint is None else "",
    )


async def _pending(tx: Tx, scope: Scope, of: Unit | None) -> int:
    """How much waits for approval, where its own unit alone reads it. ``of``: whose figures somebody asked for."""
    if len(scope.all) != 1 or (of is not None and not hears_of_pending(tx.who, of.id)):
        return 0
    return await figures.pending(tx.session, scope.sent)


async def _happened(tx: Tx, scope: Scope, since: datetime, until: datetime) -> dict[str, Tally]:
    """Received and sent apart where there is a desk; else what is between the units that share the group."""

    async def tally(which: Which, *, by_asked: bool = False) -> Tally:
        done = asdict(await figures.done(tx.session, which, since, until, by_asked=by_asked))
        grounds = await declined_by_ground(tx, which, since, until, by_asked=by_asked)
        return Tally(**done, grounds=grounds)

    if not scope.desk:
        return {"between": await tally(scope.exchanged)}
    received = await tally(scope.received, by_asked=True)
    return {"received": received, "sent": await tally(scope.sent)}


async def _skipped(tx: Tx, scope: Scope, kinds: Sequence[str], since: datetime) -> tuple[str, ...]:
    """Numbers, up to now: whoever is in charge can do something about it today."""
    found = await figures.skipped(tx.session, scope, kinds, since, tx.now)
    return tuple(dict.fromkeys(number for number, _ in found))


async def _late_line(tx: Tx, request: Request) -> LateLine:
    late = tx.now - (request.due_at or tx.now)
    number, who = request.number or "", await _who(tx, request)
    return LateLine(number=number, who=who, late_seconds=int(late.total_seconds()))


async def _due_line(tx: Tx, request: Request) -> DueLine:
    return DueLine(number=request.number or "", who=await _who(tx, request), at=request.due_at or tx.now)


async def _who(tx: Tx, request: Request) -> str:
    """With whom it is: the unit, and the handler where there is one."""
    unit = await units.by_id(tx, request.to_unit_id)
    handler = await handler_of(tx, request)
    return " ".join(filter(None, (unit.name if unit else "", people.name_of(tx, handler) if handler else "")))


async def _below(tx: Tx, about: Sequence[Unit]) -> tuple[BelowLine, ...]:
    """What the units under these owe, whatever group heard of it: their superior sees to it. Figures alone."""
    known = await units.current(tx)
    own = {unit.id for unit in about}
    under = frozenset[int]().union(*(known.below(unit_id) for unit_id in own)) - own
    if not under:
        return ()
    found = await figures.waiting_of(tx.session, under, tx.now)
    return tuple(
        BelowLine(unit=known.by_id[one.unit_id].name, waiting=one.waiting, late=one.late) for one in found
    )


async def _gaps(tx: Tx, scope: Scope) -> tuple[GapLine, ...]:
    """When nobody will be on duty in the coming seven days, in the units whose desk it is."""
    found: list[GapLine] = []
    for unit_id in sorted(scope.desk):
        unit = await units.name_of(tx, unit_id) if len(scope.desk) > 1 else ""
        found += [
            GapLine(begins=one.begins, ends=one.ends, missing=one.missing, unit=unit)
            for one in await gaps_of(tx, unit_id)
        ]
    return tuple(found)


async def _seal(tx: Tx, about: Sequence[Unit]) -> str:
    """The newest day's seal, for a group whose unit stands above others, or above which nobody stands."""
    ids = [unit.id for unit in about]
    if not await unit_rows.any_below(tx.session, ids) and not any(unit.parent_id is None for unit in about):
        return ""
    seal = await events.newest_seal(tx.session)
    return seal.hash.hex() if seal else ""
