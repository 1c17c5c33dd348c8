"""Rows that are due, one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import structlog

from workflow.kernel.tx import Tx
from workflow.organisation.work import Work

log = structlog.get_logger(__name__)


async def each(work: Work, do: Callable[[Tx, int], Awaitable[bool]], ids: Iterable[int]) -> int:
    """With how many something was done. What fails for one of them is logged, and the others have their turn."""
    done = 0
    for one in ids:
        try:
            async with work.write() as tx:
                done += await do(tx, one)
        except Exception:
            log.exception("due_failed", row=one, step=do.__name__)
    return done
