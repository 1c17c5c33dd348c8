"""``/audit``: who did and who read what. Of one request; of one person; of one number or name, whoever asked about it.

Whoever looks after one of the two units of a request, or after what lies above, may look into its record, and admins
into every one. What is another unit's business is left out for all but admins; and every look is recorded itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from storage.queries import requests as request_rows
from storage.queries import trails as rows
from storage.tables.models import Draft, Request
from storage.tables.words import DraftKind
from workflow.keeping.holdings import hashed
from workflow.keeping.purging import lasting_secret
from workflow.kernel.actions import Right
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Actor, Tx
from workflow.lookup import finding, trails
from workflow.lookup.naming import masked, named_by, names_somebody, says_it, unmistakable
from workflow.lookup.trail_views import AuditPage
from workflow.lookup.trails import By, Trail
from workflow.organisation import people, rights
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody
from workflow.request.requests import access_request, is_number

EXAMPLE = "/audit KS26-0042"
KIND = DraftKind.AUDIT
_may = rights.may_audit_anything


async def of_request(work: Work, ref: int | str) -> AuditPage:
    """``/audit N``: who did and who read what, from the beginning."""
    async with work.write() as tx:
        if not _may(tx.who):
            raise Refused("denied.audit")
        request = await access_request(tx, ref, Right.AUDIT, example=EXAMPLE)
        _check_place(tx, By.REQUEST)
        return await _begin(tx, Trail(by=By.REQUEST, of=request.id, last=await rows.newest(tx.session)))


async def of_person(work: Work, who: str) -> AuditPage:
    """``/audit @user``: what somebody did and read, the newest first."""
    async with work.write() as tx:
        _check_place(tx, By.PERSON)
        person = await people.find(tx, who)
        if person is None or not await _looks_over_person(tx, person.id):
            raise Refused("denied.audit_person", given=who)
        return await _begin(tx, Trail(by=By.PERSON, of=person.id, last=await rows.newest(tx.session)))


def names_value(words: str) -> bool:
    """Whether somebody writes of a number or a name that requests have, such as a telephone, and not of a request."""
    return not is_number(words) and names_somebody(words)


async def of_value(work: Work, value: str) -> AuditPage:
    """``/audit VALUE``: what was done and read about a number or a name, in every request that names it, the newest
    first. Raises :class:`Refused` for less than a whole number: it could be anybody's."""
    value = value.strip()
    if not unmistakable(value):
        raise Refused("error.audit_what", given=value, example=EXAMPLE)
    async with work.read() as tx:  # looking for them takes long: not under the write lock
        actor = await people.present(tx)
        found = await named_by(tx, actor, value) if actor is not None and _may(actor) else None
    async with work.write() as tx:
        _check_place(tx, By.VALUE)
        if not _may(tx.who):
            raise Refused("denied.audit")
        ids, more = found or await named_by(tx, tx.who, value)  # they have never written here before
        last = await rows.newest(tx.session)
        trail = Trail(by=By.VALUE, of=value, last=last, ids=tuple(ids), more=more)
        return await _begin(tx, trail)


async def turn(work: Work, page: int, kept: int) -> AuditPage:
    """Another page, by the one who asked alone, with the rights that they have by now. It is the same look, and so not
    on record once more; but for requests of which nothing was shown before. Raises :class:`Refused`."""
    async with work.write() as tx:
        draft, trail = await kept_trail(tx, kept)
        if not 1 <= page <= len(trail.starts):
            raise Refused("error.button_old")
        shown, trail = await _page(tx, trail, page)
        draft.sealed = DraftBody(chosen=trail.plain()).seal(tx)
        return await tx.conclude(replace(shown, kept=kept, turned=True))


async def kept_trail(tx: Tx, kept: int) -> tuple[Draft, Trail]:
    """What somebody asked for, held, if it was the one who acts and they still may. Raises :class:`Refused`."""
    draft = await tx.session.get(Draft, kept, with_for_update=True)
    if draft is None or draft.kind != KIND or draft.person_id != tx.who.person_id:
        raise Refused("denied.list")
    chosen = DraftBody.of(tx, draft).chosen
    if "by" not in chosen:  # what is kept for a page goes after some days
        raise Refused("error.button_old")
    trail = Trail.from_plain(chosen)
    _check_place(tx, trail.by)
    await check(tx, tx.who, trail)
    return draft, trail


