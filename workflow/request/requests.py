"""Requests: how one is found, who may touch it, and how its change is written down with its consequences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from storage.queries import answers as answer_rows
from storage.queries import requests as rows
from storage.tables.models import Answer, Request
from workflow.deadlines.deadlines import first_due, replan
from workflow.kernel.actions import PASSING_ON, Action, Right
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import Example, numbered, worded
from workflow.kernel.numbers import folded, number_of, read_number
from workflow.kernel.pressed import close_pickers
from workflow.kernel.states import TRANSITIONS, State, after
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import answers, due_lists
from workflow.notices.telling import handler_of, show, sides
from workflow.organisation import groups, involving, people, rights, units
from workflow.record.record import record
from workflow.request.family import check_parts, show_whole

Ref = int | str  #: a request's id (from a button or a reply), or what somebody typed

_COUNTER = re.compile(r"^#?(\d{1,9})$")

ENDED = (State.ANSWERED, State.CLOSED)  # with an answer, of which its asker has been told


def is_number(text: str) -> bool:
    """Whether this names a request in full: ``KS26-0042``, ``ks26_42``, ``/r_KS26_0042``, ``KS26-0042-1``."""
    return read_number(text) is not None


def may_be_number(text: str) -> bool:
    """Whether this may name a request: in full, or by its running number alone."""
    return is_number(text) or bool(_COUNTER.match(folded(text)))


async def access_request(
    tx: Tx, ref: Ref, action: Action | Right, *, example: Example, called: str = ""
) -> Request:
    """The request that somebody means, locked, if they may do this to it as it stands.

    ``example``: a call that would work, with the number of examples in it; ``called``: what
    they call it, where that is not the name of the action. Raises :class:`Refused`: where there is
    no such request (an imported one has no number, and nothing is done to it) and where they may not see
    it, in the same words; and in a group that it does not concern, which would read how it stands.
    """
    if isinstance(ref, str):
        if not folded(ref):
            raise Refused("error.number_missing", example=await _example(tx, action, example))
        request = await _named(tx, ref, example)
    else:
        request = await rows.hold(tx.session, ref)
    own = await _own_given(tx, request, action) if request is not None else []
    sees = request is not None and (bool(own) or may(tx, Right.SEE, request) is None)
    if request is None or request.number is None or not sees:
        if isinstance(ref, str):
            example = await _example(tx, action, example)
            raise Refused("error.number_unknown", given=_as_said(ref), example=example)
        raise Refused("denied.unseen")
    if not (await groups.concerns(tx, request) or await _answered_from_here(tx, own)):
        raise Refused("denied.elsewhere", bot=tx.policy.bot_username)
    return await check_allowed(tx, request, action, called=called)


def may(tx: Tx, action: Action | Right, request: Request) -> rights.Denied | None:
    """Whether the actor may do it to a request, by whatever they are to it."""
    who = involving.before_going_out(tx, tx.who, request)
    return rights.may(who, action, request, watching=involving.watchers(tx, request))


async def given_to(tx: Tx, request: Request) -> list[Answer]:
    """What was answered to a request itself, and stands: not what came to it from an earlier one."""
    given = await answer_rows.standing(tx.session, request.id)
    return [one.answer for one in given if one.answer.reused_from_id is None]


async def _own_given(tx: Tx, request: Request, action: Action | Right) -> list[Answer]:
    """The answers to a request that the actor may do this to: they are theirs, though another unit is asked by now
    whose request they would not see."""
    if action not in rights.OF_GIVEN:
        return []
    return [one for one in await given_to(tx, request) if rights.may_on_answer(tx.who, one) is None]


async def _answered_from_here(tx: Tx, own: Sequence[Answer]) -> bool:
    """Whether the chat at hand is a desk of the unit that gave one of these answers."""
    if tx.place is None or not own:
        return False
    desk = (await groups.scope_of(tx, tx.place.chat_id)).desk
    return any(one.unit_id in desk for one in own)


def _as_said(ref: str) -> str:
    """What somebody typed for a request: ``/r_ks26_42`` is KS26-0042 to them, else as it stands."""
    return read_number(ref) or ref


async def find_number(tx: Tx, text: str) -> Request | None:
    """The request of a full number, whoever may see it."""
    number = read_number(text)
    return await rows.by_number(tx.session, number) if number is not None else None


async def _named(tx: Tx, text: str, example: Example) -> Request | None:
    """``KS26-0042``, ``ks26_42``, ``/r_KS26_0042``, or just ``42`` among one's own of this year and the last."""
    text = folded(text)
    number = read_number(text)
    if number is not None:
        return await rows.by_number(tx.session, number, lock=True)
    only = _COUNTER.match(text)
    if not only:
        return None
    own = set(tx.who.units)
    if tx.who.admin and tx.place is not None:
        own |= {u.id for u in await groups.units_of(tx, tx.place.chat_id)}
    year = tx.now.astimezone(tx.policy.zone).year
    codes = [u.code for u in await units.current(tx)]
    possible = [number_of(code, y, int(only[1])) for code in codes for y in (year, year - 1)]
    found = [
        request
        for request in await rows.with_numbers(tx.session, possible, sorted(own))
        if await groups.concerns(tx, request)
    ]
    if len(found) > 1:
        numbers = [r.number for r in found]
        example = numbered(example, numbers[0])
        raise Refused("error.number_ambiguous", given=text, numbers=numbers, example=example)
    return await rows.hold(tx.session, found[0].id) if found else None


