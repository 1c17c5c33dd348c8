"""The house as the design draws it: who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("bot", "handlers", "web", "workflow", "matching", "storage", "sandbox")

MAY_IMPORT = {
    "bot": {"handlers", "web", "workflow", "storage", "matching", "sandbox"},
    "handlers": {"workflow", "matching"},
    "web": {"workflow", "storage"},
    "workflow": {"storage", "matching"},
    "storage": set(),
    "matching": set(),
    "sandbox": set(),
}
NOT_EVEN = {
    "storage": {"aiogram", "fastapi", "starlette"},
    "workflow": {"aiogram", "fastapi", "starlette"},
    "matching": {"aiogram", "fastapi", "sqlalchemy", "aiosqlite", "asyncio", "socket", "sqlite3"},
    "handlers": {"sqlalchemy"},
}


def imports(path: Path) -> Iterator[str]:
    """Top-level packages that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", OURS)
def test_imports_run_one_way(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(package)
        for name in set(imports(path))
        if name in OURS and name != package and name not in MAY_IMPORT[package]
    ]
    assert not wrong


@pytest.mark.parametrize("package", sorted(NOT_EVEN))
def test_layers_do_not_know_what_is_outside_their_field(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files(package)
        for name in set(imports(path))
        if name in NOT_EVEN[package]
    ]
    assert not wrong


def test_only_the_try_command_knows_the_sandbox() -> None:
    users = [path.name for path in files("bot") if "sandbox" in set(imports(path))]
    assert users == ["try_it.py"]


def test_every_package_has_files_to_look_at() -> None:
    assert all(files(package) for package in OURS)
