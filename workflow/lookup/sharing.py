"""``/share``: what a unit knows is kept for a time, and found by who looks for it later.

It is no answer to any request: it says who shared it, and until when it holds. It is found by the people of those units
alone that it was shared with, and read whole in private, for a purpose, where it names somebody.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from matching.dates.when import read_due
from matching.form.confidential import cut_out
from matching.text.normalise import fold
from matching.text.understood import NotRead, Read
from matching.words.choose_words import squeeze
from storage.queries import shared as rows
from workflow.figures.periods import TREE
from workflow.kernel import pressed
from workflow.kernel.carried import meant
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.masked import harmless
from workflow.kernel.pressed import Under
from workflow.kernel.roles import HANDLING, LOOKING, UNTIL
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.lookup.note_views import NoteBack, NoteLine, NoteList, NoteShared, NoteWhole, NoteWhy
from workflow.organisation import operations, people, rights, shared, units
from workflow.organisation.shared import Note, Reach
from workflow.organisation.work import Work
from workflow.record.record import record

MOST_TEXT = 2000  # characters
USUAL, LONGEST = timedelta(days=90), timedelta(days=366)
MOST_FOUND = 5
_LATIN = re.compile(r"[a-z]+")
SHOWN = 200  # characters of one in a list
_HEAD = re.compile(r"^([^\n:：]{1,40})[:：]")
_BACK = re.compile(r"^(?:withdraw|back|撤回|撤销)\s*#?(\d{1,9})$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    text: str
    until: datetime
    reach: Reach = Reach.UNIT
    which: str = ""


async def share(work: Work, args: str) -> NoteShared | NoteList | NoteBack:
    """``/share text until DATE``; ``/share tree: text`` and so on; ``/share`` alone lists one's own."""
    args = args.strip()
    if (back := _BACK.match(unicodedata.normalize("NFKC", args))) is not None:
        return await withdraw(work, int(back[1]))
    async with work.write() as tx:
        own = next((s.unit_id for s in tx.who.standings if s.role in HANDLING | LOOKING), None)
        if own is None:
            raise Refused("denied.share")
        if not args:
            return await tx.conclude(await _mine(tx))
        said = await _read(tx, own, args)
        note = Note(
            id=0,
            unit_id=own,
            person_id=tx.who.person_id,
            at=tx.now,
            until=said.until,
            text=said.text,
            reach=said.reach,
            which=said.which,
        )
        number = await shared.write(tx, note)
        await record(tx, None, "share", note=number, reach=said.reach, until=said.until)
        reaches = await _reach_names(tx, note)
        return await tx.conclude(
            NoteShared(number=number, with_units=reaches, until=_last_day(tx, said.until))
        )


async def _read(tx: Tx, own: int, args: str) -> Said:
    text, until = _until(tx, args)
    reach, which = Reach.UNIT, ""
    if (head := _HEAD.match(text)) is not None and (
        named := await _scope(tx, own, head[1].strip())
    ) is not None:
        (reach, which), text = named, text[head.end() :].strip()
        if own not in rights.speaks_for(tx.who):
            raise Refused("denied.share_wide")
    if not text:
        raise Refused("share.empty", example=worded("share"))
    if len(text) > MOST_TEXT:
        raise Refused("share.long", most=MOST_TEXT)
    if cut_out(text)[1]:
        raise Refused("share.secret")
    if not tx.alone and not harmless(text):
        raise Refused("share.private", bot=tx.policy.bot_username)
    return Said(text=text, until=until, reach=reach, which=which)


async def _scope(tx: Tx, own: int, word: str) -> tuple[Reach, str] | None:
    if word.lower() in TREE:
        return Reach.TREE, ""
    if (joint := await operations.meant(tx, own, word)) is not None:
        return Reach.OPERATION, str(joint.id)
    unit = await units.by_id(tx, own)
    for one in tx.policy.sharing:
        if one.name and squeeze(one.name) == squeeze(word) and unit is not None and unit.code in one.units:
            return Reach.ALLIANCE, one.name
    return None


def _until(tx: Tx, args: str) -> tuple[str, datetime]:
    """The text, and the end of the day that stands last in it; of ninety days where none does. Raises
    :class:`Refused` for a day that has passed or is too far."""
    found, rest = None, args
    while (later := UNTIL.search(rest)) is not None:
        found, rest = later, later["day"]
    now = tx.now.astimezone(tx.policy.zone)
    if found is None:
        return args, _end_of_day(tx, tx.now + USUAL)
    read = read_due(found["day"].strip(), now=now, is_date=True, feasts=tx.policy.calendar.feast)
    if isinstance(read, Read) and read.value.at is not None and read.value.at < now + LONGEST:
        return args[: len(args) - len(found.group())].strip(), _end_of_day(tx, read.value.at)
    passed = isinstance(read, NotRead) and read.code == "past"  # in words too: 昨天, yesterday
    if (passed or any(map(str.isdigit, found["day"][:12]))) and len(found["day"]) <= 24:
        raise Refused("share.no_day", given=found["day"], example=worded("share"))
    return args, _end_of_day(tx, tx.now + USUAL)  # such a word, and no day behind it


