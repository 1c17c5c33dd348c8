"""What may be done to a request: one row for each action, and everything that has a list of actions is made
from these rows. Where an action is bound to the function that does it: ``handlers/doing.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from storage.tables.words import State


class Action(StrEnum):
    """What somebody does to a request; also what its event says."""

    APPROVE = "approve"
    REJECT = "reject"
    LAPSE = "lapse"
    GO_OUT = "go_out"
    PUT_ANEW = "put_anew"
    ACCEPT = "accept"
    ANSWER = "answer"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    MARK = "mark"
    CHECK = "check"
    RETURN = "return"
    DECLINE = "decline"
    ASSIGN = "assign"
    GIVE_BACK = "give_back"
    HAND_ON = "hand_on"
    TRANSFER = "transfer"
    SPLIT = "split"
    MERGE = "merge"
    TAKE_OVER = "take_over"
    DELAY = "delay"
    NUDGE = "nudge"
    REUSE = "reuse"
    RELEASE = "release"
    WITHHOLD = "withhold"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    ASK = "ask"
    SNOOZE = "snooze"
    ACKNOWLEDGE = "ack"
    COMPLETE = "complete"
    PARTIAL = "partial"
    OUTCOME = "outcome"
    MORE = "more"
    TAKE_PART = "take_part"
    LOSE = "lose"
    ATTACH = "attach"
    RATE = "rate"
    COMMENT = "comment"
    EXPLAIN = "explain"
    EDIT = "edit"


class Who(StrEnum):
    """Who may, by the rule of that name in :mod:`workflow.organisation.rights`; whom it denies is told
    ``denied.<name>``."""

    APPROVER = "approver"  # of the asking unit, and never the asker
    NOBODY = "nobody"  # it happens by itself
    ASKED_HANDLERS = "asked_handlers"  # handlers and liaisons of the asked unit
    ASKED_LIAISON = "asked_liaison"
    ROUTER = "router"  # of the asked unit, or of the desk that is its window
    ANSWERER = "answerer"  # who has it, and the liaisons of their unit
    ANSWERED_BY = "answered_by"  # who gave the answer, and the liaisons of that unit, whoever is asked now
    OF_ASKED = "of_asked"  # the asked unit; whose answer it is is asked besides
    ASSIGNER = "assigner"
    TAKER = "taker"  # a liaison of a unit above the asked one
    QUESTIONER = "questioner"  # who stands above the asked unit
    ASKING_SIDE = "asking_side"
    ASKER = "asker"
    ASKING_LEAD = "asking_lead"  # the asking unit's liaison
    REMINDED = "reminded"  # those whom reminders of it go to; which of them heard one is asked besides
    EITHER_SIDE = "either_side"
    BY_ANSWER = (
        "by_answer"  # decided by what a unit has of an answer (``rights.share_of``), not by the request
    )


class Right(StrEnum):
    """What somebody may be let do with a request besides acting on it."""

    SEE = "see"  # that there is one, and its masked card
    FULL = "full"  # unmasked
    AUDIT = "audit"  # its record
    HOLD = "hold"  # keep it from being deleted
    REDIRECT = "redirect"  # have it go to a unit above one in which nobody can take it


class Side(StrEnum):
    """Where somebody stands who looks at a request."""

    APPROVER = "approver"  # of the asking unit, in private, where somebody else asks
    ASKER = "asker"
    ASKED = "asked"
    BOTH = "both"
    ABOVE = "above"  # of a unit over one of the two
    OBSERVER = "observer"


class Told(StrEnum):
    """Who is shown the event of an action among those of a request."""

    READERS = "readers"  # all who read the request
    HAVING = "having"  # it names who gave the answer: who has that answer
    ASKED = "asked"  # it tells how the asked unit goes about it: that unit, and who looks over it
    NOBODY = "nobody"  # it tells of another unit's request: it stands in the record alone


class Section(StrEnum):
    """What a list of reminders says of a request: who is to do what."""

    OWED = "owed"  # the asked unit, the next step
    RETURNED = "returned"  # the asker, what is missing
    ASKED = "asked"  # the asker hears that it is late
    ABOVE = "above"  # and a unit above


_PENDING, _UNAPPROVED = State.PENDING, State.UNAPPROVED
_OPEN, _ACCEPTED, _RETURNED = State.OPEN, State.ACCEPTED, State.RETURNED
_ANSWERED, _DECLINED, _CLOSED, _CANCELLED = State.ANSWERED, State.DECLINED, State.CLOSED, State.CANCELLED
#: In which something that was answered may stand: the whole of it, or a first part, whoever has the request since.
_WITH_ANSWER = (_OPEN, _ACCEPTED, _RETURNED, _ANSWERED, _CLOSED)


def _to(after: State, *states: State) -> dict[State, State]:
    return dict.fromkeys(states, after)


def _stays(*states: State) -> dict[State, State]:
    return {state: state for state in states}


#: (row, place in it) of a button.
Spot = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An action. What it is called stands in the catalogues: ``action.``, ``button.``, ``done.``, ``history.``
    and, where it has them, ``ask.``, ``menu.`` and its name."""

    who: Who
    #: From -> to; in other states it cannot be done.
    moves: Mapping[State, State] = field(default_factory=dict)
    by_asked: bool = False  # it is the act of the asked unit, whoever else the one who acts belongs to
    told: Told = Told.READERS
    more_time: bool = (
        False  # the asked unit gives itself more time: the time first set to answer stays on file
    )
    passes_on: bool = False  # another unit is asked from then on
    why: bool = False  # it is done with words that say why, which stand on the card
    #: Where its button stands on the card: of which side, in which state, in which row.
    card: Mapping[Side, Mapping[State, Spot]] = field(default_factory=dict)
    #: The sections of a list of reminders that have its button, for requests in which states.
    lists: Mapping[Section, tuple[State, ...]] = field(default_factory=dict)
    second: bool = False  # in the second row there, which a long list has no room for
    command: bool = False  # there is one of its name; #name, or # and one of its Chinese words, is the same
    menu: bool = False  # which stands in the menu
    chinese: tuple[str, ...] = ()  # what people type for it
    in_hand: bool = False  # words that name no request are for the one that somebody has in hand


