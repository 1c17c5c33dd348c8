"""A post becomes a request, or a draft that says what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from storage.queries import drafts as draft_rows
from storage.queries.limits import Spent, spend
from storage.tables.models import Draft, Unit
from storage.tables.words import DraftKind, DraftState
from workflow.intake import routing
from workflow.intake.registering import Asked, asked_at_hand, do_register
from workflow.intake.tapped import do_choose, in_words
from workflow.intake.templates import last_form
from workflow.kernel.errors import Refused
from workflow.kernel.parts import Part
from workflow.kernel.pressed import close, close_pickers
from workflow.kernel.problems import next_of
from workflow.kernel.results import (
    DraftKept,
    Dropped,
    Incomplete,
    Offered,
    Registered,
    TooMany,
    Unchanged,
)
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.attachments import FileIn
from workflow.notices.drafts import notify_filled, notify_wanting, under_it
from workflow.organisation.places import own_unit
from workflow.organisation.work import Work
from workflow.request import drafts, misread, replied, sources
from workflow.request.drafts import DraftBody
from workflow.request.reading import AGAIN, Reading

MINUTE = timedelta(minutes=1)


async def post(
    work: Work, text: str, files: Sequence[FileIn] = ()
) -> Registered | DraftKept | Incomplete | TooMany:
    """A message with a marker; ``text`` is what stands behind the marker, nothing for the guided form. What came
    from no chat and is not complete is kept nowhere."""
    async with work.write() as tx:
        return await tx.conclude(await register_post(tx, text, files))


async def register_post(
    tx: Tx, text: str, files: Sequence[FileIn] = ()
) -> Registered | DraftKept | Incomplete | TooMany:
    """A post that is complete is registered at once; else it is kept as a draft. A known one is left alone."""
    own = await own_unit(tx)
    if (beyond := await _check_limit(tx)) is not None:
        return beyond
    body = DraftBody(parts=[Part(text=text, sent=tx.sent)])
    reading = await drafts.read(tx, body.parts, body.chosen, own=own.id)
    if tx.place is not None and reading.problems and (again := await last_form(tx, own, text)):
        body = DraftBody(parts=[Part(text=again, sent=tx.sent)], chosen={AGAIN: True})
    kind = DraftKind.REQUEST if text.strip() else DraftKind.GUIDED
    if kind == DraftKind.REQUEST and await routing.do_route(
        tx, body, reading, reading.problems, own=own.id, chat_id=tx.chat_id
    ):
        reading = await drafts.read(tx, body.parts, body.chosen, own=own.id)
    if kind == DraftKind.GUIDED or reading.problems:
        if tx.place is None:
            return Incomplete(
                problems=tuple(reading.problems), hints=tuple(reading.hints), read=tuple(reading.told)
            )
        return await _begin_draft(tx, own, body, files, kind=kind)
    return await do_register(tx, asked_at_hand(tx, own), body, reading, files)


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
) -> Registered | DraftKept:
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


async def register_offer(work: Work, draft_id: int) -> Registered | DraftKept:
    """ "Register as a request?" — yes."""
    async with work.write() as tx:
        return await tx.conclude(await _do_register_offer(tx, await drafts.mine(tx, draft_id)))


async def _do_register_offer(tx: Tx, draft: Draft) -> Registered | DraftKept:
    draft.kind = DraftKind.REQUEST
    await close(tx, under_it(draft.id))
    return await do_advance(tx, draft, DraftBody.of(tx, draft))


async def add(
    work: Work, draft_id: int, text: str, *, name: str = "", anew: bool = False, files: Sequence[FileIn] = ()
) -> Registered | DraftKept | Dropped:
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
        if tx.policy.delete_posts:  # it goes with the post
            await sources.note(tx, "complete", draft_id=draft.id)
        if not text.strip() and not files:
            raise Refused("error.reply_empty", number=None)
        await attachments.keep(tx, files, draft_id=draft.id)
        if anew:
            body = DraftBody(parts=[Part(text=text, sent=tx.sent)])
        elif text.strip():
            reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
            if (choice := in_words(reading.problems, text)) is not None:
                await do_choose(tx, draft, body, choice.name, str(choice.value))
            else:
                asked = _asked(
                    draft, body, reading
                )  # a form asks for one thing, whatever it asked for before
                name = asked if draft.kind == DraftKind.GUIDED else name or asked
                name, text = replied.meant(body.parts, reading.form.subjects, name, text)
                body.parts.append(Part(text=text, field=name, sent=tx.sent))
        draft.kind = DraftKind.REQUEST if draft.kind == DraftKind.OFFER else draft.kind
        body.keep(tx, draft)
        return await tx.conclude(await do_advance(tx, draft, body))


async def _decide_offer(tx: Tx, draft: Draft, text: str) -> Registered | DraftKept | Dropped:
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


async def advance_edited(tx: Tx, draft: Draft, text: str) -> Registered | DraftKept | Unchanged:
    """The post that began a draft was edited: it is read again with what completed it. An equal text changes
    nothing."""
    body = DraftBody.of(tx, draft)
    if draft.state == DraftState.OPEN and draft.kind != DraftKind.OFFER and body.parts[0].text == text:
        return Unchanged()
    await drafts.mine(tx, draft.id)
    body.parts = [body.parts[0].edited(text, tx.sent), *body.parts[1:]]
    draft.kind = DraftKind.REQUEST if draft.kind == DraftKind.OFFER else draft.kind
    body.keep(tx, draft)
    return await do_advance(tx, draft, body)


async def do_advance(tx: Tx, draft: Draft, body: DraftBody) -> Registered | DraftKept:
    """Register a draft that is complete; else say what is missing."""
    reading = await drafts.read(tx, body.parts, body.chosen, own=draft.unit_id or 0)
    problems = drafts.asks_for(draft, body, reading)
    own = draft.unit_id or 0
    if draft.kind == DraftKind.REQUEST and await routing.do_route(
        tx, body, reading, problems, own=own, chat_id=draft.chat_id
    ):
        reading = await drafts.read(tx, body.parts, body.chosen, own=own)
        problems = drafts.asks_for(draft, body, reading)
    if draft.kind != DraftKind.GUIDED:
        await close_pickers(tx, draft=draft)
    elif not problems:
        await notify_filled(tx, draft, reading.told)
    if problems:
        await misread.note(tx, draft, reading)
        if draft.kind == DraftKind.REQUEST:
            desk = await routing.ask_desk(tx, draft, body, reading, problems)
            problems = list(routing.at_desk(problems, desk)) if desk is not None else problems
        kept = drafts.kept(draft, body, problems, reading)
        await notify_wanting(tx, draft, kept)
        return kept
    draft.state, draft.sealed = DraftState.DONE, DraftBody().seal(tx)  # the request has it all
    source = Asked(
        own=await tx.session.get_one(Unit, draft.unit_id),
        asker_id=draft.person_id,
        key=f"{draft.chat_id}:{draft.message_id}",
        chat_id=draft.chat_id,
        thread_id=draft.thread_id,
        message_id=draft.message_id,
        draft=draft,
    )
    return await do_register(tx, source, body, reading, ())
