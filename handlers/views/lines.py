"""Outbox lines as Telegram calls, worded when they are sent: in the language the chat has by then,
with the request as it stands by then, and with the rights that its reader has by then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from handlers.views.card import card
from handlers.views.catalogue import known
from handlers.views.digest import digest
from handlers.views.full import full
from handlers.views.html import Reader, to_plain
from handlers.views.keys import keyboard
from handlers.views.outgoing import DOCUMENT, EDIT, FILES, NOTHING, REACT, SEND, FileRef, Key, Outgoing
from handlers.views.split import CAPTION_MAX, first_part, messages
from workflow.kernel.pressed import Under, may_edit
from workflow.kernel.text import Button, from_json, t
from workflow.kernel.tx import Tx
from workflow.lookup import exports
from workflow.notices import cards, due_lists
from workflow.notices.cards_view import DigestView, FileLine
from workflow.notices.files_shown import load_files
from workflow.notices.keyboards import FULL, full_post, load_own
from workflow.notices.offers_shown import OfferedTo
from workflow.notices.words import Placed, place
from workflow.organisation.places import tongue
from workflow.organisation.work import Work

UPLOAD_MAX = 50_000_000  # bytes of a document: https://core.telegram.org/bots/api#senddocument


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


async def render(line: Line, work: Work) -> list[Outgoing]:
    """The calls to make for a line, in order; ``[NOTHING]`` when nothing is left to say.

    Raises ``ValueError`` for a kind that is not known.
    """
    if line.kind == "export":
        return await _export(line, work)
    word = _WORDED.get(line.kind)
    if word is None:
        raise ValueError(f"an outbox line of unknown kind: {line.kind}")
    async with work.read(short=True) as tx:
        payload: dict[str, Any] = tx.sealer.unseal("outbox", line.sealed)
        return await word(line, payload, await _reader(tx, line.chat_id), tx)


async def _reader(tx: Tx, chat_id: int) -> Reader:
    own = await tongue(tx, chat_id)
    return Reader(language=own.language, zone=own.zone, now=tx.now)


async def _say(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    placed = await place(tx, line.chat_id, from_json(payload["text"]))
    rows = _rows(payload, reader, tx, placed)
    markup = reader.html(placed.text)
    if not to_plain(markup).strip():  # Telegram refuses an empty message
        return [NOTHING]
    said = messages(markup, rows=rows)
    if payload.get("ask") and not rows:  # Telegram takes one kind of reply markup
        placeholder = reader.plain(t("prompt.placeholder"))
        said[-1] = replace(said[-1], force_reply=True, placeholder=placeholder)
    return said


async def _edit(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    if "under" not in payload or not await may_edit(
        tx, line.chat_id, payload["message_id"], Under.from_json(payload["under"])
    ):
        return [NOTHING]
    text = payload.get("text")
    placed = await place(tx, line.chat_id, from_json(text)) if text is not None else None
    markup = first_part(reader.html(placed.text)) if placed is not None else ""
    return [_edit_of(payload["message_id"], markup, _rows(payload, reader, tx, placed))]


async def _react(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    return [Outgoing(kind=REACT, text=payload["emoji"], edit_message_id=payload["message_id"])]


def _edit_of(message_id: int, markup: str, rows: tuple[tuple[Key, ...], ...]) -> Outgoing:
    return Outgoing(kind=EDIT, text=markup, plain=to_plain(markup), rows=rows, edit_message_id=message_id)


async def _files(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    """The files that the line names; where it names none, those of its request that are new to the chat."""
    kept_back: list[Outgoing] = []
    if "files" in payload:
        caption = payload.get("caption")
        text = (await place(tx, line.chat_id, from_json(caption))).text if caption is not None else None
        files = tuple(
            _ref(file["kind"], file["file_id"], file.get("name") or "", reader) for file in payload["files"]
        )
    else:
        found = await load_files(tx, _request(line), line.chat_id, since=line.created_at)
        of_answer = any(file.of_answer for file in found.sent)
        text = t("files.answer" if of_answer else "files.request", number=found.number)
        files = _refs(found.sent, reader)
        if found.kept_back and not found.of_answer:
            told = reader.say("files.in_private", number=found.number, count=found.kept_back)
            rows = keyboard([found.full], reader=reader, bot_username=tx.policy.bot_username)
            kept_back = messages(told, rows=rows)
    if not files:
        return kept_back or [NOTHING]
    markup = first_part(reader.html(text), CAPTION_MAX) if text is not None else ""
    sent = Outgoing(kind=FILES, files=files, caption=markup, plain=to_plain(markup), protect=True)
    return [sent, *kept_back]


def _refs(files: Sequence[FileLine], reader: Reader) -> tuple[FileRef, ...]:
    return tuple(_ref(file.kind, file.file_id, file.name, reader) for file in files)


def _ref(kind: str, file_id: str, name: str, reader: Reader) -> FileRef:
    sort = "files.refused" if name else "files.refused_nameless"
    return FileRef(kind=kind, file_id=file_id, name=name, refused=reader.say(sort, name=name))


async def _digest(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    view = DigestView.from_json(payload["view"])
    markup = digest(view, language=reader.language, zone=reader.zone, now=reader.now)
    return messages(markup, name=f"digest-{view.day:%Y-%m-%d}.txt")


async def _card(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    """A new card, an edit of the one that the chat has, or nothing where it shows just that."""
    view = await cards.load_card(tx, _request(line), line.chat_id)
    if view is None:
        return [NOTHING]
    markup, rows = card(
        view, language=reader.language, zone=reader.zone, now=reader.now, bot_username=tx.policy.bot_username
    )
    if view.message_id is None:
        return [Outgoing(kind=SEND, text=markup, plain=to_plain(markup), rows=rows)]
    edit = _edit_of(view.message_id, markup, rows)
    return [NOTHING if edit.shown == view.shown else edit]


async def _reveal(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    """The full text, protected from forwarding, then its files; a clear word to whom may not any more."""
    if line.chat_id < 0:  # a private chat's line, whatever happened to it
        return [NOTHING]
    offered = None
    if "offered_to" in payload:
        offered = OfferedTo(request_id=payload["offered_to"], side=payload["side"])
    view = await cards.load_full(tx, _request(line), payload["person_id"], offered=offered)
    if view is None:
        return messages(reader.say("full.gone"))
    rows = (
        *keyboard(view.buttons, reader=reader, bot_username=tx.policy.bot_username),
        *(() if offered is not None else await _own(line, reader, tx)),
    )
    name = f"{view.card.number or 'request'}.txt"
    said = messages(full(view, reader=reader), rows=rows, name=name, protect=True)
    if offered is None:  # the buttons of an offer are not those of the request at hand
        said[-1] = replace(said[-1], purpose=FULL)
    if view.files:
        markup = reader.say("files.request", number=view.card.number or "")
        files = _refs(view.files, reader)
        said.append(Outgoing(kind=FILES, files=files, caption=markup, plain=to_plain(markup), protect=True))
    return said


async def _keys(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    """The buttons under the last full text that somebody was sent, as they may use them now."""
    post = await full_post(tx, _request(line), line.chat_id)
    if post is None:
        return [NOTHING]
    edit = _edit_of(post.message_id, "", await _own(line, reader, tx))
    return [NOTHING if edit.shown == post.shown else edit]


async def _own(line: Line, reader: Reader, tx: Tx) -> tuple[tuple[Key, ...], ...]:
    own = await load_own(tx, _request(line), line.chat_id)
    return keyboard(own, reader=reader, bot_username=tx.policy.bot_username)


async def _export(line: Line, work: Work) -> list[Outgoing]:
    """A unit's ledger, to one person in private. It is read in batches, so no transaction is held open."""
    if line.chat_id < 0:
        return [NOTHING]
    async with work.read() as tx:
        payload: dict[str, Any] = tx.sealer.unseal("outbox", line.sealed)
        reader = await _reader(tx, line.chat_id)
    made = await exports.make(
        work,
        unit_id=payload["unit_id"],
        person_id=payload["person_id"],
        chinese=known(reader.language) == "zh",
    )
    if made is None:
        return messages(reader.say("export.denied"))
    if len(made.content) > UPLOAD_MAX:
        return messages(reader.say("export.too_large", unit=made.unit, count=made.rows))
    caption = reader.say("export.file", unit=made.unit, count=made.rows)
    plain = to_plain(caption)
    return [
        Outgoing(
            kind=DOCUMENT,
            caption=caption,
            plain=plain,
            document_name=made.name,
            document=made.content,
            protect=True,
        )
    ]


