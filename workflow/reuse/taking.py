"""An earlier answer is given to a request: the whole of it, a part, or for reference. Who may is asked before, by
:mod:`workflow.reuse.reusing` and :mod:`workflow.reuse.giving`; that both records say so is done here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from matching.identifiers.values import Match, Record
from storage.queries import answers as answer_rows
from storage.queries import files as file_rows
from storage.queries import labels
from storage.queries import offers as offer_rows_of
from storage.queries import requests as rows
from storage.tables.models import Answer, Comment, MatchLabel, Request
from storage.tables.words import Handling, OfferSide, OfferState, OfferVerdict
from workflow.kernel.actions import Action
from workflow.kernel.body import Body, comparable
from workflow.kernel.results import AnswerGiven, OfferPutAway, Taken
from workflow.kernel.standing import fresh_until, name_of
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices import attachments, offer_rows
from workflow.notices.cards import text_of
from workflow.notices.merged import notify_if_all_in
from workflow.organisation import owning
from workflow.record.record import record
from workflow.request.requests import Ref, do_action, find_number
from workflow.request.turn import take_turn
from workflow.reuse.called_off import call_off
from workflow.reuse.offers import verdict_of
from workflow.reuse.reuse import candidates, forget

Act = Literal[Action.REUSE, Action.RELEASE]
#: What is recorded of it with the request whose answer it was.
REUSED, RELEASED, ATTACHED = OF_SOURCE = ("reused", "released", "attached")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A request and an earlier answer for it, as they are judged with everything on file beside them."""

    target: Request
    source: Request  # by which the answer is known: where a unit was given it
    origin: Request  # the request that it was the answer to at first
    answer: Answer
    match: Match
    query: Record

    @property
    def verdict(self) -> str:
        return verdict_of(self.match, self.query)

    def given(self, taken: Taken | None, *, by_giver: bool) -> AnswerGiven:
        """What is now so: the answer was ``taken``, or without that lies there for reference."""
        return AnswerGiven(
            request_id=self.target.id,
            number=self.target.number or "",
            state=State(self.target.state),
            source_id=self.source.id,
            by_giver=by_giver,
            taken=taken,
        )

    def put_away(self, action: str) -> OfferPutAway:
        """What is now so: the answer is not for this request."""
        return OfferPutAway(
            action=action,
            request_id=self.target.id,
            number=self.target.number or "",
            source_id=self.source.id,
            source=name_of(self.source),
        )


async def lock_source(tx: Tx, ref: Ref) -> None:
    """Lock an earlier request that somebody means, after those that it has its answer from: before the request that
    the answer is for. Who takes an answer back, or puts it right, has the first one and goes on to those that it
    was passed on to; in any other order each would wait for what the other has."""
    await take_turn(tx)
    way: list[int] = []
    source = await _meant(tx, ref)
    while source is not None:
        way.append(source.id)
        origin = source.reused_from_id
        source = await tx.session.get(Request, origin) if origin is not None else None
    for request_id in reversed(way):
        await rows.hold(tx.session, request_id)


async def source_of(tx: Tx, ref: Ref) -> Request | None:
    """The earlier request that somebody means: by its id, its number, or the ledger's; locked."""
    found = await _meant(tx, ref)
    return await rows.hold(tx.session, found.id) if found is not None else None


async def _meant(tx: Tx, ref: Ref) -> Request | None:
    if isinstance(ref, int):
        return await tx.session.get(Request, ref)
    found = await rows.by_external_id(tx.session, ref.strip())
    return found or await find_number(tx, ref)


async def origin_of(tx: Tx, source: Request) -> Request:
    """The request whose own answer it is. What was copied stands for what it was copied from, so that a chain
    does not make an answer younger, and what was taken back is taken back for all."""
    while source.reused_from_id is not None:
        origin = await rows.hold(tx.session, source.reused_from_id)
        if origin is None:
            raise RuntimeError("a request was reused that there is not")
        source = origin
    return source


async def judge(tx: Tx, target: Request, origin: Request) -> tuple[Match, Record] | None:
    """How the pair is judged with everything on file beside it: a rival may have come since the offer."""
    if target.id == origin.id or origin.answered_at is None or origin.purged_at is not None:
        return None
    if target.confidential or origin.confidential:
        return None
    query = comparable(target, Body.of(target, tx.sealer))
    known = await candidates(tx, query, but_not=target.id)
    if all(known_one.id != str(origin.id) for known_one in known):
        known.append(comparable(origin, Body.of(origin, tx.sealer)))
    judged = tx.engine.judge(query, known, as_of=tx.now, limit=len(known))
    match = next((m for m in judged if m.id == str(origin.id) and m.answered), None)
    return (match, query) if match is not None else None


