"""Who hears what is said about a request: comments, why something is not done, and the answer to that."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import people as people_rows
from storage.tables.models import Person, Request
from workflow.kernel.actions import Right
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.telling import holders, show, sides, tell
from workflow.notices.words import quoted
from workflow.organisation import groups, rights, units
from workflow.organisation.audience import What, actor_by_person

#: What stands under a question: the answer to it goes to the chat that follows.
PURPOSE = "ask:why:"


async def notify_comment(tx: Tx, request: Request, text: str, *, has_files: bool) -> None:
    """The other side."""
    others = [chat for chat in (await sides(tx, request)).all if chat != tx.chat_id]
    if text:
        told = t("comment", number=request.number, name=tx.who.name, text=quoted(request, "comment", text))
        await tell(tx, request, told, others)
    if has_files:
        await attachments.send(tx, request, others)
    await show(tx, request)


async def notify_asked_why(tx: Tx, request: Request, words: str, chats: Sequence[int]) -> None:
    """``chats``: those of the asked unit; a reply there is the answer. Without ``words``: why it is not answered."""
    told = t(
        "why.asked_words" if words else "why.asked",
        number=request.number,
        unit=await _name(tx, rights.acts_for(tx.who, request)),
        by=tx.who.name,
        who=await holders(tx, request),
        text=quoted(request, What.WHY, words) if words else None,
    )
    once = f"why:{request.id}:{tx.reads_in}"
    await tell(tx, request, told, chats, purpose=f"{PURPOSE}{tx.reads_in}", once=once)


async def notify_explained(tx: Tx, request: Request, text: str, *, to_chat: int) -> None:
    """Where it was asked, while those there may still hear it."""
    if not await _may_hear(tx, request, to_chat):
        return
    told = t(
        "why.answered",
        number=request.number,
        unit=await _name(tx, request.to_unit_id),
        by=tx.who.name,
        text=quoted(request, What.WHY, text),
    )
    await tell(tx, request, told, [to_chat])


async def _may_hear(tx: Tx, request: Request, chat_id: int) -> bool:
    if not await groups.is_private(tx, chat_id):
        return await groups.hears(tx, request, chat_id)
    person: Person | None = await people_rows.by_chat(tx.session, chat_id)
    reader = await actor_by_person(tx, person.id) if person and person.private_ok else None
    return reader is not None and rights.may(reader, Right.SEE, request) is None


async def _name(tx: Tx, unit_id: int | None) -> str:
    return await units.name_of(tx, unit_id)
