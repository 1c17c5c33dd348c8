"""Asks the public database of advisories about every package of constraints.txt, and says how far the answer goes.

Exit code 1 when a package has a known weakness. Without a network, or behind a mirror that has no advisories, nothing
is known: that is said in capitals, and is no failure, for a check must not turn red by where it runs.
CROSSBEAT_AUDIT=required makes it one: for the machine that is to notice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 300


def ask() -> str:
    """What pip-audit found, as JSON; empty where it could not ask."""
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", "constraints.txt", "--no-deps", "--disable-pip",
        "--format", "json", "--progress-spinner", "off", "--timeout", "15",
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def judge(answer: str, *, required: bool) -> tuple[int, list[str]]:
    """(exit code, lines to print) for what :func:`ask` gave."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    asked = [package for package in packages if "skip_reason" not in package]
    if not asked:
        missing = "audit: NOT DONE. The database of advisories cannot be reached from here; nothing is known"
        return int(required), [f"{missing} about the packages of constraints.txt"]
    found = [
        f"audit: {package['name']} {package['version']} has {weakness['id']}; mended in "
        f"{', '.join(weakness.get('fix_versions') or ['no version yet'])}"
        for package in asked
        for weakness in package["vulns"]
    ]
    skipped = [f"audit: NOT ASKED ABOUT: {p['name']}" for p in packages if "skip_reason" in p]
    verdict = f"audit: {len(asked)} packages asked about, {len(found)} known weaknesses"
    return int(bool(found) or (required and bool(skipped))), [*found, *skipped, verdict]


def main() -> int:
    code, lines = judge(ask(), required=os.environ.get("CROSSBEAT_AUDIT") == "required")
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
