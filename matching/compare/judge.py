"""One query against its candidates: decisions, rivals, verdicts, scores, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from matching.compare import compare, score, verdict
from matching.compare.assessment import Assessment, Pair, reasons_of
from matching.compare.compare import Levels
from matching.compare.shared import shared_kinds
from matching.identifiers import cases
from matching.identifiers.kinds import DECIDING, TELLING
from matching.identifiers.values import Identifier, Match, Record, Subject, TypeRule

#: An answer may be so far ahead of the asker's clock.
CLOCK_SKEW = timedelta(minutes=5)
#: Requests in these states have no answer to give and wait for none.
_DEAD_STATES = frozenset(("declined", "cancelled", "canceled", "拒绝", "已拒绝", "撤销", "已撤销"))
_OPEN_STATES = frozenset(("open", "accepted", "returned", "draft", "待受理", "已受理", "退回"))
#: Levels of two numbers that are not one.
_APART = frozenset(("conflict", "different", "close", "weak"))


class Judge:
    """The query's side of every comparison, prepared once."""

    def __init__(
        self, query: Record, rules: Mapping[str, TypeRule], as_of: datetime, beside: Sequence[Record] = ()
    ) -> None:
        """``beside``: all candidates, among whom a number may be seen to belong to many."""
        self.query = query
        self.as_of = as_of
        self._rules = rules
        self._ids = [compare.by_kind(subject) for subject in query.subjects]
        #: Per subject: valid IDs of those who bear its name, written alike or said alike.
        self._namesakes: list[dict[str, set[str]]] = [{"eq": set(), "sound": set()} for _ in query.subjects]
        self._shared = [shared_kinds(subject, beside) for subject in query.subjects]

    def assess(self, candidate: Record) -> Assessment | None:
        """The comparison of one candidate; None when it cannot match. Remembers rivals."""
        rule = self._rules.get(self.query.type) or self._rules.get(candidate.type)
        result = Assessment(record=candidate)
        result.case = cases.relation(self.query.case, candidate.case)
        result.pairs = [self._best(i, candidate, rule, result.case == "eq") for i in range(len(self._ids))]
        if candidate.state in _DEAD_STATES:
            return None
        result.type_relation = self._type_relation(candidate)
        result.period = compare.periods(self.query.period, candidate.period)
        self._time(result, rule)
        return result if self._is_worth_showing(result, rule) else None

    def _best(self, index: int, candidate: Record, rule: TypeRule | None, same_case: bool) -> Pair | None:
        ours = self.query.subjects[index]
        about = about_of(rule, ours)
        best: Pair | None = None
        for theirs in candidate.subjects:
            levels = self.levels(index, theirs, about)
            self._note_namesake(index, levels, theirs)
            decision = verdict.decide(about, levels, same_case=same_case)
            if decision == "no":
                continue
            if decision == "sure" and not self._agrees_whole(index, about, theirs):
                decision = "maybe"
            pair = Pair(levels, decision, verdict.is_full(about, levels), theirs)
            if best is None or (decision == "sure", pair.full) > (best.decision == "sure", best.full):
                best = pair
        return best

    def levels(self, index: int, theirs: Subject, about: str) -> Levels:
        """The levels of a subject of the query and one of a candidate; what many share is worth nothing."""
        levels = compare.subjects(self.query.subjects[index], self._ids[index], theirs)
        for kind in self._shared[index]:
            if levels.get(kind) == "eq" and kind not in DECIDING[about]:
                levels[kind] = "shared"
        return levels

    def _agrees_whole(self, index: int, about: str, theirs: Subject) -> bool:
        """Whether no deciding number stands against the equal one.

        Of several telephone numbers or cards that are asked about, each must have been answered. One person
        with two valid IDs is a contradiction, on either side.
        """
        ours, other = self._ids[index], compare.by_kind(theirs)
        for kind in ("cn_id",) if about == "person" else (*DECIDING[about], *TELLING[about]):
            if not _all_met(ours.get(kind, ()), other.get(kind, ())):
                return False
            if about == "person" and not _all_met(other.get(kind, ()), ours.get(kind, ())):
                return False
        return True

    def _note_namesake(self, index: int, levels: Levels, theirs: Subject) -> None:
        relation = levels.get("name")
        if relation in ("eq", "sound"):
            known = self._namesakes[index][relation]
            known.update(_valid_ids(theirs.ids))

    def _type_relation(self, candidate: Record) -> str:
        if not self.query.type or not candidate.type:
            return "unknown"
        return "same" if self.query.type == candidate.type else "other"

    def _time(self, result: Assessment, rule: TypeRule | None) -> None:
        at = result.record.answered_at
        result.answered = result.undated
        if at is None or at > self.as_of + CLOCK_SKEW:
            return
        result.answered = True
        age = max(self.as_of - at, timedelta(0))
        result.age_days = age.days
        result.fresh = rule is not None and age <= rule.fresh_for

    def _is_worth_showing(self, result: Assessment, rule: TypeRule | None) -> bool:
        if any(result.pairs):
            if result.type_relation == "other":  # only what is certain is worth a look under another heading
                return any(
                    pair is not None and pair.decision == "sure" and pair.full for pair in result.pairs
                )
            return True
        if result.type_relation != "same" or result.case != "eq":
            return False
        # Nothing to compare: one of the two names no subject, or the type is about a case alone.
        return _names_nobody(self.query) or _names_nobody(result.record) or _about_nothing(rule)

    def conclude(self, result: Assessment) -> None:
        """Verdict and score, once all candidates are known (rivals are found among them)."""
        rule = self._rules.get(self.query.type)
        rivals = {
            i
            for i, pair in enumerate(result.pairs)
            if pair is not None and not pair.full and self._has_rival(i, pair)
        }
        result.rival = bool(rivals)
        result.verdict = "reuse" if rule is not None and self._may_be_reused(result, rule) else "possible"
        if rule is not None and self._has_an_answer(result, rule):
            result.certain = _certain(result, but_not=rivals)
        result.features = self._features(result, rule)
        result.doubts = _doubts(result, rule)
        covered = len(result.covers()) / len(result.pairs) if any(result.pairs) else 1.0
        result.score = score.share(result.features, result.doubts, covered)
        if result.verdict == "reuse":
            result.score = max(result.score, score.SURE)
        if self.query.reason and result.record.reason:
            result.likeness = fuzz.ratio(self.query.reason[:200], result.record.reason[:200])

    def _has_rival(self, index: int, pair: Pair) -> bool:
        """Whether a person of this name with another valid ID is on file."""
        namesakes = self._namesakes[index]
        written, said = namesakes["eq"], namesakes["sound"]
        others = set(written) if pair.levels.get("name") == "eq" else written | said
        ours = self.query.subjects[index].ids
        anchors = _valid_ids(ours) | _valid_ids(pair.subject.ids)
        if anchors:
            return bool(others - anchors)
        masks = [i.value for i in (*ours, *pair.subject.ids) if i.kind == "cn_id" and i.state == "masked"]
        unlike = any(compare.mask_agreement(mask, other) is None for mask in masks for other in others)
        return len(others) > 1 or unlike

    def _may_be_reused(self, result: Assessment, rule: TypeRule) -> bool:
        """Everything that it needs is in the assessment."""
        if result.rival or not self._has_an_answer(result, rule):
            return False
        if "subject" not in rule.same and _about_nothing(rule):
            return bool({"case", "period"} & set(rule.same))
        certain = [pair is not None and pair.decision == "sure" for pair in result.pairs]
        taken = [id(pair.subject) for pair in result.pairs if pair is not None]
        return bool(certain) and all(certain) and len(set(taken)) == len(taken)

    @staticmethod
    def _has_an_answer(result: Assessment, rule: TypeRule) -> bool:
        """Whether there is a fresh answer to the same question, whoever it was about."""
        if result.type_relation != "same" or not result.answered or not result.fresh:
            return False
        if result.record.state in _OPEN_STATES:
            return False
        if "case" in rule.same and result.case != "eq":
            return False
        return "period" not in rule.same or result.period == "eq"

    def _features(self, result: Assessment, rule: TypeRule | None) -> list[str]:
        weakest: list[str] = []
        lowest = float("inf")
        for ours, pair in zip(self.query.subjects, result.pairs, strict=True):
            if pair is None:
                continue
            features = score.subject_features(about_of(rule, ours), pair.levels)
            sum_of = score.total(features)
            if sum_of < lowest:
                weakest, lowest = features, sum_of
        features = list(weakest)
        if result.case:
            features.append(f"case:{result.case}")
        if result.rival:
            features.append("rival")
        return features

    def match(self, result: Assessment) -> Match:
        """The assessment as it is handed out."""
        return Match(
            id=result.record.id,
            score=round(result.score, 4),
            verdict=result.verdict,
            reasons=tuple(reasons_of(result, self._rules.get(self.query.type))),
            covers=result.covers(),
            answered=result.answered,
            certain=result.certain,
            exact=result.exact(),
        )