#: In the order of the menu, and of the buttons under a list.
ACTIONS: dict[Action, Row] = {
    Action.APPROVE: Row(
        who=Who.APPROVER,
        moves=_to(_OPEN, _PENDING),
        card={Side.APPROVER: {_PENDING: (0, 0)}},
        command=True,
        menu=True,
        chinese=("批准",),
    ),
    Action.REJECT: Row(
        who=Who.APPROVER,
        moves=_to(_UNAPPROVED, _PENDING),
        why=True,
        card={Side.APPROVER: {_PENDING: (0, 1)}},
        command=True,
        menu=True,
        chinese=("驳回",),
    ),
    Action.LAPSE: Row(who=Who.NOBODY, moves=_to(_UNAPPROVED, _PENDING)),
    # An edit has made of it what needs no approval.
    Action.GO_OUT: Row(who=Who.ASKER, moves=_to(_OPEN, _PENDING)),
    # It was approved and returned, and its asker has made another of it.
    Action.PUT_ANEW: Row(who=Who.ASKER, moves=_to(_PENDING, _RETURNED)),
    Action.ACCEPT: Row(
        who=Who.ASKED_HANDLERS,
        by_asked=True,
        moves=_to(_ACCEPTED, _OPEN),
        card={Side.ASKED: {_OPEN: (0, 0)}},
        lists={Section.OWED: (_OPEN,)},
        command=True,
        menu=True,
        chinese=("受理",),
    ),
    Action.ANSWER: Row(
        who=Who.ANSWERER,
        by_asked=True,
        moves=_to(_ANSWERED, _OPEN, _ACCEPTED),
        card={Side.ASKED: {_ACCEPTED: (0, 0)}},
        lists={Section.OWED: (_ACCEPTED,)},
        command=True,
        menu=True,
        chinese=(
            "反馈",
            "答复",
            "回复",
        ),
        in_hand=True,
    ),
    Action.CORRECT: Row(
        who=Who.ANSWERED_BY,
        by_asked=True,
        moves=_stays(*_WITH_ANSWER),
        command=True,
        menu=True,
        chinese=(
            "更正",
            "勘误",
        ),
    ),
    Action.WITHDRAW: Row(
        who=Who.ANSWERED_BY,
        by_asked=True,
        # a first part, or what was given before it was opened anew: it is with whoever has it now
        moves=_stays(*_WITH_ANSWER) | _to(_ACCEPTED, _ANSWERED, _CLOSED),
        why=True,
        command=True,
        chinese=("撤回",),
    ),
    Action.MARK: Row(
        who=Who.ANSWERED_BY,
        by_asked=True,
        moves=_stays(*_WITH_ANSWER),
        command=True,
        chinese=("处理码",),
    ),
    # Its button stands on cards of types that want papers alone (:mod:`workflow.notices.checked`).
    Action.CHECK: Row(
        who=Who.ASKED_HANDLERS,
        by_asked=True,
        moves=_stays(_OPEN, _ACCEPTED),
        command=True,
        chinese=("核对材料", "核对"),
    ),
    Action.RETURN: Row(
        who=Who.ASKED_HANDLERS,
        by_asked=True,
        moves=_to(_RETURNED, _OPEN, _ACCEPTED),
        why=True,
        card={Side.ASKED: {_OPEN: (0, 1), _ACCEPTED: (0, 1)}},
        command=True,
        menu=True,
        chinese=("退回",),
        in_hand=True,
    ),
    Action.DECLINE: Row(
        who=Who.ASKED_LIAISON,
        by_asked=True,
        moves=_to(_DECLINED, _OPEN, _ACCEPTED),
        why=True,
        card={Side.ASKED: {_OPEN: (0, 2), _ACCEPTED: (1, 2)}},
        command=True,
        menu=True,
        chinese=("拒绝",),
        in_hand=True,
    ),
    Action.ASSIGN: Row(
        who=Who.ASSIGNER,
        by_asked=True,
        moves=_to(_ACCEPTED, _OPEN, _ACCEPTED),
        card={
            Side.ASKED: {_OPEN: (1, 0), _ACCEPTED: (1, 0)},
            Side.ABOVE: {_OPEN: (1, 0), _ACCEPTED: (1, 0)},
        },
        lists={Section.ABOVE: (_OPEN, _ACCEPTED)},
        second=True,
        command=True,
        menu=True,
        chinese=("转派",),
    ),
    # Who had it handles nothing there any more.
    Action.GIVE_BACK: Row(who=Who.NOBODY, by_asked=True, moves=_to(_OPEN, _ACCEPTED)),
    # A colleague is who asks from now on.
    Action.HAND_ON: Row(who=Who.ASKING_LEAD, moves=_stays(_OPEN, _ACCEPTED, _RETURNED, _ANSWERED)),
    Action.TRANSFER: Row(
        who=Who.ROUTER,
        by_asked=True,
        moves=_to(_OPEN, _OPEN, _ACCEPTED, _RETURNED),
        card={
            Side.ASKED: {_OPEN: (1, 1), _ACCEPTED: (1, 1)},
            Side.ABOVE: {_OPEN: (1, 1), _ACCEPTED: (1, 1)},
        },
        passes_on=True,
        command=True,
        menu=True,
        chinese=("转办",),
    ),
    # Parts for others, one answer outward.
    Action.SPLIT: Row(
        who=Who.ASKED_LIAISON,
        by_asked=True,
        moves=_to(_ACCEPTED, _OPEN, _ACCEPTED),
        card={Side.ASKED: {_OPEN: (2, 1), _ACCEPTED: (2, 1)}},
        command=True,
        menu=True,
        chinese=("分办",),
        told=Told.ASKED,
    ),
    Action.MERGE: Row(
        who=Who.ANSWERER,
        by_asked=True,
        moves=_stays(_OPEN, _ACCEPTED),
        card={Side.ASKED: {_OPEN: (2, 2), _ACCEPTED: (2, 2)}},
        command=True,
        menu=True,
        chinese=("汇总",),
        told=Told.ASKED,
    ),
    # A unit above does it itself: it is asked from then on, so that its answer is its own.
    Action.TAKE_OVER: Row(
        who=Who.TAKER,
        moves=_to(_OPEN, _OPEN, _ACCEPTED),
        passes_on=True,
        card={Side.ABOVE: {_OPEN: (1, 2), _ACCEPTED: (1, 2)}},
        lists={Section.ABOVE: (_OPEN, _ACCEPTED)},
        second=True,
        command=True,
        chinese=("接办",),
    ),
    Action.DELAY: Row(
        who=Who.ASKED_HANDLERS,
        by_asked=True,
        moves=_stays(_OPEN, _ACCEPTED),
        why=True,
        card={Side.ASKED: {_ACCEPTED: (0, 2)}},
        command=True,
        menu=True,
        chinese=("延期",),
        in_hand=True,
        more_time=True,
    ),
    Action.NUDGE: Row(
        who=Who.ASKING_SIDE,
        moves=_stays(_OPEN, _ACCEPTED),
        card={
            Side.ASKER: {_OPEN: (0, 0), _ACCEPTED: (0, 0)},
            Side.ABOVE: {_OPEN: (0, 0), _ACCEPTED: (0, 0)},
        },
        lists={Section.ASKED: (_OPEN, _ACCEPTED), Section.ABOVE: (_OPEN, _ACCEPTED)},
        command=True,
        menu=True,
        chinese=("催办",),
    ),
    Action.REUSE: Row(
        who=Who.ASKER,
        moves=_to(_ANSWERED, _OPEN, _ACCEPTED, _RETURNED),
        command=True,
        menu=True,
        chinese=("复用",),
    ),
    Action.RELEASE: Row(
        who=Who.BY_ANSWER,
        moves=_to(_ANSWERED, _OPEN, _ACCEPTED, _RETURNED),
        command=True,
        menu=True,
        chinese=("用此答复",),
        told=Told.HAVING,
    ),
    Action.WITHHOLD: Row(
        who=Who.BY_ANSWER,
        command=True,
        menu=True,
        chinese=("不提供",),
        told=Told.NOBODY,
    ),
    Action.CLOSE: Row(
        who=Who.ASKER,
        moves=_to(_CLOSED, _ANSWERED, _DECLINED),
        card={Side.ASKER: {_ANSWERED: (0, 0), _DECLINED: (0, 0)}},
        command=True,
        menu=True,
        chinese=("办结",),
    ),
    Action.REOPEN: Row(
        who=Who.ASKER,
        moves=_to(_OPEN, _ANSWERED, _DECLINED, _CLOSED),
        why=True,
        card={Side.ASKER: {_ANSWERED: (0, 1), _DECLINED: (0, 1), _CLOSED: (0, 0)}},
        command=True,
        menu=True,
        chinese=("重开",),
    ),
    Action.CANCEL: Row(
        who=Who.ASKER,
        moves=_to(_CANCELLED, _PENDING, _OPEN, _ACCEPTED, _RETURNED),
        card={Side.ASKER: {_PENDING: (0, 0), _OPEN: (0, 1), _ACCEPTED: (0, 1), _RETURNED: (0, 1)}},
        command=True,
        menu=True,
        chinese=("撤销",),
    ),
    Action.ASK: Row(
        who=Who.QUESTIONER,
        moves=_stays(_OPEN, _ACCEPTED),
        card={Side.ABOVE: {_OPEN: (0, 1), _ACCEPTED: (0, 1)}},
        lists={Section.ABOVE: (_OPEN, _ACCEPTED)},
        command=True,
        chinese=("问原因",),
    ),
    Action.SNOOZE: Row(
        who=Who.REMINDED,
        moves=_stays(_OPEN, _ACCEPTED, _RETURNED),
        lists={
            Section.OWED: (_OPEN, _ACCEPTED),
            Section.RETURNED: (_RETURNED,),
            Section.ABOVE: (_OPEN, _ACCEPTED),
        },
        second=True,
        command=True,
        menu=True,
        chinese=("稍后",),
    ),
    Action.ACKNOWLEDGE: Row(
        who=Who.REMINDED,
        moves=_stays(_OPEN, _ACCEPTED, _RETURNED),
        lists={
            Section.OWED: (_OPEN, _ACCEPTED),
            Section.RETURNED: (_RETURNED,),
            Section.ABOVE: (_OPEN, _ACCEPTED),
        },
        second=True,
        command=True,
        menu=True,
        chinese=("知道了", "收到"),
    ),
    Action.COMPLETE: Row(
        who=Who.ASKER,
        moves=_to(_OPEN, _RETURNED),
        card={Side.ASKER: {_RETURNED: (0, 0)}},
        lists={Section.RETURNED: (_RETURNED,)},
    ),
    Action.PARTIAL: Row(who=Who.ANSWERER, by_asked=True, moves=_to(_ACCEPTED, _OPEN, _ACCEPTED)),
    Action.OUTCOME: Row(
        who=Who.OF_ASKED,
        by_asked=True,
        # accepted: of a first part, to which nothing more comes after all
        moves=_to(_ANSWERED, _ACCEPTED, _ANSWERED) | _stays(_CLOSED),
    ),
    Action.MORE: Row(who=Who.OF_ASKED, by_asked=True, moves=_to(_ACCEPTED, _ACCEPTED, _ANSWERED)),
    Action.TAKE_PART: Row(
        who=Who.BY_ANSWER,
        moves=_stays(_OPEN, _ACCEPTED, _RETURNED),
        told=Told.HAVING,
    ),
    # The answer that it was given was withdrawn where it came from.
    Action.LOSE: Row(
        who=Who.BY_ANSWER,
        moves=_stays(_OPEN, _ACCEPTED, _RETURNED) | _to(_OPEN, _ANSWERED, _CLOSED),
        told=Told.HAVING,
    ),
    Action.ATTACH: Row(
        who=Who.BY_ANSWER,
        moves=_stays(_OPEN, _ACCEPTED, _RETURNED),
        told=Told.HAVING,
    ),
    Action.RATE: Row(who=Who.ASKER, moves=_stays(_CLOSED)),
    Action.COMMENT: Row(who=Who.EITHER_SIDE, moves=_stays(*State)),
    Action.EXPLAIN: Row(who=Who.EITHER_SIDE),
    Action.EDIT: Row(
        who=Who.ASKER,
        # of what was not approved: it is put to whoever approves once more
        moves=_stays(_PENDING, _OPEN, _ACCEPTED) | _to(_OPEN, _RETURNED) | _to(_PENDING, _UNAPPROVED),
    ),
}


#: Those after which another unit is asked.
PASSING_ON: frozenset[Action] = frozenset(action for action, row in ACTIONS.items() if row.passes_on)


def on_card(side: Side, state: str) -> tuple[tuple[Action, ...], ...]:
    """The rows of buttons that a side of a request has under its card."""
    rows: dict[int, list[tuple[int, Action]]] = {}
    for action, row in ACTIONS.items():
        if (spot := row.card.get(side, {}).get(State(state))) is not None:
            rows.setdefault(spot[0], []).append((spot[1], action))
    return tuple(tuple(action for _, action in sorted(rows[n])) for n in sorted(rows))


def in_list(section: Section, state: str, *, second: bool | None = None) -> tuple[Action, ...]:
    """What can be done at once about a request in a section of a list of reminders: in the first row of buttons, in the
    second one, or in either."""
    return tuple(
        action
        for action, row in ACTIONS.items()
        if State(state) in row.lists.get(section, ()) and second in (None, row.second)
    )
