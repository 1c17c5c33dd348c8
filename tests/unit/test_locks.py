"""Nobody holds a request in a way that makes those wait who only name it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Who deletes what it holds, with the requests of an import among it.
DELETING = ROOT / "storage/queries/imports.py"


def plainly_held(source: str) -> list[int]:
    """The lines at which the row of a request is held by a plain FOR UPDATE."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.args[0]) == "Request"
        for word in call.keywords
        if word.arg == "with_for_update" and ast.unparse(word.value) != "LOCKED"
    ] + [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "with_for_update"
        and "select(Request" in ast.unparse(call.func)
        and "LOCKED" not in ast.unparse(call)
    ]


def test_a_request_is_held_so_that_others_may_name_it() -> None:
    sources = [path for room in ("bot", "storage", "workflow") for path in (ROOT / room).rglob("*.py")]
    assert [
        (str(path.relative_to(ROOT)), line)
        for path in sources
        if path != DELETING
        for line in plainly_held(path.read_text(encoding="utf-8"))
    ] == []


def test_a_plain_hold_would_be_found() -> None:
    assert plainly_held("tx.session.get(Request, 1, with_for_update=True)") == [1]
    assert plainly_held("select(Request).where(x).with_for_update(skip_locked=True)") == [1]
    assert not plainly_held("tx.session.get(Request, 1, with_for_update=LOCKED)")
    assert not plainly_held("select(Request).with_for_update(**LOCKED)")
