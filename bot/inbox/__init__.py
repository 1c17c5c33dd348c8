"""Updates that have arrived and wait: stored before they are confirmed, handled in order within a chat."""

__all__ = ["inbox"]
