"""Earlier answers found, offered, reused; open requests about the same subject pointed out.

Nothing is reused without a person's tap, and what may be reused is decided again at the tap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from matching.normalise import VERSION
from matching.packing import pack, unpack
from matching.reasons import words
from matching.values import Match, Record
from storage import matching as index_rows
from storage import requests as rows
from storage.models import Answer, File, MatchKey, MatchLabel, MatchRecord, Request, Unit
from workflow.body import Body, comparable
from workflow.errors import Refused
from workflow.record import record
from workflow.requests import access, apply, by_id, find, mention, sides, tell
from workflow.states import WAITING
from workflow.text import Button, Text, t
from workflow.work import Tx, Work

OFFERS = 3
#: From this score on an open request of others is surely enough about the same subject to say so.
SAME_SUBJECT = 0.9


def key_secret(tx: Tx) -> bytes:
    return tx.sealer.secret("match keys")


async def index(tx: Tx, request: Request, body: Body) -> Record:
    """Make a request findable; gives back what is compared."""
    compared = comparable(request, body)
    keys = tx.engine.keys(compared, key_secret(tx))
    await index_rows.put(tx.session, request.id, keys, tx.sealer.seal_bytes("match_records", pack(compared)))
    request.key_version = VERSION
    return compared


def indexable(request: Request) -> bool:
    """Whether a request has an answer of its own to give, or waits for one."""
    return request.state not in ("declined", "cancelled") and request.reused_from_id is None


async def forget(tx: Tx, request: Request) -> None:
    """Take a request out of the index: it has no answer of its own to give."""
    await tx.session.execute(delete(MatchKey).where(MatchKey.request_id == request.id))
    await tx.session.execute(delete(MatchRecord).where(MatchRecord.request_id == request.id))


async def candidates(tx: Tx, query: Record, *, but_not: int | None = None) -> list[Record]:
    """The earlier requests that share a key with the query, unsealed."""
    keys = tx.engine.keys(query, key_secret(tx))
    found = await index_rows.candidates(tx.session, keys, but_not=but_not)
    return [
        replace(unpack(tx.sealer.unseal_bytes("match_records", sealed)), id=str(request_id))
        for request_id, sealed in found
    ]


async def matches(tx: Tx, query: Record, *, but_not: int | None = None, limit: int = 5) -> list[Match]:
    """What is on file about the same: best first."""
    return tx.engine.judge(query, await candidates(tx, query, but_not=but_not), as_of=tx.now, limit=limit)


async def look_back(tx: Tx, request: Request, compared: Record) -> None:
    """After registration: offer earlier answers to the asker, and point out open requests to both sides."""
    found = await matches(tx, compared, but_not=request.id, limit=OFFERS + 5)
    await offer(tx, request, [m for m in found if m.answered][:OFFERS])
    for match in found:
        if not match.answered and match.score >= SAME_SUBJECT:
            await _point_out(tx, request, match)


async def offer(tx: Tx, request: Request, found: Sequence[Match]) -> None:
    """The message right under a new card: what was answered before, with a 复用 button each."""
    if not found:
        return
    lines, keyboard = [], []
    for match in found:
        source = await tx.session.get(Request, int(match.id))
        if source is None or source.answered_at is None:
            continue
        lines.append(await _offer_line(tx, source, match))
        keyboard.append((
            Button(label=t("button.reuse_of", number=_name(source)), data=f"1:reuse:{request.id}:{source.id}"),
            Button(label=t("button.not_same"), data=f"1:not_same:{request.id}:{source.id}"),
        ))  # fmt: skip
    if not lines:
        return
    await record(tx, request, "offer", offered=[m.id for m in found], verdicts=[m.verdict for m in found])
    await tell(
        tx,
        request,
        t("offer", number=request.number, lines=lines),
        [request.chat_id],
        purpose="offer",
        buttons=keyboard,
    )


def _name(request: Request) -> str:
    return request.number or request.external_id or str(request.id)


async def _offer_line(tx: Tx, source: Request, match: Match) -> Text:
    unit = await tx.session.get(Unit, source.to_unit_id) if source.to_unit_id else None
    by = unit.name if unit else str(Body.of(source, tx.sealer).ledger.get("to_unit", ""))
    reasons = {language: " · ".join(words(r, language) for r in match.reasons) for language in ("zh", "en")}
    return t(
        f"offer.{match.verdict}", number=_name(source), unit=by, answered_at=source.answered_at,
        outcome=t(f"outcome.{source.outcome or 'found'}"), reasons=t("by_language", **reasons),
    )  # fmt: skip


async def _point_out(tx: Tx, request: Request, match: Match) -> None:
    """Both sides learn that they look at the same subject; no content is shared, people talk."""
    other = await tx.session.get(Request, int(match.id))
    if other is None or other.state not in WAITING or other.from_unit_id is None:
        return
    ours = await tx.session.get_one(Unit, request.from_unit_id)
    if other.from_unit_id == request.from_unit_id:
        await tell(
            tx, request, t("same_subject.own", number=request.number, other=other.number), [request.chat_id]
        )
        return
    theirs = await tx.session.get_one(Unit, other.from_unit_id)
    await tell(tx, request, t("same_subject", number=request.number, unit=theirs.name), [request.chat_id])
    await tell(tx, other, t("same_subject", number=other.number, unit=ours.name), [other.chat_id])
    await record(tx, request, "pointed_out", other=other.id)
    await record(tx, other, "pointed_out", other=request.id)


async def offer_to_waiting(tx: Tx, request: Request, body: Body) -> None:
    """An answer has arrived: open requests about the same subject are offered it."""
    answered = comparable(request, body)
    for candidate in await candidates(tx, answered, but_not=request.id):
        if candidate.answered_at is not None:
            continue
        judged = tx.engine.judge(candidate, [answered], as_of=tx.now, limit=1)
        other = await tx.session.get(Request, int(candidate.id))
        if judged and judged[0].verdict == "reuse" and other is not None and other.state in WAITING:
            await offer(tx, other, judged)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reused:
    number: str
    source: str


async def reuse(work: Work, *, request: int | str, source: int | str) -> Reused:
    """``/reuse N M``: answer N with the answer of M, if they are about the same and N's asker says so."""
    async with work.write() as tx:
        example = "/reuse KS26-0042 KS26-0007"
        target = (
            await by_id(tx, request) if isinstance(request, int) else await find(tx, request, example=example)
        )
        await access(tx, target, "reuse")
        origin = await _source(tx, source, example)
        judged = await _judge_pair(tx, target, origin)
        answer = (await rows.answers(tx.session, origin.id))[-1:]
        if judged is None or not answer or origin.answered_at is None:
            raise Refused("error.reuse_no_match", number=target.number, source=_name(origin))
        await _copy_answer(tx, target, origin, answer[0])
        await _label(tx, target, origin, same=True, score=judged.score)
        await forget(tx, target)
        unit = await tx.session.get(Unit, origin.to_unit_id) if origin.to_unit_id else None
        told = t(
            "reused", number=target.number, source=_name(origin), answered_at=origin.answered_at,
            unit=unit.name if unit else "", by=mention(tx.who.name, tx.who.telegram_id),
        )  # fmt: skip
        await tell(tx, target, told, (await sides(tx, target)).all)
        return Reused(number=target.number or "", source=_name(origin))


