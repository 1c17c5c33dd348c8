"""What either family of ciphers costs: a value sealed, opened, hashed, and posts taken in under each."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable

from storage.database.ciphers import Cipher
from storage.database.seal import KEY_BYTES, Sealer
from tests.benchmarks import operations_intake
from tests.benchmarks.table import Row

TIMES = {"small": 20_000, "full": 200_000}
POSTS = {"small": 600, "full": 6_000}
SIZES = {"a request's texts": 400, "a long update": 8_000}  # bytes
ROUNDS = 5  # the quickest counts: another program on the machine makes none quicker


def rows(scale: str = "small") -> list[Row]:
    """All rows of this table."""
    found = []
    for cipher in Cipher:
        sealer = Sealer(secrets.token_bytes(KEY_BYTES), cipher)
        for what, size in SIZES.items():
            plain = secrets.token_bytes(size)
            blob = sealer.seal_bytes("requests", plain)
            for verb, work in (
                ("sealed", lambda s=sealer, p=plain: s.seal_bytes("requests", p)),
                ("opened", lambda s=sealer, b=blob: s.unseal_bytes("requests", b)),
            ):
                value = _microseconds(work, TIMES[scale])
                found.append(Row(name=f"{what} ({size:,} bytes) {verb}, {cipher}", value=value, unit="µs"))
        hashed = sealer.hashing("match keys")
        value = _microseconds(lambda h=hashed: h("cn_id:320583199204080027"), TIMES[scale])
        found.append(Row(name=f"a keyed hash, {cipher}", value=value, unit="µs"))
    return found + _intake(scale)


def _intake(scale: str) -> list[Row]:
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for cipher in Cipher:
            measured = operations_intake.child(
                "group", f"sqlite:///{folder}/{cipher}.db", POSTS[scale], 0, 0, cipher=cipher
            )
            note = f"{measured['cpu']:.2f} ms of processor each"
            found.append(
                Row(name=f"intake, SQLite, {cipher}", value=measured["rate"], unit="requests/s", note=note)
            )
    return found


def _microseconds(work: Callable[[], object], times: int) -> float:
    """Processor time of one, in the quickest round."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(times // ROUNDS):
            work()
        best = min(best, time.process_time() - begun)
    return best / (times // ROUNDS) * 1e6
