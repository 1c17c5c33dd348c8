"""An alert, said to who sent it: to whom it may go, how far it has come; and whole to who reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.replies.rows import purpose_rows
from workflow.kernel.carried import Press, carry
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.notices.alerts import status_keyboard, status_words
from workflow.organisation.results import AlertBack, AlertSeen, AlertSent, AlertWhole, AlertWhom, AlertWhy


async def say_whom(tx: Tx, whom: AlertWhom) -> None:
    buttons = [
        [Button(label=t("button.alert_tree" if one.tree else "button.alert_operation", name=one.name, count=one.count),
                data=carry(Press.ALERT_TO, whom.draft_id, one.word))]
        for one in whom.options
    ]  # fmt: skip
    await tx.say(t("alert.whom"), buttons=buttons, draft_id=whom.draft_id, purpose=PostPurpose.CHOOSE)


async def say_sent(tx: Tx, sent: AlertSent) -> None:
    """How far it has come, in a message that is drawn anew."""
    one = sent.alert
    await tx.say(await status_words(tx, one), buttons=status_keyboard(one), purpose=one.purpose(0))
    if sent.unreached:
        await tx.say(t("alert.unreached", units=list(sent.unreached)))


async def ask_why(tx: Tx, why: AlertWhy) -> None:
    """In private, whoever reads along where the button stands."""
    rows = purpose_rows(why.purposes, lambda key: carry(Press.ALERT_LOOK, why.alert_id, key))
    await tx.say(
        t("alert.why", number=why.alert_id), chat_id=tx.who.chat_id, buttons=rows, purpose=PostPurpose.LOOK
    )


async def say_whole(tx: Tx, whole: AlertWhole) -> None:
    told = t("alert.whole", number=whole.alert_id, text=whole.text, purpose=whole.purpose or None)
    await tx.say(told, chat_id=tx.who.chat_id)


def seen_words(seen: AlertSeen) -> Text:
    return t("alert.seen_before" if seen.before else "alert.seen_now", by=seen.by)


async def say_seen(tx: Tx, seen: AlertSeen) -> None:
    """The message itself shows it; a reply gets a sign."""
    if not tx.pressed:
        await tx.react("👌", chat_id=tx.where.chat_id, message_id=tx.where.message_id)


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    AlertWhom: say_whom,
    AlertSent: say_sent,
    AlertSeen: say_seen,
    AlertWhy: ask_why,
    AlertWhole: say_whole,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    AlertSeen: seen_words,
    AlertSent: lambda sent: t("toast.alert_sent"),
    AlertBack: lambda back: t("toast.alert_back"),
    AlertWhy: lambda why: t("toast.private"),
    AlertWhole: lambda whole: t("toast.private"),
}
