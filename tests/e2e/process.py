"""The real bot as a process: started, watched by what it prints, stopped, killed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e import forks
from tests.e2e.environment import environment
from tests.e2e.forks import AVAILABLE, Forked
from tests.patience import ENOUGH

_WEB = re.compile(r"http://\S+:\d+")


class NotReady(AssertionError):
    """The process ended, or took too long, before it was ready."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a command wrote, its two streams apart: they reach whoever reads both in no certain order."""

    data: str  # stdout
    words: str  # stderr


def crossbeat(
    *arguments: str, cwd: Path, stdin: str | None = None, anew: bool = False, **env: str
) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end; exit code, stdout, stderr. ``anew``: in a process that begins with nothing."""
    given = environment(**env)
    if AVAILABLE and not anew:
        return forks.run(arguments, cwd=cwd, env=given, stdin=stdin or "", seconds=ENOUGH)
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd, env=given, input=stdin or "", capture_output=True, text=True, timeout=ENOUGH,
        check=False,
    )  # fmt: skip


def said(*arguments: str, cwd: Path, code: int = 0, **env: str) -> Said:
    """Runs one command to its end, without waiting for Python's imports; what it said."""
    ended = crossbeat(*arguments, cwd=cwd, **env)
    assert ended.returncode == code, (
        f"{arguments} ended with {ended.returncode}: {ended.stdout}{ended.stderr}"
    )
    return Said(data=ended.stdout, words=ended.stderr)


def _begun(arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


class Process:
    """One `python -m bot …`; threads keep what it writes, ``lines`` to stderr and ``data`` to stdout."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        ready: str = "crossbeat ready",
        forked: bool = False,
    ) -> None:
        """``ready``: how the line begins by which it says that it is; ``forked``: see :mod:`tests.e2e.forks`."""
        self.lines: list[str] = []
        self.data: list[str] = []
        self._says_ready = ready
        self._heard = threading.Condition()
        self._ended = False
        given = environment(**(env or {}))
        self._process: subprocess.Popen[str] | Forked = (
            Forked(arguments, cwd=cwd, env=given)
            if forked and AVAILABLE
            else _begun(arguments, cwd=cwd, env=given)
        )
        self._readers = [
            threading.Thread(target=read, name=name, daemon=True)
            for name, read in (("log of the bot", self._read), ("data of the bot", self._read_data))
        ]
        for reader in self._readers:
            reader.start()

    def _read_data(self) -> None:
        assert self._process.stdout is not None
        self.data.extend(line.rstrip("\n") for line in self._process.stdout)

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._hear(line)
        self._hear(None)

    def _hear(self, line: str | None) -> None:
        with self._heard:
            if line is None:
                self._ended = True  # what it has not said yet it will never say
            else:
                self.lines.append(line.rstrip("\n"))
            self._heard.notify_all()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return self._process.poll()

    def wait_ready(self, seconds: float = ENOUGH) -> None:
        """Returns when it has said that it is ready. Raises :class:`NotReady` with its words otherwise."""
        self.wait_said(lambda line: line.startswith(self._says_ready), seconds)
        if self.ready_line is None:
            if self.code is None and not self._readers[0].is_alive():
                self._process.wait(ENOUGH)
            raise NotReady("the bot did not become ready:\n" + "\n".join(self.lines[-20:]))

    def wait_said(self, is_it: Callable[[str], bool], seconds: float = ENOUGH) -> None:
        """Returns when it has said such a line, has ended, or the time is over."""
        with self._heard:
            self._heard.wait_for(lambda: self._ended or any(map(is_it, self.lines)), seconds)

    @property
    def ready_line(self) -> str | None:
        return next((line for line in self.lines if line.startswith(self._says_ready)), None)

    @property
    def web(self) -> str:
        """The address of health, metrics and webhook."""
        found = _WEB.search(self.ready_line or "")
        assert found, "the ready line names no address"
        return found[0]

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """As a lost power supply does it."""
        self._process.kill()
        self.wait()

    def wait(self, seconds: float = ENOUGH) -> int:
        """The exit code, when it has ended and all it wrote has been read."""
        code = self._process.wait(seconds)
        for reader, stream in zip(self._readers, (self._process.stderr, self._process.stdout), strict=True):
            reader.join(seconds)
            if stream is not None:
                stream.close()
        return code

    def exited(self, seconds: float) -> bool:
        """Whether it has ended by itself within so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> int:
        """SIGTERM, and the exit code; killed when it does not end by itself."""
        if self.code is None:
            self.terminate()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """The log so far, as it was written; those of one name, where given."""
        found = [json.loads(line) for line in list(self.lines) if line.startswith("{")]
        return [event for event in found if name is None or event.get("event") == name]
