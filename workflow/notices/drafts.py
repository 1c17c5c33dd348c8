"""What is said about a draft where it was begun: what is missing, what was chosen, that it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from matching.form.fields import TIMED
from storage.queries import posts as post_rows
from storage.tables.models import Draft
from storage.tables.words import PostPurpose
from workflow.deadlines.times import moment_label
from workflow.kernel import pressed
from workflow.kernel.carried import Press, carry
from workflow.kernel.pressed import CHOOSE, CLOSED, Under
from workflow.kernel.problems import Choice, next_of
from workflow.kernel.results import DraftKept
from workflow.kernel.text import Button, Text, t
from workflow.kernel.tx import Tx

BUTTONS_IN_A_ROW = 3
UNITS_IN_A_ROW = 2  # of their names
#: What is chosen among times needs a row of its own, to be read on a phone.
WIDE = frozenset(TIMED)
#: As does what is chosen from a list of grounds.
_A_ROW_EACH = WIDE | {"ground", "no_case"}


def under_it(draft_id: int) -> Under:
    """The messages that ask for a tap about a draft."""
    return Under(draft_id=draft_id, purposes=(CHOOSE,))


def _post_of(draft: Draft) -> int | None:
    """The post that a message about a draft replies to; none where the group has moved since."""
    return draft.message_id if draft.message_id > 0 else None


async def notify_wanting(tx: Tx, draft: Draft, kept: DraftKept) -> None:
    """Its author, what is missing: a guided form one thing at a time, else all of it."""
    await (_ask_next if kept.kind == "guided" else _ask_all)(tx, draft, kept)


async def _ask_all(tx: Tx, draft: Draft, kept: DraftKept) -> None:
    """All that is wrong, field by field, in one reply; the draft is kept."""
    lines: list[Text] = [p.text for p in kept.problems] + list(kept.hints)
    keyboard: list[tuple[Button, ...]] = []
    for problem in kept.problems:  # two damaged numbers need one "register anyway"
        keyboard += [row for row in _rows(draft, problem.choices) if row not in keyboard]
    await tx.say(
        t("draft", problems=lines, read=list(kept.read) or None, until=kept.until),
        chat_id=draft.chat_id,
        thread_id=draft.thread_id,
        reply_to=_post_of(draft),
        buttons=keyboard,
        ask=not keyboard,
        draft_id=draft.id,
        purpose=CHOOSE if keyboard else PostPurpose.DRAFT,
    )


async def _ask_next(tx: Tx, draft: Draft, kept: DraftKept) -> None:
    """The guided form: one message, which says what is known by now and asks for what comes next."""
    problem = next_of(kept.problems)
    told = problem.text
    if told.key.startswith("missing."):
        told = t(f"guided.{problem.field}", **told.params)
    asked = t("guided.form", read=list(kept.read) or None, ask=told)
    rows = _rows(draft, problem.choices)
    purpose = f"{CHOOSE if problem.choices else PostPurpose.DRAFT}:{problem.field}"
    stands = await post_rows.form_of(tx.session, draft.id, draft.chat_id)
    if stands is not None:
        await pressed.turn(tx, stands, asked, rows, purpose=purpose)
        return
    await tx.say(
        asked,
        chat_id=draft.chat_id,
        thread_id=draft.thread_id,
        reply_to=_post_of(draft),
        buttons=rows,
        ask=not rows,
        draft_id=draft.id,
        purpose=purpose,
        once=f"guided:{draft.id}:{kept.step}",
    )


async def notify_filled(tx: Tx, draft: Draft, read: Sequence[Text]) -> None:
    """The guided form is complete: its message says what it holds, and asks no more."""
    stands = await post_rows.form_of(tx.session, draft.id, draft.chat_id)
    if stands is not None:
        await pressed.turn(tx, stands, t("guided.filled", read=list(read) or None), purpose=CLOSED)


def _rows(draft: Draft, choices: Sequence[Choice]) -> list[tuple[Button, ...]]:
    buttons = [Button(label=c.label, data=carry(Press.SET, draft.id, c.name, str(c.value))) for c in choices]
    in_a_row = 1 if any(c.name in _A_ROW_EACH for c in choices) else BUTTONS_IN_A_ROW
    return [tuple(buttons[i : i + in_a_row]) for i in range(0, len(buttons), in_a_row)]


async def notify_unrouted(
    tx: Tx, draft: Draft, asked: Text, choices: Sequence[Choice], *, chat_id: int
) -> None:
    """The desk that says to whom it goes, with a button for each unit that is likely."""
    buttons = [Button(label=one.label, data=carry(Press.ROUTE, draft.id, str(one.value))) for one in choices]
    rows = [buttons[i : i + UNITS_IN_A_ROW] for i in range(0, len(buttons), UNITS_IN_A_ROW)]
    await tx.say(asked, chat_id=chat_id, buttons=rows, draft_id=draft.id, purpose=CHOOSE)


async def notify_chosen(tx: Tx, draft: Draft, name: str, value: Text | datetime) -> None:
    """What asked for a field says which value was chosen."""
    value = moment_label(value) if isinstance(value, datetime) else value
    told = t("guided.chosen", field=t(f"field.{name}"), value=value)
    await pressed.close(tx, under_it(draft.id), told)


async def notify_ground(tx: Tx, draft: Draft, ground: str | None) -> None:
    """What asked for a ground says which was chosen; None: it is returned instead."""
    told = t("decline.returned") if ground is None else t("decline.picked", ground=ground)
    await pressed.close(tx, under_it(draft.id), told)


async def notify_expired(tx: Tx, draft: Draft) -> None:
    """Its author: nobody completed it."""
    await tx.say(
        t("draft.expired"), chat_id=draft.chat_id, thread_id=draft.thread_id, reply_to=_post_of(draft)
    )
