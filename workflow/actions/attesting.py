"""Who still belongs to a unit. Whoever may give somebody their role says so from time to time, by one tap each; who is
not confirmed in time has no access any more, and what they had in hand waits at the unit's desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.queries import events
from storage.queries import people as rows
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Membership, Person, Unit
from storage.tables.words import MembershipState
from workflow.actions.attest_lists import after_tap, list_of, new_list, said_of, who_says
from workflow.actions.leaving import give_back
from workflow.kernel.errors import Refused
from workflow.kernel.roles import HANDLING, LEADING, by_liaison
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.leaving import notify_nobody_leads, notify_over
from workflow.organisation import people, private, rights, units
from workflow.organisation.duty.leaving import fall_out
from workflow.organisation.people import unit_at_hand
from workflow.organisation.results import Attesting, Belongs, Tapped
from workflow.organisation.work import Work
from workflow.record.record import record

UNDOABLE = timedelta(days=1)  # how long a tap that somebody has left can be taken back


async def attest(work: Work, code: str = "") -> Attesting:
    """``/attest``: of whom the reader is to say whether they still belong to the unit."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "attest", code)
        return await tx.conclude(await new_list(tx, unit))


async def go_on(work: Work, unit_id: int) -> Attesting:
    """A tap below a list: the next one."""
    async with work.write() as tx:
        unit = await units.by_id(tx, unit_id)
        if unit is None:
            raise Refused("error.button_old")
        if not rights.may_for_unit(tx.who, "attest", unit_id):
            raise Refused("denied.unit_command", unit=unit.name)
        return await tx.conclude(await new_list(tx, unit))


async def confirm(work: Work, membership_id: int, *, listed: int | None = None) -> Attesting:
    """A tap: they still belong to the unit; also where a tap of the same day has said that they do not. ``listed``: the
    list under which it was tapped. A second tap says no more than the first."""
    async with work.write() as tx:
        membership, person, unit = await _access(tx, membership_id)
        here = await list_of(tx, unit, membership, listed)
        undone = membership.until is not None
        if undone:
            await _take_back(tx, membership, person, unit)
        elif here is None or said_of(membership, here) is Belongs.UNSAID:
            _settle(membership, tx.now)
            await record(tx, None, "confirmed", person=person.id, unit=unit.code)
        tapped = Tapped(name=people.name_of(tx, person), belongs=True, undone=undone)
        return await tx.conclude(await after_tap(tx, unit, here, tapped))


async def dismiss(work: Work, membership_id: int, *, listed: int | None = None) -> Attesting:
    """A tap: they do not. A second tap says no more than the first."""
    async with work.write() as tx:
        membership, person, unit = await _access(tx, membership_id)
        here = await list_of(tx, unit, membership, listed)
        back: tuple[str, ...] = ()
        if membership.until is None:
            told = t("people.removed", name=people.name_of(tx, person), unit=unit.name)
            back = await _end(tx, membership, person, unit, action="removed", told=told, undoable=True)
        tapped = Tapped(name=people.name_of(tx, person), belongs=False, back=back)
        return await tx.conclude(await after_tap(tx, unit, here, tapped))


async def _take_back(tx: Tx, membership: Membership, person: Person, unit: Unit) -> None:
    """They were said to have left by a slip: they are what they were. What they had in hand is at the desk by now."""
    membership.until = None
    _settle(membership, tx.now)
    await tx.session.flush()
    await record(tx, None, "restored", person=person.id, unit=unit.code)
    told = t("people.restored", name=people.name_of(tx, person), unit=unit.name)
    await notify_over(tx, unit, person, told, ())


async def _access(tx: Tx, membership_id: int) -> tuple[Membership, Person, Unit]:
    """Raises :class:`Refused` for who may not say it, and where it is over for good."""
    membership = await rows.hold(tx.session, membership_id)
    if membership is None or not rights.may_confirm(tx.who, membership):
        raise Refused("denied.confirm")
    unit = await units.by_id(tx, membership.unit_id)
    ended = membership.until is not None and not await _may_come_back(tx, membership)
    if ended or membership.state != MembershipState.ACTIVE or unit is None:
        raise Refused("error.button_old")
    return membership, await tx.session.get_one(Person, membership.person_id), unit


