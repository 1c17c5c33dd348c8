"""What is on file about the same: how a request is made findable, what is found, how long an answer holds.

Finding is not a right to have: who hears of what is found is decided in :mod:`workflow.reuse.offers`.
"""

from __future__ import annotations

from matching.compare.packing import pack, unpack
from matching.identifiers.values import Match, Record
from matching.text.normalise import VERSION
from storage.database.seal import KeyedHash, Sealer
from storage.queries import matching as index_rows
from storage.tables.models import Request
from workflow.kernel.body import Body, comparable
from workflow.kernel.numbers import is_drill
from workflow.kernel.states import State
from workflow.kernel.tx import Tx


def key_hash(tx: Tx) -> KeyedHash:
    return hash_of(tx.sealer)


def hash_of(sealer: Sealer) -> KeyedHash:
    """What makes the keys of the match index."""
    return sealer.hashing("match keys")


async def index(tx: Tx, request: Request, body: Body) -> Record:
    """Make a request findable as it is now; gives back what is compared."""
    await forget(tx, request)
    return await index_new(tx, request, body)


async def index_new(tx: Tx, request: Request, body: Body) -> Record:
    """Make a request findable that is not yet; gives back what is compared."""
    compared = comparable(request, body)
    if is_drill(request.number):  # found by nobody, whatever becomes of it
        return compared
    keys = tx.engine.keys(compared, key_hash(tx))
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
    """Whether a request has an answer of its own to give, or waits for one; and is no drill, which is found by no
    number."""
    if request.purged_at is not None or is_drill(request.number):
        return False
    if request.state in (State.PENDING, State.UNAPPROVED):  # what others are told of must not depend on it
        return False
    return request.state not in (State.DECLINED, State.CANCELLED) and request.reused_from_id is None


async def forget(tx: Tx, request: Request) -> int:
    """Take a request out of the index: it has no answer of its own to give. How many keys it had.

    Its keys are made again from what was compared: looking them up by request would read the whole index.
    Keys of an older normaliser may stay behind; they lead to no record, and so to nothing.
    """
    sealed = await index_rows.record_of(tx.session, request.id)
    if sealed is None:
        return 0
    before = unpack(tx.sealer.unseal_bytes("match_records", sealed))
    return await index_rows.remove(tx.session, request.id, tx.engine.keys(before, key_hash(tx)))


async def candidates(tx: Tx, query: Record, *, but_not: int | None = None) -> list[Record]:
    """The earlier requests that share a key with the query, unsealed."""
    keys = tx.engine.keys(query, key_hash(tx))
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
