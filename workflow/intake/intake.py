"""A post becomes a request, or a draft that says what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from matching.text.normalise import VERSION
from storage.queries import drafts as draft_rows
from storage.queries import files as file_rows
from storage.queries import requests as rows
from storage.queries.limits import Spent, spend
from storage.tables.models import Draft, Request, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.deadlines import deadlines
from workflow.intake.templates import last_form
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.labels import type_label
from workflow.kernel.parts import Part
from workflow.kernel.pressed import close, close_pickers
from workflow.kernel.problems import next_of
from workflow.kernel.results import (
    DraftKept,
    Dropped,
    FlashHeld,
    Incomplete,
    Offered,
    Registered,
    TooMany,
    Unchanged,
)
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Place, Tx
from workflow.notices import attachments
from workflow.notices.attachments import FileIn
from workflow.notices.drafts import WIDE, notify_chosen, notify_wanting, under_it
from workflow.notices.progress import notify_registered
from workflow.organisation import units
from workflow.organisation.places import own_unit
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request import drafts, flash
from workflow.request.drafts import DraftBody
from workflow.request.flash import APPROVED
from workflow.request.reading import AGAIN, Reading
from workflow.request.reading_subjects import confirmed
from workflow.request.requests import number_of
from workflow.reuse import offers, reuse

MINUTE = timedelta(minutes=1)


def origin_key(place: Place) -> str:
    """What was posted, so that it is registered once however often it arrives."""
    return f"{place.chat_id}:{place.message_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Post:
    """What a request is made of, whether it came in one message or by a draft."""

    own: Unit
    asker_id: int
    key: str  # see :func:`origin_key`; of its own for what came from no chat
    chat_id: int | None = None
    thread_id: int | None = None
    message_id: int = 0
    draft: Draft | None = None

    @property
    def reply_to(self) -> int | None:
        return self.message_id if self.message_id > 0 else None


async def post(
    work: Work, text: str, files: Sequence[FileIn] = ()
) -> Registered | DraftKept | FlashHeld | Incomplete | TooMany:
    """A message with a marker; ``text`` is what stands behind the marker, nothing for the guided form. What came
    from no chat and is not complete is kept nowhere."""
    async with work.write() as tx:
        return await tx.conclude(await register_post(tx, text, files))


async def register_post(
    tx: Tx, text: str, files: Sequence[FileIn] = ()
) -> Registered | DraftKept | FlashHeld | Incomplete | TooMany:
    """A post that is complete is registered at once; else it is kept as a draft. A known one is left alone."""
    own = await own_unit(tx)
    if (beyond := await _check_limit(tx)) is not None:
        return beyond
    body = DraftBody(parts=[Part(text=text, sent=tx.sent)])
    reading = await drafts.read(tx, body.parts, body.chosen, own=own.id)
    if tx.place is not None and reading.problems and (again := await last_form(tx, own, text)):
        body = DraftBody(parts=[Part(text=again, sent=tx.sent)], chosen={AGAIN: True})
    kind = DraftKind.REQUEST if text.strip() else DraftKind.GUIDED
    if kind == DraftKind.GUIDED or reading.problems:
        if tx.place is None:
            return Incomplete(
                problems=tuple(reading.problems), hints=tuple(reading.hints), read=tuple(reading.told)
            )
        return await _begin_draft(tx, own, body, files, kind=kind)
    if reading.urgency == "flash" and await flash.full(tx, tx.who.person_id):
        if tx.place is None:
            raise Refused("error.flash_full", number="", most=tx.policy.flash_per_day)
        return await _begin_draft(tx, own, body, files, kind=DraftKind.FLASH)
    return await _do_register(tx, _source(tx, own), body, reading, files)


def _source(tx: Tx, own: Unit) -> _Post:
    """The message at hand; or what was asked without one."""
    if tx.place is None:
        return _Post(own=own, asker_id=tx.who.person_id, key=f"call:{uuid4().hex}")
    return _Post(
        own=own,
        asker_id=tx.who.person_id,
        key=origin_key(tx.where),
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        message_id=tx.where.message_id or 0,
    )


async def _check_limit(tx: Tx) -> TooMany | None:
    """One person's posts in a minute: beyond so many there is one clear line, then silence for a minute."""
    most = tx.policy.posts_per_minute
    if not most:
        return None
    about = f"posts:{tx.who.person_id}"
    spent = await spend(tx.session, about, most=most, at=tx.sent, window=MINUTE)
    return None if spent is Spent.WITHIN else TooMany(most=most, first=spent is Spent.FIRST_BEYOND)


