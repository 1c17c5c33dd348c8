"""The messages in which an alert stands, for each unit and for who sent it: drawn anew as it goes its way."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import alerts as rows
from storage.queries import people as people_rows
from storage.tables.words import Lane
from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.roles import LEADING
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import mention_of
from workflow.organisation import groups, people, units
from workflow.organisation.alerts import Alert
from workflow.organisation.audience import actor_by_person
from workflow.organisation.private import liaison_chats

Keyboard = list[list[Button]]


async def reach(tx: Tx, unit_id: int) -> list[int]:
    """The desk of a unit; the private chats of its liaisons where it has none."""
    return list((await groups.groups_of(tx, unit_id))[:1]) or await liaison_chats(tx, unit_id)


async def send(tx: Tx, one: Alert, unit_ids: Sequence[int], *, again: int = 0) -> list[int]:
    """To these units; those of which nobody is reached. ``again``: for which time."""
    unreached = []
    for unit_id in unit_ids:
        chats = await reach(tx, unit_id)
        if not chats:
            unreached.append(unit_id)
        for chat_id in chats:
            told = await words(tx, one, unit_id, private=await groups.is_private(tx, chat_id), again=again)
            await tx.say(
                told,
                chat_id=chat_id,
                buttons=keyboard(tx, one, unit_id),
                lane=Lane.URGENT if one.urgent else Lane.TALK,
                purpose=one.purpose(unit_id),
            )
    return unreached


async def words(tx: Tx, one: Alert, unit_id: int, *, private: bool, again: int = 0) -> Text:
    """What a unit reads: masked where a group does."""
    seen = one.units.get(unit_id)
    if one.withdrawn is not None:
        return t(
            "alert.withdrawn", number=one.id, unit=await units.name_of(tx, one.unit_id), at=one.withdrawn
        )
    return t(
        "alert.text",
        number=one.id,
        mark="🚨" if one.urgent else "📢",
        unit=await units.name_of(tx, one.unit_id),
        by=await people.name_by_id(tx, one.person_id),
        at=one.corrected or one.at,
        corrected=t("alert.corrected") if one.corrected else None,
        again=again or None,
        text=one.text if private else one.masked,
        seen=t("alert.seen", by=await people.name_by_id(tx, seen.by), at=seen.at) if seen else None,
    )


def keyboard(tx: Tx, one: Alert, unit_id: int) -> Keyboard:
    if one.withdrawn is not None:
        return []
    row = []
    if one.units.get(unit_id) is None:
        row.append(Button(label=t("button.seen"), data=carry(Press.SEEN, one.id, unit_id)))
    if one.masked != one.text:
        row.append(Button(label=t("button.full"), data=carry(Press.ALERT_LOOK, one.id)))
    return [row] if row else []


async def status_words(tx: Tx, one: Alert) -> Text:
    """How far it has come, for who sent it."""
    if one.withdrawn is not None:
        return t("alert.taken_back", number=one.id, at=one.withdrawn)
    waiting = [await units.name_of(tx, unit) for unit in one.waiting]
    return t(
        "alert.status",
        number=one.id,
        begins=" ".join(one.masked.split())[:40],
        seen=len(one.units) - len(waiting),
        of=len(one.units),
        waiting=waiting or None,
        done=None if waiting else t("alert.all_seen"),
        how=t("alert.how") if one.ended_at is None else None,
    )


def status_keyboard(one: Alert) -> Keyboard:
    if one.withdrawn is not None:
        return []
    return [[Button(label=t("button.alert_back"), data=carry(Press.ALERT_BACK, one.id))]]


async def draw_anew(tx: Tx, one: Alert, *unit_ids: int) -> None:
    """What stands of it for these units, and for who sent it."""
    by_purpose = {one.purpose(unit_id): unit_id for unit_id in (*unit_ids, 0)}
    for post in await rows.posts(tx.session, list(by_purpose)):
        unit_id, private = by_purpose[post.purpose], await groups.is_private(tx, post.chat_id)
        if not unit_id and private and not await _is_there(tx, one):
            continue
        if unit_id:
            told, keys = await words(tx, one, unit_id, private=private), keyboard(tx, one, unit_id)
        else:
            told, keys = await status_words(tx, one), status_keyboard(one)
        await pressed.turn(tx, post, told, keys, purpose=post.purpose)


async def _is_there(tx: Tx, one: Alert) -> bool:
    """Whether who sent it still belongs to the unit for which it was said."""
    sender = await actor_by_person(tx, one.person_id)
    return sender is not None and sender.role_in(one.unit_id) is not None


async def name_the_silent(tx: Tx, one: Alert) -> None:
    """Whom to call of the units that have not seen it, to who sent it, in private; once they have left, to who leads
    the unit."""
    own = await people.open_chat_of(tx, one.person_id) if await _is_there(tx, one) else None
    chats = [own] if own is not None else await liaison_chats(tx, one.unit_id)
    if not chats:
        return
    lines = []
    for unit_id in one.waiting:
        liaisons = await people_rows.with_role(tx.session, unit_id, LEADING)
        called = [mention_of(tx, person) for person in liaisons]
        name = await units.name_of(tx, unit_id)
        lines.append(t("alert.silent_line", unit=name, liaisons=called or t("alert.nobody")))
    for chat_id in chats:
        await tx.say(t("alert.silent", number=one.id, lines=lines), chat_id=chat_id)
