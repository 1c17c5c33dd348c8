"""The log: event names with keys and values on stderr; never a message, never a personal number."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from bot.runtime.described import described

#: Values under these keys are numbers of ours or of Telegram's, not of a person's papers.
_OUR_NUMBERS = frozenset({
    "actor", "admin", "bot", "chat", "draft", "holder", "incident", "lane", "level", "line",
    "logger", "message", "moved_to", "ms", "offset", "pid", "port", "request", "seconds", "thread",
    "timestamp", "unit", "until", "update", "url",
})  # fmt: skip
_LONG_NUMBER = re.compile(r"[0-9]{6,}[Xx]?|[0-9](?:[ -]?[0-9]){10,}[Xx]?")
_BOT_TOKEN = re.compile(r"[0-9]{6,}:[A-Za-z0-9_-]{20,}")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_QUOTED = re.compile(r"""'[^']{12,}'|"[^"]{12,}\"""")
_ERROR_CHARS = 300
#: Packages whose errors quote what was sent or read, in any script.
_QUOTING = frozenset(("aiogram", "aiohttp", "pydantic", "pydantic_core"))


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last net: digit runs of six and more become stars, except under keys that name numbers of ours."""
    for key, value in event.items():
        if isinstance(value, str):
            text = _BOT_TOKEN.sub("***", value)
            event[key] = text if key in _OUR_NUMBERS else _masked(text)
        elif key not in _OUR_NUMBERS and not isinstance(value, (bool, float, type(None))):
            masked = _masked(str(value))
            event[key] = value if masked == str(value) else masked
    return event


def stack(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """``exc_info`` as a stack, with of each error's message only what cannot be somebody's words.

    Errors of parsers and of databases quote what they were given: a message, a name.
    """
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    parts: list[str] = []
    while isinstance(error, BaseException) and len(parts) < 10:
        theirs = type(error).__module__.partition(".")[0] in _QUOTING
        said = described(error) if theirs else _QUOTED.sub("'…'", _NOT_ASCII.sub("…", str(error)))
        words = said[:_ERROR_CHARS]
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}: {words}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if parts:
        event["stack"] = "\ncaused by\n".join(parts)
    return event


def _masked(text: str) -> str:
    return _LONG_NUMBER.sub(lambda found: "*" * len(found[0]), text)


def set_up(*, level: str = "info", form: str = "text", stream: TextIO | None = None) -> None:
    """Routes structlog and the standard library's loggers (aiogram, uvicorn, …) to one place."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor
    if form == "json":
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        last = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                stack,
                redact,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(getattr(logging, level.upper()))
    # One line for each update, each tick and each request: ours say what matters.
    for name in ("aiogram.event", "aiogram.dispatcher", "alembic", "apscheduler", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # A tick that still runs is not begun again, by design; the figures tell how late reminders are.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    for name in ("aiosqlite", "asyncio"):  # at debug they print SQL parameters
        logging.getLogger(name).setLevel(logging.WARNING)
