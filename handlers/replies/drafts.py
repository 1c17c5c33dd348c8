"""What became of words that are no request yet, or are meant for one, said to who wrote them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.replies import requests
from workflow.actions.declining import KIND as DECLINE
from workflow.actions.delaying import KIND as DELAY
from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import CHOOSE
from workflow.kernel.results import Dropped, Edited, Offered, TakenBack, TooMany, WordsUsed
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.drafts import under_it
from workflow.request.aside import say_aside

#: Kinds of drafts that hold what is said to a request, which stands as it did.
ABOUT_A_REQUEST = frozenset({DELAY, DECLINE})


async def say_used(tx: Tx, used: WordsUsed) -> None:
    """The message that asked for which request says what came of it; what it is itself, was said before."""
    await pressed.close(tx, under_it(used.draft_id), used_words(used))


def used_words(used: WordsUsed) -> Text:
    return requests.TOAST[type(used.result)](used.result)


async def say_dropped(tx: Tx, dropped: Dropped) -> None:
    """What asked about it says so; else a message does."""
    if tx.pressed:
        await pressed.close(tx, under_it(dropped.draft_id), dropped_words(dropped))
    elif dropped.kind in ABOUT_A_REQUEST:
        await tx.say(dropped_words(dropped))
    else:
        await tx.say(dropped_words(dropped), chat_id=tx.where.chat_id, thread_id=tx.where.thread_id)


def dropped_words(dropped: Dropped) -> Text:
    return t("ask.dropped" if dropped.kind in ABOUT_A_REQUEST else "draft.dropped")


async def ask_register(tx: Tx, offered: Offered) -> None:
    yes = Button(label=t("button.register"), data=carry(Press.REGISTER, offered.draft_id))
    no = Button(label=t("button.dismiss"), data=carry(Press.DISMISS, offered.draft_id))
    await tx.say(t("ask.register"), buttons=[[yes, no]], draft_id=offered.draft_id, purpose=CHOOSE)


async def say_taken_back(tx: Tx, back: TakenBack) -> None:
    await tx.say(t("notarequest", number=[done.number for done in back.done]))


async def say_too_many(tx: Tx, beyond: TooMany) -> None:
    """One clear line, then silence for a minute."""
    if beyond.first:
        await tx.say(t("posts.too_many", most=beyond.most))


async def say_edited(tx: Tx, edited: Edited) -> None:
    """That it was passed on; and which were too late for it."""
    if edited.request_ids:
        told = t("done.edit", number=edited.numbers[0])
        await requests.receipt(tx, edited.request_ids[0], told, requests.PASSED_ON)
    if edited.late:
        late = t("edit.too_late", numbers=edited.late)
        if not await say_aside(tx, late):
            await tx.say(late)


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    WordsUsed: say_used,
    Dropped: say_dropped,
    Offered: ask_register,
    TakenBack: say_taken_back,
    TooMany: say_too_many,
    Edited: say_edited,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    WordsUsed: used_words,
    Dropped: dropped_words,
}
