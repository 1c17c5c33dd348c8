"""What became of members, roles and groups, said to who saw to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from workflow.kernel import pressed
from workflow.kernel.pressed import ATTEST, JOIN, Under
from workflow.kernel.roles import NONE
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.leaving import attesting_buttons, attesting_words, handed_over_words, tapped_words
from workflow.organisation.members import left_work
from workflow.organisation.results import (
    Attesting,
    Bound,
    HandedOver,
    JoinDecided,
    LanguageSet,
    RoleGiven,
    Stands,
    TopicsDropped,
    Unbound,
)


async def say_role(tx: Tx, given: RoleGiven) -> None:
    key = "people.removed" if given.role == NONE else "people.role_given"
    role = t(f"role.{given.role}")
    if given.until is not None:
        key = "people.role_then" if given.then is not None else "people.role_for_a_time"
    then = t(f"role.{given.then}") if given.then is not None else None
    await tx.say(t(key, name=given.name, unit=given.unit, role=role, until=given.until, then=then))
    if given.left:
        await tx.say(left_work(given.name, given.left), chat_id=tx.where.chat_id)


async def say_attesting(tx: Tx, attesting: Attesting) -> None:
    """A list by itself; after a tap it stands where it stood, everybody in their place."""
    told, buttons = attesting_words(attesting), attesting_buttons(attesting)
    if attesting.tapped is None:
        await tx.say(told, buttons=buttons, purpose=ATTEST)
    else:
        await pressed.change(tx, Under(purposes=(ATTEST,)), told, buttons, purpose=ATTEST)


async def say_handed_over(tx: Tx, over: HandedOver) -> None:
    await tx.say(handed_over_words(over, "people.handed_over"))


async def say_join(tx: Tx, decided: JoinDecided) -> None:
    await pressed.close(tx, Under(purposes=(f"{JOIN}:{decided.membership_id}",)), join_words(decided))


def join_words(decided: JoinDecided) -> Text:
    key = "people.approved" if decided.approved else "people.turned_away"
    return t(key, name=decided.name, by=decided.by)


async def say_bound(tx: Tx, bound: Bound) -> None:
    key = "bind.done" if bound.new else "bind.already"
    topic = [t("bind.topic", types=list(bound.types))] if bound.types else []
    await tx.say(t(key, unit=bound.unit, code=bound.code, lines=[*_stands(bound.stands), *topic]))


async def say_unbound(tx: Tx, unbound: Unbound) -> None:
    await tx.say(t("bind.undone", units=list(unbound.units), lines=_stands(unbound.stands)))


def _stands(stands: Iterable[Stands]) -> list[Text]:
    """A line for each unit, and one for who has no desk at all."""
    lines = []
    for one in stands:
        lines.append(t(f"bind.{one.purpose}", unit=one.unit))
        if one.no_desk:
            lines.append(t("bind.no_desk", unit=one.unit, example=f"/bind {one.code}"))
    return lines


async def say_dropped(tx: Tx, dropped: TopicsDropped) -> None:
    await tx.say(t("bind.topic_undone", types=list(dropped.types)))


async def say_language(tx: Tx, language: LanguageSet) -> None:
    await tx.say(t("lang.set"))


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    RoleGiven: say_role,
    JoinDecided: say_join,
    Attesting: say_attesting,
    HandedOver: say_handed_over,
    Bound: say_bound,
    Unbound: say_unbound,
    TopicsDropped: say_dropped,
    LanguageSet: say_language,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    JoinDecided: join_words,
    Attesting: lambda attesting: tapped_words(attesting.tapped) if attesting.tapped else t("toast.done"),
}
