"""Why a pair got its verdict: every field, its level and weight, every veto and condition by name.

For ``crossbeat match --explain`` and for whoever doubts an offer. Shows masked values only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.compare import reasons, score, verdict
from matching.compare.assessment import Assessment
from matching.compare.compare import Levels
from matching.compare.judge import Judge, about_of
from matching.identifiers import cases
from matching.identifiers.values import Reason, Record, Subject, TypeRule
from matching.masking.masking import mask, mask_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One field of one pair of subjects, or one condition on the whole."""

    field: str  #: cn_id, name, …, type, case, period, freshness, rival
    query: str = ""  #: masked
    candidate: str = ""  #: masked
    level: str = ""
    weight: float = 0.0  #: log odds, or for a doubt the factor
    veto: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    verdict: str  #: reuse, possible or none
    score: float
    decisions: tuple[str, ...]  #: per subject of the query: sure, maybe, no
    lines: tuple[Line, ...]
    missing: tuple[str, ...]  #: what keeps it from reuse, in words

    def text(self) -> str:
        """The explanation as lines of text."""
        out = [
            f"verdict {self.verdict}, score {self.score:.3f}, subjects: {', '.join(self.decisions) or 'none'}"
        ]
        for line in self.lines:
            values = f"{line.query} <> {line.candidate}" if line.query or line.candidate else ""
            note = "VETO" if line.veto else f"{line.weight:+.2f}"
            out.append(f"  {line.field:<10} {line.level:<10} {note:>6}  {values}".rstrip())
        out += [f"  not reuse: {reason}" for reason in self.missing]
        return "\n".join(out)


def explain(
    query: Record,
    candidate: Record,
    rules: Mapping[str, TypeRule],
    *,
    as_of: datetime,
    others: Sequence[Record] = (),
) -> Explanation:
    """How this pair is judged; ``others`` are the query's other candidates, among whom a rival may be."""
    judge = Judge(query, rules, as_of, [*others, candidate])
    for other in others:
        judge.assess(other)
    assessment = judge.assess(candidate)
    rule = rules.get(query.type) or rules.get(candidate.type)
    lines, decisions = _subject_lines(judge, query, candidate, rule)
    if assessment is None:
        return Explanation(
            verdict="none", score=0.0, decisions=decisions, lines=tuple(lines), missing=("no subject agrees",)
        )
    judge.conclude(assessment)
    lines += _question_lines(query, assessment)
    return Explanation(
        verdict=assessment.verdict,
        score=round(assessment.score, 4),
        decisions=decisions,
        lines=tuple(lines),
        missing=tuple(_missing(assessment, rule, decisions)),
    )


def _subject_lines(
    judge: Judge, query: Record, candidate: Record, rule: TypeRule | None
) -> tuple[list[Line], tuple[str, ...]]:
    """The fields of each subject of the query beside the best of the candidate's."""
    lines: list[Line] = []
    decisions: list[str] = []
    same_case = cases.relation(query.case, candidate.case) == "eq"
    strength = {"sure": 2, "maybe": 1, "no": 0}
    for index, ours in enumerate(query.subjects):
        about = about_of(rule, ours)
        compared = []
        for theirs in candidate.subjects:
            levels = judge.levels(index, theirs, about)
            decision = verdict.decide(about, levels, same_case=same_case)
            weight = score.total(score.subject_features(about, levels))
            compared.append((strength[decision], weight, decision, levels, theirs))
        if not compared:
            decisions.append("no")
            continue
        _, _, decision, levels, theirs = max(compared, key=lambda item: item[:2])
        decisions.append(decision)
        lines += [_field(about, kind, levels, ours, theirs) for kind in levels]
    return lines, tuple(decisions)


def _field(about: str, kind: str, levels: Levels, ours: Subject, theirs: Subject) -> Line:
    level = levels[kind]
    feature = score.subject_features(about, {kind: level})[0]
    deciding = kind in verdict.DECIDING[about]
    named = (
        kind == "name" and level == "different" and about == "person" and not verdict.is_full(about, levels)
    )
    return Line(
        field=kind,
        query=_shown(ours, kind),
        candidate=_shown(theirs, kind),
        level=level,
        weight=score.WEIGHTS.get(feature, 0.0),
        veto=(deciding and level == "conflict") or named,
    )


def _shown(subject: Subject, kind: str) -> str:
    if kind == "name":
        return subject.name if subject.kind == "company" else mask_name(subject.name)
    return " ".join(mask(identifier) for identifier in subject.ids if identifier.kind == kind)


def _question_lines(query: Record, assessment: Assessment) -> list[Line]:
    record = assessment.record
    lines = [Line(field="type", query=query.type, candidate=record.type, level=assessment.type_relation)]
    if assessment.case:
        weight = score.WEIGHTS[f"case:{assessment.case}"]
        lines.append(
            Line(field="case", query=query.case, candidate=record.case, level=assessment.case, weight=weight)
        )
    if assessment.period:
        lines.append(Line(field="period", level=assessment.period))
    for doubt in assessment.doubts:
        lines.append(Line(field="doubt", level=doubt, weight=score.FACTORS.get(doubt, 1.0)))
    if assessment.rival:
        lines.append(Line(field="rival", level="on file", weight=score.WEIGHTS["rival"]))
    return lines


def _missing(assessment: Assessment, rule: TypeRule | None, decisions: Sequence[str]) -> list[str]:
    """Each condition of reuse that does not hold."""
    if assessment.verdict == "reuse":
        return []
    told = []
    if assessment.type_relation != "same":
        told.append("the types differ" if assessment.type_relation == "other" else "a type is unknown")
    if not assessment.answered:
        told.append("not answered yet")
    elif assessment.undated:
        told.append(reasons.english(Reason(code="undated")))
    elif not assessment.fresh:
        told.append(reasons.english(reasons.answered(assessment.age_days, fresh=False)))
    needed = rule.same if rule is not None else ()
    if "case" in needed and assessment.case != "eq":
        told.append("the type needs the same case")
    if "period" in needed and assessment.period != "eq":
        told.append("the type needs the same period")
    if assessment.rival:
        told.append("another person of that name is on file, and no valid ID is equal")
    if any(decision != "sure" for decision in decisions):
        told.append("not every subject is the same beyond doubt")
    return told
