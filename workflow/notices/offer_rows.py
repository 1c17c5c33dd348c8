"""Rows of the table of offers: how one is made, what is sealed in it, and how many somebody may bring about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from matching.identifiers.values import Match, Reason
from storage.queries import offers as rows
from storage.tables.models import Offer, Request
from storage.tables.words import OfferSide, OfferState
from workflow.kernel.memo import Slot
from workflow.kernel.tx import Tx

A_DAY = timedelta(days=1)
#: Offers and notices about others' answers and requests. They are counted apart from those of one's own unit:
#: who could see how many are left would learn by it what is kept from them.
OF_OTHERS = (OfferSide.GAVE, OfferSide.OVERLAP)
OF_OWN = (OfferSide.GOT,)
#: Reasons that go without saying beside the time of the answer.
_SAID = frozenset({"answered", "answered_today", "answered_yesterday", "expired"})


async def within_limit(tx: Tx, request: Request, sides: Sequence[str]) -> bool:
    """Whether the one who asks has not brought about too many of these in a day."""
    if request.asker_id is None:
        return False
    here = tx.memo.of(_CAUSED).get((request.asker_id, tuple(sides)), 0)
    before = await rows.caused(tx.session, request.asker_id, tx.now - A_DAY, sides)
    return before + here < tx.policy.offers_per_day


#: Of who asks and the sides: how many offers were made in this transaction.
_CAUSED: Slot[tuple[int | None, tuple[str, ...]], int] = Slot()


def add(
    tx: Tx,
    request: Request,
    source: Request,
    *,
    side: str,
    unit_id: int,
    verdict: str,
    match: Match,
    caused_by: int | None,
    state: str = OfferState.OPEN,
) -> None:
    """One more, written when the transaction ends: the request itself may be new in it. ``caused_by``: whose post
    brought it about."""
    tx.batch.add(
        rows.ADD,
        {
            "request_id": request.id,
            "source_id": source.id,
            "side": side,
            "unit_id": unit_id,
            "verdict": verdict,
            "state": state,
            "caused_by": caused_by,
            "at": tx.now,
            "sealed": seal(tx, match),
        },
    )
    sides = OF_OWN if side in OF_OWN else OF_OTHERS
    here = tx.memo.of(_CAUSED)
    here[caused_by, sides] = here.get((caused_by, sides), 0) + 1


def seal(tx: Tx, match: Match) -> bytes:
    reasons = [[r.code, dict(r.params)] for r in match.reasons if r.code not in _SAID]
    return tx.sealer.seal("offers", {"reasons": reasons, "covers": list(match.certain)})


def without_cover(tx: Tx, offer: Offer) -> bytes:
    """What is sealed in an offer whose request is about others now: it says no more for which subjects it held."""
    plain: dict[str, Any] = tx.sealer.unseal("offers", offer.sealed)
    return tx.sealer.seal("offers", plain | {"covers": []})


def reasons_of(tx: Tx, offer: Offer) -> list[Reason]:
    """Why the two are about the same."""
    plain: dict[str, Any] = tx.sealer.unseal("offers", offer.sealed)
    return [Reason(code=code, params=params) for code, params in plain["reasons"]]


def covers_of(tx: Tx, offer: Offer) -> list[int]:
    """Indexes of the request's subjects for which the answer holds."""
    return list(tx.sealer.unseal("offers", offer.sealed)["covers"])
