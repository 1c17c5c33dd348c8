"""``/subject VALUE`` and ``/case NUMBER``: all that somebody may see about one person, number or case, in time order.

Whoever draws together what different requests say of somebody says why first, each time, and the record of every
request that they are shown keeps it. The lines are masked; each is opened by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from matching.identifiers import cases
from matching.identifiers.mentions import case_numbers
from matching.identifiers.values import Record
from storage.tables.models import Draft, Request
from storage.tables.words import DraftKind, PostPurpose
from workflow.kernel import pressed
from workflow.kernel.body import Body
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import Under
from workflow.kernel.text import t
from workflow.kernel.tx import Tx
from workflow.lookup import finding, pages, sharing
from workflow.lookup.looking import purpose_by_key
from workflow.lookup.pages import Listing, Section
from workflow.lookup.search import names_subject, wanted
from workflow.lookup.views import ListPage, WhyTrace
from workflow.organisation import people, rights
from workflow.organisation.work import Work
from workflow.record.record import record
from workflow.request.drafts import DraftBody

FEWEST = 2  # characters of a name
FEWEST_OF_CASE = 4


class Trace(StrEnum):
    """By what requests are drawn together; the command and the kind of its list."""

    SUBJECT = DraftKind.SUBJECT
    CASE = DraftKind.CASE


#: What is said of words that name nobody, with a call that would work.
UNNAMED = {
    Trace.SUBJECT: ("error.trace_subject", "/subject 11010519491231002X"),
    Trace.CASE: ("error.trace_case", "/case A3205834500002026010001"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What somebody wants all about, and why. ``draft_id``: what is kept of it; 0 where nothing is."""

    by: Trace
    value: str
    draft_id: int = 0
    purpose: str = ""  # none was picked yet


async def ask(work: Work, by: Trace, value: str) -> WhyTrace:
    """``/subject VALUE`` and ``/case NUMBER``, in private: why, before anything is looked for. Raises
    :class:`Refused` for what names nobody and no case."""
    value = value.strip()
    _check(by, value)
    async with work.write() as tx:
        if not tx.alone:
            raise Refused("error.trace_private", bot=tx.policy.bot_username, command=f"/{by}")
        if not rights.may_look_for(tx.who):
            raise Refused("denied.newcomer")
        body = DraftBody(chosen={"value": value})
        draft = await finding.keep(tx, body, kind=DraftKind(by)) if tx.place is not None else None
        return await tx.conclude(
            WhyTrace(kind=by, draft_id=draft.id if draft else 0, value=value, purposes=tx.policy.purposes)
        )


async def pick(work: Work, draft_id: int, key: str) -> ListPage:
    """The purpose was picked: what is found, as the first page of a list."""
    asked = await _kept(work, draft_id)
    ids = await _ids(work, asked)
    async with work.write() as tx:
        if not tx.alone:
            raise Refused("error.button_old")
        asked = replace(asked, purpose=purpose_by_key(tx, key))
        draft = await tx.session.get_one(Draft, draft_id, with_for_update=True)
        DraftBody(chosen={"value": asked.value, "purpose": asked.purpose}).keep(tx, draft)
        told = t("trace.picked", purpose=asked.purpose)
        await pressed.close(tx, Under(purposes=(PostPurpose.LOOK,)), told)
        return await _page(tx, asked, ids)


async def trace(work: Work, by: Trace, value: str, purpose: str) -> ListPage:
    """The same at once, for who asks by no chat and says why with it."""
    _check(by, value)
    asked = Asked(by=by, value=value, purpose=purpose)
    ids = await _ids(work, asked)
    async with work.write() as tx:
        if not tx.alone or purpose not in tx.policy.purposes:
            raise Refused("error.button_old")
        return await _page(tx, asked, ids)


async def turn(work: Work, page: int, draft_id: int) -> ListPage:
    """Another page: looked for anew, by the one who asked alone, for the purpose that they picked."""
    asked = await _kept(work, draft_id)
    if not asked.purpose:
        raise Refused("error.button_old")
    ids = await _ids(work, asked)
    async with work.write() as tx:
        if not tx.alone:
            raise Refused("error.button_old")
        return await _page(tx, asked, ids, page, turned=True)


def _check(by: Trace, value: str) -> None:
    asked = wanted(value)
    if by is Trace.CASE:
        number = cases.normal(value)
        named = len(number) >= FEWEST_OF_CASE and any(map(str.isdigit, number))
    else:
        named = bool(asked.identifiers) or any(sum(map(str.isalnum, word)) >= FEWEST for word in asked.words)
    if not named:
        key, example = UNNAMED[by]
        raise Refused(key, example=example)


async def _kept(work: Work, draft_id: int) -> Asked:
    """What was asked for. Raises :class:`Refused` for another's."""
    async with work.read() as tx:
        draft = await tx.session.get(Draft, draft_id)
        actor = await people.present(tx)
        ours = draft is not None and draft.kind in tuple(Trace)
        if draft is None or not ours or actor is None or draft.person_id != actor.person_id:
            raise Refused("denied.list")
        chosen = DraftBody.of(tx, draft).chosen
        if "value" not in chosen:  # what is kept for a page goes after some days
            raise Refused("error.button_old")
        return Asked(
            by=Trace(draft.kind),
            value=chosen["value"],
            draft_id=draft_id,
            purpose=chosen.get("purpose", ""),
        )


async def _ids(work: Work, asked: Asked) -> list[int]:
    async with work.read() as tx:  # reading through takes long: not under the write lock
        actor = await people.present(tx)
        if actor is None or not rights.may_look_for(actor):
            return []
        meant = _of_case if asked.by is Trace.CASE else _of_subject
        return await finding.visible(tx, actor, *meant(tx, asked.value))


def _of_case(tx: Tx, value: str) -> tuple[Record, finding.Says]:
    """How requests of a case are looked for, and what tells them."""
    numbers = frozenset(case_numbers(value).split(" "))

    def names(request: Request, _whole: bool) -> bool:
        return bool(numbers & set(case_numbers(Body.of(request, tx.sealer).said("case")).split(" ")))

    return Record(id="", case=cases.normal(value)), names


def _of_subject(tx: Tx, value: str) -> tuple[Record, finding.Says]:
    asked = wanted(value)

    def names(request: Request, whole: bool) -> bool:
        return names_subject(asked, Body.of(request, tx.sealer), whole=whole)

    return asked.record(), names


async def _page(tx: Tx, asked: Asked, ids: Sequence[int], page: int = 1, *, turned: bool = False) -> ListPage:
    """A page in time order, the oldest first. Every look is recorded, also one that finds nothing."""
    seen = await finding.seen(tx, ids)
    seen.sort(key=lambda request: (request.asked_at, request.id))
    section = Section(title=asked.by, found=seen)
    listing = Listing(again=f"{asked.by}:{asked.draft_id}", sections=(section,))
    why: dict[str, Any] = {"person": tx.who.person_id, "purpose": asked.purpose, "by": asked.by.value}
    shown = pages.on_page(listing, page)
    for _, request in shown:
        await record(tx, request, "traced", **why)
    if not shown:
        await record(tx, None, "traced", **why)
    made = await pages.page_of(tx, listing, page, turned=turned)
    notes = () if turned else await sharing.found(tx, asked.value, purpose=asked.purpose)
    return await tx.conclude(replace(made, notes=notes))
