"""What a column of a ledger holds, as a person explains it: ``甲=reason``, ``甲=事由``, ``甲=无``."""

from __future__ import annotations

import re

from storage.ledger.columns import PART, PART_LABELS
from storage.ledger.fields import COLUMNS
from storage.ledger.header import named
from storage.ledger.reading import EACH_ROW

#: How a person may call a part of the first subject: by its last word.
SHORT = {part.rpartition(".")[2]: f"subjects.0.{part}" for part in PART_LABELS}
ASKED = "to_unit"  # of which every row of a ledger may say the same: it is the office's own
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


def meant(column: str, word: str) -> tuple[str, str] | None:
    """What a person says of a column, as column and field; or, where they name the unit that was asked (协作单位=甲局),
    that field and its name behind :data:`storage.ledger.reading.EACH_ROW`. None where they say neither."""
    if (field := field_of(word)) is not None:
        return column.strip(), field
    return (ASKED, EACH_ROW + word.strip()) if field_of(column) == ASKED else None


def columns_in(text: str) -> dict[str, str] | None:
    """Column -> field, of each line that explains one; None where a line explains none."""
    given: dict[str, str] = {}
    for line in filter(str.strip, _BETWEEN.split(text)):
        found = _LINE.fullmatch(line.strip())
        said = meant(found["column"], found["field"]) if found else None
        if said is None:
            return None
        given |= dict([said])
    return given or None
