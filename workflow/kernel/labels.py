"""Short names of what a request is: its type, and the first of its subjects, masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.identifiers.values import OwnField, Subject, TypeRule
from matching.masking.masking import mask, mask_name
from workflow.kernel.text import Text, t

#: What a request may be about, as an example that is read without a question; by ``about`` of its type.
EXAMPLES: dict[str, str | Text] = {
    "person": t("example.person"), "vehicle": "苏E12345", "phone": "13800138000",
    "account": "6222021234567890128", "company": "91110000600037341L",
}  # fmt: skip


def type_label(rule: TypeRule) -> Text:
    return _by_language(rule.labels, rule.key)


OWN = "own."  # before the key of a field that a type of request has of its own


def own_key(name: str) -> str | None:
    """The key of a field of a type's own that a name stands for; None for one that every request has."""
    return name.removeprefix(OWN) if name.startswith(OWN) else None


def own_label(one: OwnField) -> Text:
    return _by_language(one.labels, one.key)


def option_label(option: Mapping[str, str]) -> Text:
    """One of those that a field of a type's own may be."""
    return _by_language(option, "")


def field_label(rule: TypeRule | None, name: str) -> Text:
    """What a field is called, be it one of all requests or of this type's own."""
    key = own_key(name)
    if key is None:
        return t(f"field.{name}")
    found = next((one for one in rule.fields if one.key == key), None) if rule is not None else None
    return own_label(found) if found is not None else t("plain", text=key)


def _by_language(labels: Mapping[str, str], default: str) -> Text:
    any_label = next(iter(labels.values()), default)
    return t("by_language", **{lang: labels.get(lang) or any_label for lang in ("zh", "en")})


def subject_hint(subjects: Sequence[Subject]) -> str:
    """The first subject, short."""
    if not subjects:
        return "—"
    first = subjects[0]
    number = next((mask(i) for i in first.ids), "")
    more = f" +{len(subjects) - 1}" if len(subjects) > 1 else ""
    return " ".join(part for part in (mask_name(first.name), number) if part) + more
