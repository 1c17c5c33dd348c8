"""Which of our numbers belong to which channel: the one place where that is decided.

A chat has a number of ours, ``chats.id``, and an id of its platform's, ``chats.native_id``. In the first channel the
two are one number (of people under the desk's veil, :mod:`storage.tables.veil`), and stay so: every stored message,
line, event and draft names a chat by it, the record has hashed it, configuration files name it, and who writes to a
chat need look nothing up. Its platform says that a chat's id has at most 52 significant bits; so the numbers from
there on are free, and each other channel has 52 bits of them. A number therefore says its channel: to the outbox by
whom it goes, to a view that it cannot be somebody of another one.
"""

from __future__ import annotations

FIRST = "telegram"
SPAN = 2**52  # https://core.telegram.org/bots/api#chat: "at most 52 significant bits"
PLACES = 2047  # so many spans fit into a column


def numbers_of(place: int) -> range:
    """The numbers of chats, lanes and updates of the channel that has this place; the first has place 0."""
    if not 0 <= place < PLACES:
        raise ValueError(f"there is no place {place} for a channel")
    return range(place * SPAN, (place + 1) * SPAN) if place else range(1 - SPAN, SPAN)


def is_first(number: int) -> bool:
    """Whether a number is one of the first channel's, which is its id there too."""
    return -SPAN < number < SPAN
