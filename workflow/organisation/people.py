"""People: who somebody is, and to which units they belong; leavers lose access at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from storage.queries import people as rows
from storage.queries import visits
from storage.queries.visits import Held, SeenChat, SeenPerson, Visit
from storage.tables.covered import username_key
from storage.tables.models import Chat, Membership, Person, Unit
from storage.tables.numbers import FIRST
from storage.tables.words import MembershipState, Role
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import AlreadyDone, Refused
from workflow.kernel.pressed import JOIN
from workflow.kernel.roles import AT_DESK, OVERSEEING
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Actor, Place, Sender, Standing, Tx
from workflow.organisation import drills, exposure, groups, titles, units
from workflow.organisation.duty.deputies import deputises, remember_none
from workflow.organisation.private import liaison_chats
from workflow.organisation.rights import may_for_unit, runs_desk
from workflow.record.record import record


async def arrive(tx: Tx, *, update_id: int | None = None, arrived: datetime | None = None) -> Actor:
    """Who acts: known or made known now, enrolled where they write in a unit's group.

    ``update_id``: what brings them, since when, which is thereby done. Raises :class:`AlreadyDone` if it was before.
    """
    sender, place = tx.sender, tx.place
    if sender is None:
        raise RuntimeError("nobody arrives without a sender")
    chat_id = place.chat_id if place else None
    visit = await visits.look(
        tx.session,
        sender.channel,
        sender.native_id,
        chat_id,
        update_id=update_id,
        now=tx.now,
        arrived=arrived,
    )
    if visit.known_update:
        raise AlreadyDone
    _remember(tx, visit)
    if place is not None:
        drills.remember(tx, place.chat_id, datetime.fromisoformat(visit.drill) if visit.drill else None)
        if not _is_as_told(tx, visit.chat, place):
            await see_chat(tx, place)
        shut = place.public or (visit.chat is not None and visit.chat.state == "migrated")
        groups.remember(tx, place.chat_id, visit.chat_units, reachable=not shut)
    private = place is not None and place.private
    seen = visit.person
    if seen is None or tx.sealer.unseal("people", seen.sealed) != _profile_of(sender):
        await see_person(tx, sender)
    own = sender.chat_id or chat_id  # what the account tells, before where it wrote
    if private and (seen is None or not seen.private_ok or seen.chat_id != own):
        person = await see_person(tx, sender)
        person.private_ok, person.chat_id = True, own
        await tx.session.flush()
        seen = replace(seen, private_ok=True, chat_id=own) if seen is not None else None
    if seen is None or (not visit.memberships and place is not None and not private):
        return await _newcomer(tx, sender)
    return await _actor(tx, sender, seen, visit.memberships, private_ok=seen.private_ok)


def _remember(tx: Tx, visit: Visit) -> None:
    """What came along is not asked for again, and what there is none of is not looked for."""
    tx.memo.of(units.STAMP)[None] = visit.stamp
    if not visit.windows:
        groups.remember_no_windows(tx)
    if not visit.deputies:
        remember_none(tx)


async def _newcomer(tx: Tx, sender: Sender) -> Actor:
    person = await see_person(tx, sender)
    memberships = await rows.memberships(tx.session, person.id)
    if not memberships and tx.place is not None and not tx.place.private:
        tx.actor = await _actor(tx, sender, person, (), private_ok=person.private_ok)
        await _enrol(tx, person, tx.place)
        memberships = await rows.memberships(tx.session, person.id)
    return await _actor(tx, sender, person, _plain(memberships), private_ok=person.private_ok)


async def present(tx: Tx) -> Actor | None:
    """Who acts, in a transaction that only reads; None for somebody not seen before."""
    if tx.sender is None:
        return None
    visit = await visits.look(tx.session, tx.sender.channel, tx.sender.native_id, None)
    if visit.person is None:
        return None
    _remember(tx, visit)
    return await _actor(tx, tx.sender, visit.person, visit.memberships, private_ok=visit.person.private_ok)


def _plain(pairs: Sequence[tuple[Membership, Unit]]) -> list[Held]:
    return [
        Held(
            unit_id=unit.id,
            code=unit.code,
            role=membership.role,
            state=membership.state,
            newcomer=membership.newcomer,
        )
        for membership, unit in pairs
    ]


async def _actor(
    tx: Tx, sender: Sender, person: Person | SeenPerson, memberships: Iterable[Held], *, private_ok: bool
) -> Actor:
    standing: dict[str, list[Standing]] = {MembershipState.ACTIVE: [], MembershipState.PENDING: []}
    for held in memberships:
        below = (await units.current(tx)).below(held.unit_id) if held.role in OVERSEEING else frozenset()
        window = await groups.covered(tx, held.unit_id) if held.role in AT_DESK else frozenset()
        standing[held.state].append(
            Standing(
                unit_id=held.unit_id,
                code=held.code,
                role=held.role,
                below=below,
                newcomer=held.newcomer,
                window=window,
            )
        )
    return Actor(
        person_id=person.id,
        chat_id=person.chat_id,
        name=sender.name or sender.username or sender.native_id,
        standings=tuple(standing[MembershipState.ACTIVE]),
        pending=tuple(standing[MembershipState.PENDING]),
        admin=runs_desk(tx.policy, person.chat_id),
        language=person.language,
        private_ok=private_ok,
        deputises=await deputises(tx, person.id, [s.role for s in standing[MembershipState.ACTIVE]]),
    )


def _profile_of(sender: Sender) -> dict[str, str]:
    return {"name": sender.name, "username": sender.username}


def _title(place: Place) -> str:
    return "" if place.private else place.title[: titles.LONGEST]


def _is_as_told(tx: Tx, chat: SeenChat | None, place: Place) -> bool:
    state = groups.PUBLIC if place.public else "active"
    if chat is None or (chat.kind, chat.forum, chat.state) != (place.kind, place.forum, state):
        return False
    return titles.read(tx.sealer, chat.sealed) == _title(place)


async def see_person(tx: Tx, sender: Sender) -> Person:
    """The row of a person, made when they are first seen and kept up to date."""
    seen = _profile_of(sender)
    person = await rows.by_account(tx.session, sender.channel, sender.native_id)
    new = person is None
    if person is None:
        empty = tx.sealer.seal("people", {"name": "", "username": ""})
        person = await rows.add(
            tx.session, sender.channel, sender.native_id, chat_id=sender.chat_id, sealed=empty, at=tx.now
        )
    if new or profile(tx, person) != seen:
        person.sealed = tx.sealer.seal("people", seen)
        key = username_key(tx.sealer, sender.username)
        if key != person.username_key:
            await rows.take_username(tx.session, person, key)
        await tx.session.flush()
    return person


async def see_chat(tx: Tx, place: Place) -> Chat:
    """The row of a chat, made when it is first seen and kept up to date."""
    title = _title(place)
    chat = await tx.session.get(Chat, place.chat_id)
    if chat is None:
        chat = Chat(
            id=place.chat_id,
            kind=place.kind,
            sealed=titles.seal(tx.sealer, title),
            forum=place.forum,
            first_seen=tx.now,
            state="active",
        )
        tx.session.add(chat)
        await tx.session.flush()
        await exposure.notice(tx, chat, public=place.public)
        return chat
    chat.kind, chat.forum = place.kind, place.forum
    if titles.read(tx.sealer, chat.sealed) != title:
        chat.sealed = titles.seal(tx.sealer, title, titles.told_of(tx.sealer, chat.sealed))
    if chat.state == "unreachable":  # we hear from it: it can be reached again
        chat.state = "active"
    await tx.session.flush()  # now: who comes after locks counters and requests, always in this order
    await exposure.notice(tx, chat, public=place.public)
    return chat


async def _enrol(tx: Tx, person: Person, place: Place) -> None:
    """Somebody without any unit who writes in a unit's group becomes its officer, or is queued.

    Only by words of their own, and where the group is the desk of one unit: in a shared group nobody can tell
    to which of them they belong; nor in a public one, where anybody may come in. Who left, or was removed, does not
    come back by writing in the group: a liaison is asked, once.
    """
    here = await groups.units_of(tx, place.chat_id)
    own_words = tx.own_words and tx.sender is not None and not tx.sender.is_bot
    if not own_words or place.public or len(here) != 1:
        return
    if here[0].id not in (await groups.scope_of(tx, place.chat_id)).desk:
        return
    before = await rows.last_ended(tx.session, person.id, here[0].id)
    if before is not None and before.state == MembershipState.PENDING:  # turned away
        return
    waits = tx.policy.enrol == "approve" or before is not None
    await join(tx, person, here[0], place, waits=waits and not runs_desk(tx.policy, person.chat_id))


async def join(tx: Tx, person: Person, unit: Unit, place: Place, *, waits: bool) -> Membership:
    """A new officer; one who waits has no rights until a liaison agrees, one who does not is a newcomer until a
    liaison, who is told, has confirmed them."""
    newcomer = not waits and not runs_desk(tx.policy, person.chat_id)
    membership = Membership(
        person_id=person.id,
        unit_id=unit.id,
        role=Role.OFFICER,
        since=tx.now,
        state=MembershipState.PENDING if waits else MembershipState.ACTIVE,
        chat_id=place.chat_id,
        newcomer=newcomer,
    )
    tx.session.add(membership)
    await tx.session.flush()
    await record(tx, None, "join", person=person.id, unit=unit.code, role=Role.OFFICER, pending=waits)
    if newcomer:
        await _tell_of_newcomer(tx, person, unit, place, membership)
    if waits:
        yes = Button(label=t("button.let_in"), data=carry(Press.LET_IN, membership.id))
        no = Button(label=t("button.turn_away"), data=carry(Press.TURN_AWAY, membership.id))
        await tx.say(
            t("people.wants_to_join", name=name_of(tx, person), unit=unit.name),
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            once=f"join:{person.id}:{unit.id}",
            purpose=f"{JOIN}:{membership.id}",
            buttons=[[yes, no]],
        )
    return membership


async def _tell_of_newcomer(tx: Tx, person: Person, unit: Unit, place: Place, membership: Membership) -> None:
    """The unit's liaisons, in private; in the group where none of them has opened a private chat."""
    keyboard = [[
        Button(label=t("button.confirm_join"), data=carry(Press.LET_IN, membership.id)),
        Button(label=t("button.undo_join"), data=carry(Press.TURN_AWAY, membership.id)),
    ]]  # fmt: skip
    told = t("people.joined", name=name_of(tx, person), unit=unit.name)
    chats = await liaison_chats(tx, unit.id) or [place.chat_id]
    for chat_id in chats:
        await tx.say(
            told,
            chat_id=chat_id,
            thread_id=place.thread_id if chat_id == place.chat_id else None,
            purpose=f"{JOIN}:{membership.id}",
            buttons=keyboard,
        )


