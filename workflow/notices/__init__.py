"""Who hears what: cards, lists, words and files, each as much of it as its place may show."""

__all__ = [
    "answers",
    "attachments",
    "card_buttons",
    "cards",
    "cards_view",
    "comments",
    "drafts",
    "due_lists",
    "due_shown",
    "files_shown",
    "full_texts",
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
