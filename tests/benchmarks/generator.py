"""Labelled sets: queries, a ledger with their answers, and everything that looks like an answer.

Deterministic by seed. All people and numbers are invented (:mod:`tests.benchmarks.generator_world`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from matching.identifiers.values import TypeRule
from tests.benchmarks.generator_negatives import OTHER_THINGS, SAME_OFFICER, same_officer, stranger_in_case
from tests.benchmarks.generator_noise import LOSSY, Noise, Row
from tests.benchmarks.generator_world import Thing, World

AS_OF = datetime(2026, 6, 1, 12, tzinfo=UTC)
FRESH = timedelta(days=180)
#: One query in so many is about a namesake of one officer's.
OFFICERS_EVERY = 10

RULES: dict[str, TypeRule] = {
    rule.key: rule
    for rule in (
        TypeRule(
            key="household",
            labels={"zh": "户籍证明", "en": "household certificate"},
            aliases=("户籍", "户口"),
        ),
        TypeRule(
            key="whereabouts",
            labels={"zh": "落脚点核查", "en": "whereabouts check"},
            aliases=("落脚点",),
            same=("subject", "case"),
        ),
        TypeRule(key="residence", labels={"zh": "居住核实", "en": "residence check"}),
        TypeRule(key="vehicle", labels={"zh": "车辆核查", "en": "vehicle check"}, about="vehicle"),
        TypeRule(
            key="calls",
            labels={"zh": "通话记录", "en": "call records"},
            aliases=("话单",),
            about="phone",
            same=("subject", "period"),
        ),
        TypeRule(
            key="statement",
            labels={"zh": "银行流水", "en": "bank statement"},
            aliases=("流水",),
            about="account",
            same=("subject", "period"),
        ),
        TypeRule(key="company", labels={"zh": "企业核查", "en": "company check"}, about="company"),
    )
}
_TYPES = (
    ("household",) * 4
    + ("whereabouts",) * 3
    + ("residence",) * 2
    + ("vehicle", "calls", "statement", "company")
)
_REASONS = (
    "诈骗案嫌疑人户籍核实",
    "涉嫌盗窃，核实身份信息",
    "交通肇事逃逸案协查",
    "寻找证人",
    "电信网络诈骗资金查控",
    "涉赌人员核查",
    "非法吸收公众存款案",
    "故意伤害案嫌疑人落脚点",
    "失踪人员查找",
    "涉毒人员背景核查",
    "合同诈骗案",
    "危险驾驶案",
)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query and what is true of it."""

    row: Row
    things: tuple[str, ...]  #: keys of its subjects
    type: str
    case: str
    period: tuple[str, str]
    supported: frozenset[str] = frozenset()  #: ids of true answers that the noisy rows still allow to find
    categories: dict[str, str] = field(
        default_factory=dict
    )  #: ledger id -> what kind of row it is to this query


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of a ledger row."""

    things: tuple[str, ...]
    type: str
    case: str
    period: tuple[str, str]
    answered: bool
    fresh: bool


@dataclass(kw_only=True)
class LabelledSet:
    queries: list[Query] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)
    truth: dict[str, Truth] = field(default_factory=dict)

    def is_same(self, query: Query, id_: str) -> bool:
        """Whether the row asks what the query asks: subjects, type and, where needed, case and period."""
        truth = self.truth[id_]
        return set(query.things) <= set(truth.things) and self._same_question(query, truth)

    def is_right(self, query: Query, id_: str, covers: tuple[int, ...]) -> bool:
        """Whether a match is right as far as it claims: the subjects that it covers, and the question."""
        truth = self.truth[id_]
        claimed = {query.things[i] for i in covers}
        rest = self._same_question(query, truth)
        return bool(claimed) and claimed <= set(truth.things) and rest

    def _same_question(self, query: Query, truth: Truth) -> bool:
        same = RULES[query.type].same
        return (
            truth.type == query.type
            and ("case" not in same or truth.case == query.case)
            and ("period" not in same or truth.period == query.period)
        )

    def may_be_reused(self, query: Query, id_: str) -> bool:
        """Whether its answer may be given to the query."""
        truth = self.truth[id_]
        return truth.answered and truth.fresh and self.is_same(query, id_)


class Generator:
    """Draws one labelled set. ``noise``: the chance of each field, on either side, to be disturbed."""

    def __init__(self, seed: int, noise: float = 0.3) -> None:
        self.rng = random.Random(seed)
        self.world = World(self.rng)
        self.noise = Noise(self.rng, noise)
        self.set = LabelledSet()

    def make(self, queries: int, background: int) -> LabelledSet:
        """So many queries with their answers and negatives, among so many unrelated rows."""
        for number in range(queries):
            self._query(number)
        for _ in range(background):
            type_ = self.rng.choice(_TYPES)
            self._add(
                (self.world.thing(RULES[type_].about),),
                type_,
                self.world.case(),
                self._period(),
                category="unrelated",
            )
        self.rng.shuffle(self.set.ledger)
        for number in range(queries // OFFICERS_EVERY):
            self._officer(f"q-officer-{number}")
        return self.set

    def _officer(self, id_: str) -> None:
        """A query for a namesake of somebody who is on file with the same officer's telephone number."""
        people, namesake = same_officer(self.world)
        case, period = self.world.case(), self._period()
        categories: dict[str, str] = {}
        for person in people:
            self._add(
                (person,),
                "household",
                self.world.case(),
                period,
                category=SAME_OFFICER,
                categories=categories,
            )
        clean = self._row(id_, (namesake,), "household", case, period)
        clean.pop("answer", None)
        row, _ = self.noise.row(clean, "person")
        self.set.queries.append(
            Query(
                row=row,
                things=(namesake.key,),
                type="household",
                case=case,
                period=period,
                categories=categories,
            )
        )

    def _query(self, number: int) -> None:
        rng = self.rng
        type_ = rng.choice(_TYPES)
        rule = RULES[type_]
        things = tuple(self.world.thing(rule.about) for _ in range(2 if rng.random() < 0.08 else 1))
        case, period = self.world.case(), self._period()
        clean = self._row(f"q-{number}", things, type_, case, period)
        clean.pop("answer", None)
        row, done = self.noise.row(clean, rule.about)
        categories: dict[str, str] = {}
        supported = set()
        if rng.random() < 0.7:
            for _ in range(rng.choice((1, 1, 1, 2))):
                id_, harm = self._add(things, type_, case, period, category="answer", categories=categories)
                if _supports(row, self.set.ledger[-1], rule.about, done | harm):
                    supported.add(id_)
        self._negatives(things, type_, case, period, categories)
        self.set.queries.append(
            Query(
                row=row,
                things=tuple(t.key for t in things),
                type=type_,
                case=case,
                period=period,
                supported=frozenset(supported),
                categories=categories,
            )
        )

    def _negatives(
        self,
        things: tuple[Thing, ...],
        type_: str,
        case: str,
        period: tuple[str, str],
        categories: dict[str, str],
    ) -> None:
        """One of each kind that can be made."""
        rng, world, one = self.rng, self.world, things[0]
        for category, make in OTHER_THINGS.items():
            other = make(world, one)
            if other is not None:
                # A namesake with the same mask in the same case cannot be told from the subject by anyone.
                shared = case if rng.random() < 0.3 and category != "same name, same mask" else world.case()
                self._add(
                    (other, *things[1:]), type_, shared, period, category=category, categories=categories
                )
        stranger = stranger_in_case(world, one, rng)
        self._add(
            (stranger,), type_, case, period, category="same case, other subject", categories=categories
        )
        self._add(
            (world.thing(one.kind),),
            type_,
            world.case(),
            period,
            category="mentions the subject",
            categories=categories,
            mentions=one,
        )
        other_type = rng.choice(
            [t for t in RULES if t != type_ and RULES[t].about == RULES[type_].about] or ["household"]
        )
        self._add(things, other_type, case, period, category="other type", categories=categories)
        self._add(
            things,
            type_,
            case,
            period,
            category="expired",
            categories=categories,
            age=rng.randrange(181, 900),
        )
        self._add(things, type_, case, period, category="open", categories=categories, age=None)
        if "case" in RULES[type_].same:
            self._add(things, type_, world.case(), period, category="other case", categories=categories)
        if "period" in RULES[type_].same:
            another = self._period()
            while another == period:
                another = self._period()
            self._add(things, type_, case, another, category="other period", categories=categories)
        if len(things) > 1:
            self._add(things[:1], type_, case, period, category="covers a part", categories=categories)

    def _add(
        self,
        things: tuple[Thing, ...],
        type_: str,
        case: str,
        period: tuple[str, str],
        *,
        category: str,
        categories: dict[str, str] | None = None,
        age: int | None = -1,
        mentions: Thing | None = None,
    ) -> tuple[str, set[str]]:
        """Adds a ledger row; ``age`` in days, None for an open request, -1 for a fresh answer."""
        id_ = f"l-{len(self.set.ledger)}"
        clean = self._row(id_, things, type_, case, period)
        if mentions is not None:
            numbers = "，".join(mentions.ids.values())
            clean["reason"] = (
                f"{self.rng.choice(('同案人员', '涉及', '与'))}{mentions.name}（{numbers}）有关，"
                + clean["reason"]
            )
        row, done = self.noise.row(clean, RULES[type_].about)
        days = self.rng.randrange(0, 175) if age == -1 else age
        if days is not None:
            at = AS_OF - timedelta(days=days, hours=self.rng.randrange(1, 12))
            row |= {
                "answered_at": at.isoformat(),
                "answer": "…",
                "state": "answered",
                "outcome": self.rng.choice(("found", "found", "nothing found")),
            }
        else:
            row["state"] = "open"
        self.set.ledger.append(row)
        self.set.truth[id_] = Truth(
            things=tuple(t.key for t in things),
            type=type_,
            case=case,
            period=period,
            answered=days is not None,
            fresh=days is not None and timedelta(days=days + 1) <= FRESH,
        )
        if categories is not None:
            categories[id_] = category
        return id_, done

    def _row(
        self, id_: str, things: tuple[Thing, ...], type_: str, case: str, period: tuple[str, str]
    ) -> Row:
        asked = AS_OF - timedelta(days=self.rng.randrange(1, 900))
        subjects: list[dict[str, Any]] = [
            {"kind": t.kind, "name": t.name, "ids": dict(t.ids)} for t in things
        ]
        return {
            "id": id_,
            "type": type_,
            "from_unit": "无锡市公安局",
            "to_unit": "昆山市公安局",
            "subjects": subjects,
            "case": case,
            "period": list(period),
            "reason": self.rng.choice(_REASONS),
            "asked_at": asked.isoformat(),
        }

    def _period(self) -> tuple[str, str]:
        month = self.rng.randrange(1, 6)
        return f"2026-{month:02d}-01", f"2026-{month:02d}-{self.rng.choice((15, 20, 28))}"


