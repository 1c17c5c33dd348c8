"""What a post says under the fields that its type of request has of its own: taken out of it before the rest is read,
and settled as each field wants it. What is in doubt is asked, with a button for each that it could be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from matching.dates.period import Period, read_period
from matching.form.fields import UnknownLabel
from matching.form.form import Form, read
from matching.form.labels import label_of
from matching.form.own import cut_out
from matching.identifiers.values import OwnField, OwnKind, Subject, TypeRule
from matching.text.understood import CouldBe, Read
from matching.words.choose import choose
from workflow.deadlines.times import period_label, period_stamp
from workflow.kernel.carried import key_of
from workflow.kernel.labels import OWN, option_label, own_key, own_label
from workflow.kernel.masked import seen
from workflow.kernel.parts import Part
from workflow.kernel.policy import Policy
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.text import t

MOST = 1000  # characters of one that are kept
#: Figures in either script: how much, how many.
_COUNTED = re.compile(
    r"[\d零一二三四五六七八九十百千万亿两]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """A post without the lines of own fields, and those: (label, or the field that was asked for; what stands there),
    in the order in which they were written."""

    parts: tuple[Part, ...]
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """What is kept under each field, by its key, and what is still to be said of them. ``form``: the rest, which has
    what this type has no field for among its notes."""

    form: Form
    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def apart(parts: Sequence[Part], policy: Policy) -> Apart:
    """The lines of the own fields of any type: which type it is, is not known yet."""
    if not policy.own_labels:
        return Apart(parts=tuple(parts))
    rest: list[Part] = []
    said: list[tuple[str, str]] = []
    for at, part in enumerate(parts):
        text, found = cut_out(part.text, policy.own_labels)
        asked = own_key(part.field) is not None
        if asked and not found and not read(text).labels:
            said.append((part.field, text.strip()))
            text = ""
        said += found
        if at == 0 or text.strip():
            rest.append(replace(part, text=text, field="" if asked else part.field))
    return Apart(parts=tuple(rest), said=tuple(said))


def settle(
    form: Form,
    said: Sequence[tuple[str, str]],
    rule: TypeRule | None,
    *,
    policy: Policy,
    sent: datetime,
    chosen: Mapping[str, Any],
) -> Own:
    """Each field of the type, as what was last said for it. What another type has a field for is a note."""
    fields = {} if rule is None else {name: one for one in rule.fields for name in _names(one)}
    foreign = [(label, words) for label, words in said if label not in fields and own_key(label) is None]
    last = {fields[name].key: words for name, words in said if name in fields and words}
    if foreign and rule is not None:
        lines = [f"{label}：{words}" for label, words in foreign]
        unknown = tuple(UnknownLabel(label=label) for label, _ in foreign)
        form = replace(
            form, note="\n".join(filter(None, (form.note, *lines))), unknown=(*form.unknown, *unknown)
        )
    values: dict[str, str] = {}
    problems: list[Problem] = []
    asking = _Asking(
        policy=policy, today=sent.astimezone(policy.zone).date(), chosen=chosen, subjects=form.subjects
    )
    for one in rule.fields if rule is not None else ():
        found = asking.settled(one, last.get(one.key, "")[:MOST])
        if isinstance(found, Problem):
            problems.append(found)
        elif found:
            values[one.key] = found
    return Own(form=form, values=values, problems=tuple(problems))


def _names(one: OwnField) -> tuple[str, ...]:
    """By which a field is named: its labels in a post, and itself where it was asked for."""
    return (*map(label_of, one.labels.values()), OWN + one.key)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asking:
    policy: Policy
    today: date
    chosen: Mapping[str, Any]
    subjects: Sequence[Subject]

    def settled(self, one: OwnField, words: str) -> str | Problem:
        """What is kept of the words for a field, "" for nothing; what is asked where they do not say it."""
        match one.kind:
            case OwnKind.CHOICE:
                return self._choice(one, words)
            case OwnKind.DATE | OwnKind.PERIOD if words:
                return self._dates(one, words)
            case OwnKind.NUMBER if words and not _COUNTED.search(words.lower()):
                return self._wrong(one, "own.number", words)
        return words if words or not one.required else self._missing(one)

    def _choice(self, one: OwnField, words: str) -> str | Problem:
        listed = {key_of(kept): kept for kept in map(self._kept, one.options)}
        picked = listed.get(str(self.chosen.get(OWN + one.key, "")))
        named = {key_of(self._kept(option)): list(option.values()) for option in one.options}
        if words.isascii() and words.isdigit() and 0 < int(words[:3]) <= len(listed):
            return list(listed.values())[int(words[:3]) - 1]
        found = choose(words, named).key if words else None
        if found is not None or picked is not None:
            return listed[found] if found is not None else str(picked)
        choices = [
            Choice(label=option_label(option), name=OWN + one.key, value=key_of(self._kept(option)))
            for option in one.options
        ]
        if words:
            return self._wrong(one, "own.choice", words, choices)
        return self._missing(one, choices) if one.required else ""

    def _kept(self, option: Mapping[str, str]) -> str:
        """An option as it is kept: in the desk's language."""
        return option.get(self.policy.language) or next(iter(option.values()))

    def _dates(self, one: OwnField, words: str) -> str | Problem:
        read_as = read_period(words, today=self.today)
        day = one.kind is OwnKind.DATE
        match read_as:
            case Read(value=value):
                could: tuple[Period, ...] = (value,)
            case CouldBe(values=values):
                could = tuple(values)
            case _:
                could = tuple(read_as.near) if read_as is not None else ()
        could = tuple(one_of for one_of in could if not day or one_of[0] == one_of[1])
        chosen = next((p for p in could if period_stamp(p) == self.chosen.get(OWN + one.key)), None)
        if isinstance(read_as, Read) and could:
            chosen = could[0]
        if chosen is not None:
            return chosen[0].isoformat() if day else f"{chosen[0].isoformat()} ~ {chosen[1].isoformat()}"
        choices = [Choice(label=period_label(p), name=OWN + one.key, value=period_stamp(p)) for p in could]
        return self._wrong(one, "own.date" if day else "own.period", words, choices)

    def _wrong(self, one: OwnField, key: str, words: str, choices: Sequence[Choice] = ()) -> Problem:
        text = t(key, field=own_label(one), given=seen(words, self.subjects))
        return Problem(field=OWN + one.key, text=text, choices=tuple(choices))

    def _missing(self, one: OwnField, choices: Sequence[Choice] = ()) -> Problem:
        text = t(f"own.missing_{one.kind}", field=own_label(one))
        return Problem(field=OWN + one.key, text=text, choices=tuple(choices))
