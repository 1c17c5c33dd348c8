"""What a request looks like to a chat or a person: loaded late, masked here, worded by the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from matching.identifiers.values import Subject
from matching.masking.masking import mask, mask_name
from storage.queries import answers as answer_rows
from storage.queries import comments as comment_rows
from storage.queries import files as file_rows
from storage.queries import posts as post_rows
from storage.queries import requests as rows
from storage.tables.models import Answer, Comment, Request
from workflow.kernel.actions import ACTIONS, Action, Side
from workflow.kernel.body import Body
from workflow.kernel.fields import ON_CARD
from workflow.kernel.states import WAITING, WITH_ASKED, State
from workflow.kernel.text import Text
from workflow.kernel.tx import Actor, Tx
from workflow.notices import batch, offers_shown, parts
from workflow.notices.card_buttons import buttons_for
from workflow.notices.cards_view import (
    AnswerLine,
    CardView,
    CommentLine,
    FormerLine,
    SubjectLine,
)
from workflow.notices.checked import buttons_of, line_of
from workflow.notices.held import holds_seen
from workflow.notices.named import named
from workflow.notices.own_posts import post_stands
from workflow.notices.own_shown import own_lines
from workflow.notices.tags import tag_buttons
from workflow.notices.telling import handler_of
from workflow.notices.words import known_subjects, said
from workflow.organisation import owning, people, rights, units
from workflow.organisation.audience import Audience, What, audience_of

CARD_COMMENTS = 2
CARD_LINES = 8  # of one field
#: Comments that say why a request is where it is.
REASONED = tuple(action for action, row in ACTIONS.items() if row.why)
#: What a chat on neither side learns nothing of: who, by when, and how it came out.
NOT_SHOWN: dict[str, Any] = {
    "asker": "", "handler": None, "due_at": None, "accept_by": None, "overdue": False,
    "answered_at": None, "outcome": None, "partial": False, "rating": None, "approved": None,
}  # fmt: skip


async def load_card(tx: Tx, request_id: int, chat_id: int) -> CardView | None:
    """The card of a request as one chat may see it now; None when there is nothing to show there.

    In a chat on neither side (any more: after a transfer, or one whose person has left) the card has neither
    content nor buttons.
    """
    request = await tx.session.get(Request, request_id)
    if request is None or request.number is None:
        return None
    audience = await audience_of(tx, request, chat_id)
    body = Body.of(request, tx.sealer)
    if audience.side is Side.OBSERVER:
        view = await frame_of(tx, request)
        view = replace(view, **NOT_SHOWN)
        if body.withheld_from is not None:
            view = replace(view, to_unit="")
    else:
        answers = owning.shown_in(audience.units, request, await rows.answers(tx.session, request.id))
        view = await card_of(tx, request, body, answers, audience)
        mine = audience.side in (Side.ASKER, Side.BOTH) and request.state in WAITING
        offered = await offers_shown.load(tx, request, audience)
        split = await parts.lines_of(tx, request) if parts.sees_parts(audience) else ()
        keyboard = buttons_for(request, audience, split=bool(split))
        view = replace(
            view,
            side=audience.side,
            similar=offered,
            parts=split,
            batch=await batch.numbers_of(tx, request) if batch.sees_batch(audience, request) else (),
            buttons=(
                *offers_shown.buttons(request, offered),
                *keyboard[:1],
                *buttons_of(tx, request, body, audience.side),
                *keyboard[1:],
                *await tag_buttons(tx, request, body, audience),
            ),
            hints=body.hints if mine else (),
            held=await holds_seen(tx, request, audience.reader),
            named=await named(tx, request, audience.side),
        )
    post = await post_rows.card_of(tx.session, request.id, chat_id)
    if post is None and audience.side is Side.OBSERVER and body.withheld_from is not None:
        return None  # a line from before it was taken back
    return view if post is None else replace(view, message_id=post.message_id, shown=post.shown)


async def frame_of(tx: Tx, request: Request) -> CardView:
    """What names a request and says how it stands, and nothing of what it is about."""
    body = Body.of(request, tx.sealer)
    rule = tx.policy.types.get(request.type)
    from_unit = await units.by_id(tx, request.from_unit_id)
    to_unit = await units.by_id(tx, request.to_unit_id or body.withheld_from)
    handler = await handler_of(tx, request)
    return CardView(
        number=request.number or request.external_id or "",
        type_labels=dict(rule.labels) if rule else {"zh": request.type, "en": request.type},
        from_unit=from_unit.name if from_unit else str(body.ledger.get("from_unit", "")),
        to_unit=to_unit.name if to_unit else str(body.ledger.get("to_unit", "")),
        urgency=request.urgency,
        state=request.state,
        asked_at=request.asked_at,
        asker=await people.name_by_id(tx, request.asker_id) if request.asker_id else "",
        due_at=request.due_at,
        accept_by=request.accept_by if request.state in (State.OPEN, State.PENDING) else None,
        approved=await _approved(tx, body),
        post_stands=post_stands(tx, request),
        overdue=request.state in WITH_ASKED and request.due_at is not None and request.due_at < tx.now,
        handler=people.name_of(tx, handler) if handler else None,
        answered_at=request.answered_at,
        outcome=request.outcome,
        partial=request.partial,
        rating=request.rating,
        confidential=request.confidential,
    )


async def _approved(tx: Tx, body: Body) -> tuple[str, datetime] | None:
    out = body.went_out
    if out is None or out.approved_by is None:
        return None
    return await people.name_by_id(tx, out.approved_by), out.at


def heard(body: Body, comments: Sequence[Comment], *, inside: bool) -> list[Comment]:
    """What was said of a request, for its asking side (``inside``) or for others, who hear nothing of what that said
    to itself before it went out."""
    out = body.went_out
    return [c for c in comments if inside or out is None or c.at >= out.at]


def _why(request: Request, said: Sequence[Comment]) -> Comment | None:
    """The last reason that still says why the request is where it is."""
    why = said[-1] if said else None
    if request.state == State.UNAPPROVED and why is not None and why.kind != Action.REJECT:
        return None  # of before it was put to whoever approves once more
    if why is None or why.kind != Action.REJECT:
        return why
    return why if request.state == State.UNAPPROVED and why.at == request.closed_at else None


async def card_of(
    tx: Tx, request: Request, body: Body, answers: Sequence[Answer], audience: Audience | None
) -> CardView:
    """The frame with what the request is about and what was said to it; whole without an ``audience``.
    ``answers``: those that may be shown."""
    masked = audience is not None
    known = await known_subjects(tx, request, body) if masked else ()

    def shown(what: What, text: str) -> str | Text:
        return said(audience, request, known, what, _in_card(text)) if audience is not None else text

    answer = answers[-1] if answers else None
    answered = "\n".join(text_of(tx, "answers", a) for a in answers)
    inside = audience is None or audience.side is Side.ASKER
    said_of = await comment_rows.of_request(tx.session, request.id, kinds=("comment",), limit=CARD_COMMENTS)
    comments = heard(body, said_of, inside=inside)
    reasons = await comment_rows.of_request(tx.session, request.id, kinds=REASONED, limit=1)
    why = _why(request, heard(body, reasons, inside=inside))
    answered_unit = await units.by_id(tx, answer.unit_id) if answer else None
    corrected = [a.at for a in answers if a.corrects_id is not None and a.at is not None]
    frame = await frame_of(tx, request)
    return replace(
        frame,
        handler=await _answerer(tx, request, answer) or frame.handler,
        outcome=frame.outcome if answers else None,
        answered_at=frame.answered_at if answers else None,
        partial=frame.partial and bool(answers),
        subjects=tuple(subject_line(s, masked=masked) for s in body.subjects),
        matter={
            one.key: shown(What(one.shown), body.said(one.key)) if one.text else period_text(body.period)
            for one in ON_CARD
        },
        checked=await line_of(tx, body) if audience is None or audience.side is not Side.ABOVE else None,
        own=own_lines(tx, request, body, lambda text: shown(What.MATTER, text)),
        answer=shown(What.ANSWER, answered) if answers and request.purged_at is None else None,
        answer_by_unit=answered_unit.name if answered_unit else "",
        corrected_at=max(corrected, default=None),
        withdrawn_at=await _withdrawn_at(tx, request, answers),
        closed_why=shown(What.WHY, text_of(tx, "comments", why)) if why else "",
        reused_from=await _reused_from(tx, request, answers),
        files=len(await file_rows.of_request(tx.session, request.id)),
        references=len(await references(tx, request, sorted(audience.units))) if audience is not None else 0,
        purged_at=request.purged_at,
        comments=tuple(
            [
                replace(line, text=words)
                for c in comments
                if has_text(tx, c) and (words := shown(What.COMMENT, text_of(tx, "comments", c)))
                for line in [await comment_line(tx, c)]
            ]
        ),
    )


async def _withdrawn_at(tx: Tx, request: Request, answers: Sequence[Answer]) -> datetime | None:
    """When the last answer was taken back, where none stands now."""
    if answers:
        return None
    given = await answer_rows.standing(tx.session, request.id, withdrawn=True)
    return max((one.answer.withdrawn_at for one in given if one.answer.withdrawn_at), default=None)


async def _answerer(tx: Tx, request: Request, answer: Answer | None) -> str:
    """Who gave the answer that a request ended with; nobody of the asked unit where it was given before."""
    ended = request.state in (State.ANSWERED, State.CLOSED)
    if not ended or answer is None or answer.person_id is None or answer.reused_from_id is not None:
        return ""
    return await people.name_by_id(tx, answer.person_id)


def _in_card(text: str) -> str:
    """A text as a card has room for it; the whole of it is one tap away."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines if len(lines) <= CARD_LINES else [*lines[:CARD_LINES], "…"])


