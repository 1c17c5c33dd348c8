"""Processes of the bot that are born ready: forked from one that has imported everything, and does nothing else.

What is forked runs the real command line, with a process, a folder and an environment of its own; only the
second that Python needs for its imports is saved. ``python -m tests.e2e.forks FD`` is that one process, and FD where
it listens.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import IO

from tests import once, one_tls
from tests.e2e import first_use
from tests.e2e.environment import ROOT, environment

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
MESSAGE_BYTES = 1 << 20
STREAMS = 3  # stdin, stdout, stderr
HELLO = b"ready"
LEAVE_SECONDS = 10.0
Streams = tuple[IO[bytes], ...]
ROOMS = ("bot", "handlers", "matching", "sandbox", "storage", "web", "workflow")
#: Of others, what a running desk imports when it first needs it.
THEIRS = (
    "alembic.command", "alembic.context", "apscheduler.executors.asyncio", "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.interval", "asyncpg", "chinese_calendar", "rich.progress", "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "xlsxwriter",
)  # fmt: skip
#: How long a process leads that is not heard of, in seconds: on a machine that stands still for longer than the
#: product's own six, another one would take over, and may by right send once more what was being sent.
LEASE_VARIABLE = "CROSSBEAT_TEST_LEASE"
AVAILABLE = hasattr(os, "pidfd_open")  # Linux; elsewhere each process begins anew


class Forked:
    """One process, with what the tests use of ``subprocess.Popen``."""

    def __init__(
        self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], streams: Streams | None = None
    ) -> None:
        """``streams``: the files that it reads and writes; else what it says comes through two pipes."""
        self._mother = _mother()
        self.stdout: IO[str] | None = None
        self.stderr: IO[str] | None = None
        job = {"arguments": list(arguments), "cwd": str(cwd), "env": dict(env)}
        if streams is not None:
            self.pid = self._mother.bear(job, [stream.fileno() for stream in streams])
        else:
            (data, its_data), (words, its_words) = os.pipe(), os.pipe()
            self.stdout, self.stderr = (os.fdopen(end, "r", encoding="utf-8") for end in (data, words))
            with open(os.devnull, "rb") as nothing:
                self.pid = self._mother.bear(job, [nothing.fileno(), its_data, its_words])
            os.close(its_data)
            os.close(its_words)
        self._end = os.pidfd_open(self.pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._end, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self._code is None:
            waiting = select.poll()  # not select: its numbers end at 1024
            waiting.register(self._end, select.POLLIN)
            if not waiting.poll(None if timeout is None else timeout * 1000):
                return None
            self._code = self._mother.code_of(self.pid) if self._code is None else self._code
        return self._code

    def __del__(self) -> None:
        if hasattr(self, "_end"):
            os.close(self._end)


def run(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: str, seconds: float
) -> subprocess.CompletedProcess[str]:
    """One command to its end: exit code, stdout, stderr. Raises ``subprocess.TimeoutExpired``."""
    with ExitStack() as files:
        streams = tuple(files.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        streams[0].write(stdin.encode())
        streams[0].seek(0)
        process = Forked(arguments, cwd=cwd, env=env, streams=streams)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        for stream in streams:
            stream.seek(0)
        said, complained = (stream.read().decode() for stream in streams[1:])
    return subprocess.CompletedProcess([*arguments], code, stdout=said, stderr=complained)


class _Mother:
    """The process that has imported everything, from our side: one for all workers of a run of pytest, started by the
    first that needs it. It ends when the last of them has left."""

    def __init__(self) -> None:
        import threading

        self._lock = threading.Lock()
        self._codes: dict[int, int] = {}
        self._started = 0  # its number, where it was we who started it
        if once.running():
            with once.alone("forks"):
                self._socket = self._at(once.run_folder() / "forks")
        else:
            with tempfile.TemporaryDirectory(
                prefix="forks-", dir="/tmp"
            ) as folder:  # a socket's name is short
                self._socket = self._at(Path(folder) / "forks")
        atexit.register(self._leave)

    def _at(self, path: Path) -> socket.socket:
        found = _connected(path)
        if found is None:
            self._started = _start(path)
            found = _connected(path)
        if found is None:
            raise RuntimeError("the process that forks has not started")
        return found

    def _leave(self) -> None:
        """Who has started it waits for it, so that nothing outlives the run and its time is counted."""
        self._socket.close()
        if self._started:
            end = os.pidfd_open(self._started)
            select.select([end], [], [], LEAVE_SECONDS)
            os.close(end)
            os.waitpid(self._started, os.WNOHANG)

    def bear(self, job: dict[str, object], streams: Sequence[int]) -> int:
        """The number of a new process that does the job; ``streams`` are its stdin, stdout and stderr."""
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(job).encode()], streams)
            pid = int(self._answer())
            self._codes.pop(pid, None)  # of an earlier process of the same number
            return pid

    def code_of(self, pid: int) -> int:
        """The exit code of a process that has ended, as ``subprocess`` gives it."""
        with self._lock:
            if pid not in self._codes:
                self._socket.send(json.dumps({"ended": pid}).encode())
                self._codes[pid] = int(self._answer())
            return self._codes[pid]

    def _answer(self) -> bytes:
        answer = self._socket.recv(64)
        if not answer:
            raise RuntimeError("the process that forks has ended")
        return answer


@cache
def _mother() -> _Mother:
    return _Mother()


def _connected(path: Path) -> socket.socket | None:
    """A connection to the process that forks; None where there is none, or it is about to end."""
    ours = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
    try:
        ours.connect(str(path))
        if ours.recv(64) == HELLO:
            return ours
    except OSError:
        pass
    ours.close()
    return None


def _start(path: Path) -> int:
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(path))
        door.listen()
        door.set_inheritable(True)
        return os.posix_spawn(  # not Popen: whoever started it may leave before the others
            sys.executable,
            [sys.executable, "-m", "tests.e2e.forks", str(door.fileno())],
            environment(),
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)],
            setsid=True,
        )


# -- in that process -----------------------------------------------------------------------------------


def _serve(door: socket.socket) -> None:
    _import_all()
    clients: dict[socket.socket, set[int]] = {}  # with the processes that were born for each
    while True:
        for ready in select.select([door, *clients], [], [])[0]:
            if ready is door:
                client, _ = door.accept()
                client.send(HELLO)
                clients[client] = set()
            elif not _serve_one(ready, clients[ready], [door, *clients]):
                for pid in clients.pop(ready):  # tests that are killed leave no bot behind
                    os.kill(pid, signal.SIGKILL)
                ready.close()
                if not clients:
                    return


def _serve_one(client: socket.socket, born: set[int], ours: Sequence[socket.socket]) -> bool:
    """Does what a client wants next; False when it has left."""
    message, streams, _, _ = socket.recv_fds(client, MESSAGE_BYTES, STREAMS)
    if not message:
        return False
    job = json.loads(message)
    if "ended" in job:
        _, status = os.waitpid(job["ended"], 0)
        born.discard(job["ended"])
        client.send(str(os.waitstatus_to_exitcode(status)).encode())
        return True
    pid = os.fork()
    if pid == 0:
        for one in ours:
            one.close()
        _become(job, streams)
    born.add(pid)
    for stream in streams:
        os.close(stream)
    client.send(str(pid).encode())
    return True


def _import_all() -> None:
    from bot.telegram import lean_aiogram

    lean_aiogram.load()
    from aiogram.client.session.aiohttp import AiohttpSession

    for name in (*_ours(), *THEIRS):
        importlib.import_module(name)
    one_tls.share()
    AiohttpSession()  # which has read it
    from handlers.views.catalogue import LANGUAGES, catalogue
    from matching.compare.warm import warm

    warm()
    for language in LANGUAGES:
        catalogue(language)
    asyncio.run(lean_aiogram.build_used())
    first_use.first_use()
    gc.collect()
    gc.freeze()  # else a child's collector would write to, and so copy, every page that it shares with us


def _ours() -> Iterator[str]:
    """Every module that a command may import, also at the moment when it needs it."""
    for room in ROOMS:
        yield room
        for found in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if found.name != "bot.__main__" and not found.name.startswith("storage.migrations."):
                yield found.name


def _become(job: dict[str, object], streams: Sequence[int]) -> None:
    """Runs the command and ends with its code."""
    code = 70
    try:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)  # tests that are killed leave no bot behind
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        # Opened anew, as Python does it at its start: the old ones remember what kind of file they wrote to.
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        os.chdir(str(job["cwd"]))
        environment, arguments = job["env"], job["arguments"]
        assert isinstance(environment, dict) and isinstance(arguments, list)
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None  # TMPDIR may be another
        random.seed()  # not all alike
        from bot.commands import cli
        from bot.runtime import lease, presence
        from storage.database import failpoints

        if seconds := os.environ.pop(LEASE_VARIABLE, ""):
            lease.LEASE = presence.LEASE = timedelta(seconds=float(seconds))
        failpoints.arm(os.environ.get(failpoints.VARIABLE, ""))
        code = cli.main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1  # as Python itself ends
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
