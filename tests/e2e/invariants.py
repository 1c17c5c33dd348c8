"""What must hold of every run, whatever was tested in it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.chat_page.server import Sandbox
from tests.e2e.process import Process

Json = dict[str, Any]
#: Resident IDs, bank cards, mobile numbers, plates, as people write them without gaps.
_PERSONAL = re.compile(
    r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{16,19}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|[苏沪浙京][A-Z][A-Z0-9]{5,6}"
)
EXAMPLES = ("320583199001010010", "11010519491231002X")  # the product's own, in its help
LONG_ENOUGH = 8  # characters of a line that cannot be in the log by chance
#: What a test causes by moving the clock over days at once: what was opened before it is too old to be deleted.
BY_THE_CLOCK = ("message can't be deleted for everyone",)
SILENT_METHODS = ("getUpdates",)  # a poll whose process was killed ends as it ends


def check(
    sandbox: Sandbox, events: Sequence[Json], processes: Sequence[Process], expected: Sequence[str]
) -> None:
    """Fails with the first thing that must not be: see each function."""
    calls = list(sandbox.api.calls)
    spoken = _spoken(sandbox)
    no_personal_number_in_a_group(calls, spoken)
    no_call_was_refused(calls, expected)
    no_error_in_the_log(events, expected)
    for process in processes:
        nothing_personal_in_the_log("\n".join(process.lines), spoken)


def _spoken(sandbox: Sandbox) -> list[str]:
    """All that people wrote, anywhere; also what they edited away is in the updates."""
    world = sandbox.world
    texts = [
        message.text
        for chat in world.chats.values()
        for message in chat.messages.values()
        if message.text and message.sender is not world.bot
    ]
    for update in world.updates.history:
        for kind in ("message", "edited_message"):
            payload = update.get(kind)
            if isinstance(payload, dict):
                texts.append(str(payload.get("text") or payload.get("caption") or ""))
    return [unicodedata.normalize("NFKC", text) for text in texts]


def _shown(call: Json) -> str:
    params = call["params"]
    return json.dumps(
        [params.get(name) for name in ("text", "caption", "media", "reply_markup")],
        ensure_ascii=False,
        default=str,
    )


def no_personal_number_in_a_group(calls: Iterable[Json], spoken: Iterable[str]) -> None:
    """A group never reads a whole number that somebody has written."""
    numbers = {found for text in spoken for found in _PERSONAL.findall(text)}.difference(EXAMPLES)
    for call in calls:
        chat = call["params"].get("chat_id")
        if chat is None or int(chat) > 0 or call["method"] == "getUpdates":
            continue
        shown = _shown(call)
        leaked = [number for number in numbers if number in shown]
        assert not leaked, f"{call['method']} to the group {chat} shows {leaked}: {shown}"


def no_call_was_refused(calls: Iterable[Json], expected: Sequence[str]) -> None:
    """The strict server knows every method and field that the bot uses, and every call had its effect."""
    refused = [
        (call["method"], call.get("error"), call["params"])
        for call in calls
        if call.get("status", 200) >= 400 and "fault" not in call and call["method"] not in SILENT_METHODS
    ]
    unexpected = [
        one for one in refused if not any(words in str(one[1]) for words in (*expected, *BY_THE_CLOCK))
    ]
    assert not unexpected, f"the server refused {unexpected}"


def no_error_in_the_log(events: Iterable[Json], expected: Sequence[str]) -> None:
    """No stack, nothing of level error."""
    errors = [
        f"{event['event']} {event.get('stack', '')[-300:]}"
        for event in events
        if (event.get("level") in ("error", "critical") or "stack" in event)
        and event["event"] not in expected
    ]
    assert not errors, "the log speaks of " + "\n".join(errors)


def nothing_personal_in_the_log(log: str, spoken: Iterable[str]) -> None:
    """Neither what people wrote nor a number of theirs."""
    assert "Traceback (most recent call last)" not in log, log
    for text in spoken:
        for line in text.splitlines():
            assert len(line) < LONG_ENOUGH or line not in log, f"the log holds {line!r}"
        for number in _PERSONAL.findall(text):
            assert number not in log, f"the log holds {number}"
