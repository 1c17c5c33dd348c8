"""``crossbeat match``: earlier answers for the queries of a file, one result a line, on all cores if there are many."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.commands.ledger_cli import existing
from bot.commands.telling import tell_terminal
from bot.commands.wording import say, words
from bot.runtime import processes
from bot.runtime.failure import Failure
from bot.runtime.opening import Opened, clock_of, opened
from bot.settings.model import Settings
from bot.settings.policy import policy_of
from matching.compare.engine import Engine
from matching.compare.evaluate import Evaluation, evaluate
from matching.compare.warm import warm
from storage.ledger.reading import LedgerRow, RejectedRow, read_jsonl
from workflow.kernel.tx import Tx
from workflow.ledger import bulk
from workflow.ledger.rows import RowRejected, moment

OWN_LABELS = "desk"
CHUNK = 200  # queries that a process takes at a time
MANY_BYTES = 4_000_000  # of a file with so many queries that several processes pay for their start

Item = LedgerRow | RejectedRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What every process of a bulk match is told."""

    settings: Settings
    as_of: datetime
    explain: bool


async def match(settings: Settings, args: argparse.Namespace) -> int:
    """One query a line in, one result a line out."""
    policy = policy_of(settings)
    language = settings.locale.language
    try:
        as_of = moment(args.as_of, "--as-of", policy.zone) or clock_of(settings)()
    except RowRejected as error:
        raise Failure(words(error.why, language)) from None
    if args.evaluate:
        labels = await _labels(settings, args.evaluate)
        found = evaluate(Engine(policy.types, zone=policy.zone), labels, as_of=as_of)
        sys.stdout.write(_evaluation(found))
        return 0
    if args.file != "-":
        existing(Path(args.file), language)
    async with opened(settings) as desk:
        job = Job(settings=settings, as_of=as_of, explain=args.explain)
        jobs = args.jobs or _jobs_for(args.file)
        results = _in_processes(job, args.file, jobs) if jobs > 1 else _here(desk, job, args.file)
        async for line in results:
            sys.stdout.write(line + "\n")
            if args.file == "-":  # whoever writes a query waits for its result
                sys.stdout.flush()
        sys.stdout.flush()
    return 0


def _jobs_for(source: str) -> int:
    """All cores for many queries; one process for a few, and for a stream."""
    if source == "-" or Path(source).stat().st_size < MANY_BYTES:
        return 1
    return os.cpu_count() or 1


async def _here(desk: Opened, job: Job, source: str) -> AsyncIterator[str]:
    warm()  # else the first query would pay for it
    for item in _queries(source):
        async with desk.work().read(short=True) as tx:
            line = await _result(tx, item, job)
        yield line  # outside: who reads may stop here, and nothing must be open then


async def _in_processes(job: Job, source: str, jobs: int) -> AsyncIterator[str]:
    chunks = _chunks(_queries(source))
    async for lines in processes.in_order(_chunk, chunks, processes=jobs, begin=_begin, given=(job,)):
        for line in lines:
            yield line


#: What a helping process was told when it began.
_JOB: list[Job] = []


def _begin(job: Job) -> None:
    _JOB.append(job)
    warm()


def _chunk(items: list[Item]) -> list[str]:
    return asyncio.run(_chunk_results(_JOB[0], items))


async def _chunk_results(job: Job, items: list[Item]) -> list[str]:
    async with opened(job.settings, sync=False) as desk, desk.work().read(short=True) as tx:
        return [await _result(tx, item, job) for item in items]


async def _result(tx: Tx, item: Item, job: Job) -> str:
    """One line for each query, for one that cannot be read too: else those that follow lose their places."""
    if isinstance(item, RejectedRow):
        language = job.settings.locale.language
        told = say(language, "match.unread", line=item.line, why=words(item.reason, language))
        tell_terminal(told)
        unread: dict[str, Any] = {"query": None, "matches": [], "error": told}
        return json.dumps(unread, ensure_ascii=False)
    began = time.perf_counter()
    found = await bulk.match_row(tx, item.row, as_of=job.as_of)
    ms = round((time.perf_counter() - began) * 1000, 3)
    query = str(item.row.get("id") or item.row.get("query") or item.line)
    result: dict[str, Any] = {"query": query, "matches": [m.json() for m in found], "ms": ms}
    if job.explain:
        result["explain"] = await bulk.explain_row(tx, item.row, as_of=job.as_of)
    return json.dumps(result, ensure_ascii=False)


def _queries(source: str) -> Iterator[Item]:
    if source == "-":
        yield from read_jsonl(sys.stdin.buffer)
        return
    with Path(source).open("rb") as file:
        yield from read_jsonl(file)


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _labels(settings: Settings, source: str) -> Sequence[Mapping[str, Any]]:
    """Labelled pairs: the desk's own, or those of a file, for which no desk need be there."""
    if source == OWN_LABELS:
        async with opened(settings) as desk, desk.work().read() as tx:
            return await bulk.kept_labels(tx)
    existing(Path(source), settings.locale.language)
    return [item.row for item in _queries(source) if isinstance(item, LedgerRow)]


def _evaluation(found: Evaluation) -> str:
    lines = [
        f"pairs {found.pairs}, of the same subject and question {found.same}, unreadable {len(found.rejected)}",
        f"offered    precision {found.precision:.4f}  recall {found.recall:.4f}",
        f"reuse      precision {found.reuse_precision:.4f}  recall {found.reuse_recall:.4f}",
    ]
    lines += [f"false reuse: {pair}" for pair in found.false_reuse]
    lines += ["score        matches  the same"]
    lines += [
        f"{b.low:.1f} to {b.low + 0.1:.1f} {b.matches:10} {b.share:9.3f}"
        for b in found.calibration
        if b.matches
    ]
    return "\n".join(lines) + "\n"
