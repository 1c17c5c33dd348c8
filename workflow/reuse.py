"""Earlier answers found and offered; open requests about the same subject pointed out.

Nothing is reused without a person's tap, and what may be reused is decided again at the tap
(:mod:`workflow.reusing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from matching.normalise import VERSION
from matching.packing import pack, unpack
from matching.reasons import spoken
from matching.values import Match, Record
from storage import matching as index_rows
from storage import people as people_rows
from storage import requests as rows
from storage.models import Answer, Request, Unit
from storage.seal import Sealer
from workflow import units
from workflow.body import Body, comparable
from workflow.outcomes import named
from workflow.owning import facts_of
from workflow.record import record
from workflow.rights import Share, share_of
from workflow.states import WAITING
from workflow.telling import sides, tell
from workflow.text import Button, Text, t
from workflow.work import LANE_DIGEST, Tx

OFFERS = 3
#: From this score on an open request of others is surely enough about the same subject to say so.
SAME_SUBJECT = 0.9


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


async def look_back(tx: Tx, request: Request, compared: Record) -> None:
    """After registration: offer earlier answers to the asker, and point out open requests to both sides."""
    found = await matches(tx, compared, but_not=request.id, limit=OFFERS + 5)
    await offer(tx, request, [m for m in found if m.answered][:OFFERS])
    await _point_out(tx, request, [m for m in found if not m.answered and m.score >= SAME_SUBJECT])


async def offer(tx: Tx, request: Request, found: Sequence[Match]) -> None:
    """The message right under a new card: what was answered before, with a 复用 button for what is still
    fresh enough to be reused."""
    lines, keyboard = [], []
    for match in found:
        source = await tx.session.get(Request, int(match.id))
        answer = await standing_answer(tx, source) if source is not None else None
        if source is None or answer is None:
            continue
        if share_of(request.from_unit_id, facts_of(source, answer)) is not Share.GOT:
            continue  # others' answers are theirs: not a word, and not a message more or less
        lines.append(await _offer_line(tx, source, match))
        if match.verdict == "reuse" and is_fresh(tx, source, answer):
            label, data = t("button.reuse_of", number=name_of(source)), f"1:reuse:{request.id}:{source.id}"
            no = Button(label=t("button.not_same"), data=f"1:not_same:{request.id}:{source.id}")
            keyboard.append((Button(label=label, data=data), no))
    if not lines:
        return
    await record(tx, request, "offer", offered=[m.id for m in found], verdicts=[m.verdict for m in found])
    told = t("offer", number=request.number, lines=lines)
    await tell(tx, request, told, (await sides(tx, request)).asking, purpose="offer", buttons=keyboard)


def name_of(request: Request) -> str:
    """What people call a request: its number, or the ledger's where it was imported."""
    return request.number or request.external_id or str(request.id)


async def standing_answer(tx: Tx, source: Request) -> Answer | None:
    """The answer that a request has now, None when it has none (any more)."""
    if source.answered_at is None or source.state not in ("answered", "closed") or source.purged_at:
        return None
    given = await rows.answers(tx.session, source.id)
    return given[-1] if given and not given[-1].partial else None


def fresh_until(tx: Tx, source: Request, answer: Answer) -> datetime | None:
    """Until when an answer may be reused: as it was given, or by its type where it was imported."""
    rule = tx.policy.types.get(source.type)
    if answer.fresh_until is not None:
        return answer.fresh_until
    return answer.at + rule.fresh_for if rule and answer.at else None


def is_fresh(tx: Tx, source: Request, answer: Answer) -> bool:
    until = fresh_until(tx, source, answer)
    return until is not None and tx.now <= until


async def _offer_line(tx: Tx, source: Request, match: Match) -> Text:
    unit = await units.by_id(tx, source.to_unit_id)
    by = unit.name if unit else str(Body.of(source, tx.sealer).ledger.get("to_unit", ""))
    reasons = {language: " · ".join(spoken(r, language) for r in match.reasons) for language in ("zh", "en")}
    return t(
        f"offer.{match.verdict}",
        number=name_of(source),
        unit=by,
        answered_at=source.answered_at,
        outcome=named(source.outcome, ours=source.number is not None),
        reasons=t("by_language", **reasons),
    )


async def _point_out(tx: Tx, request: Request, found: Sequence[Match]) -> None:
    """Two units learn that they look at the same subject: their liaisons, in private, who may talk. No group
    and no officer of theirs hears what another unit asks about.

    Within a unit it is said to who asks. One message for each side, after what people wait for: sixty posts
    about one subject must not become hundreds of notices.
    """
    own: list[Request] = []
    others: dict[int, list[Request]] = {}
    for match in found:
        other = await tx.session.get(Request, int(match.id), with_for_update=True)
        if other is None or other.state not in WAITING or other.from_unit_id is None or other.number is None:
            continue
        if other.from_unit_id != request.from_unit_id:
            others.setdefault(other.from_unit_id, []).append(other)
        elif other.origin_key != request.origin_key:  # not the same post, which asks several units
            own.append(other)
    if own:
        numbers = [t("number_link", number=other.number) for other in own]
        told = t("same_subject.own", number=request.number, others=numbers)
        await tell(tx, request, told, (await sides(tx, request)).asking, lane=LANE_DIGEST)
    for other in [first for first, *_ in others.values()]:
        await _tell_liaisons(tx, request, of=other)
        await _tell_liaisons(tx, other, of=request)
        await record(tx, request, "pointed_out", other=other.id)
        await record(tx, other, "pointed_out", other=request.id)


async def _tell_liaisons(tx: Tx, request: Request, *, of: Request) -> None:
    """The asking unit's liaisons hear which unit asks about the same as their request."""
    unit = await tx.session.get_one(Unit, of.from_unit_id)
    for liaison in await people_rows.with_role(tx.session, request.from_unit_id or 0, ("liaison",)):
        if liaison.private_ok:
            told = t("same_subject", number=request.number, unit=unit.name)
            once = f"same:{request.id}:{unit.id}:{liaison.id}"
            await tx.say(
                told, chat_id=liaison.telegram_id, request_id=request.id, lane=LANE_DIGEST, once=once
            )


async def offer_to_waiting(tx: Tx, request: Request, body: Body) -> None:
    """An answer has arrived: open requests about the same subject are offered it."""
    answered = comparable(request, body)
    for candidate in await candidates(tx, answered, but_not=request.id):
        if candidate.answered_at is not None:
            continue
        judged = tx.engine.judge(candidate, [answered], as_of=tx.now, limit=1)
        if not judged or judged[0].verdict != "reuse":
            continue
        match = await beside_all(tx, candidate, answered)
        if match is None or match.verdict != "reuse":
            continue
        other = await tx.session.get(Request, int(candidate.id), with_for_update=True)
        if other is not None and other.number is not None and other.state in WAITING:
            await offer(tx, other, [match])
