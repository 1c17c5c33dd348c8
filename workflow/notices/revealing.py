"""The whole request, unmasked, into the private chat of somebody who may read it."""

from __future__ import annotations

from datetime import timedelta

from storage.tables.models import Person, Request
from storage.tables.words import LineKind
from workflow.kernel.actions import Right
from workflow.kernel.tx import Tx
from workflow.organisation import involving, rights
from workflow.organisation.audience import actor_by_person
from workflow.record.record import record


async def notify_asker_in_full(tx: Tx, request: Request, *, after: timedelta | None = None) -> None:
    """The asker reads the whole of it where they have a chat open with us. ``after``: see :func:`reveal`."""
    asker = await tx.session.get(Person, request.asker_id) if request.asker_id else None
    if asker is not None and asker.open_chat is not None:
        await reveal(tx, request, chat_id=asker.open_chat, person_id=asker.id, ground="asker", after=after)


async def reveal(
    tx: Tx,
    request: Request,
    *,
    chat_id: int,
    person_id: int,
    ground: str,
    opened: bool = False,
    after: timedelta | None = None,
    once: str | None = None,
) -> None:
    """The whole request, unmasked, into a person's private chat. Who may not read it is sent nothing.
    ``after``: so long from now, with what has come by then. ``once``: see :meth:`Tx.say`.

    Recorded as theirs, whoever brought it about: as read where they have ``opened`` it, else as delivered,
    for nobody knows whether they looked.
    """
    own = person_id == tx.who.person_id
    reader = tx.who if own else await actor_by_person(tx, person_id)
    if reader is None:
        return
    if rights.may(involving.before_going_out(tx, reader, request), Right.FULL, request) is not None:
        return
    not_before = tx.now + after if after is not None else None
    await tx.queue(
        LineKind.REVEAL,
        chat_id=chat_id,
        request_id=request.id,
        payload={"person_id": person_id},
        not_before=not_before,
        coalesce_key=once,
    )
    caused = {} if own else {"by": tx.who.person_id}
    await record(
        tx,
        request,
        "read" if opened else "delivered",
        actor=reader,
        person=person_id,
        ground=ground,
        number=request.number,
        **caused,
    )
