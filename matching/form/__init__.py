"""A structured post: its marker, its labels in whatever layout, its subjects."""

__all__ = [
    "apart",
    "confidential",
    "fields",
    "form",
    "free",
    "free_names",
    "labels",
    "marker",
    "own",
    "papers",
    "whom",
]
