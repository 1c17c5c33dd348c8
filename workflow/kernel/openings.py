"""What an answer begins with: the code under which it may be passed on, and how it came out (H2 已查实：…)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.tables.words import Handling
from workflow.kernel.outcomes import read_outcome

#: H2 in front of the words, whatever signs or brackets stand about it. H2SO4 and H1N1 are none.
_CODE = re.compile(
    r"[\s【\[(（]*(?P<code>[HhＨｈ][0-3０-３])[】\])）]*(?=$|[\s:：,，、。.;；—–-]|(?![栋幢座号楼室级型线区段班])[\u3400-\u9fff])[\s:：,，、。.;；—–-]*"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """``handling`` and ``outcome``: None where the text does not begin with them; ``text``: the words behind."""

    handling: Handling | None
    outcome: str | None
    text: str


def read_opening(text: str) -> Opening:
    """The code and the outcome that an answer begins with, in either order; nothing is guessed from the rest."""
    handling, rest = _code(text.strip())
    outcome, words = read_outcome(rest)
    if handling is None and outcome is not None:
        handling, words = _code(words)
    return Opening(handling=handling, outcome=outcome, text=words)


def _code(text: str) -> tuple[Handling | None, str]:
    found = _CODE.match(text)
    if found is None:
        return None, text
    return Handling(f"H{int(found['code'][1])}"), text[found.end() :]
