"""An answer is given to a request of another unit, by the unit whose answer it is; or kept from it. The asker
hears of it only where it is given."""

from __future__ import annotations

from storage.queries import offers as offer_rows_of
from storage.tables.models import Person, Request
from workflow.kernel.actions import Action, Right, Side
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import RELEASE, Under, close
from workflow.kernel.standing import is_fresh, name_of, standing_answer
from workflow.kernel.states import after
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.cards import buttons as card_buttons
from workflow.notices.telling import asker_mention, link, show_in, sides, tell
from workflow.organisation import groups, owning, rights, units
from workflow.organisation.owning import facts_of
from workflow.organisation.rights import (
    AnswerFacts,
    may_give_answer,
    may_read_answer,
    may_withhold_answer,
    share_of,
)
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.acting import done, reveal
from workflow.request.requests import Ref, facts, refuse_purged
from workflow.reuse.taking import Pair, Taken, attach, close_offer, judge, source_of, take

EXAMPLE = "/release KS26-0042 WX26-0007"


async def release(work: Work, *, request: Ref, source: Ref) -> Text:
    """``/release N M``: N is answered with M's answer. What only may be the same is attached for reference: N
    stays open."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source, answering=True)
        if not is_fresh(tx, pair.source, pair.answer) or pair.verdict == "possible":
            await attach(tx, pair, Action.RELEASE)
            await _announce_reference(tx, pair)
            return await _told(tx, pair, Action.ATTACH)
        taken = await _take(tx, pair)
        await _announce(tx, pair, taken)
        return await _told(tx, pair, Action.RELEASE if taken.whole else Action.TAKE_PART)


async def _take(tx: Tx, pair: Pair) -> Taken:
    try:
        return await take(tx, pair, Action.RELEASE)
    except Refused:  # somebody was first: how the request stands is not for everybody who may give an answer
        if rights.may(tx.who, Right.SEE, pair.target) is None:
            raise
        raise Refused("error.release_over", number=pair.target.number) from None


async def withhold(work: Work, *, request: Ref, source: Ref) -> Text:
    """``/withhold N M``: the asker learns nothing."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source, answering=False)
        await close_offer(tx, pair, Action.RELEASE, "withheld")
        await record(tx, pair.target, Action.WITHHOLD, source=pair.source.id)
        await record(tx, pair.source, Action.WITHHOLD, request=pair.target.id)
        return await _put_away(tx, pair, "withhold")


async def set_apart(work: Work, *, request: int, source: int) -> Text:
    """另行办理: the unit handles it anew; the earlier answer leaves its card."""
    async with work.write() as tx:
        pair = await _pair(tx, request, source, answering=False)
        await close_offer(tx, pair, Action.RELEASE, "dismissed")
        await record(tx, pair.target, "set_apart", source=pair.source.id)
        return await _put_away(tx, pair, "set_apart")


async def _pair(tx: Tx, request: Ref, ref: Ref, *, answering: bool) -> Pair:
    """The request of others and the answer of ours, if they fit and the actor may give it.

    Raises :class:`Refused`: in the same words where there is no such request, no such answer, or neither is any
    business of who asks.
    """
    given = " ".join(one for one in (request, ref) if isinstance(one, str)) or "—"
    nothing = Refused("error.release_no_match", given=given, example=EXAMPLE)
    source, target = await source_of(tx, ref), await source_of(tx, request)
    answer = await standing_answer(tx, source) if source is not None else None
    if source is None or target is None or target.number is None or answer is None or target.id == source.id:
        raise nothing
    owned = facts_of(source, answer)
    await _check_actor(tx, owned, nothing, answering=answering)
    await _check_place(tx, owned)
    offer = await offer_rows_of.one(tx.session, target.id, source.id, "gave")
    offered = offer is not None and offer.state == "open"
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
    if tx.who.admin or any(share_of(unit, owned) is rights.Share.GAVE for unit in tx.who.units):
        raise Refused("denied.giver")
    raise nothing


async def _check_place(tx: Tx, owned: AnswerFacts) -> None:
    """What is said of it is for the unit whose answer it is: in private, or in a group of its own."""
    if tx.where.private:
        return
    here = {unit.id for unit in await groups.units_of(tx, tx.where.chat_id)}
    if not (owned.given_by in here and may_read_answer(here, owned)):
        raise Refused("denied.elsewhere", bot=tx.policy.bot_username)


async def _announce(tx: Tx, pair: Pair, taken: Taken) -> None:
    """The asker is given the answer; who is asked hears that there is nothing left to do, or less."""
    target, part = pair.target, "whole" if taken.whole else "part"
    unit = await units.by_id(tx, pair.answer.unit_id)
    both = await sides(tx, target)
    told = t(
        f"released.{part}",
        number=target.number,
        unit=unit.name if unit else "",
        answered_at=pair.origin.answered_at,
        covered=taken.covered,
        of=taken.of,
        asker=await asker_mention(tx, target),
        link=link(target.number or ""),
    )
    less = t(f"reused.{part}_by_release", number=target.number, covered=taken.covered, of=taken.of)
    keyboard = card_buttons(target, Side.ASKER) if taken.whole else ()
    for chat_id in both.asking:
        # A group that others read too hears that there is an answer, and not whose it was.
        here = told if await owning.all_have(tx, chat_id, _as_given(pair)) else less
        await tell(tx, target, here, [chat_id], buttons=keyboard)
    await attachments.send(tx, target, both.asking)
    await _reveal(tx, target)
    if target.to_unit_id != pair.answer.unit_id:
        await tell(tx, target, less, [chat for chat in both.asked if chat not in both.asking])


def _as_given(pair: Pair) -> AnswerFacts:
    """The answer as the request has it now."""
    return AnswerFacts(given_by=pair.answer.unit_id, given_to=pair.target.from_unit_id)


async def _announce_reference(tx: Tx, pair: Pair) -> None:
    unit = await units.by_id(tx, pair.answer.unit_id)
    told = t("attached", number=pair.target.number, unit=unit.name if unit else "")
    for chat_id in (await sides(tx, pair.target)).asking:
        if await owning.all_have(tx, chat_id, _as_given(pair)):
            await tell(tx, pair.target, told, [chat_id])
    await _reveal(tx, pair.target)


async def _reveal(tx: Tx, target: Request) -> None:
    asker = await tx.session.get(Person, target.asker_id) if target.asker_id else None
    if asker is not None and asker.private_ok:
        await reveal(tx, target, telegram_id=asker.telegram_id, person_id=asker.id, ground="asker")


async def _told(tx: Tx, pair: Pair, action: Action) -> Text:
    """What was asked in private is answered; on a card the line is gone by itself."""
    await close(tx, _asked(pair), t(f"done.{action}", number=pair.target.number))
    return await done(tx, pair.target, action)


def _asked(pair: Pair) -> Under:
    return Under(request_id=pair.target.id, purposes=(RELEASE,))


async def _put_away(tx: Tx, pair: Pair, action: str) -> Text:
    """Nobody hears of it but who decided; the line leaves the unit's own card."""
    told = t(f"done.{action}", number=pair.target.number, source=name_of(pair.source))
    await show_in(tx, pair.target, await groups.groups_of(tx, pair.answer.unit_id))
    await close(tx, _asked(pair), told)
    if not tx.pressed:
        await tx.say(told)
    return told
