"""Who hears of a request: its chats, its cards, the people whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.queries import chats as chat_rows
from storage.queries import people as people_rows
from storage.queries import posts as post_rows
from storage.queries import requests as request_rows
from storage.tables.models import Person, Post, Request, Unit
from storage.tables.words import Lane, LineKind, MembershipState, PostPurpose
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.numbers import is_part, whole_of
from workflow.kernel.roles import HANDLING, LEADING
from workflow.kernel.states import State
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import operations, people, takers
from workflow.organisation.duty.deputies import deputies_of
from workflow.organisation.duty.present import OnDuty, on_duty
from workflow.organisation.groups import (
    desks_over,
    groups_of,
    is_of,
    is_private,
    is_reachable,
    look_up,
    operation_of,
    read_by_others,
    seen_from,
    shared_by,
    topic_of,
    windows,
)


class Placed(Protocol):
    """What is looked at for where a request is heard of."""

    @property
    def chat_id(self) -> int | None: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def asker_id(self) -> int | None: ...
    @property
    def from_unit_id(self) -> int | None: ...
    @property
    def to_unit_id(self) -> int | None: ...
    @property
    def confidential(self) -> bool: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """The chats of a request. A shared group shows its card; what happens is said to the two sides."""

    asking: tuple[int, ...]  # where the asker hears
    asked: tuple[int, ...]  # the asked unit's desks
    shared: tuple[int, ...] = ()  # groups of both units

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((*self.asking, *self.asked)))

    @property
    def cards(self) -> tuple[int, ...]:
        """Where its card stands."""
        return tuple(dict.fromkeys((*self.all, *self.shared)))


async def sides(tx: Tx, request: Placed) -> Sides:
    """As things stand now: groups are bound and unbound, people leave, requests are transferred.

    A unit without a desk is reached in a group that it shares with the other unit.
    """
    await look_up(tx, request.from_unit_id, request.to_unit_id)
    asked = await groups_of(tx, request.to_unit_id)
    for unit_id in await deputies_of(tx, request):
        asked = (*asked, *await groups_of(tx, unit_id))
    shared = await shared_by(tx, request.from_unit_id, request.to_unit_id)
    asking = await _asking(tx, request)
    return Sides(
        asking=asking or shared[:1],
        asked=asked or shared[:1],
        shared=shared,
    )


async def _asking(tx: Tx, request: Placed) -> tuple[int, ...]:
    """The chat of the post while it is one of the asking unit's (a private one: while its person belongs
    to the unit), else the unit's first desk.

    Of what has not gone out others must not read: it is said where the asking unit alone reads, else to the asker."""
    withheld = request.to_unit_id is None
    if request.chat_id is not None:
        if await is_private(tx, request.chat_id):
            there = await _still_there(tx, request.asker_id, request.from_unit_id)
        else:
            there = await is_of(tx, request.chat_id, request.from_unit_id)
            joint = await operation_of(tx, request.chat_id)
            there = there and (joint is None or request.asked_at >= joint.began)
            there = there and not (
                withheld and await read_by_others(tx, request.chat_id, request.from_unit_id)
            )
        if there:
            return (request.chat_id,)
    desks = await groups_of(tx, request.from_unit_id)
    if withheld:
        desks = tuple([d for d in desks if not await read_by_others(tx, d, request.from_unit_id)])
        return desks[:1] or await _alone(tx, request)
    return desks[:1]


async def _alone(tx: Tx, request: Placed) -> tuple[int, ...]:
    """The asker's private chat, where they have one open and are still there."""
    if not await _still_there(tx, request.asker_id, request.from_unit_id):
        return ()
    chat = (await tx.session.get_one(Person, request.asker_id)).open_chat
    return () if chat is None else (chat,)


