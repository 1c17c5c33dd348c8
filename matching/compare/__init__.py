"""Two records about one subject: keys that find, fields that are compared, rules that judge, reasons that say why."""

__all__ = ["compare", "engine", "evaluate", "explain", "packing", "reasons", "row_ids", "warm"]
