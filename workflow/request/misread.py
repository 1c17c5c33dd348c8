"""What a post was not understood in, and what people made of it: kept sealed for a month, so that whoever runs the desk
can teach it the words that its people use.

The words are kept as a group may see them: without anybody's name or number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from matching.identifiers.values import Subject
from storage.queries import misread as rows
from storage.tables.models import Draft, Request
from storage.tables.models import Misread as Row
from storage.tables.words import MisreadKind
from workflow.kernel.body import Body
from workflow.kernel.problems import Problem
from workflow.kernel.text import Text
from workflow.kernel.tx import Tx
from workflow.request.reading import Reading

_BY_FIELD = {kind.value: kind for kind in MisreadKind}
_OF_LABELS = frozenset({"hint.unknown_label", "hint.taken"})
#: Asked for though something is said of it, but nothing that could be named.
_SPOKEN_OF = "problem.to_spoken_of"
#: For so long ``crossbeat readings`` can count it.
KEPT = timedelta(days=30)
MINUTES = 16  # characters of a moment in ISO 8601, to the minute


@dataclass(frozen=True, kw_only=True, slots=True)
class Misread:
    """One thing that was not understood. ``word``: as it was written, masked; a field's key where nothing was.
    ``made``: what came of it, "" where that is not known."""

    kind: MisreadKind
    word: str
    read: str = ""
    made: str = ""

    def seal(self, tx: Tx) -> bytes:
        return tx.sealer.seal("misread", {"word": self.word, "read": self.read, "made": self.made})

    @classmethod
    def of(cls, tx: Tx, row: Row) -> Misread:
        return cls(kind=MisreadKind(row.kind), **tx.sealer.unseal("misread", row.sealed))


def in_reading(reading: Reading) -> list[Misread]:
    """All that a reading asks back or hints at, each once."""
    asked = [one for problem in reading.problems if (one := _asked(problem)) is not None]
    hinted = [one for hint in reading.hints if (one := _hinted(hint)) is not None]
    return list(dict.fromkeys([*asked, *hinted]))


def _asked(problem: Problem) -> Misread | None:
    key, given = problem.text.key, problem.text.params.get("given")
    if key.startswith("missing.") or key == _SPOKEN_OF:
        return Misread(kind=MisreadKind.WANTING, word=problem.field)
    kind = _BY_FIELD.get(problem.field)
    return Misread(kind=kind, word=given) if kind is not None and isinstance(given, str) else None


def _hinted(hint: Text) -> Misread | None:
    given = hint.params.get("given")
    if hint.key in _OF_LABELS:
        named = hint.params.get("field")
        made = named.key.removeprefix("field.") if isinstance(named, Text) else "note"
        return Misread(kind=MisreadKind.LABEL, word=str(given), made=made)
    if hint.key == "hint.unread":
        return Misread(kind=MisreadKind.NUMBER, word=str(given))
    return None


async def note(tx: Tx, draft: Draft | None, reading: Reading) -> None:
    """Keep what is new of it; the same about one draft once, however often it is asked."""
    found = in_reading(reading)
    if not found:
        return
    known = await rows.of_draft(tx.session, draft.id) if draft is not None else ()
    kept = {(one.kind, one.word) for row in known for one in [Misread.of(tx, row)]}
    draft_id = draft.id if draft is not None else None
    for one in found:
        if (one.kind, one.word) not in kept:
            tx.session.add(Row(kind=one.kind, draft_id=draft_id, at=tx.now, sealed=one.seal(tx)))


async def settle(tx: Tx, draft: Draft | None, reading: Reading) -> None:
    """The post is complete: what was asked has been made this."""
    await note(tx, draft, reading)
    if draft is None:
        return
    for row in await rows.of_draft(tx.session, draft.id):
        one = Misread.of(tx, row)
        if made := _made(tx, one.kind, reading):
            row.sealed = replace(one, made=made).seal(tx)


def _made(tx: Tx, kind: MisreadKind, reading: Reading) -> str:
    zone = tx.policy.zone
    said: dict[MisreadKind, str] = {
        MisreadKind.TO: " ".join(unit.code for unit in reading.to),
        MisreadKind.TYPE: reading.type,
        MisreadKind.URGENCY: reading.urgency,
        MisreadKind.DUE: reading.due.astimezone(zone).isoformat()[:MINUTES] if reading.due else "",
        MisreadKind.PERIOD: "..".join(map(str, reading.period or ())),
    }
    return said.get(kind, "")


def note_changed(tx: Tx, request: Request, before: Body, after: Body, values: dict[str, Any]) -> None:
    """What an edit made of a request that had been read otherwise: another type, numbers of other kinds."""
    told = (("type", request.type, values["type"]), ("subject", _kinds(before), _kinds(after)))
    for word, read, made in told:
        if read != made and read and made:
            one = Misread(kind=MisreadKind.CHANGED, word=word, read=read, made=made)
            tx.session.add(Row(kind=one.kind, at=tx.now, sealed=one.seal(tx)))


def _kinds(body: Body) -> str:
    """Of the numbers of all subjects: phone account, cn_id×2."""
    subjects: tuple[Subject, ...] = tuple(body.subjects)
    counted = Counter(str(number.kind) for subject in subjects for number in subject.ids)
    return " ".join(f"{kind}×{count}" if count > 1 else kind for kind, count in sorted(counted.items()))
