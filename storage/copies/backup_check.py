"""Whether a file is a backup that would restore: opened and read, not assumed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from storage.copies.copying import tables
from storage.database.seal import MonthGone, SealBroken, Sealer
from storage.tables import schema
from storage.tables.monthly import MONTHS, MonthsMissing, OtherMonths, compare

SAMPLE_ROWS = 20  # of each table, the newest, unsealed with the key


class BackupBroken(Exception):
    """The file is no backup, is damaged, or was sealed with another key; the text says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    revision: str
    tables: Mapping[str, int]  # rows of each
    unsealed: int  # sealed values that were opened
    gone: int = 0  # and those of the same sample that lie under keys of months which were destroyed


def check(path: Path, sealer: Sealer, *, older: bool = False) -> Checked:
    """Opens a backup, checks its pages and references, counts its rows, unseals a sample.

    ``older``: keys of months may have been destroyed since it was made. Raises :class:`BackupBroken`.
    """
    if not path.is_file():
        raise BackupBroken(f"there is no file {path}")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            return _check(connection, sealer, older=older)
    except sqlite3.Error as exc:
        raise BackupBroken(f"{path.name} cannot be read: {exc}") from exc


def _check(connection: sqlite3.Connection, sealer: Sealer, *, older: bool) -> Checked:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise BackupBroken(f"damaged: {verdict}")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise BackupBroken(f"rows of {broken[0]} refer to rows that are missing")
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" not in names:
        raise BackupBroken("not a backup of ours: it has no schema revision")
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    if revision not in schema.revisions():
        raise BackupBroken(f"made by a newer version: schema {revision} is not known here")
    _compare_months(connection, sealer)
    ours = [table for table in tables() if table.name in names]
    counts, unsealed, gone = {}, 0, 0
    for table in ours:
        name = table.name
        # S608: names from our own models
        (counts[name],) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608
        if "sealed" in _columns(connection, name):  # those of its own schema: an older one seals less
            newest = (
                f"SELECT sealed FROM {name} WHERE sealed IS NOT NULL ORDER BY rowid DESC LIMIT {SAMPLE_ROWS}"  # noqa: S608
            )
            sample = connection.execute(newest).fetchall()
            opened = _unseal(name, sample, sealer, older=older)
            unsealed, gone = unsealed + opened, gone + len(sample) - opened
    return Checked(revision=revision, tables=counts, unsealed=unsealed, gone=gone)


def _compare_months(connection: sqlite3.Connection, sealer: Sealer) -> None:
    """A keyring that is missing, or is another one, would look as if all months had been destroyed."""
    found = connection.execute("SELECT value FROM desk WHERE key = ?", (MONTHS,)).fetchone()
    try:
        compare(sealer, sealer.months.id if sealer.months is not None else None, found[0] if found else None)
    except SealBroken as exc:
        raise BackupBroken(f"sealed with another key, or damaged: {exc}") from exc
    except (MonthsMissing, OtherMonths) as exc:
        raise BackupBroken(f"{exc}; [storage] months names the file, and it is needed with the key") from exc


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}


def _unseal(place: str, rows: list[tuple[bytes]], sealer: Sealer, *, older: bool) -> int:
    opened = len(rows)
    for (blob,) in rows:
        try:
            sealer.unseal_bytes(place, blob)
        except MonthGone as exc:
            if not older:
                raise BackupBroken(str(exc)) from exc
            opened -= 1
        except SealBroken as exc:
            raise BackupBroken(f"sealed with another key, or damaged: {exc}") from exc
    return opened
