"""`python -m sandbox`: the Bot API server and the chat page alone, for a bot in another process."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from sandbox.chat_page.server import Sandbox
from sandbox.sample import sample


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8642, help="port to listen on, 0 for a free one")
    parser.add_argument("--clock", type=Path, help="file that holds the clock's offset in seconds")
    parser.add_argument("--world", type=Path, help="people and chats as JSON (default: the sample)")
    parser.add_argument("--limits", action="store_true", help="enforce Telegram's limits with 429")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="the page's language at first")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    world = json.loads(arguments.world.read_text("utf-8")) if arguments.world else sample.world()
    sandbox = Sandbox(
        port=arguments.port,
        world=world,
        clock=arguments.clock,
        limits=arguments.limits,
        language=arguments.lang,
    )
    async with sandbox:
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        print(json.dumps({"base_url": sandbox.base_url, "token": sandbox.token}), flush=True)
        await stopping.wait()


def main() -> int:
    """Serves until interrupted; 1 when the port is taken."""
    try:
        asyncio.run(_run(_arguments()))
    except OSError as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