async def _example(tx: Tx, action: Action | Right, example: Example) -> Example:
    """The example with a number that would work for this person here, where there is one."""
    states = [state for state, possible in TRANSITIONS if possible == action] or None
    for request in await rows.newest_of(tx.session, sorted(tx.who.units), states):
        if (
            request.number
            and await _denied(tx, request, action) is None
            and await groups.concerns(tx, request)
        ):
            return numbered(example, request.number)
    return example


async def check_allowed(tx: Tx, request: Request, action: Action | Right, *, called: str = "") -> Request:
    """The request, if the actor, who may see it, may do this to it as it stands. Raises :class:`Refused`."""
    denied = await _denied(tx, request, action)
    if denied is not None:
        raise denied
    if isinstance(action, Right):
        return request
    refuse_purged(request)
    if after(request.state, action) is None or await _is_begun_anew(tx, request, action):
        if may(tx, Right.SEE, request) is not None:
            # Only what they once answered is theirs: how it stands with another unit by now is not.
            raise Refused("error.passed_on", action=t(f"action.{called or action}"), number=request.number)
        if action is Action.ANSWER and request.state in ENDED:
            example = numbered(worded("correct"), request.number)
            raise Refused("error.answered_already", number=request.number, example=example)
        raise Refused("error.state", action=t(f"action.{called or action}"), **await facts(tx, request))
    return request


async def _is_begun_anew(tx: Tx, request: Request, action: Action | Right) -> bool:
    """Whether the unit that gave the last answer is asked again by now, and has not taken the request yet: what it
    says next is for an answer of its own. One that has passed the request on has no other way to its answer."""
    if action not in rights.OF_GIVEN or request.state not in (State.OPEN, State.RETURNED):
        return False
    own = await _own_given(tx, request, action)
    return not own or own[-1].unit_id == request.to_unit_id


async def _denied(tx: Tx, request: Request, action: Action | Right) -> Refused | None:
    """What the actor is told who may not do this to a request, however it stands."""
    if action not in rights.OF_GIVEN:
        denied = may(tx, action, request)
        return Refused(denied.key, **await facts(tx, request)) if denied is not None else None
    given = await given_to(tx, request)
    denied = rights.may_on_given(tx.who, request, given)
    if denied is None:
        return None
    return await not_theirs(tx, request, given[-1] if given else None, denied.key)


