"""What was done to a request, said to who did it; and what they are asked before it can be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from workflow.actions.answering import KIND as WITHOUT
from workflow.actions.declining import RETURN
from workflow.actions.snoozing import EXAMPLE, MORNING
from workflow.deadlines.times import moment_label, stamp
from workflow.kernel import pressed
from workflow.kernel.actions import Action
from workflow.kernel.carried import Press, carry, key_of
from workflow.kernel.examples import numbered
from workflow.kernel.masked import seen
from workflow.kernel.outcomes import named
from workflow.kernel.pressed import CHOOSE, CLOSED, MARK, OUTCOME, PICK, RELEASE, Under
from workflow.kernel.results import (
    Acknowledged,
    Answered,
    AnswerGiven,
    Done,
    Drafted,
    GroundsToChoose,
    Held,
    HoldReleased,
    LaterToChoose,
    Marked,
    OfferPutAway,
    OutcomeSet,
    OutcomesToPick,
    PapersToCheck,
    PartsOut,
    PutOff,
    Split,
    TimesToChoose,
    ToChoose,
    UnitsToSplit,
    Withdrawn,
    WordsWanted,
)
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.kernel.words import PostPurpose
from workflow.notices.telling import mention, tell_here

#: How the bot reacts to a message: what it says was passed on; what it asks for was done.
PASSED_ON, DONE = "✍", "👌"
SAYING = frozenset({Action.COMMENT, Action.COMPLETE})  # actions that pass words on


async def receipt(tx: Tx, request_id: int, told: Text, emoji: str = DONE) -> None:
    """Nothing more for a press, whose toast says it; in a group ``emoji`` on the message, for there the card shows
    it to everybody; in private ``told``, where nothing else is said."""
    if tx.pressed:
        return
    if not tx.where.private:
        await tx.react(emoji, chat_id=tx.where.chat_id, message_id=tx.where.message_id, request_id=request_id)
    elif tx.where.chat_id not in tx.told:
        await tx.say(told, request_id=request_id)


async def say_done(tx: Tx, done: Done) -> None:
    if done.action in (Action.CHECK, Action.RETURN):  # what asked for its papers asks no more
        under = Under(request_id=done.request_id, purposes=(PostPurpose.PAPERS,))
        # Returned it is from under other questions as well, and once by its state.
        once = pressed.close_once if done.action is Action.CHECK else pressed.close
        await once(tx, under, done_words(done))
    await receipt(tx, done.request_id, done_words(done), PASSED_ON if done.action in SAYING else DONE)


def done_words(done: Done) -> Text:
    return t(f"done.{done.action}", number=done.number)


async def say_withdrawn(tx: Tx, withdrawn: Withdrawn) -> None:
    await receipt(tx, withdrawn.request_id, withdrawn_words(withdrawn))


def withdrawn_words(withdrawn: Withdrawn) -> Text:
    again = t("answer_again") if withdrawn.again else None
    return t("done.withdraw", number=withdrawn.number, again=again)


async def say_held(tx: Tx, held: Held) -> None:
    await receipt(tx, held.request_id, held_words(held))


def held_words(held: Held) -> Text:
    return t("done.hold", number=held.number)


async def say_hold_released(tx: Tx, released: HoldReleased) -> None:
    await receipt(tx, released.request_id, hold_released_words(released))


def hold_released_words(released: HoldReleased) -> Text:
    left = t("hold_left", count=released.left) if released.left else None
    return t("done.release_hold", number=released.number, left=left)


async def say_answered(tx: Tx, answered: Answered) -> None:
    """It is done; and how did it come out, where that was not said? It is the one message under theirs."""
    told = answered_words(answered)
    if answered.handling is not None and not answered.suggested and not tx.pressed:
        await tx.say(told, request_id=answered.request_id)  # a reaction would not say which code was read
    elif not answered.suggested:
        await receipt(tx, answered.request_id, told)
    else:
        buttons = _outcomes(answered.request_id, answered.answer_id, answered.suggested)
        await tx.say(told, buttons=buttons, request_id=answered.request_id, purpose=OUTCOME)


def answered_words(answered: Answered) -> Text:
    key = {Action.ANSWER: "answered", Action.CORRECT: "corrected"}[answered.action]
    code = t(f"handling.{answered.handling}") if answered.handling else None
    if answered.suggested:
        return t(f"{key}.pick", number=answered.number, code=code)
    outcome = t("outcome.more") if answered.partial else named(answered.outcome)
    return t(f"{key}.outcome", number=answered.number, outcome=outcome, code=code)


def _outcomes(request_id: int, answer_id: int, words: tuple[str, ...]) -> list[list[Button]]:
    """The likely one first; two in a row, so that a phone shows each in full."""
    buttons = [
        Button(label=t(f"pick.{word}"), data=carry(Action.OUTCOME, request_id, answer_id, word))
        for word in words
    ]
    return [buttons[:2], buttons[2:]]


async def ask_outcome(tx: Tx, to_pick: OutcomesToPick) -> None:
    await tx.say(
        t("answered.pick", number=to_pick.number),
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        reply_to=tx.where.message_id,
        buttons=_outcomes(to_pick.request_id, to_pick.answer_id, to_pick.suggested),
        request_id=to_pick.request_id,
        purpose=OUTCOME,
        once=f"outcome:{to_pick.request_id}:{tx.who.person_id}",
    )


async def say_outcome(tx: Tx, came_out: OutcomeSet) -> None:
    codes = Button(label=t("button.mark"), data=carry(Action.MARK, came_out.request_id))
    under = Under(request_id=came_out.request_id, purposes=(OUTCOME,))
    await pressed.close(tx, under, outcome_words(came_out), left=[[codes]])


def outcome_words(came_out: OutcomeSet) -> Text:
    return t("answered.outcome", number=came_out.number, outcome=t(f"outcome.{came_out.outcome}"))


async def ask_marks(tx: Tx, marked: Marked) -> None:
    """The codes to pick from, with those that hold now; each tap shows them anew in the same message."""
    told, buttons = marked_words(marked), _marks(marked)
    if tx.pressed:
        under = Under(request_id=marked.request_id, purposes=(OUTCOME, CLOSED, MARK))
        await pressed.change(tx, under, told, buttons, purpose=MARK)
    else:
        await tx.say(told, buttons=buttons, request_id=marked.request_id, purpose=MARK)


def marked_words(marked: Marked) -> Text:
    return t(
        "marked",
        number=marked.number,
        handling=t(f"handling.{marked.handling}"),
        evaluation=marked.evaluation,
    )


def _marks(marked: Marked) -> list[list[Button]]:
    """Three rows: the handling codes, the source, what it says; what holds has a tick."""
    held = {marked.handling, *(marked.evaluation or "")}
    return [
        [
            Button(
                label=t("button.code_held" if code in held else "button.code", code=code),
                data=carry(Action.MARK, marked.request_id, marked.answer_id, code),
            )
            for code in row
        ]
        for row in marked.choices
    ]


async def ask_papers(tx: Tx, papers: PapersToCheck) -> None:
    """A button for each paper; each tap says of one whether it is there, in the same message."""
    told, buttons = papers_words(papers), _papers(papers)
    if papers.turned:
        under = Under(request_id=papers.request_id, purposes=(PostPurpose.PAPERS,))
        await pressed.change(tx, under, told, buttons, purpose=PostPurpose.PAPERS)
    else:
        await tx.say(told, buttons=buttons, request_id=papers.request_id, purpose=PostPurpose.PAPERS)


def papers_words(papers: PapersToCheck) -> Text:
    return t("papers.ask", number=papers.number, count=papers.marks.count("-") or None)


def _papers(papers: PapersToCheck) -> list[list[Button]]:
    """There, then wanting, then there again; and what follows once all is said."""
    marks, rows = papers.marks, []
    for at, (paper, mark) in enumerate(zip(papers.papers, marks, strict=True)):
        then = marks[:at] + ("n" if mark == "y" else "y") + marks[at + 1 :]
        label = t({"y": "papers.there", "n": "papers.wanting"}.get(mark, "papers.open"), paper=paper)
        rows.append([Button(label=label, data=carry(Press.PAPERS, papers.request_id, then))])
    if "-" not in marks:
        wanting = marks.count("n")
        label = t("papers.return", count=wanting) if wanting else t("papers.done")
        rows.append([Button(label=label, data=carry(Press.PAPERS_DONE, papers.request_id, marks))])
    return rows


async def ask_words(tx: Tx, wanted: WordsWanted) -> None:
    """Their client opens a reply; what the reply is for is kept in ``posts``."""
    await tx.say(
        t(f"ask.{wanted.action}", number=wanted.number, who=mention(tx.who.name, tx.who.chat_id)),
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        reply_to=tx.where.message_id,
        ask=True,
        request_id=wanted.request_id,
        purpose=f"ask:{wanted.action}",
        once=f"ask:{wanted.request_id}:{wanted.action}:{tx.who.person_id}",
    )


#: Asks for units by a tap, or by the names in a reply.
SPLIT_TO = f"{PostPurpose.ASK}:{Action.SPLIT}"
#: What a button of a choice does.
_CHOSEN: dict[Action, Action | Press] = {
    Action.ASSIGN: Press.ASSIGN_TO,
    Action.TRANSFER: Action.TRANSFER,
    Action.TAKE_OVER: Action.TAKE_OVER,
}


async def ask_whom(tx: Tx, choice: ToChoose) -> None:
    """Under the request's card where there is one."""
    does = _CHOSEN[choice.action]
    keyboard = [
        [Button(label=t("plain", text=o.name), data=carry(does, choice.request_id, o.id))]
        for o in choice.options
    ]
    asked = t(f"ask.{choice.action}", number=choice.number)
    await tell_here(tx, choice.request_id, asked, purpose=PICK, buttons=keyboard)


