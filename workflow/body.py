"""What a request says, as it lies sealed in its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.values import Identifier, Record, Subject
from storage.models import Request
from storage.seal import Sealer


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    subjects: tuple[Subject, ...] = ()
    case: str = ""
    period: tuple[date, date] | None = None
    reason: str = ""
    basis: str = ""
    note: str = ""
    text: str = ""  #: the post as it was written
    #: an imported row as it was read, so that ``export`` gives back what came in
    ledger: Mapping[str, Any] = field(default_factory=dict)

    def seal(self, sealer: Sealer) -> bytes:
        return sealer.seal(
            "requests",
            {
                "subjects": [
                    {
                        "kind": s.kind,
                        "name": s.name,
                        "ids": [[i.kind, i.value, i.state, i.raw] for i in s.ids],
                    }
                    for s in self.subjects
                ],
                "case": self.case,
                "period": [day.isoformat() for day in self.period] if self.period else None,
                "reason": self.reason,
                "basis": self.basis,
                "note": self.note,
                "text": self.text,
                "ledger": dict(self.ledger),
            },
        )

    @classmethod
    def of(cls, request: Request, sealer: Sealer) -> Body:
        """The unsealed body of a request's row."""
        plain = sealer.unseal("requests", request.sealed)
        period = plain["period"]
        return cls(
            subjects=tuple(
                Subject(
                    kind=s["kind"],
                    name=s["name"],
                    ids=tuple(Identifier(kind=k, value=v, state=st, raw=raw) for k, v, st, raw in s["ids"]),
                )  # fmt: skip
                for s in plain["subjects"]
            ),
            case=plain["case"],
            period=(date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
            reason=plain["reason"],
            basis=plain["basis"],
            note=plain["note"],
            text=plain["text"],
            ledger=plain["ledger"],
        )


def comparable(request: Request, body: Body) -> Record:
    """What matching compares of a request."""
    return Record(
        id=str(request.id), type=request.type, subjects=body.subjects, case=body.case, period=body.period,
        reason=body.reason, asked_at=request.asked_at, answered_at=request.answered_at,
        outcome=request.outcome or "",
    )  # fmt: skip