async def _begin_draft(
    tx: Tx, own: Unit, body: DraftBody, files: Sequence[FileIn], *, kind: str
) -> Registered | DraftKept | FlashHeld:
    known = await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0)
    if known is not None:
        return DraftKept(draft_id=known.id, kind=known.kind, again=True)
    draft = await drafts.new(tx, own, body, kind=kind)
    await attachments.keep(tx, files, draft_id=draft.id)
    return await do_advance(tx, draft, body)


async def offer_to_register(work: Work, text: str, files: Sequence[FileIn] = ()) -> Offered | TooMany:
    """Three or more known labels but no marker, or a marker in a forwarded message: ask rather than guess."""
    async with work.write() as tx:
        own = await own_unit(tx)
        if (beyond := await _check_limit(tx)) is not None:
            return await tx.conclude(beyond)
        offered = await begin_offer(tx, own, text, files)
        return offered if offered.again else await tx.conclude(offered)


async def begin_offer(tx: Tx, own: Unit, text: str, files: Sequence[FileIn]) -> Offered:
    """Keep a message that may be a request, once."""
    known = await draft_rows.of_message(tx.session, tx.where.chat_id, tx.where.message_id or 0)
    if known is not None:
        return Offered(draft_id=known.id, again=True)
    draft = await drafts.new(tx, own, DraftBody(parts=[Part(text=text, sent=tx.sent)]), kind=DraftKind.OFFER)
    await attachments.keep(tx, files, draft_id=draft.id)
    return Offered(draft_id=draft.id)


async def register_offer(work: Work, draft_id: int) -> Registered | DraftKept | FlashHeld:
    """ "Register as a request?" — yes."""
    async with work.write() as tx:
        return await tx.conclude(await _do_register_offer(tx, await drafts.mine(tx, draft_id)))


async def _do_register_offer(tx: Tx, draft: Draft) -> Registered | DraftKept | FlashHeld:
    draft.kind = DraftKind.REQUEST
    await close(tx, under_it(draft.id))
    return await do_advance(tx, draft, DraftBody.of(tx, draft))


async def add(
    work: Work, draft_id: int, text: str, *, name: str = "", anew: bool = False, files: Sequence[FileIn] = ()
) -> Registered | DraftKept | FlashHeld | Dropped:
    """A reply to what the bot said about a draft. ``name``: the field it was asked about; ``anew``: the
    reply is a whole post, which takes the place of all before it."""
    async with work.write() as tx:
        draft = await drafts.mine(tx, draft_id)
        decides = not anew or drafts.refuses(text) or drafts.registers(text)
        if draft.kind == DraftKind.OFFER and decides:
            return await tx.conclude(await _decide_offer(tx, draft, text))
        if drafts.withdraws(text) and not files:
            return await tx.conclude(await drafts.withdraw(tx, draft))
        body = DraftBody.of(tx, draft)
        if not text.strip() and not files:
            raise Refused("error.reply_empty", number=None)
        await attachments.keep(tx, files, draft_id=draft.id)
        if anew:
            body = DraftBody(parts=[Part(text=text, sent=tx.sent)])
        elif text.strip():
            reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
            body.parts.append(Part(text=text, field=name or _asked(draft, body, reading), sent=tx.sent))
        draft.kind = DraftKind.REQUEST if draft.kind == DraftKind.OFFER else draft.kind
        draft.sealed = body.seal(tx)
        return await tx.conclude(await do_advance(tx, draft, body))


async def _decide_offer(tx: Tx, draft: Draft, text: str) -> Registered | DraftKept | FlashHeld | Dropped:
    """A reply to "register as a request?": a clear yes registers, a clear no drops. Raises :class:`Refused` for any
    other words, which may be talk about the post."""
    if drafts.refuses(text):
        return await drafts.withdraw(tx, draft)
    if not drafts.registers(text):
        raise Refused("error.register_unclear")
    return await _do_register_offer(tx, draft)


