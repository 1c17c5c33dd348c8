"""Earlier answers: found, offered to those entitled, given, taken, and followed when they are put right."""

__all__ = ["called_off", "followers", "giving", "offers", "reuse", "reusing", "taking"]
