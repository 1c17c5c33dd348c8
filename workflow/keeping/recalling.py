"""What an older version had no column for and dropped is put back, as far as the record proves what it was.

A desk was brought to an older version and up again: its answers have lost their codes and that they were withdrawn,
its requests that they are confidential, its events by which update they came. The events say what each of them was,
of rows by a keyed hash: of the few things that one can have said one fits, or none does. Then it was changed
otherwise, stays as it is, and ``verify`` names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import Any

import structlog

from storage.database.seal import SealBroken
from storage.queries import covering, desk, events, proof
from storage.queries.proof import SaidRow
from storage.tables import covered
from storage.tables.checksums import FACTS
from storage.tables.covered import DESK_CHAIN, SAID
from storage.tables.left import HOLDS_LEFT, LEFT, opened_holds, opened_memberships
from storage.tables.models import Answer, LegalHold
from storage.tables.words import Handling
from workflow.kernel.tx import Tx
from workflow.record.chains import Claim, Told, keyed

log = structlog.get_logger(__name__)

BATCH = 1000
_ANSWER = SAID[Answer]
_DROPPED = ("handling", "evaluation", "withdrawn_at")
_EVALUATIONS = tuple(f"{source}{number}" for source in "ABCX" for number in "1234")


async def recall(tx: Tx, *, rows: bool) -> int:
    """How many events, and with ``rows`` requests and answers, have got back what they said."""
    done, told, times = 0, Told(chain=DESK_CHAIN), list[datetime]()
    after = (DESK_CHAIN, 0)
    while found := await proof.following(tx.session, *after, limit=BATCH):
        brought: list[tuple[int, int, int]] = []
        for event in found:
            if event.chain != told.chain:
                done += await _of_chain(tx, told, times) if rows else 0
                told, times = Told(chain=event.chain), []
            try:
                detail = tx.sealer.unseal("events", event.sealed)
            except SealBroken:  # which verify names
                continue
            if event.update_id is None and "update" in detail:
                brought.append((event.chain, event.seq, detail["update"]))
            if rows and event.chain != DESK_CHAIN:
                told.hear(event, detail)
                times.append(event.at)
        await covering.put_updates(tx.session, brought)
        done += len(brought)
        after = (found[-1].chain, found[-1].seq)
    done += await _of_chain(tx, told, times) if rows else 0
    if done:
        log.info("record_recalled", rows=done)
    return done


async def recall_memberships(tx: Tx) -> int:
    """How many memberships have got back what the downgrade past 0019 left of them: those alone of which the record
    says just that, so not whom an older version gave another role since."""
    kept = await desk.value(tx.session, LEFT)
    if kept is None:
        return 0
    await desk.drop(tx.session, LEFT)
    told, done = Told(chain=DESK_CHAIN), 0
    try:
        left = opened_memberships(tx.sealer, kept)
        for event in await events.of_chain(tx.session, DESK_CHAIN):
            told.hear(event, tx.sealer.unseal("events", event.sealed))
    except SealBroken:  # the older version was given another key; or an event was changed, which verify names
        log.warning("left_memberships_lost")
        return 0
    for number, values in (await proof.memberships(tx.session)).items():
        salt, hashed = told.said.get(f"memberships:{number}", ("", None))
        if number not in left or hashed is None or hashed == keyed(salt, covered.belongs_form(values)):
            continue
        before = [left[number].get(name, value) for name, value in zip(covered.BELONGS, values, strict=True)]
        if hashed == keyed(salt, covered.belongs_form(before)):
            await covering.put_back(tx.session, "memberships", number, left[number])
            done += 1
    log.info("memberships_recalled", rows=done)
    return done


async def recall_holds(tx: Tx) -> int:
    """How many legal holds that have ended stand where the downgrade past 0016 took them: those alone of which the
    record says just that, so not of what an older version has purged since."""
    kept = await desk.value(tx.session, HOLDS_LEFT)
    if kept is None:
        return 0
    await desk.drop(tx.session, HOLDS_LEFT)
    done, there = 0, await covering.holds(tx.session)
    try:
        for number, (said, values) in opened_holds(tx.sealer, kept).items():
            told = Told(chain=values["request_id"])
            for event in await events.of_chain(tx.session, told.chain):
                told.hear(event, tx.sealer.unseal("events", event.sealed))
            salt, hashed = told.said.get(f"legal_holds:{number}", ("", None))
            sealed = tx.sealer.seal_bytes("legal_holds", said)
            columns = [values[name] for name in SAID[LegalHold]]
            form = covered.said_form(tx.sealer, "legal_holds", told.chain, columns, sealed)
            if number not in there and hashed == keyed(salt, form):
                await covering.put_hold(tx.session, {"id": number, "sealed": sealed, **values})
                done += 1
    except SealBroken:  # the older version was given another key; or an event was changed, which verify names
        log.warning("left_holds_lost")
    log.info("holds_recalled", rows=done)
    return done


async def _of_chain(tx: Tx, told: Told, times: Sequence[datetime]) -> int:
    if told.chain == DESK_CHAIN or told.holds is None:
        return 0
    done = 0
    for row in await proof.requests(tx.session, after=told.chain - 1, last=told.chain, limit=1):
        done += await _request(tx, row, told.holds)
    if any(name.startswith("answers:") for name in told.said):
        for said in await proof.said(tx.session, first=told.chain, last=told.chain):
            claim = told.said.get(f"answers:{said.id}")
            if said.table == "answers" and claim is not None and await _answer(tx, said, claim, times):
                done += 1
    return done


async def _request(tx: Tx, row: proof.RequestRow, claim: Claim) -> bool:
    at = FACTS.index("confidential")
    for confidential in (row.facts[at], not row.facts[at]):
        facts = [*row.facts[:at], confidential, *row.facts[at + 1 :]]
        if claim[1] == keyed(claim[0], covered.holds_form(tx.sealer, facts, row.sealed)):
            if confidential != row.facts[at]:
                await covering.put_back(tx.session, "requests", row.id, {"confidential": confidential})
                return True
            return False
    return False


async def _answer(tx: Tx, row: SaidRow, claim: Claim, times: Sequence[datetime]) -> bool:
    for values in _candidates(row, times):
        columns = [values.get(name, value) for name, value in zip(_ANSWER, row.columns, strict=True)]
        form = covered.said_form(tx.sealer, row.table, row.request_id, columns, row.sealed)
        if claim[1] == keyed(claim[0], form):
            if columns != list(row.columns):
                await covering.put_back(tx.session, "answers", row.id, values)
                return True
            return False
    return False


def _candidates(row: SaidRow, times: Sequence[datetime]) -> Iterator[dict[str, Any]]:
    """What may have been dropped, as the row is now first of all."""
    yield {name: row.columns[_ANSWER.index(name)] for name in _DROPPED}
    for withdrawn, handling, evaluation in product((None, *times), (None, *Handling), (None, *_EVALUATIONS)):
        yield {
            "handling": None if handling is None else str(handling),
            "evaluation": evaluation,
            "withdrawn_at": withdrawn,
        }
