"""Who hears of a request that waits for approval: the asking side, and who is to approve it; nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import people as people_rows
from storage.tables.models import Person, Request, Unit
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import close_shown
from workflow.kernel.roles import APPROVING
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.attachments import TOGETHER
from workflow.notices.keyboards import full_post
from workflow.notices.own_posts import post_stands
from workflow.notices.revealing import reveal
from workflow.notices.telling import (
    asker_mention,
    lane_of,
    mention_of,
    put_card,
    sides,
    tell,
    tell_asker,
)
from workflow.notices.words import quoted
from workflow.organisation import units
from workflow.organisation.groups import desk_over


async def approvers(tx: Tx, request: Request) -> list[Person]:
    """Who may approve it: all who approve in the asking unit but the asker; where there is nobody, those of the desk
    that is its window, unless it is that unit which is to be asked."""
    own = await _approving(tx, request, request.from_unit_id)
    desk = await desk_over(tx, request.from_unit_id)
    if own or desk is None or desk == Body.of(request, tx.sealer).withheld_from:
        return own
    return await _approving(tx, request, desk)


async def _approving(tx: Tx, request: Request, unit_id: int | None) -> list[Person]:
    found = await people_rows.with_role(tx.session, unit_id or 0, APPROVING)
    return [person for person in found if person.id != request.asker_id]


async def notify_pending(tx: Tx, request: Request, *, has_files: bool) -> None:
    """The asking side sees by its card that it waits; who approves there reads the whole of it in private."""
    both = await sides(tx, request)
    for chat_id in both.cards:
        await put_card(tx, request, chat_id)
    if not both.asking and tx.place is not None:  # asked where others read along: nowhere else to say it
        await tx.say(t("pending.not_here"))
    await _put(tx, request, has_files=has_files)


async def notify_pending_anew(tx: Tx, request: Request, *, has_files: bool = False) -> None:
    """It was changed: what was put before is not what would go out, and its buttons go; nor may what somebody was
    asked for under it decide about what it says now. ``has_files``: some may follow in a moment."""
    asker = await tx.session.get(Person, request.asker_id) if request.asker_id else None
    await close_shown(tx, request, but_in=asker.open_chat if asker else None)
    await _put(tx, request, has_files=has_files)


async def _put(tx: Tx, request: Request, *, has_files: bool) -> None:
    """Before those who may approve it; where none of them has opened a private chat, the asking side is told."""
    found = await approvers(tx, request)
    reached = [person for person in found if person.open_chat is not None]
    for person in reached:
        await reveal(
            tx,
            request,
            chat_id=person.open_chat or 0,
            person_id=person.id,
            ground="approver",
            after=TOGETHER if has_files else None,
            once=f"approve:{request.id}:{person.open_chat}",  # of several changes in a moment one text
        )
    if not reached:
        await _tell_nobody(tx, request, found)


async def _tell_nobody(tx: Tx, request: Request, found: Sequence[Person]) -> None:
    number, by = request.number, request.accept_by
    if found:
        told = t("pending.no_chat", number=number, who=[mention_of(tx, person) for person in found], by=by)
    else:
        told = t("pending.nobody", number=number, unit=await units.name_of(tx, request.from_unit_id), by=by)
    await tell(tx, request, told, (await sides(tx, request)).asking)


async def notify_reminded(tx: Tx, request: Request) -> list[int]:
    """Those who may approve it, under what they were shown. Gives back the chats in which they were told."""
    by = request.accept_by or tx.now
    told = t("pending.remind", number=request.number, by=by, left=by - tx.now)
    show = Button(label=t("button.show"), data=carry(Press.SHOW, request.id))
    chats = []
    for person in await approvers(tx, request):
        if person.open_chat is None:
            continue
        shown = await full_post(tx, request.id, person.open_chat)
        await tx.say(
            told,
            chat_id=person.open_chat,
            reply_to=shown.message_id if shown else None,
            buttons=[[show]],
            request_id=request.id,
            lane=lane_of(request),
        )
        chats.append(person.open_chat)
    return chats


async def notify_approved(tx: Tx, request: Request, unit: Unit) -> None:
    """The asker; the group sees it on the card."""
    told = t("approved", number=request.number, by=tx.who.name, unit=unit.name, due=request.due_at)
    await tell_asker(tx, request, told)


async def notify_rejected(tx: Tx, request: Request, why: str) -> None:
    """The asking side alone."""
    told = t(
        "rejected",
        number=request.number,
        by=tx.who.name,
        why=quoted(request, "why", why),
        asker=await asker_mention(tx, request),
        edit=_edit(tx, request),
    )
    await tell(tx, request, told, (await sides(tx, request)).asking)


def _edit(tx: Tx, request: Request) -> Text:
    """How its asker puts it anew; there is no post to edit where it was deleted."""
    return t("card.how_to_put_anew" if post_stands(tx, request) else "card.how_to_ask_anew")


async def notify_lapsed(tx: Tx, request: Request) -> None:
    """The asking side, that nobody has decided; who was to approve it sees that the buttons are gone."""
    told = t("lapsed", number=request.number, asker=await asker_mention(tx, request), edit=_edit(tx, request))
    await tell(tx, request, told, (await sides(tx, request)).asking)
