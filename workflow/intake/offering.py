"""A post that may be a request though nobody marked it, and a request that was none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from matching.words.choose_words import squeeze
from storage.queries import drafts as draft_rows
from storage.queries import requests as rows
from storage.queries.limits import Spent, spend
from storage.tables.models import Unit
from workflow.actions.asking import do_cancel
from workflow.intake.intake import begin_offer
from workflow.kernel.actions import Action
from workflow.kernel.errors import Refused
from workflow.kernel.results import Done, Dropped, Offered, TakenBack, Unchanged
from workflow.kernel.states import after
from workflow.kernel.tx import Tx
from workflow.notices.attachments import FileIn
from workflow.organisation import groups, people, units
from workflow.organisation.work import Work
from workflow.request import drafts
from workflow.request.drafts import DraftBody
from workflow.request.requests import Ref, access_request

#: So many questions of this kind a minute: in a group that talks in numbers the bot keeps still.
MOST, MINUTE = 3, timedelta(minutes=1)
#: A registration is undone within this time; later it is a request that is cancelled.
UNDONE_WITHIN = timedelta(minutes=10)
#: So many of somebody's dropped offers are looked at for the same words.
MOST_DROPPED = 20
_NO_POSTS = drafts.OTHERS - {"offer"}


async def offer_unasked(work: Work, text: str, files: Sequence[FileIn] = ()) -> Offered | Unchanged:
    """A post in a unit's group with a number and a wish: 登记为协作请求？ Nothing is said to who may not ask here, and
    nothing again about words that were no request before."""
    async with work.write() as tx:
        own = await _unit_here(tx)
        if own is None or await _was_none(tx, text):
            return Unchanged()
        spent = await spend(tx.session, f"offers:{tx.where.chat_id}", most=MOST, at=tx.sent, window=MINUTE)
        if spent is not Spent.WITHIN:
            return Unchanged()
        offered = await begin_offer(tx, own, text, files)
        return offered if offered.again else await tx.conclude(offered)


async def _unit_here(tx: Tx) -> Unit | None:
    """The unit of this group for which the actor asks."""
    actor = await people.present(tx)
    here = {unit.id for unit in await groups.units_of(tx, tx.where.chat_id)}
    mine = [s.unit_id for s in actor.standings if s.unit_id in here] if actor else []
    return await units.by_id(tx, mine[0]) if mine else None


async def _was_none(tx: Tx, text: str) -> bool:
    """Whether their author has said of the same words that they are no request."""
    dropped = await draft_rows.dropped_offers(
        tx.session, tx.where.chat_id, tx.who.person_id, limit=MOST_DROPPED
    )
    return any(
        squeeze(part.text) == squeeze(text) for draft in dropped for part in DraftBody.of(tx, draft).parts
    )


async def not_a_request(work: Work, ref: Ref) -> Dropped | TakenBack:
    """``/notarequest``: what was registered within ten minutes, or is not registered yet, was no request. Without a
    number: all that the asker's newest post here became."""
    async with work.write() as tx:
        if ref == "":
            newest = await rows.last_asked(
                tx.session, asker_id=tx.who.person_id, chat_id=tx.where.chat_id, since=tx.now - UNDONE_WITHIN
            )
            draft = await draft_rows.open_of(
                tx.session, tx.where.chat_id, tx.who.person_id, but_not=_NO_POSTS
            )
            if draft is not None and (newest is None or draft.at > newest.asked_at):
                return await tx.conclude(await drafts.withdraw(tx, draft))
            if newest is None:
                raise Refused("error.notarequest_none", example="/cancel KS26-0042")
            made = await rows.by_origin(tx.session, newest.origin_key or "")
            still = [one.id for one in made if after(one.state, Action.CANCEL) is not None]
            refs: list[Ref] = [*still] or [newest.id]
        else:
            refs = [ref]
        return await tx.conclude(TakenBack(done=tuple([await _take_back(tx, one) for one in refs])))


async def _take_back(tx: Tx, ref: Ref) -> Done:
    """Raises :class:`Refused` for one that was registered too long ago."""
    request = await access_request(
        tx, ref, Action.CANCEL, example="/notarequest KS26-0042", called="notarequest"
    )
    if tx.now - request.asked_at > UNDONE_WITHIN:
        number = request.number
        raise Refused("error.notarequest_late", number=number, example=f"/cancel {number}")
    return await do_cancel(tx, request)
