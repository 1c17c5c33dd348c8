"""Who looks after the asked unit asks why something is not done, and is answered by a reply."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.actions.talking import do_comment
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.results import Done, done
from workflow.notices.attachments import FileIn
from workflow.notices.comments import notify_asked_why, notify_explained
from workflow.notices.telling import sides
from workflow.organisation import units
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request import approval
from workflow.request.acting import keep_comment
from workflow.request.requests import Ref, access_request, do_action

CALL = worded("ask")


async def ask(work: Work, ref: Ref, words: str = "") -> Done:
    """``/ask N words``, or a tap: a question to whoever has it. Without words: why it is not answered yet."""
    async with work.write() as tx:
        request = await access_request(tx, ref, Action.ASK, example=CALL)
        both = await sides(tx, request)
        if not both.asked:
            to_unit = await units.name_of(tx, request.to_unit_id)
            raise Refused("error.ask_nobody", number=request.number, unit=to_unit)
        words = words.strip()
        approval.check_adds(
            tx, request, words, has_files=False
        )  # the asking unit may stand above the asked one
        if words:
            await keep_comment(tx, request, Action.ASK, words)
        await do_action(tx, request, Action.ASK, detail={"chat": tx.reads_in})
        await notify_asked_why(tx, request, words, both.asked)
        return await tx.conclude(done(request, Action.ASK))


async def explain(
    work: Work, request_id: int, text: str, files: Sequence[FileIn] = (), *, to_chat: int
) -> Done:
    """A reply to the question: it goes back to where it was asked, while those there may still hear it. Anybody
    of the two units who replies and does not belong to the asked one has made a comment."""
    async with work.write() as tx:
        request = await access_request(tx, request_id, Action.COMMENT, example="/show KS26-0042")
        if tx.who.role_in(request.to_unit_id) is None or not text.strip():
            await do_comment(tx, request, text, files)
            return await tx.conclude(done(request, Action.COMMENT))
        await keep_comment(tx, request, Action.EXPLAIN, text.strip())
        await record(tx, request, Action.EXPLAIN, chat=to_chat)
        await notify_explained(tx, request, text.strip(), to_chat=to_chat)
        return await tx.conclude(done(request, Action.EXPLAIN))
