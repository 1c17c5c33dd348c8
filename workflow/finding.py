"""``/find``: requests by what officers remember of them, among those that they may see."""

from __future__ import annotations

import asyncio

from storage import requests as rows
from storage.models import Request
from workflow import groups, people, reuse, rights, units
from workflow.body import Body
from workflow.errors import Refused
from workflow.lists import say_list
from workflow.record import record
from workflow.search import Wanted, mentions, wanted
from workflow.work import Actor, Tx, Work

#: So many of the newest requests of one's units are read through, for parts of names and words.
READ_THROUGH = 2000
AT_ONCE = 50  # between which others' messages get their turn
SHOWN = 20
FEWEST = 2  # characters


async def search(work: Work, words: str) -> None:
    """``/find words``: what is found is a read, and recorded as one."""
    words = words.strip()
    if len(words) < FEWEST:
        raise Refused("error.find_short", example="/find 张三")
    asked = wanted(words)
    async with work.read() as tx:  # reading through takes long: not under the write lock
        actor = await people.present(tx)
        ids = await _matching(tx, actor, asked) if actor is not None else []
    async with work.write() as tx:
        seen = []
        for request_id in ids:
            request = await tx.session.get(Request, request_id, with_for_update=True)
            if request is None or rights.may(tx.who, "see", request) is not None:
                continue
            if await groups.concerns(tx, request):
                seen.append(request)
        for request in seen[:SHOWN]:
            await record(tx, request, "found", person=tx.who.person_id)
        await say_list(tx, "find", seen)


async def _matching(tx: Tx, actor: Actor, asked: Wanted) -> list[int]:
    """Ids of what is found, newest first."""
    keyed = [int(c.id) for c in await reuse.candidates(tx, asked.record())]
    own = await rows.newest_of(tx.session, sorted(actor.units), None, limit=READ_THROUGH, far=True)
    names = {u.id: [u.name, u.code, *u.aliases] for u in await units.current(tx)}
    found: list[int] = []
    requests = {r.id: r for r in own}
    for request_id in keyed:
        if request_id not in requests:
            request = await tx.session.get(Request, request_id)
            if request is not None:
                requests[request_id] = request
    for count, request in enumerate(requests.values()):
        if request.number is None or rights.may(actor, "see", request) is not None:
            continue
        rule = tx.policy.types.get(request.type)
        labels = [
            *(rule.labels.values() if rule else ()),
            *names.get(request.from_unit_id or 0, ()),
            *names.get(request.to_unit_id or 0, ()),
        ]
        if mentions(asked, Body.of(request, tx.sealer), number=request.number, labels=labels):
            found.append(request.id)
        if count % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
    return sorted(found, reverse=True)
