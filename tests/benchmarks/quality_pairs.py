"""Ten instructive pairs and why each got its verdict: ``python -m tests.benchmarks.quality_pairs``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from matching.compare.engine import Engine
from matching.compare.explain import Explanation, explain
from tests.benchmarks.generator import AS_OF, RULES

ID, TWIN, NAMESAKE = "320583199001010010", "320583199001010037", "110105199506017277"
PHONE, CASE = "13812345678", "A3205834500002026010001"


def _row(
    type_: str, name: str, days: int = 12, more: dict[str, Any] | None = None, **ids: str
) -> dict[str, Any]:
    answered = (AS_OF - timedelta(days=days)).isoformat()
    return {"type": type_, "subjects": [{"name": name, "ids": ids}], "answered_at": answered, **(more or {})}


_FULL = _row("household", "张三", cn_id=ID, phone=PHONE)
_CASE = {"case": CASE}

#: title, query, candidate, other candidates
PAIRS: tuple[tuple[str, dict[str, Any], dict[str, Any], tuple[dict[str, Any], ...]], ...] = (
    ("the whole ID, otherwise written", _FULL, _row("户籍", "ZHANG San", cn_id="３２０５８３ 900101001"), ()),
    ("a twin: one telephone, one birthday", _FULL, _row("household", "张四", cn_id=TWIN, phone=PHONE), ()),
    (
        "a mask with the name and a telephone",
        _FULL,
        _row("household", "張三", cn_id="320583****0010", phone="138-1234-5678"),
        (),
    ),
    ("the same mask and nothing else", _FULL, _row("household", "张三", cn_id="320583********0010"), ()),
    ("two digits swapped", _FULL, _row("household", "张三", cn_id="302583199001010010"), ()),
    (
        "one digit replaced",
        _row("household", "张三", cn_id=ID),
        _row("household", "张三", cn_id="320583199001010011"),
        (),
    ),
    (
        "no ID, and a namesake on file",
        _row("household", "张三", phone=PHONE),
        _FULL,
        (_row("household", "张三", cn_id=NAMESAKE),),
    ),
    ("the ID under another name", _FULL, _row("household", "李四", cn_id=ID), ()),
    (
        "another case, where the type needs it",
        _row("whereabouts", "张三", more=_CASE, cn_id=ID),
        _row("whereabouts", "张三", more={"case": CASE[:-1] + "2"}, cn_id=ID),
        (),
    ),
    (
        "a plate one character away",
        _row("vehicle", "张三", plate="苏EA1234"),
        _row("vehicle", "张三", plate="苏EA1235"),
        (),
    ),
)


def explained() -> list[tuple[str, Explanation]]:
    """Each pair's title and explanation."""
    engine = Engine(RULES)
    result = []
    for title, *rows, others in PAIRS:
        query, candidate, *rest = (engine.record_from_row(row) for row in (*rows, *others))
        result.append((title, explain(query, candidate, RULES, as_of=AS_OF, others=rest)))
    return result


def main() -> None:
    for number, (title, explanation) in enumerate(explained(), start=1):
        print(f"{number}. {title}\n{explanation.text()}\n")


if __name__ == "__main__":
    main()
