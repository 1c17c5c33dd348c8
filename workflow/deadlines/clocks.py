"""How long there is to answer, and by which rule: data of the urgency, of the type, and of the asked unit.

A type has a time of its own where a law gives it one (identity and residence are answered within seven days, within
fifteen where travel is very hard: 公安机关办理刑事案件程序规定, art. 353). What is urgent is never given longer by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matching.text.span import Span
from storage.tables.models import Request
from workflow.kernel.body import Body
from workflow.kernel.policy import Policy
from workflow.kernel.tx import Tx
from workflow.organisation import units

_ORDINARY = "normal"


class Clock(StrEnum):
    """The rule that gives the time to answer."""

    URGENCY = "urgency"
    TYPE = "type"
    REMOTE = "remote"  # of the type, for units that are hard to reach


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the time to answer hangs on. ``unit``: the code of the asked one."""

    type: str
    urgency: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """A time to answer, by a rule."""

    span: Span
    by: Clock


async def terms_of(
    tx: Tx, request: Request, *, type_: str | None = None, urgency: str | None = None
) -> Terms:
    """Those of a request, or what they would be with another type or urgency."""
    asked = request.to_unit_id
    if asked is None and request.purged_at is None:
        asked = Body.of(request, tx.sealer).withheld_from
    unit = await units.by_id(tx, asked)
    return Terms(
        type=type_ or request.type,
        urgency=urgency or request.urgency,
        unit=unit.code if unit is not None else "",
    )


def allowed(policy: Policy, terms: Terms, since: datetime) -> Allowed:
    """The time to answer from ``since`` on: of the type where it has its own, and never longer than an urgency asks."""
    of_urgency = Allowed(span=policy.time_to_answer[terms.urgency], by=Clock.URGENCY)
    own = _own(policy, terms)
    if own is None or (
        terms.urgency != _ORDINARY and _end(policy, of_urgency, since) <= _end(policy, own, since)
    ):
        return of_urgency
    return own


def _own(policy: Policy, terms: Terms) -> Allowed | None:
    rule = policy.types.get(terms.type)
    if rule is None:
        return None
    if rule.remote_time is not None and terms.unit in policy.remote:
        return Allowed(span=rule.remote_time, by=Clock.REMOTE)
    return Allowed(span=rule.time, by=Clock.TYPE) if rule.time is not None else None


def _end(policy: Policy, one: Allowed, since: datetime) -> datetime:
    return policy.calendar.add(since, one.span, policy.zone)


def due_for(policy: Policy, terms: Terms, asked_at: datetime, *, now: datetime | None = None) -> datetime:
    """When an answer is due by the time that there is for it (Directive (EU) 2023/977, art. 5, as configured).

    It counts from the asking. Where that has run out before anybody could read it, because the bot was away,
    it counts from now: nobody is late with what they have not seen.
    """
    due = _end(policy, allowed(policy, terms, asked_at), asked_at)
    if now is not None and due <= now:
        return _end(policy, allowed(policy, terms, now), now)
    return due
