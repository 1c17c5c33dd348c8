"""Who may do what to which request. Default: no. Every path that reads or changes a request asks here.

Being in a group is not a right; a membership that still holds is. The roles: officer,
handler (协作员), liaison (联络员), supervisor, approver (审批人); admins come from the configuration and may do
what a liaison of any unit may, except answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from storage.tables.words import Handling, State
from workflow.kernel.actions import ACTIONS, Action, Right, Who
from workflow.kernel.numbers import is_of_unit, is_part
from workflow.kernel.policy import Policy
from workflow.kernel.roles import APPROVING, HANDLING, LEADING, LOOKING, OVERSEEING, WATCHING, by_liaison
from workflow.kernel.tx import Actor


def runs_desk(policy: Policy, chat_id: int | None) -> bool:
    """Whether somebody is one of those whom the configuration names as admins of the desk: who is looked at before
    there is an actor (a file is not fetched for others), and what makes an actor one. By their private chat with us:
    its number is of one channel alone, an account may be called alike in two."""
    return chat_id is not None and chat_id in policy.admins


class RequestFacts(Protocol):
    """What rights look at; a row of ``requests`` has it."""

    number: str | None
    asker_id: int | None
    handler_id: int | None
    from_unit_id: int | None
    to_unit_id: int | None
    state: str
    asked_at: datetime
    confidential: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerFacts:
    """What rights look at of an answer: whose it is and to whom it was given. None: a unit that this desk
    does not know, which is nobody's."""

    given_by: int | None
    given_to: int | None
    handling: Handling = Handling.H1
    #: A unit that may take it, for the one request that it is looked at for: by agreement with the giver, about a
    #: number that both requests name whole (:mod:`workflow.reuse.agreed`).
    agreed_with: int | None = None


class Share(StrEnum):
    """What a unit has of an answer."""

    GOT = "got"  # it asked, and was given it
    GAVE = "gave"  # it is its own
    AGREED = "agreed"  # it may take it, by agreement of the two units


class Answered(Protocol):
    """Who gave an answer; a row of ``answers`` has it."""

    person_id: int | None
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Denied:
    """Why not: a catalogue key."""

    key: str


def is_asker(actor: Actor, request: RequestFacts) -> bool:
    """The asker, who must still belong to the asking unit: leavers lose access at once."""
    return request.asker_id == actor.person_id and actor.role_in(request.from_unit_id) is not None


def _asks(actor: Actor, request: RequestFacts) -> bool:
    """The asker; of a part whoever handles requests of the unit that split the whole: its desk asks, not one person."""
    desk = is_part(request.number) and actor.role_in(request.from_unit_id) in HANDLING
    return desk or is_asker(actor, request)


def is_handler(actor: Actor, request: RequestFacts) -> bool:
    """The one who has it, and who must still belong to the asked unit."""
    there = actor.role_in(request.to_unit_id) is not None or deputises(actor, request)
    return request.handler_id is not None and request.handler_id == actor.person_id and there


def deputises(actor: Actor, request: RequestFacts) -> bool:
    """Whether a unit in which somebody handles requests stands in for the asked one, for this request: it came since
    then, is not confidential, and neither it nor what it is part of is asked by the unit that stands in."""
    return not request.confidential and any(
        one.unit_id == request.to_unit_id
        and one.since <= request.asked_at
        and not _is_asked_by(actor, one.by, request)
        and actor.settled_in(one.by)
        for one in actor.deputises
    )


def _is_asked_by(actor: Actor, unit_id: int, request: RequestFacts) -> bool:
    """Whether a unit of somebody's asks it, or what it is part of: the whole's number tells by which unit."""
    whole = any(s.unit_id == unit_id and is_of_unit(request.number, s.code) for s in actor.standings)
    return unit_id == request.from_unit_id or (is_part(request.number) and whole)


