"""Ledger files: every layout in which offices keep them, read row by row; and written."""

__all__ = [
    "bare",
    "columns",
    "fields",
    "header",
    "items",
    "outcomes",
    "reading",
    "sheets",
    "sheets_write",
    "why",
    "write",
    "xlsx_write",
]
