"""What a post in sentences was read as, field by field, as a group may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from matching.form.form import Form
from matching.identifiers.values import Subject, TypeRule
from matching.masking.masking import mask, mask_name
from storage.tables.models import Unit
from workflow.deadlines.times import moment_label, period_label
from workflow.kernel.labels import own_label
from workflow.kernel.masked import seen
from workflow.kernel.text import Text, t

MOST_WORDS = 60  # of a reason that are repeated
MOST_SUBJECTS = 5


def told_of(
    form: Form,
    subjects: Sequence[Subject],
    *,
    label: Text | None,
    to: Sequence[Unit],
    due: datetime | None,
    period: tuple[date, date] | None,
) -> tuple[Text, ...]:
    """``label``: of the type; what is not known is not in it."""
    people = [_subject(subject) for subject in subjects[:MOST_SUBJECTS]]
    said: list[tuple[str, Text | None]] = [
        ("type", label),
        ("to", t("read.list", items=[unit.name for unit in to]) if to else None),
        ("subject", t("read.list", items=people) if people else None),
        ("reason", t("plain", text=seen(form.reason, subjects)[:MOST_WORDS]) if form.reason else None),
        ("period", period_label(period) if period else None),
        ("due", moment_label(due) if due else None),
    ]
    return tuple(t("read.field", field=t(f"field.{name}"), value=value) for name, value in said if value)


def own_told(rule: TypeRule | None, own: Mapping[str, str], subjects: Sequence[Subject]) -> tuple[Text, ...]:
    """The same of the fields of a type's own."""
    return tuple(
        t(
            "read.field",
            field=own_label(one),
            value=t("plain", text=seen(own[one.key], subjects)[:MOST_WORDS]),
        )
        for one in (rule.fields if rule is not None else ())
        if one.key in own
    )


def _subject(subject: Subject) -> Text:
    name, ids = mask_name(subject.name) or None, [mask(one) for one in subject.ids] or None
    return t("problem.pair", name=name, ids=ids)
