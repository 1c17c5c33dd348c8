"""A list that somebody has pressed a button of, drawn anew in its place: what it names may have gone its way since."""

from __future__ import annotations

from contextlib import suppress

from workflow.kernel.carried import as_number
from workflow.kernel.errors import Refused
from workflow.kernel.pressed import LIST, About
from workflow.lookup import auditing, finding, lists, tracing, window, window_state
from workflow.notices.due_lists import line_of, redraw
from workflow.organisation.work import Work

LIST_PARTS = 3  # of the purpose of a list, behind its name: its kind, its argument, its page


async def draw(work: Work, stands: About | None) -> None:
    """Draw the pressed message anew if it is a list. ``stands``: what is known to stand there. A list that somebody
    else asked for stays as it is: it was looked up with their rights."""
    if stands is None or work.place is None or work.place.message_id is None:
        return
    line_id = line_of(stands.purpose)
    if line_id is not None:
        async with work.write() as tx:
            await redraw(tx, work.place.chat_id, work.place.message_id, line_id)
    head, *again = stands.purpose.split(":")
    if head == LIST and len(again) == LIST_PARTS:
        kind, argument, page = again
        if kind == window_state.KIND:
            with suppress(Refused):
                await window.redraw(work, as_number(argument))
            return
        if kind in (
            finding.KIND,
            auditing.KIND,
            *tracing.Trace,
        ):  # looking for something is on record, each time
            return
        with suppress(Refused):
            await lists.turn(work, as_number(page), kind, as_number(argument))
