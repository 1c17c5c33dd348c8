"""Which files of a request a chat gets now: chosen when they are sent, so that an album goes out together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.queries import files as file_rows
from storage.queries import posts as post_rows
from storage.queries import requests as rows
from storage.tables.models import File, Request
from storage.tables.words import PostPurpose
from workflow.kernel.actions import Side
from workflow.kernel.masked import harmless
from workflow.kernel.text import Button
from workflow.kernel.tx import Tx
from workflow.notices import attachments
from workflow.notices.cards_view import FileLine
from workflow.notices.words import full_button
from workflow.organisation import owning
from workflow.organisation.audience import Audience, Much, What, audience_of, how_much


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """What is new to a chat: the files that it is sent, and the way to those that it is not."""

    number: str = ""
    sent: tuple[FileLine, ...] = ()
    kept_back: int = 0
    of_answer: bool = False  # some of those that are kept back: the answer says so itself
    full: tuple[Button, ...] = ()


async def load_files(tx: Tx, request_id: int, chat_id: int, *, since: datetime) -> Files:
    """The files from elsewhere that this chat has not been sent, oldest first.

    ``since``: when the line of the outbox at hand was written. The first such line for a chat brings all
    that there is (a draft's files are older than its request), a later one what has come since.
    A chat on neither side gets nothing; of an answer that was taken from an earlier request, only who has
    that answer gets anything.
    """
    request = await tx.session.get(Request, request_id)
    audience = await audience_of(tx, request, chat_id) if request is not None else None
    if request is None or audience is None or audience.side is Side.OBSERVER:
        return Files()
    # By what stands in the chat, for lines of the outbox are swept.
    sent_before = await post_rows.last_of(tx.session, request_id, chat_id, PostPurpose.FILES) is not None
    found = await file_rows.from_elsewhere(
        tx.session, request_id, chat_id, since=since if sent_before else None
    )
    answers = await rows.answers(tx.session, request_id)
    readable = {a.id for a in owning.shown_in(audience.units, request, answers)}
    sent: list[FileLine] = []
    kept_back: list[FileLine] = []
    for file in found:
        if file.answer_id is not None and file.answer_id not in readable:
            continue
        line = _line(tx, file)
        shown = await _is_shown(tx, request, audience, file, line)
        (sent if shown else kept_back).append(line)
    return Files(
        number=request.number or "",
        sent=tuple(sent),
        kept_back=len(kept_back),
        of_answer=any(line.of_answer for line in kept_back),
        full=(full_button(request),),
    )


def _line(tx: Tx, file: File) -> FileLine:
    sealed = tx.sealer.unseal("files", file.sealed)
    return FileLine(
        kind=file.kind,
        file_id=sealed["file_id"],
        name=sealed.get("name") or "",
        of_answer=file.answer_id is not None,
        private=bool(sealed.get(attachments.PRIVATE)),
    )


async def _is_shown(tx: Tx, request: Request, audience: Audience, file: File, line: FileLine) -> bool:
    """A file carries its name with it: in a group one that names somebody is kept back, and so is a picture of an
    identity document, whatever a group is shown."""
    if audience.reader is None and (line.private or not harmless(line.name)):
        return False
    what = What.ANSWER_FILE if line.of_answer or await _of_the_asked(tx, request, file) else What.FILE
    return how_much(audience, request, what) is Much.WHOLE


async def _of_the_asked(tx: Tx, request: Request, file: File) -> bool:
    """What the asked side sends beside its answer shows as much as that."""
    return file.chat_id is not None and (await audience_of(tx, request, file.chat_id)).side is Side.ASKED