async def card_chats(tx: Tx, request: Request) -> tuple[int, ...]:
    """Where its card stands, masked as every card: on both sides; unless it is confidential or has not gone out, in the
    group of the operation that it is tagged with, at the desks that look on, and, where it was asked in private, in the
    asking unit's desk."""
    both = await sides(tx, request)
    if is_part(request.number):  # who split it sees it on the card of the whole
        return tuple(dict.fromkeys((*both.asked, *both.shared)))
    there = both.cards
    if request.confidential or request.to_unit_id is None:
        return there
    there = (*there, *await _in_operation(tx, request), *await _windows_over(tx, request))
    if request.chat_id is not None and await is_private(tx, request.chat_id):
        there = (*there, *(await groups_of(tx, request.from_unit_id))[:1])
    return tuple(dict.fromkeys(there))


async def _windows_over(tx: Tx, request: Request) -> list[int]:
    """The group of each desk that looks on, which sees the card and is told nothing besides."""
    first = [(await windows(tx, unit_id))[0] for unit_id in await desks_over(tx, request)]
    return [chat_id for chat_id in first if await seen_from(tx, chat_id)]


async def _in_operation(tx: Tx, request: Request) -> tuple[int, ...]:
    """The group of the operation that a request is tagged with, while its unit takes part in that."""
    tagged = Body.of(request, tx.sealer).tagged
    joint = await operations.by_id(tx, tagged) if tagged is not None else None
    if joint is None or request.from_unit_id not in joint.members:
        return ()
    return (joint.chat_id,) if await is_reachable(tx, joint.chat_id) else ()


async def _still_there(tx: Tx, person_id: int | None, unit_id: int | None) -> bool:
    if person_id is None or unit_id is None:
        return False
    membership = await people_rows.membership(tx.session, person_id, unit_id)
    return membership is not None and membership.state == MembershipState.ACTIVE


async def tell_out_of_reach(
    tx: Tx, request: Request, unit: Unit, chats: Iterable[int], *, seen: bool = False
) -> None:
    """Why nobody of the asked unit sees the request, or may take it: it has no desk, none of its desks can be written
    to, or it has nobody who handles requests. The units above in which somebody would are offered, each with a
    button. ``seen``: a group of it has the card."""
    bound = await chat_rows.has_desk(tx.session, unit.id)
    key = "asked_out_of_reach" if bound else "asked_unreachable"
    if seen:
        key = "asked_nobody"
    above = await takers.above(tx, request, unit)
    told = t(
        key,
        number=request.number,
        unit=unit.name,
        above=[u.name for u in above] or None,
    )
    buttons = [
        (Button(label=t("button.redirect", unit=u.name), data=carry(Press.REDIRECT, request.id, u.id)),)
        for u in above
    ]
    await tell(
        tx, request, told, chats, buttons=buttons, purpose=PostPurpose.PICK if above else PostPurpose.NOTICE
    )


def lane_of(request: Request) -> Lane:
    return Lane.URGENT if request.urgency == "flash" else Lane.TALK


async def show_in(tx: Tx, request: Request, chats: Iterable[int]) -> None:
    """Queue the card in those of these chats where it stands."""
    stands = {
        chat for chat, what in await post_rows.shown_in(tx.session, request.id) if what == PostPurpose.CARD
    }
    for chat_id in stands & set(chats):
        await put_card(tx, request, chat_id)


async def show(tx: Tx, request: Request) -> None:
    """Queue the card in every chat where it stands or belongs, and the buttons of every full text. Ten changes
    in a second are one edit."""
    belongs = await card_chats(tx, request)
    stands = await post_rows.shown_in(tx.session, request.id)
    for chat_id in dict.fromkeys([*belongs, *(chat for chat, what in stands if what == PostPurpose.CARD)]):
        await put_card(tx, request, chat_id)
    for chat_id in (chat for chat, what in stands if what == PostPurpose.FULL):
        key = f"keys:{request.id}:{chat_id}"
        await tx.queue(LineKind.KEYS, chat_id=chat_id, request_id=request.id, coalesce_key=key)


