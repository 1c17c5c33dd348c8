"""Nothing personal in the log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.runtime import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    hooks = threading.excepthook, sys.unraisablehook
    log.set_up(level="debug", form="json", stream=stream)
    yield stream
    threading.excepthook, sys.unraisablehook = hooks
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


SEEDS = ("张三", "Quillon", "bakery", "13812345678")
SAID = "张三 'Quillon' above the bakery 13812345678"


def refuse_a_number() -> object:
    return int(SAID)


def miss_a_key() -> object:
    return {}[SAID]


def miss_a_file() -> object:
    return open(f"/nowhere/{SAID}")


def garble() -> object:
    return SAID.encode("ascii")


def choke_on_json() -> object:
    return json.loads(f'{{"a": {SAID}')


def say_it_ourselves() -> object:
    from storage.database.seal import SealBroken

    raise SealBroken(f"a value {SAID!r} does not open")


ERRORS: list[Callable[[], object]] = [
    refuse_a_number, miss_a_key, miss_a_file, garble, choke_on_json, say_it_ourselves,
]  # fmt: skip


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("fails", ERRORS, ids=lambda fails: fails.__name__)
def test_no_error_says_what_it_was_given_at_any_level(
    stream: io.StringIO, level: str, form: str, fails: Callable[[], object]
) -> None:
    log.set_up(level=level, form=form, stream=stream)
    try:
        fails()
    except Exception:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("apscheduler.executors").exception("Job raised an exception")
    text = stream.getvalue()
    assert text.count(f"in {fails.__name__}") == 2, "where it arose is said"
    assert [seed for seed in SEEDS if seed in text] == []


def test_what_nobody_caught_in_a_thread_or_a_task_goes_the_same_way(stream: io.StringIO) -> None:
    thread = threading.Thread(target=miss_a_key)
    thread.start()
    thread.join()
    assert entry(stream)["event"] == "thread_failed"

    async def forgotten() -> None:
        task = asyncio.create_task(asyncio.to_thread(miss_a_key))
        await asyncio.wait({task})

    asyncio.run(forgotten())
    text = stream.getvalue()
    assert "Task exception was never retrieved" in text or "thread_failed" in text
    assert [seed for seed in SEEDS if seed in text] == []


def test_errors_about_code_and_machine_keep_their_words(stream: io.StringIO) -> None:
    for error in (
        AttributeError("'NoneType' object has no attribute 'number'"),
        OSError(28, "No space left on device", "/var/lib/张三"),
    ):
        structlog.get_logger("x").error("failed", exc_info=error)
    stacks = [json.loads(line)["stack"] for line in stream.getvalue().splitlines()]
    assert stacks == [
        "builtins.AttributeError: 'NoneType' object has no attribute 'number'",
        "builtins.OSError: No space left on device",
    ]
