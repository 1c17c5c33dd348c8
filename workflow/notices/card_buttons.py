"""The buttons of a card, by state and side; each is checked again when it is pressed."""

from __future__ import annotations

from storage.tables.models import Request
from workflow.kernel.actions import Action, Side, on_card
from workflow.kernel.carried import carry
from workflow.kernel.numbers import is_part
from workflow.kernel.states import State
from workflow.kernel.text import Button, t
from workflow.notices.words import full_button
from workflow.organisation import rights
from workflow.organisation.audience import Audience

STARS = range(1, 6)

Rows = tuple[tuple[Button, ...], ...]


def buttons_for(request: Request, audience: Audience, *, split: bool = False) -> Rows:
    """``split``: the reader sees that the request was split."""
    if audience.side is not Side.ABOVE:
        return buttons(request, audience.side, split=split)
    rows = () if request.purged_at else on_card(Side.ABOVE, request.state)
    keys = [
        [button_of(action, request) for action in row if _offered(action, request, audience)] for row in rows
    ]
    return tuple(tuple(row) for row in keys if row)


def _offered(action: Action, request: Request, audience: Audience) -> bool:
    """To a person what they may; to a desk that looks on, what it may by being the asked unit's window, or the asking
    one's; to the desk of a unit that has passed it on, what is left to that."""
    reader, watching = audience.reader, audience.watching
    if reader is not None:
        return rights.may(reader, action, request, watching=watching) is None
    if request.to_unit_id in audience.covers:
        return True
    if request.from_unit_id in audience.covers or audience.units & watching:
        return action in rights.LEFT_TO_WATCHERS
    return action is not Action.TRANSFER  # to a desk that was told how late it is


def buttons(request: Request, side: Side, *, split: bool = False) -> Rows:
    """The buttons of a card, by state and side; each is checked again when it is pressed."""
    keyboard: list[tuple[Button, ...]] = []
    side = Side.OBSERVER if request.purged_at else side
    if side in (Side.ASKED, Side.BOTH):
        keyboard += side_rows(request, Side.ASKED, split=split)
        if own := own_answer_buttons(request):
            keyboard.append(tuple(button_of(name, request) for name in own))
    if side in (Side.ASKER, Side.BOTH):
        if request.state == State.CLOSED and request.rating is None:
            keyboard.append(stars(request))
        keyboard += side_rows(request, Side.ASKER)
    if request.number:
        keyboard.append((full_button(request),))
    return tuple(keyboard)


def side_rows(request: Request, side: Side, *, split: bool = False) -> Rows:
    """What the table of actions has for one side of a request as it stands."""
    rows = [
        tuple(button_of(action, request) for action in row if fits(action, request, split=split))
        for row in on_card(side, request.state)
    ]
    return tuple(row for row in rows if row)


def fits(action: Action, request: Request, *, split: bool) -> bool:
    """Whether it can be done to a request as parts go: one of them is not split again, and there is nothing to merge
    of what was not split."""
    return split if action is Action.MERGE else not (action is Action.SPLIT and is_part(request.number))


def own_answer_buttons(request: Request) -> tuple[Action, ...]:
    """What the asked unit may still do to the answer that it gave."""
    answered = request.state in (State.ANSWERED, State.CLOSED) and request.answered_at is not None
    in_part = request.state == State.ACCEPTED and request.partial
    if request.reused_from_id is not None or not (answered or in_part):
        return ()
    picks = request.state != State.CLOSED or request.outcome is None
    return (Action.CORRECT, *((Action.OUTCOME,) if picks else ()), Action.WITHDRAW)


def stars(request: Request) -> tuple[Button, ...]:
    """A row of buttons to rate a closed request by."""
    return tuple(
        Button(label=t("button.rate", stars=count), data=carry(Action.RATE, request.id, count))
        for count in STARS
    )


def button_of(action: Action, request: Request) -> Button:
    return Button(label=t(f"button.{action}"), data=carry(action, request.id))
