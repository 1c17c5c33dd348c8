"""What the two units do with a request: accept, answer, return, delay, complete, close, and all the rest."""

__all__ = [
    "albums",
    "answering",
    "approving",
    "asking",
    "attest_lists",
    "attesting",
    "changes",
    "correcting",
    "declining",
    "delaying",
    "handling",
    "holding",
    "leaving",
    "marking",
    "picking",
    "pictures",
    "questions",
    "talking",
    "upward",
    "withdrawing",
]
