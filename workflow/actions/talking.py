"""Words about a request: comments that go to the other side, and prompts that ask for words."""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Request
from workflow.actions.asking import do_complete
from workflow.actions.following import follow
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.results import Done, WordsWanted, done
from workflow.kernel.states import State
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.attachments import FileIn
from workflow.notices.comments import notify_comment
from workflow.organisation.rights import may
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request import approval
from workflow.request.acting import keep_comment
from workflow.request.requests import Ref, access_request
from workflow.request.turn import take_turn


async def comment(work: Work, request_id: int, text: str, files: Sequence[FileIn] = ()) -> Done:
    """A plain reply to a card: kept, and passed to the other side. The asker of a returned request thereby
    gives what was asked for."""
    async with work.write() as tx:
        await take_turn(tx)  # what completes a request is looked up again
        request = await access_request(tx, request_id, Action.COMMENT, example="/show KS26-0042")
        if request.state == State.RETURNED and may(tx.who, Action.COMPLETE, request) is None:
            work.asked = (request.id, Action.COMPLETE)
            action = await do_complete(tx, request, text, files)
            await follow(tx, request, ())
            return await tx.conclude(done(request, action))
        await do_comment(tx, request, text, files)
        return await tx.conclude(done(request, Action.COMMENT))


async def complete(work: Work, request_id: Ref, text: str, files: Sequence[FileIn] = ()) -> Done:
    """A reply to "returned" or to the prompt of 补充; when the request has gone on meanwhile, a comment."""
    async with work.write() as tx:
        await take_turn(tx)  # what completes a request is looked up again
        request = await access_request(tx, request_id, Action.COMMENT, example="/show KS26-0042")
        if request.state != State.RETURNED:
            await do_comment(tx, request, text, files)
            return await tx.conclude(done(request, Action.COMMENT))
        await access_request(tx, request_id, Action.COMPLETE, example="/show KS26-0042")
        action = await do_complete(tx, request, text, files)
        await follow(tx, request, ())
        return await tx.conclude(done(request, action))


async def do_comment(tx: Tx, request: Request, text: str, files: Sequence[FileIn]) -> None:
    """Keep a comment and pass it on. Raises :class:`Refused` for an empty one, for a file to what has not gone out (it
    would go out with it, and nobody who approves would have seen it), and for what nobody approved of what has."""
    text = text.strip()
    if not text and not files:
        raise Refused("error.reply_empty", number=request.number)
    if files and approval.is_withheld(request):
        raise Refused("error.reply_file_withheld", number=request.number)
    approval.check_adds(tx, request, text, has_files=bool(files))
    await attachments.keep(tx, files, request_id=request.id)
    await keep_comment(tx, request, Action.COMMENT, text)
    await record(tx, request, Action.COMMENT, files=len(files))
    await notify_comment(tx, request, text, has_files=bool(files))


async def prompt(work: Work, ref: Ref, action: Action) -> WordsWanted:
    """A button that needs words: whether the action may be done, and what it would be done to."""
    async with work.write() as tx:
        request = await access_request(tx, ref, action, example="/show KS26-0042")
        return await tx.conclude(
            WordsWanted(action=action, request_id=request.id, number=request.number or "")
        )
