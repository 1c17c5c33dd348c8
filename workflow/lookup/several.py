"""Several requests of an inbox at once: accepted, assigned, answered. Each is asked for by itself; what is refused is
named with the reason, and the others are done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from storage.queries import requests as rows
from workflow.actions import answering, handling
from workflow.kernel.actions import Action
from workflow.kernel.carried import as_number
from workflow.kernel.errors import Refused
from workflow.kernel.tx import Tx
from workflow.lookup import window, window_state
from workflow.lookup.window_state import Mode
from workflow.lookup.window_views import InboxPage, NotDone, Several
from workflow.organisation.work import Work
from workflow.request.turn import take_turn

Do = Callable[[int], Awaitable[object]]


async def act(work: Work, kept: int, action: Action, arg: str = "") -> InboxPage:
    """Accept what was picked, or assign it to somebody (``arg``: their id)."""
    async with work.write() as tx:
        draft, looked = await window_state.access(tx, kept)
        await window.unit_of(tx, looked)
        if not looked.picked:
            raise Refused("error.inbox_nothing_picked")
        if action is Action.ASSIGN:
            who = as_number(arg)
            several = await _do(tx, action, looked.picked, lambda ref: handling.do_assign(tx, ref, who))
        else:
            several = await _do(tx, action, looked.picked, lambda ref: handling.do_accept(tx, ref))
        looked = replace(looked, mode=Mode.LIST, picked=())
        window_state.put(tx, draft, looked)
        page = await window.page_of(tx, kept, looked, turned=True)
        return await tx.conclude(replace(page, several=several))


async def answer(work: Work, kept: int, text: str, *, with_files: bool = False) -> Several:
    """The words that were asked for, as the answer to each that was picked."""
    async with work.write() as tx:
        await take_turn(tx)
        draft, looked = await window_state.access(tx, kept)
        await window.unit_of(tx, looked)
        if with_files:
            raise Refused("error.several_files")
        if not looked.picked or not looked.outcome:
            raise Refused("error.inbox_nothing_picked")
        text, outcome = text.strip(), looked.outcome
        if not text:
            raise Refused("error.several_empty")
        several = await _do(
            tx, Action.ANSWER, looked.picked, lambda ref: answering.do_answer_one(tx, ref, text, outcome)
        )
        if several.done:  # else the same message may be answered with better words
            window_state.put(tx, draft, replace(looked, mode=Mode.LIST, picked=(), outcome=""))
        return await tx.conclude(replace(several, outcome=outcome))


async def _do(tx: Tx, action: Action, picked: Sequence[int], do: Do) -> Several:
    """In the order of their ids, in which others lock them too. What refuses has written nothing."""
    numbers = await rows.names(tx.session, picked)
    done, refused = [], []
    for request_id in sorted(picked):
        number = numbers.get(request_id, str(request_id))
        try:
            await do(request_id)
        except Refused as why:
            refused.append(NotDone(number=number, why=why.text))
        else:
            done.append(number)
    return Several(action=action, done=tuple(done), refused=tuple(refused))
