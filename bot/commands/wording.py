"""Texts of the catalogues as a command tells them on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from handlers.views.catalogue import our_language
from handlers.views.reader import Reader
from storage.ledger.why import Why
from workflow.ledger.wording import told

#: In which commands are documented, with the names of fields as files have them.
ENGLISH = "en"


def words(why: Why, language: str = ENGLISH) -> str:
    """One line."""
    return reader_of(language).plain(told(why, labels=labelled(language)))


def say(language: str, key: str, /, **params: Any) -> str:
    """The text of a key, in one line."""
    return reader_of(language).say(key, **params).plain


def labelled(language: str) -> bool:
    """Whether fields are called as people call them, and not as a file has them."""
    return our_language(language) != ENGLISH


def reader_of(language: str) -> Reader:
    return Reader(language=our_language(language), zone=UTC, now=datetime.now(UTC))
