"""Work shared out to other processes, its results in order, with no more under way than the processes take.

Pipes only: a pool of the standard library needs semaphores in ``/dev/shm``, which containers and sandboxes often
lack or have read-only, and an import must run there as well.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import queue
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

#: Pieces after which a helper looks for garbage, and not in the middle of one: what a piece is made of and makes hardly
#: ever refers to itself, and looking through it all again and again took a fifth of the time.
COLLECT_AFTER = 20
AHEAD = 3  # pieces under way for each process: memory stays bounded, nobody waits

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class HelperDied(Exception):
    """A helping process ended in the middle of its work (it was killed, or ran out of memory)."""


async def in_order(
    work: Callable[[Piece], Result],
    pieces: Iterable[Piece],
    *,
    processes: int,
    begin: Callable[..., None],
    given: tuple[Any, ...] = (),
) -> AsyncIterator[Result]:
    """``work`` of each piece, in other processes, each of which has called ``begin(*given)`` first.

    What ``work`` raises is raised here. Raises :class:`HelperDied` when a process ends before its time.
    """
    loop = asyncio.get_running_loop()
    waiting: deque[asyncio.Future[Result]] = deque()
    helpers = _Helpers(work, processes, begin, given)
    with closing(helpers):
        for piece in pieces:
            waiting.append(loop.run_in_executor(helpers.threads, helpers.ask, piece))
            if len(waiting) > AHEAD * processes:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()


class _Helpers(Generic[Piece, Result]):
    """The processes, and a thread for each that waits for it."""

    def __init__(
        self, work: Callable[[Piece], Result], count: int, begin: Callable[..., None], given: tuple[Any, ...]
    ) -> None:
        # Spawned, not forked: a fork would copy this process's locks and connections.
        context = multiprocessing.get_context("spawn")
        self.threads = ThreadPoolExecutor(count)
        self._idle: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._ends: list[Connection] = []
        self._processes = []
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, work, begin, given), daemon=True)
            process.start()
            theirs.close()  # so that its end tells that it has ended
            self._processes.append(process)
            self._ends.append(ours)
            self._idle.put(ours)

    def ask(self, piece: Piece) -> Result:
        end = self._idle.get()
        try:
            end.send(piece)
            good, result = end.recv()
        except (EOFError, OSError) as error:
            raise HelperDied("a helping process ended in the middle of its work") from error
        finally:
            self._idle.put(end)
        if not good:
            raise result
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        self.threads.shutdown(cancel_futures=True)
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.join()


def _serve(
    end: Connection, work: Callable[[Any], Any], begin: Callable[..., None], given: tuple[Any, ...]
) -> None:
    """What a helping process does until there is nothing more to do."""
    begin(*given)
    gc.freeze()
    gc.disable()
    with suppress(EOFError, KeyboardInterrupt):
        for count in itertools.count(1):
            piece = end.recv()
            try:
                answer: tuple[bool, Any] = (True, work(piece))
            except Exception as error:
                answer = (False, error)
            end.send(answer)
            del piece, answer
            if count % COLLECT_AFTER == 0:
                gc.collect()
