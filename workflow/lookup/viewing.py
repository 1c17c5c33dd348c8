"""先看: an earlier request and its answer, whole and in private, before it is reused or released."""

from __future__ import annotations

import re

from storage.queries import offers as rows
from storage.tables.words import OfferSide
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.lookup import looking
from workflow.lookup.views import Shown, WhyLook
from workflow.notices.offers_shown import OfferedTo
from workflow.organisation.work import Work
from workflow.request.requests import Ref
from workflow.reuse.taking import source_of

_PAYLOAD = re.compile(r"o_(\d{1,18})_(\d{1,18})_(got|gave)")


async def show_offered(work: Work, payload: str) -> Shown | WhyLook:
    """``/start o_12_7_got`` from the button 先看. The payload may be forged: who may not see it is told what is
    told of a button that is gone."""
    named = _PAYLOAD.fullmatch(payload)
    async with work.write() as tx:
        if named is None:
            raise Refused("error.button_old")
        offered = OfferedTo(request_id=int(named[1]), side=named[3])
        source = await looking.access_offered(tx, int(named[2]), offered)
        return await tx.conclude(await looking.do_look(tx, source, offered))


async def do_show_if_offered(tx: Tx, ref: Ref, purpose: str = "") -> Shown | WhyLook | None:
    """``/show M`` in private, of what is offered to a request that one asks; None where it is not. An imported one
    too, by the ledger's id."""
    source = await source_of(tx, ref)
    offer = await rows.open_to(tx.session, tx.who.person_id, source.id) if source is not None else None
    if source is None or offer is None:
        return None
    if offer.side == OfferSide.GOT and source.from_unit_id not in tx.who.units:
        return None  # by agreement: who asked it before is nothing that can be guessed at
    offered = OfferedTo(request_id=offer.request_id, side=offer.side)
    if not await offered.may_look(tx, tx.who, source):
        return None
    return await looking.do_look(tx, source, offered, purpose)
