"""Pressed buttons: ``1:<action>:<id>[:<arg>]``. The data can be forged, so every action checks again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram.types import CallbackQuery

from workflow import chats, intake, lifecycle, people, reuse
from workflow.errors import Refused
from workflow.text import Text, t
from workflow.work import Work

VERSION = "1"
Do = Callable[[Work, list[int], list[str]], Awaitable[object]]


def _prompt(action: str) -> Do:
    return lambda work, ids, _: lifecycle.prompt(work, ids[0], action)


async def _set(work: Work, ids: list[int], rest: list[str]) -> object:
    return await intake.choose(work, ids[0], rest[0], rest[1])


#: action -> what to do with the leading numbers and with all that follows the first of them
ACTIONS: dict[str, Do] = {
    "accept": lambda w, ids, _: lifecycle.accept(w, ids[0]),
    "answer": _prompt("answer"),
    "return": _prompt("return"),
    "decline": _prompt("decline"),
    "delay": _prompt("delay"),
    "reopen": _prompt("reopen"),
    "complete": _prompt("complete"),
    "assign": lambda w, ids, _: lifecycle.choose_handler(w, ids[0]),
    "assign_to": lambda w, ids, _: lifecycle.assign(w, ids[0], ids[1]),
    "transfer": lambda w, ids, _: lifecycle.transfer(w, ids[0], ids[1]) if len(ids) > 1 else lifecycle.choose_unit(w, ids[0]),
    "nudge": lambda w, ids, _: lifecycle.nudge(w, ids[0]),
    "reuse": lambda w, ids, _: reuse.reuse(w, request=ids[0], source=ids[1]),
    "not_same": lambda w, ids, _: reuse.not_same(w, request=ids[0], source=ids[1]),
    "close": lambda w, ids, _: lifecycle.close(w, ids[0]),
    "cancel": lambda w, ids, _: lifecycle.cancel(w, ids[0]),
    "rate": lambda w, ids, _: lifecycle.rate(w, ids[0], ids[1]),
    "register": lambda w, ids, _: intake.register_offer(w, ids[0]),
    "dismiss": lambda w, ids, _: intake.dismiss(w, ids[0]),
    "approve": lambda w, ids, _: people.decide_join(w, ids[0], approve=True),
    "turn_away": lambda w, ids, _: people.decide_join(w, ids[0], approve=False),
    "bind": lambda w, ids, _: chats.bind_by_id(w, ids[0]),
    "set": _set,
}  # fmt: skip
#: Buttons that ask for words or a choice: the toast says so.
ASKING = frozenset({"answer", "return", "decline", "delay", "reopen", "complete", "assign"})


async def on_button(query: CallbackQuery, work: Work) -> Text:
    """Do what a button says; gives back the toast. Raises :class:`Refused`."""
    if query.message is None:
        raise Refused("error.button_old")
    action, ids, rest = parse(query.data or "")
    try:
        result = await ACTIONS[action](work, ids, rest)
    except IndexError:
        raise Refused("error.button_old") from None
    if isinstance(result, Text):
        return result
    return t("toast.reply" if action in ASKING else "toast.done")


def parse(data: str) -> tuple[str, list[int], list[str]]:
    """(action, numbers, everything behind the first number). Raises :class:`Refused` for a strange one."""
    version, _, body = data.partition(":")
    action, *args = body.split(":")
    if version != VERSION or action not in ACTIONS or not args or not args[0].isdigit():
        raise Refused("error.button_old")
    return action, [int(a) for a in args if a.isdigit() and len(a) < 19], args[1:]
