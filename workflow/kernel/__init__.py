"""What every use case stands on: the transaction, states, texts by key, errors, the rules of the desk."""

__all__ = [
    "actions",
    "body",
    "calendars",
    "carried",
    "errors",
    "fields",
    "labels",
    "masked",
    "outcomes",
    "parts",
    "policy",
    "pressed",
    "problems",
    "results",
    "roles",
    "standing",
    "states",
    "text",
    "tx",
    "words",
]
