"""Who belongs to a unit, in which role, and no longer."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from matching.dates.when import read_due
from matching.text.understood import Read
from storage.queries import people as rows
from storage.queries import requests as request_rows
from storage.tables.models import Membership, Person, Unit
from storage.tables.words import MembershipState, Role
from workflow.kernel.errors import Refused
from workflow.kernel.roles import BY_LIAISON, HANDLING, NONE, UNTIL, by_liaison, is_below
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Sender, Tx
from workflow.organisation import groups, onlookers, people, units
from workflow.organisation.duty.leaving import fall_out
from workflow.organisation.people import last_day, name_of, unit_at_hand
from workflow.organisation.results import JoinDecided, RoleGiven
from workflow.organisation.rights import may_for_unit
from workflow.organisation.work import Work
from workflow.record.record import record


async def set_role(
    work: Work, *, who: str, role: str, user: Sender | None = None, rest: str = ""
) -> RoleGiven:
    """``/role @user handler|liaison|officer|none``: also approves somebody who waits. ``/role @user handler until
    2026-12-31``: they are what they were before from the day after.

    ``user``: the person as the channel shows them (replied to, or mentioned without a username). ``rest``: what
    else was written: until when, and the unit that is meant, in a group that several share, or in private.
    """
    async with work.write() as tx:
        rest, until = await _end_of(tx, rest, role)
        role, code = await _role_and_unit(tx, role, rest)
        unit = await unit_at_hand(tx, "role", code)
        if not role:
            raise Refused("error.role_missing", example="/role @user handler")
        if role not in BY_LIAISON and not tx.who.admin:
            raise Refused("denied.admin")
        person = await people.see_person(tx, user) if user is not None else await people.find(tx, who)
        if person is None:
            raise Refused("error.person_unknown", given=people.as_called(who))
        current = await rows.membership(tx.session, person.id, unit.id)
        if current is not None and not tx.who.admin:
            _check_may(tx, current, role)
        before = current.role if current else None
        name = name_of(tx, person)
        if current is None and role != NONE and not tx.who.admin:
            await _must_be_nobodys(tx, person, unit)
        if role == NONE:
            if not await rows.end_membership(tx.session, person.id, unit.id, tx.now):
                raise Refused("error.not_member", name=name, unit=unit.name)
        elif current is None:
            here = None if tx.alone else tx.where.chat_id
            current = Membership(
                person_id=person.id, unit_id=unit.id, role=role, since=tx.now, chat_id=here, role_until=until
            )
            tx.session.add(current)
        else:
            _put(tx, current, role, until, name)
        await record(
            tx, None, "role", person=person.id, unit=unit.code, role=role, before=before, until=until
        )
        left = await _what_is_left(tx, person, unit) if role not in HANDLING else ()
        if role not in HANDLING:
            await fall_out(tx, person, unit)
        return await tx.conclude(
            RoleGiven(
                name=name,
                unit=unit.name,
                role=role,
                left=left,
                until=last_day(tx, until) if until is not None else None,
                then=current.role_then if current is not None else None,
            )
        )


def _check_may(tx: Tx, current: Membership, role: str) -> None:
    """Raises :class:`Refused` for a role that an admin alone takes, now or when another is over, and for who would
    lengthen their own."""
    if not by_liaison(current.role, current.role_then):
        raise Refused("denied.admin")
    if current.role_until is not None and current.person_id == tx.who.person_id and role != NONE:
        raise Refused("denied.own_role")


MOST_AHEAD = timedelta(days=366)  # what lasts longer has no end yet


async def _end_of(tx: Tx, rest: str, role: str) -> tuple[str, datetime | None]:
    """What else was written, before the day or behind it, and from when a role is over that somebody has up to that
    day. Raises :class:`Refused` for a day that could be several, and for one that cannot be."""
    found = UNTIL.search(rest)
    if found is None:
        return rest, None
    now = tx.now.astimezone(tx.policy.zone)
    rest = rest[: found.start()].strip()
    at = _day(tx, found["day"])
    if at is None and not rest:
        at, rest = await _day_and_unit(tx, found["day"])
    if role == NONE or at is None or not now < at < now + MOST_AHEAD:
        raise Refused("error.role_until", given=found["day"], example="/role @user handler until 2026-12-31")
    day = at.astimezone(tx.policy.zone).date() + timedelta(days=1)
    return rest, datetime.combine(day, time(), tzinfo=tx.policy.zone)


def _day(tx: Tx, written: str) -> datetime | None:
    now = tx.now.astimezone(tx.policy.zone)
    read = read_due(written, now=now, is_date=True, feasts=tx.policy.calendar.feast)
    return read.value.at if isinstance(read, Read) else None


async def _day_and_unit(tx: Tx, written: str) -> tuple[datetime | None, str]:
    """A day with a unit behind it; no day where it is not that."""
    known, words = await units.current(tx), written.split()
    for end in range(len(words) - 1, 0, -1):
        at, unit = _day(tx, " ".join(words[:end])), " ".join(words[end:])
        if at is not None and known.meant(unit) is not None:
            return at, unit
    return None, ""


def _put(tx: Tx, current: Membership, role: str, until: datetime | None, name: str) -> None:
    """They are this in their unit; from ``until`` on what they were before, or, where that is the same, an officer.
    Whoever is an officer for a time is no member then. Who gives a role to another says that they belong to the unit.
    Raises :class:`Refused` for an end after which they would be more than they are now."""
    before = current.role_then if current.role_until is not None else current.role
    if current.state != MembershipState.ACTIVE:  # they wait to be let in
        before = None
    elif before == role:
        before = Role.OFFICER if role != Role.OFFICER else None
    if until is not None and before is not None and is_below(role, before):
        raise Refused("error.role_below", name=name, then=t(f"role.{before}"), example=f"/role @user {role}")
    if current.person_id != tx.who.person_id:
        current.confirmed_at, current.asked_at = tx.now, None
    current.role, current.state, current.newcomer = role, MembershipState.ACTIVE, False
    current.role_until, current.role_then = until, before if until is not None else None


async def _role_and_unit(tx: Tx, role: str, rest: str) -> tuple[str, str]:
    """The role, and the unit as written. Raises :class:`Refused` for words that are neither."""
    if not rest or role:
        return role, rest
    if (await units.current(tx)).meant(rest) is not None:
        return role, rest
    raise Refused("error.role", given=rest, example="/role @user handler")


async def _must_be_nobodys(tx: Tx, person: Person, unit: Unit) -> None:
    """Who belongs to another unit does not come into this one by a liaison's slip: an admin decides that."""
    elsewhere = [other.name for _, other in await rows.memberships(tx.session, person.id)]
    if elsewhere:
        raise Refused("denied.other_units_person", name=name_of(tx, person), units=elsewhere, unit=unit.name)


