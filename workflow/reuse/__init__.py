"""Earlier answers: found, offered to those entitled, given, taken, and followed when they are put right."""

__all__ = ["followers", "giving", "offers", "reuse", "reusing", "taking"]
