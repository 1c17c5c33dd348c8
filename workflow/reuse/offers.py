"""Earlier answers offered on cards: found, kept in a table, taken off again. What units may know of whose answer
is decided in :mod:`workflow.organisation.rights`; here it is only asked.

The unit that got an answer is offered it on its own card. Of all others the asker is offered nothing: the unit
that gave the answer sees under its card of the request that it has answered the like before, or is asked in
private where it has no such card. Nothing is taken without a person's tap, and what may be taken is decided
again at the tap (:mod:`workflow.reuse.reusing`, :mod:`workflow.reuse.giving`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matching.identifiers.values import Match, Record
from storage.queries import offers as rows
from storage.queries import people as people_rows
from storage.queries import requests
from storage.tables.models import Answer, Offer, Request
from storage.tables.words import Lane, MembershipState, OfferSide, OfferState, OfferVerdict
from workflow.kernel import standing
from workflow.kernel.actions import Action
from workflow.kernel.body import Body, comparable
from workflow.kernel.carried import carry
from workflow.kernel.labels import type_label
from workflow.kernel.numbers import is_drill, is_part, whole_of
from workflow.kernel.pressed import RELEASE
from workflow.kernel.roles import LEADING
from workflow.kernel.states import WAITING
from workflow.kernel.text import Button, t
from workflow.kernel.tx import Tx
from workflow.notices import consents, offer_rows
from workflow.notices.telling import show_in, sides, tell
from workflow.organisation import groups, owning, units
from workflow.organisation.owning import facts_of
from workflow.organisation.rights import AnswerFacts, Share, may_be_used_again, share_of
from workflow.record.record import record
from workflow.request.family import same_family
from workflow.reuse import overlaps, reuse

Side = Literal[OfferSide.GOT, OfferSide.GAVE]
LOOKED_AT = 12  # best matches of a request that are looked at
ON_A_CARD = 3  # offers of each side
#: A unit that has nothing to do with a request is asked only where its answer is this surely about the same.
ASK_OTHERS_FROM = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An earlier answer that somebody may be offered."""

    source: Request
    answer: Answer
    side: Side
    unit_id: int
    verdict: str
    match: Match
    facts: AnswerFacts


async def look_back(tx: Tx, request: Request, compared: Record, *, new: bool = False) -> None:
    """After registration, and after each change: earlier answers are offered to whom they concern, and open
    requests pointed out to the liaisons. A drill is compared with nothing."""
    if is_drill(request.number):
        return
    matched = await reuse.matches(tx, compared, but_not=request.id, limit=LOOKED_AT)
    found = _once(
        request, [one for m in matched if m.answered for one in await _found(tx, request, compared, m)]
    )
    if found or not new:
        await _keep(tx, request, [*_best(found, OfferSide.GOT), *_best(found, OfferSide.GAVE)])
    await overlaps.point_out(tx, request, matched)


async def offer_to_waiting(tx: Tx, request: Request, body: Body) -> None:
    """An answer has arrived: open requests about the same subject are offered it, as theirs or as ours. Who answers has
    the turn (:mod:`workflow.request.turn`)."""
    if is_drill(request.number):
        return
    answered = comparable(request, body)
    for candidate in await reuse.candidates(tx, answered, but_not=request.id):
        if candidate.answered_at is not None:
            continue
        judged = tx.engine.judge(candidate, [answered], as_of=tx.now, limit=1)
        if not judged or verdict_of(judged[0], candidate) == OfferVerdict.POSSIBLE:
            continue
        match = await reuse.beside_all(tx, candidate, answered)
        if match is None or verdict_of(match, candidate) == OfferVerdict.POSSIBLE:
            continue
        if not await _concerns_part(tx, request, int(candidate.id)):
            continue
        other = await requests.hold(tx.session, int(candidate.id))
        if other is None or other.number is None or other.state not in WAITING:
            continue
        for one in await _found(tx, other, candidate, match):
            made = await rows.one(tx.session, other.id, one.source.id, one.side, lock=True)
            if made is not None and made.state == OfferState.STALE:
                _again(tx, made, one)
                await _tell_late(tx, other, one)
            elif made is None and await _make(tx, other, one):
                await _tell_late(tx, other, one)


async def _concerns_part(tx: Tx, request: Request, other_id: int) -> bool:
    """Whether somebody else's request is offered what was just answered. A part is answered for the whole, whose answer
    comes and is offered: before that it is for its own unit, where that is asked, and for the desk that it was given
    to."""
    if not is_part(request.number):
        return True
    other = (await requests.standings(tx.session, [other_id])).get(other_id)
    return other is not None and (
        other.to_unit_id == request.to_unit_id or other.from_unit_id == request.from_unit_id
    )


