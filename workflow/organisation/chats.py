"""Groups: entered, left, moved, out of reach."""

from __future__ import annotations

from storage.queries import chats as rows
from storage.queries import operations as operation_rows
from storage.tables.models import Chat
from workflow.kernel.text import t
from workflow.kernel.tx import Place, Sender
from workflow.organisation import exposure, groups, titles
from workflow.organisation.people import see_chat
from workflow.organisation.work import Work
from workflow.record.record import record


async def bot_status(work: Work, *, present: bool, came: bool, went: bool, demoted: bool, by: Sender) -> None:
    """The bot was added to a group (``came``), made an admin there, is one no more (``demoted``), or was thrown out
    (``went``); ``by`` whom."""
    async with work.write() as tx:
        chat = await see_chat(tx, tx.where)
        if not present:
            chat.state = "unreachable"
        elif chat.state != groups.PUBLIC:
            chat.state = "active"
        if demoted:
            await record(tx, None, "bot_demoted", chat=chat.id)
        if demoted or went:
            key = "exposed.demoted" if demoted else "exposed.gone"
            await exposure.tell(tx, chat, key, t("exposed.by", by=by.name, at=tx.now), desk=demoted)
        if came or not present:
            await record(tx, None, "bot_present" if present else "bot_gone", chat=chat.id)
        if not present and tx.policy.ops_chat not in (None, chat.id):
            told = t("ops.bot_gone", title=titles.read(tx.sealer, chat.sealed), chat=str(chat.id))
            await tx.say(told, chat_id=tx.policy.ops_chat, once=f"gone:{chat.id}")
        if came and not await groups.units_of(tx, chat.id):
            await tx.say(t("bind.hello"), chat_id=chat.id, once=f"hello:{chat.id}")


async def migrate(work: Work, old: int, new: int) -> None:
    """A group became a supergroup: everything that named the old id names the new one. Idempotent.

    The channel tells of it twice, and refuses whoever writes to the old id; each of
    them may come first.
    """
    async with work.write() as tx:
        chat = await rows.lock(tx.session, old)
        if chat is not None and chat.moved_to == new:
            return
        if chat is None:
            chat = Chat(id=old, kind="group", first_seen=tx.now, state="active")
            tx.session.add(chat)
        target = await tx.session.get(Chat, new)
        if target is None:
            target = Chat(id=new, kind="supergroup", sealed=chat.sealed, first_seen=tx.now, state="active")
            tx.session.add(target)
        target.language = target.language or chat.language
        target.timezone = target.timezone or chat.timezone
        target.digest_at = target.digest_at or chat.digest_at
        await tx.session.flush()
        await rows.move(tx.session, old, new)
        await operation_rows.move(tx.session, tx.sealer, old, new, now=tx.now)
        chat.state, chat.moved_to = "migrated", new
        groups.forget(tx)
        await record(tx, None, "migrate", old=old, new=new)


async def unreachable(work: Work, chat_id: int, why: str) -> None:
    """Sending says that we were thrown out or blocked."""
    async with work.write() as tx:
        chat = await tx.session.get(Chat, chat_id)
        if chat is None:
            private = await groups.is_private(tx, chat_id)
            chat = await see_chat(tx, Place(chat_id=chat_id, kind=groups.PRIVATE if private else "group"))
        if chat.state != "migrated":
            chat.state = "unreachable"
        await record(tx, None, "unreachable", chat=chat_id, why=why)
