"""A topic with the cards of some types is gone: they stand in the general one, and who leads the unit hears it."""

from __future__ import annotations

from collections import defaultdict

from storage.queries import chats as rows
from storage.tables.models import Chat
from workflow.kernel.examples import worded
from workflow.kernel.labels import type_label
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups, private, titles, units
from workflow.record.record import record


async def notify_topic_gone(tx: Tx, chat_id: int, thread_id: int | None) -> None:
    """The group hears in its general topic that the one it was answered in is closed or deleted. Where types of
    requests had their cards there, that is over, and the liaisons of the units hear how to name another."""
    await tx.say(t("topic_gone"), chat_id=chat_id, once=f"topic:{chat_id}")
    if thread_id is None:
        return
    dropped: defaultdict[int, list[str]] = defaultdict(list)
    for unit_id, type_key in await rows.drop_thread(tx.session, chat_id, thread_id):
        dropped[unit_id].append(type_key)
    if not dropped:
        return
    groups.forget(tx)
    keys = sorted({key for found in dropped.values() for key in found})
    await record(tx, None, "unbind", chat=chat_id, topics=keys)
    chat = await tx.session.get(Chat, chat_id)
    title = titles.read(tx.sealer, chat.sealed) if chat is not None else ""
    for unit_id, found in dropped.items():
        unit = await units.by_id(tx, unit_id)
        labels = [_label(tx, key) for key in found]
        example = worded("bind_topic", unit=unit.code if unit else "KS", type=labels[0])
        told = t("topic_gone.types", group=title or str(chat_id), types=labels, example=example)
        for to in await private.liaison_chats(tx, unit_id) or [chat_id]:
            await tx.say(told, chat_id=to)


def _label(tx: Tx, key: str) -> Text:
    rule = tx.policy.types.get(key)
    return type_label(rule) if rule is not None else t("plain", text=key)