def _request(line: Line) -> int:
    if line.request_id is None:
        raise ValueError(f"an outbox line of kind {line.kind} without a request")
    return line.request_id


def _rows(
    payload: dict[str, Any], reader: Reader, tx: Tx, placed: Placed | None = None
) -> tuple[tuple[Key, ...], ...]:
    """The buttons of a line, and one to what its chat is not shown, unless it has that."""
    buttons: Sequence[Sequence[dict[str, Any]]] = payload.get("buttons") or ()
    rows = [
        [Button(label=from_json(b["label"]), data=b.get("data", ""), start=b.get("start", "")) for b in row]
        for row in buttons
    ]
    there = {button.start for row in rows for button in row}
    rows += [[button] for button in (placed.buttons if placed else ()) if button.start not in there]
    return keyboard(rows, reader=reader, bot_username=tx.policy.bot_username)


async def _due(line: Line, payload: dict[str, Any], reader: Reader, tx: Tx) -> list[Outgoing]:
    """A list of what is due, as it stands now."""
    worded = await due_lists.word(tx, line.chat_id, payload)
    if worded is None:
        return [NOTHING]
    rows = keyboard(worded.buttons, reader=reader, bot_username=tx.policy.bot_username)
    return messages(reader.html(worded.text), rows=rows)


_WORDED: dict[str, Callable[[Line, dict[str, Any], Reader, Tx], Awaitable[list[Outgoing]]]] = {
    "say": _say,
    "card": _card,
    "digest": _digest,
    "due": _due,
    "files": _files,
    "reveal": _reveal,
    "edit": _edit,
    "react": _react,
    "keys": _keys,
}
