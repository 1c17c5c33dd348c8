"""The books after a run, beside what people wrote and what stands in the chats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from storage.engine import Store
from storage.models import (
    Answer,
    Comment,
    InboxUpdate,
    OutboxLine,
    Post,
    Reminder,
    Request,
)
from tests.chaos.crowd import Crowd
from tests.chaos.figures import Figures
from tests.e2e.cast import CHAT_IDS
from tests.e2e.conversation import Said, said_of
from tests.e2e.desk import Desk

STATES = {
    "open": ("待受理", "waiting"), "accepted": ("处置中", "in hand"), "returned": ("退回补充", "returned"),
    "answered": ("已反馈", "answered"), "declined": ("已拒绝", "declined"), "closed": ("已办结", "closed"),
    "cancelled": ("已撤销", "cancelled"),
}  # fmt: skip


async def audit(store: Store, desk: Desk, crowd: Crowd, figures: Figures) -> None:
    """Fills in what the books say. The bot is stopped, the sandbox still knows every message."""
    async with store.read() as session:
        requests = list(await session.scalars(select(Request).where(Request.number.is_not(None))))
        posts = list(await session.scalars(select(Post).where(Post.purpose == "card")))
        figures.unhandled = await session.scalar(select(func.count()).where(InboxUpdate.state != "done")) or 0
        figures.unsent = await session.scalar(select(func.count()).where(OutboxLine.state != "sent")) or 0
        sent = select(Reminder.request_id, Reminder.kind, Reminder.stage, Reminder.due_at).where(
            Reminder.state == "sent"
        )
        reminders = Counter(tuple(row) for row in await session.execute(sent))
        texts = [
            store.sealer.unseal("answers", one) for one in await session.scalars(select(Answer.sealed))
        ] + [store.sealer.unseal("comments", one) for one in await session.scalars(select(Comment.sealed))]
    figures.posted, figures.requests = len(crowd.posted), len(requests)
    figures.reminders, figures.reminders_doubled = len(reminders), sum(reminders.values()) - len(reminders)
    _count_origins(requests, crowd, figures)
    _count_acts([text["text"] for text in texts], crowd, figures)
    await _look_at_cards(requests, posts, desk, crowd, figures)


def _count_origins(requests: Sequence[Request], crowd: Crowd, figures: Figures) -> None:
    """Every post is one request, and every request was posted."""
    found = Counter(request.origin_key for request in requests)
    figures.lost = sum(1 for posted in crowd.posted if not found[posted.origin])
    figures.doubled = sum(count - 1 for count in found.values() if count > 1)
    figures.doubled += len(requests) - len({request.number for request in requests})
    figures.notes += [f"lost: {posted.origin}" for posted in crowd.posted if not found[posted.origin]]
    known = {posted.origin for posted in crowd.posted}
    figures.notes += [f"nobody posted {name}" for name in found if name not in known]


def _count_acts(texts: Sequence[str], crowd: Crowd, figures: Figures) -> None:
    figures.done_twice = sum(max(0, sum(token in text for text in texts) - 1) for token in crowd.tokens)


async def _look_at_cards(
    requests: Sequence[Request], posts: Sequence[Post], desk: Desk, crowd: Crowd, figures: Figures
) -> None:
    """In each group of a request stands its card, known to the books, as the request is now."""
    standing = {group: await _everything(desk, group) for group in CHAT_IDS}
    known = {(post.request_id, post.chat_id): post.message_id for post in posts}
    by_origin = {posted.origin: posted for posted in crowd.posted}
    for request in requests:
        posted = by_origin.get(request.origin_key or "")
        for group in posted.groups if posted else ():
            card = known.get((request.id, CHAT_IDS[group]))
            said = next((one for one in standing[group] if one.id == card), None)
            if said is None or str(request.number) not in said.text:
                figures.cards_missing += 1
                figures.notes.append(f"{request.number} has no card in {group}")
            elif not any(word in said.text for word in STATES[request.state]):
                figures.cards_stale += 1
                figures.notes.append(f"{request.number} is {request.state}, in {group} stands: {said.text}")
    figures.messages = sum(len(messages) for messages in standing.values())
    figures.seen_twice = _seen_twice(standing)


async def _everything(desk: Desk, group: str) -> list[Said]:
    """All that the bot's messages in a group say now."""
    answer = await desk.get("messages", chat=CHAT_IDS[group], limit=10**9)
    return [said for said in map(said_of, answer["messages"]) if said.from_bot]


def _seen_twice(standing: dict[str, list[Said]]) -> int:
    """Cards of one request in one group beyond the first, and equal notices in answer to one message.

    Nudges and prompts are left out: people may well ask for the same twice.
    """
    twice = 0
    for messages in standing.values():
        cards = Counter(said.text.split()[1] for said in messages if "→" in said.text and "/r_" in said.text)
        notices = Counter(
            (said.raw.get("reply", {}).get("message_id"), said.text)
            for said in messages
            if "→" not in said.text and not said.text.startswith("🔔") and not _asks(said)
        )
        twice += sum(cards.values()) - len(cards) + sum(notices.values()) - len(notices)
    return twice


def _asks(said: Said) -> bool:
    return bool((said.raw.get("markup") or {}).get("force_reply"))
