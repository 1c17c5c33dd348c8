"""What a message may begin with instead of a command: ``#反馈``, ``#answer``, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from handlers import commands
from handlers.table import CHINESE, COMMANDS
from handlers.typed import split
from matching.form.form import marker
from matching.form.marker import tidy
from matching.text.normalise import fold
from workflow.kernel.actions import ACTIONS, Action
from workflow.request.requests import is_number, may_be_number

W = TypeVar("W", bound=str)
#: What stands behind the sign -> what it does.
HASHTAGS: dict[str, Action] = {
    word: action for action, row in ACTIONS.items() if row.command for word in (action.value, *row.chinese)
}
#: By # and a word of these a reply means a command that is no action (#查看, #mine): no comment.
_COMMANDS: dict[str, str] = {name: name for name in COMMANDS} | CHINESE
_LONGEST = max(len(word) for word in (*CHINESE, *HASHTAGS) if not word.isascii())
_TAG = re.compile(r"^[#＃]\s*(?:([A-Za-z]+(?:_[A-Za-z]+)*)|([\u4e00-\u9fff]+))")
_SIGN = re.compile(r"[#＃]\s*")
_BEHIND = re.compile(r"^[\s:：,，]*")
_ANSWERS: frozenset[str] = frozenset({Action.ANSWER, Action.CORRECT})


def action_of(text: str) -> tuple[Action | None, str]:
    """(the action that a text begins with, what follows it); (None, the text) where it begins with none."""
    return _begins(text, HASHTAGS)


def command_of(text: str) -> tuple[str | None, str]:
    """The same of any command's name or Chinese word, where it stands by itself: #记录仪视频 is about a camera."""
    return _begins(text, _COMMANDS, whole=True)


def _begins(text: str, words: Mapping[str, W], *, whole: bool = False) -> tuple[W | None, str]:
    """What the longest word behind the sign means, and what follows it. Folding leaves each sign in its place."""
    match = _TAG.match(fold(text))
    if match is None:
        return None, text
    latin, han = match[1], match[2]
    sizes = range(_LONGEST, 1, -1)
    for said in [latin.lower()] if latin else [han] if whole else [han[:size] for size in sizes]:
        if said in words:
            tag = _SIGN.match(text.strip())
            behind = tag.end() + len(said) if tag else 0
            return words[said], _BEHIND.sub("", text.strip()[behind:]).strip()
    return None, text


_WITHOUT_SIGN = re.compile(r"^(?:反馈|答复|answer)\s?[:：]\s*", re.IGNORECASE)


def in_reply(text: str) -> tuple[Action | None, str]:
    """The same in a reply to a card, where 反馈： without the sign can mean nothing else: as a comment the words
    of an answer would stand in both groups."""
    action, rest = action_of(text)
    if action is None and (begun := _WITHOUT_SIGN.match(text.strip())) is not None:
        return Action.ANSWER, text.strip()[begun.end() :]
    return action, rest


def as_answer(text: str, *, bot_username: str) -> str:
    """What a message says as an answer: without the command or the hashtag, and without the number."""
    text = tidy(text)
    marked = marker(text, bot_username=bot_username)
    if marked is not None and marked.kind == "mention":
        text = marked.rest
    command = commands.parse(text, bot_username=bot_username)
    if command is not None and command[0] in _ANSWERS:
        first, rest = split(command[1])
        return rest if may_be_number(first) else command[1]
    action, rest = action_of(text)
    if action not in _ANSWERS:
        return text
    first, behind = split(rest)
    return behind if is_number(first) else rest
