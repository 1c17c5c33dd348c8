"""The keys of months at work: what lies under an old one is sealed anew under this month's, then the old one is
destroyed, and no copy from before opens what lay under it.

All of it in small transactions while the bot runs. How far it is stands in the desk, so that whoever comes next goes
on, another process too. A key is destroyed only after a look along all tables has found nothing under it.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog

from storage.copies import months as rows
from storage.database.ciphers import OF_VERSION
from storage.database.failpoints import failpoint
from storage.database.months import Keyring, keyring_of, named, number_of, numbered, starts
from storage.database.seal import SealBroken, Sealer, month_name, month_of
from storage.queries import desk
from storage.tables.monthly import JOB, MONTHS, Mark, OtherMonths, compare, monthly_tables, moved
from workflow.kernel.policy import Policy
from workflow.kernel.tx import Tx
from workflow.organisation.work import Work
from workflow.record.record import record

log = structlog.get_logger(__name__)

LOOK = 2000  # rows whose beginnings are read at once
LOOKS = 10  # so often in one step, where none of them is due
BATCH = 200  # values sealed anew in one transaction: some tens of milliseconds
STEPS_A_TICK = 25
DESK = ""  # in what a job moves: what lies under the desk's key, from before there were months
#: After the last of a month should have been purged: what was closed late is purged late, and backups go meanwhile.
SLACK = timedelta(days=31)
SETTLE = timedelta(seconds=60)  # by then each process has seen that the file was changed
OVER = timedelta(hours=1)  # after its end nobody writes under a month any more, whatever the clocks


class Why(StrEnum):
    """What a job is for."""

    ADOPTED = "adopted"  # the desk has had no months so far
    AGE = "age"  # all that was written then should be purged by now
    ORDER = "order"  # somebody said so at the command line
    RENEWED = "renewed"  # new keys for everything


class Stage(StrEnum):
    """What a step came to."""

    NOTHING = "nothing"  # there is no job
    MOVED = "moved"
    WAITS = "waits"  # for time to pass, or for a backup
    DONE = "done"


class NotBegun(Exception):
    """Nothing was begun; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What is being sealed anew. ``drop``: the names of the months that are to go, :data:`DESK` for the desk's key."""

    drop: Sequence[str]
    why: str
    begun: str
    pass_begun: str
    table: int = 0
    after: int | None = None
    found: int = 0  # in this pass along the tables
    moved: int = 0  # in all
    last_found: str = ""  # when the last pass ended that found something
    clean: bool = False  # the last pass found nothing

    def sealed(self, sealer: Sealer) -> str:
        """As it stands among the values of the desk."""
        return b64encode(sealer.seal("desk", asdict(self))).decode()

    @classmethod
    def opened(cls, sealer: Sealer, kept: str) -> Job:
        """What stands there. Raises :class:`storage.database.seal.SealBroken`."""
        return cls(**sealer.unseal("desk", b64decode(kept)))

    @property
    def months(self) -> list[bytes]:
        """Those whose keys are to be destroyed."""
        return [month for name in self.drop if (month := named(name)) is not None]

    def means(self, beginning: bytes) -> bool:
        """Whether a value that begins so is to be sealed anew."""
        month = month_of(beginning)
        return month_name(month) in self.drop if month else DESK in self.drop and beginning[:1] in OF_VERSION

    def again(self, now: datetime) -> Job:
        """From the first table on."""
        return replace(self, table=0, after=None, found=0, clean=False, pass_begun=now.isoformat())


async def adopt(work: Work) -> None:
    """Marks a database as kept under the keyring at hand; what it holds already is to come under it. Raises
    :class:`storage.tables.monthly.OtherMonths`."""
    keyring = keyring_of(work.store.sealer)
    assert keyring is not None  # noqa: S101 - for the type checker: it was made
    async with work.read(short=True) as tx:
        kept = await desk.value(tx.session, MONTHS)
    if kept is None:
        async with work.write() as tx:
            await desk.put_first(tx.session, MONTHS, Mark(id=keyring.id).sealed(tx.sealer))
            kept = await rows.locked(tx.session, MONTHS)
            compare(tx.sealer, keyring.id, kept)
            await record(tx, None, "months_kept")
            await _begin(tx, [DESK], Why.ADOPTED)
    else:
        compare(work.store.sealer, keyring.id, kept)