async def _may_come_back(tx: Tx, membership: Membership) -> bool:
    """Whether a tap has ended it not long ago, and nothing has come in its place."""
    if membership.until is None or membership.asked_at != membership.until:
        return False
    if membership.until <= tx.now - UNDOABLE or (membership.role_until or tx.now) < tx.now:
        return False
    return await rows.membership(tx.session, membership.person_id, membership.unit_id) is None


def _settle(membership: Membership, now: datetime) -> None:
    membership.confirmed_at, membership.asked_at, membership.newcomer = now, None, False


async def do_lapse(tx: Tx, membership_id: int) -> bool:
    """Nobody has confirmed somebody in time: they have no access any more. False where it was done meanwhile."""
    membership = await rows.hold(tx.session, membership_id)
    if membership is None or membership.until is not None or not _is_late(tx, membership.asked_at):
        return False
    person = await tx.session.get_one(Person, membership.person_id)
    unit = await tx.session.get_one(Unit, membership.unit_id)
    if not await _could_besaid_of(tx, unit, membership):
        membership.asked_at = None  # asked anew, of whoever is there now
        return False
    told = t("people.unconfirmed", name=people.name_of(tx, person), unit=unit.name, asked=membership.asked_at)
    await _end(tx, membership, person, unit, action="unconfirmed", told=told)
    if membership.role in LEADING and not await rows.with_role(tx.session, unit.id, LEADING):
        await notify_nobody_leads(tx, unit, await private.admin_chats(tx))
    return True


def _is_late(tx: Tx, asked_at: datetime | None) -> bool:
    return asked_at is not None and asked_at <= tx.now - tx.policy.attest_within


async def _could_besaid_of(tx: Tx, unit: Unit, membership: Membership) -> bool:
    """Whether who was asked is still there: not where nobody is, nor where the last who led the unit has left since
    and admins were not asked."""
    if not await who_says(tx, unit, membership):
        return False
    leading = await rows.with_role(tx.session, unit.id, LEADING)
    if not by_liaison(membership.role, membership.role_then) or any(
        one.id != membership.person_id for one in leading
    ):
        return True
    since = membership.asked_at or tx.now
    left = await rows.led_since(tx.session, unit.id, since, LEADING)
    return not left and not await _demoted_since(tx, unit, since)


async def _demoted_since(tx: Tx, unit: Unit, since: datetime) -> bool:
    """Whether somebody who led a unit leads it no more, and is still there."""
    for action in ("role", "role_over"):
        for event in await events.of_kind(tx.session, DESK_CHAIN, action, since=since):
            plain = tx.sealer.unseal("events", event.sealed)
            if plain.get("unit") != unit.code:
                continue
            if plain.get("before") in LEADING and plain.get("role") not in LEADING:
                return True
    return False


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
    if then not in HANDLING:
        await fall_out(tx, person, unit)
    await notify_over(tx, unit, person, told, back)
    return True


async def _end(
    tx: Tx,
    membership: Membership,
    person: Person,
    unit: Unit,
    *,
    action: str,
    told: Text,
    undoable: bool = False,
) -> tuple[str, ...]:
    """They belong to the unit no more; what they had in hand waits at its desk, by these numbers. ``undoable``: by a
    tap, which the same moment in ``asked_at`` tells from whatever else ends a membership."""
    membership.until, membership.asked_at = tx.now, tx.now if undoable else None
    await tx.session.flush()
    await record(tx, None, action, person=person.id, unit=unit.code, before=membership.role)
    back = await give_back(tx, person.id, unit.id)
    await fall_out(tx, person, unit, undoable=undoable)
    await notify_over(tx, unit, person, told, back)
    return back
