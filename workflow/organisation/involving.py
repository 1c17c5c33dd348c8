"""Which units have to do with a request: who asks, who is asked, who was asked and has passed it on.

The table is what lists are made from. Who may see a request for having passed it on is decided by what lies sealed in
the request (:attr:`workflow.kernel.body.Body.watching`), which nobody adds to who has not the key.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from storage.queries import involved as rows
from storage.tables.models import Request
from storage.tables.words import WAITING, Involvement
from workflow.kernel.body import Body
from workflow.kernel.tx import Actor, Tx

ASKER, ASKED, FORWARDED = Involvement.ASKER, Involvement.ASKED, Involvement.FORWARDED
DESK = Involvement.DESK


def begun(tx: Tx, request: Request, desks: Collection[int]) -> None:
    """A new request: who asks, who is asked where it has gone out, and whose ``desks`` look on."""
    _add(tx, request, request.from_unit_id, ASKER)
    _add(tx, request, request.to_unit_id, ASKED)
    for desk in desks:
        _add(tx, request, desk, DESK)


async def moved(tx: Tx, request: Request, before: int | None, desks: Collection[int]) -> None:
    """Another unit is asked than ``before``: None where it had not gone out, or has been taken back. ``desks``: whose
    look on from now on; one that did stays involved."""
    now = request.to_unit_id
    if before is not None:
        await rows.take(tx.session, request.id, before, ASKED)
        if now is not None:
            _add(tx, request, before, FORWARDED)
    if now is not None:
        await rows.take(tx.session, request.id, now, FORWARDED)
        _add(tx, request, now, ASKED)
    for desk in desks:
        _add(tx, request, desk, DESK)
    for desk in frozenset(Body.of(request, tx.sealer).watching) - {before, *desks}:
        _add(tx, request, desk, FORWARDED)


def passed_on(tx: Tx, request: Request, to: int, desks: Collection[int]) -> bytes:
    """What lies sealed in a request that the asked unit passes on to another: it still looks on, and so do the
    ``desks`` that did; the other one does so no more, for it has it, and checks the papers for itself."""
    body = Body.of(request, tx.sealer)
    looks_on = (*body.watching, *([request.to_unit_id] if request.to_unit_id is not None else ()), *desks)
    watching = tuple(unit for unit in dict.fromkeys(looks_on) if unit != to)
    return replace(body, watching=watching, checked=None).seal(tx.sealer)


def watchers(tx: Tx, request: Request) -> frozenset[int]:
    """The units that have passed it on and still look on, until it is answered or ended some other way: how it came
    out is told to who asked. Nobody, of what has not gone out."""
    if request.to_unit_id is None or request.state not in WAITING:
        return frozenset()
    return frozenset(Body.of(request, tx.sealer).watching)


def before_going_out(tx: Tx, actor: Actor, request: Request) -> Actor:
    """Who acts, as they are to a request: where it has not gone out, the desk of the unit that is to be asked is the
    window of nobody, for it may neither read nor approve what it will be asked. Rights look at the row alone, which
    does not say whom it is for until then."""
    if request.to_unit_id is not None or not any(s.window for s in actor.standings):
        return actor
    asked = Body.of(request, tx.sealer).withheld_from
    standings = tuple(replace(s, window=frozenset()) if s.unit_id == asked else s for s in actor.standings)
    return replace(actor, standings=standings)


def _add(tx: Tx, request: Request, unit_id: int | None, role: Involvement) -> None:
    if unit_id is not None:
        tx.batch.add(rows.ADD, rows.row(request.id, unit_id, role, tx.now))
