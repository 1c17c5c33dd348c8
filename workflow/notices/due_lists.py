"""Reminders as lists: whatever a chat is to be reminded of goes into one message.

A line of the outbox holds which requests, and why. What comes for the same chat while it waits goes into it,
be it a tick's hundred requests or the reminders of a day on which Telegram could not be reached. The list is
worded when it is sent, from the requests as they stand by then: what was answered meanwhile is left out, and
where nothing is left nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.queries import outbox_lists as lines
from storage.queries import requests as rows
from storage.tables.models import Request
from storage.tables.words import Lane, LineKind, PostPurpose
from workflow.kernel.actions import Section, in_list
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.labels import subject_hint, type_label
from workflow.kernel.memo import Slot
from workflow.kernel.states import WITH_ASKED, State
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.telling import handler_of, holders, link, mention_of, sides
from workflow.organisation import groups, units

MOST = 10  # requests that are shown; each has a row of buttons
FEWEST = 3  # of each section where there are several
#: So long after a list the next nudges wait for one another.
TOGETHER = timedelta(seconds=20)
_JUST = timedelta(minutes=1)  # late by less: its time has come


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One request that a chat is to hear of. ``nudged``: by whom, if somebody asked for it."""

    request_id: int
    section: Section
    nudged: str = ""


#: What each chat is to hear, and how urgent that is.
_WAITING: Slot[int, tuple[list[Item], list[Lane]]] = Slot()


def note(tx: Tx, chat_id: int, request: Request, section: Section, *, nudged: str = "", lane: Lane) -> None:
    """Remember that a chat is to hear of a request; :func:`flush` queues what was remembered."""
    waiting = tx.memo.of(_WAITING)
    items, lanes = waiting.setdefault(chat_id, ([], []))
    items.append(Item(request_id=request.id, section=section, nudged=nudged))
    lanes.append(lane)


async def flush(tx: Tx, *, not_before: datetime | None = None) -> tuple[str, ...]:
    """Queue one line for each chat that is to hear of something, or add to the one that it has; their keys."""
    waiting = sorted(tx.memo.of(_WAITING).items())
    tx.memo.of(_WAITING).clear()
    for chat_id, (items, lanes) in waiting:  # always in this order: two at once do not block
        while not await _put(tx, chat_id, items, min(lanes), not_before):
            pass
        tx.queued += 1
    return tuple(_key(chat_id) for chat_id, _ in waiting)


def _key(chat_id: int) -> str:
    return f"{LineKind.DUE}:{chat_id}"


async def _put(tx: Tx, chat_id: int, items: list[Item], lane: Lane, not_before: datetime | None) -> bool:
    """False where another process was first: then there is a line to add to."""
    line = await lines.queued(tx.session, _key(chat_id))
    if line is not None:
        payload = tx.sealer.unseal("outbox", line.sealed)
        payload["items"] = _plain(_merged([*_items(payload), *items]))
        await lines.replace(
            tx.session,
            line.id,
            sealed=tx.sealer.seal("outbox", payload),
            lane=min(line.lane, lane),
            request_id=_only(_items(payload)),
        )
        return True
    # One that is being sent may fail, and goes then, for this one stands for both.
    before = await lines.under_way(tx.session, _key(chat_id), chat_id)
    earlier = {"line": before.id, "payload": tx.sealer.unseal("outbox", before.sealed)} if before else None
    payload = {"items": _plain(_merged(items)), "before": earlier}
    return await lines.add(
        tx.session,
        {
            "kind": LineKind.DUE, "chat_id": chat_id, "created_at": tx.now, "lane": lane, "purpose": PostPurpose.DUE,
            "request_id": _only(items) if before is None else None, "not_before": not_before,
            "coalesce_key": _key(chat_id), "sealed": tx.sealer.seal("outbox", payload),
        },
    )  # fmt: skip


def _merged(items: Iterable[Item]) -> list[Item]:
    """Each request once in each section, as it was said last."""
    found: dict[tuple[int, Section], Item] = {}
    for item in items:
        key = (item.request_id, item.section)
        before = found.pop(key, None)
        nudged = item.nudged or (before.nudged if before else "")
        found[key] = Item(request_id=item.request_id, section=item.section, nudged=nudged)
    return list(found.values())


