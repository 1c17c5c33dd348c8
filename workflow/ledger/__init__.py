"""The ledger taken in, put right, taken back and given out; matching over the rows of a file."""

__all__ = [
    "account",
    "asked",
    "batches",
    "bulk",
    "explaining",
    "giving",
    "in_chat",
    "layouts",
    "report",
    "rows",
    "taking",
    "undo",
    "wording",
]  # fmt: skip
