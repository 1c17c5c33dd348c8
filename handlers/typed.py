"""A command as it was typed, and which request and whom it means."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.kernel.tx import Sender
from workflow.notices.attachments import FileIn
from workflow.request.requests import is_number


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A command as it was typed. ``replied``: the request that the message replies to, if any."""

    name: str
    args: str
    files: tuple[FileIn, ...] = ()
    replied: int | None = None
    replied_user: Sender | None = None
    mentioned: Sender | None = None

    def target(self) -> tuple[int | str, str]:
        """(which request, the rest): named in full, else the one replied to, else named by its counter."""
        first, rest = split(self.args)
        if self.replied is not None and not is_number(first):
            return self.replied, self.args
        return first, rest

    def whom(self, typed: str) -> str:
        """A person as typed, or as mentioned without a username, or as replied to."""
        user = self.mentioned or (None if typed else self.replied_user)
        return str(user.telegram_id) if user is not None and not user.is_bot else typed


def split(text: str) -> tuple[str, str]:
    """The first word, and the rest."""
    first, *rest = text.split(maxsplit=1)[:2] or [""]
    return first, rest[0] if rest else ""
