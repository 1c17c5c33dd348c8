"""A post understood: its fields resolved against this desk's types and units, and what is wrong with it.

Pure but for the units, which are passed in. What is wrong is said field by field, all of it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from matching.dates.period import read_period
from matching.dates.when_words import DATE_LABELS
from matching.form.fields import TIMED
from matching.form.form import Form, fields_missing, merge, read, read_for, urgency
from matching.form.labels import split_label
from matching.identifiers.values import Subject
from matching.text.understood import CouldBe, NotRead, Read
from matching.words.choose import choose, find_in
from matching.words.choose_words import squeeze
from storage.tables.models import Unit
from workflow.deadlines.times import (
    Written,
    moment_label,
    period_label,
    period_stamp,
    stamp,
)
from workflow.kernel.body import Body
from workflow.kernel.fields import TEXTS
from workflow.kernel.labels import EXAMPLES, type_label
from workflow.kernel.masked import seen
from workflow.kernel.parts import Part
from workflow.kernel.policy import Policy
from workflow.kernel.problems import Choice, Problem
from workflow.kernel.text import Text, t
from workflow.organisation.units import Units
from workflow.request import reading_own
from workflow.request.reading_free import Filled, fill, options
from workflow.request.reading_grounds import grounded
from workflow.request.reading_hints import hints_of
from workflow.request.reading_reason import reason_or_person, somebody
from workflow.request.reading_subjects import MAX_SUBJECTS, check, settled, whose
from workflow.request.reading_times import NO_DUE, NO_PERIOD, deadline, or_none
from workflow.request.reading_told import own_told, told_of
from workflow.request.reading_units import of_units

MAX_TEXT = 4000  # characters of a field that are kept; a message may have 4096
MAX_POST = 4 * MAX_TEXT  # of a post: a server of one's own may allow longer messages
CLOSE = 3
MOST_UNITS = 12  # offered as buttons
AGAIN = "again"  # chosen: the last form of this type is opened anew
URGENCIES = ("flash", "urgent", "normal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    form: Form
    subjects: tuple[Subject, ...] = ()  # as they are to be kept
    type: str = ""
    to: tuple[Unit, ...] = ()
    urgency: str = "normal"
    due: datetime | None = None  # None: by urgency
    period: tuple[date, date] | None = None
    own: Mapping[str, str] = field(default_factory=dict)  # under fields of the type's own
    problems: tuple[Problem, ...] = ()
    hints: tuple[Text, ...] = ()  # worth saying, but nothing is missing
    told: tuple[
        Text, ...
    ] = ()  # what sentences were read as, to be seen while more is asked; of no complete post

    def body(self, parts: Sequence[Part], chosen: Mapping[str, Any]) -> Body:
        """What is kept of it."""
        form = self.form
        return Body(
            subjects=self.subjects,
            period=self.period,
            texts={name: text[:MAX_TEXT] for name in TEXTS if (text := getattr(form, name))},
            own=dict(self.own),
            parts=tuple(parts),
            chosen=dict(chosen),
            hints=self.hints,
        )


@dataclass(kw_only=True)
class _Reader:
    policy: Policy
    units: Units
    own: int
    sent: datetime
    now: datetime
    chosen: Mapping[str, Any]
    said_at: Mapping[str, datetime]  # when was said what is said about a time; else when all of it was sent
    subjects: Sequence[Subject] = ()
    problems: list[Problem] = field(default_factory=list)

    def seen(self, text: str) -> str:
        """Somebody's words, as a group may see them back."""
        return seen(text, self.subjects)

    def problem(self, name: str, text: Text, choices: Sequence[Choice] = (), *, soft: bool = False) -> None:
        self.problems.append(Problem(field=name, text=text, choices=tuple(choices), soft=soft))


Sentences = list[tuple[str, datetime | None]]  # what stands in no label, and when it was written


def assemble(parts: Sequence[Part]) -> tuple[Form, dict[str, datetime], Sentences]:
    """The form of a first post and of what was sent to complete it; when the words about times in it were written,
    where that is known; and the sentences of each part that is not the value of one field."""
    form = read(parts[0].text[:MAX_POST])
    said_at = {name: at for name in TIMED if (at := parts[0].said_at(name))}
    sentences: Sentences = [(form.free, parts[0].said_at("due"))]
    for part in parts[1:]:
        said = read(part.text[:MAX_POST])
        if part.field and not said.labels:
            said = read_for(part.text[:MAX_TEXT], part.field)
        else:
            sentences.append((said.free, part.said_at("due")))
        form = merge(form, said)
        said_at |= {name: at for name in TIMED if name in said.labels and (at := part.said_at(name))}
    return form, said_at, sentences


