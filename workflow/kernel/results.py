"""What use cases return: what is now so, as values that a chat, a page and an API word each in its own way.

No value here holds a sentence. Where one holds a :class:`Text`, it is the name of something in the reader's
language (a type, a moment), by its key and parameters, which every surface can word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.tables.models import Request
from storage.tables.words import Handling, Quality, Source
from workflow.kernel.actions import Action
from workflow.kernel.examples import Example
from workflow.kernel.problems import Problem
from workflow.kernel.states import State
from workflow.kernel.text import Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """Something was done to a request, which now stands so."""

    action: Action
    request_id: int
    number: str
    state: State
    due_at: datetime | None = None


def done(request: Request, action: Action) -> Done:
    """That this was done to the request as it stands now."""
    return Done(
        action=action,
        request_id=request.id,
        number=request.number or "",
        state=State(request.state),
        due_at=request.due_at,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """An answer was given, or put right. ``suggested``: how it may have come out, the likely one first, where it
    was not said; nothing else is waited for. ``handling``: the code that was read in front of its words."""

    action: Action  # answer, correct
    request_id: int
    number: str
    state: State
    answer_id: int
    outcome: str | None
    partial: bool
    suggested: tuple[str, ...] = ()
    handling: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PapersToCheck:
    """The papers that the type of a request wants; ``marks``: of each whether it is there (``y``), is wanting (``n``)
    or has not been looked at (``-``). ``turned``: in the place of what was shown."""

    request_id: int
    number: str
    papers: tuple[str, ...]
    marks: str
    turned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawn:
    """An answer was taken back. ``again``: whether the unit that gave it is to answer again; else another one is
    asked by now, or has answered since."""

    request_id: int
    number: str
    state: State
    answer_id: int
    again: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Nothing of a request is deleted from now on."""

    request_id: int
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldReleased:
    """Holds of a request have ended; ``left``: so many that the actor knows of stand."""

    request_id: int
    number: str
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeSet:
    """How an answer came out."""

    request_id: int
    number: str
    state: State
    answer_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomesToPick:
    """How the last answer to a request may have come out, the likely one first."""

    request_id: int
    number: str
    answer_id: int
    suggested: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """What an answer carries: its handling code, and its evaluation where somebody has said one (such as B2)."""

    request_id: int
    number: str
    answer_id: int
    handling: str
    evaluation: str | None
    #: What may be said of it: the handling codes, the source, what it says.
    choices: tuple[tuple[str, ...], ...] = (tuple(Handling), tuple(Source), tuple(Quality))


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsWanted:
    """An action may be done to a request, and needs words."""

    action: Action
    request_id: int
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GroundsToChoose:
    """An action may be done, on one of these grounds. ``draft_id``: of the words that are kept meanwhile; None where
    nothing is. ``returns``: the request may be returned instead. ``again``: it was asked before."""

    action: Action
    request_id: int
    number: str
    options: tuple[str, ...]
    returns: bool
    draft_id: int | None = None
    again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToChoose:
    """To whom a request may go: handlers of the asked unit (assign), or units (transfer)."""

    action: Action
    request_id: int
    number: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LaterToChoose:
    """How long a reminder is put off. ``morning``: when the next one begins, which may be today's."""

    request_id: int
    number: str
    lengths: tuple[str, ...]  # as they are typed
    morning: datetime
    today: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PutOff:
    """Whoever was reminded of a request is reminded again then."""

    request_id: int
    number: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledged:
    """Somebody has seen a reminder. ``until``: so long the next one waits; None: it does not."""

    request_id: int
    number: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PartsOut:
    """A request was not answered, for parts of it are out. ``draft_id``: of the answer that is kept meanwhile; None
    where nothing is. ``again``: it was asked before."""

    request_id: int
    number: str
    parts: tuple[Text, ...]
    example: str  # a call that takes one of them off
    draft_id: int | None = None
    again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """What the parts of a request say together was put before who asked for it, in private."""

    request_id: int
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PartMade:
    """A part of a request: which unit is asked for it, and until when."""

    number: str
    unit: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitsToSplit:
    """The units that a request may be split to, those below the asked one first, but for those that have a part."""

    request_id: int
    number: str
    options: tuple[Option, ...]
    example: Example  # a call that would work


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """Parts of a request were made. ``left``: the units that are still to be had, where one was tapped."""

    request_id: int
    number: str
    state: State
    parts: tuple[PartMade, ...]
    left: UnitsToSplit | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimesToChoose:
    """A time that was given for a request can mean each of these, or, by ``code``, none of them as it was written.

    Nothing was changed. ``draft_id``: what keeps the words until one is chosen; None where no chat was at hand,
    and whoever calls says it anew.
    """

    action: Action
    request_id: int
    number: str
    given: str
    options: tuple[datetime, ...]
    code: str | None = None
    example: Example  # a call that would work
    draft_id: int | None = None
    again: bool = False  # the channel has delivered the words again: it was asked before


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """How much of a request an earlier answer answers: the ``whole``, or so many of its subjects."""

    whole: bool
    covered: int
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerGiven:
    """An earlier answer is now the request's, or, without ``taken``, lies beside it for reference. ``by_giver``: by
    the unit whose answer it is; else the asking unit took what it had been given."""

    request_id: int
    number: str
    state: State
    source_id: int
    by_giver: bool
    taken: Taken | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferPutAway:
    """An earlier answer is not for this request: withheld, handled anew (set_apart), or about another (not_same)."""

    action: str
    request_id: int
    number: str
    source_id: int
    source: str  # as the one who acts calls it


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """What was begun is not wanted, and nothing is left of it."""

    draft_id: int
    kind: str  # of the draft


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsUsed:
    """Words that were kept were used for the request that they were meant for, and this came of it."""

    draft_id: int
    result: Done | Answered | PartsOut | GroundsToChoose | TimesToChoose | Withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """What was posted is registered: a request for each unit that was asked. A post that came again has its
    numbers, and made nothing new."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftKept:
    """What was posted is no request yet; it is kept until something is done about its problems."""

    draft_id: int
    kind: str  # of the draft
    problems: tuple[Problem, ...] = ()
    hints: tuple[Text, ...] = ()
    read: tuple[Text, ...] = ()  # what sentences were read as
    until: datetime | None = None
    step: int = 0  # how much was said and chosen for it by now
    again: bool = False  # it was posted before, and asked about


@dataclass(frozen=True, kw_only=True, slots=True)
class Incomplete:
    """What was asked is no request yet, and is not kept, for it came from no chat: these are its problems."""

    problems: tuple[Problem, ...]
    hints: tuple[Text, ...] = ()
    read: tuple[Text, ...] = ()  # what sentences were read as


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """Words that look like a request are kept: whoever wrote them may say that they are one."""

    draft_id: int
    again: bool = False  # it was asked before


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBack:
    """What was registered was no request: it is cancelled. One for each unit that was asked."""

    done: tuple[Done, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TooMany:
    """Somebody has posted as often in a minute as they may. ``first``: for the first time in this minute."""

    most: int
    first: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """Requests that follow the edit of their post, and those that were too late for it."""

    request_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    late: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class InHand:
    """What somebody has taken and may act on, by id."""

    request_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unchanged:
    """What was said is so already, or is none of ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagged:
    """A request is seen by the group of the operation of this ``name``; or no longer, where it is not ``tagged``."""

    request_id: int
    number: str
    name: str
    tagged: bool
