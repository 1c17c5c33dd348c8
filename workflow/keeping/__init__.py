"""What is kept, and for how long: purging, erasing by order, a new key, the match index made anew."""

__all__ = [
    "covering",
    "erasing",
    "holdings",
    "meant",
    "months",
    "preserving",
    "purging",
    "reindex",
    "rekey",
    "restored",
    "unopened",
    "veiling",
]