def works_on(actor: Actor, request: RequestFacts) -> bool:
    """Whether a request is somebody's own work, at which they look daily: they are not asked why."""
    to_approve = request.state == State.PENDING and approves(actor, request)
    return is_asker(actor, request) or is_handler(actor, request) or to_approve


def liaison_of(actor: Actor, unit_id: int | None) -> bool:
    return actor.role_in(unit_id) in LEADING


def leads(actor: Actor, unit_id: int | None) -> bool:
    """Liaison of the unit, or an admin, who may do the same."""
    return liaison_of(actor, unit_id) or actor.admin


def approves(actor: Actor, request: RequestFacts) -> bool:
    """Says whether a request goes out: a liaison or an approver of the asking unit, or an admin, and never who asks,
    whatever else they are."""
    may_approve = actor.role_in(request.from_unit_id) in APPROVING or actor.admin
    may_approve = may_approve or at_desk_of(actor, request.from_unit_id, APPROVING)
    return may_approve and request.asker_id is not None and request.asker_id != actor.person_id


def works_for_asked(actor: Actor, request: RequestFacts) -> bool:
    """Handles what the asked unit is asked: its own handlers and liaisons, those of a unit that stands in for it."""
    return actor.role_in(request.to_unit_id) in HANDLING or deputises(actor, request) or actor.admin


def shapes(actor: Actor, unit_id: int | None) -> bool:
    """Says how a unit is called and where it stands: an admin, or a liaison of a unit above it."""
    return actor.admin or any(s.role in LEADING and unit_id in s.below for s in actor.standings)


def may_place_under(actor: Actor, unit_id: int | None) -> bool:
    """Whether somebody may put units under this one: who leads it, or shapes it; at the top, an admin."""
    return leads(actor, unit_id) or shapes(actor, unit_id)


def oversees(actor: Actor, unit_id: int | None) -> bool:
    """Liaison or supervisor of a unit that stands above this one, at whatever height."""
    return any(unit_id in s.below for s in actor.standings if s.role in OVERSEEING)


def at_desk_of(actor: Actor, unit_id: int | None, roles: Collection[str]) -> bool:
    """Has one of these roles in the unit whose desk is the one window of another
    (:func:`workflow.organisation.groups.covered`)."""
    return any(unit_id in s.window and s.role in roles for s in actor.standings)


def looks_on(actor: Actor, request: RequestFacts) -> bool:
    """Works at the desk that is the one window of either unit, or looks after it. Of what has not gone out, nobody but
    who approves it."""
    if request.to_unit_id is None:
        return request.state == State.PENDING and approves(actor, request)
    either = (request.from_unit_id, request.to_unit_id)
    return any(at_desk_of(actor, unit_id, HANDLING | LOOKING) for unit_id in either)


def _router(actor: Actor, request: RequestFacts) -> bool:
    """Leads the asked unit, or the one whose desk is its window."""
    return leads(actor, request.to_unit_id) or at_desk_of(actor, request.to_unit_id, LEADING)


def _asked_liaison(actor: Actor, request: RequestFacts) -> bool:
    return leads(actor, request.to_unit_id)


def acts_for(actor: Actor, request: RequestFacts) -> int | None:
    """The unit for which somebody who does not answer a request speaks about it: the asking one, else their own
    that stands above, else the asked one."""
    if actor.role_in(request.from_unit_id) is not None:
        return request.from_unit_id
    above = next((s.unit_id for s in actor.standings if request.to_unit_id in s.below), None)
    return above if above is not None else next((u for u in actor.units if u == request.to_unit_id), None)


def _assigner(actor: Actor, request: RequestFacts) -> bool:
    """Whoever leads the asked unit, or stands above it: within one's own tree."""
    return leads(actor, request.to_unit_id) or oversees(actor, request.to_unit_id)


def _taker(actor: Actor, request: RequestFacts) -> bool:
    """A liaison of a unit above the asked one, or an admin: who only supervises looks, and handles nothing."""
    return any(request.to_unit_id in s.below and s.role in LEADING for s in actor.standings) or actor.admin


