"""``/inbox``: the one window of a unit. What it is asked, what it asks, what it has passed on: each a list with its
count, narrowed down by taps or words, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from storage.queries import people as people_rows
from storage.queries import requests as rows
from storage.queries import tabs
from storage.queries.tabs import Listed, Tab
from storage.tables.models import Request, Unit
from workflow.kernel.actions import Action
from workflow.kernel.body import Body
from workflow.kernel.carried import as_number, meant
from workflow.kernel.errors import Refused
from workflow.kernel.labels import type_label
from workflow.kernel.results import Option
from workflow.kernel.roles import HANDLING
from workflow.kernel.text import Text, t
from workflow.kernel.tx import Tx
from workflow.lookup import pages, window_state, window_words
from workflow.lookup.pages import PAGE
from workflow.lookup.views import SectionPage
from workflow.lookup.window_state import Looked, Mode
from workflow.lookup.window_views import Choice, InboxPage, WordsForSeveral
from workflow.organisation import groups, people, rights, units
from workflow.organisation.people import unit_at_hand
from workflow.organisation.work import Work
from workflow.request.reading import URGENCIES

MOST = 200  # that wait for approval and are looked at
MOST_PICKED = 20  # at once
MOST_CHOICES = 8  # types, and units, that are offered to narrow a list down
OUTCOMES = ("found", "partly", "nothing")


async def inbox(work: Work, args: str = "") -> InboxPage:
    """``/inbox``, with words that narrow it down."""
    async with work.write() as tx:
        looked = await window_words.read(tx, args)
        kept = await window_state.begin(tx, looked)
        return await tx.conclude(await page_of(tx, kept, looked))


async def press(work: Work, kept: int, does: str, arg: str = "") -> InboxPage | WordsForSeveral:
    """A tap under the list by the one who looks at it. Everything in it may be forged, and is checked."""
    async with work.write() as tx:
        draft, looked = await window_state.access(tx, kept)
        unit = await unit_of(tx, looked)
        looked = await _changed(tx, unit, looked, does, arg)
        window_state.put(tx, draft, looked)
        if does == "outcome":
            numbers = await rows.names(tx.session, looked.picked)
            wanted = WordsForSeveral(
                kept=kept, outcome=looked.outcome, numbers=tuple(numbers[i] for i in looked.picked)
            )
            return await tx.conclude(wanted)
        return await tx.conclude(await page_of(tx, kept, looked, turned=True))


async def redraw(work: Work, kept: int) -> InboxPage:
    """The same list as things stand now, in its place."""
    async with work.write() as tx:
        _, looked = await window_state.access(tx, kept)
        await unit_of(tx, looked)
        return await tx.conclude(await page_of(tx, kept, looked, turned=True))


async def unit_of(tx: Tx, looked: Looked) -> Unit:
    """The unit that is looked at, if the actor still may, here. Raises :class:`Refused`."""
    unit = await units.by_id(tx, looked.unit_id)
    return await unit_at_hand(tx, "inbox", unit.code if unit is not None else "")


async def _changed(tx: Tx, unit: Unit, looked: Looked, does: str, arg: str) -> Looked:
    """What is looked at after a tap. Raises :class:`Refused` for one that no button of ours is for."""
    if does == "page":
        return replace(looked, page=as_number(arg))
    if does == "filter":
        return replace(looked, mode=Mode.FILTER)
    if does == "back":
        return replace(looked, mode=Mode.LIST, picked=())
    if does == "clear":
        return Looked(unit_id=looked.unit_id, tab=looked.tab)
    changes = _narrowing(tx, looked, does, arg)
    if changes is not None:
        return replace(looked, page=1, picked=(), **changes)
    return await _picked(tx, unit, looked, does, arg)


def _narrowing(tx: Tx, looked: Looked, does: str, arg: str) -> dict[str, Any] | None:
    """What a tap makes of what the list is narrowed down by; a second tap on the same takes it away. None for other
    taps."""
    changes: dict[str, Any] | None = None
    if does == "tab" and arg in tuple(Tab):
        changes = {"tab": Tab(arg), "mode": Mode.LIST}
    elif does == "urgency" and arg in URGENCIES:
        changes = {"urgency": "" if looked.urgency == arg else arg}
    elif does == "type":
        key = meant(arg, list(tx.policy.types))
        changes = {"type": "" if looked.type == key else key}
    elif does == "unit":
        other = as_number(arg)
        changes = {"other": None if looked.other == other else other}
    elif does in ("mine", "late"):
        changes = {does: not getattr(looked, does)}
    return changes


async def _picked(tx: Tx, unit: Unit, looked: Looked, does: str, arg: str) -> Looked:
    """The same for taps that pick several requests."""
    if does == "pick":
        return replace(looked, mode=Mode.PICK, picked=())
    if does in ("on", "all"):
        here = [request.id for _, request in (await _page(tx, unit, looked)).found]
        chosen = here if does == "all" else [as_number(arg)]
        if not set(chosen) <= {*here, *looked.picked}:
            raise Refused("error.button_old")
        off = set(chosen) & set(looked.picked) if does == "on" or set(here) <= set(looked.picked) else set()
        picked = [i for i in looked.picked if i not in off] + [
            i for i in chosen if i not in off and i not in looked.picked
        ]
        if len(picked) > MOST_PICKED:
            raise Refused("error.inbox_many", most=MOST_PICKED)
        return replace(looked, mode=Mode.PICK, picked=tuple(picked))
    if not looked.picked:
        raise Refused("error.inbox_nothing_picked")
    if does == "answer" and Action.ANSWER in acts_of(tx, unit):
        return replace(looked, mode=Mode.OUTCOME)
    if does == "assign" and Action.ASSIGN in acts_of(tx, unit):
        return replace(looked, mode=Mode.ASSIGN)
    if does == "outcome" and arg in OUTCOMES:
        return replace(looked, mode=Mode.PICK, outcome=arg)
    raise Refused("error.button_old")


def acts_of(tx: Tx, unit: Unit) -> tuple[Action, ...]:
    """What somebody may do to several at once that the unit is asked; each request is asked for by itself."""
    handles = tx.who.role_in(unit.id) in HANDLING
    acts = [Action.ACCEPT] * (handles or tx.who.admin)
    acts += [Action.ASSIGN] * (rights.leads(tx.who, unit.id) or rights.oversees(tx.who, unit.id))
    return tuple(acts + [Action.ANSWER] * handles)


class _Page:
    """The requests of a page, each with the name of its section, and how many there are in each."""

    def __init__(self, pending: Sequence[Request], own: int, count: int) -> None:
        self.pending, self.own, self.count = pending, own, count
        self.found: list[tuple[str, Request]] = []
        self.page = 1

    @property
    def total(self) -> int:
        return len(self.pending) + self.count

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)


async def _page(tx: Tx, unit: Unit, looked: Looked) -> _Page:
    listed, narrowed = await _listed(tx, unit), looked.narrowed(tx)
    pending = await _to_approve(tx, unit) if looked.tab is Tab.IN and not looked.is_narrowed else []
    seen = looked.tab is Tab.OUT or _handles(tx, unit)
    count = await tabs.count(tx.session, looked.tab, listed, narrowed) if seen else 0
    own = await tabs.count_first(tx.session, listed, narrowed) if seen and looked.tab is Tab.IN else 0
    here = _Page(pending, own, count)
    if looked.page < 1:
        raise Refused("error.button_old")
    here.page = max(1, min(looked.page, here.pages))
    start = (here.page - 1) * PAGE
    here.found = [("inbox.pending", request) for request in pending[start : start + PAGE]]
    left = PAGE - len(here.found)
    if seen and left:
        skip = max(0, start - len(pending))
        more = await tabs.page(tx.session, looked.tab, listed, narrowed, skip=skip, limit=left)
        here.found += [(_title(tx, looked.tab, request), request) for request in more]
    return here


def _title(tx: Tx, tab: Tab, request: Request) -> str:
    if tab is Tab.IN:
        return "mine.todo" if request.handler_id == tx.who.person_id else "inbox"
    return f"inbox.{tab}"


def _handles(tx: Tx, unit: Unit) -> bool:
    return tx.who.role_in(unit.id) in HANDLING or rights.looks_over(tx.who, unit.id)


async def _listed(tx: Tx, unit: Unit) -> Listed:
    """Whose requests, as this chat may hear of them: a group of several units hears of what is between them, and of
    nothing that has not gone out."""
    between, own = None, rights.hears_of_pending(tx.who, unit.id)
    below = await _below(tx, unit)
    if not tx.alone:
        scope = await groups.scope_of(tx, tx.where.chat_id)
        between = None if unit.id in scope.desk else scope.all
        own = own and not await groups.read_by_others(tx, tx.where.chat_id, unit.id)
    return Listed(
        units=(unit.id, *below), between=between, withheld=(unit.id,) if own else (), first=tx.who.person_id
    )


async def _below(tx: Tx, unit: Unit) -> frozenset[int]:
    """The units below whose one window its desk is, for who works there; in a group, where that is the window."""
    if not tx.alone:
        return await groups.seen_from(tx, tx.where.chat_id)
    return next((s.window for s in tx.who.standings if s.unit_id == unit.id), frozenset())


async def _to_approve(tx: Tx, unit: Unit) -> list[Request]:
    """What waits for the reader's word before it goes out."""
    its = (unit.id, *(await _below(tx, unit) if tx.alone else ()))
    waiting = await tabs.pending(tx.session, its, limit=MOST)
    mine = [request for request in waiting if rights.approves(tx.who, request)]
    return [request for request in mine if await _may_list(tx, unit, request)]


