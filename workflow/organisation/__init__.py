"""Who is who: units, people and their roles, groups and what they are for, and who may do what."""

__all__ = [
    "audience",
    "binding",
    "chats",
    "exposure",
    "groups",
    "involving",
    "members",
    "onlookers",
    "operations",
    "owning",
    "people",
    "places",
    "private",
    "results",
    "rights",
    "setup",
    "takers",
    "titles",
    "units",
    "work",
]