def _asked(draft: Draft, body: DraftBody, reading: Reading) -> str:
    """The field that a reply without labels is for: the one that a guided form asks for, or the only one
    that is wanting."""
    problems = drafts.asks_for(draft, body, reading)
    if draft.kind == DraftKind.GUIDED and problems:
        return next_of(problems).field
    fields = {problem.field for problem in problems}
    return fields.pop() if len(fields) == 1 else ""


async def choose(work: Work, draft_id: int, name: str, value: str) -> Registered | DraftKept | FlashHeld:
    """A tap on one of the choices under a draft. The data may be forged: what it names must exist."""
    async with work.write() as tx:
        draft = await drafts.mine(tx, draft_id)
        body = DraftBody.of(tx, draft)
        meant = await _choose(tx, draft, body, name, value)
        draft.sealed = body.seal(tx)
        if (
            draft.kind == DraftKind.GUIDED and meant
        ):  # its question is answered; a list of problems keeps its words
            await notify_chosen(tx, draft, name, meant)
        else:
            await close(tx, under_it(draft.id))
        return await tx.conclude(await do_advance(tx, draft, body))


async def _choose(tx: Tx, draft: Draft, body: DraftBody, name: str, value: str) -> Text | None:
    """What was tapped, kept in the draft; its words, where it is the value of a field."""
    if name == "to" and value.isascii() and value.isdigit() and len(value) < 19:
        unit = await units.by_id(tx, int(value))
        if unit is None or unit.retired_at is not None or unit.id == draft.unit_id:
            raise Refused("error.button_old")
        body.chosen["to"] = [unit.id]
        return t("plain", text=unit.name)
    if name == "type" and value in tx.policy.types:
        body.chosen["type"] = value
        return type_label(tx.policy.types[value])
    if name == "urgency" and value in tx.policy.time_to_answer:
        body.chosen["urgency"] = value
        return t(f"urgency.{value}")
    if name in WIDE:
        return await _choose_time(tx, draft, body, name, value)
    if name in ("repair", "as_written", "pairs"):
        reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
        kept = confirmed(reading.form, name, value)
        if kept is None:
            raise Refused("error.button_old")
        body.chosen[name] = kept if isinstance(kept, list) else [*body.chosen.get(name, ()), kept]
        return None
    if name == "anyway":
        body.chosen["anyway"] = True
        return None
    raise Refused("error.button_old")


async def _choose_time(tx: Tx, draft: Draft, body: DraftBody, name: str, value: str) -> Text:
    """One of the times that the words of the draft could mean, and no other."""
    body.chosen.pop(name, None)
    reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
    choices = [choice for problem in reading.problems for choice in problem.choices if choice.name == name]
    choice = next((choice for choice in choices if choice.value == value), None)
    if choice is None:
        raise Refused("error.button_old")
    body.chosen[name] = value
    return choice.label


async def advance_edited(tx: Tx, draft: Draft, text: str) -> Registered | DraftKept | FlashHeld | Unchanged:
    """The post that began a draft was edited: it is read again with what completed it. An equal text changes
    nothing."""
    body = DraftBody.of(tx, draft)
    if draft.state == DraftState.OPEN and draft.kind != DraftKind.OFFER and body.parts[0].text == text:
        return Unchanged()
    await drafts.mine(tx, draft.id)
    body.parts = [body.parts[0].edited(text, tx.sent), *body.parts[1:]]
    draft.kind = DraftKind.REQUEST if draft.kind == DraftKind.OFFER else draft.kind
    draft.sealed = body.seal(tx)
    return await do_advance(tx, draft, body)


async def do_advance(tx: Tx, draft: Draft, body: DraftBody) -> Registered | DraftKept | FlashHeld:
    """Register a draft that is complete; else say what is missing."""
    await close_pickers(tx, draft=draft)
    reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
    problems = drafts.asks_for(draft, body, reading)
    if problems:
        kept = drafts.kept(draft, body, problems, reading)
        await notify_wanting(tx, draft, kept)
        return kept
    if reading.urgency == "flash" and APPROVED not in body.chosen and await flash.full(tx, draft.person_id):
        return await flash.hold(tx, draft, body)
    draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)  # the request has it all
    source = _Post(
        own=await tx.session.get_one(Unit, draft.unit_id),
        asker_id=draft.person_id,
        key=f"{draft.chat_id}:{draft.message_id}",
        chat_id=draft.chat_id,
        thread_id=draft.thread_id,
        message_id=draft.message_id,
        draft=draft,
    )
    return await _do_register(tx, source, body, reading, ())