def _questioner(actor: Actor, request: RequestFacts) -> bool:
    """Who stands above the asked unit."""
    return oversees(actor, request.to_unit_id)


def _asking_lead(actor: Actor, request: RequestFacts) -> bool:
    return leads(actor, request.from_unit_id)


def _answerer(actor: Actor, request: RequestFacts) -> bool:
    return is_handler(actor, request) or liaison_of(actor, request.to_unit_id)


def _of_asked(actor: Actor, request: RequestFacts) -> bool:
    """Belongs to the asked unit; of the answer itself :func:`may_on_answer` is asked besides."""
    return actor.role_in(request.to_unit_id) is not None


def _nudger(actor: Actor, request: RequestFacts) -> bool:
    """The asking side, who stands above the asked unit, and the desk that is the window of either."""
    at_desk = any(at_desk_of(actor, unit, HANDLING) for unit in (request.from_unit_id, request.to_unit_id))
    return _asking(actor, request) or oversees(actor, request.to_unit_id) or at_desk


def _asking(actor: Actor, request: RequestFacts) -> bool:
    return _asks(actor, request) or leads(actor, request.from_unit_id)


def _reminded(actor: Actor, request: RequestFacts) -> bool:
    """Whoever owes the next step, and who stands above them."""
    if request.state == State.RETURNED:
        return is_asker(actor, request) or leads(actor, request.from_unit_id)
    return works_for_asked(actor, request) or oversees(actor, request.to_unit_id)


def _either_side(actor: Actor, request: RequestFacts) -> bool:
    """Whoever belongs to one of the two units; a newcomer only as the one who asks."""
    return (
        is_asker(actor, request)
        or actor.settled_in(request.from_unit_id)
        or actor.settled_in(request.to_unit_id)
        or deputises(actor, request)
        or actor.admin
    )


def _seer(actor: Actor, request: RequestFacts) -> bool:
    """Both sides, and who stands above either: those see the masked card."""
    return _either_side(actor, request) or stands_above(actor, request) or looks_on(actor, request)


def stands_above(actor: Actor, request: RequestFacts) -> bool:
    """Stands above one of the two units. Of what has not gone out, nobody: the unit above may be the one that is to be
    asked."""
    if request.to_unit_id is None:
        return False
    return oversees(actor, request.to_unit_id) or oversees(actor, request.from_unit_id)


def _full(actor: Actor, request: RequestFacts) -> bool:
    """Unmasked: the asker, the one who has it, handlers and liaisons of the asked unit, liaisons and
    supervisors of the asking one, who is to approve it, admins. An officer who merely sits in the group sees the
    masked card."""
    return (
        _asks(actor, request)
        or is_handler(actor, request)
        or works_for_asked(actor, request)
        or actor.role_in(request.from_unit_id) in LOOKING
        or actor.role_in(request.to_unit_id) in LOOKING
        or (request.state == State.PENDING and approves(actor, request))
    )


def _auditor(actor: Actor, request: RequestFacts) -> bool:
    """Who looks after one of the two units, or stands above one."""
    after = looks_after(actor, request.from_unit_id) or looks_after(actor, request.to_unit_id)
    return after or stands_above(actor, request)


Rule = Callable[[Actor, RequestFacts], bool]

#: The rules that the table of actions names.
BY_NAME: dict[Who, Rule] = {
    Who.APPROVER: approves,
    Who.NOBODY: lambda actor, request: False,
    Who.ASKED_HANDLERS: works_for_asked,
    Who.ASKED_LIAISON: _asked_liaison,
    Who.ROUTER: _router,
    Who.ANSWERER: _answerer,
    Who.OF_ASKED: _of_asked,
    Who.ASSIGNER: _assigner,
    Who.TAKER: _taker,
    Who.QUESTIONER: _questioner,
    Who.ASKING_SIDE: _nudger,
    Who.ASKER: _asks,
    Who.ASKING_LEAD: _asking_lead,
    Who.REMINDED: _reminded,
    Who.EITHER_SIDE: _either_side,
}
#: Actions that depend on an answer, not on the request alone: decided by :func:`share_of` and what follows from it.
BY_ANSWER = frozenset(action for action, row in ACTIONS.items() if row.who is Who.BY_ANSWER)
#: Actions on an answer that was given to the request: decided by :func:`may_on_given`.
OF_GIVEN = frozenset(action for action, row in ACTIONS.items() if row.who is Who.ANSWERED_BY)

