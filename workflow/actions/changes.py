"""A registered request whose text changes: by an edit of its post, or by a reply with labelled fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from matching.form.form import read
from matching.identifiers.identifiers import find
from storage.queries import registered
from storage.tables.models import Request
from workflow.deadlines import deadlines
from workflow.deadlines.clocks import allowed, due_for, terms_of
from workflow.deadlines.times import Written
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.fields import COMPARED, EDITED, Field
from workflow.kernel.labels import OWN, field_label
from workflow.kernel.parts import Part
from workflow.kernel.problems import Problem
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import units
from workflow.request import approval, family, tags
from workflow.request.reading import Reading, assemble, understand
from workflow.request.reading_times import deadline
from workflow.reuse import offers, reuse

#: Fields that a type may begin to ask for when requests of it are on their way.
GROUNDED = frozenset({"ground", "case"})
MOST_BESIDE = 8  # characters beside a number that is supplied by itself


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """What becomes of the row, and which fields it was that changed."""

    fields: list[str]
    values: dict[str, Any]
    body: Body
    before: Body
    anew: bool = False  # it was approved, and is another one by this: it has to be approved once more


def told(request: Request, changed: Changed) -> dict[str, Any]:
    """What the record says of a change, before it is made."""
    said: dict[str, Any] = {"fields": changed.fields, "text_before": changed.before.text}
    if changed.values["urgency"] != request.urgency:
        said["urgency_before"] = request.urgency
    return said


async def by_edit(tx: Tx, request: Request, text: str) -> Changed:
    """The request as its edited post says. Raises :class:`Refused` for one that cannot be read."""
    before = Body.of(request, tx.sealer)
    return await _changed(tx, request, before, (before.parts[0].edited(text, tx.sent), *before.parts[1:]))


async def by_reply(tx: Tx, request: Request, text: str) -> Changed | None:
    """The request with what a reply supplies: the fields that it names; a number by itself for the subject that
    it was asked for; all else is added to the note. None for a reply without words. Raises :class:`Refused` for
    what cannot be read."""
    if not text:
        return None
    before = Body.of(request, tx.sealer)
    part = Part(text=text, sent=tx.sent)
    if not read(text).labels:
        part = _unlabelled(before, part)
    return await _changed(tx, request, before, (*before.parts, part))


async def with_file(tx: Tx, request: Request, changed: Changed | None) -> Changed | None:
    """The same where a file is supplied as well: nobody can tell whom that names, so what was approved is put anew."""
    before = Body.of(request, tx.sealer)
    if not before.approved:
        return changed
    return replace(changed or await _changed(tx, request, before, before.parts), anew=True)


def _unlabelled(before: Body, part: Part) -> Part:
    """A field that a part is for replaces what stood there: so it says that, too."""
    if _is_number(part.text):
        written = assemble(before.parts)[0].raw.get("subject", "")
        return replace(part, text=f"{written} {part.text}".strip(), field="subject")
    return replace(part, text=f"{before.said('note')}\n{part.text}".strip(), field="note")


def _is_number(text: str) -> bool:
    """Whether a text is a personal number and next to nothing else (身份证号是…)."""
    found = [one for one in find(text) if one.identifier.kind != "case"]
    beside = len(text.strip()) - sum(one.end - one.start for one in found)
    return bool(found) and beside <= MOST_BESIDE


async def _changed(tx: Tx, request: Request, before: Body, parts: Sequence[Part]) -> Changed:
    was, now = await _read(tx, request, before.parts, before), await _read(tx, request, parts, before)
    await _check_unapproved(tx, request, before, now)
    problems = [p for p in now.problems if not (p.field == "due" and now.form.due == was.form.due)]
    lacked = {p.field for p in was.problems if p.field in GROUNDED}
    if (was.type, was.urgency) == (now.type, now.urgency):  # nothing is asked now that was not asked then
        problems = [p for p in problems if p.field not in lacked]
    due, fixed = await _deadline(tx, request, was, now)
    if isinstance(due, Problem):
        problems.append(due)
    blocking = [p.text for p in problems if not p.soft and (p.field != "due" or p is due)]
    if blocking or isinstance(due, Problem):
        raise Refused("error.edit_unreadable", number=request.number, problems=blocking)
    # Compared with the text, not with the row: after a transfer the text still names who was asked first.
    if [u.id for u in now.to] != [u.id for u in was.to]:
        raise Refused("error.edit_to", number=request.number, example=f"/cancel {request.number}")
    doubts = tuple(p.text for p in problems if p.soft)
    body = replace(
        now.body(parts, before.chosen),
        hints=(*now.hints, *doubts),
        withheld_from=before.withheld_from,
        went_out=before.went_out,
        watching=before.watching,
        checked=before.checked,
    )
    renamed = now.form.operation != was.form.operation
    body = await tags.of_edit(tx, request, before, body, renamed=renamed)
    values: dict[str, Any] = {
        "sealed": body.seal(tx.sealer),
        "type": now.type,
        "urgency": now.urgency,
        "due_at": due,
        "due_fixed": fixed,
        "confidential": bool(now.form.confidential),
    }
    if due is not None and due != request.due_at:
        values["accept_by"] = deadlines.accept_by(tx.policy, tx.sent, due, urgency=now.urgency, now=tx.now)
    fields = _fields(request, before, body, values)
    labels = {name: field_label(tx.policy.types.get(request.type), name) for name in fields}
    anew = _is_another(request, before, body, now, labels)
    return Changed(fields=fields, values=values, body=body, before=before, anew=anew)


async def _check_unapproved(tx: Tx, request: Request, before: Body, now: Reading) -> None:
    """What has gone out without approval is not made what needs it: an edit is no way round. Raises
    :class:`Refused`. What has not gone out is put to whoever approves as it is by then."""
    if approval.is_withheld(request) or before.approved:
        return
    more = now.urgency == "flash" != request.urgency
    asker = await registered.registrant(tx.session, request.id) if more else None
    if more and await approval.flash_full(tx, asker, but_not=request.origin_key):
        raise Refused("error.flash_full", number=request.number, most=tx.policy.flash_per_day)
    if now.type != request.type and approval.needed_by_type(tx, now.type):
        raise Refused("error.edit_needs_approval", number=request.number, example=f"/cancel {request.number}")


def _is_another(
    request: Request, before: Body, body: Body, now: Reading, changed: Mapping[str, Text]
) -> bool:
    """Whether a change makes something else of what somebody has approved: whom it is about, what is asked, why, a
    flash of it; or names in any words whom they did not read of. What was returned is then put to them once more;
    what the asked unit has stands as it was approved. Raises :class:`Refused` for that."""
    if not before.approved:
        return False
    fixed = [label for name, label in changed.items() if name not in approval.FREE]
    if now.urgency == "flash" != request.urgency:
        fixed.append(t("field.urgency"))
    brings = approval.brings(before, body)
    if (fixed or brings) and request.state == State.RETURNED:
        return True
    example = f"/cancel {request.number}"
    if fixed:
        raise Refused("error.edit_approved", number=request.number, fields=fixed, example=example)
    if brings:
        raise Refused("error.edit_brings", number=request.number, example=example)
    return False


async def _read(tx: Tx, request: Request, parts: Sequence[Part], body: Body) -> Reading:
    """The text as it would have been read when it was posted; of a part, as what it is part of was."""
    posted = await family.whole(tx, request) or request
    return understand(
        parts,
        policy=tx.policy,
        units=await units.current(tx),
        own=posted.from_unit_id or 0,
        sent=posted.asked_at,
        now=posted.asked_at,
        chosen=body.chosen,
    )


async def read_again(tx: Tx, request: Request, parts: Sequence[Part], body: Body) -> Body:
    """A request's body with these texts instead of its own, read as they were written; what is wanting stays so."""
    return (await _read(tx, request, parts, body)).body(tuple(parts), body.chosen)


