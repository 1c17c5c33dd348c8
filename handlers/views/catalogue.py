"""The wording of every text, by key and language: gettext catalogues, read as they are written.

``locales/<language>.po`` is parsed with Babel at the first use of that language (about 10 ms), so that a
word can be changed without a compile step. A key is a ``msgid`` such as ``error.not_yours``; a wording
may hold the marks of :mod:`handlers.views.template` and

- ``{name}`` or ``{name:form}``: a parameter. Forms: ``link`` for a request's number; ``time`` and ``day``
  for a moment; ``row``, ``points`` and ``apart`` for a list (one line, bullets, blank lines between);
  ``quote`` and ``folded`` for words that are quoted; ``mention`` for the name of whom ``id`` names;
- ``[[…]]``: left out when one of the parameters in it has no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import structlog
from babel.messages.pofile import read_po

log = structlog.get_logger(__name__)

LANGUAGES = ("zh", "en")
FALLBACK = "en"
LOCALES = Path(__file__).parent / "locales"


def our_language(language: str | None) -> str:
    """The catalogue to use for a language tag such as ``zh-hans``; English for one that we have not."""
    base = (language or "").replace("_", "-").split("-")[0].lower()
    return base if base in LANGUAGES else FALLBACK


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Mapping[str, str]:
    """All wordings of one of :data:`LANGUAGES`. Raises ``OSError`` when its file is missing."""
    with (LOCALES / f"{language}.po").open("rb") as file:
        parsed = read_po(file, locale=language, abort_invalid=True)
    return MappingProxyType(
        {str(entry.id): str(entry.string) for entry in parsed if entry.id and entry.string}
    )


def has(key: str, language: str) -> bool:
    return key in catalogue(language)


def wording(key: str, language: str) -> str:
    """The wording of a key, in English where the language lacks it.

    A key that no catalogue has is said as it is, and logged: an odd word is better for an officer than
    no message. The tests hold that every key of the code has an entry.
    """
    for candidate in (our_language(language), FALLBACK):
        found = catalogue(candidate).get(key)
        if found is not None:
            return found
    log.error("text_missing", key=key, language=language)
    return key
