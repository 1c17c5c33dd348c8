"""What ``/inbox`` shows, as values."""

from __future__ import annotations

from dataclasses import dataclass

from storage.queries.tabs import Tab
from workflow.kernel.actions import Action
from workflow.kernel.text import Text
from workflow.lookup.views import SectionPage
from workflow.lookup.window_state import Looked

SEVERAL = "several"  # in the purpose of the message that asks for words: ``ask:several``


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A button that narrows the list down, or picks for what is done. ``key``: carried short, in the place of
    ``arg``."""

    does: str
    label: Text
    arg: str = ""
    key: str = ""
    on: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxPage:
    """A page of one of the three lists. ``counts``: of each; ``acts``: what may be done to several at once; ``kept``:
    by which the buttons name it."""

    kept: int
    unit: str
    looked: Looked
    pages: int
    sections: tuple[SectionPage, ...]
    counts: tuple[tuple[Tab, int], ...]
    narrowed: tuple[Text, ...] = ()
    choices: tuple[Choice, ...] = ()
    acts: tuple[Action, ...] = ()
    turned: bool = False
    several: Several | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsForSeveral:
    """The words that answer several requests are asked for."""

    kept: int
    outcome: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NotDone:
    number: str
    why: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Several:
    """What was done to several requests at once, and to which it was not done."""

    action: Action
    done: tuple[str, ...]
    refused: tuple[NotDone, ...]
    outcome: str = ""
