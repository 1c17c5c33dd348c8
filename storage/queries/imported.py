"""Imported requests written many at once, and looked up by what their files call them, in the driver's own words.

A ledger brings a million rows of twenty values. Turning each into what the driver takes cost half of the writing
process's time: whoever prepares the rows, in processes beside it, hands them over finished
(:mod:`storage.tables.ledger_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import prepared
from storage.database.engine import SEALER
from storage.database.seal import Sealer
from storage.tables.checksums import request_mac, row_mac
from storage.tables.ledger_rows import Values

IDS_AT_ONCE = 2_000  # looked for in one statement; SQLite takes 32,766 values

_REQUEST = (
    "id", "import_id", "external_id", "type", "state", "from_unit_id", "to_unit_id", "asked_at", "answered_at",
    "outcome", "sealed", "key_version", "mac",
)  # fmt: skip
#: What each imported request is (:mod:`storage.tables.ledger_rows` has it as values): it has no number, no clock and
#: no chat.
_REQUEST_ALWAYS = {
    "urgency": "'normal'", "due_fixed": "false", "confidential": "false", "partial": "false", "version": "0",
    "event_seq": "0",
}  # fmt: skip
_ANSWER = ("request_id", "unit_id", "at", "outcome", "sealed", "mac")
_ANSWER_ALWAYS = {"partial": "false"}
#: The first of each by its index.
_KINDS = (
    "SELECT EXISTS (SELECT 1 FROM requests WHERE external_id > ''), EXISTS (SELECT 1 FROM requests WHERE number > ''), "
    "EXISTS (SELECT 1 FROM requests WHERE external_id > ? AND external_id < ?)"
)


async def add_requests(session: AsyncSession, import_id: int, rows: Sequence[tuple[int, Values]]) -> None:
    """Writes requests with these ids, which came by an import."""
    insert = _insert(_dialect(session), "requests", _REQUEST, tuple(_REQUEST_ALWAYS.items()))
    sealer: Sealer = session.info[SEALER]
    written = [
        (number, import_id, *values, request_mac(sealer, facts, (number, import_id, 0, None)))
        for number, (*values, facts) in rows
    ]
    await prepared.write(session, insert, written)


async def add_answers(session: AsyncSession, rows: Iterable[tuple[int, Values]]) -> None:
    """Writes the answers of requests with these ids."""
    insert = _insert(_dialect(session), "answers", _ANSWER, tuple(_ANSWER_ALWAYS.items()))
    sealer: Sealer = session.info[SEALER]
    written = [
        (number, *values, row_mac(sealer, "answers", said, number)) for number, (*values, said) in rows
    ]
    await prepared.write(session, insert, written)


class Kinds(NamedTuple):
    """Which kinds of requests there are at all: what a row may be on file as."""

    imported: bool
    numbered: bool
    purged: bool  # imported, and called otherwise since their content was deleted


async def kinds(session: AsyncSession, *, former: str) -> Kinds:
    """``former``: how the names begin of those whose content was deleted.

    Asked for each batch in its transaction, so that on a new desk nobody looks for each row what nobody can be. On
    PostgreSQL texts have an order of their own, by which no index finds the former names: there all are looked for.
    """
    if _dialect(session) != "sqlite":
        return Kinds(imported=True, numbered=True, purged=True)
    [found] = await prepared.fetch(session, _KINDS, (former, f"{former}~"))
    return Kinds(*map(bool, found))


async def on_file(session: AsyncSession, external_ids: Iterable[str]) -> set[str]:
    """Of these ids of ledger rows those that are on file, with or without content."""
    return await _among(session, "external_id", external_ids)


async def numbered(session: AsyncSession, numbers: Iterable[str]) -> set[str]:
    """Of these numbers those of requests of this desk."""
    return await _among(session, "number", numbers)


async def _among(session: AsyncSession, column: str, wanted: Iterable[str]) -> set[str]:
    found: set[str] = set()
    names = list(dict.fromkeys(wanted))
    for start in range(0, len(names), IDS_AT_ONCE):
        some = names[start : start + IDS_AT_ONCE]
        statement = _among_so_many(_dialect(session), column, len(some))
        found.update(name for (name,) in await prepared.fetch(session, statement, some))
    return found


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


@lru_cache(maxsize=16)
def _insert(dialect: str, table: str, columns: tuple[str, ...], always: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join((*columns, *(name for name, _ in always)))
    values = ", ".join((*_signs(dialect, len(columns)), *(value for _, value in always)))
    return f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608 - constants of this module


@lru_cache(maxsize=64)
def _among_so_many(dialect: str, column: str, some: int) -> str:
    signs = ", ".join(_signs(dialect, some))
    return f"SELECT {column} FROM requests WHERE {column} IN ({signs})"  # noqa: S608 - constants of this module


def _signs(dialect: str, some: int) -> list[str]:
    return ["?"] * some if dialect == "sqlite" else [f"${n}" for n in range(1, some + 1)]