def profile(tx: Tx, person: Person) -> dict[str, str]:
    return dict(tx.sealer.unseal("people", person.sealed))


def name_of(tx: Tx, person: Person | None) -> str:
    """The name that people see; a username where there is no name."""
    if person is None:
        return "—"
    seen = profile(tx, person)
    return seen["name"] or seen["username"] or str(person.chat_id or person.id)


async def name_by_id(tx: Tx, person_id: int | None) -> str:
    person = await tx.session.get(Person, person_id) if person_id is not None else None
    return name_of(tx, person)


async def open_chat_of(tx: Tx, person_id: int) -> int | None:
    """The private chat in which somebody hears us; None where they have none open."""
    person = await tx.session.get(Person, person_id)
    return person.open_chat if person is not None else None


_USERNAME = re.compile(r"[@＠][A-Za-z][A-Za-z0-9_]{3,31}")


def as_called(who: str) -> Text | str:
    """What somebody was called in a command, to be said back: an @username as it is, which is how people in this
    chat call each other; all else is masked as anything else that was typed."""
    return t("plain", text=who) if _USERNAME.fullmatch(who.strip()) else who


async def units_of(tx: Tx, person: Person) -> tuple[int, ...]:
    """The units that somebody belongs to now."""
    pairs = await rows.memberships(tx.session, person.id)
    return tuple(unit.id for membership, unit in pairs if membership.state == MembershipState.ACTIVE)


