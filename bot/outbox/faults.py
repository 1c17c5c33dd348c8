"""What is done when a chat cannot be reached, has moved, lost a topic, or a line is given up."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.outbox.delivery import Faults
from bot.outbox.rows import fail_chat
from bot.runtime.ops import Ops
from storage.database.engine import Store
from storage.queries import chats as chat_rows
from storage.tables.models import Chat, OutboxLine, Request, Unit
from storage.tables.words import PostPurpose
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices.moved import notify_not_moved
from workflow.notices.own_posts import notify_not_deleted
from workflow.notices.topics import notify_topic_gone
from workflow.organisation import chats, groups, titles
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)


def make_faults(
    *, store: Store, ops: Ops, make_work: Callable[[], Work], token_refused: Callable[[], None]
) -> Faults:
    """The remedies, wired to this desk."""
    topics_told: set[tuple[int, int | None]] = set()

    async def unreachable(line: OutboxLine, why: str) -> None:
        work = make_work()
        async with work.read() as tx:
            chat = await tx.session.get(Chat, line.chat_id)
            private = await groups.is_private(tx, line.chat_id)
            known = chat is not None and chat.state == "unreachable"
            title = titles.read(tx.sealer, chat.sealed) if chat else ""
        failed = await fail_chat(store, line.chat_id, now=work.clock(), error=why)
        log.warning("chat_unreachable", chat=line.chat_id, lines=failed, why=why, again=known)
        if known:
            return
        await chats.unreachable(work, line.chat_id, why)
        if private:  # somebody blocked the bot: nobody else's concern
            return
        async with make_work().write() as tx:
            await _tell_other_side(tx, line)
        if line.chat_id != ops.chat_id:
            note = t("ops.unreachable", title=title, chat=str(line.chat_id), why=why)
            await ops.tell(f"unreachable:{line.chat_id}", note)

    async def moved(old: int, new: int) -> None:
        log.info("chat_moved", chat=old, moved_to=new)
        await chats.migrate(make_work(), old, new)

    async def no_topic(line: OutboxLine) -> None:
        log.warning("topic_gone", chat=line.chat_id, thread=line.thread_id)
        topic = (line.chat_id, line.thread_id)
        if topic not in topics_told:
            topics_told.add(topic)
            async with make_work().write() as tx:
                await notify_topic_gone(tx, line.chat_id, line.thread_id)

    async def given_up(line: OutboxLine, incident: str) -> None:
        note = t("ops.given_up", chat=str(line.chat_id), incident=incident)
        await ops.tell(f"given_up:{line.chat_id}", note)

    async def not_deleted(line: OutboxLine) -> None:
        if line.purpose == PostPurpose.SOURCE and line.request_id is not None:
            async with make_work().write() as tx:
                await notify_not_deleted(tx, line.request_id)
        if line.purpose == PostPurpose.MOVED:
            person_id = store.sealer.unseal("outbox", line.sealed)["person_id"]
            async with make_work().write() as tx:
                await notify_not_moved(tx, person_id, chat_id=line.chat_id, thread_id=line.thread_id)

    return Faults(
        unreachable=unreachable,
        moved=moved,
        no_topic=no_topic,
        given_up=given_up,
        not_deleted=not_deleted,
        token_refused=token_refused,
    )


async def _tell_other_side(tx: Tx, line: OutboxLine) -> None:
    """Whoever waits for the unit that we no longer reach is told, once in each of their groups."""
    request = await tx.session.get(Request, line.request_id) if line.request_id is not None else None
    if request is None or request.number is None:
        return
    here = {unit.id for unit in await chat_rows.units_of(tx.session, line.chat_id)}
    sides = [request.from_unit_id, request.to_unit_id]
    lost = next((side for side in sides if side in here), None)
    if lost is None:
        return
    unit = await tx.session.get_one(Unit, lost)
    for other in {side for side in sides if side is not None and side not in here}:
        for chat in await chat_rows.of_unit(tx.session, other):
            note = t("unit_unreachable", unit=unit.name, number=request.number)
            await tx.say(note, chat_id=chat.id, once=f"unreachable:{lost}:{chat.id}")
