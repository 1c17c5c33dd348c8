"""Who hears of what is late, rung by rung: the handler, their unit's desk, its liaisons, the units above, and the one
that stands above both sides. Data of the configuration (``[[ladder]]``); without it, what ``after_due``,
``repeat_every`` and ``escalate_after`` of ``[reminders]`` make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Stage(StrEnum):
    """Who hears, in the order in which they do."""

    HANDLER = "handler"  # who has it, alone
    DESK = "desk"  # the group of whoever owes the next step
    LIAISON = "liaison"  # the liaisons of the asked unit, each alone
    SUPERIOR = "superior"  # the desk of the unit above; each repeat one unit higher
    COMMON = "common"  # the desk of the nearest unit above both, before which disputes go


class Held(StrEnum):
    """When a rung does not speak, except of a flash."""

    QUIET = "quiet"  # in the quiet hours
    OFF = "work"  # outside of working hours
    NEVER = "any"


#: How much later than it was due: so long, or such a share of the time that there was to answer.
After = float | timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """When one of them hears. ``times``: how often it is repeated; None: until there is an answer."""

    to: Stage
    after: tuple[After, ...]
    repeat: timedelta = timedelta()  # nothing: it is not repeated
    times: int | None = None
    held: Held = Held.QUIET

    def late(self, stage: int, allowed: timedelta) -> timedelta | None:
        """How late it is by then that a stage of it comes; None where it has no such stage. ``allowed``: the time
        that there was to answer."""
        if stage < len(self.after):
            return _length(self.after[stage], allowed)
        beyond = stage - len(self.after) + 1
        if self.repeat <= timedelta() or (self.times is not None and beyond > self.times):
            return None
        last = _length(self.after[-1], allowed) if self.after else timedelta()
        return last + self.repeat * beyond


def _length(after: After, allowed: timedelta) -> timedelta:
    return after if isinstance(after, timedelta) else allowed * after


def usual(after_due: tuple[timedelta, ...], repeat: timedelta, escalate: timedelta) -> tuple[Rung, ...]:
    """The ladder of who has configured none: the desk again and again, and beside it one unit higher each time."""
    desk = Rung(to=Stage.DESK, after=after_due, repeat=repeat)
    above = Rung(to=Stage.SUPERIOR, after=(escalate,), repeat=escalate)
    return (desk, above) if escalate > timedelta() else (desk,)
