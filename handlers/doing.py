"""Which function does an action: the one place where the table of actions meets the use cases.

What an action may and where it is offered stands in :mod:`workflow.kernel.actions`. Here is only how it is called:
by a button, by a command, by the words of a reply.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from handlers.typed import Command, split
from workflow.actions import (
    acknowledging,
    answering,
    approving,
    asking,
    checking,
    correcting,
    declining,
    delaying,
    handling,
    marking,
    merging,
    picking,
    questions,
    snoozing,
    splitting,
    taking_over,
    talking,
    withdrawing,
)
from workflow.kernel.actions import ACTIONS, Action
from workflow.kernel.carried import Carried, as_number
from workflow.kernel.errors import Refused
from workflow.kernel.results import Answered, Done, GroundsToChoose, PartsOut, TimesToChoose, Withdrawn
from workflow.notices.attachments import FileIn
from workflow.organisation.work import Work
from workflow.request.requests import Ref
from workflow.reuse import giving, reusing

Pressed = Callable[[Work, Carried], Awaitable[object]]
Typed = Callable[[Work, Command], Awaitable[object]]
#: Takes the request alone.
Alone = Callable[[Work, Ref], Awaitable[object]]
#: Takes the request, and what is said with it.
Said = Callable[
    [Work, Ref, str, Sequence[FileIn]],
    Awaitable[Done | Answered | PartsOut | GroundsToChoose | TimesToChoose | Withdrawn],
]


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """How an action is done: one of ``alone`` and ``said``, or ``pressed`` and ``typed`` where a button and a
    command say more than which request. A button of what is ``said`` asks for the words."""

    alone: Alone | None = None
    said: Said | None = None
    pressed: Pressed | None = None
    typed: Typed | None = None


async def _assign(work: Work, c: Command) -> object:
    ref, who = c.target()
    return await handling.assign(work, ref, c.whom(split(who)[0]))


async def _transfer(work: Work, carried: Carried) -> object:
    if carried.args:
        return await handling.transfer(work, carried.id, carried.number)
    return await handling.choose_unit(work, carried.id)


async def _split(work: Work, carried: Carried) -> object:
    if carried.args:
        return await splitting.split_to(work, carried.id, carried.number)
    return await splitting.choose_units(work, carried.id)


async def _merge(work: Work, c: Command) -> object:
    """The draft; with words, which a reply to the draft is too: the answer in these."""
    ref, text = c.target()
    return await (merging.send_edited(work, ref, text, c.files) if text.strip() else merging.draft(work, ref))


async def _take_over(work: Work, carried: Carried) -> object:
    if carried.args:
        return await taking_over.take_over(work, carried.id, carried.number)
    return await taking_over.choose(work, carried.id)


async def _outcome(work: Work, carried: Carried) -> object:
    if not carried.args:
        return await picking.choose(work, carried.id)
    answer, word = carried.words(2)
    return await picking.pick(work, carried.id, as_number(answer), word)


async def _mark(work: Work, carried: Carried) -> object:
    if not carried.args:
        return await marking.show(work, carried.id)
    answer, code = carried.words(2)
    return await marking.pick(work, carried.id, as_number(answer), code)


def _pair(c: Command, example: str, which: str) -> tuple[int | str, str]:
    """(the request, the earlier one): ``/reuse N M``, or ``/reuse M`` in reply to N."""
    first, rest = split(c.args)
    ref, source = (c.replied, first) if c.replied is not None and not rest else (first, rest)
    if not source.strip():
        raise Refused(which, example=example)
    return ref, source.strip()


async def _reuse(work: Work, c: Command) -> object:
    ref, source = _pair(c, reusing.EXAMPLE, "error.reuse_which")
    return await reusing.reuse(work, request=ref, source=source)


async def _release(work: Work, c: Command) -> object:
    ref, source = _pair(c, giving.EXAMPLE, "error.release_which")
    return await giving.release(work, request=ref, source=source)


async def _withhold(work: Work, c: Command) -> object:
    ref, source = _pair(c, giving.EXAMPLE.replace("release", "withhold"), "error.withhold_which")
    return await giving.withhold(work, request=ref, source=source)


DOING: dict[Action, By] = {
    Action.APPROVE: By(alone=approving.approve),
    Action.REJECT: By(said=lambda w, ref, why, files: approving.reject(w, ref, why)),
    Action.ACCEPT: By(alone=handling.accept),
    Action.ANSWER: By(said=answering.answer),
    Action.CORRECT: By(said=correcting.correct),
    Action.WITHDRAW: By(said=lambda w, ref, why, files: withdrawing.withdraw(w, ref, why)),
    Action.MARK: By(pressed=_mark, typed=lambda w, c: marking.mark(w, *c.target())),
    Action.CHECK: By(alone=checking.show),
    Action.RETURN: By(said=lambda w, ref, why, files: answering.give_back(w, ref, why)),
    Action.DECLINE: By(said=lambda w, ref, why, files: declining.decline(w, ref, why)),
    Action.ASSIGN: By(pressed=lambda w, c: handling.choose_handler(w, c.id), typed=_assign),
    Action.TRANSFER: By(pressed=_transfer, typed=lambda w, c: handling.transfer(w, *c.target())),
    Action.SPLIT: By(pressed=_split, typed=lambda w, c: splitting.split(w, *c.target())),
    Action.MERGE: By(pressed=lambda w, c: merging.draft(w, c.id), typed=_merge),
    Action.TAKE_OVER: By(pressed=_take_over, typed=lambda w, c: taking_over.take_over(w, c.target()[0])),
    Action.DELAY: By(said=lambda w, ref, words, files: delaying.delay(w, ref, words)),
    Action.NUDGE: By(alone=asking.nudge),
    Action.REUSE: By(pressed=lambda w, c: reusing.reuse(w, request=c.id, source=c.number), typed=_reuse),
    Action.RELEASE: By(pressed=lambda w, c: giving.release(w, request=c.id, source=c.number), typed=_release),
    Action.WITHHOLD: By(
        pressed=lambda w, c: giving.withhold(w, request=c.id, source=c.number), typed=_withhold
    ),
    Action.CLOSE: By(alone=asking.close),
    Action.REOPEN: By(said=lambda w, ref, why, files: asking.reopen(w, ref, why)),
    Action.CANCEL: By(alone=asking.cancel),
    Action.ASK: By(
        pressed=lambda w, c: questions.ask(w, c.id), typed=lambda w, c: questions.ask(w, *c.target())
    ),
    Action.SNOOZE: By(
        pressed=lambda w, c: snoozing.choose(w, c.id), typed=lambda w, c: snoozing.snooze(w, *c.target())
    ),
    Action.ACKNOWLEDGE: By(alone=acknowledging.acknowledge),
    Action.COMPLETE: By(said=talking.complete),
    Action.OUTCOME: By(pressed=_outcome),
    Action.ATTACH: By(pressed=lambda w, c: reusing.attach_own(w, request=c.id, source=c.number)),
    Action.RATE: By(pressed=lambda w, c: asking.rate(w, c.id, c.number)),
}
#: Actions that come with something else (an answer in part, an outcome, a reply, an edited message) or by themselves.
OTHERWISE = frozenset({
    Action.PARTIAL, Action.MORE, Action.TAKE_PART, Action.LOSE, Action.COMMENT, Action.EXPLAIN, Action.EDIT,
    Action.LAPSE, Action.GO_OUT, Action.PUT_ANEW, Action.GIVE_BACK, Action.HAND_ON,
})  # fmt: skip
#: What is said with these is kept as it stands, whatever it begins with; with the others it may name a request.
CONTENT = {action: by.said for action, by in DOING.items() if by.said and not ACTIONS[action].why}

#: What is done with words to the request that somebody has in hand.
IN_HAND = {action: by.said for action, by in DOING.items() if by.said and ACTIONS[action].in_hand}


def pressed(action: Action) -> Pressed:
    """What a button of the action does."""
    by = DOING[action]
    if by.pressed is not None:
        return by.pressed
    if (alone := by.alone) is not None:
        return lambda work, carried: alone(work, carried.id)
    return lambda work, carried: talking.prompt(work, carried.id, action)


def typed(action: Action) -> Typed:
    """What the command of the action does."""
    by = DOING[action]
    if by.typed is not None:
        return by.typed
    if (alone := by.alone) is not None:
        return lambda work, c: alone(work, c.target()[0])
    if (said := by.said) is not None:
        return lambda work, c: said(work, *c.target(), c.files)
    raise LookupError(f"{action} has no command")
