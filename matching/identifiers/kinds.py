"""The kinds of number that a subject has, and everything that lists kinds: made of one row a kind.

The row stands below the function that reads such a number, in one of the ``readers`` modules. A new kind is that row
and function, its words at the end of :mod:`matching.words.kind_words`, its column in :mod:`storage.ledger.columns`
and its name in the two catalogues (``docs/adding.md``); tests hold these together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matching.identifiers.kind import Kind, Read
from matching.identifiers.readers import OF_PEOPLE
from matching.identifiers.readers_net import OF_THE_NET
from matching.identifiers.readers_papers import PAPERS
from matching.words.kind_words import WORDS

_ROWS = {kind.key: kind for kind in (*OF_PEOPLE, *PAPERS, *OF_THE_NET)}
#: In the order of their words, the oldest first: what is packed counts them by it.
KINDS: tuple[Kind, ...] = tuple(_ROWS[key] for key in WORDS)

BY_KEY = {kind.key: kind for kind in KINDS}
READERS: dict[str, Callable[[str], Read]] = {kind.key: kind.read for kind in KINDS}

#: What a subject may be, in the order in which the words of the configuration name them.
ABOUT = ("person", "vehicle", "phone", "account", "company")


def keys_of(rows: Iterable[Kind]) -> tuple[str, ...]:
    return tuple(kind.key for kind in rows)


#: For each sort of subject the kinds whose difference makes it another, and those that only an equal value speaks for.
DECIDING = {about: keys_of(k for k in KINDS if k.decides and k.about == about) for about in ABOUT}
TELLING = {about: keys_of(k for k in KINDS if k.tells and k.about == about) for about in ABOUT}
SUPPORTING = keys_of(kind for kind in KINDS if kind.supports)
