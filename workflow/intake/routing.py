"""A request that names no addressee: to whom it goes is said by a rule of the configuration, or by a tap of the desk
that is the window of the unit that asks (公安机关办理刑事案件程序规定, art. 348)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.tables.models import Draft
from storage.tables.words import DraftState
from workflow.kernel.errors import Refused
from workflow.kernel.labels import subject_hint, type_label
from workflow.kernel.masked import seen
from workflow.kernel.policy import Route
from workflow.kernel.problems import Problem
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices.drafts import notify_unrouted
from workflow.organisation import groups, rights, units
from workflow.request.drafts import DraftBody
from workflow.request.reading import Reading

OFFERED = "routed"  # of a draft: its desk was asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The desk that may say to whom a request goes."""

    unit_id: int
    chat_id: int


async def window_of(tx: Tx, own: int, chat_id: int | None) -> Window | None:
    """The window of a unit, its own or the one above that it has; None where that is the group of the post itself."""
    own_desk = await groups.windows(tx, own)
    desk = own if own_desk else await groups.desk_over(tx, own)
    if desk is None:
        return None
    chats = own_desk or await groups.windows(tx, desk)
    return None if not chats or chat_id in chats else Window(unit_id=desk, chat_id=chats[0])


def lacks_addressee(reading: Reading, problems: Sequence[Problem]) -> bool:
    """Whether nothing else is wanting, and no unit was written. What is confidential is nobody else's to read."""
    to_alone = {problem.field for problem in problems} == {"to"}
    return to_alone and not reading.form.to and not reading.form.confidential


async def do_route(
    tx: Tx, body: DraftBody, reading: Reading, problems: Sequence[Problem], *, own: int, chat_id: int | None
) -> bool:
    """By the first rule that fits; whether there is one, and a desk that it stands for."""
    if not lacks_addressee(reading, problems) or await window_of(tx, own, chat_id) is None:
        return False
    text = "\n".join(part.text for part in body.parts).lower()
    by_code = (await units.current(tx)).by_code
    for rule in tx.policy.routes:
        unit = by_code.get(rule.to)
        if unit is not None and unit.id != own and _fits(rule, reading.type, text):
            body.chosen["to"] = [unit.id]
            return True
    return False


def _fits(rule: Route, type_: str, text: str) -> bool:
    by_words = not rule.words or any(word.lower() in text for word in rule.words)
    return by_words and (not rule.types or type_ in rule.types)


async def ask_desk(
    tx: Tx, draft: Draft, body: DraftBody, reading: Reading, problems: Sequence[Problem]
) -> str | None:
    """Ask the desk once to whom it goes, with a button for each unit that is likely; gives back what that desk is
    called, None where there is none to ask. Not of what has to be approved first, which is nobody else's to read."""
    rule = tx.policy.types.get(reading.type)
    if not lacks_addressee(reading, problems) or rule is None or rule.approve:
        return None
    window = await window_of(tx, draft.unit_id or 0, draft.chat_id)
    if window is None:
        return None
    name = await units.name_of(tx, window.unit_id)
    if body.chosen.get(OFFERED):
        return name
    body.chosen[OFFERED] = True
    body.keep(tx, draft)
    asked = t(
        "route.ask", type=type_label(rule), unit=await units.name_of(tx, draft.unit_id),
        subject=subject_hint(reading.subjects), reason=seen(reading.form.reason, reading.subjects),
    )  # fmt: skip
    choices = [one for problem in problems for one in problem.choices]
    await notify_unrouted(tx, draft, asked, choices, chat_id=window.chat_id)
    return name


def at_desk(problems: Sequence[Problem], desk: str) -> tuple[Problem, ...]:
    """The same, where the desk has been asked: who posted may still say it themselves."""
    return tuple(replace(one, text=t("missing.to_desk", desk=desk)) for one in problems)


async def access_routed(tx: Tx, draft_id: int) -> tuple[Draft, DraftBody]:
    """A draft whose desk the actor leads. Raises :class:`Refused`."""
    draft = await tx.session.get(Draft, draft_id, with_for_update=True)
    if draft is None or draft.state != DraftState.OPEN:
        raise Refused("error.button_old")
    body = DraftBody.of(tx, draft)
    window = await window_of(tx, draft.unit_id or 0, draft.chat_id)
    if window is None or not body.chosen.get(OFFERED):
        raise Refused("error.button_old")
    if not rights.leads(tx.who, window.unit_id):
        raise Refused("denied.route", unit=await units.name_of(tx, window.unit_id))
    return draft, body
