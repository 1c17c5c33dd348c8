"""People: who somebody is, to which units they belong, and since when; leavers lose access at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage import chats as chat_rows
from storage import people as rows
from storage.models import ROLES, Chat, Membership, Person, Unit
from workflow import units
from workflow.errors import Refused
from workflow.record import record
from workflow.rights import may_for_unit
from workflow.text import Button, Text, t
from workflow.work import Actor, Place, Sender, Standing, Tx, Work


async def arrive(tx: Tx) -> Actor:
    """Who acts: known or made known now, enrolled where they write in a unit's group."""
    sender = tx.sender
    if sender is None:
        raise RuntimeError("nobody arrives without a sender")
    person = await known(tx, sender)
    if tx.place is not None:
        await see_chat(tx, tx.place)
        if tx.place.private and not person.private_ok:
            person.private_ok = True
    memberships = await rows.memberships(tx.session, person.id)
    if not memberships and tx.place is not None and not tx.place.private:
        tx.actor = _actor(tx, sender, person, ())
        await _enrol(tx, person, tx.place)
        memberships = await rows.memberships(tx.session, person.id)
    return _actor(tx, sender, person, memberships)


def _actor(tx: Tx, sender: Sender, person: Person, pairs: Sequence[tuple[Membership, Unit]]) -> Actor:
    standing = {
        state: tuple(
            Standing(unit_id=unit.id, code=unit.code, role=membership.role)
            for membership, unit in pairs
            if membership.state == state
        )
        for state in ("active", "pending")
    }
    return Actor(
        person_id=person.id, telegram_id=person.telegram_id, name=sender.name,
        standings=standing["active"], pending=standing["pending"],
        admin=person.telegram_id in tx.policy.admins, language=person.language, private_ok=person.private_ok,
    )  # fmt: skip


async def known(tx: Tx, sender: Sender) -> Person:
    person = await rows.by_telegram_id(tx.session, sender.telegram_id)
    profile = {"name": sender.name, "username": sender.username}
    username_key = tx.sealer.key("username", sender.username.lower()) if sender.username else None
    if person is None:
        person = Person(
            telegram_id=sender.telegram_id, sealed=tx.sealer.seal("people", profile),
            username_key=username_key, first_seen=tx.now,
        )  # fmt: skip
        tx.session.add(person)
        await tx.session.flush()
    elif tx.sealer.unseal("people", person.sealed) != profile:
        person.sealed, person.username_key = tx.sealer.seal("people", profile), username_key
    return person


async def see_chat(tx: Tx, place: Place) -> Chat:
    """The row of a chat, made when it is first seen and kept up to date."""
    chat = await tx.session.get(Chat, place.chat_id)
    if chat is None:
        chat = Chat(
            id=place.chat_id, kind=place.kind, title="" if place.private else place.title[:255],
            forum=place.forum, first_seen=tx.now, state="active",
        )  # fmt: skip
        tx.session.add(chat)
        await tx.session.flush()
        return chat
    title = "" if place.private else place.title[:255]
    if (chat.kind, chat.title, chat.forum) != (place.kind, title, place.forum):
        chat.kind, chat.title, chat.forum = place.kind, title, place.forum
    if chat.state == "unreachable":  # we hear from it: it can be reached again
        chat.state = "active"
    return chat


async def _enrol(tx: Tx, person: Person, place: Place) -> None:
    """Somebody without any unit who writes in a unit's group becomes its officer, or is queued.

    Only where the group has one unit: in a shared group nobody can tell to which of them they belong.
    """
    units = await chat_rows.units_of(tx.session, place.chat_id)
    if len(units) != 1:
        return
    await join(tx, person, units[0], "officer", place)


async def join(tx: Tx, person: Person, unit: Unit, role: str, place: Place | None) -> Membership:
    pending = tx.policy.enrol == "approve" and person.telegram_id not in tx.policy.admins
    membership = Membership(
        person_id=person.id, unit_id=unit.id, role=role, since=tx.now,
        state="pending" if pending else "active", chat_id=place.chat_id if place else None,
    )  # fmt: skip
    tx.session.add(membership)
    await tx.session.flush()
    await record(tx, None, "join", person=person.id, unit=unit.code, role=role, pending=pending)
    if pending and place is not None:
        await tx.say(
            t("people.wants_to_join", name=name_of(tx, person), unit=unit.name),
            chat_id=place.chat_id, thread_id=place.thread_id, once=f"join:{person.id}:{unit.id}",
            buttons=[[
                Button(label=t("button.approve"), data=f"1:approve:{membership.id}"),
                Button(label=t("button.turn_away"), data=f"1:turn_away:{membership.id}"),
            ]],
        )  # fmt: skip
    return membership


def profile(tx: Tx, person: Person) -> dict[str, str]:
    return dict(tx.sealer.unseal("people", person.sealed))


def name_of(tx: Tx, person: Person | None) -> str:
    """The name that people see; a username where there is no name."""
    if person is None:
        return "—"
    seen = profile(tx, person)
    return seen["name"] or seen["username"] or str(person.telegram_id)


async def name_by_id(tx: Tx, person_id: int | None) -> str:
    person = await tx.session.get(Person, person_id) if person_id is not None else None
    return name_of(tx, person)


