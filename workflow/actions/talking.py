"""Words about a request: comments that go to the other side, and prompts that ask for words."""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Request
from workflow.actions.asking import complete_it
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.states import State
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.attachments import FileIn
from workflow.notices.telling import mention, show, sides, tell
from workflow.notices.words import quoted
from workflow.organisation.rights import is_asker
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.acting import done, keep_comment
from workflow.request.requests import Ref, reach


async def comment(work: Work, request_id: int, text: str, files: Sequence[FileIn] = ()) -> Text:
    """A plain reply to a card: kept, and passed to the other side. The asker of a returned request thereby
    gives what was asked for."""
    async with work.write() as tx:
        request = await reach(tx, request_id, Action.COMMENT, example="/show KS26-0042")
        if request.state == State.RETURNED and is_asker(tx.who, request):
            work.asked = (request.id, Action.COMPLETE)
            await complete_it(tx, request, text, files)
            return await done(tx, request, Action.COMPLETE)
        await say_comment(tx, request, text, files)
        return await done(tx, request, Action.COMMENT)


async def complete(work: Work, request_id: Ref, text: str, files: Sequence[FileIn] = ()) -> Text:
    """A reply to "returned" or to the prompt of 补充; when the request has gone on meanwhile, a comment."""
    async with work.write() as tx:
        request = await reach(tx, request_id, Action.COMMENT, example="/show KS26-0042")
        if request.state != State.RETURNED:
            await say_comment(tx, request, text, files)
            return await done(tx, request, Action.COMMENT)
        await reach(tx, request_id, Action.COMPLETE, example="/show KS26-0042")
        await complete_it(tx, request, text, files)
        return await done(tx, request, Action.COMPLETE)


async def say_comment(tx: Tx, request: Request, text: str, files: Sequence[FileIn]) -> None:
    """Keep a comment and pass it on. Raises :class:`Refused` for an empty one."""
    text = text.strip()
    if not text and not files:
        raise Refused("error.reply_empty", number=request.number)
    await attachments.keep(tx, files, request_id=request.id)
    await keep_comment(tx, request, Action.COMMENT, text)
    await record(tx, request, Action.COMMENT, files=len(files))
    others = [chat for chat in (await sides(tx, request)).all if chat != tx.where.chat_id]
    if text:
        told = t("comment", number=request.number, name=tx.who.name, text=quoted(request, "comment", text))
        await tell(tx, request, told, others)
    if files:
        await attachments.send(tx, request, others)
    await show(tx, request)


async def prompt(work: Work, ref: Ref, action: Action) -> Text:
    """A button that needs words: ask for a reply. What the reply is for is kept in ``posts``."""
    async with work.write() as tx:
        request = await reach(tx, ref, action, example="/show KS26-0042")
        told = t(f"ask.{action}", number=request.number, who=mention(tx.who.name, tx.who.telegram_id))
        await tx.say(
            told,
            chat_id=tx.where.chat_id,
            thread_id=tx.where.thread_id,
            reply_to=tx.where.message_id,
            ask=True,
            request_id=request.id,
            purpose=f"ask:{action}",
            once=f"ask:{request.id}:{action}:{tx.who.person_id}",
        )
        return t("toast.reply")
