"""Short names of what a request is: its type, and the first of its subjects, masked."""

from __future__ import annotations

from collections.abc import Sequence

from matching.identifiers.values import Subject, TypeRule
from matching.masking.masking import mask, mask_name
from workflow.kernel.text import Text, t

#: What a request may be about, as an example that is read without a question; by ``about`` of its type.
EXAMPLES: dict[str, str | Text] = {
    "person": t("example.person"), "vehicle": "苏E12345", "phone": "13800138000",
    "account": "6222021234567890128", "company": "91110000600037341L",
}  # fmt: skip


def type_label(rule: TypeRule) -> Text:
    any_label = next(iter(rule.labels.values()), rule.key)
    return t("by_language", **{lang: rule.labels.get(lang) or any_label for lang in ("zh", "en")})


def subject_hint(subjects: Sequence[Subject]) -> str:
    """The first subject, short."""
    if not subjects:
        return "—"
    first = subjects[0]
    number = next((mask(i) for i in first.ids), "")
    more = f" +{len(subjects) - 1}" if len(subjects) > 1 else ""
    return " ".join(part for part in (mask_name(first.name), number) if part) + more
