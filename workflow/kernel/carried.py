"""What a button carries: what it does, what it is about, and what else it needs. The data comes back from a chat,
where it may have been forged, so that whatever is done with it is checked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused

VERSION = "2"
FORMER = "1"  # of buttons that may stand in chats yet
MOST_BYTES = 64  # of a button's data, the least that a channel takes (Bot API, InlineKeyboardButton)
MOST_DIGITS = 18  # of a number in the data: what is longer is none of ours


class Press(StrEnum):
    """What a button does that is no action of its own: a step on the way to one, or about something else."""

    ASSIGN_TO = "assign_to"  # this one of the handlers
    REDIRECT = "redirect"  # to this unit above the one in which nobody can take it
    UNTIL = "until"  # until when an answer is delayed
    LATER = "later"  # so long a reminder is put off
    PAPERS = "papers"  # of a request: which are there
    PAPERS_DONE = "papers_done"  # all of it is said
    GROUND = "on_ground"  # on which a request is declined
    MERGED = "merged"  # what the parts of a request say together is its answer
    WITHOUT = "without"  # an answer is given though parts are out
    NOT_SAME = "not_same"  # an offered answer is about somebody else
    APART = "apart"  # to be handled on its own
    SHOW = "show"
    LOOK = "look"  # at a full text, for this purpose
    TRACE = "trace"  # what is about one subject or case, for this purpose
    PAGE = "page"  # of a list
    INBOX = "inbox"  # what is looked at in an inbox, and what is done to what was picked there
    ROUTE = "route"  # a draft without addressee, to this unit
    REGISTER = "register"  # what was said is a request
    DISMISS = "dismiss"  # it is none
    SET = "set"  # a field of a draft
    HELD = "held"  # words that were said are for this request
    LET_IN = "let_in"  # somebody who wants to join
    TURN_AWAY = "turn_away"
    BELONGS = "belongs"  # somebody still does, to a unit
    GONE = "gone"  # they do not
    NEXT_LIST = "next_list"  # of who is to be confirmed
    BIND = "bind"
    NOTE_LOOK = "note_look"  # at the whole of what a unit has shared, for this purpose
    NOTE_BACK = "note_back"  # it is shared no longer
    ALERT_TO = "alert_to"  # to whom an alert goes
    SEEN = "seen"  # a unit has seen an alert
    ALERT_LOOK = "alert_look"  # at the whole of it, for this purpose
    ALERT_BACK = "alert_back"  # it is taken back
    JOIN_OPERATION = "join_op"  # a unit takes part in an operation
    STAY_OUT = "stay_out"  # it does not
    TAG = "tag"  # a request is of an operation
    UNTAG = "untag"
    CLOSE_INTO = "close_into"  # a unit, and this one takes over
    CLOSE_UNIT = "close_unit"  # as was shown
    AUDIT_FILE = "audit_file"  # what was found in the record, as a file
    AUDIT_GIVE = "audit_give"  # the same, for this purpose
    LEDGER_GIVE = "ledger_give"  # a unit's ledger, for this purpose
    LEDGER_TAKE = "ledger_take"  # the ledger that was sent and looked at
    LEDGER_CORRECT = "ledger_correct"  # the same, and rows on file are corrected by it
    LEDGER_COLUMN = "ledger_column"  # what was proposed for one of its columns
    LEDGER_HEADER = "ledger_header"  # which of its rows names the columns
    LEDGER_DROP = "ledger_drop"
    LEDGER_UNDO = "ledger_undo"  # an import


@dataclass(frozen=True, slots=True)
class Carried:
    """``id``: of the request or draft, of whatever else it is about. ``args``: what follows it."""

    does: Action | Press
    id: int
    args: tuple[str, ...] = ()

    def pack(self) -> str:
        """``2:<does>:<id>[:<arg>…]``. Raises ``ValueError`` where no button can carry that much."""
        data = ":".join((VERSION, self.does, str(self.id), *self.args))
        if len(data.encode()) > MOST_BYTES:
            raise ValueError(f"more than a button can carry: {data}")
        return data

    @classmethod
    def unpack(cls, data: str) -> Carried:
        """The inverse of :meth:`pack`. Raises :class:`Refused` for data that no button of ours has."""
        match data.split(":"):
            case [version, word, given, *args] if version in _WORDS:
                does, number = _WORDS[version].get(word), _number(given)
                if does is not None and number is not None:
                    return cls(does, number, tuple(args))
        raise Refused("error.button_old")

    @property
    def numbers(self) -> tuple[int, ...]:
        """All that may be the id of a request in it: a button under one of two says both."""
        return (self.id, *(number for arg in self.args if (number := _number(arg)) is not None))

    @property
    def number(self) -> int:
        """The one argument, a number. Raises :class:`Refused` for anything else."""
        return as_number(self.word)

    @property
    def word(self) -> str:
        """The one argument as it stands. Raises :class:`Refused` for none or several."""
        return self.words(1)[0]

    def words(self, count: int) -> tuple[str, ...]:
        """So many arguments as they stand. Raises :class:`Refused` for fewer or more."""
        if len(self.args) != count:
            raise Refused("error.button_old")
        return self.args


def carry(does: Action | Press, about: int, *args: int | str) -> str:
    """The data of a button, packed."""
    return Carried(does, about, tuple(map(str, args))).pack()


def key_of(listed: str) -> str:
    """One of a configured list as a button carries it: short, and still the same when others are added to the list."""
    return f"p{blake2b(listed.encode(), digest_size=4).hexdigest()}"


def meant(key: str, listed: Sequence[str]) -> str:
    """The one of a list that a button carries. Raises :class:`Refused` for one that there is not (any more)."""
    found = next((one for one in listed if key_of(one) == key), None)
    if found is None:
        raise Refused("error.button_old")
    return found


def as_number(arg: str) -> int:
    """An argument that is a number. Raises :class:`Refused` for anything else."""
    number = _number(arg)
    if number is None:
        raise Refused("error.button_old")
    return number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


#: No word is both.
_NOW: dict[str, Action | Press] = {word.value: word for words in (Press, Action) for word in words}
#: By the version of the button. What approves a request today let somebody in then.
_WORDS: dict[str, dict[str, Action | Press]] = {
    VERSION: _NOW,
    FORMER: _NOW | {"approve": Press.LET_IN},
}