def _once(request: Request, found: Sequence[Found]) -> list[Found]:
    """One offer of a request and its parts: that of the unit that is asked now, else of the whole, else all of them."""
    kept: dict[str, list[Found]] = {}
    for one in found:
        kept.setdefault(whole_of(one.source.number) or one.source.number or str(one.source.id), []).append(
            one
        )

    def best(of_one: list[Found]) -> list[Found]:
        own = [one for one in of_one if one.answer.unit_id == request.to_unit_id]
        whole = [one for one in of_one if not is_part(one.source.number)]
        return (own or whole)[:1] or of_one

    best_ids = {(one.source.id, one.side) for of_one in kept.values() for one in best(of_one)}
    return [one for one in found if (one.source.id, one.side) in best_ids]


def _again(tx: Tx, offer: Offer, one: Found) -> None:
    """An offer that held no longer holds, as it is now."""
    offer.verdict, offer.state, offer.done_at = one.verdict, OfferState.OPEN, None
    offer.sealed = offer_rows.seal(tx, one.match)


async def _tell_late(tx: Tx, request: Request, one: Found) -> None:
    """Of what is offered on a card that stands there already, which nobody looks at again unless told."""
    both = await sides(tx, request)
    chats = [
        chat_id
        for chat_id in (both.asking if one.side == OfferSide.GOT else both.asked)
        if await owning.all_have(tx, chat_id, one.facts)
    ]
    name = standing.name_of(one.source)
    if one.side == OfferSide.GOT:
        name = await owning.called(tx, one.source, request, one.answer)
    told = t(f"offer.late_{one.side}", number=request.number, source=name)
    # Not everywhere: a card that is drawn anew says by how much time is left that something has happened.
    await show_in(tx, request, chats)
    await tell(tx, request, told, chats, lane=Lane.DIGEST, once=f"offer:{request.id}")


async def _found(tx: Tx, request: Request, compared: Record, match: Match) -> list[Found]:
    """To whom this earlier answer may be offered: to one side at the most."""
    origin = await tx.session.get(Request, int(match.id))
    answer = await standing.standing_answer(tx, origin) if origin is not None else None
    if origin is None or answer is None or origin.confidential or request.confidential:
        return []
    owned = facts_of(tx, origin, answer)
    if same_family(origin, request) or not may_be_used_again(owned):  # the answer to it, or part of that
        return []
    verdict = verdict_of(match, compared)
    got = await _for_asker(tx, request, origin, answer, match)
    if got is not None and request.from_unit_id is not None:
        if not await _is_settled(tx, request):
            return []  # nobody has confirmed who asks
        source, given, facts = got
        ours = request.from_unit_id
        return [
            Found(
                source=source, answer=given, side=OfferSide.GOT, unit_id=ours, verdict=verdict, match=match,
                facts=facts,
            )
        ]  # fmt: skip
    giver = answer.unit_id
    if giver is None or share_of(giver, owned) is not Share.GAVE:
        return []
    return [
        Found(
            source=origin, answer=answer, side=OfferSide.GAVE, unit_id=giver, verdict=verdict, match=match,
            facts=owned,
        )
    ]  # fmt: skip


async def _for_asker(
    tx: Tx, request: Request, origin: Request, answer: Answer, match: Match
) -> tuple[Request, Answer, AnswerFacts] | None:
    """What the asking unit may take by its asker's own tap: what it was given, else by agreement with the giver.
    With the request by which the answer is known; None for nothing."""
    held = await held_as(tx, request.from_unit_id, origin, answer)
    if held is not None:
        return *held, facts_of(tx, *held)
    agreed = await owning.facts_for(tx, request, origin, answer)
    if share_of(request.from_unit_id, agreed) is Share.AGREED and by_number(tx, match, origin):
        return origin, answer, agreed
    return None


def by_number(tx: Tx, match: Match, origin: Request) -> bool:
    """Whether an answer is about the same beyond doubt, by nothing but equal, whole, valid numbers of the kind that
    decides, and about nobody else: what an agreement opens. A mask, a name or a telephone beside it, and an answer
    about more people than are asked for, are for the giver to judge."""
    about = comparable(origin, Body.of(origin, tx.sealer)).subjects
    return len(about) <= len(match.certain) > 0 and set(match.certain) <= set(match.exact)


async def _is_settled(tx: Tx, request: Request) -> bool:
    """Whether who asks belongs to the asking unit by more than having written in its group."""
    if request.asker_id is None or request.from_unit_id is None:
        return False
    membership = await people_rows.membership(tx.session, request.asker_id, request.from_unit_id)
    return membership is not None and membership.state == MembershipState.ACTIVE and not membership.newcomer


def verdict_of(match: Match, query: Record) -> str:
    """``reuse``; ``part`` where the answer holds for some of the subjects beyond doubt; else ``possible``."""
    if match.verdict == "reuse":
        return OfferVerdict.REUSE
    return OfferVerdict.PART if 0 < len(match.certain) < len(query.subjects) else OfferVerdict.POSSIBLE


