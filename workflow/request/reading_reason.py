"""A name where the reason is asked for: whether it is the reason, or one more person, is for the officer to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from matching.form.form import Form
from matching.form.free_names import is_somebody
from matching.identifiers.values import Subject
from matching.words.names import clean
from workflow.kernel.masked import seen
from workflow.kernel.parts import Part
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.text import t

#: What a name was said to be, by the keys under which it is kept.
SAID = {"reason": "said_reason", "person": "said_person"}


def somebody(form: Form, parts: Sequence[Part], chosen: Mapping[str, Any]) -> Form:
    """The form with the names that were said to be people among its subjects, and no more as its reason. ``parts``:
    in which they still stand."""
    people = chosen.get(SAID["person"], ())
    subjects = list(form.subjects)
    for written in people:
        name = clean(written)
        if not any(written in part.text for part in parts):
            continue
        if len(subjects) == 1 and not subjects[0].name:
            subjects[0] = replace(subjects[0], name=name)
        elif all(subject.name != name for subject in subjects):
            subjects.append(Subject(kind="person", name=name))
    return replace(form, subjects=tuple(subjects), reason="" if form.reason in people else form.reason)


def reason_or_person(form: Form, chosen: Mapping[str, Any]) -> list[Problem]:
    """What is asked where the whole reason is somebody's name."""
    if form.reason in chosen.get(SAID["reason"], ()) or not is_somebody(form.reason):
        return []
    text = t("problem.reason_or_person", given=seen(form.reason, form.subjects))
    reason = Choice(label=t("button.is_reason"), name="said", value="reason")
    person = Choice(label=t("button.is_person"), name="said", value="person")
    return [Problem(field="reason", text=text, choices=(reason, person))]
