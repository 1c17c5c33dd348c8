"""`python -m tests.chaos`: kill the bot again and again while people work, then count what was lost."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.run import Plan, run


def main() -> int:
    """Prints the figures; 1 when something was lost, doubled or left undone."""
    usage = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    usage.add_argument("--crashes", type=int, default=Plan.crashes, help="default: %(default)s")
    usage.add_argument("--seconds", type=float, default=Plan.seconds, help="at most; default: %(default)s")
    usage.add_argument("--seed", type=int, default=Plan.seed, help="another one is another run")
    usage.add_argument("--no-faults", action="store_true", help="crashes only, Telegram behaves")
    usage.add_argument(
        "--fresh", action="store_true", help="each life in a new interpreter, which takes longer"
    )
    usage.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    args = usage.parse_args()
    plan = Plan(
        crashes=args.crashes,
        seconds=args.seconds,
        seed=args.seed,
        faults=not args.no_faults,
        forked=not args.fresh,
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crossbeat-chaos-")))
        url = None
        if args.postgresql:
            from tests.integration import postgresql

            url = stack.enter_context(postgresql.server()).new()
        figures = asyncio.run(run(folder, plan, url=url))
    print(figures.table())
    for note in figures.notes[:20]:
        print(f"! {note}")
    bad = figures.bad()
    print("good: nothing lost, nothing doubled" if not bad else f"BAD: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
