"""An answer is given to a request of another unit, by the unit whose answer it is; or kept from it. The asker
hears of it only where it is given."""

from __future__ import annotations

from storage.queries import offers as offer_rows_of
from storage.tables.words import OfferSide, OfferState, OfferVerdict
from workflow.kernel.actions import Action, Right
from workflow.kernel.errors import Refused
from workflow.kernel.results import AnswerGiven, OfferPutAway, Taken
from workflow.kernel.standing import is_fresh, standing_answer
from workflow.kernel.states import after
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import consents
from workflow.notices.reuses import notify_attached, notify_put_away, notify_released
from workflow.organisation import groups, rights
from workflow.organisation.owning import facts_of
from workflow.organisation.rights import (
    AnswerFacts,
    may_be_used_again,
    may_give_answer,
    may_read_answer,
    may_withhold_answer,
    share_of,
)
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import Ref, facts, refuse_purged
from workflow.reuse.taking import Pair, attach, close_offer, judge, lock_source, source_of, take

EXAMPLE = "/release KS26-0042 WX26-0007"


async def release(work: Work, *, request: Ref, source: Ref) -> AnswerGiven:
    """``/release N M``: N is answered with M's answer. What only may be the same is attached for reference: N
    stays open."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source, answering=True)
        if not is_fresh(tx, pair.source, pair.answer) or pair.verdict == OfferVerdict.POSSIBLE:
            await attach(tx, pair, Action.RELEASE)
            consents.remember(tx, pair.answer.unit_id, pair.target, given=True)
            await notify_attached(tx, pair.target, pair.answer)
            return await tx.conclude(pair.given(None, by_giver=True))
        taken = await _take(tx, pair)
        consents.remember(tx, pair.answer.unit_id, pair.target, given=True)
        await notify_released(tx, pair.target, taken, origin=pair.origin, answer=pair.answer)
        return await tx.conclude(pair.given(taken, by_giver=True))


async def _take(tx: Tx, pair: Pair) -> Taken:
    try:
        return await take(tx, pair, Action.RELEASE)
    except Refused:  # somebody was first: how the request stands is not for everybody who may give an answer
        if rights.may(tx.who, Right.SEE, pair.target) is None:
            raise
        raise Refused("error.release_over", number=pair.target.number) from None


async def withhold(work: Work, *, request: Ref, source: Ref) -> OfferPutAway:
    """``/withhold N M``: the asker learns nothing."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source, answering=False)
        await close_offer(tx, pair, Action.RELEASE, OfferState.WITHHELD)
        await record(tx, pair.target, Action.WITHHOLD, source=pair.source.id)
        await record(tx, pair.source, Action.WITHHOLD, request=pair.target.id)
        consents.remember(tx, pair.answer.unit_id, pair.target, given=False)
        await notify_put_away(tx, pair.target, pair.answer)
        return await tx.conclude(pair.put_away(Action.WITHHOLD))


async def set_apart(work: Work, *, request: int, source: int) -> OfferPutAway:
    """另行办理: the unit handles it anew; the earlier answer leaves its card."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source, answering=False)
        await close_offer(tx, pair, Action.RELEASE, OfferState.DISMISSED)
        await record(tx, pair.target, "set_apart", source=pair.source.id)
        await notify_put_away(tx, pair.target, pair.answer)
        return await tx.conclude(pair.put_away("set_apart"))


async def _pair(tx: Tx, request: Ref, ref: Ref, *, answering: bool) -> Pair:
    """The request of others and the answer of ours, if they fit and the actor may give it.

    Raises :class:`Refused`: in the same words where there is no such request, no such answer, or neither is any
    business of who asks.
    """
    given = " ".join(one for one in (request, ref) if isinstance(one, str)) or "—"
    nothing = Refused("error.release_no_match", given=given, example=EXAMPLE)
    await lock_source(tx, ref)
    source, target = await source_of(tx, ref), await source_of(tx, request)
    answer = await standing_answer(tx, source) if source is not None else None
    if source is None or target is None or target.number is None or answer is None or target.id == source.id:
        raise nothing
    owned = facts_of(tx, source, answer)
    await _check_actor(tx, owned, nothing, answering=answering)
    await _check_place(tx, owned)
    offer = await offer_rows_of.one(tx.session, target.id, source.id, OfferSide.GAVE)
    offered = offer is not None and offer.state == OfferState.OPEN
    if tx.pressed and not offered:
        raise Refused("error.button_old")
    if not offered and rights.may(tx.who, Right.SEE, target) is not None:
        raise nothing
    refuse_purged(target)
    if after(target.state, Action.RELEASE) is None:
        if rights.may(tx.who, Right.SEE, target) is not None:
            raise Refused("error.release_over", number=target.number)
        raise Refused("error.state", action=t("action.release"), **await facts(tx, target))
    judged = await judge(tx, target, source)
    if judged is None:
        raise nothing
    match, query = judged
    return Pair(target=target, source=source, origin=source, answer=answer, match=match, query=query)


async def _check_actor(tx: Tx, owned: AnswerFacts, nothing: Refused, *, answering: bool) -> None:
    """Raises :class:`Refused`: whose unit has the answer is told who may give it, everybody else nothing."""
    may = may_give_answer if answering else may_withhold_answer
    if may(tx.who, owned):
        return
    if answering and not may_be_used_again(owned) and may_withhold_answer(tx.who, owned):
        raise Refused("error.release_h3")
    if tx.who.admin or any(share_of(unit, owned) is rights.Share.GAVE for unit in tx.who.units):
        raise Refused("denied.giver")
    raise nothing


async def _check_place(tx: Tx, owned: AnswerFacts) -> None:
    """What is said of it is for the unit whose answer it is: in private, or in a group of its own."""
    if tx.alone:
        return
    here = {unit.id for unit in await groups.units_of(tx, tx.where.chat_id)}
    if not (owned.given_by in here and may_read_answer(here, owned)):
        raise Refused("denied.elsewhere", bot=tx.policy.bot_username)