def _certain(result: Assessment, *, but_not: set[int]) -> tuple[int, ...]:
    """Subjects whose answer is beyond doubt; of two that would be the same one of the candidate's, neither."""
    taken = [id(pair.subject) for pair in result.pairs if pair is not None]
    return tuple(
        i
        for i, pair in enumerate(result.pairs)
        if pair is not None
        and i not in but_not
        and pair.decision == "sure"
        and taken.count(id(pair.subject)) == 1
    )


def _doubts(result: Assessment, rule: TypeRule | None) -> list[str]:
    """What of the question does not agree: the type, and case and period where the type needs them."""
    doubts = [] if result.type_relation == "same" else [f"type:{result.type_relation}"]
    for needed, relation in (("case", result.case), ("period", result.period)):
        if rule is not None and needed in rule.same and relation != "eq":
            doubts.append(f"{needed}:{relation or 'unknown'}")
    return doubts


def about_of(rule: TypeRule | None, subject: Subject) -> str:
    """What a request of this rule is about where it concerns this subject."""
    about = rule.about if rule is not None else subject.kind
    return about if about in DECIDING else subject.kind if subject.kind in DECIDING else "person"


def _about_nothing(rule: TypeRule | None) -> bool:
    return rule is not None and rule.about == "none"


def _all_met(some: Sequence[Identifier], others: Sequence[Identifier]) -> bool:
    """Whether each of some numbers may be one of the others, where there are any."""
    return not others or all(
        any(compare.identifiers(one, other) not in _APART for other in others) for one in some
    )


def _names_nobody(record: Record) -> bool:
    """Whether all that is known of its subjects, if it has any, was found in its words."""
    return not any(s.name or any(not i.found for i in s.ids) for s in record.subjects)


def _valid_ids(ids: Sequence[Identifier]) -> set[str]:
    return {i.value for i in ids if i.kind == "cn_id" and i.state == "valid" and not i.found}
