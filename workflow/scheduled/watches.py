"""What is out of the ordinary, for who supervises: built on demand for ``/watch``, and told by itself once a day, in
private, where there is something new. Facts, and whose; no score, nothing of a subject."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from storage.queries import desk
from storage.queries import people as people_rows
from storage.queries.watching import Span
from storage.tables.words import Lane
from workflow.kernel.policy import Policy
from workflow.kernel.roles import WATCHING
from workflow.kernel.tx import Actor, Tx
from workflow.notices.watches import Fact, Watch
from workflow.organisation import units
from workflow.organisation.audience import actor_by_person
from workflow.organisation.rights import Watched, watched
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.scheduled import watch_answered, watch_asked
from workflow.scheduled.watch_sight import Group, Sight

log = structlog.get_logger(__name__)

TOLD = "watch:"  # how the values of the desk begin that say up to when somebody was told
LOCK = 0x7761746368  # of PostgreSQL; any number that nothing else of ours uses
NAMED = 3  # units, of those that are watched
DAY = timedelta(days=1)


async def reach_of(tx: Tx, actor: Actor) -> Watched | None:
    """Whose acts somebody is told of; None for who supervises nobody."""
    return watched(actor, [unit.id for unit in await units.current(tx)])


async def build(tx: Tx, reach: Watched, *, span: Span, fresh: datetime | None = None) -> Watch:
    """All facts of a time, as many as are told of. ``fresh``: only those that have something new since then."""
    sight = Sight(tx=tx, reach=reach, rules=tx.policy.watch, span=span, fresh=fresh)
    asked, read = await watch_asked.facts(sight)
    lists = [*asked, *await watch_answered.facts(sight)]
    lists += await sight.told(Fact.UNREADABLE, [Group(items=sight.unreadable)] if sight.unreadable else [])
    known = await units.current(tx)
    of = sorted((u for u in known if u.id in reach.units), key=lambda u: u.id not in reach.own)
    names = [unit.name for unit in of]
    return Watch(
        units=tuple(names[:NAMED]),
        count=len(names),
        since=span.since,
        until=span.until,
        by_itself=fresh is not None,
        lists=tuple(lists),
        read=read,
    )


def due_at(policy: Policy, now: datetime) -> datetime | None:
    """The last moment at which it was to be told by itself, however late after downtime; None: never."""
    if policy.watch.at is None:
        return None
    local = now.astimezone(policy.zone)
    planned = datetime.combine(local.date(), policy.watch.at, tzinfo=policy.zone)
    return (
        planned
        if planned <= local
        else datetime.combine(local.date() - DAY, policy.watch.at, tzinfo=policy.zone)
    )


async def run(work: Work) -> int:
    """Tell everybody who supervises and has not been told of today; how many heard something. What fails for one is
    logged and raised when the others have had their turn."""
    if (due := due_at(work.policy, work.clock())) is None:
        return 0
    async with work.read(short=True) as tx:
        rows = await desk.rows_of(tx.session, (), beginning=(TOLD,))
        told = {row.key: row.value for row in rows}
        who = await people_rows.reached_with_role(tx.session, WATCHING, since=due)
    failed, count = None, 0
    for person_id in who:
        if told.get(key_of(person_id)) == due.isoformat():
            continue
        try:
            count += await _tell(work, person_id, due)
        except Exception as error:
            log.exception("watch_failed", person=person_id)
            failed = error
    if failed is not None:
        raise failed
    return count


def key_of(person_id: int) -> str:
    return f"{TOLD}{person_id}"


async def _tell(work: Work, person_id: int, due: datetime) -> bool:
    async with work.read() as tx:  # reading through takes long: not under the write lock
        reach = await _supervised(tx, person_id)
        if reach is None:
            return False
        before = await desk.value(tx.session, key_of(person_id))
        since = due - timedelta(days=tx.policy.watch.days)
        fresh = max(datetime.fromisoformat(before), since) if before is not None else due - DAY
        view = await build(tx, reach, span=Span(since=min(since, fresh), until=due), fresh=fresh)
    async with work.write() as tx:
        await desk.wait_for_turn(tx.session, LOCK)
        if await desk.value(tx.session, key_of(person_id)) == due.isoformat():
            return False  # another process was faster
        if await _supervised(tx, person_id) != reach:
            return False  # they are not what they were: it is made anew with the next tick
        await desk.put(tx.session, key_of(person_id), due.isoformat())
        actor = await actor_by_person(tx, person_id)
        if not view.lists or actor is None or actor.chat_id is None:
            return False
        await tx.say(view.words(), chat_id=actor.chat_id, lane=Lane.DIGEST)
        await record(
            tx, None, "watched", person=person_id, units=await codes(tx, reach.units), by_itself=True
        )
        return True


async def _supervised(tx: Tx, person_id: int) -> Watched | None:
    """What somebody is told of by itself: as a supervisor, and not what they could ask for in other roles."""
    actor = await actor_by_person(tx, person_id)
    if actor is None:
        return None
    standings = tuple(s for s in actor.standings if s.role in WATCHING)
    return watched(Actor(person_id=person_id, chat_id=actor.chat_id, name="", standings=standings), ())


async def codes(tx: Tx, of: Collection[int]) -> list[str]:
    """What units are called in the record."""
    return [unit.code for unit in await units.current(tx) if unit.id in of]
