"""Outbox lines as what is to be done in their chats, worded when they are sent: in the language the chat has by then,
with the request as it stands by then, and with the rights that its reader has by then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from handlers.views import line_files
from handlers.views.card import card
from handlers.views.digest import digest
from handlers.views.full import full
from handlers.views.job import Job, Line, payload_of, reader_of
from handlers.views.keys import keyboard
from handlers.views.outgoing import (
    Can,
    Delete,
    Edit,
    EditButtons,
    Files,
    Outgoing,
    React,
    Rows,
    Say,
    seen,
)
from handlers.views.rich import Rich
from workflow.kernel.pressed import ANSWERED, Under, post_to_edit
from workflow.kernel.text import Button, from_json, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import LineKind, PostPurpose
from workflow.notices import answers, cards, due_shown, full_texts
from workflow.notices.cards_view import DigestView
from workflow.notices.due_lists import purpose_of
from workflow.notices.keyboards import full_post, load_own
from workflow.notices.moved import load_moved
from workflow.notices.offers_shown import OfferedTo
from workflow.notices.own_posts import load_own_post
from workflow.notices.words import Placed, place
from workflow.organisation import exposure, groups
from workflow.organisation.work import Work


async def render(line: Line, work: Work, can: Can) -> list[Outgoing]:
    """What to do for a line, in order; nothing when nothing is left to say.

    Raises ``ValueError`` for a kind that is not known.
    """
    if (made_anew := line_files.MADE.get(line.kind)) is not None:
        return await made_anew(line, work, can)
    word = _WORDED.get(line.kind)
    if word is None:
        raise ValueError(f"an outbox line of unknown kind: {line.kind}")
    async with work.read(short=True) as tx:
        if line.purpose != PostPurpose.PUBLIC and await _is_shut(tx, line):
            return []
        payload = await payload_of(tx, line)
        if payload is None:
            return []
        reader = await reader_of(tx, line.chat_id)
        return await word(Job(line=line, payload=payload, reader=reader, tx=tx, can=can))


async def _is_shut(tx: Tx, line: Line) -> bool:
    """Whether anybody reads there, so that nothing is said; what is to be taken away is."""
    return line.kind != LineKind.DELETE and await exposure.is_public(tx, line.chat_id)


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
        keys = _rows(job)
        # of a message whose text never changes it is known which buttons it has; of others, what it shows as a whole
        if seen(Rich(), keys) == post.shown:
            return []
        return [EditButtons(message_id=payload["message_id"], rows=keys)]
    placed = await place(job.tx, chat_id, from_json(payload["text"]))
    text, rows = job.reader.rich(placed.text), _rows(job, placed)
    return [] if seen(text, rows) == post.shown else [Edit(message_id=post.message_id, text=text, rows=rows)]


async def _react(job: Job) -> list[Outgoing]:
    return [React(emoji=job.payload["emoji"], message_id=job.payload["message_id"])]


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
    as_of = await full_texts.as_of(job.tx, job.request_id)
    view = await full_texts.load_full(
        job.tx, job.request_id, payload["person_id"], offered=offered, purpose=payload.get("purpose")
    )
    if view is None:
        return [Say(text=reader.say("full.gone"))]
    rows = (*keyboard(view.buttons, reader=reader), *(() if offered is not None else await _own(job)))
    # The buttons of an offer are not those of the request at hand.
    purpose = PostPurpose.FULL if offered is None else ""
    name = f"{view.card.number or 'request'}.txt"
    lasts = job.tx.policy.reveal_for if payload.get("opened") and job.can.deletes else None
    said: list[Outgoing] = [
        Say(
            text=full(view, reader=reader, lasts=lasts),
            rows=rows,
            name=name,
            protect=True,
            purpose=purpose,
            lasts=lasts,
            as_of=as_of,
        )
    ]
    if view.files:
        caption = reader.say("files.request", number=view.card.number or "")
        said.append(
            Files(files=line_files.refs(view.files, reader), caption=caption, protect=True, lasts=lasts)
        )
    return said


async def _delete(job: Job) -> list[Outgoing]:
    """What stood there long enough; or an officer's post, now that its card stands."""
    if job.line.purpose == PostPurpose.MOVED:
        ids, given = job.payload["message_ids"], job.payload.get("given", False)
        gone = await load_moved(job.tx, job.line.chat_id, ids, given=given)
        return [Delete(message_ids=gone)] if gone else []
    if job.line.purpose != PostPurpose.SOURCE:
        return [Delete(message_ids=tuple(job.payload["message_ids"]))]
    ids = await load_own_post(job.tx, job.request_id, job.line.draft_id, job.line.chat_id)
    return [Delete(message_ids=ids)] if ids else []


