"""Lists of requests that people look up: their own, their unit's, what is late."""

from __future__ import annotations

from collections.abc import Sequence

from matching.masking import mask, mask_name
from matching.values import Subject
from storage import requests as rows
from storage.models import Request
from workflow import groups, people, units
from workflow.body import Body
from workflow.people import unit_at_hand
from workflow.reading import type_label
from workflow.states import WAITING, WITH_ASKED
from workflow.telling import handler_of, link
from workflow.text import Text, t
from workflow.work import Tx, Work

SHOWN = 20  # lines of a list; a phone shows about so many
MOST = 200  # that are counted


async def line(tx: Tx, request: Request) -> Text:
    """One request in one line of a list, masked: it may stand in a group."""
    body = Body.of(request, tx.sealer)
    from_unit = await units.by_id(tx, request.from_unit_id)
    to_unit = await units.by_id(tx, request.to_unit_id)
    rule = tx.policy.types.get(request.type)
    handler = await handler_of(tx, request)
    late = request.state in WITH_ASKED and request.due_at is not None and request.due_at < tx.now
    return t(
        "list.late" if late else "list.line",
        number=request.number or request.external_id,
        state=t(f"state.{request.state}"),
        type=type_label(rule) if rule else t("plain", text=request.type),
        from_unit=from_unit.name if from_unit else "",
        to_unit=to_unit.name if to_unit else "",
        subject=t("list.purged", at=request.purged_at) if request.purged_at else _subject_hint(body.subjects),
        due=request.due_at if request.state in WAITING else None,
        link=link(request.number or ""),
        handler=people.name_of(tx, handler) if handler else "",
    )


def _subject_hint(subjects: Sequence[Subject]) -> str:
    """The first subject, short."""
    if not subjects:
        return "—"
    first = subjects[0]
    number = next((mask(i) for i in first.ids), "")
    more = f" +{len(subjects) - 1}" if len(subjects) > 1 else ""
    return " ".join(part for part in (mask_name(first.name), number) if part) + more


async def say_list(tx: Tx, title: str, found: Sequence[Request], **params: object) -> None:
    """A list under its title, or that there is nothing to list."""
    if not found:
        await tx.say(t(f"{title}.none", **params))
        return
    lines = [await line(tx, request) for request in found[:SHOWN]]
    more = t("list.more", count=len(found) - SHOWN) if len(found) > SHOWN else None
    await tx.say(t(title, lines=lines, count=len(found), more=more, **params))


async def mine(work: Work) -> None:
    """``/mine``: what I asked and is not over, and what I have to do; in a group only what concerns it."""
    async with work.write() as tx:
        me = tx.who.person_id
        asked = await _here(tx, await rows.waiting(tx.session, asker=me))
        answered = await _here(tx, await rows.answered_of(tx.session, me))
        todo = await _here(tx, await rows.waiting(tx.session, handler=me))
        todo = [request for request in todo if request.state == "accepted"]
        parts = []
        for key, found in (("mine.todo", todo), ("mine.asked", asked), ("mine.answered", answered)):
            if found:
                lines = [await line(tx, request) for request in found[:SHOWN]]
                parts.append(t(key, lines=lines, count=len(found)))
        await tx.say(t("mine", parts=parts) if parts else t("mine.none"))


async def _here(tx: Tx, found: Sequence[Request]) -> list[Request]:
    """What the actor still may see, and this chat may hear of."""
    seen = [r for r in found if {r.from_unit_id, r.to_unit_id} & tx.who.units]
    return [request for request in seen if await groups.concerns(tx, request)]


async def inbox(work: Work, code: str = "") -> None:
    """``/inbox``: what the unit has to answer."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "inbox", code)
        found = await rows.waiting(tx.session, to_unit=unit.id, limit=MOST)
        await say_list(tx, "inbox", [r for r in found if r.state != "returned"], unit=unit.name)


async def overdue(work: Work, code: str = "") -> None:
    """``/overdue``: what is late, with the unit or with those whom it asked."""
    async with work.write() as tx:
        unit = await unit_at_hand(tx, "overdue", code)
        late = [
            *await rows.waiting(tx.session, to_unit=unit.id, overdue_at=tx.now, limit=MOST),
            *await rows.waiting(tx.session, from_unit=unit.id, overdue_at=tx.now, limit=MOST),
        ]
        await say_list(tx, "overdue", list(dict.fromkeys(late)), unit=unit.name)