def _supports(query: Row, answer: Row, about: str, done: set[str]) -> bool:
    """Whether two noisy rows still have in common what tells this subject from all others.

    A person: the whole ID or a slip of it, or the name as written or said with any number. A number:
    unless it was slipped, masked or left out on either side.
    """
    ours, theirs = query["subjects"], answer["subjects"]
    if len(ours) != len(theirs):
        return False
    return all(_subject_supports(a, b, about, done) for a, b in zip(ours, theirs, strict=True))


def _subject_supports(a: dict[str, Any], b: dict[str, Any], about: str, done: set[str]) -> bool:
    harmed = {entry.partition(":")[0] for entry in done if entry.partition(":")[2] in LOSSY | {"missing"}}
    if about == "person":
        names = bool(a["name"] and b["name"]) and not {"name:mask", "name:missing", "name:look_alike"} & done
        numbers = {"cn_id", "passport"} - harmed
        has_number = any(kind in a["ids"] and kind in b["ids"] for kind in numbers)
        phone = "phone" not in harmed and "phone" in a["ids"] and "phone" in b["ids"]
        return has_number or (
            names and (phone or ("cn_id:missing" not in done and bool(a["ids"]) and bool(b["ids"])))
        )
    return not harmed and bool(a["ids"]) and bool(b["ids"])


def pairs(labelled: LabelledSet) -> Iterator[dict[str, Any]]:
    """The set as rows for ``crossbeat match --evaluate``."""
    by_id = {row["id"]: row for row in labelled.ledger}
    for query in labelled.queries:
        for id_ in query.categories:
            yield {"query": query.row, "candidate": by_id[id_], "same": labelled.is_same(query, id_)}