async def take(tx: Tx, pair: Pair, act: Act) -> Taken:
    """The answer is the request's now: all of it, or the part that it holds for; the rest stays open."""
    target, source = pair.target, pair.source
    of = len(pair.query.subjects)
    covered = set(pair.match.certain) | await _covered_before(tx, target)
    whole = pair.verdict == OfferVerdict.REUSE or len(covered) >= of > 0
    await _copy(tx, pair, partial=not whole)
    values: dict[str, Any] = {"outcome": pair.answer.outcome, "partial": not whole}
    if whole:
        values |= {"answered_at": tx.now, "reused_from_id": source.id}
    detail = {"source": source.id, "source_number": name_of(source), "covers": sorted(pair.match.certain)}
    await _settle(tx, pair, act, OfferState.TAKEN)
    await do_action(tx, target, act if whole else Action.TAKE_PART, detail=detail, **values)
    await _note_at_source(tx, pair, REUSED if act is Action.REUSE else RELEASED)
    await label(tx, pair, same=True)
    if whole:
        await forget(tx, target)
        await call_off(tx, target)
        await notify_if_all_in(tx, target)
    return Taken(whole=whole, covered=len(pair.match.certain), of=of)


async def attach(tx: Tx, pair: Pair, act: Act) -> None:
    """For reference: it answers nothing, and the request stays open."""
    given = await _to_pass_on(tx, pair)
    text = "\n".join(text_of(tx, "answers", one.answer) for one in given)
    plain = {"text": text, "source": pair.source.id, "by": pair.answer.unit_id}
    tx.session.add(
        Comment(
            request_id=pair.target.id,
            person_id=tx.who.person_id,
            at=tx.now,
            kind=owning.REFERENCE,
            sealed=tx.sealer.seal("comments", plain),
        )
    )
    await tx.session.flush()
    await _settle(tx, pair, act, OfferState.ATTACHED)
    detail = {"source": pair.source.id, "source_number": name_of(pair.source)}
    await do_action(tx, pair.target, Action.ATTACH, detail=detail)
    await _note_at_source(tx, pair, ATTACHED)


async def close_offer(tx: Tx, pair: Pair, act: Act, state: str) -> None:
    """It leaves the card for good."""
    await _settle(tx, pair, act, state)


async def _settle(tx: Tx, pair: Pair, act: Act, state: str) -> None:
    side = OfferSide.GOT if act is Action.REUSE else OfferSide.GAVE
    offer = await offer_rows_of.one(tx.session, pair.target.id, pair.source.id, side, lock=True)
    if offer is None:
        giver = pair.answer.unit_id if act is Action.RELEASE else pair.target.from_unit_id
        offer_rows.add(
            tx, pair.target, pair.source, side=side, unit_id=giver or 0, verdict=pair.verdict,
            match=pair.match, state=state, caused_by=None,
        )  # fmt: skip
        return
    offer.state, offer.done_at = state, tx.now
    offer.sealed = offer_rows.seal(tx, pair.match)


async def _covered_before(tx: Tx, target: Request) -> set[int]:
    """The subjects for which parts have answered already."""
    made = await offer_rows_of.of_request(tx.session, target.id)
    return {i for offer in made if offer.state == OfferState.TAKEN for i in offer_rows.covers_of(tx, offer)}


async def _note_at_source(tx: Tx, pair: Pair, action: str) -> None:
    """In the record of the request whose answer it was, and of the one by which it came to who gives it."""
    for one in {pair.source.id: pair.source, pair.origin.id: pair.origin}.values():
        await record(tx, one, action, request=pair.target.id, number=pair.target.number)


async def _to_pass_on(tx: Tx, pair: Pair) -> list[answer_rows.Standing]:
    """What was answered and stands, but for what is never used again."""
    given = await answer_rows.standing(tx.session, pair.source.id)
    return [one for one in given if owning.handling_of(tx, pair.source, one.answer) is not Handling.H3]


async def _copy(tx: Tx, pair: Pair, *, partial: bool) -> None:
    """All that was answered and stands, with its files, and the time until which it is fresh, however often it is
    passed on: after a reopening the later answer may complete the earlier one, and who is given it sees both."""
    for standing in await _to_pass_on(tx, pair):
        answer = standing.answer
        copy = Answer(
            request_id=pair.target.id,
            person_id=answer.person_id,
            unit_id=answer.unit_id,
            at=tx.now,
            outcome=answer.outcome,
            partial=partial or answer.partial,
            fresh_until=fresh_until(tx, pair.source, answer),
            reused_from_id=answer.reused_from_id or answer.id,
            handling=owning.handling_of(tx, pair.source, answer),
            evaluation=answer.evaluation,
            sealed=answer.sealed,
        )
        tx.session.add(copy)
        await tx.session.flush()
        for answer_id in standing.ids:
            for file in await file_rows.of_request(tx.session, pair.source.id, answer_id):
                again = attachments.copy_of(file, request_id=pair.target.id, answer_id=copy.id)
                again.at, again.media_group = tx.now, None
                tx.session.add(again)
    await tx.session.flush()


async def label(tx: Tx, pair: Pair, *, same: bool) -> None:
    """What a person said about the pair, from which the weights are checked later."""
    known = await labels.about(tx.session, pair.target.id, pair.origin.id, tx.who.person_id)
    if known is None:
        known = MatchLabel(
            request_id=pair.target.id, candidate_id=pair.origin.id, person_id=tx.who.person_id, same=same,
            score=pair.match.score, at=tx.now,
        )  # fmt: skip
        tx.session.add(known)
    known.same, known.score, known.at = same, pair.match.score, tx.now
