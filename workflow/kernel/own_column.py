"""Fields of a type's own in the one column that a ledger has for them: a line for each, under its label."""

from __future__ import annotations

from collections.abc import Mapping

from matching.form.labels import label_of
from matching.form.own import cut_out
from matching.identifiers.values import TypeRule


def as_column(rule: TypeRule | None, own: Mapping[str, str], language: str) -> str:
    """``label：value``, a line for each; under its key, where the type has no such field any more."""
    fields = {one.key: one for one in rule.fields} if rule is not None else {}
    labels = {key: one.labels.get(language) or next(iter(one.labels.values())) for key, one in fields.items()}
    order = [*(key for key in fields if key in own), *(key for key in own if key not in fields)]
    return "\n".join(f"{labels.get(key, key)}：{own[key]}" for key in order)


def of_column(rule: TypeRule | None, text: str) -> dict[str, str]:
    """The inverse, by the labels of either language or the key of each; what is none of them is not kept here."""
    names = {
        name: one.key
        for one in (rule.fields if rule is not None else ())
        for name in (label_of(one.key), *map(label_of, one.labels.values()))
    }
    _, said = cut_out(text, names.keys()) if names and text else ("", [])
    return {names[label]: words for label, words in said if words}
