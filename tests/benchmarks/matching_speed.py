"""How fast an earlier answer is found, at several sizes, beside what one would reach for first.

Our engine is measured as users run it: records sealed, keys hashed, through the store, on SQLite and on
PostgreSQL. Beside it, in the same run and on the same rows: RapidFuzz over everything, and SQLite's FTS5 with
trigrams over the identifier fields.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from rapidfuzz import fuzz, process

from bot.commands import ledger_pool
from bot.commands.import_cli import ROWS_ALONE
from bot.commands.ledger_cli import helpers_for
from bot.settings.model import Settings
from bot.settings.policy import policy_of
from matching.compare.engine import Engine
from matching.compare.warm import warm
from storage.database.engine import Store
from storage.database.seal import Sealer
from storage.ledger.reading import LedgerReader
from storage.queries import matching as index_rows
from storage.tables import schema
from tests.benchmarks.table import Row, percentile
from tests.benchmarks.volume import START, Volume
from tests.integration import postgresql
from workflow.ledger import taking as ledger_taking
from workflow.organisation.work import Work
from workflow.reuse import reuse

SIZES = {"small": (1_000, 10_000), "full": (1_000, 100_000, 1_000_000)}
QUERIES = {"small": 300, "full": 1_500}
BRUTE_QUERIES = 5
AS_OF = START + timedelta(days=1340)


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES[scale]:
            found += asyncio.run(
                _ours(f"sqlite+aiosqlite:///{folder}/{size}.db", "SQLite", size, QUERIES[scale])
            )
            found += _brute_force(size) + _trigrams(Path(folder) / f"fts-{size}.db", size)
        if postgresql.INSTALLED:
            with postgresql.server() as databases:
                for size in SIZES[scale][:2] if scale == "small" else SIZES[scale]:
                    with _database(databases) as url:
                        found += asyncio.run(_ours(url, "PostgreSQL", size, QUERIES[scale]))
    return found


@contextmanager
def _database(databases: postgresql.Databases) -> Iterator[str]:
    url = databases.new()
    yield url
    databases.drop(url)


def queries(size: int, count: int) -> list[dict[str, Any]]:
    """New requests, two thirds of them about a subject on file."""
    volume = Volume(seed=size)
    known = [row for row in volume.rows(size) if row["state"] == "answered"]
    asked = random.Random(5)
    made = []
    for number in range(count):
        row = volume.row(10_000_000 + number, AS_OF, answered=False)
        if number % 3:
            old = asked.choice(known)
            row |= {"type": old["type"], "subjects": old["subjects"]}
        made.append(row)
    return made


async def _ours(url: str, name: str, size: int, count: int) -> list[Row]:
    policy = policy_of(Settings())
    store = Store.open(url, sealer=Sealer(bytes(range(32))))
    work = Work(store=store, policy=policy, engine=Engine(policy.types), clock=lambda: AS_OF)
    try:
        if store.dialect == "sqlite":
            await schema.upgrade(store)
        imported = await _import(work, size)
        times, sql, counts = await _match(work, queries(size, count))
        found = [
            Row(name=f"match, {size:,} on {name}: p50", value=percentile(times, 0.5), unit="ms", target="≤ 1 at 1 M",
                note=f"of which database {percentile(sql, 0.5):.2f} ms, {sum(counts) / len(counts):.1f} candidates"),
            Row(name=f"match, {size:,} on {name}: p99", value=percentile(times, 0.99), unit="ms", target="≤ 3 at 1 M"),
            Row(name=f"import, {size:,} on {name}", value=size / imported, unit="rows/s", target="≥ 5,000"),
        ]  # fmt: skip
        if store.dialect == "sqlite":
            found.append(_index_size(url, size))
            memory = psutil.Process(os.getpid()).memory_info().rss / 2**20
            found.append(Row(name=f"memory of this process, {size:,}", value=memory, unit="MiB", target="≤ 200",
                             note="with the benchmark's own rows"))  # fmt: skip
        return found
    finally:
        await store.close()


async def _import(work: Work, size: int) -> float:
    """Seconds from the file to the last commit, as ``crossbeat import`` takes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps(row, ensure_ascii=False) + "\n" for row in Volume(seed=size).rows(size)
            )
        began = time.perf_counter()
        preparer = await ledger_taking.preparer(work)
        lines = LedgerReader(path).unread()
        batches = ledger_pool.prepared(lines, preparer, helpers=helpers_for(path))
        async for batch in ledger_pool.joined(batches, rows=lambda: ROWS_ALONE):
            async with work.write() as tx:
                await ledger_taking.write(tx, batch.good, batch.row)
        return time.perf_counter() - began


async def _match(work: Work, asked: list[dict[str, Any]]) -> tuple[list[float], list[float], list[int]]:
    """Milliseconds of each query from row to verdicts, of its database part, and how many candidates it had."""
    warm()
    times, sql, counts = [], [], []
    async with work.write() as tx:  # as intake does it: inside the transaction that registers
        hashed = reuse.key_hash(tx)
        for number, row in enumerate(asked):
            query = tx.engine.record_from_row(row)
            began = time.perf_counter()
            found = await index_rows.candidates(tx.session, tx.engine.keys(query, hashed))
            there = time.perf_counter()
            records = [
                reuse.unpack(tx.sealer.unseal_bytes("match_records", sealed), called=str(request_id))
                for request_id, sealed in found
            ]
            tx.engine.judge(query, records, as_of=AS_OF, limit=5)
            if number >= len(asked) // 20:
                times.append((time.perf_counter() - began) * 1000)
                sql.append((there - began) * 1000)
                counts.append(len(found))
    return times, sql, counts


def _index_size(url: str, size: int) -> Row:
    path = url.partition("///")[2]
    with sqlite3.connect(path) as connection:
        (used,) = connection.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name IN ('match_keys', 'match_records')"
        ).fetchone()
    connection.close()
    return Row(
        name=f"match index, {size:,} on SQLite", value=used / size, unit="bytes/request", target="≤ 450"
    )


def _text(row: dict[str, Any]) -> str:
    subject = row["subjects"][0]
    return " ".join([subject["name"], *subject["ids"].values(), row["case"]])


def _brute_force(size: int) -> list[Row]:
    texts = [_text(row) for row in Volume(seed=size).rows(size)]
    times = []
    for row in queries(size, BRUTE_QUERIES):
        began = time.perf_counter()
        process.extract(_text(row), texts, scorer=fuzz.token_set_ratio, limit=5)
        times.append((time.perf_counter() - began) * 1000)
    return [Row(name=f"RapidFuzz over everything, {size:,}: p50", value=percentile(times, 0.5), unit="ms",
                note="token_set_ratio over identifier fields")]  # fmt: skip


def _trigrams(path: Path, size: int) -> list[Row]:
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'trigram')")
    connection.executemany(
        "INSERT INTO t VALUES (?)", ((_text(row),) for row in Volume(seed=size).rows(size))
    )
    connection.commit()
    times = []
    for row in queries(size, BRUTE_QUERIES * 4):
        grams = {
            json.dumps(word[i : i + 3]) for word in _text(row).split() for i in range(max(0, len(word) - 2))
        }
        began = time.perf_counter()
        connection.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 5", (" OR ".join(sorted(grams)),)
        ).fetchall()
        times.append((time.perf_counter() - began) * 1000)
    connection.close()
    return [Row(name=f"FTS5 trigram, {size:,}: p50", value=percentile(times, 0.5), unit="ms",
                note="identifier fields, not sealed")]  # fmt: skip