def _plain(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def _items(payload: dict[str, Any]) -> list[Item]:
    return [Item(**item | {"section": Section(item["section"])}) for item in payload["items"]]


def _only(items: Sequence[Item]) -> int | None:
    """What a reply to the message is about, where there is no doubt."""
    ids = {item.request_id for item in items}
    return ids.pop() if len(ids) == 1 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Worded:
    text: Text
    buttons: tuple[tuple[Button, ...], ...]


async def word(tx: Tx, chat_id: int, payload: dict[str, Any]) -> Worded | None:
    """The list as it is now; None where nothing of it holds any more."""
    sections: dict[Section, list[tuple[Item, rows.Standing]]] = {}
    found = await rows.standings(tx.session, [item.request_id for item in await _all(tx, payload)])
    for item in _merged(await _all(tx, payload)):
        request = found.get(item.request_id)
        if request is not None and await _holds(tx, chat_id, item.section, request):
            sections.setdefault(item.section, []).append((item, request))
    if not sections:
        return None
    room = MOST if len(sections) == 1 else max(FEWEST, MOST // len(sections))
    parts: list[Text] = []
    buttons: list[tuple[Button, ...]] = []
    for section in Section:
        listed = sorted(sections.get(section, ()), key=lambda pair: (pair[1].due_at or tx.now, pair[1].id))
        if not listed:
            continue
        shown = [(item, await tx.session.get_one(Request, request.id)) for item, request in listed[:room]]
        more = t(f"due.more_{section}", count=len(listed) - room) if len(listed) > room else None
        told = [await _line(tx, section, item, request) for item, request in shown]
        parts.append(t(f"due.{section}", count=len(listed), lines=told, more=more))
        buttons += [_row(section, request) for _, request in shown]
    return Worded(text=t("due", parts=parts), buttons=tuple(buttons))


async def _all(tx: Tx, payload: dict[str, Any]) -> list[Item]:
    """With what an earlier line was to say that has not been sent."""
    before = payload.get("before")
    if before is None or await lines.was_sent(tx.session, before["line"]):
        return _items(payload)
    return [*await _all(tx, before["payload"]), *_items(payload)]


async def _holds(tx: Tx, chat_id: int, section: Section, request: rows.Standing) -> bool:
    """Whether that is still so, and this chat is still the one to hear it."""
    if section is Section.RETURNED:
        return request.state == State.RETURNED and chat_id in (await sides(tx, request)).asking
    if request.state not in WITH_ASKED:
        return False
    if section is Section.ABOVE:
        return _late(tx, request) and await groups.heard_above(tx, request, chat_id)
    both = await sides(tx, request)
    return chat_id in both.asked if section is Section.OWED else _late(tx, request) and chat_id in both.asking


def _late(tx: Tx, request: rows.Standing | Request) -> bool:
    return request.due_at is not None and request.due_at <= tx.now


async def _line(tx: Tx, section: Section, item: Item, request: Request) -> Text:
    """One request in two lines, masked: what it is, how it stands in time, who has it."""
    rule = tx.policy.types.get(request.type)
    from_unit = await units.by_id(tx, request.from_unit_id)
    to_unit = await units.by_id(tx, request.to_unit_id)
    return t(
        "due.line",
        mark=_mark(tx, item, request),
        number=request.number,
        link=link(request.number or ""),
        type=type_label(rule) if rule else t("plain", text=request.type),
        # Not everybody in a superior's group looks after anybody: who does has the card by a tap.
        subject=None if section is Section.ABOVE else subject_hint(Body.of(request, tx.sealer).subjects),
        time=_time(tx, request),
        who=await _who(tx, section, request),
        from_unit=from_unit.name if from_unit else "—",
        to_unit=to_unit.name if to_unit else "—",
        nudged=item.nudged or None,
    )


def _mark(tx: Tx, item: Item, request: Request) -> str:
    if _late(tx, request):
        return "🟠" if request.state == State.RETURNED else "🔴"
    if item.nudged:
        return "🔔"
    marks: dict[str, str] = {State.OPEN: "📥", State.RETURNED: "🟠"}
    return marks.get(request.state, "⏰")


def _time(tx: Tx, request: Request) -> Text | None:
    """A returned request has no time: its clock stands still."""
    due = request.due_at
    if due is None or request.state == State.RETURNED:
        return None
    if due > tx.now:
        return t("due.left", due=due, left=due - tx.now)
    return t("due.now" if tx.now - due < _JUST else "due.late", due=due, late=tx.now - due)


async def _who(tx: Tx, section: Section, request: Request) -> Text | None:
    """Whose turn it is. Only who has taken it is said to have it; whose group rings is their own unit's."""
    if section is Section.RETURNED:
        return None
    handler = await handler_of(tx, request)
    if handler is not None:
        return t("due.taken", who=mention_of(tx, handler))
    found = await holders(tx, request) if section is Section.OWED else []
    if section is Section.ASKED and not (await sides(tx, request)).asked:
        return t("due.no_group")
    return t("due.untaken", who=found or None)


def _row(section: Section, request: Request) -> tuple[Button, ...]:
    """What can be done about a request at once; the first button names it."""
    actions = in_list(section, request.state)
    keys = [
        Button(
            label=t("button.of", action=t(f"button.{action}"), number=request.number) if not place
            else t(f"button.{action}"),
            data=carry(action, request.id),
        )
        for place, action in enumerate(actions)
    ]  # fmt: skip
    return (*keys, Button(label=t("button.show"), data=carry(Press.SHOW, request.id)))


async def release(tx: Tx, keys: Iterable[str]) -> None:
    """Nothing more comes: what was held back may go."""
    await lines.release(tx.session, sorted(keys))
    tx.queued += 1  # the outbox looks


async def hold_nudges(tx: Tx, chats: Iterable[int]) -> datetime | None:
    """Until when a nudge waits for others to the same chats: one list for all that come together."""
    last = [
        at
        for chat_id in chats
        if (at := await lines.last_post(tx.session, chat_id, PostPurpose.DUE)) is not None
    ]
    until = max(last, default=tx.now - TOGETHER) + TOGETHER
    return until if until > tx.now else None
