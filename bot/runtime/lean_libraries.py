"""Libraries without what a running desk never uses of them, or not in its first second."""

from __future__ import annotations

import ssl
import sys
from importlib import import_module

#: Contexts whose certificates are not loaded yet.
_LATER: list[ssl.SSLContext] = []


def load() -> None:
    """Imports them; does nothing where something has imported them before."""
    if "structlog" not in sys.modules:
        _structlog()


def _structlog() -> None:
    """Without rich, which it would draw stacks with in a console: ours go through :mod:`bot.runtime.log`."""
    missing = "rich" not in sys.modules
    if missing:
        sys.modules["rich"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        import_module("structlog")
    finally:
        if missing:
            del sys.modules["rich"]


def load_aiohttp() -> None:
    """aiohttp, whose own certificates wait for :func:`complete`: the bot's session brings others. Until then a
    connection that relies on them is refused. Does nothing where something has imported it before."""
    if "aiohttp" in sys.modules:
        return
    usual = ssl.SSLContext.load_default_certs
    ssl.SSLContext.load_default_certs = _later  # type: ignore[assignment,method-assign]
    try:
        import_module("aiohttp")
    finally:
        ssl.SSLContext.load_default_certs = usual  # type: ignore[method-assign]


def _later(context: ssl.SSLContext, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
    assert purpose is ssl.Purpose.SERVER_AUTH  # noqa: S101 - the only one that a client has
    _LATER.append(context)


def complete() -> None:
    """Does what :func:`load_aiohttp` has put off."""
    while _LATER:
        _LATER.pop().load_default_certs()
