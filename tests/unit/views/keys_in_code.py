"""Which catalogue keys the code uses, read from its syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workflow.kernel.actions import Action

ROOT = Path(__file__).parents[3]
FOLDERS = ("workflow", "handlers", "bot", "web")
CALLS = {"t", "Text", "Refused", "wording", "say", "rich", "plain", "render_plain"}
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)*")
#: Literals that begin so are keys wherever they stand (in a table of rights, say).
SURE = ("denied.", "error.", "problem.", "missing.", "card.", "digest.", "help.", "reminder.")


@dataclass
class Used:
    keys: dict[str, str] = field(default_factory=dict)  #: key -> where it is worded
    prefixes: dict[str, str] = field(default_factory=dict)  #: beginning of a key that is made up -> where
    params: list[tuple[str, set[str], str]] = field(default_factory=list)  #: key, parameters given, where
    literals: set[str] = field(default_factory=set)


def used() -> Used:
    found = Used()
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            _read(ast.parse(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)), found)
    return found


def recorded() -> set[str]:
    """The actions that the record of a request, or of the desk, may hold."""
    actions: set[str] = set()
    for path in sorted((ROOT / "workflow").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call)
                and _name(node.func) in ("record", "do_action")
                and len(node.args) > 2
            ):
                continue
            actions |= {key for key in _keys(node.args[2]) if isinstance(key, str)}
    return actions


def _read(tree: ast.AST, path: str, found: Used) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.literals.add(node.value)
            if node.value.startswith(SURE) and KEY.fullmatch(node.value) and node.value[-1] not in "._":
                found.keys.setdefault(node.value, f"{path}:{node.lineno}")
        if isinstance(node, ast.JoinedStr):
            _prefix(node, path, found, sure=False)
        if isinstance(node, ast.Call) and node.args and _name(node.func) in CALLS:
            _call(node, path, found)


def _call(node: ast.Call, path: str, found: Used) -> None:
    where = f"{path}:{node.lineno}"
    given = {keyword.arg or "**" for keyword in node.keywords}
    for key in _keys(node.args[0]):
        if isinstance(key, ast.JoinedStr):
            _prefix(key, path, found, sure=True)
            continue
        if not KEY.fullmatch(key):
            continue
        found.keys[key] = where
        if _name(node.func) in ("t", "Refused", "say"):
            found.params.append((key, given, where))


def _keys(node: ast.expr) -> Iterator[str | ast.JoinedStr]:
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp():
            yield from _keys(node.body)
            yield from _keys(node.orelse)
        case ast.JoinedStr():
            yield node
        case ast.Attribute(value=ast.Name(id="Action"), attr=name):
            yield Action[name].value


def _prefix(node: ast.JoinedStr, path: str, found: Used, *, sure: bool) -> None:
    first = node.values[0]
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return
    if sure or re.fullmatch(r"[a-z]+\.[a-z_]*", first.value):
        found.prefixes.setdefault(first.value, f"{path}:{node.lineno}")


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
