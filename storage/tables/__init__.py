"""The tables, how a database is brought to them, and rows that are written together when a transaction ends."""

__all__ = [
    "batch", "checksums", "covered", "ledger_rows", "left", "models", "numbers", "renumbering", "schema", "types",
    "veil", "words",
]  # fmt: skip