async def _may_list(tx: Tx, unit: Unit, request: Request) -> bool:
    """Whether what has not gone out may be listed here: not to the desk of the unit that it is for."""
    return await groups.concerns(tx, request) and Body.of(request, tx.sealer).withheld_from != unit.id


async def page_of(tx: Tx, kept: int, looked: Looked, *, turned: bool = False) -> InboxPage:
    """The list as it stands. ``turned``: in the place of what was shown."""
    unit = await unit_of(tx, looked)
    here = await _page(tx, unit, looked)
    counts = {"inbox.pending": len(here.pending), "mine.todo": here.own, "inbox": here.count - here.own}
    sections = []
    for title in dict.fromkeys(title for title, _ in here.found):
        lines = [await pages.line(tx, request) for name, request in here.found if name == title]
        count = counts.get(title, here.count)
        sections.append(SectionPage(title=title, lines=tuple(lines), count=count, unit=unit.name))
    return InboxPage(
        kept=kept,
        unit=unit.name,
        looked=replace(looked, page=here.page),
        pages=here.pages,
        sections=tuple(sections),
        counts=await _counts(tx, unit, looked, here),
        narrowed=tuple(await _narrowed_by(tx, looked)),
        choices=tuple(await _choices(tx, unit, looked)),
        acts=acts_of(tx, unit) if looked.tab is Tab.IN else (),
        turned=turned,
    )


