"""What is on file about the same: how a request is made findable, what is found, how long an answer holds.

Finding is not a right to have: who hears of what is found is decided in :mod:`workflow.offers`.
"""

from __future__ import annotations

from datetime import datetime

from matching.normalise import VERSION
from matching.packing import pack, unpack
from matching.values import Match, Record
from storage import answers as answer_rows
from storage import matching as index_rows
from storage.models import Answer, Request
from storage.seal import Sealer
from workflow.body import Body, comparable
from workflow.work import Tx


def key_secret(tx: Tx) -> bytes:
    return secret_of(tx.sealer)


def secret_of(sealer: Sealer) -> bytes:
    """What the keys of the match index are hashed with."""
    return sealer.secret("match keys")


async def index(tx: Tx, request: Request, body: Body) -> Record:
    """Make a request findable as it is now; gives back what is compared."""
    await forget(tx, request)
    return await index_new(tx, request, body)


async def index_new(tx: Tx, request: Request, body: Body) -> Record:
    """Make a request findable that is not yet; gives back what is compared."""
    compared = comparable(request, body)
    keys = tx.engine.keys(compared, key_secret(tx))
    sealed = tx.sealer.seal_bytes("match_records", pack(compared))
    for statement, rows_of in index_rows.insertions([(request.id, keys, sealed)]):
        tx.batch.add(statement, *rows_of)
    request.key_version = VERSION
    return compared


async def index_answer(tx: Tx, request: Request, body: Body) -> None:
    """The answer has come: what is compared says so; the keys are as they were."""
    sealed = tx.sealer.seal_bytes("match_records", pack(comparable(request, body)))
    await index_rows.reseal(tx.session, request.id, sealed)


def indexable(request: Request) -> bool:
    """Whether a request has an answer of its own to give, or waits for one."""
    if request.purged_at is not None:
        return False
    return request.state not in ("declined", "cancelled") and request.reused_from_id is None


async def forget(tx: Tx, request: Request) -> int:
    """Take a request out of the index: it has no answer of its own to give. How many keys it had.

    Its keys are made again from what was compared: looking them up by request would read the whole index.
    Keys of an older normaliser may stay behind; they lead to no record, and so to nothing.
    """
    sealed = await index_rows.record_of(tx.session, request.id)
    if sealed is None:
        return 0
    before = unpack(tx.sealer.unseal_bytes("match_records", sealed))
    return await index_rows.remove(tx.session, request.id, tx.engine.keys(before, key_secret(tx)))


async def candidates(tx: Tx, query: Record, *, but_not: int | None = None) -> list[Record]:
    """The earlier requests that share a key with the query, unsealed."""
    keys = tx.engine.keys(query, key_secret(tx))
    found = await index_rows.candidates(tx.session, keys, but_not=but_not)
    return [
        unpack(tx.sealer.unseal_bytes("match_records", sealed), called=str(request_id))
        for request_id, sealed in found
    ]


async def matches(tx: Tx, query: Record, *, but_not: int | None = None, limit: int = 5) -> list[Match]:
    """What is on file about the same: best first."""
    return tx.engine.judge(query, await candidates(tx, query, but_not=but_not), as_of=tx.now, limit=limit)


async def beside_all(tx: Tx, query: Record, one: Record) -> Match | None:
    """How a pair is judged with everything on file beside it: another candidate may be a rival of the one."""
    known = [c for c in await candidates(tx, query, but_not=int(query.id)) if c.id != one.id]
    judged = tx.engine.judge(query, [one, *known], as_of=tx.now, limit=len(known) + 1)
    return next((match for match in judged if match.id == one.id), None)


def name_of(request: Request) -> str:
    """What people call a request: its number, or the ledger's where it was imported."""
    return request.number or request.external_id or str(request.id)


async def standing_answer(tx: Tx, source: Request) -> Answer | None:
    """The answer that a request has now, None when it has none (any more)."""
    if source.answered_at is None or source.state not in ("answered", "closed") or source.purged_at:
        return None
    given = await answer_rows.standing(tx.session, source.id)
    return given[-1].answer if given and not given[-1].answer.partial else None


def fresh_until(tx: Tx, source: Request, answer: Answer) -> datetime | None:
    """Until when an answer may be reused: as it was given, or by its type where it was imported."""
    rule = tx.policy.types.get(source.type)
    if answer.fresh_until is not None:
        return answer.fresh_until
    return answer.at + rule.fresh_for if rule and answer.at else None


def is_fresh(tx: Tx, source: Request, answer: Answer) -> bool:
    until = fresh_until(tx, source, answer)
    return until is not None and tx.now <= until
