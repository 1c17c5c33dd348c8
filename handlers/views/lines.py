"""Outbox lines as what is to be done in their chats, worded when they are sent: in the language the chat has by then,
with the request as it stands by then, and with the rights that its reader has by then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from handlers.views.card import card
from handlers.views.catalogue import known
from handlers.views.digest import digest
from handlers.views.full import full
from handlers.views.keys import keyboard
from handlers.views.outgoing import (
    Can,
    Document,
    Edit,
    EditButtons,
    FileRef,
    Files,
    Outgoing,
    React,
    Rows,
    Say,
    seen,
)
from handlers.views.reader import Reader
from handlers.views.rich import Rich
from workflow.kernel.pressed import Under, post_to_edit
from workflow.kernel.text import Button, from_json, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import LineKind, PostPurpose
from workflow.lookup import exports
from workflow.notices import cards, due_shown, full_texts
from workflow.notices.cards_view import DigestView, FileLine
from workflow.notices.due_lists import purpose_of
from workflow.notices.files_shown import load_files
from workflow.notices.keyboards import full_post, load_own
from workflow.notices.offers_shown import OfferedTo
from workflow.notices.words import Placed, place
from workflow.organisation import groups
from workflow.organisation.places import tongue
from workflow.organisation.work import Work

UPLOAD_MAX = 50_000_000  # bytes of a document that is sent: what is larger is for the command line


class Line(Protocol):
    """What is looked at of a row of the outbox."""

    @property
    def id(self) -> int: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def chat_id(self) -> int: ...
    @property
    def request_id(self) -> int | None: ...
    @property
    def sealed(self) -> bytes: ...


async def render(line: Line, work: Work, can: Can) -> list[Outgoing]:
    """What to do for a line, in order; nothing when nothing is left to say.

    Raises ``ValueError`` for a kind that is not known.
    """
    if line.kind == LineKind.EXPORT:
        return await _export(line, work, can)
    word = _WORDED.get(line.kind)
    if word is None:
        raise ValueError(f"an outbox line of unknown kind: {line.kind}")
    async with work.read(short=True) as tx:
        payload: dict[str, Any] = tx.sealer.unseal("outbox", line.sealed)
        reader = await _reader(tx, line.chat_id)
        return await word(Job(line=line, payload=payload, reader=reader, tx=tx, can=can))


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A line that is being worded, with what it takes."""

    line: Line
    payload: dict[str, Any]
    reader: Reader
    tx: Tx
    can: Can

    @property
    def request_id(self) -> int:
        if self.line.request_id is None:
            raise ValueError(f"an outbox line of kind {self.line.kind} without a request")
        return self.line.request_id


async def _reader(tx: Tx, chat_id: int) -> Reader:
    own = await tongue(tx, chat_id)
    return Reader(language=own.language, zone=own.zone, now=tx.now)


async def _say(job: Job) -> list[Outgoing]:
    placed = await place(job.tx, job.line.chat_id, from_json(job.payload["text"]))
    rows, text = _rows(job, placed), job.reader.rich(placed.text)
    if not text.plain.strip():  # nobody takes an empty message
        return []
    opens_reply = job.payload.get("ask") and not rows  # beside buttons there is no room for it
    return [
        Say(
            text=text, rows=rows, placeholder=job.reader.plain(t("prompt.placeholder")) if opens_reply else ""
        )
    ]


async def _edit(job: Job) -> list[Outgoing]:
    """The message says something else, unless it shows just that, or is no longer what it was."""
    payload, chat_id = job.payload, job.line.chat_id
    if "under" not in payload:
        return []
    post = await post_to_edit(job.tx, chat_id, payload["message_id"], Under.from_json(payload["under"]))
    if post is None:
        return []
    if payload.get("text") is None:
        return [EditButtons(message_id=payload["message_id"], rows=_rows(job))]
    placed = await place(job.tx, chat_id, from_json(payload["text"]))
    text, rows = job.reader.rich(placed.text), _rows(job, placed)
    return [] if seen(text, rows) == post.shown else [Edit(message_id=post.message_id, text=text, rows=rows)]


