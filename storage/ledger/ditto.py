"""Cells that say that what stands above holds for them too: 同上, 〃, ditto."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from storage.ledger.items import Wrong
from storage.ledger.why import Cause, why

_SAYS_SO = re.compile(
    r"同上(?:述|[一]?[行条栏格])?|上同|同前|〃+|(?:′′)+|[\"“”]|ditto|do\.?|idem|(?:same)?asabove|same"
)
_AROUND = "()[]【】<>《》。."
#: How such a cell may begin: most cells do not, and a ledger has millions.
_BEGINS = frozenset('同上〃″"“”＂dDiIsSaAｄＤ()（）[【<《 \t\u3000')
_LONGEST = 14  # characters


def is_ditto(text: str) -> bool:
    """Whether the cell says that what stands above holds for it."""
    if not text or text[0] not in _BEGINS or len(text) > _LONGEST:
        return False
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold().strip(_AROUND)
    return _SAYS_SO.fullmatch(plain) is not None


class Above:
    """The last row of data: not a total, a title or a blank line between, which nobody means by 同上.

    ``repeats``: how many rows with its id there were before it.
    """

    def __init__(self) -> None:
        self._cells: Sequence[str | Wrong] | None = None
        self.repeats = 0

    def cell(self, at: int, text: str) -> str | Wrong:
        """What stands in its column; :class:`Wrong` where there is no such row, or none that could be read."""
        if self._cells is None:
            return Wrong(why(Cause.NOTHING_ABOVE, text=text.strip()), text)
        return self._cells[at] if at < len(self._cells) else ""

    def is_now(self, cells: Sequence[str | Wrong] | None, repeats: int = 0) -> None:
        """``cells``: of a row of data; None where they cannot be told apart."""
        self._cells, self.repeats = cells, repeats
