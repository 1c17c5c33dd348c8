"""What a card says of earlier answers, and the buttons under it: for each chat what its readers may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.compare.reasons import spoken
from storage.queries import offers as rows
from storage.tables.models import Answer, Offer, Request
from storage.tables.words import OfferSide, OfferState, OfferVerdict
from workflow.kernel import standing
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.states import WAITING
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Actor, Tx
from workflow.notices import consents, offer_rows
from workflow.notices.cards_view import OfferLine
from workflow.organisation import owning, units
from workflow.organisation.audience import Audience
from workflow.organisation.owning import facts_for
from workflow.organisation.rights import (
    AnswerFacts,
    Share,
    may_be_used_again,
    may_give_answer,
    may_have_answer,
    may_read_answer,
    share_of,
)

Rows = list[tuple[Button, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedTo:
    """The request that an earlier answer is offered to, and to which side: why somebody may look at it."""

    request_id: int
    side: str

    async def may_look(self, tx: Tx, actor: Actor, source: Request) -> bool:
        """Who asks the request that it is offered to, in the unit that got it; who may give it, in the unit that
        gave it."""
        offer = await rows.one(tx.session, self.request_id, source.id, self.side)
        target = await tx.session.get(Request, self.request_id)
        answer = await standing.standing_answer(tx, source)
        if (
            offer is None
            or offer.state in (OfferState.STALE, OfferState.WITHHELD)
            or target is None
            or answer is None
        ):
            return False
        facts = await facts_for(tx, target, source, answer)
        if self.side == OfferSide.GAVE:
            return may_give_answer(actor, facts)
        mine = target.asker_id == actor.person_id
        return mine and may_have_answer(actor, facts, for_unit=target.from_unit_id)

    async def buttons(self, tx: Tx, source: Request) -> tuple[tuple[Button, ...], ...]:
        """What may be done with it, under the full text."""
        target = await tx.session.get(Request, self.request_id)
        offer = await rows.one(tx.session, self.request_id, source.id, self.side)
        if target is None or offer is None or offer.state != OfferState.OPEN or target.state not in WAITING:
            return ()
        answer = await standing.standing_answer(tx, source)
        fresh = answer is not None and standing.is_fresh(tx, source, answer)
        verdict = offer.verdict if fresh else OfferVerdict.POSSIBLE
        number = await _called(tx, target, source, answer, self.side) if answer is not None else ""
        line = OfferLine(number=number, verdict=verdict, source_id=source.id, side=self.side)
        return (_first(target, line), _second(target, line)[1:])


async def load(tx: Tx, request: Request, audience: Audience) -> tuple[OfferLine, ...]:
    """The offers of a request that this chat may see, as they hold now."""
    if request.state not in WAITING or request.purged_at is not None or request.confidential:
        return ()
    lines = [
        line
        for offer in await rows.of_request(tx.session, request.id)
        if offer.state == OfferState.OPEN and offer.side != OfferSide.OVERLAP
        for line in await _line(tx, request, offer, audience)
    ]
    return tuple(lines)


async def _line(tx: Tx, request: Request, offer: Offer, audience: Audience) -> list[OfferLine]:
    source = await tx.session.get(Request, offer.source_id)
    answer = await standing.standing_answer(tx, source) if source is not None else None
    if source is None or answer is None or source.confidential:
        return []
    if not _shown_to(audience, request, offer, await facts_for(tx, request, source, answer)):
        return []
    unit = await units.by_id(tx, answer.unit_id)
    fresh = standing.is_fresh(tx, source, answer)
    reasons = offer_rows.reasons_of(tx, offer)
    number = await _called(tx, request, source, answer, offer.side)
    given_by = unit.name if unit else str(Body.of(source, tx.sealer).ledger.get("to_unit", ""))
    return [
        OfferLine(
            number=number,
            source_id=source.id,
            side=offer.side,
            verdict=offer.verdict if fresh else OfferVerdict.POSSIBLE,
            reasons=tuple(t("by_language", zh=spoken(r, "zh"), en=spoken(r, "en")) for r in reasons),
            answered_at=source.answered_at,
            by_unit=given_by if given_by != number else "",
            outcome=answer.outcome,
            covered=len(offer_rows.covers_of(tx, offer)) if offer.verdict == OfferVerdict.PART else None,
            last=await _decided(tx, request, offer, audience),
        )
    ]


async def _decided(tx: Tx, request: Request, offer: Offer, audience: Audience) -> Text | None:
    """How the unit that is asked last decided, where nobody else reads it."""
    alone = audience.reader is not None or set(audience.units) == {offer.unit_id}
    if offer.side != OfferSide.GAVE or not alone:
        return None
    return await consents.last(tx, offer.unit_id, request)


async def _called(tx: Tx, request: Request, source: Request, answer: Answer, side: str) -> str:
    if side == OfferSide.GAVE:
        return standing.name_of(source)
    return await owning.called(tx, source, request, answer)


def _shown_to(audience: Audience, request: Request, offer: Offer, facts: AnswerFacts) -> bool:
    """A group sees an offer where each of its units has the answer, a private chat where its person may take it
    or give it."""
    reader = audience.reader
    if not may_be_used_again(facts):
        return False
    if offer.side == OfferSide.GOT:
        if reader is not None:
            mine = request.asker_id == reader.person_id
            return mine and may_have_answer(reader, facts, for_unit=request.from_unit_id)
        return request.from_unit_id in audience.units and may_read_answer(audience.units, facts)
    if share_of(offer.unit_id, facts) is not Share.GAVE:
        return False
    if reader is not None:
        return may_give_answer(reader, facts)
    return offer.unit_id in audience.units and may_read_answer(audience.units, facts)


def buttons(request: Request, lines: Sequence[OfferLine]) -> Rows:
    """Two rows for each: what answers, then what looks closer or says no. All are checked again at the tap."""
    return [row for line in lines for row in (_first(request, line), _second(request, line)) if row]


def _first(request: Request, line: OfferLine) -> tuple[Button, ...]:
    action: Action
    if line.side == OfferSide.GOT:
        action = Action.ATTACH if line.verdict == OfferVerdict.POSSIBLE else Action.REUSE
        label = "button.attach" if line.verdict == OfferVerdict.POSSIBLE else "button.reuse_of"
    else:
        action = Action.RELEASE
        label = "button.attach" if line.verdict == OfferVerdict.POSSIBLE else "button.release"
    return (Button(label=t(label, number=line.number), data=carry(action, request.id, line.source_id)),)


def _second(request: Request, line: OfferLine) -> tuple[Button, ...]:
    no, label = (
        (Press.NOT_SAME, "button.not_same") if line.side == OfferSide.GOT else (Press.APART, "button.apart")
    )
    return (
        Button(label=t("button.view"), start=f"o_{request.id}_{line.source_id}_{line.side}"),
        Button(label=t(label), data=carry(no, request.id, line.source_id)),
    )
