"""A small desk with rows in every table, made from the models alone so that no table is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, LargeBinary, String, func, insert, select
from sqlalchemy.types import JSON

from storage.database.engine import Store
from storage.tables.models import Base
from storage.tables.types import UtcDateTime

ROWS = 7
COUNTS = dict.fromkeys(Base.metadata.tables, ROWS)

_AT = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)
_CHOSEN = {  # columns whose values a check constraint or a rule restricts
    ("requests", "state"): "open",
    ("memberships", "role"): "officer",
    ("memberships", "role_then"): "officer",
    ("memberships", "state"): "active",
    ("chat_units", "purpose"): "desk",
    ("answers", "handling"): "H2",
    ("chats", "channel"): "telegram",
    ("offers", "side"): "got",
    ("offers", "verdict"): "reuse",
    ("offers", "state"): "open",
    ("misread", "kind"): "to",
    ("duty_rules", "turn"): "week",
    ("reminder_marks", "what"): "snoozed",
    ("involved", "role"): "asked",
}


def value(store: Store, column: Column[Any], number: int) -> Any:
    """A value for row ``number`` (from 1): every third of the nullable columns is None, what is sealed never."""
    table = column.table.name
    if (table, column.name) in _CHOSEN:
        return _CHOSEN[table, column.name]
    if column.nullable and number % 3 == 0 and column.name != "sealed":
        return None
    if column.foreign_keys:
        return number
    kind = column.type
    if column.name == "sealed":
        return store.sealer.seal(table, {"text": f"秘密 {number}", "n": number})
    plain: list[tuple[type, Any]] = [
        (UtcDateTime, _AT.replace(day=number)),
        (Date, date(2026, 3, number)),
        (Boolean, number % 2 == 0),
        (Float, number / 7),
        (JSON, ["昆山", f"'\"; {number}"]),
        (LargeBinary, bytes([number]) * 32),
        (Integer, number if column.primary_key else -(2**31) + number),
        (String, f"{column.name[:3]}{number}"[: getattr(kind, "length", None) or 99]),
    ]
    return next(made for sort, made in plain if isinstance(kind, sort))


async def seed(store: Store) -> None:
    """Puts :data:`ROWS` rows into every table."""
    async with store.write() as session:
        for table in Base.metadata.sorted_tables:
            for number in range(1, ROWS + 1):
                row = {column.name: value(store, column, number) for column in table.columns}
                await session.execute(insert(table), row)


async def count_rows(store: Store) -> dict[str, int]:
    """How many rows every table has."""
    async with store.read() as session:
        return {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
