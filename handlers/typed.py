"""A command as it was typed, and which request and whom it means."""

from __future__ import annotations

import re
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
        return str(user.native_id) if user is not None and not user.is_bot else typed


#: 2 人, 3 条: a small number and what it counts are words; not where another word only begins so
#: (2 名下无车, 2 个人信息).
_COUNTED = re.compile(
    r"\d{1,2}\s+(?:人(?![员口民脸像])|个(?![人体案])|名(?![下字为叫称单])|条(?![件例])|辆|台(?!湾)|件|"
    r"次(?!日)|份|枚|颗|部(?!分|门)"
    r"|天(?!津)|小时|分钟|套(?!牌|路)|(?:people|persons|men|women|records?|vehicles|cars|cases|days|hours|"
    r"times)(?![a-z]))\S*",
    re.IGNORECASE,
)


def split(text: str) -> tuple[str, str]:
    """The first word, and the rest. A number and what it counts are one."""
    if counted := _COUNTED.match(text.lstrip()):
        return counted.group(), text.lstrip()[counted.end() :].strip()
    first, *rest = text.split(maxsplit=1)[:2] or [""]
    return first, rest[0] if rest else ""


#: 7天, 7 日: how many days, as people type them.
_DAYS = re.compile(r"(?<!\S)(\d+)\s*[天日](?!\S)")


def days_as_typed(text: str) -> str:
    """Numbers of days in Chinese as the lengths of time that commands take: ``7d``."""
    return _DAYS.sub(r"\1d", text)
