"""What is worth saying about a post though nothing is missing: what was not understood, and what was not kept."""

from __future__ import annotations

from collections.abc import Callable

from matching.form.form import Form
from workflow.kernel.text import Text, t

MOST_HINTS = 8


def hints_of(form: Form, *, wished: str, cut: int | None, seen: Callable[[str], str]) -> tuple[Text, ...]:
    """``wished``: haste that is only wished for; ``cut``: so many characters were read, where there were more;
    ``seen``: somebody's words, as a group may see them back."""
    hints = [_of_label(form, at, seen) for at in range(len(form.unknown))]
    hints += [t("hint.unread", given=seen(text)) for text in (*form.unread, *form.left)]
    if wished:
        hints.insert(0, t("hint.wished", given=seen(wished)))
    if cut is not None:
        hints.insert(0, t("hint.cut", count=cut))
    if len(hints) > MOST_HINTS:
        hints[MOST_HINTS:] = [t("hint.more", count=len(hints) - MOST_HINTS)]
    return tuple(hints)


def _of_label(form: Form, at: int, seen: Callable[[str], str]) -> Text:
    unknown = form.unknown[at]
    given, name = seen(unknown.label), t(f"field.{unknown.field}") if unknown.field else None
    if unknown.taken:
        return t("hint.taken", given=given, field=name)
    return t("hint.unknown_label", given=given, close=t("hint.meant", field=name) if name else None)
