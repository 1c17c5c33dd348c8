"""People as the first channel tells of them."""

from __future__ import annotations

from storage.tables.numbers import FIRST
from workflow.kernel.tx import Sender


def account(number: int, name: str, username: str = "") -> Sender:
    """Somebody whose account has this number, as their private chat has."""
    return Sender(channel=FIRST, native_id=str(number), chat_id=number, name=name, username=username)
