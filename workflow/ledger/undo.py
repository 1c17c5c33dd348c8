"""An import taken back: rows that nothing has used since go, what it corrected says again what it said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.queries import events
from storage.queries import imports as import_rows
from storage.tables.models import Request
from workflow.kernel.standing import name_of
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.ledger import layouts
from workflow.ledger.rows import Preparer
from workflow.ledger.taking import replace
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.reuse.reuse import forget

BATCH = 200


class NoSuchImport(Exception):
    """``text`` says which imports there are."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.key)
        self.text = text


@dataclass(kw_only=True)
class Undone:
    """What became of an import's rows."""

    gone: int = 0
    restored: int = 0
    stay: list[str] = field(default_factory=list)  # ids of rows that something has used since


async def undo(
    work: Callable[[], Work], import_id: int, preparer: Preparer, *, progress: Callable[[int], None]
) -> Undone:
    """Takes an import back, in batches, while the bot may run. Raises :class:`NoSuchImport`."""
    async with work().read() as tx:
        await _there(tx, import_id)
    done = Undone()
    await _restore_all(work, import_id, preparer, done)
    after = 0
    while True:
        async with work().write() as tx:
            one = await import_rows.by_id(tx.session, import_id)
            assert one is not None  # noqa: S101 (nothing takes it away)
            rows = await import_rows.taken(tx.session, one, after=after, limit=BATCH)
            await _remove(tx, rows, done)
        if not rows:
            break
        after = rows[-1].id
        progress(done.gone + len(done.stay))
    async with work().write() as tx:
        if not done.stay:
            await import_rows.mark_undone(tx.session, import_id, tx.now)
        await layouts.forget(tx, import_id)
        counts = {"gone": done.gone, "restored": done.restored, "stay": len(done.stay)}
        await record(tx, None, "import_undone", of=import_id, counts=counts)
    return done


async def _there(tx: Tx, import_id: int) -> None:
    one = await import_rows.by_id(tx.session, import_id)
    if one is None:
        latest = ", ".join(str(known.id) for known in await import_rows.latest(tx.session))
        raise NoSuchImport(t("import.no_such", number=import_id, latest=latest))
    if one.undone_at is not None:
        day: datetime = one.undone_at.astimezone(tx.policy.zone)
        raise NoSuchImport(t("import.undone_on", number=import_id, day=f"{day:%Y-%m-%d %H:%M}"))


async def _remove(tx: Tx, rows: Sequence[Request], done: Undone) -> None:
    """Those of the rows that nobody has looked at, reused or changed since they came."""
    used = await import_rows.used(tx.session, [request.id for request in rows]) if rows else set()
    free = [r for r in rows if r.event_seq == 0 and r.id not in used and r.purged_at is None]
    done.stay += [name_of(request) for request in rows if request not in free]
    for request in free:
        await forget(tx, request)
    if free:
        await import_rows.remove(tx.session, [request.id for request in free])
    done.gone += len(free)


async def _restore_all(work: Callable[[], Work], import_id: int, preparer: Preparer, done: Undone) -> None:
    after = 0
    while True:
        async with work().write() as tx:
            changed = await import_rows.changes(tx.session, import_id, after=after, limit=BATCH)
            for request, seq in changed:
                before = await _before(tx, request, seq)
                if before is None:
                    done.stay.append(name_of(request))
                    continue
                await replace(tx, request, preparer.prepare(before))
                await record(tx, request, "import_undone", of=import_id)
                await import_rows.forget_change(tx.session, import_id, request.id)
                done.restored += 1
        if not changed:
            return
        after = changed[-1][0].id


async def _before(tx: Tx, request: Request, seq: int) -> dict[str, Any] | None:
    """What the request said before the import corrected it; None where something has happened to it since."""
    if request.event_seq != seq or request.purged_at is not None:
        return None
    event = await events.one(tx.session, request.id, seq)
    before = tx.sealer.unseal("events", event.sealed).get("before") if event else None
    return before if isinstance(before, dict) else None