async def _react(job: Job) -> list[Outgoing]:
    return [React(emoji=job.payload["emoji"], message_id=job.payload["message_id"])]


async def _files(job: Job) -> list[Outgoing]:
    """The files that the line names; where it names none, those of its request that are new to the chat."""
    tx, reader, chat_id = job.tx, job.reader, job.line.chat_id
    kept_back: list[Outgoing] = []
    if "files" in job.payload:
        caption = job.payload.get("caption")
        text = (await place(tx, chat_id, from_json(caption))).text if caption is not None else None
        files = tuple(
            _ref(file["kind"], file["file_id"], file.get("name") or "", reader)
            for file in job.payload["files"]
        )
    else:
        found = await load_files(tx, job.request_id, chat_id, since=job.line.created_at)
        of_answer = any(file.of_answer for file in found.sent)
        text = t("files.answer" if of_answer else "files.request", number=found.number)
        files = _refs(found.sent, reader)
        if found.kept_back and not found.of_answer:
            told = reader.say("files.in_private", number=found.number, count=found.kept_back)
            kept_back = [Say(text=told, rows=keyboard([found.full], reader=reader))]
    if not files:
        return kept_back
    caption_ = reader.rich(text) if text is not None else Rich()
    return [Files(files=files, caption=caption_, protect=True), *kept_back]


def _refs(files: Sequence[FileLine], reader: Reader) -> tuple[FileRef, ...]:
    return tuple(_ref(file.kind, file.file_id, file.name, reader) for file in files)


def _ref(kind: str, file_id: str, name: str, reader: Reader) -> FileRef:
    sort = "files.refused" if name else "files.refused_nameless"
    return FileRef(kind=kind, file_id=file_id, name=name, refused=reader.say(sort, name=name))


async def _digest(job: Job) -> list[Outgoing]:
    view, reader = DigestView.from_json(job.payload["view"]), job.reader
    text = digest(view, language=reader.language, zone=reader.zone, now=reader.now)
    return [Say(text=text, name=f"digest-{view.day:%Y-%m-%d}.txt")]


async def _card(job: Job) -> list[Outgoing]:
    """A new card, an edit of the one that the chat has, or nothing where it shows just that."""
    view, reader = await cards.load_card(job.tx, job.request_id, job.line.chat_id), job.reader
    if view is None:
        return []
    text, rows = card(view, language=reader.language, zone=reader.zone, now=reader.now, most=job.can.text_max)
    if view.message_id is None:
        return [Say(text=text, rows=rows)]
    return [] if seen(text, rows) == view.shown else [Edit(message_id=view.message_id, text=text, rows=rows)]


async def _reveal(job: Job) -> list[Outgoing]:
    """The full text, protected from forwarding, then its files; a clear word to whom may not any more."""
    if not await groups.is_private(
        job.tx, job.line.chat_id
    ):  # a private chat's line, whatever happened to it
        return []
    payload, reader, offered = job.payload, job.reader, None
    if "offered_to" in payload:
        offered = OfferedTo(request_id=payload["offered_to"], side=payload["side"])
    view = await full_texts.load_full(job.tx, job.request_id, payload["person_id"], offered=offered)
    if view is None:
        return [Say(text=reader.say("full.gone"))]
    rows = (*keyboard(view.buttons, reader=reader), *(() if offered is not None else await _own(job)))
    # The buttons of an offer are not those of the request at hand.
    purpose = PostPurpose.FULL if offered is None else ""
    name = f"{view.card.number or 'request'}.txt"
    said: list[Outgoing] = [
        Say(text=full(view, reader=reader), rows=rows, name=name, protect=True, purpose=purpose)
    ]
    if view.files:
        caption = reader.say("files.request", number=view.card.number or "")
        said.append(Files(files=_refs(view.files, reader), caption=caption, protect=True))
    return said


