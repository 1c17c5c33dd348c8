"""Numbers of every kind: how each is recognised, read, checked and masked. One row a kind."""

__all__ = ["callers", "cases", "identifiers", "kinds", "mentions", "readers", "values"]
