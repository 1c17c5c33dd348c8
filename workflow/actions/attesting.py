"""Who still belongs to a unit. Whoever may give somebody their role says so from time to time, by one tap each; who is
not confirmed in time has no access any more, and what they had in hand waits at the unit's desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.queries import people as rows
from storage.tables.models import Membership, Person, Unit
from storage.tables.words import MembershipState
from workflow.actions.leaving import give_back
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING, LEADING, by_liaison
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.leaving import ask_who_belongs, notify_nobody_leads, notify_over
from workflow.organisation import groups, people, private, rights, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.results import Attesting, Tapped, ToConfirm
from workflow.organisation.work import Work
from workflow.record.record import record

LINES = 25  # of a list: more buttons fit no phone
DAY = timedelta(days=1)
Member = tuple[Membership, Person]


def settled_before(tx: Tx) -> datetime:
    """Who was confirmed since then is not asked about: half the time between two lists, so that it is one list and
    not one a day."""
    every = tx.policy.attest_every
    return tx.now - (every / 2 if every is not None else DAY)


async def attest(work: Work, code: str = "") -> Attesting:
    """``/attest``: of whom the reader is to say whether they still belong to the unit."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "attest", code)
        return await tx.conclude(_listed(tx, unit, await _for_reader(tx, unit)))


async def confirm(work: Work, membership_id: int) -> Attesting:
    """A tap: they still belong to the unit."""
    async with work.write() as tx:
        membership, person, unit = await _access(tx, membership_id)
        _settle(membership, tx.now)
        await record(tx, None, "confirmed", person=person.id, unit=unit.code)
        return await tx.conclude(await _tapped(tx, person, unit, belongs=True))


async def dismiss(work: Work, membership_id: int) -> Attesting:
    """A tap: they do not."""
    async with work.write() as tx:
        membership, person, unit = await _access(tx, membership_id)
        told = t("people.removed", name=people.name_of(tx, person), unit=unit.name)
        back = await _end(tx, membership, person, unit, action="removed", told=told)
        return await tx.conclude(await _tapped(tx, person, unit, belongs=False, back=back))


async def _access(tx: Tx, membership_id: int) -> tuple[Membership, Person, Unit]:
    """Raises :class:`Refused` for who may not say it, and where it is over."""
    membership = await rows.hold(tx.session, membership_id)
    if membership is None or not rights.may_confirm(tx.who, membership):
        raise Refused("denied.confirm")
    unit = await units.by_id(tx, membership.unit_id)
    if membership.until is not None or membership.state != MembershipState.ACTIVE or unit is None:
        raise Refused("error.button_old")
    return membership, await tx.session.get_one(Person, membership.person_id), unit


def _settle(membership: Membership, now: datetime) -> None:
    membership.confirmed_at, membership.asked_at, membership.newcomer = now, None, False


async def _for_reader(tx: Tx, unit: Unit) -> list[Member]:
    due = await rows.to_confirm(tx.session, unit.id, before=settled_before(tx))
    return [one for one in due if rights.may_confirm(tx.who, one[0]) and not _runs_desk(tx, one)]


def _runs_desk(tx: Tx, one: Member) -> bool:
    """Admins belong by the configuration."""
    return rights.runs_desk(tx.policy, one[1].chat_id)


async def _tapped(
    tx: Tx, person: Person, unit: Unit, *, belongs: bool, back: tuple[str, ...] = ()
) -> Attesting:
    await tx.session.flush()
    tapped = Tapped(name=people.name_of(tx, person), belongs=belongs, back=back)
    return _listed(tx, unit, await _for_reader(tx, unit), tapped)


def _listed(tx: Tx, unit: Unit, found: list[Member], tapped: Tapped | None = None) -> Attesting:
    asked = [membership.asked_at for membership, _ in found if membership.asked_at is not None]
    return Attesting(
        unit=unit.name,
        lines=tuple(_line(tx, *one) for one in found[:LINES]),
        count=len(found),
        until=min(asked) + tx.policy.attest_within if asked else None,
        tapped=tapped,
    )


def _line(tx: Tx, membership: Membership, person: Person) -> ToConfirm:
    since = membership.confirmed_at or membership.since
    return ToConfirm(
        membership_id=membership.id,
        name=people.name_of(tx, person),
        username=people.profile(tx, person)["username"],
        role=membership.role,
        since=since.astimezone(tx.policy.zone).date(),
    )