def understand(
    parts: Sequence[Part],
    *,
    policy: Policy,
    units: Units,
    own: int,
    sent: datetime,
    now: datetime,
    chosen: Mapping[str, Any] | None = None,
) -> Reading:
    """Read all parts together. ``chosen``: what was tapped (type key, unit ids, urgency, a time, "anyway").
    ``sent``: when a part was written that does not say it itself."""
    own_lines = reading_own.apart(parts, policy)
    form, said_at, sentences = assemble(own_lines.parts)
    said = [(text, at or sent) for text, at in sentences]
    filled = fill(form, said, options(policy, units, own), policy)
    form, said_at = settled(filled.form, chosen or {}), said_at | filled.said_at
    form = of_units(somebody(form, parts, chosen or {}), units)
    reader = _Reader(
        policy=policy,
        units=units,
        own=own,
        sent=sent,
        now=now,
        chosen=chosen or {},
        said_at=said_at,
        subjects=form.subjects[:MAX_SUBJECTS],
    )
    kind = _type(reader, form, filled)
    if kind and "type" in form.labels and len(_kinds_named(reader, form)) > 1:
        form = replace(form, note=_with_types(form))
    rule = policy.types.get(kind)
    of_type = reading_own.settle(form, own_lines.said, rule, policy=policy, sent=sent, chosen=reader.chosen)
    form = of_type.form
    to = _to(reader, form, filled)
    pressing = _urgency(reader, form)
    pressed = grounded(form, rule=rule, urgency=pressing, policy=policy, chosen=reader.chosen)
    form = pressed.form
    asked = {problem.field for problem in pressed.problems}
    for name in fields_missing(form, rule.require if rule else ("subject", "reason")):
        if name not in ("type", "to", *asked):
            about = {"example": EXAMPLES.get(rule.about if rule else "person", EXAMPLES["person"])}
            reader.problem(name, t(f"missing.{name}", **(about if name == "subject" else {})))
    checked = check(form, reader.chosen)
    reader.problems += [
        *pressed.problems,
        *whose(form, reader.chosen),
        *checked.problems,
        *reason_or_person(form, reader.chosen),
        *of_type.problems,
    ]
    due = _due(reader, form, parts, doubted=filled.due_doubted)
    period = _period(reader, form)
    if period is None and reader.chosen.get("period") == NO_PERIOD:
        form = replace(form, period="", note="\n".join(filter(None, (form.note, form.period.strip()))))
    cut = MAX_POST if any(len(part.text) > MAX_POST for part in parts) else None
    hints = hints_of(form, wished=filled.wished if pressing == "normal" else "", cut=cut, seen=reader.seen)
    read_as = Reading(
        form=form,
        subjects=checked.subjects,
        type=kind,
        to=to,
        urgency=pressing,
        due=due,
        period=period,
        own=of_type.values,
        problems=tuple(reader.problems),
        hints=hints,
    )
    guided = not parts[0].text.strip()  # a form shows what it holds by now
    again = AGAIN in reader.chosen
    if (
        guided or again or (filled.fields and read_as.problems)
    ):  # what is complete is registered, and has its card
        label = type_label(policy.types[kind]) if kind else None
        return replace(
            read_as,
            told=(
                *told_of(form, read_as.subjects, label=label, to=to, due=due, period=period),
                *own_told(rule, read_as.own, read_as.subjects),
            ),
        )
    return read_as


def _type(reader: _Reader, form: Form, filled: Filled) -> str:
    chosen = str(reader.chosen.get("type", ""))
    if chosen in reader.policy.types:
        return chosen
    if "type" not in form.labels and filled.sentences:
        if filled.type:
            return filled.type
        spoken = [type_label(reader.policy.types[key]) for key in filled.types]
        text = t("problem.type_spoken_of", close=spoken) if len(spoken) > 1 else t("missing.type")
        reader.problem("type", text, _type_choices(reader, filled.types))
        return ""
    options = reader.policy.type_options
    given, lead = form.type_text.strip(), form.lead.strip()
    close: tuple[str, ...] = ()
    for words, within in ((given, False), (lead, True)):
        if words:
            exact = reader.policy.type_names.get(squeeze(words))
            if exact is not None:
                return exact
            choice = choose(words, options, by_likeness=True)
            inside = within or "type" not in form.labels
            key = choice.key or (find_in(words, options, by_likeness=True).key if inside else None)
            if key is not None:
                return key
            close = close or choice.close
    said, named = given or (lead if close else ""), _kinds_named(reader, form)
    if len(named) > 1:
        close = named
        text = t("problem.type_spoken_of", close=[type_label(reader.policy.types[key]) for key in named])
    else:
        text = t("problem.type_unknown", given=reader.seen(said)) if said else t("missing.type")
    reader.problem("type", text, _type_choices(reader, close))
    return ""


def _kinds_named(reader: _Reader, form: Form) -> tuple[str, ...]:
    """The kinds of requests that the first line, or the label of the type, names: 户籍证明、违法犯罪记录."""
    return find_in(form.type_text.strip(), reader.policy.type_options).close if form.type_text.strip() else ()


def _with_types(form: Form) -> str:
    """The note with what was written under the label of the type: of several kinds it keeps the others."""
    return "\n".join(filter(None, (form.note, form.type_text.strip())))


def _type_choices(reader: _Reader, close: Sequence[str]) -> list[Choice]:
    """A button for each type that may be meant; for all, where nothing is known."""
    types = reader.policy.types
    return [Choice(label=type_label(types[key]), name="type", value=key) for key in close or tuple(types)]


