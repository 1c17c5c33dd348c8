"""Reminders as lists: whatever a chat is to be reminded of goes into one message.

A line of the outbox holds which requests, and why. What comes for the same chat while it waits goes into it,
be it a tick's hundred requests or the reminders of a day on which no chat could be reached. How it is worded
when it is sent: :mod:`workflow.notices.due_shown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.queries import outbox_lists as lines
from storage.tables.models import Request
from storage.tables.words import Lane, LineKind, PostPurpose
from workflow.kernel.actions import Section
from workflow.kernel.memo import Slot
from workflow.kernel.tx import Tx

#: So long after a list the next nudges wait for one another.
TOGETHER = timedelta(seconds=20)
#: So long what a list is made of is kept (``workflow/scheduled/retention.py``); after that it stays as it is.
KEPT = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One request that a chat is to hear of. ``nudged``: by whom, if somebody asked for it."""

    request_id: int
    section: Section
    nudged: str = ""


#: What each chat is to hear, and how urgent that is.
_WAITING: Slot[int, tuple[list[Item], list[Lane]]] = Slot()


def note(tx: Tx, chat_id: int, request: Request, section: Section, *, nudged: str = "", lane: Lane) -> None:
    """Remember that a chat is to hear of a request; :func:`flush` queues what was remembered."""
    waiting = tx.memo.of(_WAITING)
    items, lanes = waiting.setdefault(chat_id, ([], []))
    items.append(Item(request_id=request.id, section=section, nudged=nudged))
    lanes.append(lane)


async def flush(tx: Tx, *, not_before: datetime | None = None) -> tuple[str, ...]:
    """Queue one line for each chat that is to hear of something, or add to the one that it has; their keys."""
    waiting = sorted(tx.memo.of(_WAITING).items())
    tx.memo.of(_WAITING).clear()
    for chat_id, (items, lanes) in waiting:  # always in this order: two at once do not block
        while not await _put(tx, chat_id, items, min(lanes), not_before):
            pass
        tx.queued += 1
    return tuple(_key(chat_id) for chat_id, _ in waiting)


def _key(chat_id: int) -> str:
    return f"{LineKind.DUE}:{chat_id}"


async def _put(tx: Tx, chat_id: int, items: list[Item], lane: Lane, not_before: datetime | None) -> bool:
    """False where another process was first: then there is a line to add to."""
    line = await lines.queued(tx.session, _key(chat_id))
    if line is not None:
        payload = tx.sealer.unseal("outbox", line.sealed)
        payload["items"] = _plain(merged([*items_of(payload), *items]))
        await lines.replace(
            tx.session,
            line.id,
            sealed=tx.sealer.seal("outbox", payload),
            lane=min(line.lane, lane),
            request_id=_only(items_of(payload)),
        )
        return True
    # One that is being sent may fail, and goes then, for this one stands for both.
    before = await lines.under_way(tx.session, _key(chat_id), chat_id)
    earlier = {"line": before.id, "payload": tx.sealer.unseal("outbox", before.sealed)} if before else None
    payload = {"items": _plain(merged(items)), "before": earlier}
    return await lines.add(
        tx.session,
        {
            "kind": LineKind.DUE, "chat_id": chat_id, "created_at": tx.now, "lane": lane, "purpose": PostPurpose.DUE,
            "request_id": _only(items) if before is None else None, "not_before": not_before,
            "coalesce_key": _key(chat_id), "sealed": tx.sealer.seal("outbox", payload),
        },
    )  # fmt: skip


def merged(items: Iterable[Item]) -> list[Item]:
    """Each request once in each section, as it was said last."""
    found: dict[tuple[int, Section], Item] = {}
    for item in items:
        key = (item.request_id, item.section)
        before = found.pop(key, None)
        nudged = item.nudged or (before.nudged if before else "")
        found[key] = Item(request_id=item.request_id, section=item.section, nudged=nudged)
    return list(found.values())


def _plain(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def items_of(payload: dict[str, Any]) -> list[Item]:
    return [Item(**item | {"section": Section(item["section"])}) for item in payload["items"]]


def _only(items: Sequence[Item]) -> int | None:
    """What a reply to the message is about, where there is no doubt."""
    ids = {item.request_id for item in items}
    return ids.pop() if len(ids) == 1 else None


async def redraw(tx: Tx, chat_id: int, message_id: int, line_id: int) -> None:
    """Draw a list anew where it stands. ``line_id``: of the outbox, which sent it."""
    await tx.queue(
        LineKind.DUE,
        chat_id=chat_id,
        purpose=PostPurpose.DUE,
        payload={"line": line_id, "message_id": message_id},
        coalesce_key=f"again:{line_id}:{message_id}",
    )


async def redraw_with(tx: Tx, request: Request, chats: Iterable[int]) -> None:
    """Draw anew the lists that these chats were sent of late and that name the request: it has gone its way."""
    for chat_id in chats:
        for post in await lines.lists_in(tx.session, chat_id, not_before=tx.now - KEPT):
            line_id = line_of(post.purpose)
            line = await lines.list_sent(tx.session, line_id, chat_id) if line_id is not None else None
            if line is None:
                continue
            named = items_of(tx.sealer.unseal("outbox", line.sealed))
            if any(item.request_id == request.id for item in named):
                await redraw(tx, chat_id, post.message_id, line.id)


async def redraw_here(tx: Tx, request: Request) -> None:
    """The same in the chat at hand, for what was said to the reminder there."""
    if tx.place is not None:
        await redraw_with(tx, request, [tx.place.chat_id])


def purpose_of(line_id: int) -> str:
    """Of the message that a line of the outbox was sent as: there it is found what it lists."""
    return f"{PostPurpose.DUE}:{line_id}"


def line_of(purpose: str) -> int | None:
    """The inverse of :func:`purpose_of`; None for a message that is no list of reminders."""
    head, _, line_id = purpose.partition(":")
    return int(line_id) if head == PostPurpose.DUE and line_id.isdecimal() else None


async def release(tx: Tx, keys: Iterable[str]) -> None:
    """Nothing more comes: what was held back may go."""
    await lines.release(tx.session, sorted(keys))
    tx.queued += 1  # the outbox looks


async def hold_nudges(tx: Tx, chats: Iterable[int]) -> datetime | None:
    """Until when a nudge waits for others to the same chats: one list for all that come together."""
    last = [
        at
        for chat_id in chats
        if (at := await lines.last_post(tx.session, chat_id, PostPurpose.DUE)) is not None
    ]
    until = max(last, default=tx.now - TOGETHER) + TOGETHER
    return until if until > tx.now else None
