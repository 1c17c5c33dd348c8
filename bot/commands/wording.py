"""Texts of the catalogues as a command tells them on a terminal."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Any

from handlers.views.catalogue import our_language
from handlers.views.reader import Reader
from storage.ledger.why import Why
from workflow.ledger.wording import told

#: In which commands are documented, with the names of fields as files have them.
ENGLISH = "en"
#: A byte of a name in another encoding, as Python keeps it.
_HALF = re.compile("[\udc80-\udcff]")


def words(why: Why, language: str = ENGLISH) -> str:
    """One line."""
    return reader_of(language).plain(told(why, labels=labelled(language)))


def say(language: str, key: str, /, **params: Any) -> str:
    """The text of a key, in one line."""
    return reader_of(language).say(key, **{name: _readable(value) for name, value in params.items()}).plain


def _readable(value: object) -> object:
    """A file's name that Python took for bytes, since the environment names no language, as what it is."""
    if isinstance(value, str) and not value.isprintable():
        return os.fsencode(value).decode("utf-8", "replace") if _HALF.search(value) else value
    return value


def labelled(language: str) -> bool:
    """Whether fields are called as people call them, and not as a file has them."""
    return our_language(language) != ENGLISH


def reader_of(language: str) -> Reader:
    return Reader(language=our_language(language), zone=UTC, now=datetime.now(UTC))
