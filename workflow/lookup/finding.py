"""``/find``: requests by what officers remember of them, among those that they may see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from matching.identifiers.values import Record
from storage.queries import requests as rows
from storage.tables.models import Draft, Request
from storage.tables.words import DraftKind, DraftState
from workflow.kernel.actions import Right
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.examples import worded
from workflow.kernel.parts import Part
from workflow.kernel.tx import Actor, Tx
from workflow.lookup import pages, sharing
from workflow.lookup.pages import PAGE, Listing, Section
from workflow.lookup.search import Wanted, mentions, wanted
from workflow.lookup.views import ListPage
from workflow.organisation import groups, involving, people, rights, units
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody
from workflow.reuse import reuse

#: So many of the newest requests of one's units are read through, for parts of names and words.
READ_THROUGH = 2000
AT_ONCE = 50  # between which others' messages get their turn
KIND = DraftKind.FIND
FEWEST = 2  # characters


async def search(work: Work, words: str) -> ListPage:
    """``/find words``: what is found is a read, and recorded as one."""
    words = words.strip()
    if len(words) < FEWEST:
        raise Refused("error.find_short", example=worded("find"))
    ids = await _ids(work, words)
    async with work.write() as tx:
        kept = 0
        if len(ids) > PAGE and tx.place is not None:
            kept = (await keep(tx, DraftBody(parts=[Part(text=words, sent=tx.sent)]), kind=KIND)).id
        listing = await _listing(tx, ids, kept)
        await _record(tx, listing, 1)
        page = await pages.page_of(tx, listing)
        return await tx.conclude(replace(page, notes=await sharing.found(tx, words)))


async def turn(work: Work, page: int, kept: int) -> ListPage:
    """Another page of what was found: looked for anew, by the one who searched alone."""
    async with work.read() as tx:
        draft = await tx.session.get(Draft, kept)
        actor = await people.present(tx)
        if draft is None or draft.kind != KIND or actor is None or draft.person_id != actor.person_id:
            raise Refused("denied.list")
        parts = DraftBody.of(tx, draft).parts
    if not parts:  # what is kept for a page goes after some days
        raise Refused("error.button_old")
    ids = await _ids(work, parts[0].text)
    async with work.write() as tx:
        listing = await _listing(tx, ids, kept)
        await _record(tx, listing, page)
        return await tx.conclude(await pages.page_of(tx, listing, page, turned=True))


async def _ids(work: Work, words: str) -> list[int]:
    async with work.read() as tx:  # reading through takes long: not under the write lock
        actor = await people.present(tx)
        if actor is not None and not rights.may_look_for(actor):
            raise Refused("denied.newcomer")
        return await _matching(tx, actor, wanted(words)) if actor is not None else []


async def keep(tx: Tx, body: DraftBody, *, kind: DraftKind) -> Draft:
    """What is looked for, sealed, so that a page can be turned: a button has no room for it, and is read by many."""
    draft = Draft(
        chat_id=tx.where.chat_id,
        message_id=tx.where.message_id or 0,
        person_id=tx.who.person_id,
        kind=kind,
        state=DraftState.DROPPED,
        at=tx.now,
        expires_at=tx.now,
        sealed=body.seal(tx, person_id=tx.who.person_id, message_id=tx.where.message_id or 0),
    )
    tx.session.add(draft)
    await tx.session.flush()
    return draft


async def _listing(tx: Tx, ids: Sequence[int], kept: int) -> Listing:
    section = Section(title="find", found=await seen(tx, ids))
    return Listing(again=f"find:{kept}", sections=(section,))


async def seen(tx: Tx, ids: Sequence[int]) -> list[Request]:
    """Of what was found, locked, what the actor still may see and this chat may hear of."""
    found = []
    for request_id in ids:
        request = await rows.hold(tx.session, request_id)
        if request is None:
            continue
        if rights.may(involving.before_going_out(tx, tx.who, request), Right.SEE, request) is not None:
            continue
        if await groups.concerns(tx, request):
            found.append(request)
    return found


async def _record(tx: Tx, listing: Listing, page: int) -> None:
    for _, request in pages.on_page(listing, page):
        await record(tx, request, "found", person=tx.who.person_id)


async def _matching(tx: Tx, actor: Actor, asked: Wanted) -> list[int]:
    names = {u.id: [u.name, u.code, *u.aliases] for u in await units.current(tx)}

    def says(request: Request, whole: bool) -> bool:
        rule = tx.policy.types.get(request.type)
        labels = [
            *(rule.labels.values() if rule else ()),
            *names.get(request.from_unit_id or 0, ()),
            *names.get(request.to_unit_id or 0, ()),
        ]
        body = Body.of(request, tx.sealer)
        return mentions(asked, body, number=request.number or "", labels=labels, whole=whole)

    return await visible(tx, actor, asked.record(), says)


#: Whether a request is meant, for somebody who may read it whole, or may not.
Says = Callable[[Request, bool], bool]


async def visible(tx: Tx, actor: Actor, query: Record, says: Says) -> list[int]:
    """Ids of the requests that somebody may see, of those that share a key with a query and of the newest of their
    units, which ``says`` tells to be meant; newest first."""
    keyed = [int(c.id) for c in await reuse.candidates(tx, query)]
    own = await rows.newest_of(tx.session, sorted(actor.units), None, limit=READ_THROUGH, far=True)
    found: list[int] = []
    requests = {r.id: r for r in own}
    for request_id in keyed:
        if request_id not in requests:
            request = await tx.session.get(Request, request_id)
            if request is not None:
                requests[request_id] = request
    for count, request in enumerate(requests.values()):
        if request.number is None or rights.may(actor, Right.SEE, request) is not None:
            continue
        if says(request, rights.may(actor, Right.FULL, request) is None):
            found.append(request.id)
        if count % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
    return sorted(found, reverse=True)
