"""Who hears of an answer: that it was given, that it was put right, that it came out otherwise."""

from __future__ import annotations

from storage.tables.models import Answer, Request
from workflow.kernel.actions import Side
from workflow.kernel.outcomes import MORE, named
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.card_buttons import buttons as card_buttons
from workflow.notices.cards import text_of
from workflow.notices.revealing import notify_asker_in_full
from workflow.notices.telling import asker_mention, link, sides, tell
from workflow.notices.words import quoted
from workflow.organisation import units


async def notify_answered(tx: Tx, request: Request, answer: Answer, *, has_files: bool) -> None:
    """The asker learns the answer: masked in the group, whole in private where a chat is open."""
    told = await _words(tx, "answered.partly" if answer.partial else "answered", request, answer)
    asking = (await sides(tx, request)).asking
    buttons = () if answer.partial else card_buttons(request, Side.ASKER)
    await tell(tx, request, told, asking, buttons=buttons)
    if has_files:
        await attachments.send(tx, request, [chat for chat in asking if chat != tx.chat_id])
    await notify_asker_in_full(tx, request, after=attachments.TOGETHER if has_files else None)


async def notify_corrected(tx: Tx, request: Request, answer: Answer, *, has_files: bool) -> None:
    """The asker learns what stands in the place of the former answer."""
    told = await _words(tx, "corrected", request, answer)
    asking = (await sides(tx, request)).asking
    await tell(tx, request, told, asking)
    if has_files:
        await attachments.send(tx, request, [chat for chat in asking if chat != tx.chat_id])
    await notify_asker_in_full(tx, request)


async def _words(tx: Tx, key: str, request: Request, answer: Answer) -> Text:
    unit = await units.name_of(tx, answer.unit_id)
    return t(
        key,
        number=request.number,
        unit=unit,
        by=tx.who.name,
        outcome=named(answer.outcome) if answer.outcome is not None else None,
        text=quoted(request, "answer", text_of(tx, "answers", answer)),
        asker=await asker_mention(tx, request),
        link=link(request.number or ""),
    )


async def notify_outcome(tx: Tx, request: Request, word: str, *, before: Text | None) -> None:
    """Who asked has read another outcome (``before``), or believed the matter done. Whoever pressed sees it where
    they did."""
    unit = await units.name_of(tx, request.to_unit_id)
    told = t(
        "outcome_more" if word == MORE else "outcome_changed",
        number=request.number,
        unit=unit,
        by=tx.who.name,
        before=before,
        outcome=t(f"outcome.{word}"),
        due=request.due_at,
        asker=await asker_mention(tx, request),
    )
    asking = (await sides(tx, request)).asking
    await tell(tx, request, told, [chat for chat in asking if chat != tx.chat_id])
