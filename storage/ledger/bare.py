"""What a cell says once what surrounds it is gone, and which cells say nothing at all."""

from __future__ import annotations

import re
import unicodedata

from storage.ledger.fields import NUMBERS, PROSE

#: Texts that people read: what stands in them stays, but for what surrounds it.
_WORDS = PROSE | {"outcome"}
#: Numbers to which a spreadsheet adds a ".0"; what a case is called may end so.
_COUNTED = NUMBERS - {"case"}
#: What stands in a cell that has nothing to say.
_NOTHING = frozenset(
    ("/", "／", "\\", "-", "--", "---", "—", "——", "————", "－", "–", "~", ".", "…", "N/A", "n/a")
)
_NOTHING_HERE = _NOTHING | frozenset(
    ("无", "暂无", "没有", "不详", "未知", "空", "NA", "null", "NULL", "None")
)
_AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_WHOLE = re.compile(r"(\d{1,15})\.0+")


class Literal(str):
    """A text that its writer has put into quotes, so that it is kept as it stands: an answer may be a dash."""

    __slots__ = ()


def bare(name: str, value: str) -> str:
    """What the cell of a field says, "" for nothing."""
    if isinstance(value, Literal):
        return str(value)
    text = visible(value)
    if name in _WORDS:
        return "" if text in _NOTHING else text
    if text in _NOTHING_HERE:
        return ""
    if (wrapped := _AS_FORMULA.fullmatch(text)) is not None:
        text = wrapped[1].strip()
    return whole(text) if name in _COUNTED else text


def whole(text: str) -> str:
    """A number without the ".0" of a spreadsheet."""
    return found[1] if (found := _WHOLE.fullmatch(text)) is not None else text


def visible(text: str) -> str:
    """The text without what nobody sees, and without the apostrophe that makes a text of a number."""
    if text.isprintable() and text[:1] not in " '" and text[-1:] != " ":
        return text
    seen = "".join(c for c in text if c in "\n\r\t" or unicodedata.category(c)[0] != "C").strip()
    return seen[1:] if seen[:1] == "'" and seen[1:2].isdigit() else seen