async def _counts(tx: Tx, unit: Unit, looked: Looked, here: _Page) -> tuple[tuple[Tab, int], ...]:
    """How much each of the three has, narrowed down as the one that is shown."""
    listed, narrowed, handles = await _listed(tx, unit), looked.narrowed(tx), _handles(tx, unit)
    pending = len(await _to_approve(tx, unit)) if looked.tab is not Tab.IN and not looked.is_narrowed else 0
    counts = []
    for tab in Tab:
        if tab is looked.tab:
            counts.append((tab, here.total))
        else:
            seen = tab is Tab.OUT or handles
            count = await tabs.count(tx.session, tab, listed, narrowed) if seen else 0
            counts.append((tab, count + pending * (tab is Tab.IN)))
    return tuple(counts)


async def _narrowed_by(tx: Tx, looked: Looked) -> list[Text]:
    said = []
    if looked.type:
        rule = tx.policy.types.get(looked.type)
        said.append(type_label(rule) if rule else t("plain", text=looked.type))
    if looked.urgency:
        said.append(t(f"urgency.{looked.urgency}"))
    if looked.other is not None:
        said.append(t("plain", text=await units.name_of(tx, looked.other)))
    return [*said, *[t("inbox.mine")] * looked.mine, *[t("inbox.late")] * looked.late]


async def _choices(tx: Tx, unit: Unit, looked: Looked) -> list[Choice]:
    """What the buttons offer: by what to narrow it down, to whom to assign."""
    if looked.mode is Mode.ASSIGN:
        found = await people_rows.with_role(tx.session, unit.id, HANDLING)
        options = [Option(id=p.id, name=people.name_of(tx, p)) for p in found]
        return [Choice(does="to", arg=str(o.id), label=t("plain", text=o.name)) for o in options]
    if looked.mode is Mode.OUTCOME:
        return [Choice(does="outcome", arg=word, label=t(f"pick.{word}")) for word in OUTCOMES]
    if looked.mode is not Mode.FILTER:
        return []
    listed = await _listed(tx, unit)
    seen = looked.tab is Tab.OUT or _handles(tx, unit)
    there = await tabs.choices(tx.session, looked.tab, listed, most=MOST_CHOICES) if seen else None
    return [*_urgencies(looked), *await _of(tx, looked, there)]


def _urgencies(looked: Looked) -> list[Choice]:
    found = [
        Choice(does="urgency", arg=word, label=t(f"urgency.{word}"), on=looked.urgency == word)
        for word in URGENCIES
    ]
    found.append(Choice(does="mine", label=t("inbox.mine"), on=looked.mine))
    return [*found, Choice(does="late", label=t("inbox.late"), on=looked.late)]


async def _of(tx: Tx, looked: Looked, there: tabs.Choices | None) -> list[Choice]:
    if there is None:
        return []
    found = [
        Choice(does="type", key=key, label=type_label(tx.policy.types[key]), on=looked.type == key)
        for key in there.types
        if key in tx.policy.types
    ]
    for unit_id in there.units:
        name = t("plain", text=await units.name_of(tx, unit_id))
        found.append(Choice(does="unit", arg=str(unit_id), label=name, on=looked.other == unit_id))
    return found
