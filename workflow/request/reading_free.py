"""A post in sentences, understood with the units and types of this desk: what it says fills the fields that no
label has filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from matching.form.form import Form
from matching.form.free import Free, Options, read_free
from workflow.kernel.policy import Policy
from workflow.organisation.units import Units

#: Fields that are one text each, by the name that they have in both.
_TEXTS = ("urgency", "reason", "case", "basis")


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """The form with what its sentences say, and what of that is doubtful.

    ``units``, ``types``: keys to choose from; ``type``: the key of the one that is meant; ``sentences``: more is said
    than the name of a type; ``due_doubted``: a time that may be no deadline; ``said_at``: when a
    time was written; ``fields``: what came out of sentences;
    ``wished``: a word of haste that is only wished for.
    """

    form: Form
    units: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    type: str = ""
    sentences: bool = False
    due_doubted: bool = False
    said_at: dict[str, datetime] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    wished: str = ""


#: What was made of the units and a policy, for each that asks: they are the same from post to post.
_MADE: WeakKeyDictionary[Units, tuple[Policy, dict[int, Options]]] = WeakKeyDictionary()


def options(policy: Policy, units: Units, own: int) -> Options:
    """What this desk knows, as matching takes it."""
    known = _MADE.get(units)
    if known is None or known[0] is not policy:
        known = _MADE[units] = (policy, {})
    made = known[1].get(own)
    if made is None:
        made = known[1][own] = _options(policy, units, own)
    return made


def _options(policy: Policy, units: Units, own: int) -> Options:
    codes = {unit.id: unit.code for unit in units}
    return Options(
        units=units.options,
        types=policy.type_options,
        parents={unit.code: codes[unit.parent_id] for unit in units if unit.parent_id in codes},
        own=codes.get(own, ""),
    )


def fill(form: Form, said: Sequence[tuple[str, datetime]], known: Options, policy: Policy) -> Filled:
    """``said``: the sentences of each part, and when they were written. What was said first stands."""
    filled = Filled(form=form)
    for text, sent in said:
        if text.strip():
            free = read_free(text, known, now=sent.astimezone(policy.zone))
            filled = _with(filled, free, sent)
    return filled


def _with(filled: Filled, free: Free, sent: datetime) -> Filled:
    form = filled.form
    changes: dict[str, Any] = {
        name: getattr(free, name) for name in _TEXTS if getattr(free, name) and not getattr(form, name)
    }
    said_at = dict(filled.said_at)
    if not form.to and free.to.keys:
        changes["to"] = free.to.keys
    if not form.subjects and free.subjects.found:
        read = free.subjects
        changes |= {"subjects": read.found, "unsure": read.unsure, "corrected": read.corrected}
        changes |= {"unread": (*form.unread, *read.unread), "left": (*form.left, *read.left)}
    elif form.subjects:  # numbers beside what has its label are nobody's, and said
        known = {number.value for subject in form.subjects for number in subject.ids}
        more = [n.raw for subject in free.subjects.found for n in subject.ids if n.value not in known]
        changes["unread"] = (*form.unread, *more)
        changes["note"] = "\n".join(filter(None, (form.note, *more)))
    if free.whose:
        changes["whose"] = (*form.whose, *free.whose)
    for name in ("due", "period"):
        if not getattr(form, name) and (words := getattr(free.times, name)):
            changes[name] = words
            said_at[name] = sent
    fields = filled.fields | {"subject" if name == "subjects" else name for name in changes}
    changes["unread"] = (*changes.get("unread", form.unread), *free.unread)
    for name in ("note", "contact"):
        if more := getattr(free, name):
            changes[name] = "\n".join(filter(None, (changes.get(name, getattr(form, name)), more)))
    return replace(
        filled,
        form=replace(form, **changes),
        units=filled.units or ((free.to.keys or free.to.close) if not form.to else ()),
        types=filled.types or free.type.keys or free.type.close,
        type=filled.type or (free.type.keys[0] if free.type.keys else ""),
        sentences=filled.sentences or free.says_more,
        due_doubted=filled.due_doubted or ("due" in changes and not free.times.due_sure),
        said_at=said_at,
        fields=fields,
        wished=filled.wished or free.wished,
    )