#: action or right -> (rule, what to say to whom it denies)
RULES: dict[Action | Right, tuple[Rule, str]] = {
    **{
        action: (BY_NAME[row.who], f"denied.{row.who}")
        for action, row in ACTIONS.items()
        if action not in BY_ANSWER | OF_GIVEN
    },
    Right.SEE: (_seer, "denied.either_side"),
    Right.FULL: (_full, "denied.full"),
    Right.AUDIT: (_auditor, "denied.audit"),
    Right.HOLD: (_auditor, "denied.hold"),
    Right.REDIRECT: (_asking, "denied.redirect"),
}
NOBODY: tuple[Rule, str] = (lambda actor, request: False, "denied.nobody")


#: What is left to a unit that was asked and has passed a request on: it sees the masked card, and may nudge.
LEFT_TO_WATCHERS: tuple[Action | Right, ...] = (Right.SEE, Action.NUDGE)


def may(
    actor: Actor, action: Action | Right, request: RequestFacts, *, watching: Collection[int] = ()
) -> Denied | None:
    """None when the actor may; else why not. An action without a rule is denied. ``watching``: the units that have
    passed the request on (:func:`workflow.organisation.involving.watchers`)."""
    rule, key = RULES.get(action, NOBODY)
    if rule(actor, request) or (action in LEFT_TO_WATCHERS and watches(actor, watching)):
        return None
    return Denied(key)


def watches(actor: Actor, watching: Collection[int]) -> bool:
    """Works for a unit that has passed a request on, or looks after one."""
    return any(s.unit_id in watching and s.role in HANDLING | LOOKING for s in actor.standings)


def share_of(unit_id: int | None, answer: AnswerFacts) -> Share | None:
    """What a unit has of an answer; None, the default, is nothing: it does not even learn that there is one.

    Every path that offers, reuses, releases, shows, finds, points out or exports an answer asks this, and
    nothing else decides it.
    """
    if unit_id is None:
        return None
    if unit_id == answer.given_to:
        return Share.GOT
    if unit_id == answer.given_by:
        return Share.GAVE
    return Share.AGREED if unit_id == answer.agreed_with and answer.handling in PASSED_ON else None


#: What an agreement covers; for more the giver is asked.
PASSED_ON = frozenset({Handling.H0, Handling.H1})


def may_be_used_again(answer: AnswerFacts) -> bool:
    """Whether an answer may answer another request at all, whoever gives or takes it."""
    return answer.handling is not Handling.H3


def may_have_answer(actor: Actor, answer: AnswerFacts, *, for_unit: int | None) -> bool:
    """Whether somebody may take an earlier answer for what they ask in a unit's name: that unit got it, or has
    agreed with the giver."""
    taken = share_of(for_unit, answer) in (Share.GOT, Share.AGREED)
    return actor.settled_in(for_unit) and taken and may_be_used_again(answer)


def may_give_answer(actor: Actor, answer: AnswerFacts) -> bool:
    """Whether somebody may release an answer to who did not get it: a handler or liaison of the unit whose it
    is. An admin may not: it is answering."""
    handles = actor.settled_in(answer.given_by) and actor.role_in(answer.given_by) in HANDLING
    return handles and may_be_used_again(answer)


def may_withhold_answer(actor: Actor, answer: AnswerFacts) -> bool:
    """Whether somebody may say that an answer is not for others."""
    handles = actor.settled_in(answer.given_by) and actor.role_in(answer.given_by) in HANDLING
    return handles or (actor.admin and answer.given_by is not None)


