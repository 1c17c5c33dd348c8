"""Calls that would work, as refusals show them: in the reader's language where they hold words."""

from __future__ import annotations

from workflow.kernel.text import Text, t

EXAMPLE = "KS26-0042"  # the number in examples, where no other would work

#: What is typed: the same in every language, or a text that is worded.
Example = str | Text


def worded(name: str, **params: str | Text) -> Text:
    """``/answer KS26-0042`` and the words that go with it."""
    return Text(f"example.{name}", {"number": EXAMPLE} | params)


def numbered(example: Example, number: str | None) -> Example:
    """The example with the number of a request in it."""
    if number is None:
        return example
    if isinstance(example, Text):
        return t(example.key, **example.params | {"number": number})
    return example.replace(EXAMPLE, number)
