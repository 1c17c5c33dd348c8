"""Whose an answer is, and what a place may show of one that was taken from an earlier request.

An answer belongs to the unit that gave it and was given to the unit that asked. Who may do what with it is
decided in :mod:`workflow.organisation.rights`; here its rows are brought to that question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from storage.queries import answers as answer_rows
from storage.tables.models import Answer, Event, Request
from storage.tables.words import Handling
from workflow.kernel.actions import ACTIONS, Action, Told
from workflow.kernel.body import Body
from workflow.kernel.tx import Actor, Tx
from workflow.organisation import groups, rights, units
from workflow.organisation.rights import PASSED_ON, AnswerFacts, may_read_answer

REFERENCE = "reference"  # kind of a comment: an earlier answer that was attached, and answers nothing
#: Events that tell of another unit's request: they stand in the record, not in what the readers of one request
#: are shown of it. Who gave an answer to whom is nobody else's business.
OTHERS_BUSINESS: frozenset[str] = frozenset(
    {"offer_release", "set_apart", "released", "reused", "attached", "pointed_out"}
    | {action for action, row in ACTIONS.items() if row.told is Told.NOBODY}
)


#: That a unit has a request held: for who looks after that unit.
HOLDING = frozenset({"hold", "release_hold"})
#: That somebody looked into the record, or took it away as a file: for who looks after the unit that they did it for.
AUDITS = frozenset({"audited", "audit_export"})
#: What a unit did with an answer that it had: for who looks after that unit, where they look into the record.
_WITH_OWN = frozenset({"released", Action.WITHHOLD, "set_apart", "reused", "attached"})

#: Events of a request that name who gave it an answer of theirs: for who has that answer.
_OF_GIVER: frozenset[str] = frozenset(
    {"reference_corrected", "reference_withdrawn", "reference_outcome", "offer", "not_same"}
    | {action for action, row in ACTIONS.items() if row.told is Told.HAVING}
)


#: Events of how the asked unit goes about it.
OF_ASKED: frozenset[str] = frozenset(action for action, row in ACTIONS.items() if row.told is Told.ASKED)


def tells(event: Event, request: Request, body: Body, reader: Actor) -> bool:
    """Whether an event of a request is for who reads that request."""
    if event.action in OTHERS_BUSINESS or (event.action in OF_ASKED and not _is_own(event, reader)):
        return False
    if event.action in HOLDING | AUDITS:
        return rights.sees_hold(reader, event.unit_id)
    out = body.went_out
    if out is not None and event.at < out.at and event.action != "register":
        # what the asking unit did before it went out is its own, as is what the asked one did before it was taken back
        return reader.admin or bool({request.from_unit_id, event.unit_id} & reader.units)
    if event.action == "read" and event.unit_id not in (request.from_unit_id, request.to_unit_id):
        # of another unit, to which the answer is offered: who else asks is none of the readers' business
        return reader.admin or event.unit_id in reader.units
    if event.action not in _OF_GIVER or reader.admin:
        return True
    return bool({request.from_unit_id, event.unit_id} & reader.units)


def _is_own(event: Event, reader: Actor) -> bool:
    """Whether something was done by the reader's unit, or one that they look over."""
    return reader.admin or event.unit_id in reader.units or rights.looks_over(reader, event.unit_id)


def tells_auditor(event: Event, request: Request, body: Body, reader: Actor) -> bool:
    """The same for who looks into its record: also what the unit that they look after, or one below it, has done with
    an answer of its own. Not what the asking unit was offered or refused: whether another has something on file."""
    if reader.admin or tells(event, request, body, reader):
        return True
    if (
        event.action in AUDITS and event.unit_id is None
    ):  # by an admin, or on the server: they are watched too
        return True
    done_with_own = event.action in _WITH_OWN and event.unit_id != request.from_unit_id
    out = body.went_out
    after_that = out is None or event.at >= out.at
    return (
        after_that
        and (done_with_own or event.action in _OF_GIVER)
        and rights.looks_over(reader, event.unit_id)
    )


