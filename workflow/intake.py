"""A post becomes a request, or a draft that says what is still missing.

A draft is kept in the database from its first word on: a restart forgets nothing, and it is completed by a
reply, by a tap, or by editing the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from storage import chats as chat_rows
from storage import requests as rows
from storage.models import Draft, File, Request, Unit
from workflow import deadlines, reuse, units
from workflow.body import Body
from workflow.errors import Refused
from workflow.lifecycle import FileIn, send_files
from workflow.places import own_unit
from workflow.reading import MAX_TEXT, Part, Problem, Reading, understand
from workflow.record import record
from workflow.requests import access, apply, number_of, show, sides, tell
from workflow.text import Button, Text, t
from workflow.work import Place, Tx, Work

GUIDED_ORDER = ("type", "to", "subject", "case", "period", "reason", "urgency")
BUTTONS_IN_A_ROW = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    numbers: tuple[str, ...] = ()
    draft: bool = False


@dataclass(kw_only=True)
class DraftBody:
    """What a draft holds, sealed: what was written for it, and what was tapped."""

    parts: list[Part] = field(default_factory=list)
    chosen: dict[str, Any] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        return {"parts": [[p.text, p.field] for p in self.parts], "chosen": self.chosen}

    @classmethod
    def of(cls, tx: Tx, draft: Draft) -> DraftBody:
        plain = tx.sealer.unseal("drafts", draft.sealed)
        return cls(
            parts=[Part(text=text, field=name) for text, name in plain["parts"]], chosen=plain["chosen"]
        )

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts)


def origin_key(place: Place) -> str:
    return f"{place.chat_id}:{place.message_id}"


async def post(work: Work, text: str, files: Sequence[FileIn] = ()) -> Registered:
    """A message with a marker; ``text`` is what stands behind the marker."""
    async with work.write() as tx:
        known = await rows.by_origin(tx.session, origin_key(tx.where))
        if known:
            return Registered(numbers=tuple(r.number or "" for r in known))
        own = await own_unit(tx)
        draft = await _new_draft(
            tx, own, DraftBody(parts=[Part(text=text)]), kind="request" if text.strip() else "guided"
        )
        await _keep_files(tx, draft, files)
        return await _advance(tx, draft)


async def offer_to_register(work: Work, text: str, files: Sequence[FileIn] = ()) -> None:
    """Three or more known labels but no marker: ask rather than stay silent."""
    async with work.write() as tx:
        if not await chat_rows.units_of(tx.session, tx.where.chat_id):
            return
        own = await own_unit(tx)
        draft = await _new_draft(tx, own, DraftBody(parts=[Part(text=text)]), kind="offer")
        await _keep_files(tx, draft, files)
        yes = Button(label=t("button.register"), data=f"1:register:{draft.id}")
        no = Button(label=t("button.dismiss"), data=f"1:dismiss:{draft.id}")
        await tx.say(t("ask.register"), buttons=[[yes, no]], draft_id=draft.id, purpose="draft")


async def _new_draft(tx: Tx, own: Unit, body: DraftBody, *, kind: str) -> Draft:
    draft = Draft(
        chat_id=tx.where.chat_id, thread_id=tx.where.thread_id, message_id=tx.where.message_id or 0,
        person_id=tx.who.person_id, unit_id=own.id, kind=kind, at=tx.now,
        expires_at=tx.now + tx.policy.draft_for, sealed=tx.sealer.seal("drafts", body.json()),
    )  # fmt: skip
    tx.session.add(draft)
    await tx.session.flush()
    return draft


async def _own_draft(tx: Tx, draft_id: int) -> Draft:
    """An open draft of the one who acts. Raises :class:`Refused`."""
    draft = await tx.session.get(Draft, draft_id)
    if draft is None or draft.state != "open":
        raise Refused("error.draft_gone", example="#协作 户籍证明")
    if draft.person_id != tx.who.person_id:
        raise Refused("denied.draft")
    return draft


async def add(
    work: Work, draft_id: int, text: str, *, name: str = "", files: Sequence[FileIn] = ()
) -> Registered:
    """A reply to what the bot said about a draft; ``name``: the field it was asked about."""
    async with work.write() as tx:
        draft = await _own_draft(tx, draft_id)
        body = DraftBody.of(tx, draft)
        if not text.strip() and not files:
            raise Refused("error.reply_empty", number="")
        missing = [p.field for p in (await _read(tx, draft, body)).problems]
        asked = name or (missing[0] if len(set(missing)) == 1 else "")
        body.parts.append(Part(text=text, field=asked))
        draft.sealed = tx.sealer.seal("drafts", body.json())
        await _keep_files(tx, draft, files)
        return await _advance(tx, draft)


async def choose(work: Work, draft_id: int, name: str, value: str) -> Registered:
    """A tap on one of the choices under a draft."""
    async with work.write() as tx:
        draft = await _own_draft(tx, draft_id)
        body = DraftBody.of(tx, draft)
        if name == "to":
            if not value.isdigit():
                raise Refused("error.button_old")
            body.chosen["to"] = [int(value)]
        elif name in ("type", "urgency"):
            body.chosen[name] = value
        elif name == "anyway":
            body.chosen["anyway"] = True
        else:
            raise Refused("error.button_old")
        draft.sealed = tx.sealer.seal("drafts", body.json())
        return await _advance(tx, draft)


async def register_offer(work: Work, draft_id: int) -> Registered:
    """ "Register as a request?" — yes."""
    async with work.write() as tx:
        draft = await _own_draft(tx, draft_id)
        draft.kind = "request"
        return await _advance(tx, draft)


async def dismiss(work: Work, draft_id: int) -> None:
    async with work.write() as tx:
        draft = await _own_draft(tx, draft_id)
        draft.state = "dropped"
        await tx.queue(
            "edit",
            chat_id=draft.chat_id,
            payload={"message_id": tx.where.message_id, "text": t("draft.dropped").json(), "buttons": []},
        )


async def _read(tx: Tx, draft: Draft, body: DraftBody) -> Reading:
    return understand(
        body.parts, policy=tx.policy, units=await units.current(tx), own=draft.unit_id or 0, now=tx.now,
        draft_id=draft.id, chosen=body.chosen,
    )  # fmt: skip


async def _advance(tx: Tx, draft: Draft) -> Registered:
    """Register a draft that is complete; else say what is missing."""
    body = DraftBody.of(tx, draft)
    reading = await _read(tx, draft, body)
    problems = list(reading.problems)
    if draft.kind == "guided" and not problems and "urgency" not in body.chosen and not reading.form.urgency:
        choices = tuple(
            Button(label=t(f"urgency.{u}"), data=f"1:set:{draft.id}:urgency:{u}")
            for u in ("normal", "urgent", "flash")
        )
        problems = [Problem(field="urgency", text=t("guided.urgency"), buttons=choices)]
    if problems:
        await (_ask_next if draft.kind == "guided" else _ask_all)(tx, draft, problems, reading)
        return Registered(draft=True)
    draft.state = "done"
    return Registered(numbers=tuple([r.number or "" for r in await _register(tx, draft, body, reading)]))


async def _ask_all(tx: Tx, draft: Draft, problems: Sequence[Problem], reading: Reading) -> None:
    """All that is wrong, field by field, in one reply; the draft is kept."""
    lines: list[Text] = [p.text for p in problems] + list(reading.hints)
    keyboard = [row for p in problems for row in _in_rows(p.buttons)]
    await tx.say(
        t("draft", problems=lines, until=draft.expires_at), chat_id=draft.chat_id, thread_id=draft.thread_id,
        reply_to=draft.message_id,
        buttons=_once(keyboard), ask=not keyboard, draft_id=draft.id, purpose="draft",
    )  # fmt: skip


async def _ask_next(tx: Tx, draft: Draft, problems: Sequence[Problem], reading: Reading) -> None:
    """The guided form asks one thing at a time."""
    problem = min(problems, key=lambda p: GUIDED_ORDER.index(p.field) if p.field in GUIDED_ORDER else 99)
    step = len(DraftBody.of(tx, draft).parts) + len(DraftBody.of(tx, draft).chosen)
    text = (
        problem.text if problem.text.key.startswith(("problem.", "guided.")) else t(f"guided.{problem.field}")
    )
    await tx.say(
        text, chat_id=draft.chat_id, thread_id=draft.thread_id, reply_to=draft.message_id,
        buttons=_in_rows(problem.buttons), ask=not problem.buttons, draft_id=draft.id,
        purpose=f"draft:{problem.field}", once=f"guided:{draft.id}:{step}",
    )  # fmt: skip


def _in_rows(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[i : i + BUTTONS_IN_A_ROW]) for i in range(0, len(buttons), BUTTONS_IN_A_ROW)]


def _once(keyboard: Sequence[tuple[Button, ...]]) -> list[tuple[Button, ...]]:
    """Rows without those that stand above already (two damaged numbers, one "register anyway")."""
    kept: list[tuple[Button, ...]] = []
    for row in keyboard:
        if row not in kept:
            kept.append(row)
    return kept


async def _register(tx: Tx, draft: Draft, body: DraftBody, reading: Reading) -> list[Request]:
    """One request for each unit that is asked, each with its own number and clock."""
    own = await tx.session.get_one(Unit, draft.unit_id)
    files = (await tx.session.scalars(select(File).where(File.draft_id == draft.id).order_by(File.id))).all()
    made = []
    for unit in reading.to:
        request = await _insert(tx, draft, body, reading, own, unit)
        for file in files:
            tx.session.add(
                File(
                    request_id=request.id,
                    kind=file.kind,
                    sealed=file.sealed,
                    at=file.at,
                    chat_id=file.chat_id,
                    message_id=file.message_id,
                    media_group=file.media_group,
                )  # fmt: skip
            )
        await tx.session.flush()
        await _announce(tx, request, unit, bool(files))
        made.append(request)
    if reading.hints:
        await tx.say(
            t("hints", hints=list(reading.hints)),
            chat_id=draft.chat_id,
            thread_id=draft.thread_id,
            reply_to=draft.message_id,
        )
    return made


async def _insert(tx: Tx, draft: Draft, body: DraftBody, reading: Reading, own: Unit, unit: Unit) -> Request:
    local = tx.now.astimezone(tx.policy.zone)
    counter = await rows.next_counter(tx.session, own.id, local.year)
    due = reading.due or deadlines.due_for(tx.policy, reading.urgency, tx.now)
    content = _content(reading, body.text)
    request = Request(
        number=number_of(own.code, local.year, counter), origin_key=f"{draft.chat_id}:{draft.message_id}",
        type=reading.type, state="open", urgency=reading.urgency, from_unit_id=own.id, to_unit_id=unit.id,
        asker_id=draft.person_id, chat_id=draft.chat_id, thread_id=draft.thread_id, message_id=draft.message_id,
        sealed=content.seal(tx.sealer), asked_at=tx.now, due_at=due, due_fixed=reading.due is not None,
        accept_by=deadlines.accept_by(tx.policy, tx.now, due), version=0, event_seq=0, partial=False, key_version=0,
    )  # fmt: skip
    tx.session.add(request)
    await tx.session.flush()
    await record(
        tx,
        request,
        "register",
        number=request.number,
        to=unit.code,
        type=reading.type,
        urgency=reading.urgency,
        due=due,
    )
    await deadlines.replan(tx, request)
    await show(tx, request)
    compared = await reuse.index(tx, request, content)
    await reuse.look_back(tx, request, compared)
    return request


def _content(reading: Reading, text: str) -> Body:
    form = reading.form
    return Body(
        subjects=form.subjects, case=form.case[:MAX_TEXT], period=reading.period, reason=form.reason[:MAX_TEXT],
        basis=form.basis[:MAX_TEXT], note=form.note[:MAX_TEXT], text=text[: MAX_TEXT * 4],
    )  # fmt: skip


async def _announce(tx: Tx, request: Request, unit: Unit, has_files: bool) -> None:
    asked = (await sides(tx, request)).asked
    if not asked:
        await tell(
            tx, request, t("asked_unreachable", number=request.number, unit=unit.name), [request.chat_id]
        )
    if has_files:
        await send_files(tx, request, [chat for chat in asked if chat != request.chat_id])


async def _keep_files(tx: Tx, draft: Draft, files: Sequence[FileIn]) -> None:
    """The files of the message, and those of its album that came before it."""
    for file in files:
        tx.session.add(_file_row(tx, file, draft_id=draft.id))
    groups = {file.media_group for file in files if file.media_group}
    if groups:
        await tx.session.execute(
            update(File)
            .where(
                File.chat_id == tx.where.chat_id, File.media_group.in_(groups),
                File.draft_id.is_(None), File.request_id.is_(None),
            )
            .values(draft_id=draft.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    await tx.session.flush()


def _file_row(tx: Tx, file: FileIn, **columns: Any) -> File:
    return File(
        kind=file.kind, at=tx.now, media_group=file.media_group, chat_id=tx.where.chat_id, message_id=tx.where.message_id,
        sealed=tx.sealer.seal("files", {"file_id": file.file_id, "unique_id": file.unique_id, "name": file.name}),
        **columns,
    )  # fmt: skip


async def album_item(work: Work, files: Sequence[FileIn]) -> None:
    """An item of an album without a caption of its own: it belongs where the captioned one belongs.

    The items come as separate updates, in any order, and nothing says which is the last.
    """
    async with work.write() as tx:
        for file in files:
            siblings = (
                await tx.session.scalars(
                    select(File).where(File.chat_id == tx.where.chat_id, File.media_group == file.media_group)
                )
            ).all()
            homes = {(s.request_id, s.answer_id, s.draft_id) for s in siblings}
            for request_id, answer_id, draft_id in homes or {(None, None, None)}:
                tx.session.add(
                    _file_row(tx, file, request_id=request_id, answer_id=answer_id, draft_id=draft_id)
                )
                request = await tx.session.get(Request, request_id) if request_id else None
                if request is not None:
                    at_home = tx.where.chat_id == request.chat_id
                    both = await sides(tx, request)
                    await send_files(tx, request, both.asked if at_home else [request.chat_id])
                    await show(tx, request)


async def edited(work: Work, text: str | None, *, source_text: str) -> None:
    """The original of a draft or a request was edited. ``text``: behind the marker; None without one.

    Telegram reports invisible changes too (a reaction, a link preview): an equal text changes nothing.
    """
    async with work.write() as tx:
        draft = await tx.session.scalar(
            select(Draft).where(Draft.chat_id == tx.where.chat_id, Draft.message_id == tx.where.message_id)
        )
        requests = await rows.by_origin(tx.session, origin_key(tx.where))
        if draft is not None and draft.state == "open" and draft.kind != "offer":
            await _edit_draft(tx, draft, text if text is not None else source_text)
        elif requests:
            await _edit_requests(tx, draft, list(requests), text if text is not None else source_text)
        elif draft is None and text is not None and text.strip():
            own = await own_unit(tx)
            await _advance(tx, await _new_draft(tx, own, DraftBody(parts=[Part(text=text)]), kind="request"))


async def _edit_draft(tx: Tx, draft: Draft, text: str) -> None:
    body = DraftBody.of(tx, draft)
    if body.parts and body.parts[0].text == text:
        return
    if draft.person_id != tx.who.person_id:
        raise Refused("denied.draft")
    body.parts = [Part(text=text), *body.parts[1:]]
    draft.sealed = tx.sealer.seal("drafts", body.json())
    await _advance(tx, draft)


async def _edit_requests(tx: Tx, draft: Draft | None, requests: list[Request], text: str) -> None:
    """Every request that the message made is changed, with the change in its record, until it is answered."""
    body = DraftBody.of(tx, draft) if draft is not None else DraftBody()
    if body.parts and body.parts[0].text == text:
        return
    for request in requests:
        await access(tx, request, "edit")
    before = await _read_again(tx, requests[0], body)
    body.parts = [Part(text=text), *body.parts[1:]]
    reading = await _read_again(tx, requests[0], body)
    if reading is None:
        return
    blocking = [p for p in reading.problems if not p.soft]
    numbers = "、".join(r.number or "" for r in requests)
    if blocking:
        raise Refused("error.edit_unreadable", number=numbers, problems=[p.text for p in blocking])
    # Compared with the text, not with the rows: after a transfer the text still names who was asked first.
    if before is not None and [u.id for u in reading.to] != [u.id for u in before.to]:
        raise Refused("error.edit_to", number=numbers)
    for request in requests:
        await _change_content(tx, request, reading, body)
    if draft is not None:
        draft.sealed = tx.sealer.seal("drafts", body.json())


async def _read_again(tx: Tx, request: Request, body: DraftBody) -> Reading | None:
    """The text as it would have been read when it was posted."""
    if not body.parts:
        return None
    return understand(
        body.parts, policy=tx.policy, units=await units.current(tx), own=request.from_unit_id or 0,
        now=request.asked_at, chosen=body.chosen,
    )  # fmt: skip


async def _change_content(tx: Tx, request: Request, reading: Reading, body: DraftBody) -> None:
    before = Body.of(request, tx.sealer)
    content = _content(reading, body.text)
    due = reading.due or (
        request.due_at
        if request.due_fixed
        else deadlines.due_for(tx.policy, reading.urgency, request.asked_at)
    )
    changed = [
        name
        for name in ("subjects", "case", "period", "reason", "basis", "note")
        if getattr(before, name) != getattr(content, name)
    ]
    changed += (
        ["type"] * (request.type != reading.type)
        + ["urgency"] * (request.urgency != reading.urgency)
        + ["due"] * (request.due_at != due)
    )
    was = request.state
    await apply(
        tx, request, "edit", detail={"fields": changed, "text_before": before.text},
        sealed=content.seal(tx.sealer), type=reading.type, urgency=reading.urgency, due_at=due,
        due_fixed=reading.due is not None or request.due_fixed, accept_by=deadlines.accept_by(tx.policy, request.asked_at, due or tx.now),
        **({"handler_id": None, "accepted_at": None} if was == "returned" else {}),
    )  # fmt: skip
    compared = await reuse.index(tx, request, content)
    if {"subjects", "type", "case", "period"} & set(changed):
        await reuse.look_back(tx, request, compared)
    fields = [t(f"field.{'subject' if name == 'subjects' else name}") for name in changed] or [
        t("field.text")
    ]
    told = t("edited", number=request.number, fields=fields, by=tx.who.name)
    await tell(tx, request, told, [*(await sides(tx, request)).asked] if was != "open" else [request.chat_id])


async def expire_drafts(tx: Tx) -> int:
    """Drafts that nobody completed: dropped, and their author is told. How many."""
    due = (
        await tx.session.scalars(
            select(Draft).where(Draft.state == "open", Draft.expires_at < tx.now).limit(100)
        )
    ).all()
    for draft in due:
        draft.state = "dropped"
        if draft.kind != "offer":
            await tx.say(
                t("draft.expired"),
                chat_id=draft.chat_id,
                thread_id=draft.thread_id,
                reply_to=draft.message_id,
            )
    return len(due)
