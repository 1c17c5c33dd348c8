"""What a request says, as it lies sealed in its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from matching.identifiers import mentions
from matching.identifiers.values import UNDATED, Identifier, Record, Subject
from matching.text.normalise import fold
from matching.words.names import sound
from storage.database.seal import Sealer
from storage.tables.models import Request
from workflow.kernel.parts import Part
from workflow.kernel.text import Text, from_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    subjects: tuple[Subject, ...] = ()
    case: str = ""
    period: tuple[date, date] | None = None
    reason: str = ""
    basis: str = ""
    note: str = ""
    handler: str = ""  #: who had it in hand, where an imported row says so
    contact: str = ""  #: the officer to call: never the subject's, never compared
    #: the post as it was written, and what completed it
    parts: tuple[Part, ...] = ()
    #: what was tapped instead of written
    chosen: Mapping[str, Any] = field(default_factory=dict)
    #: worth saying to the asker, but nothing is missing; masked when it was read
    hints: tuple[Text, ...] = ()
    #: an imported row as it was read, so that ``export`` gives back what came in
    ledger: Mapping[str, Any] = field(default_factory=dict)
    undated: bool = False  #: an imported row with an answer whose date nobody wrote down

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts)

    def seal(self, sealer: Sealer) -> bytes:
        return sealer.seal(
            "requests",
            {
                "subjects": [[s.kind, s.name, [_plain_id(i) for i in s.ids]] for s in self.subjects],
                "case": self.case,
                "period": [day.isoformat() for day in self.period] if self.period else None,
                "reason": self.reason,
                "basis": self.basis,
                "note": self.note,
                "handler": self.handler,
                "contact": self.contact,
                "parts": [part.plain() for part in self.parts],
                "chosen": dict(self.chosen),
                "hints": [hint.json() for hint in self.hints],
                "ledger": dict(self.ledger),
                **({"undated": True} if self.undated else {}),
            },
        )

    @classmethod
    def of(cls, request: Request, sealer: Sealer) -> Body:
        """The unsealed body of a request's row."""
        plain = sealer.unseal("requests", request.sealed)
        period = plain["period"]
        return cls(
            subjects=tuple(
                Subject(kind=kind, name=name, ids=tuple(map(_id, ids)))
                for kind, name, ids in plain["subjects"]
            ),
            case=plain["case"],
            period=(date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
            reason=plain["reason"],
            basis=plain["basis"],
            note=plain["note"],
            handler=plain.get("handler", ""),  # rows sealed before there was one have none
            contact=plain.get("contact", ""),
            parts=tuple(map(Part.of, plain["parts"])),
            chosen=plain["chosen"],
            hints=tuple(from_json(hint) for hint in plain.get("hints", ())),
            ledger=plain["ledger"],
            undated=plain.get("undated", False),
        )


def _plain_id(i: Identifier) -> list[Any]:
    return [i.kind, i.value, i.state, i.raw, int(i.found)]


def _id(plain: list[Any]) -> Identifier:
    kind, value, state, raw, found = plain
    return Identifier(kind=kind, value=value, state=state, raw=raw, found=bool(found))


def comparable(request: Request, body: Body) -> Record:
    """What matching compares of a request; made as :func:`matching.compare.rows.record_from_row` makes it of a row,
    so that posts and imported rows find each other."""
    subjects = [replace(s, sound=sound(s.name)) for s in body.subjects]
    return Record(
        id=str(request.id),
        type=request.type,
        subjects=tuple(mentions.complete(subjects, body.reason)),
        case=mentions.case_numbers(body.case) or mentions.case_of(body.reason),
        period=body.period,
        reason=fold(body.reason),
        asked_at=request.asked_at,
        answered_at=request.answered_at,
        outcome=request.outcome or "",
        state=UNDATED if body.undated and request.answered_at is None else "",
    )
