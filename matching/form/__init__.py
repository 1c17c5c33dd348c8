"""A structured post: its marker, its labels in whatever layout, its subjects."""

__all__ = ["apart", "fields", "form", "free", "labels", "marker"]
