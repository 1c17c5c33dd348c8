"""An earlier answer given to a request, by its asker's tap; or told apart from it."""

from __future__ import annotations

from sqlalchemy import select

from matching.values import Match
from storage import requests as rows
from storage.models import Answer, MatchLabel, Request
from workflow import attachments, rights, units
from workflow.acting import done
from workflow.audience import audience_of
from workflow.body import Body, comparable
from workflow.errors import Refused
from workflow.owning import facts_of
from workflow.pressed import OFFER, Under, close
from workflow.record import record
from workflow.requests import Ref, apply, find_number, reach, refuse_purged
from workflow.reuse import candidates, forget, is_fresh, name_of, standing_answer
from workflow.rights import may_have_answer, may_read_answer
from workflow.telling import mention, sides, tell
from workflow.text import Text, t
from workflow.work import Tx, Work

EXAMPLE = "/reuse KS26-0042 KS26-0007"


async def reuse(work: Work, *, request: Ref, source: Ref) -> Text:
    """``/reuse N M``: answer N with the answer of M, if they are about the same and N's asker says so."""
    async with work.write() as tx:
        target = await reach(tx, request, "reuse", example=EXAMPLE)
        origin, answer, judged = await _fitting(tx, target, source)
        if not is_fresh(tx, origin, answer):
            raise Refused("error.reuse_stale", number=target.number, source=name_of(origin))
        if judged.verdict != "reuse":  # by rule alone: what a person must look at answers nothing
            raise Refused("error.reuse_possible", number=target.number, source=name_of(origin))
        await _copy_answers(tx, target, origin, answer)
        await _label(tx, target, origin, same=True, score=judged.score)
        await forget(tx, target)
        await close(tx, Under(request_id=target.id, purposes=(OFFER,)))
        await _announce(tx, target, origin, answer)
        return await done(tx, target, "reuse")


async def _announce(tx: Tx, target: Request, origin: Request, answer: Answer) -> None:
    """Both sides hear that no more work is needed; where the answer came from, only who has it."""
    unit = await units.by_id(tx, answer.unit_id)
    by = mention(tx.who.name, tx.who.telegram_id)
    whole = t(
        "reused",
        number=target.number,
        source=name_of(origin),
        answered_at=origin.answered_at,
        unit=unit.name if unit else str(Body.of(origin, tx.sealer).ledger.get("to_unit", "")),
        by=by,
    )
    for chat_id in (await sides(tx, target)).all:
        theirs = may_read_answer((await audience_of(tx, target, chat_id)).units, facts_of(origin, answer))
        await tell(
            tx, target, whole if theirs else t("reused.elsewhere", number=target.number, by=by), [chat_id]
        )


def _no_match(tx: Tx, target: Request, source: Ref) -> Refused:
    """The same words whether there is no such request or it is about something else: who has not been
    offered it learns nothing about it."""
    return Refused(
        "error.reuse_no_match", number=target.number, given=str(source) if isinstance(source, str) else ""
    )


async def _fitting(tx: Tx, target: Request, source: Ref) -> tuple[Request, Answer, Match]:
    """The request whose own answer is meant, that answer, and how it fits. A reused answer stands for the one
    that it was copied from, so that a chain of reuse does not make it younger.

    Raises :class:`Refused`, in the same words where there is none and where the asking unit has no right to it.
    """
    found = (
        await tx.session.get(Request, source)
        if isinstance(source, int)
        else await tx.session.scalar(select(Request).where(Request.external_id == source.strip()))
        or await find_number(tx, source)
    )
    while found is not None and found.reused_from_id is not None:
        found = await tx.session.get(Request, found.reused_from_id)
    if found is not None and found.purged_at and rights.may(tx.who, "see", found) is None:
        raise Refused("error.reuse_purged", number=target.number, source=name_of(found), at=found.purged_at)
    answer = await standing_answer(tx, found) if found is not None else None
    if found is None or answer is None:
        raise _no_match(tx, target, source)
    if not may_have_answer(tx.who, facts_of(found, answer), for_unit=target.from_unit_id):
        raise _no_match(tx, target, source)
    judged = await _judge_pair(tx, target, found)
    if judged is None:
        raise _no_match(tx, target, source)
    return found, answer, judged


async def _judge_pair(tx: Tx, target: Request, origin: Request) -> Match | None:
    """How the pair is judged with everything on file beside it: a rival may have come since the offer."""
    if target.id == origin.id or origin.answered_at is None or origin.purged_at is not None:
        return None
    query = comparable(target, Body.of(target, tx.sealer))
    known = await candidates(tx, query, but_not=target.id)
    if all(known_one.id != str(origin.id) for known_one in known):
        known.append(comparable(origin, Body.of(origin, tx.sealer)))
    judged = tx.engine.judge(query, known, as_of=tx.now, limit=len(known))
    return next((m for m in judged if m.id == str(origin.id) and m.answered), None)


async def _copy_answers(tx: Tx, target: Request, origin: Request, last: Answer) -> None:
    """All that was answered, up to the last word, with files, and the time until which that is fresh.

    After a reopening the later answer may complete or correct the earlier one: who reuses it sees both.
    """
    given = list(await rows.answers(tx.session, origin.id))
    parts = given[: given.index(last) + 1]
    for answer in parts:
        copy = Answer(
            request_id=target.id,
            person_id=answer.person_id,
            unit_id=answer.unit_id,
            at=tx.now,
            outcome=answer.outcome,
            partial=answer.partial,
            fresh_until=answer.fresh_until,
            reused_from_id=answer.id,
            sealed=answer.sealed,
        )
        tx.session.add(copy)
        await tx.session.flush()
        for file in await rows.files(tx.session, origin.id, answer.id):
            again = attachments.copy_of(file, request_id=target.id, answer_id=copy.id)
            again.at, again.media_group = tx.now, None
            tx.session.add(again)
    await apply(
        tx,
        target,
        "reuse",
        detail={"source": origin.id, "source_number": name_of(origin)},
        answered_at=tx.now,
        outcome=last.outcome,
        reused_from_id=origin.id,
        partial=False,
    )


async def _label(tx: Tx, target: Request, origin: Request, *, same: bool, score: float) -> None:
    label = await tx.session.scalar(
        select(MatchLabel).where(
            MatchLabel.request_id == target.id,
            MatchLabel.candidate_id == origin.id,
            MatchLabel.person_id == tx.who.person_id,
        )
    )
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


async def not_same(work: Work, *, request: int, source: int) -> Text:
    """A tap on "not the same": kept as a label, from which the weights are checked later."""
    async with work.write() as tx:
        target = await reach(tx, request, "see", example=EXAMPLE)
        if rights.may(tx.who, "comment", target) is not None:
            raise Refused("denied.unseen")
        refuse_purged(target)
        try:
            origin, _, judged = await _fitting(tx, target, source)
        except Refused:
            raise Refused("error.button_old") from None
        await _label(tx, target, origin, same=False, score=judged.score)
        await record(tx, target, "not_same", source=origin.id)
        told = t("not_same.noted", number=target.number, source=name_of(origin))
        await tell(tx, target, told, [tx.where.chat_id])
        return t("toast.noted")
