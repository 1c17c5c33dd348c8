"""Nothing personal in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.runtime import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    log.set_up(level="debug", form="json", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def entry(stream: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(stream.getvalue().splitlines()[-1])
    return found


def test_numbers_of_six_digits_and_more_become_stars_wherever_they_stand(stream: io.StringIO) -> None:
    structlog.get_logger("x").info(
        "told",
        note="320583199001010010",
        phone=13812345678,
        seen=["6222020200012345678"],
        spaced="138 1234 5678 9",
    )
    text = stream.getvalue()
    for part in ("320583", "13812345678", "622202", "138 1234"):
        assert part not in text


def test_our_own_numbers_stay(stream: io.StringIO) -> None:
    structlog.get_logger("x").info("sent", chat=-1001700000001, update=129845166, ms=1.5, incident="E-7KQ4MX")
    assert entry(stream)["chat"] == -1001700000001
    assert entry(stream)["update"] == 129845166
    assert entry(stream)["incident"] == "E-7KQ4MX"


def test_the_standard_library_goes_the_same_way(stream: io.StringIO) -> None:
    logging.getLogger("aiohttp").warning(
        "GET /bot123456:AAHhhhhhhhhhhhhhhhhhhhhhhh/sendMessage for %s", "13812345678"
    )
    assert "AAHhhh" not in stream.getvalue()
    assert "13812345678" not in stream.getvalue()
    assert entry(stream)["logger"] == "aiohttp"


def test_a_stack_names_the_error_but_not_what_it_quotes(stream: io.StringIO) -> None:
    name, quoted, phone = "张三", "'Zhang San of Kunshan'", "13812345678"
    try:
        try:
            raise KeyError(name)
        except KeyError as error:
            raise ValueError(f"input_value={quoted}, {phone}") from error
    except ValueError:
        structlog.get_logger("x").exception("update_failed", incident="E-1")
    stack = str(entry(stream)["stack"])
    assert "builtins.ValueError" in stack
    assert "builtins.KeyError" in stack
    assert "test_log.py" in stack
    shown = stack.replace('"张三", "\'Zhang San of Kunshan\'"', "")
    for part in (name, "Zhang San", phone):
        assert part not in shown


def test_the_text_form_is_keys_and_values(stream: io.StringIO) -> None:
    log.set_up(level="info", form="text", stream=stream)
    structlog.get_logger("x").info("sent", chat=-5)
    line = stream.getvalue().splitlines()[-1]
    assert "level='info' event='sent' chat=-5" in line


def test_what_is_below_the_level_is_not_written(stream: io.StringIO) -> None:
    log.set_up(level="warning", stream=stream)
    structlog.get_logger("x").info("sent")
    assert stream.getvalue() == ""


def test_a_tick_that_still_runs_is_no_news(stream: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").warning('Execution of job "%s" skipped', "reminders")
    assert stream.getvalue() == ""
    logging.getLogger("apscheduler.scheduler").error("Error submitting job")
    assert entry(stream)["event"] == "Error submitting job"
