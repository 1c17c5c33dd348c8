"""The process as the deployment files run it: another user, nothing but the data folder writable."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e import cast
from tests.e2e.environment import ROOT, environment
from tests.e2e.sandbox_thread import SandboxThread
from tests.patience import ENOUGH

NOBODY = "65534"
#: In a mount namespace of its own: everything read-only, then the data folder writable again.
CONFINE = f"""
set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro /
for place in /tmp /dev/shm /run /var/tmp; do
    ! mountpoint -q "$place" || mount -o remount,ro "$place" 2>/dev/null || true
done
shift
exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --no-new-privs --bounding-set=-all "$@"
"""


def _can_confine() -> bool:
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv"):
        return False
    probe = ["unshare", "--mount", "--propagation", "private", "sh", "-c", "mount --bind /mnt /mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _can_confine(), reason="needs root and mount namespaces")


@pytest.fixture
def data() -> Iterator[Path]:
    """Not below pytest's own folder, which lets in nobody but us."""
    folder = Path(tempfile.mkdtemp(prefix="crossbeat-data-", dir="/tmp"))
    os.chown(folder, int(NOBODY), int(NOBODY))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxThread]:
    thread = SandboxThread(world=cast.world(), clock=tmp_path / "clock")
    yield thread
    thread.stop()


def _confined(data: Path, *command: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", CONFINE, "confine", str(data), *command],
        cwd=data, env=environment(PYTHONDONTWRITEBYTECODE="1", **env),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until_ready(lines: Iterable[str]) -> Iterator[str]:
    """What it says, up to that it is ready or has ended."""
    for line in lines:
        yield line
        if line.startswith("crossbeat ready"):
            return


def test_nothing_else_could_be_written(data: Path) -> None:
    tried = _confined(data, "sh", "-c", f"touch {data}/here && ! touch {ROOT}/x && ! touch /tmp/x && id -u")
    data_written, words = tried.communicate(timeout=ENOUGH)
    assert tried.returncode == 0, words
    assert data_written.splitlines()[-1] == NOBODY


def test_the_desk_runs_and_stops_with_a_read_only_tree(data: Path, sandbox: SandboxThread) -> None:
    env = {
        "CROSSBEAT_TELEGRAM__TOKEN": sandbox.sandbox.token,
        "CROSSBEAT_TELEGRAM__API_BASE": sandbox.sandbox.base_url,
        "CROSSBEAT_TELEGRAM__ADMINS": str(cast.ADMIN_ID),
        "CROSSBEAT_STORAGE__URL": f"sqlite+aiosqlite:///{data}/crossbeat.db",
        "CROSSBEAT_STORAGE__KEY_FILE": f"{data}/crossbeat.key",
        "CROSSBEAT_WEB__LISTEN": "127.0.0.1:0",
        "CROSSBEAT_UNITS": '[{"code": "KS", "name": "昆山市公安局"}]',
    }
    with _confined(data, sys.executable, "-m", "bot", "run", **env) as process:
        assert process.stderr is not None
        log = list(until_ready(process.stderr))
        line = log[-1]
        assert line.startswith("crossbeat ready"), log
        web = next(word.rstrip(",") for word in line.split() if word.startswith("http"))
        assert httpx.get(f"{web}/healthz", timeout=ENOUGH).status_code == 200
        assert httpx.get(f"{web}/readyz", timeout=ENOUGH).json()["ready"] is True
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(ENOUGH) == 0, rest
    assert "Traceback" not in rest
    left = {path.name for path in data.iterdir()}
    assert left == {"crossbeat.db", "crossbeat.db.lock", "crossbeat.key"}
    assert (data / "crossbeat.key").stat().st_mode & 0o777 == 0o600
