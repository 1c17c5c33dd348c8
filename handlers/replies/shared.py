"""What units have shared, worded for who shared it and for who finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from handlers.replies.rows import SHORT_IN_A_ROW, purpose_rows, rows_of
from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import Under
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.lookup.note_views import NoteBack, NoteLine, NoteList, NoteShared, NoteWhole, NoteWhy


def line_words(line: NoteLine) -> Text:
    return t(
        "share.line",
        number=line.number,
        unit=line.unit,
        by=line.by,
        at=line.at,
        until=line.until,
        text=line.text,
    )


async def say_notes(tx: Tx, lines: Sequence[NoteLine]) -> None:
    """Beside what was looked for: no answer, but what somebody has shared."""
    keys = [
        Button(label=t("button.note", number=one.number), data=carry(Press.NOTE_LOOK, one.number))
        for one in lines
        if one.more
    ]
    rows = rows_of(keys, SHORT_IN_A_ROW)
    await tx.say(t("share.found", lines=[line_words(one) for one in lines]), buttons=rows)


async def say_shared(tx: Tx, one: NoteShared) -> None:
    back = [[Button(label=t("button.note_back"), data=carry(Press.NOTE_BACK, one.number))]]
    told = t("share.done", number=one.number, units=list(one.with_units), until=one.until)
    await tx.say(told, buttons=back, purpose=PostPurpose.CHOOSE)


async def say_own(tx: Tx, found: NoteList) -> None:
    lines = [line_words(one) for one in found.lines]
    await tx.say(t("share.own", lines=lines) if lines else t("share.none"))


async def say_back(tx: Tx, back: NoteBack) -> None:
    if tx.pressed:
        await pressed.close(tx, Under(purposes=(PostPurpose.CHOOSE,)), t("share.back", number=back.number))
    else:
        await tx.say(t("share.back", number=back.number))


async def ask_why(tx: Tx, why: NoteWhy) -> None:
    rows = purpose_rows(why.purposes, lambda key: carry(Press.NOTE_LOOK, why.number, key))
    await tx.say(
        t("share.why", number=why.number), chat_id=tx.who.chat_id, buttons=rows, purpose=PostPurpose.LOOK
    )


async def say_whole(tx: Tx, whole: NoteWhole) -> None:
    told = t("share.whole", line=line_words(whole.line), purpose=whole.purpose or None)
    await tx.say(told, chat_id=tx.who.chat_id)


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    NoteShared: say_shared,
    NoteList: say_own,
    NoteBack: say_back,
    NoteWhy: ask_why,
    NoteWhole: say_whole,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    NoteBack: lambda back: t("share.back", number=back.number),
    NoteWhy: lambda why: t("toast.private"),
    NoteWhole: lambda whole: t("toast.private"),
}
