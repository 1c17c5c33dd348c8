"""What the first second does not need is not there yet: counted, because a measured second depends on the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

from tests.e2e.environment import ROOT, environment

PROGRAM = """
import json, sys
from bot.runtime import lean_libraries
lean_libraries.load()
lean_libraries.load_aiohttp()
from bot.telegram import lean_aiogram
lean_aiogram.load()
from bot.runtime import lean_patterns
with lean_patterns.deferred():
    from bot import app
    from bot.commands import commands
from bot.settings import file
from aiogram import methods, types
from storage.ledger import words
classes = [getattr(module, name) for module in (types, methods) for name in module.__all__]
models = [c for c in classes if isinstance(c, type) and "__pydantic_complete__" in vars(c)]
print(json.dumps({
    "modules": sorted(sys.modules),
    "types": len(models),
    "built": [c.__name__ for c in models if c.__pydantic_complete__],
    "contexts without certificates": [c.cert_store_stats()["x509"] for c in lean_libraries._LATER],
    "header patterns": words._names.cache_info().currsize,
    "patterns": len(lean_patterns._LATER),
    "compiled": sorted(p.pattern for p in lean_patterns._LATER if "search" in vars(p)),
}))
"""
#: What is imported by whatever first needs it: migrating, ticking, importing, exporting, a holiday, trying it out.
LATER = {
    "alembic", "apscheduler", "calamine", "charset_normalizer", "chinese_calendar", "fastapi", "holidays",
    "openpyxl", "phonenumbers", "playwright", "pygments", "python_calamine", "resvg_py",
    "rich", "sandbox", "xlsxwriter",
}  # fmt: skip
COMMANDS = {"check", "copying", "import_cli", "ledger_cli", "match_cli", "purge_cli", "rekeying", "try_it"}


@cache
def loaded() -> dict[str, object]:
    """What stands in memory when `crossbeat run` begins to open its database."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _modules() -> set[str]:
    modules = loaded()["modules"]
    assert isinstance(modules, list)
    return set(modules)


def test_what_a_running_desk_needs_later_is_imported_later() -> None:
    assert not {name.partition(".")[0] for name in _modules()} & LATER
    assert not _modules() & {f"bot.commands.{name}" for name in COMMANDS}
    assert "bot.inbox.inbox" in _modules()


def test_a_desk_on_sqlite_starts_without_the_words_of_postgresql() -> None:
    assert not _modules() & {"sqlalchemy.dialects.postgresql", "asyncpg"}


def test_certificates_that_nobody_asks_for_are_loaded_later() -> None:
    assert loaded()["contexts without certificates"] == [0]


def test_of_telegram_s_types_hardly_one_is_built_before_it_is_used() -> None:
    types, built = loaded()["types"], loaded()["built"]
    assert isinstance(types, int) and types > 500
    assert isinstance(built, list) and len(built) <= 5, built  # a constant of ours is made of one


def test_the_names_of_columns_are_compiled_when_the_first_ledger_is_read() -> None:
    assert loaded()["header patterns"] == 0


def test_hardly_a_pattern_of_what_reads_posts_is_compiled_before_it_is_used() -> None:
    patterns, compiled = loaded()["patterns"], loaded()["compiled"]
    assert isinstance(patterns, int) and patterns > 300
    assert isinstance(compiled, list) and len(compiled) <= 5, compiled
