"""``crossbeat import`` as a whole process, beside a bare loop that reads the same file and inserts its rows.

The bare loop understands nothing, seals nothing and finds nothing again: it is what reading and writing cost at least.
Processor time tells more than rows a second where other work shares the machine.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil

from tests.benchmarks.table import Row
from tests.benchmarks.volume import UNITS, Volume

SIZES = {"small": (20_000,), "full": (100_000, 1_000_000)}
BATCH = 10_000
LOOK_SECONDS = 0.2  # between two looks at the memory
CONFIG = "".join(f'[[units]]\ncode = "U{n}"\nname = "{name}"\n' for n, name in enumerate(UNITS[:2]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    seconds: float
    processor: float  # seconds, of all its processes
    memory: float = 0.0  # MiB, of all its processes together, at its most


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    found: list[Row] = []
    for size in SIZES[scale]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ledger = written(folder / "ledger.jsonl", size)
            ours, bare = imported(folder, ledger, size), inserted(folder / "bare.db", ledger, size)
        found += [
            Row(name=f"crossbeat import, {size:,} rows", value=size / ours.seconds, unit="rows/s", target="≥ 5,000",
                note=f"{ours.processor / size * 1000:.2f} ms of processor a row"),
            Row(name=f"crossbeat import, {size:,} rows: memory", value=ours.memory, unit="MiB", target="≤ 400",
                note="all its processes together"),
            Row(name=f"bare read-and-insert loop, {size:,} rows", value=size / bare.seconds, unit="rows/s",
                note=f"{bare.processor / size * 1000:.3f} ms of processor a row"),
            Row(name=f"crossbeat import beside the bare loop, {size:,} rows", value=ours.seconds / bare.seconds,
                unit="×", note=f"{ours.processor / bare.processor:.1f} × its processor time"),
        ]  # fmt: skip
    return found


def written(path: Path, size: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in Volume(seed=size).rows(size))
    return path


def imported(folder: Path, ledger: Path, size: int) -> Cost:
    """What the command costs, from its start to its end."""
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "import", str(ledger)], cwd=folder, stderr=subprocess.PIPE, text=True
    ) as process:
        peak: list[float] = [0.0]
        watcher = threading.Thread(target=_watch, args=(process.pid, peak))
        watcher.start()
        _, words = process.communicate()
    seconds = time.perf_counter() - begun
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if f"{size} read = {size} taken" not in words:
        raise RuntimeError(words.strip().splitlines()[-1])
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds=seconds, processor=processor, memory=peak[0])


def _watch(pid: int, peak: list[float]) -> None:
    """The most memory that a process and its children have together, in MiB."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            family = (process, *process.children(recursive=True))
            peak[0] = max(peak[0], sum(_resident(one) for one in family) / 2**20)
            time.sleep(LOOK_SECONDS)
    except psutil.NoSuchProcess:
        return


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:  # it has ended meanwhile
        return 0


def inserted(database: Path, ledger: Path, size: int) -> Cost:
    """The same rows into one table with one index, as they are."""
    begun, processor = time.perf_counter(), time.process_time()
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, asked_at TEXT, row TEXT)")
    with ledger.open("rb") as file:
        lines = _plain(file)
        while some := list(islice(lines, BATCH)):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO rows VALUES (?, ?, ?)", some)
            connection.execute("COMMIT")
    [count] = connection.execute("SELECT count(*) FROM rows").fetchone()
    connection.close()
    if count != size:
        raise RuntimeError(f"{count} rows of {size}")
    return Cost(seconds=time.perf_counter() - begun, processor=time.process_time() - processor)


def _plain(lines: Iterator[bytes]) -> Iterator[tuple[str, str, bytes]]:
    for line in lines:
        row = json.loads(line)
        yield row["id"], row["asked_at"], line
