"""Pressed buttons: ``1:<action>:<id>[:<arg>]``. The data can be forged, so every action checks again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.types import CallbackQuery

from handlers.incoming import said_in
from workflow.actions import asking, delaying, handling, picking, questions, talking
from workflow.intake import in_hand, intake, releasing
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import Names, check
from workflow.kernel.text import Text, t
from workflow.lookup import lists, showing
from workflow.organisation import binding, members
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.posts import about
from workflow.reuse import giving, reusing

VERSION = "1"
MOST_DIGITS = 18  # of a number in the data: what is longer is none of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """What stands in a button: the id of what it is about, and what follows."""

    id: int
    args: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """All that may be the id of a request in it: a button under one of two says both."""
        return (self.id, *(number for arg in self.args if (number := _number(arg)) is not None))

    @property
    def number(self) -> int:
        """The one argument, a number. Raises :class:`Refused` for anything else."""
        if len(self.args) != 1 or (read := _number(self.args[0])) is None:
            raise Refused("error.button_old")
        return read

    @property
    def word(self) -> str:
        """The one argument as it stands. Raises :class:`Refused` for none or several."""
        if len(self.args) != 1:
            raise Refused("error.button_old")
        return self.args[0]


Do = Callable[[Work, Pressed], Awaitable[object]]


def _prompt(action: Action) -> Do:
    return lambda work, p: talking.prompt(work, p.id, action)


async def _set(work: Work, p: Pressed) -> object:
    if len(p.args) != 2:
        raise Refused("error.button_old")
    return await intake.choose(work, p.id, *p.args)


async def _outcome(work: Work, p: Pressed) -> object:
    if not p.args:
        return await picking.choose(work, p.id)
    if len(p.args) != 2 or (answer := _number(p.args[0])) is None:
        raise Refused("error.button_old")
    return await picking.pick(work, p.id, answer, p.args[1])


async def _page(work: Work, p: Pressed) -> object:
    if len(p.args) != 2 or (argument := _number(p.args[1])) is None:
        raise Refused("error.button_old")
    return await lists.turn(work, p.id, p.args[0], argument)


async def _transfer(work: Work, p: Pressed) -> object:
    if p.args:
        return await handling.transfer(work, p.id, p.number)
    return await handling.choose_unit(work, p.id)


#: What a button is called in its data: what it does, and what it names (:func:`workflow.kernel.pressed.check`).
ACTIONS: dict[str, tuple[Do, Names]] = {
    "accept": (lambda w, p: handling.accept(w, p.id), "request"),
    "answer": (_prompt(Action.ANSWER), "request"),
    "outcome": (_outcome, "request"),
    "correct": (_prompt(Action.CORRECT), "request"),
    "return": (_prompt(Action.RETURN), "request"),
    "decline": (_prompt(Action.DECLINE), "request"),
    "delay": (_prompt(Action.DELAY), "request"),
    "until": (lambda w, p: delaying.choose(w, p.id, p.word), "draft"),
    "reopen": (_prompt(Action.REOPEN), "request"),
    "complete": (_prompt(Action.COMPLETE), "request"),
    "assign": (lambda w, p: handling.choose_handler(w, p.id), "request"),
    "assign_to": (lambda w, p: handling.assign(w, p.id, p.number), "request"),
    "transfer": (_transfer, "request"),
    "nudge": (lambda w, p: asking.nudge(w, p.id), "request"),
    "ask": (lambda w, p: questions.ask(w, p.id), "request"),
    "reuse": (lambda w, p: reusing.reuse(w, request=p.id, source=p.number), "request"),
    "not_same": (lambda w, p: reusing.not_same(w, request=p.id, source=p.number), "request"),
    "attach": (lambda w, p: reusing.attach_own(w, request=p.id, source=p.number), "request"),
    "release": (lambda w, p: giving.release(w, request=p.id, source=p.number), "request"),
    "withhold": (lambda w, p: giving.withhold(w, request=p.id, source=p.number), "request"),
    "apart": (lambda w, p: giving.set_apart(w, request=p.id, source=p.number), "request"),
    "close": (lambda w, p: asking.close(w, p.id), "request"),
    "cancel": (lambda w, p: asking.cancel(w, p.id), "request"),
    "rate": (lambda w, p: asking.rate(w, p.id, p.number), "request"),
    "register": (lambda w, p: intake.register_offer(w, p.id), "draft"),
    "held": (lambda w, p: in_hand.choose(w, p.id, p.number), "draft"),
    "dismiss": (lambda w, p: drafts.dismiss(w, p.id), "draft"),
    "set": (_set, "draft"),
    "show": (lambda w, p: showing.show_one(w, p.id), "request"),
    "page": (_page, "other"),
    "flash_yes": (lambda w, p: releasing.decide(w, p.id, approve=True), "draft"),
    "flash_no": (lambda w, p: releasing.decide(w, p.id, approve=False), "draft"),
    "approve": (lambda w, p: members.decide_join(w, p.id, approve=True), "other"),
    "turn_away": (lambda w, p: members.decide_join(w, p.id, approve=False), "other"),
    "bind": (lambda w, p: binding.bind_by_id(w, p.id), "other"),
}


async def on_button(query: CallbackQuery, work: Work) -> Text:
    """Do what a button says; gives back the toast. Raises :class:`Refused`."""
    if query.message is None:
        raise Refused("error.button_old")
    action, pressed = parse(query.data or "")
    do, names = ACTIONS[action]
    stands = await about(work, query.message.chat.id, query.message.message_id, ours=said_in(query.message))
    check(names, pressed.numbers, stands)
    result = await do(work, pressed)
    return result if isinstance(result, Text) else t("toast.done")


def parse(data: str) -> tuple[str, Pressed]:
    """What a button says. Raises :class:`Refused` for data that no button of ours has."""
    match data.split(":"):
        case [version, action, given, *args] if version == VERSION and action in ACTIONS:
            number = _number(given)
            if number is not None:
                return action, Pressed(id=number, args=tuple(args))
    raise Refused("error.button_old")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
