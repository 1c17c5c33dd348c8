"""Several real processes of one desk, on one PostgreSQL database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from tests.e2e import invariants
from tests.e2e.desk import Running
from tests.e2e.process import Process, Said, said
from tests.patience import ENOUGH

LOOK_SECONDS = 0.01
T = TypeVar("T")
_never = threading.Event()


class Fleet(Running):
    """A database that ``crossbeat migrate`` has made, and as many processes on it as are launched."""

    def __init__(
        self, folder: Path, *, url: str, env: Mapping[str, str] | None = None, **sections: Mapping[str, Any]
    ) -> None:
        storage = {"url": url, "key_file": str(folder / "crossbeat.key")}
        super().__init__(folder, env=env, storage=storage, **sections)
        self.url = url
        migrated = self.command("migrate")
        assert "brought to schema" in migrated.words, migrated

    def command(self, *arguments: str) -> Said:
        """A command on this desk, which must succeed; what it said."""
        return said(*arguments, "--config", str(self.config), cwd=self.folder)

    def fill_up(self, number: int) -> None:
        """Launches what lacks, at once; returns when all are ready and one of them leads."""
        launched = [self.launch() for _ in range(number - len(self.alive))]
        for process in launched:
            process.wait_ready()
        self.leader()

    def hooks(self) -> list[str]:
        """Where each living process takes updates, in webhook mode."""
        return [f"{process.web}/telegram" for process in self.alive]

    @property
    def alive(self) -> list[Process]:
        return [process for process in self.processes if process.code is None]

    @property
    def followers(self) -> list[Process]:
        return [process for process in self.alive if not leads(process)]

    def leader(self, *, within: float = ENOUGH) -> Process:
        """The one living process that polls and sends; waits until there is one."""
        return until(lambda: next(filter(leads, self.alive), None), within=within)

    def kill_leader(self) -> datetime:
        """SIGKILL to the leader; when that was."""
        dead = self.leader()
        moment = datetime.now(UTC)
        dead.kill()
        return moment

    def seconds_until_another_led(self, since: datetime) -> float:
        """From a leader's death until the next one held the lease; waits for that."""
        taken = self.leader().events("lease_taken")[-1]["timestamp"]
        return (datetime.fromisoformat(taken) - since).total_seconds()

    def close(self) -> None:
        """Ends all; then what must hold of every run is checked."""
        codes = [process.stop() for process in self.alive]
        self._thread.stop()
        assert not any(codes), f"ended with {codes}:\n" + "\n".join(self.process.lines[-20:])
        events = [event for process in self.processes for event in process.events()]
        invariants.check(self.sandbox, events, self.processes, self.expected)


def leads(process: Process) -> bool:
    """Whether the last it said of the lease is that it holds it."""
    said = [event["event"] for event in process.events() if event["event"] in ("lease_taken", "lease_lost")]
    return said[-1:] == ["lease_taken"]


def until(found: Callable[[], T | None], *, within: float = ENOUGH) -> T:
    """What ``found`` gives as soon as it gives something. Raises ``TimeoutError``."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if (value := found()) is not None and value is not False:
            return value
        _never.wait(LOOK_SECONDS)
    raise TimeoutError(f"not within {within} s")
