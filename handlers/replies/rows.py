"""Buttons in rows, and a list that stands where it stood before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow.kernel import pressed
from workflow.kernel.carried import key_of
from workflow.kernel.pressed import LIST, Under
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx

Rows = list[list[Button]]
IN_A_ROW = 2  # buttons that a number, or some words, stand on
SHORT_IN_A_ROW = 3


def rows_of(buttons: Sequence[Button], in_a_row: int = IN_A_ROW) -> Rows:
    """So many beside each other."""
    return [list(buttons[i : i + in_a_row]) for i in range(0, len(buttons), in_a_row)]


def purpose_rows(purposes: Sequence[str], carried: Callable[[str], str]) -> Rows:
    """A button for each purpose of a look; ``carried``: its data, given what stands for the purpose in it."""
    buttons = [Button(label=t("plain", text=one), data=carried(key_of(one))) for one in purposes]
    return rows_of(buttons, SHORT_IN_A_ROW)


async def say_list(tx: Tx, told: Text, buttons: Rows, *, purpose: str, turned: bool) -> None:
    """In a message of its own, or ``turned`` in the place of the page before. What is listed stands in the purpose, so
    that it can be looked up anew; without buttons there is nothing to turn."""
    if turned:
        await pressed.change(tx, Under(purposes=(LIST,)), told, buttons, purpose=purpose)
    elif buttons:
        await tx.say(told, buttons=buttons, purpose=purpose)
    else:
        await tx.say(told)