async def do_ask(tx: Tx, unit: Unit) -> int:
    """Put to each who is to confirm somebody the list of those. About whom nobody can be asked nothing is asked, and
    they stay. How many people it was asked about."""
    due = await rows.to_confirm(tx.session, unit.id, before=settled_before(tx))
    of_chat: dict[int, list[Member]] = {}
    asked = set[int]()
    for one in due:
        if one[0].asked_at is None and not _runs_desk(tx, one):
            for chat_id in await _who_says(tx, unit, one[0]):
                of_chat.setdefault(chat_id, []).append(one)
                asked.add(one[0].id)
    for membership, _ in due:
        if membership.id in asked:
            membership.asked_at = tx.now
    for chat_id, theirs in of_chat.items():
        await ask_who_belongs(tx, chat_id, _listed(tx, unit, theirs))
    if asked:
        people_asked = sorted(m.person_id for m, _ in due if m.id in asked)
        await record(tx, None, "attest", unit=unit.code, people=people_asked, chats=sorted(of_chat))
    return len(asked)


async def _who_says(tx: Tx, unit: Unit, membership: Membership) -> tuple[int, ...]:
    """Where it is asked whether somebody still belongs to a unit: of its liaisons in private, where none of them has a
    private chat open in the unit's desk; of admins, who alone may give that role, or where nobody else leads."""
    if by_liaison(membership.role, membership.role_then):
        found = await rows.with_role(tx.session, unit.id, LEADING)
        others = [person for person in found if person.id != membership.person_id]
        chats = tuple(private.open_chats(others)) or (await groups.groups_of(tx, unit.id))[:1]
        if others and chats:
            return chats
    return await private.admin_chats(tx)


async def do_lapse(tx: Tx, membership_id: int) -> bool:
    """Nobody has confirmed somebody in time: they have no access any more. False where it was done meanwhile."""
    membership = await rows.hold(tx.session, membership_id)
    if membership is None or membership.until is not None or not _is_late(tx, membership.asked_at):
        return False
    person = await tx.session.get_one(Person, membership.person_id)
    unit = await tx.session.get_one(Unit, membership.unit_id)
    if not await _could_be_said(tx, unit, membership):
        membership.asked_at = None  # asked anew, of whoever is there now
        return False
    told = t("people.unconfirmed", name=people.name_of(tx, person), unit=unit.name, asked=membership.asked_at)
    await _end(tx, membership, person, unit, action="unconfirmed", told=told)
    if membership.role in LEADING and not await rows.with_role(tx.session, unit.id, LEADING):
        await notify_nobody_leads(tx, unit, await private.admin_chats(tx))
    return True


def _is_late(tx: Tx, asked_at: datetime | None) -> bool:
    return asked_at is not None and asked_at <= tx.now - tx.policy.attest_within


async def _could_be_said(tx: Tx, unit: Unit, membership: Membership) -> bool:
    """Whether who was asked is still there: not where nobody is, nor where the last who led the unit has left since
    and admins were not asked."""
    if not await _who_says(tx, unit, membership):
        return False
    leading = await rows.with_role(tx.session, unit.id, LEADING)
    if not by_liaison(membership.role, membership.role_then) or any(
        one.id != membership.person_id for one in leading
    ):
        return True
    since = membership.asked_at or tx.now
    return not await rows.led_since(tx.session, unit.id, since, LEADING)


async def do_end_role(tx: Tx, membership_id: int) -> bool:
    """A role has come to its end: they are what they were before, or no member any more."""
    membership = await rows.hold(tx.session, membership_id)
    if membership is None or membership.until is not None:
        return False
    if membership.role_until is None or membership.role_until > tx.now:
        return False
    person = await tx.session.get_one(Person, membership.person_id)
    unit = await tx.session.get_one(Unit, membership.unit_id)
    before, then = membership.role, membership.role_then
    told = t(
        "people.role_over", name=people.name_of(tx, person), unit=unit.name, role=t(f"role.{before}"),
        then=t(f"role.{then}") if then else None, none=None if then else t("people.none_then"),
    )  # fmt: skip
    if then is None:
        await _end(tx, membership, person, unit, action="role_over", told=told)
        return True
    membership.role, membership.role_until, membership.role_then = then, None, None
    await tx.session.flush()
    await record(tx, None, "role_over", person=person.id, unit=unit.code, before=before, role=then)
    back = await give_back(tx, person.id, unit.id) if then not in HANDLING else ()
    await notify_over(tx, unit, person, told, back)
    return True


async def _end(
    tx: Tx, membership: Membership, person: Person, unit: Unit, *, action: str, told: Text
) -> tuple[str, ...]:
    """They belong to the unit no more; what they had in hand waits at its desk, by these numbers."""
    membership.until, membership.asked_at = tx.now, None
    await tx.session.flush()
    await record(tx, None, action, person=person.id, unit=unit.code, before=membership.role)
    back = await give_back(tx, person.id, unit.id)
    await notify_over(tx, unit, person, told, back)
    return back
