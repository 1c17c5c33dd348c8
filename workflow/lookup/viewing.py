"""先看: an earlier request and its answer, whole and in private, before it is reused or released."""

from __future__ import annotations

import re

from storage.queries import offers as rows
from storage.tables.models import Request
from storage.tables.words import OfferSide
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.lookup.views import Shown
from workflow.notices.full_texts import load_full
from workflow.notices.offers_shown import OfferedTo
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.requests import Ref
from workflow.reuse.taking import source_of

_PAYLOAD = re.compile(r"o_(\d{1,18})_(\d{1,18})_(got|gave)")
GROUND = "offer"


async def show_offered(work: Work, payload: str) -> Shown:
    """``/start o_12_7_got`` from the button 先看. The payload may be forged: who may not see it is told what is
    told of a button that is gone."""
    named = _PAYLOAD.fullmatch(payload)
    async with work.write() as tx:
        if named is None:
            raise Refused("error.button_old")
        source = await source_of(tx, int(named[2]))
        offered = OfferedTo(request_id=int(named[1]), side=named[3])
        if source is None or not await offered.may_look(tx, tx.who, source):
            raise Refused("error.button_old")
        return await tx.conclude(await _do_look(tx, source, offered))


async def do_show_if_offered(tx: Tx, ref: Ref) -> Shown | None:
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
    return await _do_look(tx, source, offered)


async def _do_look(tx: Tx, source: Request, offered: OfferedTo) -> Shown:
    """That somebody reads it is recorded."""
    await record(tx, source, "read", person=tx.who.person_id, ground=GROUND, request=offered.request_id)
    view = await load_full(tx, source.id, tx.who.person_id, offered=offered) if tx.place is None else None
    return Shown(request_id=source.id, full=True, offered=offered, view=view)