async def _keys(job: Job) -> list[Outgoing]:
    """The buttons under the last full text that somebody was sent, as they may use them now."""
    post = await full_post(job.tx, job.request_id, job.line.chat_id)
    if post is None:
        return []
    rows = await _own(job)
    return [] if seen(Rich(), rows) == post.shown else [EditButtons(message_id=post.message_id, rows=rows)]


async def _own(job: Job) -> Rows:
    return keyboard(await load_own(job.tx, job.request_id, job.line.chat_id), reader=job.reader)


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


async def _due(job: Job) -> list[Outgoing]:
    """A list of what is due as it stands now: a new one, or in the place of one that was sent."""
    drawn, chat_id = job.payload.get("message_id"), job.line.chat_id
    if drawn is not None and not job.can.edits:
        return []
    if drawn is None:
        worded = await due_shown.word(job.tx, chat_id, job.payload)
    else:
        worded = await due_shown.word_again(job.tx, chat_id, job.payload["line"], drawn)
    if worded is None:
        return []
    text, rows = job.reader.rich(worded.text), keyboard(worded.buttons, reader=job.reader)
    if drawn is None:
        return [Say(text=text, rows=rows, purpose=purpose_of(job.line.id))]
    return [] if seen(text, rows) == worded.shown else [Edit(message_id=drawn, text=text, rows=rows)]


async def _answered(job: Job) -> list[Outgoing]:
    """That there is an answer, as things stand now: said, or in the place of what was said."""
    stands = job.payload.get("message_id")
    notice = await answers.load_notice(job.tx, job.request_id, job.payload["answer"])
    if notice is None or (stands is not None and not job.can.edits):
        return []
    if notice.text is None:  # of an answer that was given before: its words stay
        rows = keyboard(notice.buttons, reader=job.reader)
        return [EditButtons(message_id=stands, rows=rows)] if stands is not None else []
    placed = await place(job.tx, job.line.chat_id, notice.text)
    there = {button.start for row in notice.buttons for button in row}
    more = [(button,) for button in placed.buttons if button.start not in there]
    text, rows = job.reader.rich(placed.text), keyboard([*notice.buttons, *more], reader=job.reader)
    if stands is None:
        return [Say(text=text, rows=rows)]
    post = await post_to_edit(
        job.tx, job.line.chat_id, stands, Under(request_id=job.request_id, purposes=(ANSWERED,))
    )
    shows_it = post is None or post.shown == seen(text, rows)
    return [] if shows_it else [Edit(message_id=stands, text=text, rows=rows)]


_WORDED: dict[str, Callable[[Job], Awaitable[list[Outgoing]]]] = {
    LineKind.SAY: _say,
    LineKind.CARD: _card,
    LineKind.DIGEST: _digest,
    LineKind.DUE: _due,
    LineKind.ANSWERED: _answered,
    LineKind.FILES: line_files.files,
    LineKind.REVEAL: _reveal,
    LineKind.DELETE: _delete,
    LineKind.EDIT: _edit,
    LineKind.REACT: _react,
    LineKind.KEYS: _keys,
    LineKind.DOCUMENT: line_files.document,
    LineKind.PICTURE: line_files.week,
}
