"""A list of reminders as a chat reads it, worded from the requests as they stand by then.

When it is sent, what was answered meanwhile is left out, and where nothing is left nothing is said. Once it stands
in the chat it is drawn anew in its place as what it names goes its way: who took it, what is done, what has gone
elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from storage.queries import events, marks, posts
from storage.queries import outbox_lists as lines
from storage.queries import requests as rows
from storage.tables.marks import ReminderMark
from storage.tables.models import Person, Request
from storage.tables.words import Marked
from workflow.deadlines import reached
from workflow.kernel.actions import Section, in_list
from workflow.kernel.body import Body
from workflow.kernel.carried import Press, carry
from workflow.kernel.labels import subject_hint, type_label
from workflow.kernel.states import WITH_ASKED, State
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.notices.due_lists import Item, items_of, merged
from workflow.notices.telling import handler_of, holders, link, mention_of, sides, told_alone
from workflow.organisation import groups, people, units

MOST = 10  # requests that are shown; each has a row of buttons
FEW = 3  # each of which has two rows: a phone shows them without turning
FEWEST = 3  # of each section where there are several
_JUST = timedelta(minutes=1)  # late by less: its time has come


@dataclass(frozen=True, kw_only=True, slots=True)
class Worded:
    text: Text
    buttons: tuple[tuple[Button, ...], ...]
    shown: bytes | None = None  # a hash of what its message shows, where it was sent


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listed:
    item: Item
    request: rows.Standing
    holds: bool


async def word(
    tx: Tx, chat_id: int, payload: dict[str, Any], *, since: datetime | None = None
) -> Worded | None:
    """The list as it is now; None where nothing of it holds any more. ``since``: it was sent then; what has gone its
    way after that keeps its place, and says so."""
    items = merged(await _all(tx, payload))
    ids = [item.request_id for item in items]
    found = await rows.standings(tx.session, ids)
    gone = await events.moved_since(tx.session, ids, since) if since is not None else frozenset[int]()
    sections: dict[Section, list[_Listed]] = {}
    for item in items:
        request = found.get(item.request_id)
        holds = request is not None and await _holds(tx, chat_id, item.section, request)
        if request is not None and (holds or request.id in gone):
            sections.setdefault(item.section, []).append(_Listed(item=item, request=request, holds=holds))
    if not sections:
        return None
    room = MOST if len(sections) == 1 else max(FEWEST, MOST // len(sections))
    parts: list[Text] = []
    buttons: list[tuple[Button, ...]] = []
    for section in (section for section in Section if section in sections):
        listed = sorted(sections[section], key=lambda one: (one.request.due_at or tx.now, one.request.id))
        waits = sum(one.holds for one in listed)
        told: list[Text] = []
        for one in listed[:room]:
            whole = await tx.session.get_one(Request, one.request.id)
            if one.holds:
                told.append(await _line(tx, section, one.item, whole, chat_id))
                buttons += _rows(section, whole, few=len(items) <= FEW and not one.item.nudged)
            else:
                told.append(await _gone(tx, section, chat_id, whole))
        hidden = sum(one.holds for one in listed[room:])
        more = t(f"due.more_{section}", count=hidden) if hidden else None
        parts.append(t(f"due.{section}" if waits else "due.over", count=waits, lines=told, more=more))
    return Worded(text=t("due", parts=parts), buttons=tuple(buttons))


async def word_again(tx: Tx, chat_id: int, line_id: int, message_id: int) -> Worded | None:
    """A list that was sent by a line of the outbox, as it is now, and what its message shows; None where the line is no
    longer kept."""
    line = await lines.list_sent(tx.session, line_id, chat_id)
    if line is None:
        return None
    worded = await word(tx, chat_id, tx.sealer.unseal("outbox", line.sealed), since=line.sent_at)
    post = await posts.one(tx.session, chat_id, message_id)
    return replace(worded, shown=post.shown) if worded is not None and post is not None else worded


async def _all(tx: Tx, payload: dict[str, Any]) -> list[Item]:
    """With what an earlier line was to say that has not been sent."""
    before = payload.get("before")
    if before is None or await lines.was_sent(tx.session, before["line"]):
        return items_of(payload)
    return [*await _all(tx, before["payload"]), *items_of(payload)]


async def _holds(tx: Tx, chat_id: int, section: Section, request: rows.Standing) -> bool:
    """Whether that is still so, and this chat is still the one to hear it."""
    if section is Section.RETURNED:
        return request.state == State.RETURNED and chat_id in (await sides(tx, request)).asking
    if request.state not in WITH_ASKED:
        return False
    if section is Section.ABOVE:
        return _late(tx, request) and await groups.heard_above(tx, request, chat_id)
    both = await sides(tx, request)
    if section is Section.OWED:
        return chat_id in both.asked or await told_alone(tx, request, chat_id)
    return _late(tx, request) and chat_id in both.asking


def _late(tx: Tx, request: rows.Standing | Request) -> bool:
    return request.due_at is not None and request.due_at <= tx.now


async def _line(tx: Tx, section: Section, item: Item, request: Request, chat_id: int) -> Text:
    """One request in two lines, masked: what it is, how it stands in time, who has it; and what those who read the list
    have said to it."""
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
        **await _said(tx, request, section, chat_id),
    )


async def _said(tx: Tx, request: Request, section: Section, chat_id: int) -> dict[str, Any]:
    """Who has seen the newest reminder of those for this chat, and until when it was put off."""
    own, above = reached.by_side(request, await marks.of_request(tx.session, request.id))
    units_here = {unit.id for unit in await groups.units_of(tx, chat_id)}
    found = [m for m in above if m.unit_id in units_here] if section is Section.ABOVE else own
    last = next((m for m in reversed(found) if m.what == Marked.REACHED), None)
    if last is None or section is Section.ASKED:
        return {"seen": None, "later": None, "until": None}
    said = [m for m in found if reached.stage_of(m) == reached.stage_of(last)]
    seen = [await _name(tx, m) for m in said if m.what == Marked.ACKNOWLEDGED]
    off = next((m for m in said if m.what == Marked.SNOOZED and m.until and m.until > tx.now), None)
    return {
        "seen": seen or None,
        "later": await _name(tx, off) if off else None,
        "until": off.until if off else None,
    }


async def _name(tx: Tx, mark: ReminderMark) -> str:
    """Of who said it; it rings nobody."""
    person = await tx.session.get(Person, mark.person_id) if mark.person_id is not None else None
    return people.name_of(tx, person) if person is not None else "—"


async def _gone(tx: Tx, section: Section, chat_id: int, request: Request) -> Text:
    """What became of a request that stood in a list; of one that has left the chat, nothing but that."""
    if section is Section.OWED and await groups.is_private(tx, chat_id):
        if not await told_alone(tx, request, chat_id):
            return t("due.moved_on", number=request.number)
    elif not await groups.hears(tx, request, chat_id):
        return t("due.moved", number=request.number)
    return t(
        "due.gone",
        number=request.number,
        state=t(f"state.{request.state}"),
        time=_time(tx, request) if request.state in WITH_ASKED else None,
        link=link(request.number or ""),
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


def _rows(section: Section, request: Request, *, few: bool) -> list[tuple[Button, ...]]:
    """What can be done about a request at once; the first button names it. In a second row, where there is room for it,
    what can be said to the reminder."""
    more = in_list(section, request.state, second=True) if few else ()
    rows = [_row(section, request)]
    if more:
        rows.append(tuple(Button(label=t(f"button.{a}"), data=carry(a, request.id)) for a in more))
    return rows


def _row(section: Section, request: Request) -> tuple[Button, ...]:
    actions = in_list(section, request.state, second=False)
    keys = [
        Button(
            label=t("button.of", action=t(f"button.{action}"), number=request.number) if not place
            else t(f"button.{action}"),
            data=carry(action, request.id),
        )
        for place, action in enumerate(actions)
    ]  # fmt: skip
    return (*keys, Button(label=t("button.show"), data=carry(Press.SHOW, request.id)))
