"""What sending leaves in the tables: the line's end, what a message is about, a chat's pause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.views.outgoing import (
    Delete,
    Document,
    Edit,
    EditButtons,
    Files,
    Outgoing,
    React,
    Say,
    shown,
    shown_buttons,
)
from storage.database.engine import Store
from storage.database.failpoints import failpoint
from storage.database.locked import LOCKED
from storage.queries import chats, events, files, posts, requests
from storage.queries import outbox as rows
from storage.tables.models import OutboxLine, Post, Request
from storage.tables.words import TO, LineKind, PostPurpose, State
from workflow.kernel.pressed import ASKED_BEFORE, ASKS_TO_REJECT
from workflow.kernel.tx import SAID, THEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    out: Outgoing  # as it was sent at last
    message_ids: tuple[int, ...]


async def keep_sent(store: Store, line: OutboxLine, parts: Sequence[Sent], now: datetime) -> None:
    """In one transaction: the line is sent, and its messages can be replied to."""
    ids = [message_id for part in parts for message_id in part.message_ids]
    async with store.write() as session:
        outdated = await _is_outdated(session, line, parts)
        said = store.sealer.unseal("outbox", line.sealed) | {SAID: True}
        await rows.sent(
            session,
            line.id,
            now=now,
            message_id=ids[-1] if ids else None,
            sealed=store.sealer.seal("outbox", said),
        )
        for part in parts:
            if isinstance(part.out, React):
                continue
            if isinstance(part.out, Delete):
                await note_deleted(session, line, part.message_ids)
                continue
            if isinstance(part.out, Edit | EditButtons):
                await posts.note_shown(session, line.chat_id, part.message_ids, shown(part.out))
                continue
            if line.kind == LineKind.CARD:  # an earlier card of it is gone, or we would have edited that
                await posts.retire_cards(session, line.chat_id, line.request_id)
            for message_id in part.message_ids:
                await session.merge(_post(line, part, message_id, now, outdated=outdated))
        await _plan_deletion(store, session, line, parts, now)
        await follow(store, session, said.get(THEN), parts, now)
        failpoint("outbox.marking")


#: What changes a request while it waits for approval: its words, its files.
_CHANGES = ("edit", "complete", "file")


async def _is_outdated(session: AsyncSession, line: OutboxLine, parts: Sequence[Sent]) -> bool:
    """Whether a request that waits for approval was changed while its full text, or the question why it is rejected,
    was on its way: the newer text, which is queued behind it, is what is decided about. The request is held, as by an
    edit, so that one of the two sees the other."""
    decides = line.kind == LineKind.REVEAL or line.purpose == ASKS_TO_REJECT
    if not decides or line.request_id is None:
        return False
    request = await session.get(Request, line.request_id, with_for_update=LOCKED)
    if request is None or request.state != State.PENDING:
        return False
    read = [part.out.as_of for part in parts if isinstance(part.out, Say | Document)]
    as_of = max((seq for seq in read if seq is not None), default=None)
    return await events.happened_after(session, request.id, actions=_CHANGES, seq=as_of, at=line.created_at)


async def _plan_deletion(
    store: Store, session: AsyncSession, line: OutboxLine, parts: Sequence[Sent], now: datetime
) -> None:
    """What stands in a chat for a time only is deleted by a line that waits so long: it outlives every restart."""
    ids: defaultdict[timedelta, list[int]] = defaultdict(list)
    for part in parts:
        if isinstance(part.out, Say | Files | Document) and part.out.lasts is not None:
            ids[part.out.lasts] += part.message_ids
    for lasts, gone in ids.items():
        await rows.add(
            session,
            kind=LineKind.DELETE,
            chat_id=line.chat_id,
            created_at=now,
            sealed=store.sealer.seal("outbox", {"message_ids": gone}),
            request_id=line.request_id,
            not_before=now + lasts,
        )


async def note_deleted(session: AsyncSession, line: OutboxLine, message_ids: Sequence[int]) -> None:
    """These messages of its chat are gone; of people's own, the files that they brought are not."""
    await posts.drop(session, line.chat_id, message_ids)
    if line.purpose == PostPurpose.MOVED:
        await files.messages_gone(session, line.chat_id, message_ids)
        await requests.posts_gone(session, line.chat_id, message_ids)


async def follow(
    store: Store, session: AsyncSession, then: dict[str, Any] | None, parts: Sequence[Sent], now: datetime
) -> None:
    """The line that was to follow this one, if what that waits for is done: words in the place of a file are not."""
    if then is None or not any(part.message_ids and isinstance(part.out, Files | Delete) for part in parts):
        return
    line = {name: value for name, value in then.items() if name != "payload"}
    sealed = store.sealer.seal("outbox", then["payload"] | {TO: then["chat_id"]})
    await rows.add(session, created_at=now, sealed=sealed, **line)


def _post(line: OutboxLine, part: Sent, message_id: int, now: datetime, *, outdated: bool) -> Post:
    own = part.out.purpose if isinstance(part.out, Say | Files | Document) else ""
    if outdated and line.purpose == ASKS_TO_REJECT:
        own = ASKED_BEFORE
    # Under a full text only the buttons ever change.
    kept = shown_buttons(part.out) if own == PostPurpose.FULL else shown(part.out)
    if own == PostPurpose.FULL and outdated:
        own = PostPurpose.PICKED
    return Post(
        chat_id=line.chat_id,
        message_id=message_id,
        request_id=line.request_id,
        draft_id=line.draft_id,
        thread_id=line.thread_id,
        purpose=PostPurpose.CARD if line.kind == LineKind.CARD else own or line.purpose,
        shown=kept,
        at=now,
    )


async def keep_pause(store: Store, line: OutboxLine, *, until: datetime, now: datetime) -> None:
    """How long a chat takes nothing, kept over restarts; the line waits with its chat."""
    async with store.write() as session:
        await chats.pause(session, line.chat_id, until=until)
        await rows.postpone(session, line.id, until=now, error="429", counts_as_attempt=False)


async def paused_chats(store: Store, now: datetime) -> list[tuple[int, float]]:
    """Chats that we were told to leave alone, and for how many seconds yet."""
    async with store.read() as session:
        paused = await chats.paused(session, now)
        return [(chat_id, (until - now).total_seconds()) for chat_id, until in paused]


async def sent_lately(store: Store, now: datetime, seconds: float) -> list[tuple[int, float]]:
    """The chats of the messages sent so lately, and how many seconds ago each was, the oldest first."""
    async with store.read() as session:
        found = await rows.sent_since(session, now - timedelta(seconds=seconds), but_not="react")
        return [(chat_id, (now - at).total_seconds()) for chat_id, at in found if at <= now]


async def due_chats(store: Store, now: datetime) -> set[int]:
    """The chats for which a line could be sent now."""
    async with store.read() as session:
        return await rows.due_chats(session, now)


async def fail_chat(store: Store, chat_id: int, *, now: datetime, error: str) -> int:
    """Gives up all that waits for a chat that cannot be reached; returns how many lines."""
    async with store.write() as session:
        ids = await rows.waiting_for(session, chat_id)
        for line_id in ids:
            await rows.failed(session, line_id, now=now, error=error)
        return len(ids)