async def _source(tx: Tx, source: int | str, example: str) -> Request:
    if isinstance(source, int):
        return await by_id(tx, source)
    imported = await tx.session.scalar(select(Request).where(Request.external_id == source.strip()))
    return imported or await find(tx, source, example=example)


async def _judge_pair(tx: Tx, target: Request, origin: Request) -> Match | None:
    """How the pair is judged with everything on file beside it: a rival may have come since the offer."""
    if target.id == origin.id or origin.answered_at is None:
        return None
    query = comparable(target, Body.of(target, tx.sealer))
    known = await candidates(tx, query, but_not=target.id)
    if all(record.id != str(origin.id) for record in known):
        known.append(comparable(origin, Body.of(origin, tx.sealer)))
    judged = tx.engine.judge(query, known, as_of=tx.now, limit=len(known))
    return next((m for m in judged if m.id == str(origin.id) and m.answered), None)


async def _copy_answer(tx: Tx, target: Request, origin: Request, answer: Answer) -> None:
    copy = Answer(
        request_id=target.id, person_id=answer.person_id, unit_id=answer.unit_id, at=tx.now,
        outcome=answer.outcome, fresh_until=answer.fresh_until, reused_from_id=answer.id,
        sealed=tx.sealer.seal("answers", tx.sealer.unseal("answers", answer.sealed)),
    )  # fmt: skip
    tx.session.add(copy)
    await tx.session.flush()
    for file in await rows.files(tx.session, origin.id, answer.id):
        tx.session.add(
            File(request_id=target.id, answer_id=copy.id, kind=file.kind, sealed=file.sealed, at=tx.now)
        )
    await apply(
        tx, target, "reuse", detail={"source": origin.id, "source_number": _name(origin)},
        answered_at=tx.now, outcome=answer.outcome, reused_from_id=origin.id, partial=False,
    )  # fmt: skip


async def _label(tx: Tx, target: Request, origin: Request, *, same: bool, score: float) -> None:
    label = await tx.session.scalar(
        select(MatchLabel).where(
            MatchLabel.request_id == target.id, MatchLabel.candidate_id == origin.id,
            MatchLabel.person_id == tx.who.person_id,
        )
    )  # fmt: skip
    if label is None:
        label = MatchLabel(
            request_id=target.id,
            candidate_id=origin.id,
            person_id=tx.who.person_id,
            same=same,
            score=score,
            at=tx.now,
        )
        tx.session.add(label)
    label.same, label.score, label.at = same, score, tx.now


async def not_same(work: Work, *, request: int, source: int) -> None:
    """A tap on "not the same": kept as a label, from which the weights are checked later."""
    async with work.write() as tx:
        target, origin = await by_id(tx, request), await by_id(tx, source)
        await access(tx, target, "comment")
        judged = await _judge_pair(tx, target, origin)
        if judged is None:
            raise Refused("error.button_old")
        await _label(tx, target, origin, same=False, score=judged.score)
        await record(tx, target, "not_same", source=origin.id)
        await tell(
            tx, target, t("not_same.noted", number=target.number, source=_name(origin)), [tx.where.chat_id]
        )