async def _do_register(
    tx: Tx, source: _Post, body: DraftBody, reading: Reading, files: Sequence[FileIn]
) -> Registered:
    """One request for each unit that is asked, each with its own number and clock."""
    content = reading.body(body.parts, body.chosen)
    year = tx.sent.astimezone(tx.policy.zone).year
    reserved = await rows.reserve(tx.session, source.key, source.own.id, year, len(reading.to))
    if reserved.known:  # Telegram has delivered the post again
        return Registered(numbers=tuple(reserved.known))
    with_files = bool(files) or source.draft is not None
    made = []
    for unit, slot, count in zip(reading.to, reserved.ids, reserved.counters, strict=True):
        request = _new(tx, source, content, reading, unit)
        request.id, request.number = slot, number_of(source.own.code, year, count)
        if with_files:
            tx.session.add(request)
        else:
            tx.batch.add_request(request)
        await _open(tx, request, unit)
        made.append(request)
    has_files = await _give_files(tx, source, made, files)
    for request, unit in zip(made, reading.to, strict=True):
        await _look_back(tx, request, unit, content, has_files=has_files)
    return Registered(numbers=tuple(request.number or "" for request in made))


def _new(tx: Tx, source: _Post, content: Body, reading: Reading, unit: Unit) -> Request:
    """A request without its number."""
    due = reading.due or deadlines.due_for(tx.policy, reading.urgency, tx.sent, now=tx.now)
    return Request(
        origin_key=source.key,
        type=reading.type,
        state=State.OPEN,
        urgency=reading.urgency,
        from_unit_id=source.own.id,
        to_unit_id=unit.id,
        asker_id=source.asker_id,
        chat_id=source.chat_id,
        thread_id=source.thread_id,
        message_id=source.reply_to,
        sealed=content.seal(tx.sealer),
        asked_at=tx.sent,
        due_at=due,
        first_due_at=due,
        due_fixed=reading.due is not None,
        accept_by=deadlines.accept_by(tx.policy, tx.sent, due, urgency=reading.urgency, now=tx.now),
        version=0,
        event_seq=0,
        partial=False,
        confidential=bool(reading.form.confidential),
        key_version=VERSION,
    )


async def _open(tx: Tx, request: Request, unit: Unit) -> None:
    """The first line of its record, and its reminders."""
    await record(
        tx,
        request,
        "register",
        number=request.number,
        to=unit.code,
        type=request.type,
        urgency=request.urgency,
        due=request.due_at,
    )
    deadlines.plan_new(tx, request)


async def _give_files(tx: Tx, source: _Post, made: Sequence[Request], files: Sequence[FileIn]) -> bool:
    """The files of the post, and those of its album that came before it, to every request; whether any."""
    if source.draft is None and not files:
        return False
    await tx.session.flush()  # a file stands after the request that it names
    if source.draft is not None:
        for file in await file_rows.of_draft(tx.session, source.draft.id):
            for request in made:
                tx.session.add(attachments.copy_of(file, request_id=request.id))
            await tx.session.delete(file)
    elif made:
        await attachments.keep(tx, files, request_id=made[0].id)
        for file in await file_rows.of_request(tx.session, made[0].id):
            for request in made[1:]:
                tx.session.add(attachments.copy_of(file, request_id=request.id))
    await tx.session.flush()
    return bool(made) and bool(await file_rows.of_request(tx.session, made[0].id))


async def _look_back(tx: Tx, request: Request, unit: Unit, content: Body, *, has_files: bool) -> None:
    """The cards on both sides, and under the asker's what is on file already."""
    await notify_registered(tx, request, unit, has_files=has_files)
    compared = await reuse.index_new(tx, request, content)
    await offers.look_back(tx, request, compared, new=True)