async def find(tx: Tx, who: str) -> Person | None:
    """By @username, or by the number of their account in the channel of whoever asks; the first channel's, where
    nobody asks from any."""
    who = who.strip().lstrip("@＠")
    if who.isascii() and who.isdigit():
        channel, number = tx.sender.channel if tx.sender is not None else FIRST, who.lstrip("0")
        typed = str(tx.policy.veil.ours(int(number or 0))) if channel == FIRST else number
        # What came with a message that mentions them is the desk's own number already.
        return await rows.by_account(tx.session, channel, typed) or await rows.by_account(
            tx.session, channel, number
        )
    key = username_key(tx.sealer, who)
    return await rows.by_username_key(tx.session, key) if key is not None else None


def last_day(tx: Tx, until: datetime) -> date:
    """Up to when a role holds that is over ``until`` then."""
    return until.astimezone(tx.policy.zone).date() - timedelta(days=1)


WITH_TIME = frozenset({"stats", "report"})  # commands that say over which time


async def unit_at_hand(tx: Tx, command: str, code: str = "") -> Unit:
    """The unit that a command is about: named by code or name, that of the group, or the person's own.

    Raises :class:`Refused` when there is none, more than one, or the person may not; and for a unit that is
    not the group's, whose members it does not concern.
    """
    here = [] if tx.alone else list(await groups.units_of(tx, tx.where.chat_id))
    if not tx.alone and await groups.operation_of(tx, tx.where.chat_id) is not None:
        raise Refused("denied.in_operation", bot=tx.policy.bot_username)
    if code:
        unit = await units.named(tx, code, example=await _call(tx, command, here))
    else:
        unit = await _unit_meant(tx, command, here)
    if not may_for_unit(tx.who, command, unit.id):
        raise Refused("denied.unit_command", unit=unit.name)
    if not tx.alone and unit.id not in {u.id for u in here}:
        raise Refused("denied.elsewhere", bot=tx.policy.bot_username)
    return unit


