"""The house: who may import whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
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
    "handlers": {"aiogram", "sqlalchemy"},
    "web": {"aiogram"},
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


# --- rooms: the sub-packages ----------------------------------------------------------------------------------


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name; migrations are run, not imported."""
    found = {}
    for package in OURS:
        for path in files(package):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imported(path: Path) -> set[str]:
    """Our modules that a file imports, inside functions and for types alone too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & MODULES.keys()) or {node.module}
    return found & MODULES.keys()


@cache
def arrows() -> dict[str, set[str]]:
    """What each of our modules imports of us."""
    return {name: imported(path) - {name} for name, path in MODULES.items()}


def room_of(module: str) -> str:
    """``workflow.notices`` for ``workflow.notices.cards``; a module beside the rooms is a room of its own."""
    return ".".join(module.split(".")[:2])


def circles(ways: dict[str, set[str]]) -> list[str]:
    """A way round, for each knot of them; empty if there is none."""
    done: set[str] = set()
    found = []

    def walk(name: str, way: list[str]) -> None:
        if name in way:
            found.append(" -> ".join([*way[way.index(name) :], name]))
        elif name not in done:
            for other in sorted(ways.get(name, ())):
                walk(other, [*way, name])
            done.add(name)

    for name in ways:
        walk(name, [])
    return found


def test_no_file_is_in_a_circle_of_imports() -> None:
    assert not circles(arrows())


def test_no_room_is_in_a_circle_of_imports() -> None:
    rooms: dict[str, set[str]] = {}
    for name, others in arrows().items():
        rooms.setdefault(room_of(name), set()).update(room_of(other) for other in others)
    assert not circles({room: others - {room} for room, others in rooms.items()})


def test_a_circle_would_be_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a -> b -> c -> a"]


ROOMS = sorted({room_of(name) for name in MODULES if name.count(".") == 2})


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_is_entered_by_its_face(room: str) -> None:
    face = ast.parse(MODULES[room].read_text(encoding="utf-8"))
    said = ast.get_docstring(face)
    assert said and len(said.splitlines()[0]) > 20
    shown: set[str] = set()
    for node in face.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            shown = set(ast.literal_eval(node.value))
    inside = {name.rpartition(".")[2] for name in MODULES if room_of(name) == room and name != room}
    assert shown <= inside, "the face shows what is not there"
    entered = {
        other.split(".")[2]
        for name, others in arrows().items()
        for other in others
        if room_of(other) == room != room_of(name) and other.count(".") == 2
    }
    assert entered <= shown, "entered by another way than the face"
    assert shown <= entered, "shown to nobody"


# --- statements -----------------------------------------------------------------------------------------------

#: What may be taken of SQLAlchemy elsewhere: types, errors and addresses, of which no statement can be made.
OF_SQLALCHEMY = {"AsyncSession", "Row", "Table", "ArgumentError", "DBAPIError", "IntegrityError", "make_url"}
#: What of a session runs one. A row by its key, and rows that one has (``get``, ``add``, …) are no question.
RUNS_STATEMENTS = {"execute", "scalar", "scalars", "stream", "stream_scalars", "connection", "run_sync"}
MAKES_STATEMENTS = {"storage.database.upsert", "storage.database.prepared"}


def statements(source: str) -> list[str]:
    """The lines of a file outside of storage in which a statement is made or run."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names if alias.name.partition(".")[0] == "sqlalchemy"]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy":
            named = [alias.name for alias in node.names if alias.name not in OF_SQLALCHEMY]
        elif isinstance(node, ast.ImportFrom):
            named = [node.module] if node.module in MAKES_STATEMENTS else []
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value).rpartition(".")[2].endswith(
            "session"
        ):
            named = [node.attr] if node.attr in RUNS_STATEMENTS else []
        elif isinstance(node, ast.Attribute) and node.attr in ("__table__", "metadata"):
            named = [node.attr]
        else:
            named = []
        found += [f"line {getattr(node, 'lineno', 0)}: {name}" for name in named]
    return found


@pytest.mark.parametrize("package", [package for package in OURS if package != "storage"])
def test_statements_stand_in_storage_alone(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}, {what}"
        for path in files(package)
        for what in statements(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import select",
        "import sqlalchemy as sa",
        "from sqlalchemy.orm import aliased",
        "from storage.database.upsert import insert_into",
        "async def f(tx):\n    return await tx.session.scalars(query)",
        "async def f(session):\n    await session.execute(statement)",
        "table = Request.__table__",
    ],
)
def test_a_statement_elsewhere_would_be_found(source: str) -> None:
    assert len(statements(source)) == 1


def test_a_row_by_its_key_is_no_statement() -> None:
    assert not statements(
        "async def f(tx):\n    return await tx.session.get(Request, 1, with_for_update=True)"
    )
