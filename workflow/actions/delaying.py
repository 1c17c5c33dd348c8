"""The asked unit needs more time. A time that can mean two is asked about; what was said is kept in a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matching.text.understood import CouldBe, NotRead, Read
from storage.queries import drafts as draft_rows
from storage.tables.models import Draft, Request, Unit
from workflow.deadlines.times import Deadline, Written, moment_label, offered, read_deadline, stamp
from workflow.kernel.actions import Action
from workflow.kernel.carried import Press, carry
from workflow.kernel.errors import Refused
from workflow.kernel.masked import seen
from workflow.kernel.parts import Part
from workflow.kernel.pressed import CHOOSE, close, close_pickers
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import asker_mention, sides, tell
from workflow.notices.words import quoted
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.acting import done, keep_comment, need
from workflow.request.drafts import DraftBody
from workflow.request.requests import EXAMPLE, Ref, apply, reach

#: How many words of "/delay N …" may say until when: "by Friday 18:00", "in 3 working days".
WORDS_OF_DUE = 5
KIND = "delay"
EXAMPLE_OF_DELAY = f"/delay {EXAMPLE} 3天 等待上级批准"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Until:
    """Which of the words say until when, what they say, and the rest."""

    given: str
    until: Deadline
    why: str


async def delay(work: Work, ref: Ref, words: str) -> Text:
    """``/delay N until why``: need more time; the asker is told until when, and why."""
    async with work.write() as tx:
        request = await reach(tx, ref, Action.DELAY, example=EXAMPLE_OF_DELAY)
        part = Part(text=words, sent=tx.sent)
        return await _settle(tx, request, part, _said(tx, request, part))


async def choose(work: Work, draft_id: int, value: str) -> Text:
    """One of the times that the words could mean was tapped. The data may be forged: it must be one of them."""
    async with work.write() as tx:
        draft, request, part = await _kept(tx, draft_id)
        said = _said(tx, request, part)
        at = next((at for at in offered(said.until) if stamp(at) == value), None)
        if at is None:
            raise Refused("error.button_old")
        _end(tx, draft)
        await close(
            tx, drafts.under_it(draft), t("guided.chosen", field=t("field.due"), value=moment_label(at))
        )
        return await _until(tx, request, at, said.why)


async def say_again(work: Work, draft_id: int, text: str) -> Text:
    """A reply to the question which time was meant: another time; the reason stays, unless there is a new one."""
    async with work.write() as tx:
        draft, request, before = await _kept(tx, draft_id)
        if drafts.withdraws(text):
            _end(tx, draft)
            await close_pickers(tx, draft=draft)
            await tx.say(t("ask.dropped"))
            return t("ask.dropped")
        why = _said(tx, request, before).why
        part = Part(text=text, sent=tx.sent)
        said = _said(tx, request, part)
        if not said.why:
            part = Part(text=f"{text} {why}", sent=tx.sent)
            said = _said(tx, request, part)
        _end(tx, draft)
        await close_pickers(tx, draft=draft)
        return await _settle(tx, request, part, said)


async def _kept(tx: Tx, draft_id: int) -> tuple[Draft, Request, Part]:
    """The question, by the one who is asked; its request, as far as they may delay it."""
    draft = await tx.session.get(Draft, draft_id, with_for_update=True)
    if draft is not None and draft.person_id != tx.who.person_id:
        raise Refused("denied.asked_another")
    if draft is None or draft.kind != KIND or draft.state != "open":
        raise Refused("error.button_old")
    body = DraftBody.of(tx, draft)
    request = await reach(tx, int(body.chosen["request"]), Action.DELAY, example=EXAMPLE_OF_DELAY)
    return draft, request, body.parts[0]


def _end(tx: Tx, draft: Draft) -> None:
    draft.state, draft.sealed = "done", DraftBody().seal(tx)


async def _settle(tx: Tx, request: Request, part: Part, said: _Until) -> Text:
    """Give the request until what was said; or ask which of the times is meant, or, of one that cannot be,
    whether it is the next of its kind."""
    options = offered(said.until)
    example = EXAMPLE_OF_DELAY.replace(EXAMPLE, request.number or EXAMPLE)
    if isinstance(said.until, NotRead) and not options:
        raise Refused(f"error.due_{said.until.code}", given=said.given, example=example)
    why = need(said.why, "error.why_delay", request, EXAMPLE_OF_DELAY)
    match said.until:
        case Read(value=due):
            return await _until(tx, request, due, why)
        case CouldBe():
            key = "ask.delay_several" if len(options) > 1 else "ask.delay_one"
        case NotRead(code=code):
            key = f"error.due_{code}"
    if await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0) is not None:
        return t("toast.reply")  # Telegram has delivered it again
    body = DraftBody(parts=[part], chosen={"request": request.id})
    unit = await tx.session.get_one(Unit, request.to_unit_id)
    draft = await drafts.new(tx, unit, body, kind=KIND)
    await tx.say(
        t(key, number=request.number, given=seen(said.given), example=example),
        buttons=[
            [Button(label=moment_label(at), data=carry(Press.UNTIL, draft.id, stamp(at)))] for at in options
        ],
        draft_id=draft.id,
        purpose=f"{CHOOSE}:{KIND}",
    )
    return t("toast.reply")


async def _until(tx: Tx, request: Request, due: datetime, why: str) -> Text:
    runs_until = request.due_at if request.due_at and request.due_at > tx.now else tx.now
    if due <= runs_until:
        example = EXAMPLE_OF_DELAY.replace(EXAMPLE, request.number or EXAMPLE)
        raise Refused("error.delay_earlier", number=request.number, due=request.due_at, example=example)
    before = request.due_at
    await keep_comment(tx, request, Action.DELAY, why)
    await apply(
        tx, request, Action.DELAY, due_at=due, due_fixed=True, detail={"due_before": before, "due": due}
    )
    told = t(
        "delayed",
        number=request.number,
        due=due,
        before=before,
        by=tx.who.name,
        why=quoted(request, "why", why),
        asker=await asker_mention(tx, request),
    )
    await tell(tx, request, told, (await sides(tx, request)).asking)
    return await done(tx, request, Action.DELAY)


def _said(tx: Tx, request: Request, part: Part) -> _Until:
    """The longest beginning that reads as a time and leaves something, and what it leaves."""
    pieces = part.text.split()
    example = EXAMPLE_OF_DELAY.replace(EXAMPLE, request.number or EXAMPLE)
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
