"""A post understood: its fields resolved against this desk's types and units, and what is wrong with it.

Pure but for the units, which are passed in. What is wrong is said field by field, all of it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from matching.form import Form, fields_missing, merge, read, read_for, urgency

from matching.choose import choose, find_in
from matching.masking import mask, mask_text
from matching.period import PeriodProblem, read_period
from matching.values import Subject, TypeRule
from matching.when import DueProblem, read_due
from storage.models import Unit
from workflow import units as unit_names
from workflow.policy import Policy
from workflow.text import Button, Text, t

MAX_TEXT = 4000  # characters of a field that are kept; Telegram's own limit of a message is 4096
CLOSE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is wrong with one field, and what would work. ``soft``: may be registered all the same."""

    field: str
    text: Text
    buttons: tuple[Button, ...] = ()
    soft: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A text that somebody sent for a draft; ``field`` when it answers a question about one field."""

    text: str
    field: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    form: Form
    type: str = ""
    to: tuple[Unit, ...] = ()
    urgency: str = "normal"
    due: datetime | None = None  # None: by urgency
    period: tuple[date, date] | None = None
    problems: tuple[Problem, ...] = ()
    hints: tuple[Text, ...] = ()  # worth saying, but nothing is missing

    @property
    def complete(self) -> bool:
        return not self.problems


@dataclass(kw_only=True)
class _Reader:
    policy: Policy
    units: Sequence[Unit]  # those that may be asked
    now: datetime
    draft_id: int
    chosen: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)
    hints: list[Text] = field(default_factory=list)

    def button(self, label: Text, name: str, value: object) -> Button:
        return Button(label=label, data=f"1:set:{self.draft_id}:{name}:{value}")

    def problem(self, name: str, text: Text, buttons: Sequence[Button] = (), *, soft: bool = False) -> None:
        self.problems.append(Problem(field=name, text=text, buttons=tuple(buttons), soft=soft))


def seen(text: str) -> str:
    """What was typed, as a group may see it back: short, and without personal numbers."""
    return mask_text(text.strip())[:60]


def assemble(parts: Sequence[Part]) -> Form:
    """The form of a first post and of what was sent to complete it."""
    form = read(parts[0].text[: MAX_TEXT * 4])
    for part in parts[1:]:
        said = read(part.text[: MAX_TEXT * 4])
        if part.field and not said.labels:
            said = read_for(part.text[:MAX_TEXT], part.field)
        form = merge(form, said)
    return form


def understand(
    parts: Sequence[Part],
    *,
    policy: Policy,
    units: Sequence[Unit],
    own: int,
    now: datetime,
    draft_id: int = 0,
    chosen: Mapping[str, Any] | None = None,
) -> Reading:
    """Read all parts together. ``chosen``: what was tapped (type key, unit ids, urgency, "anyway")."""
    form = assemble(parts)
    reader = _Reader(
        policy=policy,
        units=[u for u in units if u.id != own],
        now=now,
        draft_id=draft_id,
        chosen=chosen or {},
    )
    kind = _type(reader, form)
    rule = policy.types.get(kind)
    to = _to(reader, form, {u.id: u for u in units}, own)
    missing = fields_missing(form, rule.require if rule else ("subject", "reason"))
    for name in missing:
        if name not in ("type", "to"):
            reader.problem(name, t(f"missing.{name}"))
    _subjects(reader, form.subjects, rule)
    pressing = _urgency(reader, form)
    due = _due(reader, form)
    period = _period(reader, form)
    for unknown in form.unknown:
        close = t("hint.meant", field=t(f"field.{unknown.field}")) if unknown.field else None
        reader.hints.append(t("hint.unknown_label", given=seen(unknown.label), close=close))
    for text in form.unread:
        reader.hints.append(t("hint.unread", given=seen(text)))
    return Reading(
        form=form, type=kind, to=to, urgency=pressing, due=due, period=period,
        problems=tuple(reader.problems), hints=tuple(reader.hints),
    )  # fmt: skip


def type_options(policy: Policy) -> dict[str, list[str]]:
    return {key: [key, *rule.labels.values(), *rule.aliases] for key, rule in policy.types.items()}


def type_label(rule: TypeRule) -> Text:
    return t(
        "by_language",
        **{
            lang: rule.labels.get(lang) or next(iter(rule.labels.values()), rule.key) for lang in ("zh", "en")
        },
    )


def _type(reader: _Reader, form: Form) -> str:
    chosen = str(reader.chosen.get("type", ""))
    if chosen in reader.policy.types:
        return chosen
    options = type_options(reader.policy)
    given = form.type_text.strip()
    close: tuple[str, ...] = ()
    if given:
        choice = choose(given, options)
        if choice.key is not None:
            return choice.key
        close = choice.close
    lead = form.lead.strip()
    if lead:
        choice = choose(lead, options)
        within = choice.key or find_in(lead, options).key
        if within is not None:
            return within
        close = close or choice.close
    keys = close or tuple(reader.policy.types)
    buttons = [reader.button(type_label(reader.policy.types[key]), "type", key) for key in keys]
    text = (
        t("problem.type_unknown", given=seen(given or lead))
        if given or (lead and close)
        else t("missing.type")
    )
    reader.problem("type", text, buttons)
    return ""


def _to(reader: _Reader, form: Form, by_id: Mapping[int, Unit], own: int) -> tuple[Unit, ...]:
    picked = [by_id[i] for i in reader.chosen.get("to", ()) if i in by_id]
    options = {u.code: unit_names.names(u) for u in by_id.values()}
    by_code = {u.code: u for u in by_id.values()}
    found: dict[int, Unit] = {u.id: u for u in picked}
    for given in form.to:
        choice = choose(given, options)
        if choice.key is not None:
            unit = by_code[choice.key]
            if unit.id == own:
                reader.problem("to", t("problem.to_self", unit=unit.name))
            found[unit.id] = unit
        elif not picked:
            close = [by_code[c] for c in choice.close if by_code[c].id != own] or list(reader.units)[:CLOSE]
            buttons = [reader.button(t("plain", text=u.name), "to", u.id) for u in close]
            reader.problem(
                "to",
                t("problem.to_unknown", given=seen(given), close="、".join(u.name for u in close)),
                buttons,
            )
    found.pop(own, None)
    if not found and not form.to:
        buttons = [reader.button(t("plain", text=u.name), "to", u.id) for u in list(reader.units)[:12]]
        reader.problem("to", t("missing.to"), buttons)
    return tuple(found.values())


def _subjects(reader: _Reader, subjects: Sequence[Subject], rule: TypeRule | None) -> None:
    """A wrong check digit is most often a slip; the officer may insist, for papers can be wrong too."""
    if reader.chosen.get("anyway"):
        return
    insist = reader.button(t("button.anyway"), "anyway", 1)
    for subject in subjects:
        for identifier in subject.ids:
            if identifier.state == "damaged":
                reader.problem(
                    "subject",
                    t(f"problem.damaged_{identifier.kind}" if identifier.kind == "cn_id" else "problem.damaged", kind=t(f"kind.{identifier.kind}"), given=mask(identifier)),
                    [insist], soft=True,
                )  # fmt: skip


def _urgency(reader: _Reader, form: Form) -> str:
    chosen = str(reader.chosen.get("urgency", ""))
    if chosen in reader.policy.time_to_answer:
        return chosen
    if not form.urgency.strip():
        return urgency(form.lead) or "normal" if form.lead else "normal"
    read_as = urgency(form.urgency)
    if read_as is None:
        buttons = [reader.button(t(f"urgency.{u}"), "urgency", u) for u in ("flash", "urgent", "normal")]
        reader.problem("urgency", t("problem.urgency", given=seen(form.urgency)), buttons)
        return "normal"
    return read_as


def _due(reader: _Reader, form: Form) -> datetime | None:
    if not form.due.strip():
        return None
    zone = reader.policy.zone
    read_as = read_due(form.due, now=reader.now.astimezone(zone))
    if isinstance(read_as, DueProblem):
        reader.problem("due", t(f"problem.due_{read_as.code}", given=seen(form.due), at=read_as.at))
        return None
    if read_as.at is not None:
        return read_as.at
    return reader.policy.calendar.add(reader.now, read_as.span, zone) if read_as.span else None


def _period(reader: _Reader, form: Form) -> tuple[date, date] | None:
    if not form.period.strip():
        return None
    read_as = read_period(form.period, today=reader.now.astimezone(reader.policy.zone).date())
    if isinstance(read_as, PeriodProblem) or read_as is None:
        reader.problem("period", t("problem.period", given=seen(form.period)))
        return None
    return read_as
