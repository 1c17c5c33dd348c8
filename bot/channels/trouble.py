"""Why something was not sent, in words that mean the same in every channel."""

from __future__ import annotations

from enum import Enum, auto


class Trouble(Enum):
    """What an error of sending means for the line."""

    AGAIN = auto()  # of the network or of the platform: the same may succeed, or may have succeeded
    WAIT = auto()  # too fast: the chat takes nothing for so many seconds
    MOVED = auto()  # the chat is another one now
    NO_TOKEN = auto()  # nothing can be sent any more
    UNREACHABLE = auto()  # we were thrown out, blocked, muted; or the chat is gone
    NO_TOPIC = auto()  # the topic is closed or deleted
    NO_REPLY = auto()  # the message replied to is gone
    NO_MESSAGE = auto()  # the message to edit is gone, or too old
    SAME = auto()  # it shows that already
    MARKUP = auto()  # the platform does not understand our markup
    NEVER = auto()  # the call is wrong


class NotSent(Exception):
    """A call that failed. ``cause``: what the platform's library said of it."""

    def __init__(
        self, what: Trouble, cause: Exception, *, refused: bool = False, seconds: int = 0, moved_to: int = 0
    ) -> None:
        super().__init__(what.name)
        self.what, self.cause = what, cause
        self.refused = refused  # it was understood, and not done
        self.seconds, self.moved_to = seconds, moved_to