async def check(tx: Tx, actor: Actor, trail: Trail) -> None:
    """Raises :class:`Refused` where somebody may not look into it (any more)."""
    match trail.by:
        case By.REQUEST:
            request = await tx.session.get(Request, int(trail.of))
            if request is None or rights.may(actor, Right.AUDIT, request) is not None:
                raise Refused("denied.audit")
        case By.PERSON:
            if not await _looks_over_person(tx, int(trail.of), actor):
                raise Refused("denied.audit")
        case By.VALUE:
            if not _may(actor):
                raise Refused("denied.audit")


async def of_whom(tx: Tx, trail: Trail) -> str:
    """The number of the request, the name of the person; the value, masked."""
    if trail.by is By.REQUEST:
        return await request_rows.number_of(tx.session, int(trail.of)) or ""
    return await people.name_by_id(tx, int(trail.of)) if trail.by is By.PERSON else masked(str(trail.of))


async def note(tx: Tx, trail: Trail, action: str, requests: Collection[int], **why: Any) -> None:
    """That it was looked into stands in the record: of the request; of the desk, with whom, or a hash of what; and of
    each of these requests which a number led to."""
    told: dict[str, Any] = {"person": tx.who.person_id, **why}
    if trail.by is By.PERSON:
        theirs = await rows.belonged_to(tx.session, int(trail.of))
        await record(tx, None, action, actor=rights.looking_for(tx.who, *theirs), of=trail.of, **told)
    if trail.by is By.VALUE:
        secret = await lasting_secret(tx, make=True)
        await record(tx, None, action, who=[hashed(secret, unmistakable(str(trail.of)))], **told)
    await _note_on(tx, requests, action, told)


async def _note_on(tx: Tx, requests: Collection[int], action: str, told: dict[str, Any]) -> None:
    for request_id in sorted(requests):  # held in one order by all who hold several
        request = await request_rows.hold(tx.session, request_id)
        if request is not None and rights.may(tx.who, Right.AUDIT, request) is None:
            await record(tx, request, action, actor=_looks_as(tx.who, request), **told)


def _looks_as(actor: Actor, request: Request) -> Actor:
    """Who looks into a request, for the side that they look over. An admin who looks over neither does so for no unit,
    whatever they belong to: who looks after one of the sides is to learn of it."""
    sides = (request.from_unit_id, request.to_unit_id)
    if any(rights.looks_over(replace(actor, admin=False), unit) for unit in sides):
        return rights.looking_for(actor, *sides)
    return replace(actor, standings=())


async def _begin(tx: Tx, trail: Trail) -> AuditPage:
    shown, trail = await _page(tx, trail, 1, first=True)
    kept = 0
    if tx.place is not None:
        kept = (await finding.keep(tx, DraftBody(chosen=trail.plain()), kind=KIND)).id
    return await tx.conclude(replace(shown, kept=kept))


async def _page(tx: Tx, trail: Trail, page: int, *, first: bool = False) -> tuple[AuditPage, Trail]:
    """A page of it, and the trail with what is known of it by now."""
    if trail.by is By.VALUE and not first:
        trail = await _still_naming(tx, trail)
    found = await trails.stretch(tx, tx.who, trail, trail.began(page))
    trail = trail.known(page, found.following)
    anew = [one for one in found.requests if trail.by is By.VALUE and one not in trail.shown]
    if first:
        await note(tx, trail, "audited", [int(trail.of)] if trail.by is By.REQUEST else anew)
    else:
        await _note_on(tx, anew, "audited", {"person": tx.who.person_id})
    trail = replace(trail, shown=(*trail.shown, *anew))
    shown = AuditPage(
        by=trail.by.value,
        of=await of_whom(tx, trail),
        lines=found.lines,
        page=page,
        on=found.following is not None,
        more=trail.more,
    )
    return shown, trail


async def _still_naming(tx: Tx, trail: Trail) -> Trail:
    """Without the requests that do not name it any more: they were changed, or their content is gone."""
    found = await rows.requests_of(tx.session, trail.ids)
    says = says_it(str(trail.of))
    ids = tuple(one.id for one in found if says(Body.of(one, tx.sealer)))
    return replace(trail, ids=ids)


async def _looks_over_person(tx: Tx, person_id: int, actor: Actor | None = None) -> bool:
    """Whether somebody looks over a unit that a person belongs to, or has belonged to: who was removed did what they
    did."""
    actor = actor or tx.who
    theirs = await rows.belonged_to(tx.session, person_id)
    return actor.admin or any(rights.may_for_unit(actor, "audit", unit) for unit in theirs)


def _check_place(tx: Tx, by: By) -> None:
    """Raises :class:`Refused` where others read what is answered; an admin may look into a request anywhere,
    and is told in a group what everybody may know there."""
    if not (tx.alone or (tx.who.admin and by is By.REQUEST)):
        raise Refused("error.audit_private", bot=tx.policy.bot_username)
