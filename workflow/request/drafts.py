"""Drafts: posts that are not complete yet. Kept in the database from their first word on, so that a restart
forgets nothing; completed by a reply, by a tap, or by editing the original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from matching.form.fields import TIMED
from matching.text.normalise import fold
from storage.queries import drafts as rows
from storage.queries import files as file_rows
from storage.tables.models import Draft, Unit
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import Refused
from workflow.kernel.fields import IN_TURN
from workflow.kernel.parts import Part
from workflow.kernel.pressed import CHOOSE, Under, close, close_pickers
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import people, units
from workflow.organisation.rights import may_for_unit
from workflow.organisation.work import Work
from workflow.request.problems import Choice, Problem
from workflow.request.reading import URGENCIES, Reading, understand

BUTTONS_IN_A_ROW = 3
#: What is chosen among times needs a row of its own, to be read on a phone.
WIDE = frozenset(TIMED)
EXPIRED_AT_ONCE = 100
#: Kinds of a draft that is no request, only an input that the bot waits for.
OTHERS = frozenset({"offer", "delay", "held"})
#: A whole reply of these is no field: whoever writes it wants no request.
WITHDRAWN = frozenset({
    "取消", "撤销", "作废", "算了", "不要了", "不用了", "不登记", "不登记了", "cancel", "never mind", "nevermind",
})  # fmt: skip


@dataclass(kw_only=True)
class DraftBody:
    """What a draft holds, sealed: what was written for it, and what was tapped."""

    parts: list[Part] = field(default_factory=list)
    chosen: dict[str, Any] = field(default_factory=dict)

    def seal(self, tx: Tx) -> bytes:
        plain = {"parts": [part.plain() for part in self.parts], "chosen": self.chosen}
        return tx.sealer.seal("drafts", plain)

    @classmethod
    def of(cls, tx: Tx, draft: Draft) -> DraftBody:
        plain = tx.sealer.unseal("drafts", draft.sealed)
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
        sealed=body.seal(tx),
    )
    tx.session.add(draft)
    await tx.session.flush()
    return draft


async def mine(tx: Tx, draft_id: int) -> Draft:
    """An open draft of the one who acts, who may still ask for its unit. Raises :class:`Refused`."""
    draft = await tx.session.get(Draft, draft_id, with_for_update=True)
    if draft is not None and draft.person_id != tx.who.person_id:
        raise Refused("denied.draft")
    if draft is not None and draft.state == "held":
        raise Refused("error.flash_held")
    if draft is None or draft.state != "open":
        raise Refused("error.draft_gone", example="#协作 户籍证明")
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
    if draft.kind == "guided" and not problems and "urgency" not in body.chosen and not reading.form.urgency:
        choices = [Choice(label=t(f"urgency.{u}"), name="urgency", value=u) for u in reversed(URGENCIES)]
        problems = [Problem(field="urgency", text=t("guided.urgency"), choices=tuple(choices))]
    return problems


def next_of(problems: Sequence[Problem]) -> Problem:
    """What a guided form asks next."""
    return min(problems, key=lambda p: IN_TURN.index(p.field) if p.field in IN_TURN else 99)


async def ask(tx: Tx, draft: Draft, body: DraftBody, problems: Sequence[Problem], reading: Reading) -> None:
    """Say what is missing: a guided form one thing at a time, else all of it."""
    await (_ask_next if draft.kind == "guided" else _ask_all)(tx, draft, body, problems, reading)


async def _ask_all(
    tx: Tx, draft: Draft, body: DraftBody, problems: Sequence[Problem], reading: Reading
) -> None:
    """All that is wrong, field by field, in one reply; the draft is kept."""
    lines: list[Text] = [p.text for p in problems] + list(reading.hints)
    keyboard: list[tuple[Button, ...]] = []
    for problem in problems:  # two damaged numbers need one "register anyway"
        keyboard += [row for row in _rows(draft, problem.choices) if row not in keyboard]
    await tx.say(
        t("draft", problems=lines, read=list(reading.told) or None, until=draft.expires_at),
        chat_id=draft.chat_id,
        thread_id=draft.thread_id,
        reply_to=under(draft),
        buttons=keyboard,
        ask=not keyboard,
        draft_id=draft.id,
        purpose=CHOOSE if keyboard else "draft",
    )


async def _ask_next(
    tx: Tx, draft: Draft, body: DraftBody, problems: Sequence[Problem], reading: Reading
) -> None:
    problem = next_of(problems)
    told = problem.text
    if told.key.startswith("missing."):
        told = t(f"guided.{problem.field}")
    await tx.say(
        told,
        chat_id=draft.chat_id,
        thread_id=draft.thread_id,
        reply_to=under(draft),
        buttons=_rows(draft, problem.choices),
        ask=not problem.choices,
        draft_id=draft.id,
        purpose=f"{CHOOSE if problem.choices else 'draft'}:{problem.field}",
        once=f"guided:{draft.id}:{len(body.parts) + len(body.chosen)}",
    )


def under(draft: Draft) -> int | None:
    """The post that a message about a draft replies to; none where the group has moved since."""
    return draft.message_id if draft.message_id > 0 else None


def _rows(draft: Draft, choices: Sequence[Choice]) -> list[tuple[Button, ...]]:
    buttons = [Button(label=c.label, data=carry(Press.SET, draft.id, c.name, str(c.value))) for c in choices]
    in_a_row = 1 if any(c.name in WIDE for c in choices) else BUTTONS_IN_A_ROW
    return [tuple(buttons[i : i + in_a_row]) for i in range(0, len(buttons), in_a_row)]


def under_it(draft: Draft) -> Under:
    """The messages that ask for a tap about a draft."""
    return Under(draft_id=draft.id, purposes=(CHOOSE,))


def withdraws(text: str) -> bool:
    """Whether a reply to a draft says that it is not wanted, and nothing else."""
    return fold(text).strip(" \n/。.!！").lower() in WITHDRAWN


async def withdraw(tx: Tx, draft: Draft) -> None:
    """The draft is dropped by its author's word, and so said."""
    draft.state = "dropped"
    await close_pickers(tx, draft=draft)
    await tx.say(t("draft.dropped"), chat_id=draft.chat_id, thread_id=draft.thread_id)


async def dismiss(work: Work, draft_id: int) -> Text:
    """The offer to register was declined."""
    async with work.write() as tx:
        draft = await mine(tx, draft_id)
        draft.state = "dropped"
        told = t("draft.dropped")
        await close(tx, under_it(draft), told)
        return told


async def expire(tx: Tx) -> int:
    """Drafts that nobody completed: dropped, and their author is told. How many."""
    due = await rows.expired(tx.session, tx.now, limit=EXPIRED_AT_ONCE)
    for draft in due:
        draft.state = "dropped"
        await close_pickers(tx, draft=draft)
        if draft.kind not in OTHERS:
            await tx.say(
                t("draft.expired"),
                chat_id=draft.chat_id,
                thread_id=draft.thread_id,
                reply_to=under(draft),
            )
    return len(due)


async def forget(tx: Tx, *, before: datetime) -> int:
    """Empties dropped drafts that ended before a time: until then an edit of the post takes them up again."""
    old = await rows.dropped(tx.session, before=before, limit=EXPIRED_AT_ONCE)
    for draft in old:
        draft.state, draft.sealed = "forgotten", DraftBody().seal(tx)
        await file_rows.drop_of_draft(tx.session, draft.id)
    return len(old)
