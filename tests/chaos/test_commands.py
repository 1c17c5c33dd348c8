"""`kill -9` between every two steps of import, migration, backup, restore, move, purge, erasing; then again."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.import_cli import ROWS_ALONE
from storage.database.engine import Store
from storage.database.failpoints import VARIABLE
from storage.database.seal import Sealer, load_key
from storage.tables import schema
from tests.e2e import cast, ledger_rows
from tests.e2e.process import Said, said
from workflow.keeping.purging import BATCH

ROWS = 520  # more than a batch, so that some are taken in before the end
SEALED = "crossbeat.key"


class Folder:
    """A desk's folder, and who types commands there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.toml"
        chosen = cast.settings(path, token="700001:nobody", api_base="http://127.0.0.1:9")
        self.config.write_text(cast.toml(chosen), encoding="utf-8")
        self.ledger = ledger_rows.write(path / "ledger.jsonl", ledger_rows.rows(ROWS))

    def runs(self, *arguments: str, dies_at: str = "", code: int = 0, **env: str) -> Said:
        """What the command says, its two streams apart. ``dies_at``: it must be killed at that point."""
        if dies_at:
            env, code = env | {VARIABLE: dies_at}, -signal.SIGKILL
        return said(*arguments, "--config", str(self.config), cwd=self.path, code=code, **env)

    def exported(self, **env: str) -> str:
        return self.runs("export", **env).data

    def left(self) -> set[str]:
        """The files that no command should leave."""
        return {path.name for path in self.path.iterdir() if path.name.endswith((".part", "-wal", ".new"))}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk with a ledger taken in."""
    folder = Folder(tmp_path_factory.mktemp("filled"))
    assert f"{ROWS} taken" in folder.runs("import", "ledger.jsonl").words
    return folder.path


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Folder:
    """A copy of it for each test."""
    for name in ("desk.db", SEALED):
        shutil.copy(filled / name, tmp_path / name)
    return Folder(tmp_path)


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("point", ["schema.upgrading", "schema.upgraded"])
def test_a_migration_that_is_killed_has_changed_nothing_and_is_made_again(
    tmp_path: Path, point: str, older: bool
) -> None:
    folder = Folder(tmp_path)
    if older:
        folder.runs("migrate")
        asyncio.run(_go_down(folder))
    folder.runs("migrate", dies_at=point)
    assert "brought to schema" in folder.runs("migrate").words
    assert "all sound" in folder.runs("verify").data


async def _go_down(folder: Folder) -> None:
    """To the tables of the version before."""
    sealer = Sealer(load_key(folder.path / SEALED, env=None, create=False))
    store = Store.open(f"sqlite:///{folder.path / 'desk.db'}", sealer=sealer)
    await schema.downgrade(store, schema.revisions()[-2])
    await store.close()


@pytest.mark.parametrize("point", ["import.written:1", "import.committed:1"])
def test_an_import_that_is_killed_goes_on_with_what_is_missing(
    tmp_path: Path, filled: Path, point: str
) -> None:
    folder = Folder(tmp_path)
    shutil.copy(filled / SEALED, tmp_path / SEALED)
    folder.runs("import", "ledger.jsonl", dies_at=point)
    words = folder.runs("import", "ledger.jsonl").words
    assert " 0 rejected " in words
    assert (" 0 unchanged " in words) == (point == "import.written:1"), words
    assert folder.exported() == Folder(filled).exported()
    assert "all sound" in folder.runs("verify").data


@pytest.mark.thorough
def test_an_import_that_is_killed_in_its_second_transaction_has_kept_its_first(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    ledger_rows.write(folder.ledger, ledger_rows.rows(ROWS_ALONE + ROWS))
    folder.runs("import", "ledger.jsonl", dies_at="import.written:2")
    words = folder.runs("import", "ledger.jsonl").words
    assert f" {ROWS} taken " in words and f" {ROWS_ALONE} unchanged " in words and " 0 rejected " in words
    assert len(folder.exported().splitlines()) == ROWS_ALONE + ROWS


@pytest.mark.parametrize("point", ["backup.dumped", "backup.checked", "backup.keyed", "backup.placed"])
def test_a_backup_that_is_killed_is_none_or_whole(desk: Folder, point: str) -> None:
    desk.runs("backup", "copy.db", "--with-key", dies_at=point)
    copy = desk.path / "copy.db"
    assert copy.exists() == (point == "backup.placed")
    if not copy.exists():
        assert "checked" in desk.runs("backup", "copy.db", "--with-key").words
    before = desk.exported()
    for name in ("desk.db", SEALED):
        (desk.path / name).unlink()
    assert "the key was restored" in desk.runs("restore", "copy.db").words
    assert desk.exported() == before


@pytest.mark.parametrize("point", ["restore.copied", "restore.migrated", "restore.kept", "restore.swapped"])
def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new(desk: Folder, point: str) -> None:
    desk.runs("backup", "copy.db")
    database = desk.path / "desk.db"
    with closing(sqlite3.connect(database)) as old, old:
        old.execute("INSERT INTO desk (key, value) VALUES ('later', 'yes')")
    desk.runs("restore", "copy.db", "--force", dies_at=point)
    assert _later(database) == (point != "restore.swapped"), "there is a database at any moment"
    desk.runs("restore", "copy.db", "--force")
    assert not _later(database)
    assert _later(desk.path / "desk.db.before-restore"), "what was there is kept, also after a second try"
    assert desk.left() == set()
    assert "all sound" in desk.runs("verify").data


def _later(database: Path) -> bool:
    """Whether the file is the one that was changed after the backup."""
    with closing(sqlite3.connect(database)) as found:
        return found.execute("SELECT count(*) FROM desk WHERE key = 'later'").fetchone() == (1,)


@pytest.mark.parametrize("point", ["move.copied", "move.compared"])
def test_a_move_that_is_killed_leaves_an_empty_target_and_is_made_again(desk: Folder, point: str) -> None:
    there = f"sqlite+aiosqlite:///{desk.path / 'there.db'}"
    desk.runs("move", "--to", there, dies_at=point)
    hashes = desk.runs("move", "--to", there).data
    assert "not empty" in desk.runs("move", "--to", there, code=1).words
    back = f"sqlite+aiosqlite:///{desk.path / 'back.db'}"
    again = desk.runs("move", "--to", back, CROSSBEAT_STORAGE__URL=there).data
    assert again == hashes != ""
    assert desk.exported(CROSSBEAT_STORAGE__URL=there) == desk.exported()


@pytest.mark.parametrize(
    ("point", "batches"),
    [("purge.written:1", 0), ("purge.committed:1", 1), ("purge.written:4", 3), ("work.decided:3", 1)],
)
def test_a_purge_that_is_killed_has_purged_whole_requests_and_goes_on_with_the_rest(
    desk: Folder, point: str, batches: int
) -> None:
    purge = ("purge", "--before", "2026-06-30", "--yes")
    counted = _counts(desk.runs(*purge, "--dry-run").data)
    desk.runs(*purge, dies_at=point)
    assert "all sound" in desk.runs("verify").data
    left = _counts(desk.runs(*purge, "--dry-run").data)
    assert left["requests"] == counted["requests"] - batches * BATCH > 0
    with closing(sqlite3.connect(desk.path / "desk.db")) as database:
        purged = database.execute("SELECT count(*) FROM requests WHERE purged_at IS NOT NULL").fetchone()
        events = database.execute(
            "SELECT count(*) FROM events WHERE action = 'purge' AND chain > 0"
        ).fetchone()
    assert purged == events == (counted["requests"] - left["requests"],)
    assert f"{left['requests']} requests purged" in desk.runs(*purge).words
    assert "all sound" in desk.runs("verify").data
    assert _counts(desk.runs(*purge, "--dry-run").data) == dict.fromkeys(counted, 0)


@pytest.mark.parametrize("point", ["erase.written:1", "erase.committed:1", "erase.written:3"])
def test_an_erasure_that_is_killed_has_erased_whole_requests_and_goes_on_with_the_rest(
    tmp_path: Path, point: str
) -> None:
    """One number in more requests than a batch holds; and a backup from before, which brings none of them back."""
    folder = Folder(tmp_path)
    rows = [row for row in ledger_rows.rows(120) if row["state"] == "answered"][:60]
    for row in rows:
        row["subjects"] = [{"kind": "person", "name": "陈望舒", "ids": {"cn_id": "320583199204080027"}}]
    ledger_rows.write(tmp_path / "one.jsonl", rows)
    assert "60 taken" in folder.runs("import", "one.jsonl").words
    folder.runs("backup", "before.db")
    erase = ("subject", "320583199204080027", "--erase", "--order", "X-1", "--yes")
    folder.runs(*erase, dies_at=point)
    assert "all sound" in folder.runs("verify").data
    folder.runs(*erase)
    assert "all sound" in folder.runs("verify").data
    again = folder.runs("restore", "before.db", "--force").words
    with closing(sqlite3.connect(tmp_path / "desk.db")) as database:
        kept = database.execute("SELECT count(*) FROM requests WHERE purged_at IS NULL").fetchone()
    assert kept == (0,) and "60 requests that were erased by order" in again, (kept, again)
    assert "all sound" in folder.runs("verify").data


def _counts(said: str) -> dict[str, int]:
    rows = (line.split("\t") for line in said.splitlines() if "\t" in line)
    return {name: int(count) for name, count in rows}