async def _what_is_left(tx: Tx, person: Person, unit: Unit) -> tuple[str, ...]:
    """The numbers of what somebody had who handles no more."""
    return tuple(
        r.number or ""
        for r in await request_rows.waiting(tx.session, to_unit=unit.id, handler=person.id)
        if r.state == State.ACCEPTED
    )


async def decide_join(work: Work, membership_id: int, *, approve: bool) -> JoinDecided:
    """A liaison's tap under "wants to join", or under the notice of a newcomer, whose joining it confirms or takes
    back."""
    async with work.write() as tx:
        membership = await tx.session.get(Membership, membership_id, with_for_update=True)
        if membership is None or not may_for_unit(tx.who, "role", membership.unit_id):
            raise Refused("denied.liaison_only")
        waits = membership.state == MembershipState.PENDING or membership.newcomer
        if not waits or membership.until is not None:
            raise Refused("error.button_old")
        person = await tx.session.get(Person, membership.person_id)
        if approve:
            membership.state, membership.newcomer = MembershipState.ACTIVE, False
        else:  # turned away: they are not let in again by writing there
            membership.state, membership.until = MembershipState.PENDING, tx.now
        action = "approve" if approve else "turn_away"
        await record(tx, None, action, person=membership.person_id, unit=membership.unit_id)
        name = name_of(tx, person)
        return await tx.conclude(
            JoinDecided(membership_id=membership.id, name=name, by=tx.who.name, approved=approve)
        )


async def left(work: Work, gone: Sender) -> None:
    """Somebody left a unit's desk: their membership of the unit ends now. So it does where they leave a shared
    group through which they came.

    Of all the unit's groups: whether they still are in another one the channel does not say unasked, and who
    still is there is let in again by a liaison's tap.
    """
    async with work.write() as tx:
        person = await rows.by_account(tx.session, gone.channel, gone.native_id)
        if person is None:
            return
        await onlookers.left(tx, gone)
        desk = (await groups.scope_of(tx, tx.where.chat_id)).desk
        for unit in await groups.units_of(tx, tx.where.chat_id):
            membership = await rows.membership(tx.session, person.id, unit.id)
            if membership is None or (unit.id not in desk and membership.chat_id != tx.where.chat_id):
                continue
            if await rows.end_membership(tx.session, person.id, unit.id, tx.now):
                await record(tx, None, "left", person=person.id, unit=unit.code)
                await fall_out(tx, person, unit)
                await _notify_left(tx, name_of(tx, person), unit, await _what_is_left(tx, person, unit))


async def _notify_left(tx: Tx, name: str, unit: Unit, numbers: tuple[str, ...]) -> None:
    """The group that they left: that they belong to the unit no more, and what they had in hand."""
    await tx.say(t("people.left", name=name, unit=unit.name), chat_id=tx.where.chat_id)
    if numbers:
        await tx.say(left_work(name, numbers), chat_id=tx.where.chat_id)


def left_work(name: str, numbers: tuple[str, ...]) -> Text:
    """What somebody had who handles no more must not lie there unseen."""
    return t("people.left_work", name=name, numbers=numbers, example=f"/assign {numbers[0]} @user")


async def noticed(work: Work) -> None:
    """Ordinary talk in a group: nothing to do but know who is there."""
    async with work.write():
        pass


async def blocked(work: Work, who: Sender, *, gone: bool) -> None:
    """A person has blocked the bot, or lets it write to them again."""
    async with work.write() as tx:
        person = await people.see_person(tx, who)
        person.private_ok = not gone
        chat = await people.see_chat(tx, tx.where)
        chat.state = "unreachable" if gone else "active"