def _others(reader: _Reader) -> list[Unit]:
    return [u for u in reader.units if u.id != reader.own]


def _unit_choice(unit: Unit) -> Choice:
    return Choice(label=t("plain", text=unit.name), name="to", value=unit.id)


def _to(reader: _Reader, form: Form, filled: Filled) -> tuple[Unit, ...]:
    chosen = reader.chosen.get("to", ())
    by_id, by_code = reader.units.by_id, reader.units.by_code
    picked = [by_id[unit_id] for unit_id in chosen if unit_id in by_id and unit_id != reader.own]
    found: dict[int, Unit] = {u.id: u for u in picked}
    count = len(reader.problems)
    for given in form.to:
        choice = reader.units.choose(given)
        if choice.key is not None and by_code[choice.key].id == reader.own:
            if not picked:
                reader.problem("to", t("problem.to_self", unit=by_code[choice.key].name))
        elif choice.key is not None:
            unit = by_code[choice.key]
            found[unit.id] = unit
        elif not picked:
            close = [by_code[c] for c in choice.close if by_code[c].id != reader.own] or _others(reader)[
                :CLOSE
            ]
            key = "problem.to_several" if choice.several else "problem.to_unknown"
            text = t(key, given=reader.seen(given), close=[u.name for u in close])
            if choice.instead is not None and by_code[choice.close[0]] in close:
                text = t("problem.to_closed", unit=choice.instead, instead=close[0].name)
            reader.problem("to", text, [_unit_choice(u) for u in close])
    spoken = [unit for code in filled.units if (unit := by_code[code]).id != reader.own]
    if not found and len(reader.problems) == count and spoken:
        text = t("problem.to_spoken_of", close=[u.name for u in spoken])
        reader.problem("to", text, [_unit_choice(u) for u in spoken[:MOST_UNITS]])
    elif not found and len(reader.problems) == count:
        reader.problem("to", t("missing.to"), [_unit_choice(u) for u in _others(reader)[:MOST_UNITS]])
    return tuple(found.values())


def _urgency(reader: _Reader, form: Form) -> str:
    chosen = str(reader.chosen.get("urgency", ""))
    if chosen in reader.policy.time_to_answer:
        return chosen
    if not form.urgency.strip():
        return (urgency(form.lead) if form.lead else None) or "normal"
    read_as = urgency(form.urgency)
    if read_as is None:
        choices = [Choice(label=t(f"urgency.{u}"), name="urgency", value=u) for u in URGENCIES]
        reader.problem("urgency", t("problem.urgency", given=reader.seen(form.urgency)), choices)
        return "normal"
    return read_as


def _under_a_date(parts: Sequence[Part]) -> bool:
    """Whether the deadline was last written under a label that asks for a date (截止日期)."""
    lines = [line for part in parts for line in part.text[:MAX_POST].split("\n")]
    labels = [known.label for line in lines if (known := split_label(line)) and known.field == "due"]
    return bool(labels) and labels[-1] in DATE_LABELS


def _due(reader: _Reader, form: Form, parts: Sequence[Part], *, doubted: bool) -> datetime | None:
    if doubted and reader.chosen.get("due") == NO_DUE:
        return None
    is_date = "日" in form.due and _under_a_date(parts)
    sent = reader.said_at.get("due", reader.sent)
    written = Written(text=form.due, sent=sent, now=reader.now, is_date=is_date)
    due = deadline(written, policy=reader.policy, chosen=reader.chosen.get("due"), subjects=reader.subjects)
    if isinstance(due, Problem):
        reader.problems.append(or_none(due) if doubted else due)
        return None
    if doubted and due is not None and reader.chosen.get("due") != stamp(due):
        given = reader.seen(form.due)
        choice = Choice(label=moment_label(due), name="due", value=stamp(due))
        asked = Problem(field="due", text=t("problem.due_spoken_of", given=given), choices=(choice,))
        reader.problems.append(or_none(asked))
        return None
    return due


def _period(reader: _Reader, form: Form) -> tuple[date, date] | None:
    if not form.period.strip():
        return None
    sent = reader.said_at.get("period", reader.sent)
    read_as = read_period(form.period, today=sent.astimezone(reader.policy.zone).date())
    if isinstance(read_as, Read):
        return read_as.value
    options = () if read_as is None else read_as.values if isinstance(read_as, CouldBe) else read_as.near
    picked = next((one for one in options if period_stamp(one) == reader.chosen.get("period")), None)
    if picked is not None:
        return picked
    choices = [Choice(label=period_label(one), name="period", value=period_stamp(one)) for one in options]
    code = "problem.period"
    if isinstance(read_as, CouldBe):
        code = "problem.period_several" if len(options) > 1 else "problem.period_one"
    elif isinstance(read_as, NotRead) and read_as.code == "swapped":
        code = "problem.period_swapped"
    elif reader.chosen.get("period") == NO_PERIOD:
        return None
    else:
        choices.append(Choice(label=t("choice.no_period"), name="period", value=NO_PERIOD))
    reader.problem("period", t(code, given=reader.seen(form.period)), choices)
    return None
