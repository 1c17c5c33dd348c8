"""Who looks after the asked unit asks why something is not done, and is answered by a reply."""

from __future__ import annotations

from collections.abc import Sequence

from storage.queries import people as people_rows
from storage.tables.models import Person, Request
from workflow.actions.talking import say_comment
from workflow.kernel.actions import Action, Right
from workflow.kernel.errors import Refused
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices.attachments import FileIn
from workflow.notices.telling import holders, sides, tell
from workflow.notices.words import quoted
from workflow.organisation import groups, rights, units
from workflow.organisation.audience import What, actor_by_person
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.acting import done, keep_comment
from workflow.request.requests import Ref, apply, reach

EXAMPLE = "/ask KS26-0042 为何还没有反馈"
#: What stands under a question: the answer to it goes to the chat that follows.
PURPOSE = "ask:why:"


async def ask(work: Work, ref: Ref, words: str = "") -> Text:
    """``/ask N words``, or a tap: a question to whoever has it. Without words: why it is not answered yet."""
    async with work.write() as tx:
        request = await reach(tx, ref, Action.ASK, example=EXAMPLE)
        both = await sides(tx, request)
        if not both.asked:
            raise Refused("error.ask_nobody", number=request.number, unit=await _name(tx, request.to_unit_id))
        words = words.strip()
        if words:
            await keep_comment(tx, request, Action.ASK, words)
        await apply(tx, request, Action.ASK, detail={"chat": tx.where.chat_id})
        told = t(
            "why.asked_words" if words else "why.asked",
            number=request.number,
            unit=await acting_for(tx, request),
            by=tx.who.name,
            who=await holders(tx, request),
            text=quoted(request, What.WHY, words) if words else None,
        )
        purpose = f"{PURPOSE}{tx.where.chat_id}"
        once = f"why:{request.id}:{tx.where.chat_id}"
        await tell(tx, request, told, both.asked, purpose=purpose, once=once)
        return await done(tx, request, Action.ASK)


async def explain(
    work: Work, request_id: int, text: str, files: Sequence[FileIn] = (), *, to_chat: int
) -> Text:
    """A reply to the question: it goes back to where it was asked, while those there may still hear it. Anybody
    of the two units who replies and does not belong to the asked one has made a comment."""
    async with work.write() as tx:
        request = await reach(tx, request_id, Action.COMMENT, example="/show KS26-0042")
        if tx.who.role_in(request.to_unit_id) is None or not text.strip():
            await say_comment(tx, request, text, files)
            return await done(tx, request, Action.COMMENT)
        await keep_comment(tx, request, Action.EXPLAIN, text.strip())
        await record(tx, request, Action.EXPLAIN, chat=to_chat)
        if await _may_hear(tx, request, to_chat):
            told = t(
                "why.answered",
                number=request.number,
                unit=await _name(tx, request.to_unit_id),
                by=tx.who.name,
                text=quoted(request, What.WHY, text.strip()),
            )
            await tell(tx, request, told, [to_chat])
        return await done(tx, request, Action.EXPLAIN)


async def _may_hear(tx: Tx, request: Request, chat_id: int) -> bool:
    if chat_id < 0:
        return await groups.hears(tx, request, chat_id)
    person: Person | None = await people_rows.by_telegram_id(tx.session, chat_id)
    reader = await actor_by_person(tx, person.id) if person else None
    return reader is not None and rights.may(reader, Right.SEE, request) is None


async def acting_for(tx: Tx, request: Request) -> str:
    """The name of the unit in whose name somebody asks or nudges."""
    return await _name(tx, rights.acts_for(tx.who, request))


async def _name(tx: Tx, unit_id: int | None) -> str:
    unit = await units.by_id(tx, unit_id)
    return unit.name if unit else ""