async def put_card(tx: Tx, request: Request, chat_id: int) -> None:
    """Queue the card for one chat: under the post where that stands, else in the topic of its type."""
    at_home = chat_id == request.chat_id
    await tx.queue(
        LineKind.CARD,
        chat_id=chat_id,
        request_id=request.id,
        purpose=PostPurpose.CARD,
        lane=lane_of(request),
        thread_id=request.thread_id if at_home else await topic_of(tx, chat_id, request),
        reply_to=request.message_id if at_home else None,
        coalesce_key=f"card:{request.id}:{chat_id}",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where in a chat something is said."""

    thread_id: int | None
    reply_to: int | None


async def under_card(tx: Tx, request: Request, chat_id: int) -> Spot:
    """Under the card of a request where there is one in a chat, else under its post, else in the topic of its type."""
    card = await post_rows.card_of(tx.session, request.id, chat_id) or await _card_of_whole(
        tx, request, chat_id
    )
    at_home = chat_id == request.chat_id
    topic = request.thread_id if at_home else card.thread_id if card else None
    if not card and not at_home:
        topic = await topic_of(tx, chat_id, request)
    reply_to = card.message_id if card else request.message_id if at_home else None
    return Spot(thread_id=topic, reply_to=reply_to)


async def _card_of_whole(tx: Tx, request: Request, chat_id: int) -> Post | None:
    """Where a part has no card of its own: with the unit that split what it is part of."""
    number = whole_of(request.number)
    whole = await request_rows.by_number(tx.session, number) if number is not None else None
    return await post_rows.card_of(tx.session, whole.id, chat_id) if whole is not None else None


async def tell(
    tx: Tx,
    request: Request,
    text: Text,
    chats: Iterable[int],
    *,
    purpose: str = PostPurpose.NOTICE,
    buttons: Sequence[Sequence[Button]] = (),
    lane: Lane | None = None,
    once: str | None = None,
) -> None:
    """Say something about a request in chats: under its card where there is one. ``once``: see :meth:`Tx.say`."""
    for chat_id in dict.fromkeys(chats):
        spot = await under_card(tx, request, chat_id)
        await tx.say(
            text,
            chat_id=chat_id,
            request_id=request.id,
            purpose=purpose,
            buttons=buttons,
            thread_id=spot.thread_id,
            reply_to=spot.reply_to,
            lane=lane_of(request) if lane is None else lane,
            once=f"{once}:{chat_id}" if once else None,
        )


async def tell_here(
    tx: Tx, request_id: int, text: Text, *, purpose: str, buttons: Sequence[Sequence[Button]]
) -> None:
    """Say something about a request in the chat at hand, under its card where there is one."""
    request = await tx.session.get_one(Request, request_id)
    await tell(tx, request, text, [tx.where.chat_id], purpose=purpose, buttons=buttons)


async def notify_card_again(tx: Tx, request_id: int, pointed: Text, *, anew: bool) -> None:
    """Where the card of a request stands in the chat at hand, point at it; else put one there. ``anew``: the card
    in the chat may be from before something that it must not show any more."""
    request = await tx.session.get_one(Request, request_id)
    chat_id = tx.where.chat_id
    card = await post_rows.card_of(tx.session, request_id, chat_id)
    if card is None or anew:
        await put_card(tx, request, chat_id)
    if card is not None:
        await tx.say(
            pointed,
            chat_id=chat_id,
            thread_id=card.thread_id,
            reply_to=card.message_id,
            request_id=request_id,
        )


async def tell_asker(tx: Tx, request: Request, text: Text) -> bool:
    """Say something to the asker in private; False where they have no chat open with us, or have left."""
    return await tell_person(tx, request, text, request.asker_id, request.from_unit_id)


async def tell_handler(tx: Tx, request: Request, text: Text) -> bool:
    """Say something in private to whoever has it; False where they have no chat open with us, or have left."""
    return await tell_person(tx, request, text, request.handler_id, await _unit_of_handler(tx, request))


async def tell_person(
    tx: Tx, request: Request, text: Text, person_id: int | None, unit_id: int | None
) -> bool:
    """Say something in private to a person of a unit; False where they have no chat open with us, or have left.
    Who does it themselves needs not be told."""
    if not await _still_there(tx, person_id, unit_id):
        return False
    person = await tx.session.get_one(Person, person_id)
    if tx.actor is not None and person_id == tx.actor.person_id:
        return True
    if person.open_chat is None:
        return False
    await tx.say(text, chat_id=person.open_chat, request_id=request.id, lane=lane_of(request))
    return True


def link(number: str) -> str:
    """``/r_KS26_0042``: a command that can be tapped in a chat."""
    return "/r_" + number.replace("-", "_")


def mention(name: str, chat_id: int | None) -> Text:
    """A name that rings at the person's phone, in the channel that their private chat with us is of; elsewhere it is
    the name alone."""
    return t("mention", name=name, id=chat_id) if chat_id else t("plain", text=name)


async def asker_mention(tx: Tx, request: Request) -> Text | None:
    """The asker, if they still belong to the asking unit."""
    if not await _still_there(tx, request.asker_id, request.from_unit_id):
        return None
    return mention_of(tx, await tx.session.get_one(Person, request.asker_id))


class Handled(Placed, Protocol):
    """What is looked at for who has a request."""

    @property
    def state(self) -> str: ...
    @property
    def handler_id(self) -> int | None: ...


async def told_alone(tx: Tx, request: Handled, chat_id: int) -> bool:
    """Whether a chat is the private one of somebody who is reminded alone: who has the request, or is on duty while
    nobody has, or a liaison of theirs. Where nobody has it any more, whoever had it is not."""
    if not await is_private(tx, chat_id):
        return False
    first = await first_of(tx, request)
    people_ = [*([first] if first else []), *await liaisons_of(tx, request)]
    return any(person.open_chat == chat_id for person in people_)


async def first_of(tx: Tx, request: Handled) -> Person | None:
    """Who has it; while nobody does, who is on duty in the asked unit."""
    handler = await handler_of(tx, request)
    if handler is not None or request.state != State.OPEN:
        return handler
    there = await on_duty(tx, request.to_unit_id)
    return there.person if there is not None else None


async def handler_of(tx: Tx, request: Handled) -> Person | None:
    """Who has taken it, while they still belong to the asked unit; None for what nobody has."""
    if request.state != State.ACCEPTED or await _unit_of_handler(tx, request) is None:
        return None
    return await tx.session.get_one(Person, request.handler_id)


async def liaisons_of(tx: Tx, request: Placed) -> Sequence[Person]:
    """Those of the asked unit."""
    unit_id = request.to_unit_id
    return [] if unit_id is None else await people_rows.with_role(tx.session, unit_id, LEADING)


async def _unit_of_handler(tx: Tx, request: Handled) -> int | None:
    """The unit of whoever has it: the asked one, or one that stands in for it; None for who has left."""
    for unit_id in (request.to_unit_id, *await deputies_of(tx, request)):
        if await _still_there(tx, request.handler_id, unit_id):
            return unit_id
    return None


async def on_duty_for(tx: Tx, request: Request) -> OnDuty | None:
    """Who is on duty in the asked unit now, else in one that stands in for it."""
    for unit_id in (request.to_unit_id, *await deputies_of(tx, request)):
        if (there := await on_duty(tx, unit_id)) is not None:
            return there
    return None


async def holders(tx: Tx, request: Request) -> list[Text]:
    """Whose turn it is: the handler, else who is on duty in the asked unit, else its liaisons, else its handlers."""
    unit_id = request.to_unit_id
    if unit_id is None:
        return []
    handler = await handler_of(tx, request)
    if handler is not None:
        return [mention_of(tx, handler)]
    there = await on_duty_for(tx, request)
    if there is not None:
        return [mention_of(tx, there.person)]
    found = await people_rows.with_role(tx.session, unit_id, LEADING)
    return [mention_of(tx, p) for p in found or await people_rows.with_role(tx.session, unit_id, HANDLING)]


def mention_of(tx: Tx, person: Person) -> Text:
    return mention(people.name_of(tx, person), person.chat_id)
