"""Who is who: units, people and their roles, groups and what they are for, and who may do what."""

__all__ = [
    "audience",
    "binding",
    "chats",
    "groups",
    "members",
    "owning",
    "people",
    "places",
    "results",
    "rights",
    "setup",
    "titles",
    "units",
    "work",
]
