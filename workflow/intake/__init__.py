"""A message becomes a request, or a draft that says what is missing; its edits follow."""

__all__ = ["choosing", "edits", "in_hand", "intake", "offering"]