def _end_of_day(tx: Tx, at: datetime) -> datetime:
    day = at.astimezone(tx.policy.zone).date() + timedelta(days=1)
    return datetime.combine(day, time(), tzinfo=tx.policy.zone)


def _last_day(tx: Tx, until: datetime) -> datetime:
    return until - timedelta(seconds=1)


async def _reach_names(tx: Tx, note: Note) -> tuple[str, ...]:
    return tuple([await units.name_of(tx, unit) for unit in sorted(await shared.readers(tx, note))])


async def _mine(tx: Tx) -> NoteList:
    mine = [one for one in await shared.standing(tx) if one.person_id == tx.who.person_id]
    found = [one for one in mine if await shared.may_read(tx, one)]
    return NoteList(lines=tuple([await _line(tx, one) for one in found]))


async def _line(tx: Tx, note: Note, *, whole: bool = False) -> NoteLine:
    text = note.text if whole else " ".join(note.masked.split())
    return NoteLine(
        number=note.id,
        unit=await units.name_of(tx, note.unit_id),
        by=await people.name_by_id(tx, note.person_id),
        at=note.at,
        until=_last_day(tx, note.until),
        text=text if whole or len(text) <= SHOWN else text[: SHOWN - 1] + "…",
        more=not whole and (note.names_somebody or len(text) > SHOWN),
    )


async def found(tx: Tx, words: str, *, purpose: str = "") -> tuple[NoteLine, ...]:
    """What of it holds all of these words, for who may find it where they ask; whole for a ``purpose`` that was
    picked, which the record keeps."""
    if rights.may_look_for(tx.who) is False:
        return ()
    wanted = [fold(word).lower() for word in words.split()]
    lines = []
    for note in await shared.standing(tx):
        text = fold(note.text if purpose and tx.alone else note.masked).lower()
        if all(_holds(text, word) for word in wanted) and await shared.may_read(tx, note):
            lines.append(await _line(tx, note, whole=bool(purpose) and tx.alone))
            why: dict[str, Any] = {"purpose": purpose} if purpose else {}
            await record(tx, None, "share_read" if purpose else "share_found", note=note.id, **why)
            if len(lines) == MOST_FOUND:
                break
    return tuple(lines)


def _holds(text: str, word: str) -> bool:
    """Words of Latin letters are whole ones; in Chinese, and in numbers, blanks say nothing."""
    if word.isascii() and word.isalpha():
        return word in _LATIN.findall(text)
    return word in "".join(text.split())


async def look(work: Work, note_id: int, key: str) -> NoteWhole | NoteWhy:
    """The whole of one, in private; where it names somebody for a purpose that is picked first."""
    async with work.write() as tx:
        note = await shared.by_id(tx, note_id)
        if note is None or not await shared.may_read(tx, note):
            raise Refused("share.gone")
        if tx.who.chat_id is None or not tx.who.private_ok:
            raise Refused("error.no_private_chat", bot=tx.policy.bot_username)
        if note.names_somebody and not key and tx.policy.purposes:
            return await tx.conclude(NoteWhy(number=note.id, purposes=tx.policy.purposes))
        purpose = meant(key, tx.policy.purposes) if key else ""
        if key:
            told = t("trace.picked", purpose=purpose)
            await pressed.close_once(tx, Under(purposes=(PostPurpose.LOOK,)), told)
        why: dict[str, Any] = {"purpose": purpose} if purpose else {}
        await record(tx, None, "share_read", note=note.id, person=tx.who.person_id, **why)
        return await tx.conclude(NoteWhole(line=await _line(tx, note, whole=True), purpose=purpose))


async def withdraw(work: Work, note_id: int) -> NoteBack:
    """By who shared it and is still of that unit, or who leads it. Nobody finds it any more, and nothing of it is
    kept."""
    async with work.write() as tx:
        note = await shared.by_id(tx, note_id)
        if note is None:
            raise Refused("share.gone")
        mine = note.person_id == tx.who.person_id and tx.who.role_in(note.unit_id) is not None
        if not mine and not rights.leads(tx.who, note.unit_id):
            raise Refused("denied.share_back")
        await rows.drop(tx.session, [note.id])
        await record(tx, None, "share_back", note=note.id)
        return await tx.conclude(NoteBack(number=note.id))