async def find(tx: Tx, who: str) -> Person | None:
    """By @username or Telegram id."""
    who = who.strip().lstrip("@＠")
    if who.isdigit():
        return await rows.by_telegram_id(tx.session, int(who))
    return await rows.by_username_key(tx.session, tx.sealer.key("username", who.lower()))


async def unit_at_hand(tx: Tx, command: str, code: str = "") -> Unit:
    """The unit that a command is about: named by code or name, that of the group, or the person's own.

    Raises :class:`Refused` when there is none, more than one, or the person may not.
    """
    if code:
        unit = await units.named(tx, code)
    else:
        candidates = (
            list(await chat_rows.units_of(tx.session, tx.where.chat_id)) if not tx.where.private else []
        )
        mine = tx.who.units
        if not candidates:
            candidates = [u for u in await units.current(tx) if u.id in mine]
        fitting = [u for u in candidates if may_for_unit(tx.who, command, u.id)] or candidates
        if not fitting:
            raise Refused("error.no_unit", example=f"/{command} KS")
        if len(fitting) > 1:
            own = [u for u in fitting if u.id in mine]
            if len(own) != 1:
                raise Refused(
                    "error.which_unit",
                    units="、".join(f"{u.code} {u.name}" for u in fitting),
                    example=f"/{command} {fitting[0].code}",
                )
            fitting = own
        unit = fitting[0]
    if not may_for_unit(tx.who, command, unit.id):
        raise Refused("denied.unit_command", unit=unit.name)
    return unit


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleGiven:
    name: str
    unit: str
    role: str


async def set_role(work: Work, *, who: str, role: str, reply_to_user: Sender | None = None) -> RoleGiven:
    """``/role @user handler|liaison|officer|none``: also approves somebody who waits."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "role")
        if role not in (*ROLES, "none"):
            raise Refused("error.role", given=role, example="/role @user handler")
        person = (
            await known(tx, reply_to_user)
            if reply_to_user and not reply_to_user.is_bot
            else await find(tx, who)
        )
        if person is None:
            raise Refused("error.person_unknown", given=who)
        name = name_of(tx, person)
        current = await rows.membership(tx.session, person.id, unit.id)
        before = current.role if current else None
        if role == "none":
            if not await rows.end_membership(tx.session, person.id, unit.id, tx.now):
                raise Refused("error.not_member", name=name, unit=unit.name)
        elif current is None:
            tx.session.add(Membership(person_id=person.id, unit_id=unit.id, role=role, since=tx.now))
        else:
            current.role, current.state = role, "active"
        await record(tx, None, "role", person=person.id, unit=unit.code, role=role, before=before)
        key = "people.removed" if role == "none" else "people.role_given"
        await tx.say(t(key, name=name, unit=unit.name, role=t(f"role.{role}")))
        return RoleGiven(name=name, unit=unit.name, role=role)


async def decide_join(work: Work, membership_id: int, *, approve: bool) -> Text:
    """A liaison's tap under "wants to join". Gives back what to show."""
    async with work.write() as tx:
        membership = await tx.session.get(Membership, membership_id)
        if membership is None or membership.state != "pending" or membership.until is not None:
            raise Refused("error.button_old")
        if not may_for_unit(tx.who, "role", membership.unit_id):
            raise Refused("denied.liaison_only")
        person = await tx.session.get(Person, membership.person_id)
        if approve:
            membership.state = "active"
        else:
            membership.until = tx.now
        await record(
            tx,
            None,
            "approve" if approve else "turn_away",
            person=membership.person_id,
            unit=membership.unit_id,
        )
        done = t(
            "people.approved" if approve else "people.turned_away", name=name_of(tx, person), by=tx.who.name
        )
        await tx.queue(
            "edit",
            chat_id=tx.where.chat_id,
            payload={"message_id": tx.where.message_id, "text": done.json(), "buttons": []},
        )
        return done


async def left(work: Work, gone: Sender) -> None:
    """Somebody left a unit's group: their membership through that group ends now."""
    async with work.write() as tx:
        person = await rows.by_telegram_id(tx.session, gone.telegram_id)
        if person is None:
            return
        for unit in await chat_rows.units_of(tx.session, tx.where.chat_id):
            if await rows.end_membership(tx.session, person.id, unit.id, tx.now):
                await record(tx, None, "left", person=person.id, unit=unit.code)
                await tx.say(
                    t("people.left", name=name_of(tx, person), unit=unit.name), chat_id=tx.where.chat_id
                )


async def noticed(work: Work) -> None:
    """Ordinary talk in a group: nothing to do but know who is there."""
    async with work.write():
        pass


async def choose_language(work: Work, language: str) -> None:
    """``/lang``: of a group (its liaison or an admin), or of the person in private."""
    if language not in ("zh", "en"):
        raise Refused("error.language", given=language)
    async with work.write() as tx:
        if tx.where.private:
            person = await tx.session.get(Person, tx.who.person_id)
            if person is not None:
                person.language = language
        else:
            units = await chat_rows.units_of(tx.session, tx.where.chat_id)
            if units and not any(may_for_unit(tx.who, "role", u.id) for u in units):
                raise Refused("denied.liaison_only")
            chat = await tx.session.get(Chat, tx.where.chat_id)
            if chat is not None:
                chat.language = language
        await tx.say(t("lang.set"))
