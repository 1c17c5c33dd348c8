"""The turn of those who hold a request and go on from it to others about the same subject.

Two of them would each wait for what the other holds: who answers one request, and offers the answer to another that
is being answered at that moment. So one at a time goes on, and takes the turn before the first request that others
may want. SQLite has one writer, who has it.
"""

from __future__ import annotations

from storage.queries import desk
from workflow.kernel.tx import Tx

_LOCK = 0x7475726E  # "turn", of PostgreSQL


async def take_turn(tx: Tx) -> None:
    """Until the transaction ends nobody else has the turn; who has it already goes on."""
    await desk.wait_for_turn(tx.session, _LOCK)