async def tick(work: Work) -> None:
    """What there is to do, a few steps of it; the rest comes with the next tick."""
    keyring = keyring_of(work.store.sealer)
    if keyring is None:
        return
    await _follow(work, keyring)
    if (
        work.store.dialect == "sqlite" and keyring.few_left()
    ):  # else copies on other machines would not have them
        await asyncio.to_thread(keyring.extend)
    for _ in range(STEPS_A_TICK):
        stage = await step(work)
        if stage is not Stage.MOVED:
            break
    if stage is Stage.NOTHING and (old := over_by_age(work.policy, keyring, work.clock())):
        async with work.write() as tx:
            await _begin(tx, [month_name(month) for month in old], Why.AGE)


async def _follow(work: Work, keyring: Keyring) -> None:
    """What another machine has destroyed is destroyed in the copy of the file here."""
    async with work.read(short=True) as tx:
        kept = await desk.value(tx.session, MONTHS)
    if kept is None:
        return
    gone = {month for name in Mark.opened(work.store.sealer, kept).gone if (month := named(name)) is not None}
    if gone & set(keyring.months):
        await asyncio.to_thread(keyring.destroy, gone)


def over_by_age(policy: Policy, keyring: Keyring, now: datetime) -> list[bytes]:
    """The months of which all should have been purged by now that is ever purged; earlier keyrings' too. None where
    nothing is purged by itself."""
    kept = [time for key in policy.types if (time := policy.kept_for(key)) is not None]
    if not kept:
        return []
    before = now - max(kept) - SLACK
    months = {*keyring.months, *(numbered(number) for number in keyring.earlier())}
    return sorted(month for month in months if starts(number_of(month) + 1) < before)


def check_retired(work: Work, month: bytes) -> list[bytes]:
    """The keys that go with a month. Raises :class:`NotBegun`."""
    keyring = _keyring(work)
    number = number_of(month)
    if number >= keyring.this_month():
        raise NotBegun(
            f"{month_name(month)} is not over: the key of this month is changed with all others, by "
            "crossbeat rekey --online"
        )
    if work.clock() < starts(number + 1) + OVER:
        raise NotBegun(f"{month_name(month)} ended less than an hour ago: somebody may still write under it")
    own = [one for one in keyring.months if number_of(one) == number]
    if not own and number not in keyring.earlier():
        raise NotBegun(f"there is no key of {month_name(month)} any more, or there never was one")
    return own or [month]


async def retire(work: Work, month: bytes) -> None:
    """Begins to move what lies under a month, all its keys. Raises :class:`NotBegun`."""
    months = check_retired(work, month)
    async with work.write() as tx:
        await _begin(tx, [month_name(one) for one in months], Why.ORDER)


async def renew(work: Work) -> None:
    """Makes a new key for this month and those ahead, and begins to move everything under it. Raises
    :class:`NotBegun`."""
    keyring = _keyring(work)
    async with work.read(short=True) as tx:
        if await desk.value(tx.session, JOB) is not None:
            raise NotBegun(
                "values are being sealed anew already: let that come to its end first (crossbeat months)"
            )
    before = list(keyring.months)
    await asyncio.to_thread(keyring.renew)
    failpoint("months.renewed")
    async with work.write() as tx:
        await _begin(tx, [*map(month_name, before), DESK], Why.RENEWED)


def _keyring(work: Work) -> Keyring:
    keyring = keyring_of(work.store.sealer)
    if keyring is None:
        raise NotBegun("this desk keeps no keys of months: [storage] months names their file")
    return keyring


async def _begin(tx: Tx, drop: Sequence[str], why: Why) -> None:
    now = tx.now.isoformat()
    job = Job(drop=list(drop), why=why, begun=now, pass_begun=now)
    await desk.put_first(tx.session, JOB, kept := job.sealed(tx.sealer))
    if await desk.value(tx.session, JOB) != kept:
        raise NotBegun(
            "values are being sealed anew already: let that come to its end first (crossbeat months)"
        )


async def job_of(work: Work) -> Job | None:
    """What is being sealed anew at this time."""
    async with work.read(short=True) as tx:
        kept = await desk.value(tx.session, JOB)
    return None if kept is None else Job.opened(work.store.sealer, kept)


