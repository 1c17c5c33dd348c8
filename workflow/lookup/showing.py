"""One request looked at: its card, its full text, its record; and the record as a whole."""

from __future__ import annotations

from storage.queries import posts as post_rows
from storage.tables.models import Request
from storage.tables.words import Lane, LineKind
from workflow.kernel.actions import Right
from workflow.kernel.errors import Refused
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.pages import line
from workflow.notices.cards import history
from workflow.notices.revealing import reveal
from workflow.notices.telling import put_card
from workflow.organisation import rights
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.record.record import record, verify
from workflow.request.requests import Ref, reach
from workflow.reuse import viewing


async def show_one(work: Work, ref: Ref) -> Text:
    """``/show N`` and ``/r_N``, or a tap in a list: the card in a group; the whole request, logged, in a private
    chat, and the masked card to who stands above its units. Gives back the toast."""
    async with work.write() as tx:
        if tx.where.private and await viewing.show_if_offered(tx, ref):
            return t("toast.reply")
        request = await reach(tx, ref, Right.SEE, example="/show KS26-0042")
        if tx.where.private and rights.may(tx.who, Right.FULL, request) is None:
            telegram_id, person_id = tx.who.telegram_id, tx.who.person_id
            ground = _ground(tx, request)
            await reveal(
                tx, request, telegram_id=telegram_id, person_id=person_id, ground=ground, opened=True
            )
        else:
            await _card_again(tx, request)
        return t("toast.reply")


def _ground(tx: Tx, request: Request) -> str:
    """As what somebody reads a request."""
    if rights.is_asker(tx.who, request):
        return "asker"
    if rights.is_handler(tx.who, request):
        return "handler"
    return "unit" if tx.who.units & {request.from_unit_id, request.to_unit_id} else "admin"


async def _card_again(tx: Tx, request: Request) -> None:
    """Where a card stands in this chat, point at it; else put one here."""
    await record(tx, request, "shown", chat=tx.where.chat_id)
    card = await post_rows.card_of(tx.session, request.id, tx.where.chat_id)
    if card is None:
        await put_card(tx, request, tx.where.chat_id)
        return
    if request.purged_at is not None:  # the card in the chat may be from before
        await put_card(tx, request, tx.where.chat_id)
    await tx.say(
        t("show.here", line=await line(tx, request)),
        chat_id=tx.where.chat_id,
        thread_id=card.thread_id,
        reply_to=card.message_id,
        request_id=request.id,
    )


async def export(work: Work, code: str = "") -> None:
    """``/export``: the unit's ledger as a workbook, to the liaison's private chat only."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "export", code)
        if not tx.who.private_ok and not tx.where.private:
            raise Refused("error.export_private", bot=tx.policy.bot_username)
        await record(tx, None, "export", unit=unit.code, person=tx.who.person_id)
        await tx.queue(
            LineKind.EXPORT,
            chat_id=tx.who.telegram_id,
            lane=Lane.DIGEST,
            payload={"unit_id": unit.id, "person_id": tx.who.person_id},
        )
        if not tx.where.private:
            await tx.say(t("export.sent"))


async def audit(work: Work, ref: Ref) -> None:
    """``/audit N``: who did and who read what, in order."""
    async with work.write() as tx:
        if not tx.who.admin:
            raise Refused("denied.admin")
        request = await reach(tx, ref, Right.AUDIT, example="/audit KS26-0042")
        lines = [
            t("audit.line", at=h.at, action=t(f"history.{h.action}"), name=h.name or "—", unit=h.unit)
            for h in await history(tx, request)
        ]
        await record(tx, request, "audited", person=tx.who.person_id)
        await tx.say(t("audit", number=request.number, lines=lines))


async def verify_now(work: Work) -> None:
    """``/verify``: the chains recomputed, before and outside of the transaction that tells how they are."""
    if work.sender is None or work.sender.telegram_id not in work.policy.admins:
        raise Refused("denied.admin")
    async with work.read() as tx:
        checked, broken = await verify(tx)
    async with work.write() as tx:
        if broken is None:
            await tx.say(t("verify.good", count=checked))
        else:
            number = broken.number or f"#{broken.chain}"
            await tx.say(t("verify.broken", number=number, seq=broken.seq, why=broken.why))
