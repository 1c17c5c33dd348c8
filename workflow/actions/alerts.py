"""``/alert``: a unit says something to others at once, and each of them says that it has seen it.

Who leads or supervises a unit says it, to units by name, to all below their own, or to an operation. It goes to each
unit's desk, masked as a group reads it, and whole in private to who works there; it is said again until all have seen
it, and no more often than ``[reminders] alert_again`` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from matching.form.confidential import cut_out
from storage.queries.limits import Spent, spend
from storage.tables.models import Draft, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.figures.periods import TREE
from workflow.kernel import pressed
from workflow.kernel.carried import meant
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.pressed import Under
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.notices.alerts import draw_anew, send
from workflow.organisation import alerts, operations, people, rights, units
from workflow.organisation.alerts import Alert
from workflow.organisation.results import (
    AlertBack,
    AlertSeen,
    AlertSent,
    AlertWhole,
    AlertWhom,
    AlertWhy,
    Scope,
)
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody

MOST_TEXT = 2000  # characters
MOST_A_DAY = 20  # of one person
DAY = timedelta(days=1)
_HEAD = re.compile(r"^([^\n:：]{1,120})[:：]")
_BETWEEN = re.compile(r"[\s,，、;；]+")
URGENT = frozenset({"urgent", "flash", "特急", "加急", "紧急"})
#: A reply in these words to an alert says that it was seen.
SEEN = frozenset(
    {"收悉", "已收悉", "收到", "已收到", "知悉", "已知悉", "/ack", "seen", "noted", "ack", "acknowledged"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What is to be said, to whom, and whether it presses. No units: nobody has said to whom."""

    text: str
    units: tuple[int, ...] = ()
    urgent: bool = False


async def alert(work: Work, args: str) -> AlertSent | AlertWhom:
    """``/alert KS WX: text``; without units it is asked to whom."""
    async with work.write() as tx:
        own = await _own(tx)
        said = await _read(tx, own, args.strip())
        _check(said.text)
        if said.units:
            return await tx.conclude(await _do_send(tx, own, said))
        options = await _options(tx, own)
        if not options or tx.place is None:
            raise Refused("alert.whom_missing", example=worded("alert"))
        body = DraftBody(chosen={"text": said.text, "urgent": said.urgent})
        draft = Draft(
            chat_id=tx.where.chat_id,
            message_id=tx.where.message_id or 0,
            person_id=tx.who.person_id,
            unit_id=own.id,
            kind=DraftKind.ALERT,
            state=DraftState.DROPPED,
            at=tx.now,
            expires_at=tx.now,
            sealed=body.seal(tx, person_id=tx.who.person_id, message_id=tx.where.message_id or 0),
        )
        tx.session.add(draft)
        await tx.session.flush()
        return await tx.conclude(AlertWhom(draft_id=draft.id, options=tuple(options)))


async def choose(work: Work, draft_id: int, word: str) -> AlertSent:
    """To whom it goes was tapped, by who wrote it, once."""
    async with work.write() as tx:
        draft = await tx.session.get(Draft, draft_id, with_for_update=True)
        if draft is None or draft.kind != DraftKind.ALERT or draft.state != DraftState.DROPPED:
            raise Refused("error.button_old")
        if draft.person_id != tx.who.person_id:
            raise Refused("denied.draft")
        own = await _own(tx)
        kept = DraftBody.of(tx, draft).chosen
        picked = next((one for one in await _options(tx, own) if one.word == word), None)
        if picked is None or "text" not in kept or own.id != draft.unit_id:
            raise Refused("error.button_old")
        draft.state = DraftState.DONE
        said = Said(text=kept["text"], urgent=kept["urgent"], units=await _units_of(tx, own, word))
        await pressed.close(tx, Under(draft_id=draft.id, purposes=(PostPurpose.CHOOSE,)))
        return await tx.conclude(await _do_send(tx, own, said))


async def _own(tx: Tx) -> Unit:
    """The unit for which somebody says it. Raises :class:`Refused` for who leads and supervises none."""
    mine = rights.speaks_for(tx.who)
    if not mine:
        raise Refused("denied.alert")
    return await tx.session.get_one(Unit, mine[0])


