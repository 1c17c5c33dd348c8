"""The rows of the benchmark table, and how they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One measured figure; ``target`` and ``note`` in words."""

    name: str
    value: float
    unit: str
    target: str = ""
    note: str = ""


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def text(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| what | value | target | |", "|---|---:|---|---|"]
    lines += [f"| {r.name} | {_number(r.value)} {r.unit} | {r.target} | {r.note} |" for r in rows]
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.4f}"
