"""The full text of a request: unmasked, for one person who may read it, in private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from storage.queries import answers as answer_rows
from storage.queries import comments as comment_rows
from storage.queries import events
from storage.queries import files as file_rows
from storage.queries.answers import Standing
from storage.tables.models import Answer, Event, Request
from workflow.kernel.actions import Right, Side
from workflow.kernel.body import Body
from workflow.kernel.states import State
from workflow.kernel.tx import Actor, Tx
from workflow.notices import batch, offers_shown, parts
from workflow.notices.cards import (
    NOT_SHOWN,
    card_of,
    comment_line,
    frame_of,
    has_text,
    heard,
    references,
    text_of,
)
from workflow.notices.cards_view import AnswerLine, FileLine, FormerLine, FullView, HistoryLine
from workflow.notices.held import holds_seen
from workflow.organisation import involving, owning, people, rights, units
from workflow.organisation.audience import actor_by_person

#: Events for which a purpose is picked: of a full text that somebody opened, of what was listed as being about one
#: subject or case, of a whole ledger, and of a record that was taken away.
LOOKS = frozenset({"read", "traced", "export", "audit_export"})


async def as_of(tx: Tx, request_id: int) -> int:
    """How far a request has gone in its record: asked before its full text is loaded, what comes after it may not
    stand in that."""
    request = await tx.session.get(Request, request_id)
    return request.event_seq if request is not None else 0


async def load_full(
    tx: Tx,
    request_id: int,
    person_id: int,
    *,
    offered: offers_shown.OfferedTo | None = None,
    purpose: str | None = None,
) -> FullView | None:
    """A request unmasked for one person, or None when they may not see it (any more).

    ``offered``: the request that its answer is offered to, which is a right of its own. ``purpose``: for which they
    look, where they were asked.
    """
    request = await tx.session.get(Request, request_id)
    actor = await actor_by_person(tx, person_id)
    if request is None or actor is None:
        return None
    actor = involving.before_going_out(tx, actor, request)
    of_right = rights.may(actor, Right.FULL, request) is None
    if not of_right and not (offered is not None and await offered.may_look(tx, actor, request)):
        return None
    asks = request.from_unit_id in actor.units or request.state == State.PENDING
    if not of_right and request.from_unit_id not in actor.units and request.to_unit_id not in actor.units:
        return await _answer_alone(tx, request, actor, offered, purpose)
    body = Body.of(request, tx.sealer)
    side = Side.ASKER if asks else Side.ASKED
    all_given = await answer_rows.standing(tx.session, request.id, withdrawn=True)
    given = {one.answer.id: one for one in all_given}
    readable = owning.shown_to(actor, request, [one.answer for one in all_given])
    stand = [answer for answer in readable if answer.withdrawn_at is None]
    card = await card_of(tx, request, body, stand, None)
    card = replace(
        card,
        side=side,
        held=await holds_seen(tx, request, actor),
        batch=await batch.numbers_of(tx, request) if asks else (),
        parts=await parts.lines_of(tx, request) if request.to_unit_id in actor.units else (),
    )
    answers = [await _answer_line(tx, request, given[answer.id]) for answer in readable]
    comments = [
        await comment_line(tx, c)
        for c in heard(body, await comment_rows.of_request(tx.session, request.id), inside=side is Side.ASKER)
        if has_text(tx, c) and c.kind != owning.REFERENCE
    ]
    return FullView(
        card=card,
        text=body.text if asks else await batch.text_for_asked(tx, request, body),
        answers=tuple(answers),
        comments=tuple(comments),
        references=await references(tx, request, sorted(actor.units), reader=actor),
        buttons=await offered.buttons(tx, request) if offered is not None else (),
        history=tuple(await history(tx, request, reader=actor)),
        files=tuple(await _files(tx, request, stand)),
        purpose=purpose or "",
    )


async def _answer_alone(
    tx: Tx, request: Request, reader: Actor, offered: offers_shown.OfferedTo | None, purpose: str | None
) -> FullView:
    """What a unit may read by agreement: what was answered, when and by whom. Why another unit asked, for which case,
    and what was said beside it, is that unit's."""
    given = {one.answer.id: one for one in await answer_rows.standing(tx.session, request.id)}
    readable = owning.shown_to(reader, request, [one.answer for one in given.values()])
    frame = await frame_of(tx, request)
    card = replace(frame, **NOT_SHOWN, number=frame.to_unit, from_unit="")
    answered = [replace(await _answer_line(tx, request, given[a.id]), former=()) for a in readable]
    return FullView(
        card=card,
        answers=tuple(answered),
        buttons=await offered.buttons(tx, request) if offered is not None else (),
        files=tuple([one for one in await _files(tx, request, readable) if one.of_answer]),
        purpose=purpose or "",
    )


async def _answer_line(tx: Tx, request: Request, standing: Standing) -> AnswerLine:
    answer = standing.answer
    unit = await units.name_of(tx, answer.unit_id)
    origin = await tx.session.get(Answer, answer.reused_from_id) if answer.reused_from_id else None
    source = await tx.session.get(Request, origin.request_id) if origin else None
    return AnswerLine(
        unit=unit,
        name=await people.name_by_id(tx, answer.person_id) if answer.person_id else "",
        at=answer.at,
        text=text_of(tx, "answers", answer),
        outcome=answer.outcome,
        partial=answer.partial,
        reused_from=owning.known_as(source, request) if source else None,
        withdrawn_at=answer.withdrawn_at,
        code=" ".join(filter(None, (owning.handling_of(tx, request, answer), answer.evaluation))),
        former=tuple(
            [
                FormerLine(
                    name=await people.name_by_id(tx, one.person_id) if one.person_id else "",
                    at=one.at,
                    text=text_of(tx, "answers", one),
                )
                for one in standing.former
            ]
        ),
    )


async def _files(tx: Tx, request: Request, answers: Sequence[Answer]) -> list[FileLine]:
    found = []
    for answer_id in (None, *[a.id for a in answers]):
        for file in await file_rows.of_request(tx.session, request.id, answer_id):
            sealed = tx.sealer.unseal("files", file.sealed)
            found.append(
                FileLine(
                    kind=file.kind,
                    file_id=sealed["file_id"],
                    name=sealed.get("name", ""),
                    of_answer=answer_id is not None,
                )
            )
    return found


async def history(tx: Tx, request: Request, *, reader: Actor | None = None) -> list[HistoryLine]:
    """What was done to a request, in order; for a ``reader`` without what is other units' business."""
    lines, body = [], Body.of(request, tx.sealer)
    for event in await events.of_chain(tx.session, request.id):
        if reader is not None and not owning.tells(event, request, body, reader):
            continue
        unit = await units.name_of(tx, event.unit_id)
        lines.append(
            HistoryLine(
                at=event.at,
                action=event.action,
                purpose=purpose_of(tx, event),
                unit=unit,
                name=await people.name_by_id(tx, event.actor_id) if event.actor_id else "",
            )
        )
    return lines


def purpose_of(tx: Tx, event: Event) -> str:
    """For which purpose somebody looked; empty where none was asked for, or nothing of it is left."""
    if event.action not in LOOKS:
        return ""
    return str(tx.sealer.unseal("events", event.sealed).get("purpose") or "")
