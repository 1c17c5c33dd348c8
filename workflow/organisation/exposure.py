"""What becomes of a group that its units must hear of: it was made public, others read along. They hear of it in
private, each thing once: in the group itself a stranger would read along.

While a group is public nothing is decided for it and nothing is sent to it (:func:`is_public`): its units count as out
of reach there. See ADR 25.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from storage.queries import limits, outbox
from storage.queries.limits import Spent
from storage.tables.models import Chat
from storage.tables.words import PostPurpose
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import groups, private, titles
from workflow.organisation.groups import PUBLIC
from workflow.record.record import record

MOST = 20  # that one message names, while it waits to be sent
SAID_MOST, SAID_IN = 5, timedelta(minutes=10)  # how often it is said in a public group that it is one


async def is_public(tx: Tx, chat_id: int) -> bool:
    """Whether anybody may find a group and read it."""
    chat = await tx.session.get(Chat, chat_id)
    return chat is not None and chat.state == PUBLIC


async def notice(tx: Tx, chat: Chat, *, public: bool) -> None:
    """A group as its channel shows it now: what changes is recorded, and told to its units, once."""
    if public == (chat.state == PUBLIC) or chat.state == "migrated":
        return
    bound = await groups.units_of(tx, chat.id)
    if public and not bound:  # nothing of any unit stands there
        return
    chat.state = PUBLIC if public else "active"
    await tx.session.flush()
    groups.forget(tx)
    await record(tx, None, "made_public" if public else "made_private", chat=chat.id)
    await tell(tx, chat, "exposed.public" if public else "exposed.private", t("exposed.at", at=tx.now))
    if public:
        await say_paused(tx, chat.id, chat_id=chat.id)
    elif bound:
        await tx.say(t("exposed.resumed"), chat_id=chat.id)


async def say_paused(tx: Tx, of: int, *, chat_id: int | None = None) -> None:
    """The one thing that is said in the public group ``of``: that nothing else is. Without ``chat_id`` it answers the
    message at hand. Not as often as a stranger likes: it stands there already."""
    if (
        await limits.spend(tx.session, f"public:{of}", most=SAID_MOST, at=tx.now, window=SAID_IN)
        is not Spent.WITHIN
    ):
        return
    await tx.say(t("denied.public"), chat_id=chat_id, purpose=PostPurpose.PUBLIC, once=f"public:{of}")


async def tell(tx: Tx, chat: Chat, key: str, *lines: Text, desk: bool = True) -> None:
    """Tell the units of a group, in private, what has become of it: ``key`` words it, the ``lines`` are who and when.
    What comes while that waits to be sent is told in the same message. ``desk``: those who look after the desk, where
    no liaison is reached; not of what they hear of anyhow."""
    title = titles.read(tx.sealer, chat.sealed) or str(chat.id)
    for chat_id in await _who_hears(tx, chat.id, desk=desk):
        once = f"{key}:{chat.id}:{chat_id}"
        waiting = await outbox.queued(tx.session, once)
        if waiting is None:
            more = len(lines) - MOST
            told = t(key, title=title, lines=list(lines[:MOST]), more=more if more > 0 else None)
            await tx.say(told, chat_id=chat_id, once=once)
        else:
            payload = tx.sealer.unseal("outbox", waiting.sealed)
            _add(payload["text"]["p"], lines)
            waiting.sealed = tx.sealer.seal("outbox", payload)
    await tx.session.flush()


def _add(params: dict[str, Any], lines: Sequence[Text]) -> None:
    room = max(0, MOST - len(params["lines"]))
    params["lines"] += [line.json() for line in lines[:room]]
    if len(lines) > room:
        params["more"] = (params["more"] or 0) + len(lines) - room


async def _who_hears(tx: Tx, chat_id: int, *, desk: bool) -> tuple[int, ...]:
    """The liaisons of each of its units; for a unit of which none is reached those who look after the desk."""
    hear: dict[int, None] = {}
    for unit in await groups.units_of(tx, chat_id):
        found = await private.liaison_chats(tx, unit.id) or (await _desk(tx, chat_id) if desk else ())
        hear.update(dict.fromkeys(found))
    return tuple(hear)


async def _desk(tx: Tx, but_not: int) -> tuple[int, ...]:
    ops = tx.policy.ops_chat
    return (ops,) if ops not in (None, but_not) else await private.admin_chats(tx)