async def _read(tx: Tx, own: Unit, text: str) -> Said:
    """The words in front of the first colon say to whom, where each of them does. Raises :class:`Refused` where some
    of them do, and others name no unit."""
    head = _HEAD.match(text)
    if head is None:
        return Said(text=text)
    words = [word for word in _BETWEEN.split(head[1]) if word]
    rest = text[head.end() :].strip()
    urgent = bool(words) and words[0].lower() in URGENT
    words = words[urgent:]
    found: dict[str, Sequence[int]] = {}
    for word in words:
        if (named := await _meant(tx, own, word)) is not None:
            found[word] = named
    if not found:
        return Said(text=rest if urgent and not words else text, urgent=urgent and not words)
    unknown = [word for word in words if word not in found]
    if unknown:
        raise Refused("alert.unit_unknown", given=" ".join(unknown), example=worded("alert"))
    ids = dict.fromkeys(unit for named in found.values() for unit in named if unit != own.id)
    if not ids:
        raise Refused("alert.nobody_else", example=worded("alert"))
    return Said(text=rest, units=tuple(ids), urgent=urgent)


async def _meant(tx: Tx, own: Unit, word: str) -> Sequence[int] | None:
    """The units that a word in front of the colon stands for; one is taken only as it is written."""
    known = await units.current(tx)
    if word.lower() in TREE:
        return sorted(known.below(own.id))
    choice = known.choose(word)
    if choice.key is not None and choice.exact:
        return [known.by_code[choice.key].id]
    joint = await operations.meant(tx, own.id, word)
    return joint.members if joint is not None else None


def _check(text: str) -> None:
    if not text:
        raise Refused("alert.empty", example=worded("alert"))
    if len(text) > MOST_TEXT:
        raise Refused("alert.long", most=MOST_TEXT)
    if cut_out(text)[1]:
        raise Refused("alert.secret")


async def _options(tx: Tx, own: Unit) -> list[Scope]:
    """To whom it may go by a tap: all below one's own unit, an operation."""
    found = []
    if below := (await units.current(tx)).below(own.id):
        found.append(Scope(word="tree", name=own.name, count=len(below), tree=True))
    for one in await operations.of_unit(tx, own.id):
        others = [unit for unit in one.members if unit != own.id]
        if others:
            found.append(Scope(word=f"op{one.id}", name=one.name, count=len(others)))
    return found


async def _units_of(tx: Tx, own: Unit, word: str) -> tuple[int, ...]:
    if word == "tree":
        return tuple(sorted((await units.current(tx)).below(own.id)))
    joint = await operations.by_id(tx, int(word.removeprefix("op")))
    return tuple(unit for unit in joint.members if unit != own.id) if joint is not None else ()


async def _do_send(tx: Tx, own: Unit, said: Said) -> AlertSent:
    about = f"alerts:{tx.who.person_id}"
    if await spend(tx.session, about, most=MOST_A_DAY, at=tx.now, window=DAY) is not Spent.WITHIN:
        raise Refused("alert.too_many", most=MOST_A_DAY)
    one = await alerts.write(
        tx,
        Alert(
            id=0,
            unit_id=own.id,
            person_id=tx.who.person_id,
            at=tx.now,
            text=said.text,
            urgent=said.urgent,
            units=dict.fromkeys(said.units),
            next_at=tx.now + tx.policy.alert_again[0] if tx.policy.alert_again else None,
        ),
    )
    codes = [(await tx.session.get_one(Unit, unit)).code for unit in said.units]
    await record(tx, None, "alert", alert=one.id, units=codes, urgent=one.urgent)
    unreached = await send(tx, one, said.units)
    return AlertSent(alert=one, unreached=tuple([await units.name_of(tx, unit) for unit in unreached]))


# --- on its way -----------------------------------------------------------------------------------------------------