async def comment_line(tx: Tx, comment: Comment) -> CommentLine:
    """A comment as it was written."""
    name = await people.name_by_id(tx, comment.person_id)
    return CommentLine(name=name, text=text_of(tx, "comments", comment), at=comment.at)


def has_text(tx: Tx, comment: Comment) -> bool:
    """A comment may be nothing but its files."""
    return bool(text_of(tx, "comments", comment))


def text_of(tx: Tx, place: str, row: object) -> str:
    """The sealed text of an answer or a comment."""
    return str(tx.sealer.unseal(place, row.sealed)["text"])  # type: ignore[attr-defined]


def subject_line(subject: Subject, *, masked: bool) -> SubjectLine:
    return SubjectLine(
        name=mask_name(subject.name) if masked else subject.name,
        ids=tuple((i.kind, mask(i) if masked else i.value) for i in subject.ids),
    )


def period_text(period: tuple[date, date] | None) -> str:
    return "" if period is None else f"{period[0].isoformat()} ~ {period[1].isoformat()}"


async def _reused_from(tx: Tx, request: Request, answers: Sequence[Answer]) -> tuple[str, int] | None:
    """What an answer that may be shown was taken from, and how many days ago that was answered."""
    if request.reused_from_id is None or not answers:
        return None
    source = await tx.session.get(Request, request.reused_from_id)
    if source is None:
        return None
    answered = source.answered_at or source.asked_at
    return owning.known_as(source, request), max(0, (tx.now - answered).days)


