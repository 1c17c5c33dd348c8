"""One request looked at: its card, its full text, its record; and the record as a whole."""

from __future__ import annotations

from storage.tables.models import Request, Unit
from storage.tables.words import PostPurpose
from workflow.kernel import pressed
from workflow.kernel.actions import Right
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import Under
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.lookup import looking, viewing
from workflow.lookup.pages import line
from workflow.lookup.views import LedgerWanted, Shown, Verified, WhyExport, WhyLook
from workflow.notices.cards import load_card
from workflow.organisation import rights, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.record.verifying import verify
from workflow.request.requests import Ref, access_request


async def show_one(work: Work, ref: Ref, purpose: str = "") -> Shown | WhyLook:
    """``/show N`` and ``/r_N``, or a tap in a list: the card in a group; the whole request, logged, to who reads it
    alone and has said why; and the masked card to who stands above its units. ``purpose``: as typed behind the number;
    one that there is not is asked for."""
    async with work.write() as tx:
        if tx.alone and (shown := await viewing.do_show_if_offered(tx, ref, purpose)) is not None:
            return await tx.conclude(shown)
        request = await access_request(tx, ref, Right.SEE, example="/show KS26-0042")
        if tx.alone and rights.may(tx.who, Right.FULL, request) is None:
            return await tx.conclude(await looking.do_look(tx, request, purpose=purpose))
        return await tx.conclude(await _do_look(tx, request))


async def _do_look(tx: Tx, request: Request) -> Shown:
    """Its card; that it was shown is recorded."""
    await record(tx, request, "shown", chat=tx.reads_in)
    view = await load_card(tx, request.id, tx.reads_in) if tx.place is None else None
    return Shown(
        request_id=request.id,
        full=False,
        line=await line(tx, request),
        view=view,
        purged=request.purged_at is not None,
    )


async def export(work: Work, said: str = "") -> LedgerWanted | WhyExport:
    """``/export``: the unit's ledger as a workbook, for its liaison alone, who says first for which purpose. ``said``:
    a unit, where another is meant than that at hand, and the purpose, where it is typed with it."""
    async with work.write() as tx:
        words = said.strip()
        purpose = next((one for one in tx.policy.purposes if f" {words}".endswith(f" {one}")), None)
        code = words if purpose is None else words.removesuffix(purpose).strip()
        unit = await unit_at_hand(tx, "export", code)
        _check_reached(tx)
        if purpose is None:
            why = WhyExport(unit_id=unit.id, unit=unit.name, purposes=tx.policy.purposes)
            return await tx.conclude(why)
        return await tx.conclude(await _do_export(tx, unit, purpose))


async def export_for(work: Work, unit_id: int, key: str) -> LedgerWanted:
    """The same, now that the purpose was picked. Raises :class:`Refused` for one that there is not (any more)."""
    async with work.write() as tx:
        purpose = looking.purpose_by_key(tx, key)
        unit = await units.by_id(tx, unit_id)
        if unit is None:
            raise Refused("error.button_old")
        unit = await unit_at_hand(tx, "export", unit.code)
        _check_reached(tx)
        await pressed.close_once(tx, Under(purposes=(PostPurpose.LOOK,)), t("export.picked", purpose=purpose))
        return await tx.conclude(await _do_export(tx, unit, purpose))


def _check_reached(tx: Tx) -> None:
    """Raises :class:`Refused` for who has no private chat to which it could be sent."""
    if not tx.who.private_ok and not tx.alone:
        raise Refused("error.export_private", bot=tx.policy.bot_username)


async def _do_export(tx: Tx, unit: Unit, purpose: str) -> LedgerWanted:
    """That somebody takes the whole ledger away stands in the desk's record, and from there in what is shown of the
    record of every request that it held (:mod:`workflow.lookup.trails`)."""
    told = {"unit": unit.code, "person": tx.who.person_id, "purpose": purpose}
    await record(tx, None, "export", actor=rights.looking_for(tx.who, unit.id), **told)
    return LedgerWanted(unit_id=unit.id, person_id=tx.who.person_id, purpose=purpose)


async def verify_now(work: Work) -> Verified:
    """``/verify``: the chains recomputed, before and outside of the transaction that tells how they are."""
    if not rights.runs_desk(work.policy, work.sender.chat_id if work.sender else None):
        raise Refused("denied.admin")
    async with work.read() as tx:
        checked, broken = await verify(tx)
    async with work.write() as tx:
        return await tx.conclude(Verified(checked=checked, broken=broken))