async def ask_later(tx: Tx, choice: LaterToChoose) -> None:
    """Under the request's card where there is one."""
    lengths = [(t(f"later.{one}"), one) for one in choice.lengths]
    options = [*lengths, (t("later.today" if choice.today else "later.morning", at=choice.morning), MORNING)]
    row = [Button(label=label, data=carry(Press.LATER, choice.request_id, word)) for label, word in options]
    asked = t("ask.later", number=choice.number, example=numbered(EXAMPLE, choice.number))
    await tell_here(tx, choice.request_id, asked, purpose=PICK, buttons=[row])


async def say_put_off(tx: Tx, off: PutOff) -> None:
    """What was asked for it is answered."""
    told = put_off_words(off)
    await pressed.close(tx, Under(request_id=off.request_id, purposes=(PICK,)), told)
    await receipt(tx, off.request_id, told)


def put_off_words(off: PutOff) -> Text:
    return t("done.snooze", number=off.number, until=off.until)


async def say_acknowledged(tx: Tx, seen: Acknowledged) -> None:
    await receipt(tx, seen.request_id, acknowledged_words(seen))


def acknowledged_words(seen: Acknowledged) -> Text:
    return t("done.ack", number=seen.number, until=seen.until)


async def ask_split(tx: Tx, choice: UnitsToSplit) -> None:
    """Each tap makes a part; a reply with several names makes all of them."""
    await tell_here(
        tx, choice.request_id, split_words(choice), purpose=SPLIT_TO, buttons=_split_keyboard(choice)
    )


