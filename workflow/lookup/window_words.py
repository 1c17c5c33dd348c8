"""``/inbox 户籍 特急 无锡 mine late``: by what an inbox is narrowed down, in whatever order it is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from matching.form.form import urgency
from matching.words.choose import choose
from storage.queries.tabs import Tab
from storage.tables.models import Unit
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.tx import Tx
from workflow.lookup.window_state import Looked
from workflow.organisation import units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.rights import may_for_unit

MINE = frozenset({"mine", "my", "me", "我的", "我", "由我", "我承办"})
LATE = frozenset({"late", "overdue", "超期", "逾期", "过期", "超时"})
TABS = {
    "in": Tab.IN, "incoming": Tab.IN, "外来": Tab.IN, "收到": Tab.IN,
    "out": Tab.OUT, "outgoing": Tab.OUT, "sent": Tab.OUT, "外发": Tab.OUT, "本地外发": Tab.OUT, "发出": Tab.OUT,
    "passed": Tab.PASSED, "forwarded": Tab.PASSED, "已转": Tab.PASSED, "转出": Tab.PASSED,
}  # fmt: skip
_BETWEEN = re.compile(r"[\s,，、;；]+")
_LONGEST = 4  # words of a name
_MOST = 12  # words that are looked at


async def read(tx: Tx, args: str) -> Looked:
    """What somebody wants to look at. Raises :class:`Refused` for a word that says nothing here, and for a unit whose
    inbox is not theirs."""
    words = [w for w in _BETWEEN.split(unicodedata.normalize("NFKC", args).strip()) if w]
    if len(words) > _MOST:
        raise Refused("error.inbox_word", given=" ".join(words), example=worded("inbox"))
    narrowed, named = Looked(unit_id=0), []
    while words:
        narrowed, unit, used = await _next(tx, words, narrowed)
        named += [unit] if unit is not None else []
        words = words[used:]
    own = next((u for u in named if may_for_unit(tx.who, "inbox", u.id)), None)
    unit = await unit_at_hand(tx, "inbox", own.code if own is not None else "")
    others = [u for u in named if u is not own]
    if len(others) > 1:
        raise Refused("error.inbox_units", units=[u.name for u in others], example=worded("inbox"))
    return replace(narrowed, unit_id=unit.id, other=others[0].id if others else None)


async def _next(tx: Tx, words: list[str], so_far: Looked) -> tuple[Looked, Unit | None, int]:
    """What the next words say: with it, the unit that they name, and how many they are."""
    word = words[0].lower()
    if word in MINE:
        return replace(so_far, mine=True), None, 1
    if word in LATE:
        return replace(so_far, late=True), None, 1
    if word in TABS:
        return replace(so_far, tab=TABS[word]), None, 1
    if (haste := urgency(word)) is not None:
        return replace(so_far, urgency=haste), None, 1
    known = await units.current(tx)
    for used in range(min(_LONGEST, len(words)), 0, -1):
        name = " ".join(words[:used])
        unit, type_ = known.choose(name), choose(name, tx.policy.type_options)
        if type_.key is not None and (type_.exact or (used == 1 and not unit.exact)):
            return replace(so_far, type=type_.key), None, used
        if unit.key is not None and (unit.exact or used == 1):
            return so_far, known.by_code[unit.key], used
    raise Refused("error.inbox_word", given=words[0], example=worded("inbox"))
