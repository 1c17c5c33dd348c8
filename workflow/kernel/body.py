"""What a request says, as it lies sealed in its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from matching.identifiers import mentions
from matching.identifiers.values import UNDATED, Identifier, Record, Subject
from matching.text.normalise import fold
from matching.words.names import sound
from storage.database.seal import Sealer
from workflow.kernel.fields import TEXTS
from workflow.kernel.parts import Part
from workflow.kernel.text import Text, from_json

if TYPE_CHECKING:
    from storage.tables.models import Request


@dataclass(frozen=True, kw_only=True, slots=True)
class WentOut:
    """When a request that waited for approval went out, and who approved it: what it said then stands. None: an edit
    had made of it what needs no approval."""

    at: datetime
    approved_by: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """When its papers were checked, by whom, and which were wanting."""

    at: datetime
    by: int  # a person
    wanting: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    subjects: tuple[Subject, ...] = ()
    period: tuple[date, date] | None = None
    #: what was said under each field of one text; nothing for those of which nothing was said
    texts: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)  #: what was said under each field of its type's own
    handler: str = ""  #: who had it in hand, where an imported row says so
    #: the post as it was written, and what completed it
    parts: tuple[Part, ...] = ()
    #: what was tapped instead of written
    chosen: Mapping[str, Any] = field(default_factory=dict)
    #: worth saying to the asker, but nothing is missing; masked when it was read
    hints: tuple[Text, ...] = ()
    #: an imported row as it was read, so that ``export`` gives back what came in
    ledger: Mapping[str, Any] = field(default_factory=dict)
    undated: bool = False  #: an imported row with an answer whose date nobody wrote down
    #: which unit it is for, while it has not gone out: its row names none, so that no list, right or notice of
    #: another unit can come upon it
    withheld_from: int | None = None
    went_out: WentOut | None = None  #: where it did not do so at once
    tagged: int | None = None  #: the operation whose group sees it
    #: units that were asked and have passed it on: each still sees it, masked, and may nudge
    watching: tuple[int, ...] = ()
    checked: Checked | None = None  #: against the papers of its type, by the unit that is asked

    @property
    def approved(self) -> bool:
        return self.went_out is not None and self.went_out.approved_by is not None

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts)

    def said(self, name: str) -> str:
        """What was said under a field of one text, "" for nothing."""
        return self.texts.get(name, "")

    def seal(self, sealer: Sealer) -> bytes:
        return sealer.seal(
            "requests",
            {
                "subjects": [[s.kind, s.name, [_plain_id(i) for i in s.ids]] for s in self.subjects],
                **{name: self.said(name) for name in TEXTS},
                "period": [day.isoformat() for day in self.period] if self.period else None,
                **({"own": dict(self.own)} if self.own else {}),
                "handler": self.handler,
                "parts": [part.plain() for part in self.parts],
                "chosen": dict(self.chosen),
                "hints": [hint.json() for hint in self.hints],
                "ledger": dict(self.ledger),
                **({"undated": True} if self.undated else {}),
                **({"withheld": self.withheld_from} if self.withheld_from is not None else {}),
                **({"went_out": _plain_out(self.went_out)} if self.went_out is not None else {}),
                **({"tagged": self.tagged} if self.tagged is not None else {}),
                **({"watching": list(self.watching)} if self.watching else {}),
                **({"checked": _plain_checked(self.checked)} if self.checked is not None else {}),
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
            period=(date.fromisoformat(period[0]), date.fromisoformat(period[1])) if period else None,
            texts={name: text for name in TEXTS if (text := plain.get(name))},
            own=plain.get("own", {}),
            handler=plain.get("handler", ""),  # rows sealed before there was one have none
            parts=tuple(map(Part.of, plain["parts"])),
            chosen=plain["chosen"],
            hints=tuple(from_json(hint) for hint in plain.get("hints", ())),
            ledger=plain["ledger"],
            undated=plain.get("undated", False),
            withheld_from=plain.get("withheld"),
            went_out=_out(plain.get("went_out")),
            tagged=plain.get("tagged"),
            watching=tuple(plain.get("watching", ())),
            checked=_checked(plain.get("checked")),
        )


def _plain_out(out: WentOut) -> list[Any]:
    return [out.at.isoformat(), out.approved_by]


def _out(plain: list[Any] | None) -> WentOut | None:
    return None if plain is None else WentOut(at=datetime.fromisoformat(plain[0]), approved_by=plain[1])


def _plain_checked(checked: Checked) -> list[Any]:
    return [checked.at.isoformat(), checked.by, list(checked.wanting)]


def _checked(plain: list[Any] | None) -> Checked | None:
    if plain is None:
        return None
    return Checked(at=datetime.fromisoformat(plain[0]), by=plain[1], wanting=tuple(plain[2]))


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
        subjects=tuple(mentions.complete(subjects, body.said("reason"))),
        case=mentions.case_numbers(body.said("case")) or mentions.case_of(body.said("reason")),
        period=body.period,
        reason=fold(body.said("reason")),
        asked_at=request.asked_at,
        answered_at=request.answered_at,
        outcome=request.outcome or "",
        state=UNDATED if body.undated and request.answered_at is None else "",
    )
