"""Who hears what: cards, lists, words and files, each as much of it as its place may show."""

__all__ = [
    "answers",
    "attachments",
    "cards",
    "cards_view",
    "comments",
    "drafts",
    "due_lists",
    "files_shown",
    "keyboards",
    "offer_rows",
    "offers_shown",
    "progress",
    "reuses",
    "revealing",
    "sending",
    "telling",
    "words",
]