def split_words(choice: UnitsToSplit) -> Text:
    return t("ask.split", number=choice.number, example=choice.example)


def _split_keyboard(choice: UnitsToSplit) -> list[list[Button]]:
    buttons = [
        Button(label=t("plain", text=o.name), data=carry(Action.SPLIT, choice.request_id, o.id))
        for o in choice.options
    ]
    return [[button] for button in buttons]


async def say_split(tx: Tx, split: Split) -> None:
    """Of a tap the message that asked says what there is by now, and asks on."""
    if not tx.pressed or split.left is None:
        await receipt(tx, split.request_id, parts_words(split))
        return
    told = parts_words(split)
    if split.left.options:
        told = t("split.tapped", told=told, asked=split_words(split.left))
    under = Under(request_id=split.request_id, purposes=(SPLIT_TO,))
    await pressed.change(tx, under, told, _split_keyboard(split.left), purpose=SPLIT_TO)


def parts_words(split: Split) -> Text:
    made = [t("split.part", number=one.number, unit=one.unit, due=one.due_at) for one in split.parts]
    return t("split.done", number=split.number, parts=made)


def split_toast(split: Split) -> Text:
    return t("split.toast", units=[one.unit for one in split.parts])


async def ask_without(tx: Tx, out: PartsOut) -> None:
    """Whether to answer without the parts that are out: by a tap, and not in passing."""
    if out.again or out.draft_id is None:
        return
    await tx.say(
        t("parts.out", number=out.number, parts=list(out.parts), example=out.example),
        buttons=[[Button(label=t("button.without"), data=carry(Press.WITHOUT, out.draft_id))]],
        draft_id=out.draft_id,
        purpose=f"{CHOOSE}:{WITHOUT}",
    )


async def say_drafted(tx: Tx, drafted: Drafted) -> None:
    await receipt(tx, drafted.request_id, drafted_words(drafted))