async def _unit_meant(tx: Tx, command: str, here: list[Unit]) -> Unit:
    mine = tx.who.units
    candidates = here or [u for u in await units.current(tx) if u.id in mine]
    fitting = [u for u in candidates if may_for_unit(tx.who, command, u.id)] or candidates
    if not fitting and not tx.who.admin:  # naming a unit would not help them
        raise Refused("denied.pending" if tx.who.pending else "denied.no_unit_private")
    if not fitting:
        raise Refused("error.no_unit", example=f"/{_typed(command)} {await units.some_code(tx)}")
    if len(fitting) > 1:
        own = [u for u in fitting if u.id in mine]
        if len(own) != 1:
            named = [f"{u.code} {u.name}" for u in fitting]
            raise Refused("error.which_unit", units=named, example=f"/{_typed(command)} {fitting[0].code}")
        fitting = own
    return fitting[0]


async def _call(tx: Tx, command: str, here: list[Unit]) -> str:
    """A call of the command that would work for this person here, with a unit only where one is needed."""
    time = f" {tx.now.year if command == 'report' else '7d'}" if command in WITH_TIME else ""
    command = f"{_typed(command)}{time}"
    return f"/{command}" if here or tx.who.units else f"/{command} {await units.some_code(tx)}"


def _typed(command: str) -> str:
    """What people type for a right of :data:`workflow.organisation.rights.UNIT_RULES`: one command may have several."""
    return command.partition("_")[0]
