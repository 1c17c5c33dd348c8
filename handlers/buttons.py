"""Pressed buttons: ``1:<action>:<id>[:<arg>]``. The data can be forged, so every action checks again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.types import CallbackQuery

from workflow import asking, binding, drafts, handling, intake, members, reusing, talking
from workflow.errors import Refused
from workflow.text import Text, t
from workflow.work import Work

VERSION = "1"
MOST_DIGITS = 18  # of a number in the data: what is longer is none of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """What stands in a button: the id of what it is about, and what follows."""

    id: int
    args: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The one argument, a number. Raises :class:`Refused` for anything else."""
        if len(self.args) != 1 or (read := _number(self.args[0])) is None:
            raise Refused("error.button_old")
        return read


Do = Callable[[Work, Pressed], Awaitable[object]]


def _prompt(action: str) -> Do:
    return lambda work, p: talking.prompt(work, p.id, action)


async def _set(work: Work, p: Pressed) -> object:
    if len(p.args) != 2:
        raise Refused("error.button_old")
    return await intake.choose(work, p.id, *p.args)


async def _transfer(work: Work, p: Pressed) -> object:
    if p.args:
        return await handling.transfer(work, p.id, p.number)
    return await handling.choose_unit(work, p.id)


ACTIONS: dict[str, Do] = {
    "accept": lambda w, p: handling.accept(w, p.id),
    "answer": _prompt("answer"),
    "return": _prompt("return"),
    "decline": _prompt("decline"),
    "delay": _prompt("delay"),
    "reopen": _prompt("reopen"),
    "complete": _prompt("complete"),
    "assign": lambda w, p: handling.choose_handler(w, p.id),
    "assign_to": lambda w, p: handling.assign(w, p.id, p.number),
    "transfer": _transfer,
    "nudge": lambda w, p: asking.nudge(w, p.id),
    "reuse": lambda w, p: reusing.reuse(w, request=p.id, source=p.number),
    "not_same": lambda w, p: reusing.not_same(w, request=p.id, source=p.number),
    "close": lambda w, p: asking.close(w, p.id),
    "cancel": lambda w, p: asking.cancel(w, p.id),
    "rate": lambda w, p: asking.rate(w, p.id, p.number),
    "register": lambda w, p: intake.register_offer(w, p.id),
    "dismiss": lambda w, p: drafts.dismiss(w, p.id),
    "approve": lambda w, p: members.decide_join(w, p.id, approve=True),
    "turn_away": lambda w, p: members.decide_join(w, p.id, approve=False),
    "bind": lambda w, p: binding.bind_by_id(w, p.id),
    "set": _set,
}


async def on_button(query: CallbackQuery, work: Work) -> Text:
    """Do what a button says; gives back the toast. Raises :class:`Refused`."""
    if query.message is None:
        raise Refused("error.button_old")
    action, pressed = parse(query.data or "")
    result = await ACTIONS[action](work, pressed)
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