async def seen(work: Work, alert_id: int, unit_id: int) -> AlertSeen:
    """A tap, or the reply 收悉: the unit has seen it, by the first of its people who says so."""
    async with work.write() as tx:
        one = await _standing(tx, alert_id)
        if unit_id not in one.units:
            raise Refused("error.button_old")
        if not rights.acknowledges(tx.who, unit_id):
            raise Refused("denied.acknowledges", unit=await units.name_of(tx, unit_id))
        before = one.units[unit_id]
        if before is None:
            one = one.seen_by(unit_id, by=tx.who.person_id, at=tx.now)
            if not one.waiting:
                one = replace(one, next_at=None, ended_at=tx.now)
            await alerts.write(tx, one)
            await record(tx, None, "alert_seen", alert=one.id, unit=await units.name_of(tx, unit_id))
        await draw_anew(tx, one, unit_id)
        by = await people.name_by_id(tx, before.by if before is not None else tx.who.person_id)
        return await tx.conclude(AlertSeen(alert_id=one.id, by=by, before=before is not None))


async def _standing(tx: Tx, alert_id: int) -> Alert:
    one = await alerts.locked(tx, alert_id)
    if one is None or one.withdrawn is not None:
        raise Refused("alert.gone")
    return one


async def withdraw(work: Work, alert_id: int) -> AlertBack:
    """Who sent it takes it back: it says so wherever it stands."""
    async with work.write() as tx:
        one = await _mine(tx, alert_id)
        one = replace(one, text="", withdrawn=tx.now, next_at=None, ended_at=tx.now)
        await alerts.write(tx, one)
        await record(tx, None, "alert_back", alert=one.id)
        await draw_anew(tx, one, *one.units)
        return await tx.conclude(AlertBack(alert_id=one.id))


async def _mine(tx: Tx, alert_id: int) -> Alert:
    one = await _standing(tx, alert_id)
    if one.person_id != tx.who.person_id or one.unit_id not in rights.speaks_for(tx.who):
        raise Refused("denied.alert_sender", by=await people.name_by_id(tx, one.person_id))
    return one


async def replied(work: Work, alert_id: int, unit_id: int, text: str) -> AlertSent | AlertSeen | None:
    """A reply to it: by who sent it, under how far it has come, it is put right, and all see it anew; 收悉 under what
    a unit reads says that it has. None for any other word, which is talk."""
    if unit_id:
        return await seen(work, alert_id, unit_id) if text.strip(" 。.!！").lower() in SEEN else None
    async with work.write() as tx:
        one = await _mine(tx, alert_id)
        _check(text.strip())
        one = replace(
            one,
            text=text.strip(),
            corrected=tx.now,
            units=dict.fromkeys(one.units),
            stage=0,
            ended_at=None,
            next_at=tx.now + tx.policy.alert_again[0] if tx.policy.alert_again else None,
        )
        await alerts.write(tx, one)
        await record(tx, None, "alert_corrected", alert=one.id)
        await draw_anew(tx, one, *one.units)
        unreached = await send(tx, one, list(one.units))
        names = tuple([await units.name_of(tx, unit) for unit in unreached])
        return await tx.conclude(AlertSent(alert=one, unreached=names))


async def look(work: Work, alert_id: int, key: str) -> AlertWhole | AlertWhy:
    """The whole of it, in private, to who sent it and who works at a unit that it was said to; for a purpose that is
    picked first. Each look stands in the record."""
    async with work.write() as tx:
        one = await _standing(tx, alert_id)
        mine = one.person_id == tx.who.person_id and tx.who.role_in(one.unit_id) is not None
        if not mine and not any(rights.acknowledges(tx.who, unit) for unit in one.units):
            raise Refused("denied.alert_whole")
        if tx.who.chat_id is None or not tx.who.private_ok:
            raise Refused("error.no_private_chat", bot=tx.policy.bot_username)
        if not key and tx.policy.purposes:
            return await tx.conclude(AlertWhy(alert_id=one.id, purposes=tx.policy.purposes))
        purpose = meant(key, tx.policy.purposes) if key else None
        told = t("trace.picked", purpose=purpose)
        await pressed.close_once(tx, Under(purposes=(PostPurpose.LOOK,)), told)
        await record(tx, None, "alert_read", alert=one.id, person=tx.who.person_id, purpose=purpose)
        return await tx.conclude(AlertWhole(alert_id=one.id, text=one.text, purpose=purpose or ""))
