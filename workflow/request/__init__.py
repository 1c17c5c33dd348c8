"""A request: how a post is understood, how a request is found and changed, and what a draft still lacks."""

__all__ = [
    "acting",
    "approval",
    "aside",
    "drafts",
    "family",
    "misread",
    "posts",
    "questions",
    "reading",
    "reading_reason",
    "reading_subjects",
    "reading_times",
    "replied",
    "requests",
    "sources",
    "tags",
    "turn",
]
