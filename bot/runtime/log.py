"""The log: event names with keys and values on stderr; never a message, never a personal number."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from bot.runtime.described import stack_of

#: Values under these keys are numbers of ours or of a channel's, not of a person's papers.
_OUR_NUMBERS = frozenset({
    "actor", "admin", "bot", "chat", "draft", "holder", "incident", "lane", "level", "line",
    "logger", "message", "moved_to", "ms", "offset", "pid", "port", "request", "seconds", "thread",
    "timestamp", "unit", "until", "update", "url",
})  # fmt: skip
_LONG_NUMBER = re.compile(r"[0-9]{6,}[Xx]?|[0-9](?:[ -]?[0-9]){10,}[Xx]?")
_BOT_TOKEN = re.compile(r"[0-9]{6,}:[A-Za-z0-9_-]{20,}")


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
    if isinstance(error, BaseException):
        event["stack"] = stack_of(error)
        if event.get("logger") == "asyncio":  # goes on with the task, which shows its error
            event["event"] = str(event.get("event", "")).partition("\n")[0]
    return event


def _hook_in() -> None:
    """What nobody caught in a thread, or while something was thrown away, goes the same way as all else."""
    log = structlog.get_logger(__name__)

    def in_a_thread(args: threading.ExceptHookArgs) -> None:
        log.error("thread_failed", exc_info=args.exc_value)

    def while_thrown_away(args: Any) -> None:
        log.error("failed_while_thrown_away", exc_info=args.exc_value)

    threading.excepthook = in_a_thread
    sys.unraisablehook = while_thrown_away


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
    _hook_in()
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
