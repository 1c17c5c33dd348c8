"""The asked unit needs more time. A time that can mean two is asked about; what was said is kept in a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from matching.text.understood import NotRead, Read
from storage.queries import drafts as draft_rows
from storage.tables.models import Draft, Request, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.deadlines.times import Deadline, Written, offered, read_deadline, stamp
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.examples import numbered, worded
from workflow.kernel.parts import Part
from workflow.kernel.pressed import close_pickers
from workflow.kernel.results import Done, Dropped, TimesToChoose, done
from workflow.kernel.tx import Tx
from workflow.notices.drafts import notify_chosen
from workflow.notices.progress import notify_delayed
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.acting import keep_comment, need
from workflow.request.drafts import DraftBody
from workflow.request.questions import access_question
from workflow.request.requests import Ref, access_request, do_action

#: How many words of "/delay N …" may say until when: "by Friday 18:00", "in 3 working days".
WORDS_OF_DUE = 5
KIND = DraftKind.DELAY
CALL = worded("delay")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Until:
    """Which of the words say until when, what they say, and the rest."""

    given: str
    until: Deadline
    why: str


async def delay(work: Work, ref: Ref, words: str) -> Done | TimesToChoose:
    """``/delay N until why``: need more time; the asker is told until when, and why."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.DELAY, example=CALL)
        part = Part(text=words, sent=tx.sent)
        return await tx.conclude(await _settle(tx, request, part, _said(tx, request, part)))


async def choose(work: Work, draft_id: int, value: str) -> Done:
    """One of the times that the words could mean was tapped. The data may be forged: it must be one of them."""
    async with work.write() as tx:
        draft, request, part = await access_question(tx, draft_id, Action.DELAY, kind=KIND, example=CALL)
        said = _said(tx, request, part)
        at = next((at for at in offered(said.until) if stamp(at) == value), None)
        if at is None:
            raise Refused("error.button_old")
        _end(tx, draft)
        await notify_chosen(tx, draft, "due", at)
        return await tx.conclude(await _do_delay(tx, request, at, said.why))


async def say_again(work: Work, draft_id: int, text: str) -> Done | TimesToChoose | Dropped:
    """A reply to the question which time was meant: another time; the reason stays, unless there is a new one."""
    async with work.write() as tx:
        draft, request, before = await access_question(tx, draft_id, Action.DELAY, kind=KIND, example=CALL)
        if drafts.withdraws(text):
            _end(tx, draft)
            await close_pickers(tx, draft=draft)
            return await tx.conclude(Dropped(draft_id=draft.id, kind=KIND))
        why = _said(tx, request, before).why
        part = Part(text=text, sent=tx.sent)
        said = _said(tx, request, part)
        if not said.why:
            part = Part(text=f"{text} {why}", sent=tx.sent)
            said = _said(tx, request, part)
        _end(tx, draft)
        await close_pickers(tx, draft=draft)
        return await tx.conclude(await _settle(tx, request, part, said))


def _end(tx: Tx, draft: Draft) -> None:
    draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)


async def _settle(tx: Tx, request: Request, part: Part, said: _Until) -> Done | TimesToChoose:
    """Give the request until what was said; or ask which of the times is meant, or, of one that cannot be,
    whether it is the next of its kind."""
    options = offered(said.until)
    example = numbered(CALL, request.number)
    if isinstance(said.until, NotRead) and not options:
        raise Refused(f"error.due_{said.until.code}", given=said.given, example=example)
    why = need(said.why, "error.why_delay", request, CALL)
    if isinstance(said.until, Read):
        return await _do_delay(tx, request, said.until.value, why)
    unclear = TimesToChoose(
        action=Action.DELAY,
        request_id=request.id,
        number=request.number or "",
        given=said.given,
        options=options,
        code=said.until.code if isinstance(said.until, NotRead) else None,
        example=example,
    )
    if tx.place is None:  # there is no message that an answer could reply to
        return unclear
    if await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0) is not None:
        return replace(unclear, again=True)
    body = DraftBody(parts=[part], chosen={"request": request.id})
    unit = await tx.session.get_one(Unit, request.to_unit_id)
    draft = await drafts.new(tx, unit, body, kind=KIND)
    return replace(unclear, draft_id=draft.id)


async def _do_delay(tx: Tx, request: Request, due: datetime, why: str) -> Done:
    runs_until = request.due_at if request.due_at and request.due_at > tx.now else tx.now
    if due <= runs_until:
        example = numbered(CALL, request.number)
        raise Refused("error.delay_earlier", number=request.number, due=request.due_at, example=example)
    before = request.due_at
    await keep_comment(tx, request, Action.DELAY, why)
    await do_action(tx, request, Action.DELAY, due_at=due, due_fixed=True)
    await notify_delayed(tx, request, why, before=before)
    return done(request, Action.DELAY)


def _said(tx: Tx, request: Request, part: Part) -> _Until:
    """The longest beginning that reads as a time and leaves something, and what it leaves."""
    pieces = part.text.split()
    example = numbered(CALL, request.number)
    if not pieces:
        raise Refused("error.delay_when", number=request.number, example=example)
    fault: _Until | None = None
    for count in (*range(min(WORDS_OF_DUE, len(pieces) - 1), 0, -1), len(pieces)):
        given = " ".join(pieces[:count])
        written = Written(text=given, sent=part.sent or tx.sent, now=tx.now)
        rest = part.text.split(maxsplit=count)[count:]
        said = _Until(
            given=given, until=read_deadline(written, policy=tx.policy), why=rest[0] if rest else ""
        )
        if not isinstance(said.until, NotRead):
            return said
        if said.until.code != "unreadable":
            fault = fault or said
    if fault is not None:
        return fault
    raise Refused("error.due_unreadable", given=pieces[0], example=example)
