"""Words that tell something: surnames and what only looks like one, labels of numbers, names of units and types."""

__all__ = [
    "call_words",
    "choose",
    "choose_words",
    "common_english",
    "common_words",
    "correcting",
    "free_words",
    "kind_words",
    "marks",
    "masking_surnames",
    "names",
    "offices",
    "paper_words",
    "sounding",
    "surnames",
]
