"""The ledger taken in, put right, taken back and given out; matching over the rows of a file."""

__all__ = ["bulk", "giving", "layouts", "rows", "taking", "undo"]
