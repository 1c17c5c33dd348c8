"""How many statements a post takes: on PostgreSQL each is a way to another process and back."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, update

from storage.database.engine import Store
from storage.tables.duty import StandIn
from storage.tables.models import ChatUnit
from tests.benchmarks import traffic
from tests.benchmarks.operations_intake import WARM, Bench
from workflow.organisation import units

POSTS = 5
#: From BEGIN to COMMIT, of a post whose group and officer are known. A number that grows is paid for by every post;
#: one that shrinks is lowered here. On SQLite every row is one, and each is a function call: two say whom it concerns.
MOST = {"sqlite": 30, "postgresql": 7}
CLAIM = {"sqlite": 4, "postgresql": 1}


class Transactions:
    """What each transaction of a database ran, once it has ended."""

    def __init__(self, store: Store) -> None:
        self.ended: list[list[str]] = []
        self._running: defaultdict[int, list[str]] = defaultdict(list)  # by connection
        engine = store.engine.sync_engine
        if store.dialect == "sqlite":  # by the driver: much goes past SQLAlchemy
            event.listen(engine, "connect", lambda one, _: one.raw.set_trace_callback(self._heard(one)))
            return
        event.listen(engine, "begin", lambda one: self._ran(one, "BEGIN"))
        event.listen(engine, "commit", lambda one: self._ran(one, "COMMIT"))
        event.listen(engine, "rollback", lambda one: self._ran(one, "ROLLBACK"))
        event.listen(engine, "before_cursor_execute", lambda one, _, words, *__: self._ran(one, words))

    def _ran(self, connection: Connection, words: str) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            self._heard(connection.connection.dbapi_connection)(words)
        elif words not in ("BEGIN", "COMMIT", "ROLLBACK"):  # no trips where each statement is a transaction
            self.ended.append([" ".join(words.split())])

    def _heard(self, connection: object) -> Callable[[str], None]:
        running = self._running[id(connection)]

        def heard(statement: str) -> None:
            running.append(" ".join(statement.split()))
            if running[-1] in ("COMMIT", "ROLLBACK"):
                self.ended.append(running.copy())
                running.clear()

        return heard

    def with_(self, words: str) -> list[list[str]]:
        """Those of which some statement has these words."""
        return [one for one in self.ended if any(words in statement for statement in one)]


@asynccontextmanager
async def taking(bench: Bench) -> AsyncIterator[None]:
    """Posts are taken in as the running bot does; nobody sends."""
    await bench.furnish()
    running = asyncio.create_task(bench.inbox.run())
    yield
    await bench.inbox.stop(5)
    await running
    await bench.store.close()


async def posts_of(bench: Bench, seen: Transactions) -> list[list[str]]:
    """What the transactions ran in which posts were registered."""
    posts = list(traffic.updates(WARM + POSTS))
    await bench.take(posts[:WARM])
    await asyncio.sleep(0)
    seen.ended.clear()
    for post in posts[WARM:]:
        await bench.take([post])
    registered = seen.with_("INSERT INTO requests")
    assert len(registered) == POSTS
    return registered


@pytest.mark.engines
async def test_a_post_takes_no_more_statements_than_it_must(database_url: str) -> None:
    bench = Bench(database_url)
    seen = Transactions(bench.store)
    async with taking(bench):
        registered = await posts_of(bench, seen)
    assert max(map(len, registered)) <= MOST[bench.store.dialect]
    assert max(map(len, seen.with_("WITH RECURSIVE lanes"))) <= CLAIM[bench.store.dialect]


@pytest.mark.engines
async def test_a_window_and_a_stand_in_cost_a_look_each(database_url: str) -> None:
    bench = Bench(database_url)
    seen = Transactions(bench.store)
    async with taking(bench):
        async with bench.work().write() as tx:
            one, other, *_ = await units.current(tx)
            await tx.session.execute(update(ChatUnit).values(chosen=True))
            times = {"since": tx.now, "until": tx.now + timedelta(days=1)}
            tx.session.add(StandIn(unit_id=one.id, other_unit_id=other.id, **times))
        registered = await posts_of(bench, seen)
    assert MOST[bench.store.dialect] < max(map(len, registered)) <= MOST[bench.store.dialect] + 2
