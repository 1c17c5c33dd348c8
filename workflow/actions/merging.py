"""What the parts of a request have answered becomes its answer: by whoever has the whole, who reads the draft first,
sends it as it stands or in other words, and picks how it came out as of any answer."""

from __future__ import annotations

from collections.abc import Sequence

from storage.tables.models import Person, Request
from workflow.actions import picking
from workflow.actions.answering import do_answer
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.openings import Opening, read_opening
from workflow.kernel.outcomes import MORE
from workflow.kernel.pressed import Under, close
from workflow.kernel.results import Answered, Drafted
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.notices import merged
from workflow.notices.attachments import FileIn
from workflow.notices.merged import Merged
from workflow.organisation.work import Work
from workflow.request.family import check_parts
from workflow.request.requests import Ref, access_request
from workflow.request.turn import take_turn
from workflow.reuse.called_off import call_off

CALL = "/merge KS26-0042"


async def draft(work: Work, ref: Ref) -> Drafted:
    """``/merge N``: what the parts have answered so far, put before who asks, in private."""
    async with work.write() as tx:
        request, found = await _access(tx, ref)
        await _put(tx, request, found)
        return await tx.conclude(Drafted(request_id=request.id, number=request.number or ""))


async def send(work: Work, request_id: int, fingerprint: str) -> Answered | Drafted:
    """The draft is sent as it stands, and what is still out is called off. Where the parts say something else by now,
    it is put before them once more."""
    async with work.write() as tx:
        await take_turn(tx)
        request, found = await _access(tx, request_id)
        if found.fingerprint != fingerprint:
            await close(tx, _under(request), t("merge.changed", number=request.number))
            await _put(tx, request, found)
            return await tx.conclude(Drafted(request_id=request.id, number=request.number or ""))
        await close(tx, _under(request), t("merge.sent", number=request.number))
        await call_off(tx, request)
        said = Opening(handling=None, outcome=None, text=found.text)
        row = await do_answer(tx, request, said, kept=found.files)
        return await tx.conclude(await picking.answered(tx, request, row, Action.ANSWER))


async def send_edited(work: Work, ref: Ref, text: str, files: Sequence[FileIn] = ()) -> Answered:
    """A reply to the draft: the answer in these words, with the files of the parts. Not while one is out."""
    async with work.write() as tx:
        await take_turn(tx)
        request, found = await _access(tx, ref)
        said = read_opening(text)
        if not said.text:
            raise Refused("error.merge_empty", number=request.number)
        if said.outcome != MORE:
            await check_parts(tx, request, Action.ANSWER)
        row = await do_answer(tx, request, said, files, kept=found.files)
        return await tx.conclude(await picking.answered(tx, request, row, Action.ANSWER, said.handling))


async def _access(tx: Tx, ref: Ref) -> tuple[Request, Merged]:
    """A request that was split, and what its parts say, to somebody who may answer it and read them. Raises
    :class:`Refused`."""
    request = await access_request(tx, ref, Action.MERGE, example=CALL)
    found = await merged.load(tx, request, lock=True)
    if found is None:
        raise Refused("error.merge_nothing", number=request.number, example=f"/answer {request.number} …")
    if not found.given:
        raise Refused("error.merge_empty_yet", number=request.number, example=f"/show {request.number}")
    if not merged.may_merge(tx.who, request, found):
        raise Refused("denied.full", number=request.number)
    return request, found


async def _put(tx: Tx, request: Request, found: Merged) -> None:
    """Into the private chat of who acts. Raises :class:`Refused` for who has none open."""
    chat_id = tx.where.chat_id if tx.place is not None and tx.place.private else None
    if chat_id is None:
        person = await tx.session.get(Person, tx.who.person_id)
        chat_id = person.open_chat if person is not None else None
    if chat_id is None:
        raise Refused("error.merge_private", number=request.number, bot=tx.policy.bot_username)
    await merged.put_draft(tx, request, found, chat_id=chat_id)


def _under(request: Request) -> Under:
    return Under(request_id=request.id, purposes=(merged.MERGE,))
