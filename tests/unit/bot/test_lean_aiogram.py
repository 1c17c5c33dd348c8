"""aiogram loaded lean behaves as aiogram loaded whole."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest
from aiogram.methods.base import Response
from aiogram.types import Message

from bot.telegram.lean_aiogram import build_used

PROGRAM = """
import json, sys
if sys.argv[1] == "lean":
    from bot.telegram import lean_aiogram
    lean_aiogram.load()
from pydantic._internal._mock_val_ser import MockValSer
from aiogram import methods, types
from aiogram.methods import Response

def built(cls):
    return not isinstance(cls.__dict__["__pydantic_validator__"], MockValSer)

deferred = not built(types.Message)
update = types.Update.model_validate({"update_id": 1, "callback_query": {
    "id": "1", "from": {"id": 1, "is_bot": False, "first_name": "a"}, "chat_instance": "c", "data": "d",
    "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}})
sent = methods.SendMessage(chat_id=1, text="x", reply_markup=types.InlineKeyboardMarkup(
    inline_keyboard=[[types.InlineKeyboardButton(text="a", callback_data="b")]]))
answer = Response[types.Message].model_validate({"ok": True, "result": {
    "message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "x"}})
broken = []
for module in (types, methods) if sys.argv[1] == "lean" else ():
    for name in module.__all__[::int(sys.argv[2])]:
        cls = getattr(module, name)
        if hasattr(cls, "model_rebuild") and name not in ("TelegramMethod", "Response", "Request"):
            cls.model_rebuild()
            if not built(cls):
                broken.append(name)
print(json.dumps({
    "deferred": deferred, "broken": broken,
    "seen": [type(update.callback_query.message).__name__, update.event_type,
             sent.model_dump(mode="json", exclude_none=True, include={"chat_id", "text", "reply_markup"}),
             answer.result.text]}))
"""


def run(how: str, every: int) -> dict[str, object]:
    import json

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how, str(every)], capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.thorough)])
def test_every_type_is_deferred_and_can_still_be_built(every: int) -> None:
    lean, whole = run("lean", every), run("whole", every)
    assert lean["deferred"] is True
    assert whole["deferred"] is False
    assert lean["seen"] == whole["seen"]
    assert lean["broken"] == whole["broken"] == []


async def test_what_an_answer_is_read_by_is_built_once_and_outlives_the_garbage_collector() -> None:
    await build_used()
    built = weakref.ref(Response[Message])
    gc.collect()
    assert built() is Response[Message]