async def references(
    tx: Tx, request: Request, unit_ids: Sequence[int], *, reader: Actor | None = None
) -> tuple[AnswerLine, ...]:
    """Earlier answers that were attached, for a place whose units have them all; for a ``reader``, one of whose
    units has them."""
    lines: dict[
        int, AnswerLine
    ] = {}  # by the source: one that was put right stands in the place of the former
    for kept in await comment_rows.of_request(tx.session, request.id, kinds=(owning.REFERENCE,)):
        plain = tx.sealer.unseal("comments", kept.sealed)
        facts = owning.reference_facts(request, plain)
        mine = reader is not None and (
            reader.admin or any(rights.may_read_answer([unit_id], facts) for unit_id in unit_ids)
        )
        if not mine and not rights.may_read_answer(unit_ids, facts):
            continue
        unit = await units.name_of(tx, facts.given_by)
        source = await tx.session.get(Request, plain["source"])
        before = lines.get(plain["source"])
        former: tuple[FormerLine, ...] = ()
        if before is not None:
            former = before.former
            if before.text != plain["text"]:
                former = (*former, FormerLine(name="", at=before.at, text=before.text))
        lines[plain["source"]] = AnswerLine(
            unit=unit,
            name="",
            at=kept.at if former else (source.answered_at if source else None) or kept.at,
            text=plain["text"],
            outcome=source.outcome if source else None,
            reused_from=owning.known_as(source, request) if source else None,
            former=former,
            withdrawn_at=kept.at if plain.get("withdrawn") else None,
        )
    return tuple(lines.values())
