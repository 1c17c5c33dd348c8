"""A candidate as it was judged, and what speaks for and against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.compare import compare, reasons, verdict
from matching.compare.compare import Levels
from matching.identifiers.values import UNDATED, Reason, Record, Subject, TypeRule, Verdict

_NOTHING = frozenset(("nothing found", "nothing_found", "none", "nothing", "查无", "无结果", "查无结果"))
_PARTLY = frozenset(("partly", "partial", "部分", "部分答复"))
_PERIODS = {
    "eq": "same_period",
    "within": "within_period",
    "overlap": "overlap_period",
    "apart": "other_period",
}
_NAME_CODES = {"eq": "same_name"}


@dataclass(slots=True)
class Pair:
    """A subject of the query beside the candidate's subject that fits it best."""

    levels: Levels
    decision: verdict.Decision
    full: bool
    subject: Subject


@dataclass(slots=True)
class Assessment:
    """A candidate as judged so far. Kept for :mod:`matching.compare.explain`, which shows all of it."""

    record: Record
    pairs: list[Pair | None] = field(default_factory=list)  #: per subject of the query
    type_relation: str = ""
    case: str = ""
    period: str = ""
    answered: bool = False
    fresh: bool = False
    age_days: int = 0
    rival: bool = False
    certain: tuple[int, ...] = ()  # indexes of subjects that an answer holds for, whatever of the others
    verdict: Verdict = "possible"
    features: list[str] = field(default_factory=list)  #: names of the weights that apply
    doubts: list[str] = field(default_factory=list)  #: names of the factors that apply
    score: float = 0.0
    likeness: float = 0.0  #: of the reasons' words, 0 to 100; breaks ties

    @property
    def undated(self) -> bool:
        """Answered, on a day that nobody wrote down: how old the answer is cannot be told."""
        return self.record.answered_at is None and self.record.state == UNDATED

    def covers(self) -> tuple[int, ...]:
        return tuple(i for i, pair in enumerate(self.pairs) if pair is not None)

    def exact(self) -> tuple[int, ...]:
        """Subjects whose deciding number is equal, whole and valid."""
        return tuple(
            i
            for i, pair in enumerate(self.pairs)
            if pair is not None and pair.full and pair.decision == "sure"
        )


def reasons_of(result: Assessment, rule: TypeRule | None) -> list[Reason]:
    """What speaks for and against, the strongest first."""
    told: list[Reason] = []
    for pair in result.pairs:
        if pair is not None:
            for reason in _pair_reasons(pair):
                if reason not in told:
                    told.append(reason)
    if len(result.covers()) < len(result.pairs):
        told.append(Reason(code="covers", params={"covered": len(result.covers()), "of": len(result.pairs)}))
    if result.type_relation != "unknown":
        told.append(Reason(code=f"{result.type_relation}_type"))
    needed = rule.same if rule is not None else ()
    if result.case == "eq" or (result.case and "case" in needed):
        told.append(Reason(code="same_case" if result.case == "eq" else "other_case"))
    if result.period and (result.period == "eq" or "period" in needed):
        told.append(Reason(code=_PERIODS[result.period]))
    if result.rival:
        told.append(Reason(code="rival"))
    return [*told, *_time_reasons(result, rule)]


def _time_reasons(result: Assessment, rule: TypeRule | None) -> list[Reason]:
    if not result.answered:
        return [Reason(code="open")]
    told = [
        Reason(code="undated")
        if result.undated
        else reasons.answered(result.age_days, fresh=result.fresh or rule is None)
    ]
    if result.record.outcome in _NOTHING:
        told.append(Reason(code="nothing_found"))
    elif result.record.outcome in _PARTLY:
        told.append(Reason(code="partly_answered"))
    return told


def _pair_reasons(pair: Pair) -> list[Reason]:
    by_strength = sorted(
        ((kind, level) for kind, level in pair.levels.items() if kind != "name" and level != "weak"),
        key=lambda item: -compare.RANK[item[1]] if item[1] != "conflict" else 1,
    )
    told = [
        Reason(code=("same" if level == "eq" else level) + "_id", params={"kind": kind})
        for kind, level in by_strength
    ]
    name = pair.levels.get("name")
    if name:
        told.append(Reason(code=_NAME_CODES.get(name, f"{name}_name")))
    return told
