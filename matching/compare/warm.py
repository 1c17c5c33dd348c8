"""The tables that matching reads at first use, read at once: a fifth of a second that nobody should wait for."""

from __future__ import annotations

from matching.identifiers.identifiers import find
from matching.text.normalise import fold
from matching.words.names import spoken


def warm() -> None:
    """Load what is loaded lazily: the dictionary of readings, the character table, the number readers."""
    spoken("张三")
    fold("張三")
    find("张三 320583199204080027 13812345678 苏E12345 +85221234567")
