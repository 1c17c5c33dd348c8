"""The deadline of a post: what was written, what was picked of what it could be, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from matching.identifiers.values import Subject
from matching.text.understood import CouldBe, Read
from workflow.deadlines.times import Written, moment_label, offered, read_deadline, stamp
from workflow.kernel.masked import seen
from workflow.kernel.policy import Policy
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.text import t

NO_PERIOD = "none"  # picked: it has no first and last day; its words stay as a note
NO_DUE = "none"  # picked: the time that was spoken of is no deadline


def deadline(
    written: Written, *, policy: Policy, chosen: object = None, subjects: Sequence[Subject] = ()
) -> datetime | Problem | None:
    """The moment that somebody wrote, or what they picked of those that it could be; None for no text.

    ``subjects``: of whom it may speak, too. A pick that is none of what is offered for these words is none.
    """
    if not written.text.strip():
        return None
    read_as = read_deadline(written, policy=policy)
    if isinstance(read_as, Read):
        return read_as.value
    options = offered(read_as)
    picked = next((at for at in options if stamp(at) == chosen), None)
    if picked is not None:
        return picked
    given = seen(written.text, subjects)
    choices = tuple(Choice(label=moment_label(at), name="due", value=stamp(at)) for at in options)
    if isinstance(read_as, CouldBe):
        key = "several" if len(options) > 1 else "one"
        text = t(f"problem.due_{key}", given=given, options=[moment_label(at) for at in options])
    else:
        text = t(f"problem.due_{read_as.code}", given=given, at=read_as.value)
    return Problem(field="due", text=text, choices=choices)


def or_none(problem: Problem) -> Problem:
    """The question about a time that sentences speak of, with a button for one that is no deadline."""
    none = Choice(label=t("choice.no_due"), name="due", value=NO_DUE)
    return replace(problem, choices=(*problem.choices, none))
