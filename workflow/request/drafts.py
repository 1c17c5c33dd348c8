"""Drafts: posts that are not complete yet. Kept in the database from their first word on, so that a restart
forgets nothing; completed by a reply, by a tap, or by editing the original."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from matching.text.normalise import fold
from storage.queries import drafts as rows
from storage.queries import files as file_rows
from storage.tables.models import Draft, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.parts import Part
from workflow.kernel.pressed import close_pickers
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.results import DraftKept, Dropped
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices.drafts import notify_expired
from workflow.organisation import people, units
from workflow.organisation.rights import may_for_unit
from workflow.organisation.work import Work
from workflow.request.reading import URGENCIES, Reading, understand

log = structlog.get_logger(__name__)

EXPIRED_AT_ONCE = 100
OF = "of"  # in what is sealed of a draft: whose it is, and which message began it
#: Kinds of a draft that is no request, only an input that the bot waits for.
OTHERS = frozenset({DraftKind.OFFER, DraftKind.DELAY, DraftKind.DECLINE, DraftKind.WITHOUT, DraftKind.HELD})
#: A whole reply of these is no field: whoever writes it wants no request.
WITHDRAWN = frozenset({
    "取消", "撤销", "作废", "算了", "不要了", "不用了", "不登记", "不登记了", "不是协作",
    "不是请求", "不是协作请求", "误发", "发错了", "cancel", "never mind", "nevermind", "notarequest",
    "not a request",
})  # fmt: skip
#: A whole reply of these to "register as a request?" says yes, and no other words do.
REGISTERS = frozenset({
    "登记", "登记吧", "请登记", "要登记", "是", "是的", "好", "好的", "好的登记", "是协作", "是请求", "是协作请求",
    "yes", "y", "ok", "register", "please register", "yes please",
})  # fmt: skip
#: No, said in however many words: 不是的, 不用登记了, 误发的, "no thanks".
_REFUSES = re.compile(
    r"(?:不|否|非|不是|不对|不用|不要|不必|不需要|无需|别|勿|误发|误触|误点|发错|错发|没有|没事)"
    r"(?:登记|协作|请求|它|了|的|吧|啊|哦|谢谢|[\s,，、。.!！])*"
    r"|(?:no|nope|nah|not|don'?t|do not)(?:\s(?:a|an|it|request|register|needed|need|now))*"
    r"[\s,.!]*(?:thanks|thank you)?",
    re.IGNORECASE,
)


@dataclass(kw_only=True)
class DraftBody:
    """What a draft holds, sealed: what was written for it, and what was tapped."""

    parts: list[Part] = field(default_factory=list)
    chosen: dict[str, Any] = field(default_factory=dict)

    def seal(self, tx: Tx, *, person_id: int | None = None, message_id: int | None = None) -> bytes:
        """Sealed with whose draft it is in, and the message that began it; without them where it holds nothing."""
        plain = {"parts": [part.plain() for part in self.parts], "chosen": self.chosen}
        return tx.sealer.seal("drafts", plain | {OF: [person_id, message_id]} if person_id else plain)

    def keep(self, tx: Tx, draft: Draft) -> None:
        """From now on the draft holds this."""
        draft.sealed = self.seal(tx, person_id=draft.person_id, message_id=draft.message_id)

    @classmethod
    def of(cls, tx: Tx, draft: Draft) -> DraftBody:
        """What a draft holds. Raises :class:`Refused` where the words were put there from another draft, by hand: they
        are nobody's. Those that an older version sealed do not say whose they are."""
        plain = tx.sealer.unseal("drafts", draft.sealed)
        if plain.get(OF) not in (None, [draft.person_id, draft.message_id]):
            log.error("draft_of_another", draft=draft.id)
            raise Refused("error.draft_gone", example=worded("post"))
        return cls(parts=list(map(Part.of, plain["parts"])), chosen=plain["chosen"])


async def new(tx: Tx, own: Unit, body: DraftBody, *, kind: str) -> Draft:
    draft = Draft(
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        message_id=tx.where.message_id or 0,
        person_id=tx.who.person_id,
        unit_id=own.id,
        kind=kind,
        at=tx.now,
        expires_at=tx.now + tx.policy.draft_for,
        sealed=body.seal(tx, person_id=tx.who.person_id, message_id=tx.where.message_id or 0),
    )
    tx.session.add(draft)
    await tx.session.flush()
    return draft


