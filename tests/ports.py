"""Ports that must be known before anybody listens on them."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_port() -> Iterator[int]:
    """A port of this machine for a server of ours, which nobody else is given for as long as this lasts.

    Who asks for any free port may be given one that was merely looked up; one that is bound they are not, and Linux
    lets a server listen there all the same, while nobody else does.
    """
    with socket.socket() as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        port = int(keeper.getsockname()[1])
        if sys.platform != "linux":
            keeper.close()
        yield port