def may_look_for(actor: Actor) -> bool:
    """Whether somebody may look for earlier requests at all: not before a liaison has confirmed them."""
    return not actor.newcomer or actor.admin


def may_read_answer(unit_ids: Iterable[int], answer: AnswerFacts) -> bool:
    """Whether a place may show an answer: every unit that reads there has it."""
    readers = list(unit_ids)
    return bool(readers) and all(share_of(unit_id, answer) is not None for unit_id in readers)


def may_on_answer(actor: Actor, answer: Answered) -> Denied | None:
    """Whether the actor may say how an answer came out, put it right, take it back or mark it: who gave it, while
    they belong to the unit that they gave it for, and that unit's liaisons. Who is asked now is no matter."""
    gave_it = answer.person_id is not None and answer.person_id == actor.person_id
    if (gave_it and actor.role_in(answer.unit_id) is not None) or liaison_of(actor, answer.unit_id):
        return None
    return Denied("denied.answered_by")


def may_on_given(actor: Actor, request: RequestFacts, given: Collection[Answered]) -> Denied | None:
    """Whether the actor may do one of :data:`OF_GIVEN` to something of what was given to a request. ``given``: what
    stands of it. Where that is nothing, the asked unit may hear so."""
    if not given:
        return None if _of_asked(actor, request) else Denied("denied.answered_by")
    return None if any(may_on_answer(actor, one) is None for one in given) else Denied("denied.answered_by")


def looks_after(actor: Actor, unit_id: int | None) -> bool:
    """Leads the unit, or supervises it, which is to look and not to touch."""
    return leads(actor, unit_id) or actor.role_in(unit_id) in LOOKING


def hears_of_pending(actor: Actor, unit_id: int | None) -> bool:
    """May be told how much of what the unit asks has not gone out: its own people. Not who stands above it, whose
    unit may be the one that is to be asked."""
    return actor.role_in(unit_id) is not None or actor.admin


