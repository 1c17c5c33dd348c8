"""The tables, how a database is brought to them, and rows that are written together when a transaction ends.

Tables that stand beside :mod:`storage.tables.models` are collected here: whoever knows the tables knows these too.
"""

from storage.tables import duty as duty
from storage.tables import involved as involved
from storage.tables import marks as marks
from storage.tables import operations as operations

__all__ = [
    "batch", "checksums", "covered", "duty", "involved", "ledger_rows", "left", "marks", "models", "numbers",
    "operations", "renumbering", "schema", "types", "veil", "words",
]  # fmt: skip
