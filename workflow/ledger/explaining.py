"""What a column of a ledger holds, as a person explains it: ``甲=reason``, ``甲=事由``, ``甲=无``."""

from __future__ import annotations

import re

from storage.ledger.columns import PART, PART_LABELS
from storage.ledger.fields import COLUMNS
from storage.ledger.header import named

#: How a person may call a part of the first subject: by its last word.
SHORT = {part.rpartition(".")[2]: f"subjects.0.{part}" for part in PART_LABELS}
NOTHING = "none"  # of a column that is nothing of the ledger's
_NOTHING_WORDS = frozenset(("", "-", NOTHING, "ignore", "无", "不要", "忽略", "不用"))
_LINE = re.compile(r"(?P<column>.+?)\s*(?:=|＝|→)\s*(?P<field>[^=＝→]*)")
_BETWEEN = re.compile(r"[\n;；]+")


def field_of(word: str) -> str | None:
    """The field that a word names, as the readers call it; None for a word that names none."""
    plain = word.strip().lower()
    if plain in _NOTHING_WORDS:
        return NOTHING
    if plain in SHORT:
        return SHORT[plain]
    field = plain if plain in COLUMNS else named(plain)
    return field if field in COLUMNS or (field and PART.fullmatch(field)) else None


def columns_in(text: str) -> dict[str, str] | None:
    """Column -> field, of each line that explains one; None where a line explains none."""
    given = {}
    for line in filter(str.strip, _BETWEEN.split(text)):
        found = _LINE.fullmatch(line.strip())
        field = field_of(found["field"]) if found else None
        if found is None or field is None:
            return None
        given[found["column"].strip()] = field
    return given or None