def looks_over(actor: Actor, unit_id: int | None) -> bool:
    """Looks after it, or after what it lies below."""
    return looks_after(actor, unit_id) or oversees(actor, unit_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """Whose acts somebody may be told of, by ``/watch``."""

    units: frozenset[int]  #: by whom was asked, answered, refused, read
    own: frozenset[int]  #: of which they belong to themselves: what has not gone out is known to nobody else
    confidential: frozenset[
        int
    ]  #: of which they hear that a confidential request is about whom another is about
    everything: bool = False  #: an admin: also what was done for no unit

    def sees(self, from_unit: int | None, to_unit: int | None) -> bool:
        """Whether they may be told which request it is."""
        out = to_unit is not None and not {from_unit, to_unit}.isdisjoint(self.units)
        return out or from_unit in self.own


def watched(actor: Actor, every: Collection[int]) -> Watched | None:
    """A supervisor watches the unit and all below it, a liaison the unit alone, an admin all (``every``); who does not
    is told None."""
    led = {s.unit_id for s in actor.standings if s.role in LEADING}
    over = [s for s in actor.standings if s.role in WATCHING]
    below = frozenset[int]().union(*(s.below for s in over))
    own = frozenset({*led, *(s.unit_id for s in over)})
    supervised = below | {s.unit_id for s in over}
    if actor.admin:
        every = frozenset(every)
        return Watched(units=every, own=every, confidential=supervised, everything=True)
    return Watched(units=own | below, own=own, confidential=supervised) if own else None


def sees_hold(actor: Actor, unit_id: int | None) -> bool:
    """Learns that a unit has a request held, or has looked into its record: who looks after that unit or stands above
    it. The other side of the request does not, for it may be what is looked into."""
    return actor.admin or looks_over(actor, unit_id)


def may_audit_anything(actor: Actor) -> bool:
    """Whether somebody looks into records at all: they look after a unit, or are an admin."""
    return actor.admin or any(looks_after(actor, unit) for unit in actor.units)


def looking_for(actor: Actor, *unit_ids: int | None) -> Actor:
    """Who acts, as those of their memberships by which they look over these units: what they look at is done for
    that unit, whatever else they belong to."""
    standings = tuple(
        s
        for s in actor.standings
        if (s.unit_id in unit_ids and s.role in LEADING | LOOKING)
        or (s.role in OVERSEEING and s.below.intersection(u for u in unit_ids if u is not None))
    )
    return replace(actor, standings=standings) if standings else actor


def may_release(actor: Actor, *, placed_by: int | None, unit_id: int | None) -> bool:
    """Ends a hold: who placed it, as long as they look after its unit; a supervisor of that unit; who stands above
    it; an admin. Not each liaison of it, who may be the one that is looked into."""
    own = placed_by == actor.person_id and (looks_over(actor, unit_id) or unit_id is None)
    supervises = actor.role_in(unit_id) in LOOKING and not liaison_of(actor, unit_id)
    return own or supervises or oversees(actor, unit_id) or actor.admin


def speaks_for(actor: Actor) -> tuple[int, ...]:
    """The units for which somebody may say something to others: those that they lead or supervise."""
    return tuple(s.unit_id for s in actor.standings if s.role in LEADING | LOOKING)


def acknowledges(actor: Actor, unit_id: int | None) -> bool:
    """Says for a unit that it has seen what was said to it, and reads that whole: who handles, leads or supervises
    there."""
    return actor.role_in(unit_id) in HANDLING | LOOKING


def joins_for(actor: Actor, unit_id: int | None) -> bool:
    """Says for a unit that it takes part in an operation: who leads or supervises it, or stands above it. Not an
    admin, who asks them: the unit's requests are read by others there."""
    return actor.role_in(unit_id) in LEADING | LOOKING or oversees(actor, unit_id)


def runs_operation(actor: Actor, unit_ids: Iterable[int]) -> bool:
    """Begins, prolongs and ends an operation of these units: an admin, or who may say for one of them that it takes
    part."""
    return actor.admin or any(joins_for(actor, unit_id) for unit_id in unit_ids)


class Belongs(Protocol):
    """Who belongs to which unit, as what; a row of ``memberships`` has it."""

    @property
    def person_id(self) -> int: ...
    @property
    def unit_id(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def role_then(self) -> str | None: ...


def may_confirm(actor: Actor, membership: Belongs) -> bool:
    """Says whether somebody still belongs to a unit: whoever may give them their role, and never they themselves."""
    if membership.person_id == actor.person_id:
        return False
    return (
        leads(actor, membership.unit_id) if by_liaison(membership.role, membership.role_then) else actor.admin
    )


def _watches(actor: Actor, unit_id: int | None) -> bool:
    reach = watched(actor, ())
    return actor.admin or (reach is not None and unit_id in reach.units)


#: commands that concern a unit, not a request -> who may
UNIT_RULES: dict[str, Callable[[Actor, int | None], bool]] = {
    "inbox": lambda actor, unit: looks_over(actor, unit) or actor.role_in(unit) in HANDLING | APPROVING,
    "overdue": looks_over,
    "stats": looks_over,
    "report": looks_over,
    "digest": looks_over,
    "export": leads,
    "drill": leads,
    "watch": _watches,
    "audit": looks_over,
    "members": looks_after,
    "role": leads,
    "attest": leads,
    "handover": leads,
    "roster": looks_over,
    "duty": leads,
    "duty_look": lambda actor, unit: looks_over(actor, unit) or actor.role_in(unit) in HANDLING,
    "duty_note": lambda actor, unit: actor.role_in(unit) in HANDLING,
    "unit": looks_over,
    "ask": lambda actor, unit: actor.role_in(unit) is not None,
}


def may_for_unit(actor: Actor, command: str, unit_id: int | None) -> bool:
    rule = UNIT_RULES.get(command)
    return rule is not None and rule(actor, unit_id)
