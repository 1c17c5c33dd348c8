"""The tables, how a database is brought to them, and rows that are written together when a transaction ends."""

__all__ = [
    "alerts", "batch", "checksums", "covered", "duty", "involved", "ledger_rows", "left", "marks", "models", "monthly",
    "numbers", "operations", "renumbering", "schema", "shared", "types", "veil", "words",
]  # fmt: skip
