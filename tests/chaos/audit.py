"""The books after a run, beside what people wrote, what the bot called, and what stands in the chats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from sandbox.world.model import Message
from storage.database.engine import Store
from storage.tables.models import Answer, Comment, InboxUpdate, OutboxLine, Post, Reminder, Request
from tests.chaos.calls import Calls
from tests.chaos.crowd import Crowd
from tests.chaos.figures import Figures
from tests.e2e.cast import CHAT_IDS
from tests.e2e.desk import Desk

STATES = {
    "open": ("待受理", "waiting"), "accepted": ("处置中", "in hand"), "returned": ("退回补充", "returned"),
    "answered": ("已反馈", "answered"), "declined": ("已拒绝", "declined"), "closed": ("已办结", "closed"),
    "cancelled": ("已撤销", "cancelled"),
}  # fmt: skip
GIVEN_UP = ("update_set_aside", "line_given_up")
Standing = dict[tuple[int, int], Message]
"""By chat and number, what the bot has said, as it stands now."""


async def audit(store: Store, desk: Desk, crowd: Crowd, calls: Calls, figures: Figures) -> None:
    """Fills in what the books say. The bot is stopped, the sandbox still knows every message."""
    async with store.read() as session:
        requests = list(await session.scalars(select(Request).where(Request.number.is_not(None))))
        posts = list(await session.scalars(select(Post).where(Post.purpose != "source")))
        figures.unhandled = await session.scalar(select(func.count()).where(InboxUpdate.state != "done")) or 0
        figures.unsent = await session.scalar(select(func.count()).where(OutboxLine.state != "sent")) or 0
        sent = select(Reminder.request_id, Reminder.kind, Reminder.stage, Reminder.due_at).where(
            Reminder.state == "sent"
        )
        reminders = Counter(tuple(row) for row in await session.execute(sent))
        texts = [
            store.sealer.unseal("answers", one) for one in await session.scalars(select(Answer.sealed))
        ] + [store.sealer.unseal("comments", one) for one in await session.scalars(select(Comment.sealed))]
    standing = _standing(desk)
    figures.posted, figures.requests, figures.messages = len(crowd.posted), len(requests), len(standing)
    figures.reminders, figures.reminders_doubled = len(reminders), sum(reminders.values()) - len(reminders)
    _count_origins(requests, crowd, figures)
    _count_acts([text["text"] for text in texts], crowd, figures)
    _look_at_cards(requests, posts, standing, crowd, figures)
    noted = {(post.chat_id, post.message_id) for post in posts}
    _count_messages(noted, standing, calls, figures)
    _count_answers(noted, standing, desk, figures)
    _read_the_log(desk, figures)


def _standing(desk: Desk) -> Standing:
    world = desk.running.sandbox.world
    return {
        (chat.id, message.id): message
        for chat in world.chats.values()
        for message in chat.messages.values()
        if message.sender is world.bot and not message.is_service
    }


def _count_origins(requests: Sequence[Request], crowd: Crowd, figures: Figures) -> None:
    """Every post is one request, and every request was posted."""
    found = Counter(request.origin_key for request in requests)
    figures.lost = sum(1 for posted in crowd.posted if not found[posted.origin])
    figures.doubled = sum(count - 1 for count in found.values() if count > 1)
    figures.doubled += len(requests) - len({request.number for request in requests})
    figures.notes += [f"lost: {posted.origin}" for posted in crowd.posted if not found[posted.origin]]
    known = {posted.origin for posted in crowd.posted}
    strange = [name for name in found if name not in known]
    figures.doubled += len(strange)
    figures.notes += [f"nobody posted {name}" for name in strange]


def _count_acts(texts: Sequence[str], crowd: Crowd, figures: Figures) -> None:
    figures.done_twice = sum(max(0, sum(token in text for text in texts) - 1) for token in crowd.tokens)


def _look_at_cards(
    requests: Sequence[Request], posts: Sequence[Post], standing: Standing, crowd: Crowd, figures: Figures
) -> None:
    """In each group of a request stands its card, known to the books, as the request is now."""
    known = {(post.request_id, post.chat_id): post.message_id for post in posts if post.purpose == "card"}
    by_origin = {posted.origin: posted for posted in crowd.posted}
    for request in requests:
        posted = by_origin.get(request.origin_key or "")
        for group in posted.groups if posted else ():
            chat_id = CHAT_IDS[group]
            said = standing.get((chat_id, known.get((request.id, chat_id), 0)))
            text = said.text or "" if said else ""
            if str(request.number) not in text:
                figures.cards_missing += 1
                figures.notes.append(f"{request.number} has no card in {group}")
            elif not any(word in text for word in STATES[request.state]):
                figures.cards_stale += 1
                figures.notes.append(f"{request.number} is {request.state}, in {group} stands: {text}")


def _count_messages(noted: set[tuple[int, int]], standing: Standing, calls: Calls, figures: Figures) -> None:
    """Each message that arrived is in the books, or the bot could not know that it had arrived."""
    unnoted = calls.unnoted(noted)
    figures.answers_lost, figures.died_before_noting = unnoted.answer_lost, unnoted.died
    figures.sent_needlessly += len(unnoted.needless)
    figures.notes += [f"sent needlessly: {one}" for one in unnoted.needless]
    figures.never_arrived = len(noted - standing.keys())
    if strays := len(standing.keys() - calls.arrived()):
        figures.notes.append(f"{strays} messages that no call made")


def _count_answers(noted: set[tuple[int, int]], standing: Standing, desk: Desk, figures: Figures) -> None:
    """No message of a person's is answered twice in the same words, by what is in the books.

    Who presses a button twice is answered twice, so replies to the bot's own messages do not count.
    """
    answers = Counter(
        (message.chat.id, message.reply_to, message.text)
        for key, message in standing.items()
        if key in noted and message.reply_to and (message.chat.id, message.reply_to) not in standing
    )
    for (chat, post, text), times in answers.items():
        if times > 1:
            figures.answered_twice += times - 1
            figures.notes.append(f"{times} times to {chat}:{post}: {text}")


def _read_the_log(desk: Desk, figures: Figures) -> None:
    """No line is noted as sent twice, nothing is given up; the tables forget finished lines in time."""
    lines: Counter[int] = Counter()
    for process in desk.running.processes:
        lines.update(event["line"] for event in process.events("sent"))
        figures.given_up += sum(len(process.events(name)) for name in GIVEN_UP)
    again = {line: times for line, times in lines.items() if times > 1}
    figures.sent_needlessly += sum(times - 1 for times in again.values())
    figures.notes += [f"line {line} was sent {times} times" for line, times in again.items()]