async def held_as(
    tx: Tx, unit_id: int | None, origin: Request, answer: Answer
) -> tuple[Request, Answer] | None:
    """The request by which a unit was given an answer, and the answer there: as it asked itself, or as it was
    released to it. None for a unit that was not."""
    if share_of(unit_id, facts_of(tx, origin, answer)) is Share.GOT:
        return origin, answer
    given = await rows.by_reuse(tx.session, origin.id, unit_id) if unit_id is not None else None
    copy = await standing.standing_answer(tx, given) if given is not None else None
    return (given, copy) if given is not None and copy is not None else None


def _best(found: Sequence[Found], side: Side) -> list[Found]:
    """What a card has room for: what answers, or where nothing does, what is worth a look."""
    theirs = [one for one in found if one.side == side]
    return ([one for one in theirs if one.verdict != OfferVerdict.POSSIBLE] or theirs)[:ON_A_CARD]


async def _keep(tx: Tx, request: Request, found: Sequence[Found]) -> None:
    """The offers of a request are these from now on; each is made once, whatever becomes of it."""
    kept = {(o.source_id, o.side): o for o in await rows.of_request(tx.session, request.id)}
    wanted = {(one.source.id, one.side) for one in found}
    for key, offer in kept.items():
        if offer.state == OfferState.OPEN and offer.side != OfferSide.OVERLAP and key not in wanted:
            offer.state, offer.done_at = OfferState.STALE, tx.now
        elif offer.state == OfferState.TAKEN:
            offer.sealed = offer_rows.without_cover(tx, offer)
    for one in found:
        known = kept.get((one.source.id, one.side))
        if known is None:
            await _make(tx, request, one)
        elif known.state in (OfferState.OPEN, OfferState.STALE):
            _again(tx, known, one)


async def _make(tx: Tx, request: Request, one: Found) -> bool:
    """Offer it, unless its asker has brought about too many today; whether it was."""
    own = one.side == OfferSide.GOT
    on_card = own or await _has_card(tx, request, one)
    if not on_card and one.verdict == OfferVerdict.POSSIBLE and one.match.score < ASK_OTHERS_FROM:
        return False
    if not on_card and await _was_withheld(tx, request, one):
        return False
    if not await offer_rows.within_limit(tx, request, offer_rows.OF_OWN if own else offer_rows.OF_OTHERS):
        return False
    offer_rows.add(
        tx, request, one.source, side=one.side, unit_id=one.unit_id, verdict=one.verdict, match=one.match,
        caused_by=request.asker_id,
    )  # fmt: skip
    await record(
        tx, request, "offer" if own else "offer_release", source=one.source.id, verdict=one.verdict,
        to=one.unit_id,
    )  # fmt: skip
    if not on_card:
        await _ask_in_private(tx, request, one)
    return True


async def _was_withheld(tx: Tx, request: Request, one: Found) -> bool:
    """Whether the unit that gave the answer has said no to the same asker about it: nobody is asked a second time
    because they ask a second time."""
    if request.asker_id is None or request.from_unit_id is None:
        return False
    return await rows.withheld_from(
        tx.session, one.source.id, unit_id=request.from_unit_id, asker_id=request.asker_id
    )


async def _has_card(tx: Tx, request: Request, one: Found) -> bool:
    """Whether the unit that gave the answer has a card of the request that no other unit reads."""
    for chat_id in set((await sides(tx, request)).all) & set(await groups.groups_of(tx, one.unit_id)):
        if await owning.all_have(tx, chat_id, one.facts):
            return True
    return False


async def _ask_in_private(tx: Tx, request: Request, one: Found) -> None:
    """Whether the answer may be given to who asks: the liaison of the unit whose it is decides, and the asker
    hears of it only if it is."""
    rule = tx.policy.types.get(request.type)
    told = t(
        "offer.ask_release",
        number=request.number,
        unit=await units.name_of(tx, request.from_unit_id),
        to_unit=await units.name_of(tx, request.to_unit_id),
        type=type_label(rule) if rule else t("plain", text=request.type),
        source=standing.name_of(one.source),
        answered_at=one.source.answered_at,
        last=await consents.last(tx, one.unit_id, request),
    )
    release = "button.attach" if one.verdict == OfferVerdict.POSSIBLE else "button.release"
    keyboard = [
        [
            Button(
                label=t(release, number=standing.name_of(one.source)),
                data=carry(Action.RELEASE, request.id, one.source.id),
            ),
            Button(label=t("button.withhold"), data=carry(Action.WITHHOLD, request.id, one.source.id)),
        ],
        [Button(label=t("button.view"), start=f"o_{request.id}_{one.source.id}_gave")],
    ]
    for liaison in await people_rows.with_role(tx.session, one.unit_id, LEADING):
        if liaison.open_chat is not None:
            await tx.say(
                told,
                chat_id=liaison.open_chat,
                buttons=keyboard,
                lane=Lane.DIGEST,
                request_id=request.id,
                purpose=RELEASE,
            )