async def mine(tx: Tx, draft_id: int) -> Draft:
    """An open draft of the one who acts, who may still ask for its unit. Raises :class:`Refused`."""
    draft = await tx.session.get(Draft, draft_id, with_for_update=True)
    if draft is not None and draft.person_id != tx.who.person_id:
        raise Refused("denied.draft")
    if draft is None or draft.state != DraftState.OPEN:
        raise Refused("error.draft_gone", example=worded("post"))
    if not may_for_unit(tx.who, "ask", draft.unit_id):
        unit = await units.by_id(tx, draft.unit_id)
        raise Refused("denied.other_unit", unit=[unit.name] if unit else [])
    return draft


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A draft that waits for its author's next words."""

    draft_id: int


async def waiting_in(work: Work, chat_id: int) -> Waiting | None:
    """The newest open draft of the sender in a chat: in private, words without a reply are for it."""
    async with work.read(short=True) as tx:
        actor = await people.present(tx)
        draft = await rows.open_of(tx.session, chat_id, actor.person_id, but_not=OTHERS) if actor else None
        return Waiting(draft_id=draft.id) if draft else None


async def read(tx: Tx, parts: Sequence[Part], chosen: Mapping[str, Any], *, own: int) -> Reading:
    """The post as it stands."""
    return understand(
        parts,
        policy=tx.policy,
        units=await units.current(tx),
        own=own,
        sent=tx.sent,
        now=tx.now,
        chosen=chosen,
    )


def asks_for(draft: Draft, body: DraftBody, reading: Reading) -> list[Problem]:
    """What has still to be said; a guided form asks last how urgent it is."""
    problems = list(reading.problems)
    if (
        draft.kind == DraftKind.GUIDED
        and not problems
        and "urgency" not in body.chosen
        and not reading.form.urgency
    ):
        choices = [Choice(label=t(f"urgency.{u}"), name="urgency", value=u) for u in reversed(URGENCIES)]
        problems = [Problem(field="urgency", text=t("guided.urgency"), choices=tuple(choices))]
    return problems


def kept(draft: Draft, body: DraftBody, problems: Sequence[Problem], reading: Reading) -> DraftKept:
    """What is now so of a draft that has problems."""
    return DraftKept(
        draft_id=draft.id,
        kind=draft.kind,
        problems=tuple(problems),
        hints=tuple(reading.hints),
        read=tuple(reading.told),
        until=draft.expires_at,
        step=len(body.parts) + len(body.chosen),
    )


def withdraws(text: str) -> bool:
    """Whether a reply to a draft says that it is not wanted, and nothing else."""
    return _bare(text) in WITHDRAWN


def registers(text: str) -> bool:
    """Whether a reply to the offer to register says yes, and nothing else."""
    return _bare(text) in REGISTERS


def refuses(text: str) -> bool:
    """Whether a reply to the offer to register says no, and nothing else."""
    return withdraws(text) or _REFUSES.fullmatch(_bare(text)) is not None


def _bare(text: str) -> str:
    return fold(text).strip(" \n/。.!！").lower()


async def withdraw(tx: Tx, draft: Draft) -> Dropped:
    """The draft is dropped by its author's word."""
    draft.state = DraftState.DROPPED
    await close_pickers(tx, draft=draft)
    return Dropped(draft_id=draft.id, kind=draft.kind)


async def dismiss(work: Work, draft_id: int) -> Dropped:
    """The offer to register was declined."""
    async with work.write() as tx:
        draft = await mine(tx, draft_id)
        draft.state = DraftState.DROPPED
        return await tx.conclude(Dropped(draft_id=draft.id, kind=draft.kind))


async def expire(tx: Tx) -> int:
    """Drafts that nobody completed: dropped, and their author is told. How many."""
    due = await rows.expired(tx.session, tx.now, limit=EXPIRED_AT_ONCE)
    for draft in due:
        draft.state = DraftState.DROPPED
        await close_pickers(tx, draft=draft)
        if draft.kind not in OTHERS:
            await notify_expired(tx, draft)
    return len(due)


async def forget(tx: Tx, *, before: datetime) -> int:
    """Empties dropped drafts that ended before a time: until then an edit of the post takes them up again."""
    old = await rows.dropped(tx.session, before=before, limit=EXPIRED_AT_ONCE)
    for draft in old:
        draft.state, draft.sealed = DraftState.FORGOTTEN, DraftBody().seal(tx)
        await file_rows.drop_of_draft(tx.session, draft.id)
    return len(old)