async def step(work: Work) -> Stage:
    """The next batch of what is to be sealed anew; the end of it, where nothing is left."""
    keyring = keyring_of(work.store.sealer)
    if keyring is None:
        return Stage.NOTHING
    async with work.read() as tx:
        kept = await desk.value(tx.session, JOB)
        if kept is None:
            return Stage.NOTHING
        job = Job.opened(tx.sealer, kept)
        if job.clean:
            backup = await desk.value(tx.session, desk.BACKUP)
        else:
            at, due = await _look(tx, job)
    if job.clean:
        return await _end(work, keyring, kept, job, backup)
    async with work.write() as tx:
        if await rows.locked(tx.session, JOB) != kept:
            return Stage.MOVED  # by another process
        done = await _move(tx, at, due)
        await desk.put(tx.session, JOB, _gone_on(job, at, done, tx.now).sealed(tx.sealer))
        failpoint("months.batch")
    failpoint("months.moved")
    return Stage.MOVED


async def _look(tx: Tx, job: Job) -> tuple[Job, list[int]]:
    """How far the next step comes, and the rows of the job's present table that are due on the way."""
    tables = monthly_tables()
    at = job
    for _ in range(LOOKS):
        found = await rows.beginnings(tx.session, tables[at.table], at.after, LOOK)
        due = [number for number, beginning in found if job.means(beginning)]
        if due:
            last = due[BATCH - 1] if len(due) >= BATCH else found[-1][0]
            return replace(at, after=last), due[:BATCH]
        if len(found) == LOOK:
            at = replace(at, after=found[-1][0])
        elif at.table + 1 < len(tables):
            at = replace(at, table=at.table + 1, after=None)
        else:
            return replace(at, table=len(tables), after=None), []
    return at, []


async def _move(tx: Tx, at: Job, due: Collection[int]) -> int:
    """Seals these rows anew, of the table where the step came to. How many were due: those that somebody else is at
    work on are found by the next pass; one that is damaged stays, as :mod:`workflow.record.verifying` says of it."""
    if not due:
        return 0
    table = monthly_tables()[at.table]
    written: list[tuple[Any, ...]] = []
    damaged = 0
    for row in await rows.rows(tx.session, table, due):
        if at.means(bytes(row.sealed)):
            try:
                written.append(moved(table, row, tx.sealer, tx.sealer.seal_bytes))
            except SealBroken as error:
                damaged += 1
                log.warning("not_sealed_anew", table=table.name, row=row[0], error=str(error))
    await rows.write(tx.session, table, written)
    return len(due) - damaged


def _gone_on(job: Job, at: Job, done: int, now: datetime) -> Job:
    """The job after a step that came to ``at``."""
    at = replace(at, found=job.found + done, moved=job.moved + done)
    if at.table < len(monthly_tables()):
        return at
    if at.found:
        return replace(at.again(now), last_found=now.isoformat())
    return replace(at, clean=True)


async def _end(work: Work, keyring: Keyring, kept: str, job: Job, backup: str | None) -> Stage:
    """Nothing lies under the keys any more: they are destroyed, and the record says so."""
    now = work.clock()
    if (
        job.why == Why.RENEWED
        and datetime.fromisoformat(job.pass_begun) < datetime.fromisoformat(job.begun) + SETTLE
    ):
        if now < datetime.fromisoformat(job.begun) + SETTLE:
            return Stage.WAITS
        async with work.write() as tx:  # one more look: somebody may have written under an old key until now
            if await rows.locked(tx.session, JOB) == kept:
                await desk.put(tx.session, JOB, job.again(tx.now).sealed(tx.sealer))
        return Stage.MOVED
    if job.why == Why.AGE and job.moved and backup is not None and not _newer(backup, job.last_found):
        return Stage.WAITS  # what was moved is in no backup that would open
    months = job.months
    if months:
        await asyncio.to_thread(keyring.destroy, months)
    failpoint("months.destroyed")
    async with work.write() as tx:
        if await rows.locked(tx.session, JOB) != kept:
            return Stage.DONE  # another process has said so
        if months:
            names = [month_name(month) for month in months]
            await _note_gone(tx, names)
            await record(tx, None, "months_destroyed", months=" ".join(names), values=job.moved, why=job.why)
        await desk.drop(tx.session, JOB)
        failpoint("months.noted")
    log.info("months_done", months=job.drop, values=job.moved)
    return Stage.DONE


def _newer(backup: str, than: str) -> bool:
    return datetime.fromisoformat(backup) > datetime.fromisoformat(than)


async def _note_gone(tx: Tx, names: Sequence[str]) -> None:
    kept = await rows.locked(tx.session, MONTHS)
    if kept is None:
        raise OtherMonths("this database says nothing of its keys of months any more")
    mark = Mark.opened(tx.sealer, kept)
    gone = [*mark.gone, *(name for name in names if name not in mark.gone)]
    await desk.put(tx.session, MONTHS, replace(mark, gone=gone).sealed(tx.sealer))
