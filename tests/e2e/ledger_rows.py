"""Invented rows of a ledger, as a bureau's old records could hold them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.posts import resident_id

Row = dict[str, Any]
_TYPES = ("household", "户籍证明", "vehicle", "phone", "account", "witness", "other")
_UNITS = ("无锡市公安局", "昆山市公安局", "常州", "苏州市公安局", "外省某局")
_REASONS = ("诈骗案嫌疑人户籍核实", "核实“涉案”人员, 急", "=SUM(A1)", "第一行\n第二行", "盗窃案 'O''Neil'")


def row(number: int) -> Row:
    """The row of this number; always the same."""
    dice = random.Random(number)
    asked = date(2025, 1, 1) + timedelta(days=number % 500)
    person: Row = {
        "kind": "person",
        "name": dice.choice("张王李赵") + dice.choice("三四五明华"),
        "ids": {},
    }
    born = date(1960, 1, 1) + timedelta(days=number * 13 % 15000)
    ids = person["ids"]
    ids["cn_id"] = resident_id("320583", born, number % 999) if dice.random() < 0.9 else "320583********0010"
    if dice.random() < 0.4:
        ids["phone"] = f"138{dice.randrange(10**8):08}"
    found: Row = {
        "id": f"legacy-{number:06}",
        "type": dice.choice(_TYPES),
        "from_unit": dice.choice(_UNITS[:2]),
        "to_unit": dice.choice(_UNITS[2:]),
        "subjects": [person],
        "reason": dice.choice(_REASONS),
        "asked_at": f"{asked}T09:{number % 60:02}:00+08:00",
        "state": "open",
    }
    if dice.random() < 0.2:
        found["subjects"].append(
            {"kind": "vehicle", "name": "", "ids": {"plate": f"苏E{number % 100000:05}"}}
        )
        found["subjects"][-1].pop("name")
    if dice.random() < 0.5:
        found["case"] = f"A32058345{number:014}"
    if dice.random() < 0.3:
        found["period"] = [f"{asked - timedelta(days=30)}", f"{asked}"]
    if dice.random() < 0.8:
        found["answered_at"] = f"{asked + timedelta(days=1)}T10:00:00+08:00"
        found["answer"] = dice.choice(("已核实，户籍地址……", "查无此人", "+86 开头，见附件"))
        found["outcome"] = dice.choice(("found", "partly", "nothing"))
        found["state"] = "answered"
    return found


def rows(count: int) -> list[Row]:
    return [row(number) for number in range(1, count + 1)]


def write(path: Path, found: Iterable[Row]) -> Path:
    """The rows as JSON lines."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found), encoding="utf-8")
    return path


def read(text: str) -> dict[str, Row]:
    """JSON lines, by their id."""
    found = [json.loads(line) for line in text.splitlines()]
    return {one["id"]: one for one in found}