def drafted_words(drafted: Drafted) -> Text:
    return t("done.merge", number=drafted.number)


async def ask_time(tx: Tx, choice: TimesToChoose) -> None:
    """Which of the times is meant; or, of one that cannot be, whether it is the next of its kind."""
    if choice.again:
        return
    several = "ask.delay_several" if len(choice.options) > 1 else "ask.delay_one"
    key = several if choice.code is None else f"error.due_{choice.code}"
    await tx.say(
        t(key, number=choice.number, given=seen(choice.given), example=choice.example),
        buttons=[
            [Button(label=moment_label(at), data=carry(Press.UNTIL, choice.draft_id or 0, stamp(at)))]
            for at in choice.options
        ],
        draft_id=choice.draft_id,
        purpose=f"{CHOOSE}:{choice.action}",
    )


async def ask_ground(tx: Tx, choice: GroundsToChoose) -> None:
    """On which ground; and, before those, whether it is not rather returned for what it lacks."""
    if choice.again or choice.draft_id is None:
        return
    back = Button(label=t("decline.return"), data=carry(Press.GROUND, choice.draft_id, RETURN))
    grounds = [
        [Button(label=t("plain", text=one), data=carry(Press.GROUND, choice.draft_id, key_of(one)))]
        for one in choice.options
    ]
    await tx.say(
        t("ask.decline_ground", number=choice.number),
        buttons=[[back], *grounds] if choice.returns else grounds,
        draft_id=choice.draft_id,
        purpose=f"{CHOOSE}:{choice.action}",
    )


async def say_given(tx: Tx, given: AnswerGiven) -> None:
    """What a giver was asked in private is answered; on a card the line is gone by itself."""
    told = given_words(given)
    if given.by_giver:
        await pressed.close(tx, Under(request_id=given.request_id, purposes=(RELEASE,)), told)
    await receipt(tx, given.request_id, told)


def given_words(given: AnswerGiven) -> Text:
    if given.taken is None:
        return t("done.attach", number=given.number)
    if not given.taken.whole:
        return t("done.take_part", number=given.number)
    return t("done.release" if given.by_giver else "done.reuse", number=given.number)


async def say_put_away(tx: Tx, away: OfferPutAway) -> None:
    """Nobody hears of it but who decided."""
    if away.action == "not_same":  # the card shows it
        return
    told = put_away_words(away)
    await pressed.close(tx, Under(request_id=away.request_id, purposes=(RELEASE,)), told)
    if not tx.pressed:
        await tx.say(told)


def put_away_words(away: OfferPutAway) -> Text:
    if away.action == "not_same":
        return t("toast.noted")
    return t(f"done.{away.action}", number=away.number, source=away.source)


def look_below(_: object) -> Text:
    """What is asked stands in a message of its own."""
    return t("toast.reply")


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    Done: say_done,
    Answered: say_answered,
    Withdrawn: say_withdrawn,
    Held: say_held,
    HoldReleased: say_hold_released,
    OutcomesToPick: ask_outcome,
    OutcomeSet: say_outcome,
    Marked: ask_marks,
    PapersToCheck: ask_papers,
    WordsWanted: ask_words,
    ToChoose: ask_whom,
    LaterToChoose: ask_later,
    PutOff: say_put_off,
    Acknowledged: say_acknowledged,
    UnitsToSplit: ask_split,
    PartsOut: ask_without,
    Drafted: say_drafted,
    Split: say_split,
    TimesToChoose: ask_time,
    GroundsToChoose: ask_ground,
    AnswerGiven: say_given,
    OfferPutAway: say_put_away,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    Done: done_words,
    PapersToCheck: lambda papers: t("toast.reply") if not papers.turned else papers_words(papers),
    Answered: answered_words,
    Withdrawn: withdrawn_words,
    Held: held_words,
    HoldReleased: hold_released_words,
    OutcomesToPick: look_below,
    OutcomeSet: outcome_words,
    Marked: lambda marked: t("done.mark", number=marked.number),
    WordsWanted: look_below,
    ToChoose: look_below,
    LaterToChoose: look_below,
    PutOff: put_off_words,
    Acknowledged: acknowledged_words,
    UnitsToSplit: look_below,
    PartsOut: look_below,
    Drafted: drafted_words,
    Split: split_toast,
    TimesToChoose: look_below,
    GroundsToChoose: look_below,
    AnswerGiven: given_words,
    OfferPutAway: put_away_words,
}
