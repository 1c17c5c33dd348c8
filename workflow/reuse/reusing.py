"""An earlier answer that the asking unit was given is taken for a new request by its asker's tap; attached to it
for reference; or told apart from it."""

from __future__ import annotations

from storage.queries import offers as offer_rows_of
from storage.tables.models import Request
from storage.tables.words import OfferSide, OfferState, OfferVerdict
from workflow.kernel.actions import Action, Right
from workflow.kernel.errors import Refused
from workflow.kernel.results import AnswerGiven, OfferPutAway
from workflow.kernel.standing import is_fresh, name_of, standing_answer
from workflow.kernel.tx import Tx
from workflow.notices.reuses import notify_reused
from workflow.notices.telling import show
from workflow.organisation import rights
from workflow.organisation.owning import facts_for
from workflow.organisation.rights import Share, may_have_answer, share_of
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import Ref, access_request, refuse_purged
from workflow.reuse.offers import by_number
from workflow.reuse.taking import (
    Pair,
    attach,
    close_offer,
    judge,
    label,
    lock_source,
    origin_of,
    source_of,
    take,
)

EXAMPLE = "/reuse KS26-0042 KS26-0007"


async def reuse(work: Work, *, request: Ref, source: Ref) -> AnswerGiven:
    """``/reuse N M``: answer N with the answer of M, if they are about the same and N's asker says so."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source)
        if not is_fresh(tx, pair.source, pair.answer):
            raise Refused("error.reuse_stale", number=pair.target.number, source=name_of(pair.source))
        if pair.verdict == OfferVerdict.POSSIBLE:  # by rule alone: what a person must look at answers nothing
            raise Refused("error.reuse_possible", number=pair.target.number, source=name_of(pair.source))
        taken = await take(tx, pair, Action.REUSE)
        await notify_reused(
            tx, pair.target, taken, source=pair.source, origin=pair.origin, answer=pair.answer
        )
        return await tx.conclude(pair.given(taken, by_giver=False))


async def attach_own(work: Work, *, request: Ref, source: Ref) -> AnswerGiven:
    """A tap on 附上供参考: an earlier answer of one's own unit is laid beside the request, which stays open."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source)
        await attach(tx, pair, Action.REUSE)
        return await tx.conclude(pair.given(None, by_giver=False))


async def not_same(work: Work, *, request: int, source: int) -> OfferPutAway:
    """A tap on "not the same": the offer goes, and it is kept as a label."""
    async with work.write() as tx:
        await lock_source(tx, source)
        target = await access_request(tx, request, Right.SEE, example=EXAMPLE)
        if rights.may(tx.who, Action.COMMENT, target) is not None:
            raise Refused("denied.unseen")
        refuse_purged(target)
        try:
            pair = await _fitting(tx, target, source)
        except Refused:
            raise Refused("error.button_old") from None
        await label(tx, pair, same=False)
        await record(tx, target, "not_same", source=pair.source.id)
        if rights.is_asker(tx.who, target):  # what a colleague thinks does not take it from who asks
            await close_offer(tx, pair, Action.REUSE, OfferState.DISMISSED)
            await show(tx, target)
        return await tx.conclude(pair.put_away("not_same"))


async def _pair(tx: Tx, request: Ref, source: Ref) -> Pair:
    await lock_source(tx, source)
    target = await access_request(tx, request, Action.REUSE, example=EXAMPLE)
    if not tx.who.settled_in(target.from_unit_id):
        raise Refused("denied.newcomer")
    pair = await _fitting(tx, target, source)
    if tx.pressed:  # a button stands on the card for as long as there is an offer, and no longer
        offer = await offer_rows_of.one(tx.session, target.id, pair.source.id, OfferSide.GOT)
        if offer is None or offer.state != OfferState.OPEN:
            raise Refused("error.button_old")
    return pair


async def _fitting(tx: Tx, target: Request, ref: Ref) -> Pair:
    """The request, the answer that is meant, and how they fit.

    Raises :class:`Refused`, in the same words where there is none, where it is about something else, and where
    the asking unit has no right to it: who has not been given it learns nothing about it.
    """
    given = str(ref) if isinstance(ref, str) else ""
    no_match = Refused("error.reuse_no_match", number=target.number, given=given)
    source = await source_of(tx, ref)
    if source is None:
        raise no_match
    if source.purged_at and source.from_unit_id == target.from_unit_id:
        raise Refused("error.reuse_purged", number=target.number, source=name_of(source), at=source.purged_at)
    answer = await standing_answer(tx, source)
    facts = await facts_for(tx, target, source, answer) if answer is not None else None
    if answer is None or facts is None or not may_have_answer(tx.who, facts, for_unit=target.from_unit_id):
        raise no_match
    origin = await origin_of(tx, source)
    judged = await judge(tx, target, origin)
    if judged is None:
        raise no_match
    match, query = judged
    agreed = share_of(target.from_unit_id, facts) is Share.AGREED
    if agreed and (isinstance(ref, str) or not by_number(tx, match, origin)):
        raise no_match  # by a tap alone: whose question it was is nothing that can be guessed at
    return Pair(target=target, source=source, origin=origin, answer=answer, match=match, query=query)
