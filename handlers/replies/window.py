"""The inbox of a unit, worded: three lists under tabs, with buttons that narrow them down and act on several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from handlers.replies.lookups import line_words
from handlers.replies.rows import Rows, rows_of, say_list
from workflow.kernel.carried import Press, carry, key_of
from workflow.kernel.pressed import LIST
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx
from workflow.lookup.views import RequestLine
from workflow.lookup.window_state import KIND, Mode
from workflow.lookup.window_views import SEVERAL, Choice, InboxPage, Several, WordsForSeveral


async def say_inbox(tx: Tx, page: InboxPage) -> None:
    """In a message of its own, or in the place of what was shown; and what was refused of what was done to several."""
    told, buttons = _told(page), _buttons(page)
    purpose = f"{LIST}:{KIND}:{page.kept}:{page.looked.page}"
    await say_list(tx, told, buttons, purpose=purpose, turned=page.turned)
    if page.several is not None and page.several.refused:
        await tx.say(several_words(page.several))


def _told(page: InboxPage) -> Text:
    looked = page.looked
    if not page.sections:
        none = "inbox.none_narrowed" if page.narrowed else f"inbox.none_{looked.tab}"
        parts = [t("inbox.none" if looked.tab == "in" and not page.narrowed else none, unit=page.unit)]
    else:
        parts = [
            t(s.title, lines=[line_words(line) for line in s.lines], count=s.count, unit=page.unit)
            for s in page.sections
        ]
    return t(
        "inbox.list",
        narrowed=t("inbox.narrowed", by=list(page.narrowed)) if page.narrowed else None,
        parts=parts,
        asks=t(f"inbox.asks_{looked.mode}", count=len(looked.picked))
        if looked.mode is not Mode.LIST
        else None,
        page=looked.page if page.pages > 1 else None,
        pages=page.pages,
    )


def _buttons(page: InboxPage) -> Rows:
    """None where there is nothing in any of the three, and nothing narrows them down."""
    if not any(count for _, count in page.counts) and not page.narrowed:
        return []
    words = {Mode.LIST: _open, Mode.FILTER: _filter, Mode.PICK: _pick}
    rows = words.get(page.looked.mode, _choose)(page)
    return [row for row in rows if row]


def _open(page: InboxPage) -> Rows:
    """The tabs, the requests to be opened, what may be done to the list, and its pages."""
    tabs = [
        _button(page, "tab", tab, key=f"inbox.tab_{tab}", on=tab is page.looked.tab, count=count)
        for tab, count in page.counts
    ]
    numbers = [
        Button(label=t("plain", text=line.number), data=carry(Press.SHOW, line.request_id))
        for line in _lines(page)
        if line.ours
    ]
    several = [_button(page, "pick")] if page.acts and numbers else []
    return [tabs, *rows_of(numbers), [_button(page, "filter"), *several], _turns(page)]


def _filter(page: InboxPage) -> Rows:
    return [*rows_of(_chosen(page)), [_button(page, "clear"), _button(page, "back")]]


def _choose(page: InboxPage) -> Rows:
    return [*rows_of(_chosen(page)), [_button(page, "back")]]


def _pick(page: InboxPage) -> Rows:
    """A tap on a number picks it; then one act for all of them."""
    picked = page.looked.picked
    numbers = [
        _button(
            page,
            "on",
            str(line.request_id),
            key="inbox.pick_one",
            on=line.request_id in picked,
            number=line.number,
        )
        for line in _lines(page)
    ]
    acts = (
        [_button(page, action, key=f"inbox.do_{action}", count=len(picked)) for action in page.acts]
        if picked
        else []
    )
    return [*rows_of(numbers), acts, [_button(page, "all"), _button(page, "back")], _turns(page)]


def _lines(page: InboxPage) -> list[RequestLine]:
    return [line for section in page.sections for line in section.lines]


def _chosen(page: InboxPage) -> list[Button]:
    return [_choice(page, choice) for choice in page.choices]


def _choice(page: InboxPage, choice: Choice) -> Button:
    arg = key_of(choice.key) if choice.key else choice.arg
    label = t("inbox.chosen", label=choice.label) if choice.on else choice.label
    return Button(label=label, data=carry(Press.INBOX, page.kept, choice.does, *([arg] if arg else [])))


def _turns(page: InboxPage) -> list[Button]:
    at = page.looked.page
    return [
        Button(label=t("plain", text=label), data=carry(Press.INBOX, page.kept, "page", to))
        for label, to in ((f"‹ {at - 1}", at - 1), (f"{at + 1} ›", at + 1))
        if 1 <= to <= page.pages
    ]


def _button(
    page: InboxPage, does: str, arg: str = "", *, key: str = "", on: bool = False, **said: Any
) -> Button:
    label = t(key or f"inbox.do_{does}", **said)
    data = carry(Press.INBOX, page.kept, does, *([arg] if arg else []))
    return Button(label=t("inbox.chosen", label=label) if on else label, data=data)


def inbox_words(page: InboxPage) -> Text:
    """What was done; else what the next tap is for."""
    if page.several is not None:
        return several_words(page.several)
    looked = page.looked
    if looked.mode is not Mode.LIST:
        return t(f"inbox.asks_{looked.mode}", count=len(looked.picked))
    return t("list.turned", page=looked.page)


def several_words(several: Several) -> Text:
    """What was done to which, and which were refused, each with the reason."""
    return t(
        "inbox.several",
        action=t(f"action.{several.action}"),
        count=len(several.done),
        done=", ".join(several.done) or None,
        refused=[t("inbox.refused", number=one.number, why=one.why) for one in several.refused] or None,
        outcome=t(f"outcome.{several.outcome}") if several.outcome else None,
    )


async def say_several(tx: Tx, several: Several) -> None:
    await tx.say(several_words(several))


async def ask_words(tx: Tx, wanted: WordsForSeveral) -> None:
    """The reply to it is the answer to each."""
    told = t(
        "inbox.ask",
        outcome=t(f"outcome.{wanted.outcome}"),
        numbers=list(wanted.numbers),
        count=len(wanted.numbers),
    )
    await tx.say(told, ask=True, draft_id=wanted.kept, purpose=f"ask:{SEVERAL}")


SAY: dict[type, Callable[[Tx, Any], Awaitable[None]]] = {
    InboxPage: say_inbox,
    Several: say_several,
    WordsForSeveral: ask_words,
}
TOAST: dict[type, Callable[[Any], Text]] = {
    InboxPage: inbox_words,
    WordsForSeveral: lambda wanted: t("toast.reply"),
}
