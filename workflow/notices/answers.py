"""Who hears of an answer: that it was given, that it was put right, that it came out otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from storage.queries import answers as answer_rows
from storage.queries import posts as post_rows
from storage.tables.models import Answer, Request
from storage.tables.words import LineKind
from workflow.kernel.actions import Side
from workflow.kernel.outcomes import MORE, named
from workflow.kernel.pressed import ANSWERED
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import attachments, merged
from workflow.notices.card_buttons import Rows
from workflow.notices.card_buttons import buttons as card_buttons
from workflow.notices.cards import text_of
from workflow.notices.revealing import notify_asker_in_full
from workflow.notices.telling import asker_mention, lane_of, link, sides, tell, under_card
from workflow.notices.words import full_button, quoted
from workflow.organisation import people, units


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """That there is an answer, as its asker's chat reads it; ``text``: None where the words stay as they are."""

    text: Text | None
    buttons: Rows


async def notify_answered(tx: Tx, request: Request, answer: Answer, *, has_files: bool) -> None:
    """The asker learns the answer: masked in the group, whole in private where a chat is open."""
    asking = (await sides(tx, request)).asking
    if answer.partial:
        await tell(tx, request, await _words(tx, "answered.partly", request, answer), asking)
    else:
        for chat_id in dict.fromkeys(asking):
            await _put(tx, request, answer.id, chat_id)
    if has_files:
        await attachments.send(tx, request, [chat for chat in asking if chat != tx.chat_id])
    if answer.partial or not await merged.notify_if_all_in(tx, request):
        await notify_asker_in_full(tx, request, after=attachments.TOGETHER if has_files else None)


async def _put(tx: Tx, request: Request, answer_id: int, chat_id: int) -> None:
    """Worded when it is sent: an outcome that is picked meanwhile stands in it."""
    spot = await under_card(tx, request, chat_id)
    await tx.queue(
        LineKind.ANSWERED,
        chat_id=chat_id,
        request_id=request.id,
        thread_id=spot.thread_id,
        reply_to=spot.reply_to,
        lane=lane_of(request),
        purpose=f"{ANSWERED}:{answer_id}",
        payload={"answer": answer_id},
        coalesce_key=f"{ANSWERED}:{answer_id}:{chat_id}",
    )
    tx.told.add(chat_id)


async def redraw(tx: Tx, request: Request) -> None:
    """What tells of an answer to a request is drawn anew where it stands: how it came out, that it was put right,
    closed or opened again, and what may be done about it now."""
    found = await post_rows.pickers(tx.session, request_id=request.id, draft_id=None, purposes=(ANSWERED,))
    for post in found:
        answer_id = post.purpose.partition(":")[2]
        await tx.queue(
            LineKind.ANSWERED,
            chat_id=post.chat_id,
            request_id=request.id,
            lane=lane_of(request),
            purpose=post.purpose,
            payload={"answer": int(answer_id) if answer_id else None, "message_id": post.message_id},
            coalesce_key=f"{ANSWERED}:{answer_id}:{post.chat_id}:{post.message_id}",
        )


async def load_notice(tx: Tx, request_id: int, answer_id: int | None) -> Notice | None:
    """The notice of an answer (None: of whatever was given) as it is now; None where its content was deleted."""
    request = await tx.session.get_one(Request, request_id)
    if request.purged_at is not None:
        return None
    given = await answer_rows.standing(tx.session, request_id)
    meant = next((one for one in given if answer_id in one.ids), None)
    newest = bool(given) and (meant is None or meant is given[-1])
    to_close = newest and request.state == State.ANSWERED
    buttons = card_buttons(request, Side.ASKER) if to_close else ((full_button(request),),)
    now = t(f"state.{request.state}")
    if meant is None and answer_id is not None:  # it was taken back
        told = t("answered.withdrawn", number=request.number, state=now, link=link(request.number or ""))
        return Notice(text=told, buttons=((full_button(request),),))
    if meant is None:
        return Notice(text=None, buttons=buttons)
    since = t("answered.now" if newest else "answered.since", state=now)
    stands = t("answered.to_close") if to_close else since
    by = await people.name_by_id(tx, meant.answer.person_id) if meant.answer.person_id else ""
    return Notice(
        text=await _words(tx, "answered", request, meant.answer, by=by, stands=stands), buttons=buttons
    )


async def notify_withdrawn(tx: Tx, request: Request, answer: Answer, why: str, *, again: bool) -> None:
    """The asker learns that the answer holds no longer, and whether another is waited for; so does a unit that the
    request was passed on to since, which may have relied on it."""
    passed_on = answer.unit_id != request.to_unit_id
    told = t(
        "withdrawn",
        number=request.number,
        unit=await units.name_of(tx, answer.unit_id),
        by=tx.who.name,
        why=quoted(request, "why", why),
        asker=await asker_mention(tx, request),
        again=await _again(tx, request, passed_on=passed_on) if again else None,
    )
    both = await sides(tx, request)
    await tell(tx, request, told, [*both.asking, *(both.asked if passed_on else ())])


async def _again(tx: Tx, request: Request, *, passed_on: bool) -> Text:
    """Who answers in place of what was taken back."""
    if passed_on:
        return t("withdrawn_passed_on", unit=await units.name_of(tx, request.to_unit_id))
    return t("withdrawn_again")


async def notify_corrected(tx: Tx, request: Request, answer: Answer, *, has_files: bool) -> None:
    """The asker learns what stands in the place of the former answer; so does a unit that the request was passed on
    to since."""
    told = await _words(tx, "corrected", request, answer)
    both = await sides(tx, request)
    asking = both.asking
    await tell(tx, request, told, [*asking, *(both.asked if answer.unit_id != request.to_unit_id else ())])
    if has_files:
        await attachments.send(tx, request, [chat for chat in asking if chat != tx.chat_id])
    await notify_asker_in_full(tx, request)


async def _words(
    tx: Tx, key: str, request: Request, answer: Answer, *, by: str | None = None, **more: Text
) -> Text:
    """``by``: who gave it, where that is not who acts."""
    unit = await units.name_of(tx, answer.unit_id)
    return t(
        key,
        number=request.number,
        unit=unit,
        by=tx.who.name if by is None else by,
        outcome=named(answer.outcome) if answer.outcome is not None else None,
        text=quoted(request, "answer", text_of(tx, "answers", answer)),
        asker=await asker_mention(tx, request),
        link=link(request.number or ""),
        **more,
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
