"""Lists of who is to be confirmed: whom they name, what was said of each, to whom they are put.

A list is an event of the desk's record: whom it names, in which order, does not change by what is tapped under it, nor
by a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.queries import events
from storage.queries import people as rows
from storage.tables.covered import DESK_CHAIN
from storage.tables.models import Membership, Person, Unit
from workflow.kernel.roles import LEADING, by_liaison
from workflow.kernel.tx import Tx
from workflow.notices.leaving import ask_who_belongs
from workflow.organisation import groups, people, private, rights, units
from workflow.organisation.results import Attesting, Belongs, Tapped, ToConfirm
from workflow.record.record import record

LINES = 25  # of a list: more buttons fit no phone
DAY = timedelta(days=1)
Member = tuple[Membership, Person]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A list as it was made: who stands in it, in their order."""

    number: int  # of its event, by which its buttons name it
    at: datetime
    ids: tuple[int, ...]  # of memberships


def settled_before(tx: Tx) -> datetime:
    """Who was confirmed since then is not asked about: half the time between two lists, so that it is one list and
    not one a day."""
    every = tx.policy.attest_every
    return tx.now - (every / 2 if every is not None else DAY)


async def _for_reader(tx: Tx, unit: Unit) -> list[Member]:
    due = await rows.to_confirm(tx.session, unit.id, before=settled_before(tx))
    return [one for one in due if rights.may_confirm(tx.who, one[0]) and not _runs_desk(tx, one)]


def _runs_desk(tx: Tx, one: Member) -> bool:
    """Admins belong by the configuration."""
    return rights.runs_desk(tx.policy, one[1].chat_id)


async def new_list(tx: Tx, unit: Unit) -> Attesting:
    found = await _for_reader(tx, unit)
    listed = await _record(tx, unit, found) if found else None
    return _attesting(tx, unit, found[:LINES], listed=listed, more=len(found) - len(found[:LINES]))


async def _record(tx: Tx, unit: Unit, found: Sequence[Member], *, chats: Sequence[int] = ()) -> int:
    """Of whom a list is, put to whom; its place in the record, by which its buttons name it."""
    here = found[:LINES]
    asked, listed = sorted(one.person_id for one, _ in here), [one.id for one, _ in here]
    return await record(tx, None, "attest", unit=unit.code, people=asked, listed=listed, chats=list(chats))


async def list_of(tx: Tx, unit: Unit, membership: Membership, listed: int | None) -> Listed | None:
    """The list under which somebody tapped, as it was made; None for none that names this membership."""
    event = await events.at(tx.session, DESK_CHAIN, listed) if listed is not None else None
    if event is None or event.action != "attest":
        return None
    plain = tx.sealer.unseal("events", event.sealed)
    ids = plain.get("listed", ())
    fits = plain.get("unit") == unit.code and membership.id in ids
    return Listed(number=event.seq, at=event.at, ids=tuple(ids)) if fits else None


async def after_tap(tx: Tx, unit: Unit, here: Listed | None, tapped: Tapped) -> Attesting:
    """The list as it stands after a tap: everybody in their place, whatever was said of them, so that a second tap in a
    hurry meets nobody else. A list of an older version is made anew."""
    await tx.session.flush()
    if here is None:
        return replace(await new_list(tx, unit), tapped=tapped)
    known = await rows.by_ids(tx.session, here.ids)
    found = [known[one] for one in here.ids if one in known]
    more = [one for one, _ in await _for_reader(tx, unit) if one.id not in here.ids]
    shown = _attesting(tx, unit, found, listed=here.number, more=len(more), here=here)
    return replace(shown, tapped=tapped)


def said_of(membership: Membership, here: Listed | None) -> Belongs:
    """What was said of somebody since a list was made."""
    if membership.until is not None:
        return Belongs.NO
    settled = here is not None and membership.confirmed_at is not None and membership.confirmed_at >= here.at
    return Belongs.YES if settled else Belongs.UNSAID


def _attesting(
    tx: Tx,
    unit: Unit,
    found: Sequence[Member],
    *,
    listed: int | None,
    more: int = 0,
    here: Listed | None = None,
    again: bool = False,
) -> Attesting:
    lines = tuple(_line(tx, one, person, said_of(one, here)) for one, person in found)
    asked = [
        one.asked_at for one, _ in found if one.asked_at is not None and said_of(one, here) is Belongs.UNSAID
    ]
    return Attesting(
        unit=unit.name,
        unit_id=unit.id,
        lines=lines,
        more=more,
        listed=listed,
        again=again,
        until=min(asked) + tx.policy.attest_within if asked else None,
    )


def _line(tx: Tx, membership: Membership, person: Person, said: Belongs) -> ToConfirm:
    since = membership.confirmed_at or membership.since
    return ToConfirm(
        membership_id=membership.id,
        name=people.name_of(tx, person),
        username=people.profile(tx, person)["username"],
        role=membership.role,
        since=since.astimezone(tx.policy.zone).date(),
        said=said,
    )


async def do_ask(tx: Tx, unit: Unit) -> int:
    """Put to each who is to confirm somebody the list of those. About whom nobody can be asked nothing is asked, and
    they stay. How many people it was asked about."""
    due = await rows.to_confirm(tx.session, unit.id, before=settled_before(tx))
    new = [one for one in due if one[0].asked_at is None and not _runs_desk(tx, one)]
    of_chat = await _of_chats(tx, unit, new)
    asked = {one.id for theirs in of_chat.values() for one, _ in theirs}
    for membership, _ in new:
        if membership.id in asked:
            membership.asked_at = tx.now
    await _put(tx, unit, of_chat)
    return len(asked)


async def do_ask_again(tx: Tx, unit_id: int, asked_at: datetime) -> int:
    """Half the time is over: of whom was asked then and nothing was said is asked once more. Of how many."""
    unit = await units.by_id(tx, unit_id)
    if unit is None:
        return 0
    due = await rows.to_confirm(tx.session, unit_id, before=settled_before(tx))
    of_chat = await _of_chats(tx, unit, [one for one in due if one[0].asked_at == asked_at])
    await _put(tx, unit, of_chat, again=True)
    return len({one.id for theirs in of_chat.values() for one, _ in theirs})


async def _of_chats(tx: Tx, unit: Unit, found: Sequence[Member]) -> dict[int, list[Member]]:
    """Where it is asked about each of them."""
    of_chat: dict[int, list[Member]] = {}
    for one in found:
        for chat_id in await who_says(tx, unit, one[0]):
            of_chat.setdefault(chat_id, []).append(one)
    return of_chat


async def _put(tx: Tx, unit: Unit, of_chat: dict[int, list[Member]], *, again: bool = False) -> None:
    for chat_id, theirs in of_chat.items():
        listed = await _record(tx, unit, theirs, chats=[chat_id])
        here = theirs[:LINES]
        shown = _attesting(tx, unit, here, listed=listed, more=len(theirs) - len(here), again=again)
        await ask_who_belongs(tx, chat_id, shown)


async def who_says(tx: Tx, unit: Unit, membership: Membership) -> tuple[int, ...]:
    """Where it is asked whether somebody still belongs to a unit: of its liaisons in private, where none of them has a
    private chat open in the unit's desk; of admins, who alone may give that role, or where nobody else leads."""
    if by_liaison(membership.role, membership.role_then):
        found = await rows.with_role(tx.session, unit.id, LEADING)
        others = [person for person in found if person.id != membership.person_id]
        chats = tuple(private.open_chats(others)) or (await groups.groups_of(tx, unit.id))[:1]
        if others and chats:
            return chats
    return await private.admin_chats(tx)