def handling_of(tx: Tx, source: Request, answer: Answer) -> Handling:
    """The code under which an answer is passed on: as who gave it said, else as its type of request has it."""
    rule = tx.policy.types.get(source.type)
    return Handling(answer.handling or (rule.handling if rule else Handling.H1))


def facts_of(tx: Tx, source: Request, answer: Answer) -> AnswerFacts:
    """An answer of a request, as rights look at it."""
    return AnswerFacts(
        given_by=answer.unit_id, given_to=source.from_unit_id, handling=handling_of(tx, source, answer)
    )


async def facts_for(tx: Tx, target: Request, source: Request, answer: Answer) -> AnswerFacts:
    """The same for a request that it may answer: who asks it may have agreed with who gave the answer. Only for
    two requests that name one whole number, as an offer by agreement does."""
    agreed = await _have_agreed(tx, answer.unit_id, target.from_unit_id, source.type)
    facts = facts_of(tx, source, answer)
    if agreed:
        # Whatever else was answered there goes along: all of it must be the giver's own, and to be passed on.
        given = [one.answer for one in await answer_rows.standing(tx.session, source.id)]
        agreed = all(
            one.unit_id == answer.unit_id
            and one.reused_from_id is None
            and handling_of(tx, source, one) in PASSED_ON
            for one in given
        )
    return replace(facts, agreed_with=target.from_unit_id) if agreed else facts


async def _have_agreed(tx: Tx, giver_id: int | None, taker_id: int | None, type_: str) -> bool:
    if not tx.policy.sharing or giver_id is None or taker_id is None:
        return False
    known = (await units.current(tx)).by_id
    giver, taker = known.get(giver_id), known.get(taker_id)
    if giver is None or taker is None:  # retired
        return False
    return any(agreement.covers(giver.code, taker.code, type_) for agreement in tx.policy.sharing)


def _as_had(request: Request, answer: Answer) -> AnswerFacts:
    """An answer that a request has already, as who may read it depends on."""
    return AnswerFacts(given_by=answer.unit_id, given_to=request.from_unit_id)


def reference_facts(request: Request, kept: Mapping[str, Any]) -> AnswerFacts:
    """An earlier answer that was attached to a request, as rights look at it."""
    return AnswerFacts(given_by=kept["by"], given_to=request.from_unit_id)


def shown_in(unit_ids: Iterable[int], request: Request, answers: Iterable[Answer]) -> list[Answer]:
    """Of a request's answers those that a place of these units may show.

    An answer that was taken from an earlier request may be a third unit's: the unit that is asked now has
    neither given nor got it.
    """
    readers = list(unit_ids)
    return [a for a in answers if a.reused_from_id is None or may_read_answer(readers, _as_had(request, a))]


def shown_to(actor: Actor, request: Request, answers: Iterable[Answer]) -> list[Answer]:
    """Of a request's answers those that a person may read, who may read the request: by any of their units."""
    if actor.admin:
        return list(answers)
    return [a for a in answers if any(a in shown_in([unit], request, [a]) for unit in actor.units)]


def known_as(source: Request, request: Request) -> str:
    """What the readers of a request are told of the one that its answer was given to before: its name where
    it was their own unit's; "" where it was another's, which is none of their business."""
    if source.from_unit_id is None or source.from_unit_id != request.from_unit_id:
        return ""
    return source.number or source.external_id or str(source.id)


async def called(tx: Tx, source: Request, request: Request, answer: Answer) -> str:
    """What the readers of a request are shown an earlier answer by: its request, where that was their own unit's;
    else the unit that gave it, for who asked it before is none of their business."""
    return known_as(source, request) or await units.name_of(tx, answer.unit_id)


async def all_have(tx: Tx, chat_id: int, facts: AnswerFacts) -> bool:
    """Whether a chat may be told of an answer: every unit that reads there has it. A private chat is its person's
    own, and is told what concerns them."""
    if await groups.is_private(tx, chat_id):
        return True
    return may_read_answer([unit.id for unit in await groups.units_of(tx, chat_id)], facts)
