"""Texts of the catalogues as a command tells them on a terminal, in English like all that commands say."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.views.reader import Reader
from storage.ledger.why import Why
from workflow.ledger.wording import told

LANGUAGE = "en"


def words(why: Why) -> str:
    """One line."""
    reader = Reader(language=LANGUAGE, zone=UTC, now=datetime.now(UTC))
    return reader.plain(told(why, labels=False))
