"""What is complete becomes requests: one for each unit that is asked, with its number, its clock and its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from matching.text.normalise import VERSION
from storage.queries import files as file_rows
from storage.queries import requests as rows
from storage.tables.models import Draft, Request, Unit
from workflow.actions import pictures
from workflow.deadlines import deadlines
from workflow.deadlines.clocks import Terms, due_for
from workflow.kernel.body import Body
from workflow.kernel.numbers import drill_number_of, is_drill, number_of
from workflow.kernel.results import (
    Registered,
)
from workflow.kernel.states import State
from workflow.kernel.tx import Place, Tx
from workflow.notices import attachments
from workflow.notices.approvals import notify_pending
from workflow.notices.attachments import FileIn
from workflow.notices.own_posts import queue_deletion
from workflow.notices.progress import notify_registered
from workflow.organisation import drills, groups, involving
from workflow.record.record import note_counter, record
from workflow.request import approval, misread, tags
from workflow.request.drafts import DraftBody
from workflow.request.reading import Reading
from workflow.reuse import offers, reuse


def origin_key(place: Place) -> str:
    """What was posted, so that it is registered once however often it arrives."""
    return f"{place.chat_id}:{place.message_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a request is made of, whether it came in one message or by a draft."""

    own: Unit
    asker_id: int
    key: str  # see :func:`origin_key`; of its own for what came from no chat
    chat_id: int | None = None
    thread_id: int | None = None
    message_id: int = 0
    draft: Draft | None = None

    @property
    def reply_to(self) -> int | None:
        return self.message_id if self.message_id > 0 else None


def asked_at_hand(tx: Tx, own: Unit) -> Asked:
    """The message at hand; or what was asked without one."""
    if tx.place is None:
        return Asked(own=own, asker_id=tx.who.person_id, key=f"call:{uuid4().hex}")
    return Asked(
        own=own,
        asker_id=tx.who.person_id,
        key=origin_key(tx.where),
        chat_id=tx.where.chat_id,
        thread_id=tx.where.thread_id,
        message_id=tx.where.message_id or 0,
    )


async def do_register(
    tx: Tx, source: Asked, body: DraftBody, reading: Reading, files: Sequence[FileIn]
) -> Registered:
    """One request for each unit that is asked, each with its own number and clock."""
    content = await tags.of_post(
        tx, reading.body(body.parts, body.chosen), unit_id=source.own.id, chat_id=source.chat_id
    )
    year = tx.sent.astimezone(tx.policy.zone).year
    reserved = await rows.reserve(tx.session, source.key, source.own.id, year, len(reading.to))
    if reserved.known:  # the channel has delivered the post again
        return Registered(numbers=tuple(reserved.known))
    note_counter(tx, source.own.id, year, reserved.counters, mac=reserved.mac)
    await misread.settle(tx, source.draft, reading)
    with_files = bool(files) or source.draft is not None
    waits = await approval.needed(
        tx,
        type_=reading.type,
        urgency=reading.urgency,
        asker_id=source.asker_id,
        origin_key=source.key,
    )
    numbered = drill_number_of if await drills.is_on(tx, source.chat_id) else number_of
    made = []
    for unit, slot, count in zip(reading.to, reserved.ids, reserved.counters, strict=True):
        request = (_waiting if waits else _new)(tx, source, content, reading, unit)
        request.id, request.number = slot, numbered(source.own.code, year, count)
        if with_files:
            tx.session.add(request)
        else:
            tx.batch.add_request(request)
        made.append(request)
    has_files = await _give_files(tx, source, made, files)
    for request, unit in zip(made, reading.to, strict=True):
        await _open(tx, request, unit, content)  # its first event covers its files
        await tags.keep(tx, request.id, content.tagged)
        await _look_back(tx, request, unit, content, has_files=has_files)
    if made:
        await queue_deletion(tx, made[0], draft_id=source.draft.id if source.draft else None)
        if source.draft is not None and has_files:
            await pictures.do_move_kept(tx, made[0])
    return Registered(numbers=tuple(request.number or "" for request in made))


def _new(tx: Tx, source: Asked, content: Body, reading: Reading, unit: Unit) -> Request:
    """A request without its number."""
    terms = Terms(type=reading.type, urgency=reading.urgency, unit=unit.code)
    due = reading.due or due_for(tx.policy, terms, tx.sent, now=tx.now)
    return Request(
        origin_key=source.key,
        type=reading.type,
        state=State.OPEN,
        urgency=reading.urgency,
        from_unit_id=source.own.id,
        to_unit_id=unit.id,
        asker_id=source.asker_id,
        chat_id=source.chat_id,
        thread_id=source.thread_id,
        message_id=source.reply_to,
        sealed=content.seal(tx.sealer),
        asked_at=tx.sent,
        due_at=due,
        first_due_at=due,
        due_fixed=reading.due is not None,
        accept_by=deadlines.accept_by(tx.policy, tx.sent, due, urgency=reading.urgency, now=tx.now),
        version=0,
        event_seq=0,
        partial=False,
        confidential=bool(reading.form.confidential),
        key_version=VERSION,
    )


def _waiting(tx: Tx, source: Asked, content: Body, reading: Reading, unit: Unit) -> Request:
    """One that has to be approved first: it names no asked unit, and no clock runs but that of the approval."""
    request = _new(tx, source, replace(content, withheld_from=unit.id), reading, unit)
    request.state, request.to_unit_id = State.PENDING, None
    request.due_at = request.first_due_at = reading.due
    request.accept_by = tx.now + tx.policy.approve_within
    return request


async def _open(tx: Tx, request: Request, unit: Unit, content: Body) -> None:
    """The units that it concerns, the first line of its record, and its reminders."""
    involving.begun(tx, request, await groups.desks_over(tx, request))
    await record(
        tx,
        request,
        "register",
        number=request.number,
        to=unit.code,
        type=request.type,
        urgency=request.urgency,
        due=request.due_at,
        fixed=request.due_fixed,
        **_told(content),
    )
    deadlines.plan_new(tx, request)


def _told(content: Body) -> dict[str, Any]:
    """On which ground it presses, and for which case, where that is said."""
    return {name: said for name in ("ground", "case") if (said := content.said(name))}


async def _give_files(tx: Tx, source: Asked, made: Sequence[Request], files: Sequence[FileIn]) -> bool:
    """The files of the post, and those of its album that came before it, to every request; whether any."""
    if source.draft is None and not files:
        return False
    await tx.session.flush()  # a file stands after the request that it names
    if source.draft is not None:
        for file in await file_rows.of_draft(tx.session, source.draft.id):
            for request in made:
                tx.session.add(attachments.copy_of(file, request_id=request.id))
            await tx.session.delete(file)
    elif made:
        await attachments.keep(tx, files, request_id=made[0].id)
        for file in await file_rows.of_request(tx.session, made[0].id):
            for request in made[1:]:
                tx.session.add(attachments.copy_of(file, request_id=request.id))
    await tx.session.flush()
    return bool(made) and bool(await file_rows.of_request(tx.session, made[0].id))


async def _look_back(tx: Tx, request: Request, unit: Unit, content: Body, *, has_files: bool) -> None:
    """The cards on both sides, and under the asker's what is on file already. Of what waits for approval the asked
    unit hears nothing, nor is anything looked for: who has answered the like would hear of it. Nor for a drill."""
    if approval.is_withheld(request):
        await notify_pending(tx, request, has_files=has_files)
        return
    await notify_registered(tx, request, unit, has_files=has_files)
    if is_drill(request.number):
        return
    compared = await reuse.index_new(tx, request, content)
    await offers.look_back(tx, request, compared, new=True)