async def _deadline(
    tx: Tx, request: Request, was: Reading, now: Reading
) -> tuple[datetime | Problem | None, bool]:
    """(when, whether the asker named it). What is written now counts from now; what is not touched stays,
    also where the unit has been given more time."""
    terms = await terms_of(tx, request, type_=now.type, urgency=now.urgency)
    if now.form.due != was.form.due:
        if now.form.due.strip():
            written = Written(text=now.form.due, sent=tx.sent, now=tx.now)
            return deadline(written, policy=tx.policy, subjects=now.form.subjects), True
        return due_for(tx.policy, terms, tx.sent, now=tx.now), False
    before = await terms_of(tx, request, type_=was.type, urgency=was.urgency)
    if not request.due_fixed and allowed(tx.policy, terms, tx.sent) != allowed(tx.policy, before, tx.sent):
        return due_for(tx.policy, terms, tx.sent, now=tx.now), False
    return request.due_at, request.due_fixed


def _fields(request: Request, before: Body, body: Body, values: dict[str, Any]) -> list[str]:
    """Which fields have changed: first those that lie in the body, then those of the row."""
    in_body = [f.key for f in EDITED if not f.column and _said(before, f) != _said(body, f)]
    keys = sorted({*before.own, *body.own})
    in_body += [OWN + key for key in keys if before.own.get(key) != body.own.get(key)]
    return in_body + [f.key for f in EDITED if f.column and getattr(request, f.column) != values[f.column]]


def _said(body: Body, one: Field) -> object:
    return body.said(one.key) if one.text else {"subject": body.subjects, "period": body.period}[one.key]


async def look_again(tx: Tx, request: Request, changed: Changed) -> None:
    """After the row was changed: index it anew, and look for earlier answers where that may help."""
    await tags.keep(tx, request.id, changed.body.tagged, before=changed.before.tagged)
    compared = await reuse.index(tx, request, changed.body)
    if COMPARED & set(changed.fields):
        await offers.look_back(tx, request, compared)