async def not_theirs(tx: Tx, request: Request, answer: Answer | None, key: str) -> Refused:
    """That an answer is another's: whose it is."""
    said = await facts(tx, request)
    if answer is not None:
        said |= {"unit": await units.name_of(tx, answer.unit_id)}
    return Refused(key, **said)


def refuse_purged(request: Request) -> None:
    """Raises :class:`Refused` for a request whose content was deleted: nothing can be done to it any more."""
    if request.purged_at is not None:
        raise Refused("error.purged", number=request.number, at=request.purged_at)


async def facts(tx: Tx, request: Request) -> dict[str, Any]:
    """What a refusal may say about a request to somebody who may see it."""
    withheld = Body.of(request, tx.sealer).withheld_from if request.to_unit_id is None else None
    to_unit = await units.name_of(tx, request.to_unit_id or withheld)
    from_unit = await units.by_id(tx, request.from_unit_id)
    handler = await handler_of(tx, request)
    return {
        "number": request.number,
        "state": t(f"state.{request.state}"),
        "unit": to_unit,
        "from_unit": from_unit.name if from_unit else "",
        "holder": t("holder", name=people.name_of(tx, handler)) if handler else None,
    }


async def do_action(
    tx: Tx,
    request: Request,
    action: Action,
    /,
    *,
    detail: dict[str, Any] | None = None,
    stays: bool = False,
    **values: Any,
) -> str:
    """Do ``action``: change the row under its guard, write the event, replan, refresh all cards.

    ``stays``: the request stands as it did, for what was done concerns but one of its answers. Gives back the
    state before. Raises :class:`Refused` when somebody else was first.
    """
    before, unit, listed = request.state, request.to_unit_id, _as_listed(request)
    state = after(before, action)
    if state is None:
        raise Refused("error.state", action=t(f"action.{action}"), **await facts(tx, request))
    state = State(before) if stays else state
    await check_parts(tx, request, action)
    values = first_due(request, action, values)
    moved = _moved(request, values)
    if not await rows.change(tx.session, request, before=before, state=state, **values):
        await tx.session.refresh(request)
        if tx.actor is not None and may(tx, Right.SEE, request) is not None:
            raise Refused("error.passed_on", action=t(f"action.{action}"), number=request.number)
        raise Refused("error.too_late", **await facts(tx, request))
    if unit != request.to_unit_id:
        await involving.moved(tx, request, unit, await groups.desks_over(tx, request))
    await record(tx, request, action, before=before, after=state, **(moved | (detail or {})))
    await replan(tx, request, moved=action in PASSING_ON)
    await close_pickers(tx, request=request)
    await show(tx, request)
    await show_whole(tx, request)
    if not {before, state}.isdisjoint(ENDED):
        await answers.redraw(tx, request)
    if listed != _as_listed(request):
        await due_lists.redraw_with(tx, request, await _heard_in(tx, request, unit))
    return before


def _moved(request: Request, values: dict[str, Any]) -> dict[str, Any]:
    """What the record says of a deadline that is moved, whatever moves it: `/why` tells it from there."""
    due = values.get("due_at", request.due_at)
    if due == request.due_at:
        return {}
    return {"due_before": request.due_at, "due": due, "fixed": values.get("due_fixed", request.due_fixed)}


def _as_listed(request: Request) -> tuple[object, ...]:
    """What a list of reminders shows of how it stands."""
    return (request.state, request.to_unit_id, request.handler_id, request.due_at)


async def _heard_in(tx: Tx, request: Request, unit_id: int | None) -> list[int]:
    """The chats that may have been reminded of it: of both sides, of the ``unit_id`` that had it before, and, where
    it is late, of the units above."""
    late = request.due_at is not None and request.due_at <= tx.now
    told: list[int | None] = [u.id for u in await units.superiors(tx, unit_id or 0)] if late else []
    if unit_id != request.to_unit_id:
        told.append(unit_id)
    had = [chat for one in told for chat in await groups.groups_of(tx, one)]
    return list(dict.fromkeys([*(await sides(tx, request)).all, *had]))
