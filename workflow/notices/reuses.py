"""Who hears that an earlier answer was given to a request, and where it came from only who has it."""

from __future__ import annotations

from datetime import timedelta

from storage.queries import outbox
from storage.tables.models import Answer, Request
from storage.tables.words import Lane, PostPurpose
from workflow.kernel.actions import Side
from workflow.kernel.body import Body
from workflow.kernel.pressed import ANSWERED
from workflow.kernel.results import Taken
from workflow.kernel.standing import name_of
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.card_buttons import buttons as card_buttons
from workflow.notices.revealing import notify_asker_in_full
from workflow.notices.telling import asker_mention, link, mention, show_in, sides, tell
from workflow.organisation import groups, owning, private, units
from workflow.organisation.audience import audience_of
from workflow.organisation.owning import facts_for
from workflow.organisation.rights import AnswerFacts, Share, may_read_answer, share_of

#: Several reuses in this time are told to the unit that gave the answers in one message.
TOGETHER = timedelta(minutes=10)


async def notify_reused(
    tx: Tx, target: Request, taken: Taken, *, source: Request, origin: Request, answer: Answer
) -> None:
    """Both sides hear what is left to do; and the unit whose answer it is. ``source``: by which the answer is
    known, ``origin``: the request that it was the answer to at first."""
    unit = await units.by_id(tx, answer.unit_id)
    facts = await facts_for(tx, target, source, answer)
    agreed = share_of(target.from_unit_id, facts) is Share.AGREED
    for chat_id in (await sides(tx, target)).all:
        theirs = may_read_answer((await audience_of(tx, target, chat_id)).units, facts)
        part = "whole" if taken.whole else "part"
        if agreed:  # who asked it before is told to nobody
            key = f"reused.{part}_agreed" if theirs else f"reused.{part}_by_release"
        else:
            key = f"reused.{part}" if theirs else f"reused.{part}_elsewhere"
        told = t(
            key,
            number=target.number,
            source=name_of(source),
            answered_at=origin.answered_at,
            unit=unit.name if unit else str(Body.of(origin, tx.sealer).ledger.get("to_unit", "")),
            by=mention(tx.who.name, tx.who.chat_id),
            covered=taken.covered,
            of=taken.of,
        )
        await tell(tx, target, told, [chat_id])
    await _notify_giver(tx, target, origin, answer)


async def _notify_giver(tx: Tx, target: Request, origin: Request, answer: Answer) -> None:
    """The unit whose answer was reused hears of it, where it is on neither side of the request: one message for
    all of some minutes."""
    giver = answer.unit_id
    if giver is None or giver in (target.from_unit_id, target.to_unit_id):
        return
    unit = await units.by_id(tx, target.from_unit_id)
    line = t(
        "reused.line",
        number=target.number,
        unit=unit.name if unit else "",
        source=name_of(origin),
        by=tx.who.name,
    )
    desks = [chat for chat in await groups.groups_of(tx, giver) if len(await groups.units_of(tx, chat)) == 1]
    for chat_id in desks[:1] or await private.liaison_chats(tx, giver):
        await _say_together(tx, chat_id, line, key=f"reused:{giver}:{chat_id}")


async def _say_together(tx: Tx, chat_id: int, line: Text, *, key: str) -> None:
    waiting = await outbox.queued(tx.session, key)
    if waiting is None:
        told = t("reused.by_others", lines=[line])
        await tx.say(told, chat_id=chat_id, lane=Lane.DIGEST, not_before=tx.now + TOGETHER, once=key)
        return
    payload = tx.sealer.unseal("outbox", waiting.sealed)
    payload["text"]["p"]["lines"].append(line.json())
    waiting.sealed = tx.sealer.seal("outbox", payload)
    await tx.session.flush()


async def notify_released(tx: Tx, target: Request, taken: Taken, *, origin: Request, answer: Answer) -> None:
    """The asker is given the answer; who is asked hears that there is nothing left to do, or less."""
    part = "whole" if taken.whole else "part"
    unit = await units.name_of(tx, answer.unit_id)
    both = await sides(tx, target)
    told = t(
        f"released.{part}",
        number=target.number,
        unit=unit,
        answered_at=origin.answered_at,
        covered=taken.covered,
        of=taken.of,
        asker=await asker_mention(tx, target),
        link=link(target.number or ""),
    )
    less = t(f"reused.{part}_by_release", number=target.number, covered=taken.covered, of=taken.of)
    keyboard = card_buttons(target, Side.ASKER) if taken.whole else ()
    purpose = ANSWERED if taken.whole else PostPurpose.NOTICE
    for chat_id in both.asking:
        # A group that others read too hears that there is an answer, and not whose it was.
        here = told if await owning.all_have(tx, chat_id, _as_given(target, answer)) else less
        await tell(tx, target, here, [chat_id], buttons=keyboard, purpose=purpose)
    await attachments.send(tx, target, both.asking)
    await notify_asker_in_full(tx, target)
    if target.to_unit_id != answer.unit_id:
        await tell(tx, target, less, [chat for chat in both.asked if chat not in both.asking])


def _as_given(target: Request, answer: Answer) -> AnswerFacts:
    """The answer as the request has it now."""
    return AnswerFacts(given_by=answer.unit_id, given_to=target.from_unit_id)


async def notify_attached(tx: Tx, target: Request, answer: Answer) -> None:
    """The asker is given an answer for reference."""
    unit = await units.name_of(tx, answer.unit_id)
    told = t("attached", number=target.number, unit=unit)
    for chat_id in (await sides(tx, target)).asking:
        if await owning.all_have(tx, chat_id, _as_given(target, answer)):
            await tell(tx, target, told, [chat_id])
    await notify_asker_in_full(tx, target)


async def notify_put_away(tx: Tx, target: Request, answer: Answer) -> None:
    """Nobody hears of it but who decided; the line leaves the unit's own card."""
    await show_in(tx, target, await groups.groups_of(tx, answer.unit_id))
