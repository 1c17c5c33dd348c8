"""Who hears what of a request that goes its way: taken, passed on, sent back, asked for again, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.queries import files as file_rows
from storage.tables.models import Person, Request, Unit
from workflow.kernel import pressed
from workflow.kernel.actions import Section
from workflow.kernel.labels import field_label
from workflow.kernel.pressed import PICK, Under
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import attachments, due_lists
from workflow.notices.keyboards import pressed_on_full
from workflow.notices.revealing import reveal
from workflow.notices.telling import (
    asker_mention,
    card_chats,
    lane_of,
    mention,
    put_card,
    sides,
    tell,
    tell_asker,
    tell_handler,
    tell_out_of_reach,
    tell_person,
)
from workflow.notices.words import quoted
from workflow.organisation import groups, people, takers, units
from workflow.organisation.rights import acts_for

#: How the bot reacts to the post of a request that somebody has taken.
TAKEN = "👀"


async def notify_registered(tx: Tx, request: Request, unit: Unit, *, has_files: bool) -> None:
    """Both sides see its card; who asks is told where nobody of the asked ``unit`` does, or
    may take it."""
    both = await sides(tx, request)
    for chat_id in await card_chats(tx, request):
        await put_card(tx, request, chat_id)
    if not both.asked or not await takers.has_people(tx, request, unit):
        await tell_out_of_reach(tx, request, unit, both.asking, seen=bool(both.asked))
    if has_files:
        await attachments.send(tx, request, [chat for chat in both.asked if chat != request.chat_id])


async def notify_edited(tx: Tx, request: Request, fields: Sequence[str]) -> None:
    """The asked unit, unless it sees it on the card that nobody has taken yet."""
    told = t(
        "edited",
        number=request.number,
        fields=[field_label(tx.policy.types.get(request.type), name) for name in fields] or [t("field.text")],
        by=tx.who.name,
    )
    await tell(tx, request, told, [chat for chat in (await sides(tx, request)).asked if chat != tx.chat_id])


async def notify_accepted(tx: Tx, request: Request) -> None:
    """That somebody has it: the cards show it, a reaction to the post says so, and the asker hears it where
    they have a chat open with us. No message in a group."""
    chat_id = request.chat_id if not tx.policy.delete_posts else None  # there is no post any more
    if chat_id is not None and not await groups.is_private(tx, chat_id):
        await tx.react(TAKEN, chat_id=chat_id, message_id=request.message_id, request_id=request.id)
    by = mention(tx.who.name, tx.who.chat_id)
    await tell_asker(tx, request, t("accepted", number=request.number, by=by, due=request.due_at))
    await _hand_over(tx, request, await tx.session.get_one(Person, tx.who.person_id))


async def _hand_over(tx: Tx, request: Request, person: Person) -> None:
    """The whole request to the one who has it now: in private, where a chat is open."""
    has_it = person.id == tx.who.person_id and await pressed_on_full(tx, request)
    if person.open_chat is not None and not has_it:
        await reveal(tx, request, chat_id=person.open_chat, person_id=person.id, ground="handler")


async def notify_assigned(tx: Tx, request: Request, person: Person) -> None:
    """Who has it now hears so alone; a group is called for who cannot be told alone. What asked to whom it goes
    says to whom it went."""
    told = t(
        "assigned",
        number=request.number,
        to=mention(people.name_of(tx, person), person.chat_id),
        by=tx.who.name,
        due=request.due_at,
    )
    if not await tell_handler(tx, request, told):
        await tell(tx, request, told, (await sides(tx, request)).asked)
    await pressed.close(tx, Under(request_id=request.id, purposes=(PICK,)), told)
    await _hand_over(tx, request, person)


async def notify_transferred(
    tx: Tx, request: Request, unit: Unit, *, before: int | None, handler: int | None
) -> None:
    """The asker, and who had it; the groups see it on their cards, the new unit's by a new one. ``before``: the
    unit that had it, ``handler``: its person."""
    from_unit = await units.name_of(tx, before)
    told = t(
        "transferred",
        number=request.number,
        unit=unit.name,
        from_unit=from_unit,
        by=tx.who.name,
    )
    await tell_person(tx, request, told, handler, before)
    await pressed.close(tx, Under(request_id=request.id, purposes=(PICK,)), told)
    await tell_asker(tx, request, told)
    both = await sides(tx, request)
    if not both.asked:
        await tell_out_of_reach(tx, request, unit, both.asking)
    if await file_rows.of_request(tx.session, request.id):
        await attachments.send(tx, request, [chat for chat in both.asked if chat != request.chat_id])


async def notify_returned(tx: Tx, request: Request, why: str) -> None:
    """The asking side, where a reply completes the request."""
    told = t(
        "returned",
        number=request.number,
        by=tx.who.name,
        why=quoted(request, "why", why),
        asker=await asker_mention(tx, request),
    )
    await tell(tx, request, told, (await sides(tx, request)).asking, purpose="ask:complete")


async def notify_declined(tx: Tx, request: Request, why: str) -> None:
    """The asking side."""
    told = t(
        "declined",
        number=request.number,
        by=tx.who.name,
        why=quoted(request, "why", why),
        asker=await asker_mention(tx, request),
    )
    await tell(tx, request, told, (await sides(tx, request)).asking)


async def notify_delayed(tx: Tx, request: Request, why: str, *, before: datetime | None) -> None:
    """The asking side: until when, and why."""
    told = t(
        "delayed",
        number=request.number,
        due=request.due_at,
        before=before,
        by=tx.who.name,
        why=quoted(request, "why", why),
        asker=await asker_mention(tx, request),
    )
    await tell(tx, request, told, (await sides(tx, request)).asking)


async def notify_completed(tx: Tx, request: Request, text: str, *, has_files: bool) -> None:
    """The asked unit, whose clock stood still."""
    both = await sides(tx, request)
    told = t("completed", number=request.number, by=tx.who.name, text=quoted(request, "comment", text))
    await tell(tx, request, told, both.asked)
    if has_files:
        await attachments.send(tx, request, [chat for chat in both.asked if chat != tx.chat_id])


async def notify_nudged(tx: Tx, request: Request, chats: Sequence[int]) -> None:
    """``chats``: those of the asked unit, which get it in their next list."""
    by_unit = await units.name_of(tx, acts_for(tx.who, request))
    nudged = " ".join(filter(None, (by_unit, tx.who.name)))
    for chat in chats:
        due_lists.note(tx, chat, request, Section.OWED, nudged=nudged, lane=lane_of(request))
    await due_lists.flush(tx, not_before=await due_lists.hold_nudges(tx, chats))


async def notify_reopened(tx: Tx, request: Request, why: str) -> None:
    """The asked unit, which has time to answer again."""
    told = t(
        "reopened",
        number=request.number,
        by=tx.who.name,
        why=quoted(request, "why", why),
        due=request.due_at,
    )
    await tell(tx, request, told, (await sides(tx, request)).asked)


async def notify_cancelled(tx: Tx, request: Request) -> None:
    """Who has it; the groups see it on their cards."""
    await tell_handler(tx, request, t("cancelled", number=request.number, by=tx.who.name))