async def _keys(job: Job) -> list[Outgoing]:
    """The buttons under the last full text that somebody was sent, as they may use them now."""
    post = await full_post(job.tx, job.request_id, job.line.chat_id)
    if post is None:
        return []
    rows = await _own(job)
    return [] if seen(Rich(), rows) == post.shown else [EditButtons(message_id=post.message_id, rows=rows)]


async def _own(job: Job) -> Rows:
    return keyboard(await load_own(job.tx, job.request_id, job.line.chat_id), reader=job.reader)


async def _export(line: Line, work: Work, can: Can) -> list[Outgoing]:
    """A unit's ledger, to one person in private. It is read in batches, so no transaction is held open."""
    async with work.read() as tx:
        if not await groups.is_private(tx, line.chat_id):
            return []
        payload: dict[str, Any] = tx.sealer.unseal("outbox", line.sealed)
        reader = await _reader(tx, line.chat_id)
    if not can.files:
        return [Say(text=reader.say("export.no_files"))]
    made = await exports.make(
        work,
        unit_id=payload["unit_id"],
        person_id=payload["person_id"],
        chinese=known(reader.language) == "zh",
    )
    if made is None:
        return [Say(text=reader.say("export.denied"))]
    if len(made.content) > UPLOAD_MAX:
        return [Say(text=reader.say("export.too_large", unit=made.unit, count=made.rows))]
    caption = reader.say("export.file", unit=made.unit, count=made.rows)
    return [Document(name=made.name, content=made.content, caption=caption, protect=True)]


def _rows(job: Job, placed: Placed | None = None) -> Rows:
    """The buttons of a line, and one to what its chat is not shown, unless it has that."""
    buttons: Sequence[Sequence[dict[str, Any]]] = job.payload.get("buttons") or ()
    rows = [
        [Button(label=from_json(b["label"]), data=b.get("data", ""), start=b.get("start", "")) for b in row]
        for row in buttons
    ]
    there = {button.start for row in rows for button in row}
    rows += [[button] for button in (placed.buttons if placed else ()) if button.start not in there]
    return keyboard(rows, reader=job.reader)


async def _document(job: Job) -> list[Outgoing]:
    """A file that was made when it was decided, to one person in private."""
    if not await groups.is_private(job.tx, job.line.chat_id):
        return []
    if not job.can.files:
        return [Say(text=job.reader.say("export.no_files"))]
    payload = job.payload
    caption = job.reader.rich(from_json(payload["caption"]))
    return [
        Document(name=payload["name"], content=payload["content"].encode(), caption=caption, protect=True)
    ]


async def _due(job: Job) -> list[Outgoing]:
    """A list of what is due as it stands now: a new one, or in the place of one that was sent."""
    drawn, chat_id = job.payload.get("message_id"), job.line.chat_id
    if drawn is not None and not job.can.edits:
        return []
    if drawn is None:
        worded = await due_shown.word(job.tx, chat_id, job.payload)
    else:
        worded = await due_shown.word_again(job.tx, chat_id, job.payload["line"])
    if worded is None:
        return []
    text, rows = job.reader.rich(worded.text), keyboard(worded.buttons, reader=job.reader)
    if drawn is not None:
        return [Edit(message_id=drawn, text=text, rows=rows)]
    return [Say(text=text, rows=rows, purpose=purpose_of(job.line.id))]


_WORDED: dict[str, Callable[[Job], Awaitable[list[Outgoing]]]] = {
    LineKind.SAY: _say,
    LineKind.CARD: _card,
    LineKind.DIGEST: _digest,
    LineKind.DUE: _due,
    LineKind.FILES: _files,
    LineKind.REVEAL: _reveal,
    LineKind.EDIT: _edit,
    LineKind.REACT: _react,
    LineKind.KEYS: _keys,
    LineKind.DOCUMENT: _document,
}
