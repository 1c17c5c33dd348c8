"""What the use cases that act on a request have in common."""

from __future__ import annotations

from datetime import timedelta

from storage.tables.models import Comment, Request
from workflow.kernel.actions import Action, Right
from workflow.kernel.errors import Refused
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.organisation import rights
from workflow.organisation.audience import actor_by_person
from workflow.record.record import record
from workflow.request.requests import EXAMPLE

#: How the bot reacts to a message: what it says was passed on; what it asks for was done; somebody has taken it.
PASSED_ON, DONE, TAKEN = "✍", "👌", "👀"
SAYING = frozenset({Action.COMMENT, Action.COMPLETE, Action.EDIT})  # actions that pass words on


async def done(tx: Tx, request: Request, action: Action) -> Text:
    """Tell the one who did it that it is done: by the toast of a button; in a group by a reaction to the
    message, for there the card shows it to everybody; in private by words, where nothing else is said."""
    told = t(f"done.{action}", number=request.number)
    await receipt(tx, request, told, PASSED_ON if action in SAYING else DONE)
    return told


async def receipt(tx: Tx, request: Request, told: Text, emoji: str = DONE) -> None:
    """Nothing more for a press, ``told`` in private, ``emoji`` in a group."""
    if tx.pressed:
        return
    if not tx.where.private:
        await tx.react(emoji, chat_id=tx.where.chat_id, message_id=tx.where.message_id, request_id=request.id)
    elif tx.where.chat_id not in tx.told:
        await tx.say(told, request_id=request.id)


def need(why: str, key: str, request: Request, example: str) -> str:
    """The words that an action needs. Raises :class:`Refused` where there are none."""
    why = why.strip()
    if not why:
        number = request.number or EXAMPLE
        raise Refused(key, number=number, example=example.replace(EXAMPLE, number))
    return why


async def keep_comment(tx: Tx, request: Request, kind: str, text: str) -> None:
    tx.session.add(
        Comment(
            request_id=request.id,
            person_id=tx.who.person_id,
            at=tx.now,
            kind=kind,
            sealed=tx.sealer.seal("comments", {"text": text}),
        )
    )
    await tx.session.flush()


async def reveal(
    tx: Tx,
    request: Request,
    *,
    telegram_id: int,
    person_id: int,
    ground: str,
    opened: bool = False,
    after: timedelta | None = None,
) -> None:
    """The whole request, unmasked, into a person's private chat. Who may not read it is sent nothing.
    ``after``: so long from now, with what has come by then.

    Recorded as theirs, whoever brought it about: as read where they have ``opened`` it, else as delivered,
    for nobody knows whether they looked.
    """
    own = person_id == tx.who.person_id
    reader = tx.who if own else await actor_by_person(tx, person_id)
    if reader is None or rights.may(reader, Right.FULL, request) is not None:
        return
    not_before = tx.now + after if after is not None else None
    await tx.queue(
        "reveal",
        chat_id=telegram_id,
        request_id=request.id,
        payload={"person_id": person_id},
        not_before=not_before,
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
